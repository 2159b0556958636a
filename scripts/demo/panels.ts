/**
 * Twins of everything that is neither printer nor keypad, each with a panel in the browser: what a
 * person would see of the device, and what a person could do at it.
 */
import { check } from '../../broker-config/validate.ts';
import { CallerRs485Options } from '../../devices/caller/options.ts';
import type { DeviceClock } from '../../devices/contract.ts';
import { IdCardSamOptions } from '../../devices/id-card-reader/options.ts';
import { ScannerGm65Options, ScannerSerialLineOptions } from '../../devices/scanner/options.ts';
import type { StreamLink } from '../../devices/transports/options.ts';
import type { TwinWires, VirtualSignModel } from '../../devices/twins/contract.ts';
import {
  type CallerKey,
  callerKeyBytes,
  createVirtualCallers,
} from '../../devices/twins/virtual-caller.ts';
import { createVirtualIdCardReader } from '../../devices/twins/virtual-id-card-reader.ts';
import { createVirtualScanner } from '../../devices/twins/virtual-scanner.ts';
import { createVirtualSign } from '../../devices/twins/virtual-sign.ts';
import { createVirtualVoice } from '../../devices/twins/virtual-voice.ts';
import { VoiceSyn6288Options, VoiceSyn6658Options } from '../../devices/voice/options.ts';
import {
  SignModbusOptions,
  SignOnbonOptions,
  SignTextOptions,
} from '../../devices/window-sign/options.ts';
import type { DeviceEntry, MachineProfile } from '../../kiosk-app/runtime/machine-profile.ts';
import type { PanelDeed, PaperPanel } from '../../kiosk-app/screens/demo-contract.ts';
import { cards, codes } from './people.ts';
import { keyLabel } from './texts.ts';

/** A twin, what its panel shows, and what can be done to it. */
export interface Panel {
  twin: TwinWires & {
    onChange(f: () => void): () => void;
    pullPlug(): Promise<void>;
    putPlug(): Promise<void>;
  };
  link: StreamLink;
  view(): PanelFace;
  /** @returns a sentence when it makes no sense */
  act(deed: PanelDeed): string | undefined;
}
type Faced<P> = P extends PaperPanel ? Omit<P, 'id' | 'machine' | 'wire' | 'plugged'> : never;
export type PanelFace = Faced<PaperPanel>;

type Maker = (device: DeviceEntry, profile: MachineProfile, clock: DeviceClock) => Panel | null;

/** Speaking takes its time, as the real one does. */
const characterMs = 120;
const sentencesShown = 8;

/** null: a device without a panel. */
export const panelOf: Maker = (device, profile, clock) =>
  makers[device.driver]?.(device, profile, clock) ?? null;

const makers: Readonly<Record<string, Maker>> = {
  'id-card-sam': ({ options }, _, clock) => {
    const o = check(IdCardSamOptions, options);
    return o.ok ? reader(o.value.link, clock) : null;
  },
  'scanner-serial-line': ({ options }) => {
    const o = check(ScannerSerialLineOptions, options);
    return o.ok ? scanner(o.value.link, 'line') : null;
  },
  'scanner-serial-gm65': ({ options }) => {
    const o = check(ScannerGm65Options, options);
    return o.ok ? scanner(o.value.link, 'gm65') : null;
  },
  'voice-syn6288': ({ options }, _, clock) => {
    const o = check(VoiceSyn6288Options, options);
    return o.ok ? voice(o.value.link, 'syn6288', clock) : null;
  },
  'voice-syn6658': ({ options }, _, clock) => {
    const o = check(VoiceSyn6658Options, options);
    return o.ok ? voice(o.value.link, 'syn6658', clock) : null;
  },
  'sign-onbon': ({ options }) => {
    const o = check(SignOnbonOptions, options);
    if (!o.ok) return null;
    const { width, height, font_px: font = 16 } = o.value;
    const size = { columns: Math.floor((width * 2) / font), rows: Math.floor(height / font) };
    return sign(o.value.link, { model: 'onbon', ...size });
  },
  'sign-text': ({ options }) => {
    const o = check(SignTextOptions, options);
    if (!o.ok) return null;
    const answer =
      o.value.answer === undefined ? null : Buffer.from(o.value.answer.replaceAll(' ', ''), 'hex');
    return sign(o.value.link, { model: 'text', address: o.value.address ?? 1, answer });
  },
  'sign-modbus': ({ options }) => {
    const o = check(SignModbusOptions, options);
    if (!o.ok) return null;
    const { unit, first_register: first, count, blink } = o.value;
    const blinkRegister = blink?.register ?? null;
    return sign(o.value.link, { model: 'modbus', unit, first, count, blinkRegister });
  },
  'caller-rs485': ({ options }, profile, clock) => {
    const o = check(CallerRs485Options, options);
    return o.ok ? caller(o.value.link, profile, clock) : null;
  },
};

function reader(link: StreamLink, clock: DeviceClock): Panel {
  const answerMs = { find: 20, select: 20, read: 150, other: 10 };
  const twin = createVirtualIdCardReader({ clock, answerMs, lateMs: 1000, findsAgain: false });
  return {
    ...{ twin, link },
    view: () => ({
      kind: 'reader',
      card: cards.find((c) => c.card.number === twin.state.card?.number)?.id ?? null,
      cards: cards.map(({ id, label }) => ({ id, label })),
    }),
    act(deed) {
      if (!('card' in deed)) return 'this is a card reader';
      if (deed.card === null) twin.liftCard();
      const found = cards.find((c) => c.id === deed.card);
      if (deed.card !== null && found === undefined) return `there is no card ${deed.card}`;
      if (found !== undefined) twin.putCard(found.card);
      return undefined;
    },
  };
}

function scanner(link: StreamLink, protocol: 'line' | 'gm65'): Panel {
  const twin = createVirtualScanner({ protocol, encoding: 'utf-8', tail: 'crlf' });
  return {
    ...{ twin, link },
    view: () => ({ kind: 'scanner', codes: [...codes] }),
    act(deed) {
      if (!('code' in deed)) return 'this is a scanner';
      twin.scan(deed.code);
      return undefined;
    },
  };
}

function voice(link: StreamLink, model: 'syn6288' | 'syn6658', clock: DeviceClock): Panel {
  const twin = createVirtualVoice({ model, clock, characterMs });
  return {
    ...{ twin, link },
    view: () => ({
      kind: 'voice',
      speaking: twin.state.speaking,
      sentences: twin.sentences
        .slice(-sentencesShown)
        .reverse()
        .map(({ seq, at, text, end }) => ({ seq, at, text, end })),
    }),
    act: () => 'a voice is only heard',
  };
}

function sign(link: StreamLink, model: VirtualSignModel): Panel {
  const twin = createVirtualSign(model);
  return {
    ...{ twin, link },
    view: () => ({ kind: 'sign', lines: twin.face.lines, blinking: twin.face.blinking }),
    act: () => 'a sign is only read',
  };
}

function caller(link: StreamLink, profile: MachineProfile, clock: DeviceClock): Panel {
  const address = profile.window?.caller?.address ?? 1;
  const twin = createVirtualCallers({
    ...{ clock, callers: [address], evaluators: [], keyFunc: 0x01 },
    resend: { waitMs: 300, timesMax: 3 },
  });
  const keys = Object.entries(profile.window?.keys ?? {}).filter(([key]) => parts(key) !== null);
  return {
    ...{ twin, link },
    view: () => {
      const shown = twin.callers.find((c) => c.address === address);
      return {
        kind: 'caller',
        ticket: shown?.ticket ?? '',
        waiting: shown?.waiting ?? '',
        keys: keys.map(([key, does]) => ({ key, label: keyLabel(does, []) })),
      };
    },
    act(deed) {
      const pressed = 'key' in deed ? parts(deed.key) : null;
      if (pressed === null) return 'it has no such key';
      twin.pressTogether(address, ...pressed);
      return undefined;
    },
  };
}

/** `6-confirm` is the digit and then the key. */
function parts(key: string): CallerKey[] | null {
  const [first = '', second] = key.split('-');
  const pressed = second === undefined ? [first] : [...first, second];
  return pressed.every((k) => Object.hasOwn(callerKeyBytes, k)) ? (pressed as CallerKey[]) : null;
}

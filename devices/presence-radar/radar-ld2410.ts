/** Presence radar HLK-LD2410: reports by itself; is asked only in the deep self-test. */
import { type DeviceCode, DeviceError } from '../codes.ts';
import type { DeviceContext, SelfTestStep, Transport } from '../contract.ts';
import { createWriter } from '../ticket-printer/writer.ts';
import { openTransport } from '../transports/open.ts';
import type { PresenceRadar } from './contract.ts';
import { createRadarFraming, encodeRadarCommand, type RadarFrame } from './framing.ts';
import { type RadarLd2410Options, radarDefaults } from './options.ts';
import { nearest, nobody, type PresenceRules, stepPresence } from './presence.ts';

export const radarLimits = {
  /** It reports 10 to 20 times a second; this much silence is a dead wire. */
  silenceMs: 1500,
  answerWaitMs: 500,
  writeDeadlineMs: 1000,
} as const;

const openConfig = { word: 0xff, data: [0x01, 0x00] } as const;
const closeConfig = { word: 0xfe, data: [] } as const;
const version = { word: 0xa0, data: [] } as const;
interface Command {
  word: number;
  data: readonly number[];
}

/** @throws DeviceError of the wire, DEV_NO_ANSWER when it reports nothing, DEV_ABORTED */
export async function openRadarLd2410(
  options: RadarLd2410Options,
  context: DeviceContext,
  signal: AbortSignal,
): Promise<PresenceRadar> {
  const transport = await openTransport(options.link, signal);
  const radar = createRadarLd2410(transport, context, {
    rangeCm: options.range_cm ?? radarDefaults.rangeCm,
    appearMs: options.appear_ms ?? radarDefaults.appearMs,
    leaveMs: options.leave_ms ?? radarDefaults.leaveMs,
  });
  const abort = () => transport.abandon(new DeviceError('DEV_ABORTED', transport.name));
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  try {
    await radar.ready;
    return radar;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** `ready` resolves with the first report; rejects when none comes. */
export function createRadarLd2410(
  transport: Transport,
  context: DeviceContext,
  rules: PresenceRules,
): PresenceRadar & { ready: Promise<void> } {
  const { clock } = context;
  const framing = createRadarFraming();
  const writer = createWriter(transport);
  const opening = Promise.withResolvers<void>();
  let presence = nobody;
  let opened = false;
  let ended = false;
  let reports = 0;
  let damaged = 0;
  let cancelSilence: (() => void) | undefined;
  let cancelTurn: (() => void) | undefined;
  /** The command under way: only one at a time. */
  let awaiting: { word: number; answered: (data: Uint8Array | null) => void } | undefined;
  // Nobody may be waiting for it any more when the wire goes.
  opening.promise.catch(() => undefined);

  function heard(): void {
    cancelSilence?.();
    cancelSilence = clock.after(radarLimits.silenceMs, () =>
      lose(new DeviceError('DEV_NO_ANSWER', transport.name)),
    );
  }

  function onFrame(frame: RadarFrame): void {
    if (frame.type === 'damaged') {
      damaged += 1;
      return;
    }
    heard();
    if (frame.type === 'answer') {
      if (awaiting?.word === frame.word) awaiting.answered(frame.ok ? frame.data : null);
      return;
    }
    reports += 1;
    if (!opened) {
      opened = true;
      context.status({ state: 'ready', code: 'DEV_READY', detail: { wire: transport.name } });
      opening.resolve();
    }
    const step = stepPresence(presence, nearest(frame, rules.rangeCm), clock.mono(), rules);
    presence = step.state;
    const { present, distanceCm } = presence;
    if (step.changed) context.event({ type: 'presence', present, distanceCm });
  }

  function lose(error: DeviceError): void {
    if (ended) return;
    stop();
    transport.abandon(error);
    if (opened) context.lost(error);
    else opening.reject(error);
  }
  function stop(): void {
    ended = true;
    cancelSilence?.();
    awaiting?.answered(null);
    cancelTurn?.();
  }

  transport.onClose((error) => {
    if (error === undefined && !ended) stop();
    else if (error !== undefined)
      lose(error instanceof DeviceError ? error : new DeviceError('DEV_CLOSED', transport.name));
  });
  transport.onData((chunk) => {
    for (const frame of framing.push(chunk)) if (!ended) onFrame(frame);
  });
  heard();

  /** The answer's data; null: refused, or none came. */
  function ask(command: Command): Promise<Uint8Array | null> {
    if (ended || awaiting !== undefined) return Promise.resolve(null);
    return new Promise((resolve) => {
      const cancel = clock.after(radarLimits.answerWaitMs, () => awaiting?.answered(null));
      awaiting = {
        word: command.word,
        answered(data) {
          awaiting = undefined;
          cancel();
          resolve(data);
        },
      };
      const bytes = encodeRadarCommand(command.word, command.data);
      // A write that fails takes the wire with it, and that is told there.
      writer.send(bytes, radarLimits.writeDeadlineMs).catch(() => undefined);
    });
  }

  async function framesStep(): Promise<SelfTestStep> {
    const before = { reports, damaged };
    await new Promise<void>((resolve) => {
      const cancel = clock.after(radarLimits.answerWaitMs, resolve);
      cancelTurn = () => {
        cancel();
        resolve();
      };
      if (ended) cancelTurn();
    });
    const detail = { reports: reports - before.reports, damaged: damaged - before.damaged };
    const ok = !ended && detail.reports > 0;
    const bad: DeviceCode = ended ? 'DEV_CLOSED' : 'DEV_NO_ANSWER';
    return { step: 'radar-frames', ok, code: ok ? 'DEV_READY' : bad, detail };
  }

  /** Reports stop while its configuration is open, for some 10 ms. */
  async function versionStep(): Promise<SelfTestStep> {
    const config = await ask(openConfig);
    const answer = config === null ? null : await ask(version);
    if (config !== null) await ask(closeConfig);
    const detail = answer === null || answer.length < 8 ? {} : { version: versionText(answer) };
    const ok = answer !== null;
    const bad: DeviceCode = ended ? 'DEV_CLOSED' : 'DEV_NO_ANSWER';
    return { step: 'radar-version', ok, code: ok ? 'DEV_READY' : bad, detail };
  }

  return {
    kind: 'presence-radar',
    ready: opening.promise,
    async selfTest(depth, signal) {
      const steps = [await framesStep()];
      if (depth === 'deep' && !signal.aborted) steps.push(await versionStep());
      return steps;
    },
    async close() {
      if (!ended) stop();
      await transport.close();
    },
  };
}

/** Type u16, major u16, minor u32, e.g. `1.02.22062416`. */
function versionText(data: Uint8Array): string {
  const [, , minor = 0, major = 0, ...rest] = data;
  const build = rest.slice(0, 4).reverse();
  const hex = (byte: number) => byte.toString(16).padStart(2, '0');
  return `${major}.${hex(minor)}.${build.map(hex).join('')}`;
}

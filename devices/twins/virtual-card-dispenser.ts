/**
 * A card unit that is not there: stacker, card path, gate, bin, a chip, and the faults they have
 * (F2 frames, 9600 8N1). It says an answer again until the host confirms it with 06. Written from
 * the byte table, apart from the driver.
 */
import type { DeviceClock } from '../contract.ts';
import type { TwinWires } from './contract.ts';
import type { HostLine } from './lines.ts';
import { createStand } from './stand.ts';

export interface VirtualCardDispenserOptions {
  clock: DeviceClock;
  address: number;
  cards: number;
  /** The stacker says "few" at so many cards and fewer. */
  fewAt: number;
  /** The bin holds so many. */
  binMax: number;
  moveMs: number;
  /** An answer that the host does not confirm is said again after `waitMs`, `timesMax` times in all. */
  resend: { waitMs: number; timesMax: number };
  /** The unit refuses everything until it is initialised. */
  needsReset: boolean;
  /** What the chip answers. */
  chip: (apdu: Uint8Array) => Uint8Array;
}

export interface VirtualCardDispenser extends TwinWires {
  readonly state: {
    cards: number;
    card: 'none' | 'gate' | 'inside';
    inBin: number;
    /** Cards that left through the gate. */
    given: number;
    entryAllowed: boolean;
    reset: boolean;
  };
  readonly hosts: number;
  /** CM and PM of the commands carried out, the last `commandsKeptMax`. */
  readonly commands: readonly string[];
  putCards(n: number): void;
  emptyBin(): void;
  /** A citizen takes the card from the gate. */
  takeCard(): void;
  /** The next movement ends with this error (two characters, e.g. `10`). */
  failNext(error: string): void;
  /**
   * What goes wrong next on the wire: the command is not understood (15), its 06 is lost, its answer
   * is lost for good, said twice, or has a wrong BCC once.
   */
  spoil(how: 'nak' | 'no-ack' | 'no-answer' | 'doubled' | 'wrong-bcc', times: number): void;
  noise(bytes: Uint8Array): void;
  onChange(f: () => void): () => void;
  pullPlug(): Promise<void>;
  putPlug(): Promise<void>;
}

export const commandsKeptMax = 200;

export function createVirtualCardDispenser(o: VirtualCardDispenserOptions): VirtualCardDispenser {
  const state: VirtualCardDispenser['state'] = {
    ...{ cards: o.cards, card: 'none', inBin: 0, given: 0 },
    ...{ entryAllowed: false, reset: !o.needsReset },
  };
  const commands: string[] = [];
  let nextError: string | undefined;
  let spoiling: { how: string; times: number } = { how: '', times: 0 };
  /** The answer the host has not confirmed yet. */
  let unconfirmed: { bytes: Buffer; times: number } | undefined;

  const stand = createStand((line) => {
    let held = Buffer.alloc(0);
    return {
      data(bytes) {
        held = Buffer.concat([held, bytes]);
        held = held.subarray(readAll(line, held));
        stand.changed();
      },
      gone() {
        unconfirmed = undefined;
      },
    };
  });

  function readAll(line: HostLine, bytes: Buffer): number {
    let at = 0;
    while (at < bytes.length) {
      if (bytes[at] === 0x06) {
        unconfirmed = undefined;
        at += 1;
        continue;
      }
      if (bytes[at] !== 0xf2) {
        at += 1;
        continue;
      }
      if (bytes.length - at < 4) break;
      const whole = bytes.readUInt16BE(at + 2) + 6;
      if (whole > 300) {
        at += 1;
        continue;
      }
      if (bytes.length - at < whole) break;
      const frame = bytes.subarray(at, at + whole);
      const right = frame.reduce((x, b) => x ^ b, 0) === 0 && frame.at(-2) === 0x03;
      if (frame[1] === o.address) {
        if (right) command(line, frame.subarray(5, -2));
        else line.send(Buffer.of(0x15));
      }
      at += right ? whole : 1;
    }
    return at;
  }

  function spoilt(how: string): boolean {
    if (spoiling.how !== how || spoiling.times === 0) return false;
    spoiling.times -= 1;
    return true;
  }

  /** `body`: CM PM DATA. */
  function command(line: HostLine, body: Buffer): void {
    if (spoilt('nak')) {
      line.send(Buffer.of(0x15));
      return;
    }
    if (!spoilt('no-ack')) line.send(Buffer.of(0x06));
    const cm = body.readUInt8(0);
    const pm = body.readUInt8(1);
    commands.push(body.subarray(0, 2).toString('hex'));
    if (commands.length > commandsKeptMax) commands.shift();
    const moves = cm === 0x30 || cm === 0x32;
    const done = () => {
      answer(line, cm, pm, carryOut(cm, pm, body.subarray(2)));
      stand.changed();
    };
    if (moves && o.moveMs > 0) o.clock.after(o.moveMs, done);
    else done();
  }

  /** Data of a good answer, or the two characters of an error. */
  function carryOut(cm: number, pm: number, data: Buffer): Buffer | string {
    if (cm === 0x30) return initialise(pm);
    if (!state.reset) return 'B0';
    if (cm === 0x31) return pm === 0x30 ? Buffer.alloc(0) : Buffer.from('0001000', 'latin1');
    if (cm === 0x32) return move(pm);
    if (cm === 0x33) {
      state.entryAllowed = pm === 0x30;
      return Buffer.alloc(0);
    }
    if (cm === 0x51) {
      if (state.card !== 'inside') return '43';
      return Buffer.from(pm === 0x39 ? o.chip(data) : [0x3b, 0x00]);
    }
    return '03';
  }

  function initialise(pm: number): Buffer | string {
    state.reset = true;
    const what = pm >= 0x34 ? pm - 4 : pm;
    if (state.card === 'none' || what === 0x33) return Buffer.alloc(0);
    if (what === 0x30) state.card = 'gate';
    else bin();
    return Buffer.alloc(0);
  }

  function move(pm: number): Buffer | string {
    const error = nextError;
    nextError = undefined;
    if (error !== undefined) return error;
    if (state.card === 'none') {
      if (state.cards === 0) return 'A0';
      state.cards -= 1;
      state.card = 'inside';
    }
    if (pm === 0x30) state.card = 'gate';
    else if (pm === 0x31 || pm === 0x32) state.card = 'inside';
    else if (pm === 0x39) give();
    else if (state.inBin >= o.binMax) return 'A1';
    else bin();
    return Buffer.alloc(0);
  }

  function bin(): void {
    state.inBin += 1;
    state.card = 'none';
  }
  function give(): void {
    state.given += 1;
    state.card = 'none';
  }

  function answer(line: HostLine, cm: number, pm: number, said: Buffer | string): void {
    const stacker = state.cards === 0 ? '0' : state.cards <= o.fewAt ? '1' : '2';
    const card = { none: '0', gate: '1', inside: '2' }[state.card];
    const states = Buffer.from(card + stacker + (state.inBin >= o.binMax ? '1' : '0'), 'latin1');
    const body =
      typeof said === 'string'
        ? Buffer.concat([Buffer.of(0x4e, cm, pm), Buffer.from(said, 'latin1')])
        : Buffer.concat([Buffer.of(0x50, cm, pm), states, said]);
    const head = Buffer.of(0xf2, o.address, body.length >> 8, body.length & 0xff);
    const frame = Buffer.concat([head, body, Buffer.of(0x03)]);
    const bytes = Buffer.concat([frame, Buffer.of(frame.reduce((x, b) => x ^ b, 0))]);
    if (spoilt('no-answer')) return;
    unconfirmed = { bytes, times: 0 };
    if (spoilt('doubled')) line.send(bytes);
    say(line, unconfirmed, spoilt('wrong-bcc'));
  }

  function say(line: HostLine, saying: { bytes: Buffer; times: number }, wrong: boolean): void {
    if (unconfirmed !== saying || saying.times >= o.resend.timesMax) return;
    saying.times += 1;
    const bytes = Buffer.from(saying.bytes);
    if (wrong) bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 0x20;
    line.send(bytes);
    o.clock.after(o.resend.waitMs, () => say(line, saying, false));
  }

  return {
    state,
    commands,
    get hosts() {
      return stand.hosts.size;
    },
    putCards(n) {
      state.cards += n;
      stand.changed();
    },
    emptyBin() {
      state.inBin = 0;
      stand.changed();
    },
    takeCard() {
      if (state.card === 'gate') give();
      stand.changed();
    },
    failNext(error) {
      nextError = error;
    },
    spoil(how, times) {
      spoiling = { how, times };
    },
    noise(bytes) {
      for (const host of stand.hosts) host.send(bytes);
    },
    onChange: (f) => stand.onChange(f),
    pullPlug: () => stand.power(false),
    putPlug: () => stand.power(true),
    listenTcp: (at) => stand.listenTcp(at),
    holdSerial: (at) => stand.holdSerial(at),
    close: () => stand.close(),
  };
}

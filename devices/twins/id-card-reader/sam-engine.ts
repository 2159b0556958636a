/**
 * A SAM as the standard's table describes it: takes commands byte by byte, answers each. Knows what
 * lies on the reader; knows nothing of wires.
 */
import type { AnswerFault, VirtualIdCardReaderOptions } from '../contract.ts';
import { testPhoto } from './card-text.ts';

const start = [0xaa, 0xaa, 0xaa, 0x96, 0x69] as const;
/** A command has two bytes; longer ones are not for this reader. */
const commandBytesMax = 64;

export type SamHealth = 'well' | 'self-test' | 'not-authorised';
const healthStatus: Record<SamHealth, number> = {
  well: 0x90,
  'self-test': 0x60,
  'not-authorised': 0x66,
};

/** 05.01-20090420-0001234567-0123456789. */
const samNumber = [0x05, 0, 0x01, 0, ...u32(20090420), ...u32(1234567), ...u32(123456789)];

export interface SamEngine {
  /** 256 bytes of the card that lies there. */
  card: Uint8Array | null;
  read: boolean;
  sam: SamHealth;
  faults: AnswerFault[];
  refusals: number[];
  /** A new host on its own wire; answers go to `reply`. The returned function takes its bytes. */
  host(reply: (bytes: Uint8Array) => void): (bytes: Uint8Array) => void;
}

export function createSamEngine(o: VirtualIdCardReaderOptions, changed: () => void): SamEngine {
  let selected = false;
  let found = false;
  let freeAt = 0;
  const engine: SamEngine = {
    card: null,
    read: false,
    sam: 'well',
    faults: [],
    refusals: [],
    host(reply) {
      let held: number[] = [];
      return (bytes) => {
        for (const byte of bytes) {
          held.push(byte);
          held = carryOut(held, reply);
        }
      };
    },
  };

  /** What is left of the bytes when a whole command was taken from them. */
  function carryOut(held: number[], reply: (bytes: Uint8Array) => void): number[] {
    const fits = start.every((byte, i) => held.length <= i || held[i] === byte);
    if (!fits) return held.slice(1);
    if (held.length < 7) return held;
    const length = (held[5] ?? 0) * 256 + (held[6] ?? 0);
    if (length < 3 || length > commandBytesMax) {
      reply(frame([0, 0, 0x11]));
      return [];
    }
    if (held.length < 7 + length) return held;
    const body = held.slice(5);
    if (body.reduce((sum, byte) => sum ^ byte, 0) !== 0) reply(frame([0, 0, 0x10]));
    else answer(body[2] ?? 0, body[3] ?? 0, reply);
    return [];
  }

  function answer(cmd: number, para: number, reply: (bytes: Uint8Array) => void): void {
    const key = cmd * 256 + para;
    const waitMs = { 8193: o.answerMs.find, 8194: o.answerMs.select }[key];
    const reading = cmd === 0x30;
    const after = waitMs ?? (reading ? o.answerMs.read : o.answerMs.other);
    const fault = engine.faults.shift();
    // A late answer is about what lay there when it was asked.
    const early = fault === 'late' ? bodyOf(key) : undefined;
    const now = o.clock.mono();
    // One after the other: a SAM does nothing beside its work.
    freeAt = Math.max(freeAt, now + (early === undefined ? after : o.lateMs));
    o.clock.after(freeAt - now, () => {
      const bytes = frame(early ?? bodyOf(key));
      if (fault === 'silent') return;
      if (fault === 'half') return reply(bytes.subarray(0, bytes.length >> 1));
      if (fault === 'bad-checksum') bytes[bytes.length - 1] = ((bytes.at(-1) ?? 0) + 1) & 255;
      if (fault === 'bad-length') bytes[6] = ((bytes[6] ?? 0) + 1) & 255;
      reply(bytes);
      if (fault === 'twice') reply(bytes);
    });
  }

  /** Status word and data. */
  function bodyOf(key: number): number[] {
    if (key === 0x10ff || key === 0x11ff) return [0, 0, healthStatus[engine.sam]];
    if (engine.sam !== 'well') return [0, 0, healthStatus[engine.sam]];
    switch (key) {
      case 0x12ff:
        return [0, 0, 0x90, ...samNumber];
      case 0x2001:
        return find();
      case 0x2002:
        return select();
      case 0x3001:
        return read([1024]);
      case 0x3010:
        return read([1024, 1024]);
      case 0x3003:
        return [0, 0, 0x91];
      default:
        return key >> 8 === 0x60 && (key & 255) < 5 ? [0, 0, 0x90] : [0, 0, 0x21];
    }
  }

  function find(): number[] {
    selected = false;
    found = engine.card !== null && (o.findsAgain || !engine.read);
    return found ? [0, 0, 0x9f, 0, 0, 0, 0] : [0, 0, 0x80];
  }

  function select(): number[] {
    if (!found || engine.card === null) return [0, 0, 0x81];
    const refusal = engine.refusals.shift();
    if (refusal !== undefined) return [0, 0, refusal];
    selected = true;
    return [0, 0, 0x90, 0, 0, 0, 0, 0, 0, 0, 0];
  }

  /** `parts`: bytes of photo, and of fingerprint. */
  function read(parts: readonly number[]): number[] {
    const { card } = engine;
    if (!selected || card === null) return [0, 0, 0x41];
    const refusal = engine.refusals.shift();
    if (refusal !== undefined) return [0, 0, refusal];
    selected = false;
    engine.read = true;
    changed();
    const lengths = [256, ...parts].flatMap((n) => [n >> 8, n & 255]);
    const finger = Array.from({ length: parts[1] ?? 0 }, (_, i) => (i * 5 + 1) & 255);
    return [0, 0, 0x90, ...lengths, ...card, ...testPhoto(), ...finger];
  }

  return engine;
}

function frame(body: readonly number[]): Uint8Array {
  const length = body.length + 1;
  const checked = [length >> 8, length & 255, ...body];
  return Uint8Array.of(
    ...start,
    ...checked,
    checked.reduce((sum, byte) => sum ^ byte, 0),
  );
}

function u32(value: number): number[] {
  return [value & 255, (value >> 8) & 255, (value >> 16) & 255, (value >>> 24) & 255];
}

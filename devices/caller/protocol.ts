/**
 * What the frames of the bus say. Pure; time comes in.
 *
 * Frames carry no sequence number: a repeat (the echo was lost) can only be told from a second press
 * by its time, so whoever acts on a key must be safe against one press too many by other means.
 */
import type { CallerDisplay } from './contract.ts';
import type { BusFrame } from './framing.ts';

const showFunc = 0x02;
const beepFunc = 0x03;
const startFunc = 0x01;
/** Result of an evaluation; everything else from a device is a key of a caller. */
const resultFunc = 0x11;
const resultAckFunc = 0x01;
const startKey = 0x0b;

/** Last data byte of a key frame -> name of the key. */
const keyNames: ReadonlyMap<number, string> = new Map([
  [0x0b, 'evaluate'],
  [0x0c, 'next'],
  [0x0d, 'recall'],
  [0x0e, 'cancel'],
  [0x0f, 'confirm'],
  [0x11, 'line'],
  [0x12, 'pause'],
  [0x13, 'transfer'],
]);
/** Keys that take the digits typed before them. */
const takesDigits: ReadonlySet<string> = new Set(['confirm', 'transfer']);

/** Digits that are kept for the next key, and for how long. */
const digitsMax = 3;
const digitsWaitMs = 10_000;
/** Repeats are remembered for so many different frames. */
const heardMax = 256;

const isDigit = (b: number) => b <= 9;

export const isResult = (f: BusFrame) => f.func === resultFunc && f.data.length === 1;
export const isKey = (f: BusFrame) => f.func !== resultFunc;

/** What the host says so that the device stops repeating itself. */
export function acknowledgement(f: BusFrame): BusFrame {
  return isResult(f) ? { ...f, func: resultAckFunc } : f;
}

export const beep = (address: number): BusFrame => ({ address, func: beepFunc, data: [] });
export const startEvaluation = (address: number): BusFrame => ({
  ...{ address, func: startFunc, data: [startKey] },
});
export const stars = (address: number, n: number): BusFrame => ({
  ...{ address, func: showFunc, data: [n] },
});

const blank = 0x0a;
const places = 3;
const waitingMax = 999;

/** Three places of the waiting count, three of the ticket. `one`: never both (see options). */
export function showFrame(address: number, d: CallerDisplay, display: 'one' | 'both'): BusFrame {
  const ticket = threePlaces(d.number);
  const hidden = d.waiting === null || (display === 'one' && d.number !== null);
  const waiting = threePlaces(hidden ? null : String(Math.min(waitingMax, d.waiting ?? 0)));
  return { address, func: showFunc, data: [...waiting, ...ticket] };
}

/** The last three digits; the letter before them can not be shown on this hardware. */
function threePlaces(text: string | null): number[] {
  const digits = text?.match(/[0-9]+(?=[^0-9]*$)/)?.[0];
  if (digits === undefined) return Array.from({ length: places }, () => blank);
  return [...digits.slice(-places).padStart(places, '0')].map(Number);
}

export interface RepeatFilter {
  /** true: not heard within the last `repeatMs`. */
  accepts(f: BusFrame, now: number): boolean;
}

export function createRepeatFilter(repeatMs: number): RepeatFilter {
  const heard = new Map<string, number>();
  return {
    accepts(f, now) {
      const id = `${f.address} ${f.func} ${f.data.join()}`;
      const before = heard.get(id);
      heard.delete(id);
      heard.set(id, now);
      if (heard.size > heardMax) {
        for (const oldest of heard.keys()) {
          heard.delete(oldest);
          break;
        }
      }
      return before === undefined || now - before >= repeatMs;
    },
  };
}

export interface KeyNamer {
  /** Name of the key that this frame tells of. */
  name(f: BusFrame, now: number): string;
}

/** Digits before confirm and transfer come in the same frame or in frames of their own. */
export function createKeyNamer(): KeyNamer {
  const typed = new Map<number, { digits: string; at: number }>();
  return {
    name(f, now) {
      const key = f.data.at(-1) ?? 0;
      const inFrame = f.data.slice(0, -1).filter(isDigit).join('');
      const before = typed.get(f.address);
      typed.delete(f.address);
      const kept = before !== undefined && now - before.at <= digitsWaitMs ? before.digits : '';
      if (isDigit(key)) {
        typed.set(f.address, { digits: `${kept}${inFrame}${key}`.slice(-digitsMax), at: now });
        return String(key);
      }
      const name = keyNames.get(key) ?? `key-${key.toString(16).padStart(2, '0')}`;
      const digits = inFrame === '' ? kept : inFrame;
      return digits !== '' && takesDigits.has(name) ? `${digits}-${name}` : name;
    },
  };
}

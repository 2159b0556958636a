/** What the answers of a lock board mean. Pure. The settings differ by lock and by maker. */
import type { Answer } from './framing.ts';
import type { LockerRs485Options } from './options.ts';

export type LockSettings = Pick<LockerRs485Options, 'feedback' | 'state_order' | 'state_bits'>;

const openMark = 0x11;

/** From the state byte of one lock. */
export function isOpen(state: Answer, settings: LockSettings): boolean {
  return (state[0] === openMark) === (settings.feedback === 'open');
}

/** From the state bytes of all: [0] is lock 1. */
export function openLocks(states: Answer, settings: LockSettings): boolean[] {
  const inOrder = settings.state_order === 's1-first' ? states : [...states].reverse();
  const oneIsOpen = (settings.feedback === 'open') === (settings.state_bits === 'same');
  return inOrder.flatMap((byte) =>
    Array.from({ length: 8 }, (_, bit) => (((byte >> bit) & 1) === 1) === oneIsOpen),
  );
}

/** What was read of one lock that was shut, opened, and stands open now. */
export interface Observation {
  lock: number;
  before: { one: Answer; all: Answer };
  after: { one: Answer; all: Answer };
}

/** `either`: this lock stands in the middle byte and can not tell. null: nothing to learn from it. */
export interface FoundSettings {
  feedback: LockSettings['feedback'] | null;
  state_order: LockSettings['state_order'] | 'either' | null;
  state_bits: LockSettings['state_bits'] | null;
}

/** What one opening teaches about the board. Needs nothing but that this lock was shut before. */
export function findSettings(o: Observation): FoundSettings {
  const changed = o.before.one[0] !== o.after.one[0];
  const openState = o.after.one[0] === openMark;
  const flipped = o.after.all.flatMap((byte, i) => {
    const diff = byte ^ (o.before.all[i] ?? 0);
    return Array.from({ length: 8 }, (_, bit) => bit)
      .filter((bit) => ((diff >> bit) & 1) === 1)
      .map((bit) => ({ i, bit, now: ((byte >> bit) & 1) === 1 }));
  });
  const [only, ...others] = flipped;
  const found: FoundSettings = {
    feedback: changed ? (openState ? 'open' : 'closed') : null,
    state_order: null,
    state_bits: null,
  };
  // Somebody opened or shut another door meanwhile: it can not be told which bit is whose.
  if (only === undefined || others.length > 0 || only.bit !== (o.lock - 1) % 8) return found;
  const byte = Math.floor((o.lock - 1) / 8);
  const first = only.i === byte;
  const last = only.i === o.after.all.length - 1 - byte;
  if (first || last) found.state_order = first && last ? 'either' : first ? 's1-first' : 's3-first';
  if (changed) found.state_bits = only.now === openState ? 'same' : 'inverted';
  return found;
}

/**
 * A clock that stands still until it is told to go. Timers fire in the order of their time, those of
 * the same time in the order they were set. Wall clock and monotonic clock are apart: `step` moves
 * the wall clock alone, as a time server does.
 */
import type { Clock } from '../../kiosk-app/runtime/ports.ts';

interface Timer {
  at: number;
  order: number;
  f: () => void;
}

export class VirtualClock implements Clock {
  #mono = 0;
  #wallMinusMono: number;
  #order = 0;
  readonly #timers = new Set<Timer>();

  constructor(wall = Date.UTC(2026, 10, 22, 1, 0, 0)) {
    this.#wallMinusMono = wall;
  }

  now(): number {
    return Math.floor(this.#wallMinusMono + this.#mono);
  }

  mono(): number {
    return this.#mono;
  }

  after(ms: number, f: () => void): () => void {
    this.#order += 1;
    const timer = { at: this.#mono + Math.max(0, ms), order: this.#order, f };
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  }

  /** How many timers wait: 0 at the end of a test means that nothing leaks. */
  get waiting(): number {
    return this.#timers.size;
  }

  /** Moves the wall clock alone. */
  step(ms: number): void {
    this.#wallMinusMono += ms;
  }

  /**
   * Goes on by `ms`, firing what is due. Between two timers the promises that are settled get their
   * turn, and so does the event loop, so that streams in memory can move.
   */
  async advance(ms: number): Promise<void> {
    const end = this.#mono + ms;
    await settle();
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#mono = Math.max(this.#mono, next.at);
      this.#timers.delete(next);
      next.f();
      await settle();
    }
    this.#mono = end;
    await settle();
  }

  #next(end: number): Timer | undefined {
    let first: Timer | undefined;
    for (const t of this.#timers) {
      if (t.at > end) continue;
      if (first === undefined || t.at < first.at || (t.at === first.at && t.order < first.order)) {
        first = t;
      }
    }
    return first;
  }
}

/** Turns of the event loop that are enough for any chain of in-memory streams used in the tests. */
const settleTurns = 12;

/** Lets everything that is already due happen: promises, next ticks, immediates. */
export async function settle(turns = settleTurns): Promise<void> {
  for (let i = 0; i < turns; i += 1) await new Promise<void>((done) => setImmediate(done));
}

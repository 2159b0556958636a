/**
 * Holds one sender to a rate without losing anything: what comes too fast waits in order, and since
 * the broker reads no further while something waits, the sender's own TCP window closes. Everybody
 * else goes on.
 */
import type { Clock } from '../runtime/ports.ts';

export interface Throttle {
  /** Runs `f` now, or later in order. @returns false when it has to wait */
  pass(f: () => void): boolean;
  /** Forgets what waits. */
  stop(): void;
}

/** @param perS sustained rate, 1/s  @param burst how many may come at once after silence */
export function createThrottle(clock: Clock, perS: number, burst: number): Throttle {
  const waiting: (() => void)[] = [];
  let tokens = burst;
  let filledMono = clock.mono();
  let cancel: (() => void) | null = null;

  const fill = () => {
    const mono = clock.mono();
    tokens = Math.min(burst, tokens + ((mono - filledMono) * perS) / 1000);
    filledMono = mono;
  };
  const drain = () => {
    cancel = null;
    fill();
    while (tokens >= 1) {
      const f = waiting.shift();
      if (f === undefined) return;
      tokens -= 1;
      f();
    }
    if (waiting.length > 0) cancel = clock.after(Math.ceil(1000 / perS), drain);
  };

  return {
    pass: (f) => {
      fill();
      if (waiting.length === 0 && tokens >= 1) {
        tokens -= 1;
        f();
        return true;
      }
      waiting.push(f);
      cancel ??= clock.after(Math.ceil(1000 / perS), drain);
      return false;
    },
    stop: () => {
      cancel?.();
      cancel = null;
      waiting.length = 0;
    },
  };
}

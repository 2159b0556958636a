/**
 * The clocks of one node: a wall clock with an error of its own that steps when somebody sets it,
 * and a monotonic one that runs a little fast or slow. Timers die with the process that set them.
 */
import type { Clock } from '../../kiosk-app/runtime/ports.ts';
import type { World } from './world.ts';

export interface NodeClock {
  /** Wall time by this node's clock, ms since 1970. */
  now(): number;
  /** Moves the wall clock; timers and the monotonic clock do not notice. */
  step(ms: number): void;
  /** The clock as one process sees it; `end()` drops its timers, as a crash does. */
  process(): ProcessClock;
}

export interface ProcessClock {
  clock: Clock;
  /** Does `f` after `ms`, however little that is, unless the process ends. */
  soon(ms: number, f: () => void): () => void;
  end(): void;
}

/** Node's timers take whole milliseconds, at least one, and lose count beyond 2^31-1. */
function timerMs(ms: number): number {
  const whole = Math.trunc(ms);
  return whole >= 1 && whole <= 2_147_483_647 ? whole : 1;
}

/**
 * @param startsAt wall time, ms since 1970, at the world's time 0
 * @param rate seconds of this node per true second, e.g. 1.0001
 */
export function createNodeClock(world: World, startsAt: number, rate: number): NodeClock {
  let offset = startsAt;
  const now = () => Math.round(offset + world.time * rate);
  return {
    now,
    step: (ms) => {
      offset += ms;
    },
    process: () => {
      const timers = new Set<() => void>();
      const bornAt = world.time;
      const soon = (ms: number, f: () => void) => {
        const cancel = world.after(ms / rate, () => {
          timers.delete(cancel);
          f();
        });
        timers.add(cancel);
        return () => {
          timers.delete(cancel);
          cancel();
        };
      };
      const clock: Clock = {
        now,
        mono: () => (world.time - bornAt) * rate,
        after: (ms, f) => soon(timerMs(ms), f),
      };
      return {
        clock,
        soon,
        end: () => {
          for (const cancel of timers) cancel();
          timers.clear();
        },
      };
    },
  };
}

/** Wakes the sequencer when time alone makes something due, also after the wall clock stepped. */
import type { Clock } from '../../runtime/ports.ts';
import type { SequencerLimits } from './limits.ts';

export interface Alarm {
  /** Looks again at what is due next, and not before `atLeastMs`. */
  set(atLeastMs: number): void;
  off(): void;
}

export interface AlarmParts {
  clock: Clock;
  limits: Pick<SequencerLimits, 'tickWaitMaxMs'>;
  /** ms until something is due, <= 0: now; null: nothing will be. */
  untilDue: () => number | null;
  ring: () => void;
}

export function alarm({ clock, limits, untilDue, ring }: AlarmParts): Alarm {
  let timer: { at: number; cancel: () => void } | undefined;

  function set(atLeastMs: number): void {
    const until = untilDue() ?? limits.tickWaitMaxMs;
    const wait = Math.min(Math.max(until, atLeastMs, 0), limits.tickWaitMaxMs);
    const at = clock.mono() + wait;
    // An alarm that is too early is cheaper than one set anew for every commit.
    if (timer !== undefined && timer.at <= at) return;
    timer?.cancel();
    timer = { at, cancel: clock.after(wait, timeIsUp) };
  }

  function timeIsUp(): void {
    timer = undefined;
    const until = untilDue();
    if (until !== null && until <= 0) ring();
    else set(0);
  }

  return {
    set,
    off() {
      timer?.cancel();
      timer = undefined;
    },
  };
}

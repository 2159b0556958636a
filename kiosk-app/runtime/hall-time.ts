/**
 * The hall's clock, carried on by this machine's monotonic one: a wall clock that is set right or
 * wrong in between makes no expired call new again.
 */
import type { Moment } from './ports.ts';

export interface HallAnchor {
  /** Measured offset (hall minus own wall clock, ms) that this anchor was made from. */
  offsetMs: number | null;
  /** Hall clock minus own monotonic clock, ms. */
  hallMinusMono: number;
}

export const noAnchor: HallAnchor = { offsetMs: null, hallMinusMono: 0 };

/**
 * A new anchor only for a new measurement: an old offset put beside a wall clock that has jumped
 * since would be wrong by the jump.
 */
export function anchored(anchor: HallAnchor, offsetMs: number, at: Moment): HallAnchor {
  if (anchor.offsetMs === offsetMs) return anchor;
  return { offsetMs, hallMinusMono: at.now + offsetMs - at.mono };
}

/** Hall clock now, ms since 1970. */
export function hallNow(anchor: HallAnchor, at: Moment): number {
  return anchor.offsetMs === null ? at.now : anchor.hallMinusMono + at.mono;
}

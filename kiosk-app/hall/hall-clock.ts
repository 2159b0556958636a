/**
 * The hall's time: the wall clock, except that it never steps back. When the wall clock is set back
 * (or the journal's newest event lies ahead of it), time goes on at half speed until the wall clock
 * has caught up: no instant comes twice, and deadlines still pass. Far ahead (a clock that once stood
 * in another year) there is nothing to catch up with: then it keeps its speed and the business days
 * their length.
 */
import type { Clock } from '../runtime/ports.ts';

const speedWhileAhead = 0.5;
const catchUpMaxMs = 12 * 3_600_000;

export interface HallClock {
  /** ms since 1970, whole; never smaller than before. */
  now(): number;
  /** How far it is ahead of the wall clock, ms; 0 in ordinary life. */
  aheadMs(): number;
}

/** @param floor hall time is at least this: `at` of the newest event */
export function hallClock(clock: Pick<Clock, 'now' | 'mono'>, floor: number): HallClock {
  let time = Math.max(clock.now(), floor);
  let mono = clock.mono();
  const move = () => {
    const elapsed = clock.mono() - mono;
    mono += elapsed;
    const wall = clock.now();
    const speed = time - wall > catchUpMaxMs ? 1 : speedWhileAhead;
    time = Math.max(wall, time + elapsed * speed);
  };
  return {
    now() {
      move();
      return Math.floor(time);
    },
    aheadMs() {
      move();
      return Math.max(0, Math.floor(time - clock.now()));
    },
  };
}

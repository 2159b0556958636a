/** The machine's own clocks, for tests over real wires. */
import type { DeviceClock } from '../../devices/contract.ts';

export const realClock: DeviceClock = {
  now: () => Date.now(),
  mono: () => performance.now(),
  after(ms, f) {
    const timer = setTimeout(f, ms);
    return () => clearTimeout(timer);
  },
};

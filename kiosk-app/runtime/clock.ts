/** The real clock. Flows, links and supervisors take a Clock; only compositions take this one. */
import type { Clock } from './ports.ts';

export const realClock: Clock = {
  now: () => Date.now(),
  mono: () => performance.now(),
  after(ms, f) {
    const timer = setTimeout(f, ms);
    return () => clearTimeout(timer);
  },
};

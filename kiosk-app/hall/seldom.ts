/**
 * A log line for things that a faulty machine can make happen a thousand times a second: the first
 * is written at once, the rest are counted and written as one line per `everyMs`.
 */
import type { Clock } from '../runtime/ports.ts';

type Write = (fields: Record<string, unknown>, message: string) => void;

/** Different things told apart; beyond it all others share one counter. */
const keysMax = 1000;

export interface Seldom {
  /** @param key what counts as the same; must not grow with what strangers send */
  write(key: string, fields: Record<string, unknown>, message: string): void;
}

export function createSeldom(clock: Clock, everyMs: number, write: Write): Seldom {
  const last = new Map<string, { mono: number; missed: number }>();
  return {
    write: (wanted, fields, message) => {
      const key = last.has(wanted) || last.size < keysMax ? wanted : 'others';
      const mono = clock.mono();
      const before = last.get(key);
      if (before !== undefined && mono - before.mono < everyMs) {
        before.missed += 1;
        return;
      }
      last.set(key, { mono, missed: 0 });
      const since = before?.missed ?? 0;
      write(since > 0 ? { ...fields, unwritten: since } : fields, message);
    },
  };
}

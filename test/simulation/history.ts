/**
 * What happened, as lines that a person can read, and one digest over all of them: two runs of the
 * same seed are the same run exactly when the digests are equal.
 */
import { createHash } from 'node:crypto';

export interface History {
  note(who: string, what: string): void;
  /** Lines kept for people: the newest, at most `linesMax`. */
  lines(): string[];
  digest(): string;
}

export function createHistory(now: () => number, linesMax: number): History {
  const hash = createHash('sha256');
  let kept: string[] = [];
  return {
    note: (who, what) => {
      const line = `${(now() / 1000).toFixed(3).padStart(10)} ${who.padEnd(5)} ${what}`;
      hash.update(line).update('\n');
      kept.push(line);
      if (kept.length > linesMax * 2) kept = kept.slice(-linesMax);
    },
    lines: () => kept.slice(-linesMax),
    digest: () => hash.copy().digest('hex').slice(0, 16),
  };
}

/**
 * What became of a job of an earlier life of the host, as far as the printer itself can say: its
 * answer to GS ( H waits in it until somebody listens (the newest one), and a job that still stood in
 * its buffer answers when its paper comes. The driver's own marker stands behind all of that: when it
 * is answered and the job's id was not heard, nobody will ever know.
 */
import type { PrintOutcome } from '../contract.ts';
import { jobToken } from './commands.ts';

/** Ids kept: a printer holds one answer, its buffer some tickets. */
const idsMax = 16;

export interface Recall {
  /** An id came that the present job did not ask for. */
  heard(id: readonly number[]): void;
  /** All that the printer held from before is through. */
  through(): void;
  /** The wire is gone; who asks again gets an answer on the next one. */
  lost(): void;
  /** Resolves when it is known, or surely never will be; null: the wire went before. */
  outcomeOf(jobId: string): Promise<PrintOutcome | null>;
  /** Somebody waits for an answer. */
  readonly waiting: boolean;
}

type Resolve = (outcome: PrintOutcome | null) => void;

const unknown: PrintOutcome = { outcome: 'uncertain', code: 'PRN_LINK_LOST' };

/** `answers` false: this printer has no ids. */
export function createRecall(answers: boolean): Recall {
  const ids: string[] = [];
  const waiters = new Map<Resolve, string>();
  let phase: 'before' | 'through' | 'lost' = 'before';

  function settle(outcome: PrintOutcome | null): void {
    const resolves = [...waiters.keys()];
    waiters.clear();
    for (const resolve of resolves) resolve(outcome);
  }

  return {
    heard(id) {
      const key = id.join();
      ids.push(key);
      if (ids.length > idsMax) ids.shift();
      for (const [resolve, wanted] of waiters) {
        if (wanted !== key) continue;
        waiters.delete(resolve);
        resolve({ outcome: 'confirmed' });
      }
    },
    through() {
      if (phase === 'before') phase = 'through';
      settle(unknown);
    },
    lost() {
      phase = 'lost';
      settle(null);
    },
    outcomeOf(jobId) {
      const key = jobToken(jobId).join();
      if (ids.includes(key)) return Promise.resolve({ outcome: 'confirmed' });
      if (!answers || phase === 'through') return Promise.resolve(unknown);
      if (phase === 'lost') return Promise.resolve(null);
      return new Promise((resolve) => waiters.set(resolve, key));
    },
    get waiting() {
      return waiters.size > 0;
    },
  };
}

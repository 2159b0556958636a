/**
 * Where the time of the last numbers went inside this process. The way from the glass to the paper
 * is told by each queue machine's own log.
 */
import type { Answer } from '../../broker-config/messages.ts';
import type { HallScreen, HallSpread } from '../screens/contract.ts';

/** Numbers remembered. */
const pressesMax = 1_000;

export interface HallBudget {
  add(spans: Answer['spans']): void;
  /** null: nothing yet. */
  summary(): HallScreen['presses'];
}

export function hallBudget(keptMax: number = pressesMax): HallBudget {
  const queued = new Float64Array(keptMax);
  const decided = new Float64Array(keptMax);
  const committed = new Float64Array(keptMax);
  let added = 0;
  return {
    add(spans) {
      const at = added % keptMax;
      queued[at] = spans.queuedMs;
      decided[at] = spans.decidedMs;
      committed[at] = spans.committedMs;
      added += 1;
    },
    summary() {
      const count = Math.min(added, keptMax);
      if (count === 0) return null;
      return {
        count,
        queuedMs: spread(queued.subarray(0, count)),
        decidedMs: spread(decided.subarray(0, count)),
        committedMs: spread(committed.subarray(0, count)),
      };
    },
  };
}

/** Nearest-rank percentiles, rounded to 0.01 ms. */
function spread(values: Float64Array): HallSpread {
  const sorted = values.toSorted();
  const rank = (p: number) => sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)] ?? 0;
  return { p50: rounded(rank(0.5)), p99: rounded(rank(0.99)) };
}

const rounded = (ms: number) => Math.round(ms * 100) / 100;

/**
 * Where the time of a press went: the last thousand presses, so that a technician can see the budget
 * (before the first byte: under 2 ms on the reference machine) and which stage eats it.
 */

/** One press, ms by this machine's monotonic clock, all counted from the press. */
export interface PressTimes {
  /** The hall's answer was here. */
  answeredMs: number;
  /** Of that, inside the hall: waiting, deciding, making durable. */
  hallMs: number;
  /** The first byte was handed to the printer's wire; null: nothing was sent. */
  firstByteMs: number | null;
  /** The printer's outcome was known; null: no printer. */
  paperMs: number | null;
}

/** Presses remembered. */
const budgetPressesMax = 1_000;

export interface Spread {
  p50: number;
  p99: number;
}
export interface BudgetSummary {
  presses: number;
  answeredMs: Spread | null;
  hallMs: Spread | null;
  firstByteMs: Spread | null;
  paperMs: Spread | null;
}

export interface Budget {
  add(times: PressTimes): void;
  summary(): BudgetSummary;
}

export function pressBudget(pressesMax: number = budgetPressesMax): Budget {
  const ring: PressTimes[] = [];
  let next = 0;
  return {
    add(times) {
      ring[next] = times;
      next = (next + 1) % pressesMax;
    },
    summary: () => ({
      presses: ring.length,
      answeredMs: spread(ring.map((t) => t.answeredMs)),
      hallMs: spread(ring.map((t) => t.hallMs)),
      firstByteMs: spread(ring.map((t) => t.firstByteMs)),
      paperMs: spread(ring.map((t) => t.paperMs)),
    }),
  };
}

/** Nearest-rank percentiles, rounded to 0.01 ms; null: no value. */
export function spread(values: readonly (number | null)[]): Spread | null {
  const sorted = values.filter((v) => v !== null).toSorted((a, b) => a - b);
  if (sorted.length === 0) return null;
  const rank = (p: number) => sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)] ?? 0;
  return { p50: rounded(rank(0.5)), p99: rounded(rank(0.99)) };
}

export function rounded(ms: number): number {
  return Math.round(ms * 100) / 100;
}

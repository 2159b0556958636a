/**
 * How long to wait before the next attempt: an endless row of intervals that grows from `minMs` to
 * `maxMs`, each drawn evenly from its upper half, so that 200 machines do not return in step.
 */
export interface BackoffLimits {
  minMs: number;
  maxMs: number;
  factor: number;
}

/** `random`: even in [0, 1). */
export function* backoff(limits: BackoffLimits, random: () => number): Generator<number, never> {
  for (let ms = limits.minMs; ; ms = Math.min(limits.maxMs, ms * limits.factor)) {
    yield ms / 2 + (ms / 2) * random();
  }
}

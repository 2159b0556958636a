/**
 * Waits for a condition, never for a time: asks in every turn of the event loop, a little slower
 * after a while, until it holds or the deadline has passed.
 */

/** Answers with the first result that is neither `undefined`, `null` nor `false`. */
export async function until<T>(
  condition: () => T | undefined | null | false,
  withinMs: number,
  what = 'the condition',
): Promise<T> {
  const started = performance.now();
  for (let turn = 0; ; turn += 1) {
    const result = condition();
    if (result !== undefined && result !== null && result !== false) return result;
    if (performance.now() - started > withinMs) {
      throw new Error(`${what} did not hold within ${withinMs} ms`);
    }
    await (turn < 50
      ? new Promise<void>((resolve) => setImmediate(resolve))
      : new Promise<void>((resolve) => setTimeout(resolve, 2)));
  }
}

/** A promise that has to settle in time. */
export async function within<T>(promise: Promise<T>, ms: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not come within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

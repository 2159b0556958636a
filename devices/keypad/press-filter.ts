/**
 * From key states to presses: contact bounce is one press, a key held down is one press. Pure; time
 * comes in.
 */
export interface PressFilter {
  /** A key name arrived at `now` (monotonic ms). true: it is a press. */
  accepts(key: string, now: number): boolean;
}

/** Names remembered for debouncing; a keypad has some 30 keys. */
const keysMax = 64;

export function createPressFilter(debounceMs: number): PressFilter {
  const last = new Map<string, number>();
  return {
    accepts(key, now) {
      const before = last.get(key);
      // Bouncing prolongs itself: only a rest ends it.
      last.delete(key);
      last.set(key, now);
      if (last.size > keysMax) {
        for (const oldest of last.keys()) {
          last.delete(oldest);
          break;
        }
      }
      return before === undefined || now - before >= debounceMs;
    },
  };
}

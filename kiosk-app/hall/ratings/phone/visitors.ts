/** Counts visits per address and altogether, in windows of a minute: more than the limit is turned away. */

export interface Visitors {
  /** @returns false: too many */
  admit(address: string): boolean;
}

export interface VisitorLimits {
  perAddress: number;
  altogether: number;
  /** Addresses remembered within a minute; when full, new ones are turned away. */
  addressesMax: number;
}

const windowMs = 60_000;

/** @param mono monotonic clock, ms */
export function createVisitors(mono: () => number, limits: VisitorLimits): Visitors {
  let began = Number.NEGATIVE_INFINITY;
  let total = 0;
  const counts = new Map<string, number>();
  return {
    admit(address) {
      const now = mono();
      if (now - began >= windowMs) {
        began = now;
        total = 0;
        counts.clear();
      }
      const count = (counts.get(address) ?? 0) + 1;
      if (count === 1 && counts.size >= limits.addressesMax) return false;
      if (count > limits.perAddress || total >= limits.altogether) return false;
      counts.set(address, count);
      total += 1;
      return true;
    },
  };
}

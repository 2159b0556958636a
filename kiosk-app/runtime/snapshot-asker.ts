/** Asks for snapshots, one at a time and not too often, as long as one is wanted. */
import { type BackoffLimits, backoff } from './backoff.ts';
import type { Clock } from './ports.ts';

export const snapshotLimits = {
  deadlineMs: 5_000,
  /** Between snapshots while one gap follows another. */
  pause: { minMs: 500, maxMs: 30_000, factor: 2 } satisfies BackoffLimits,
  /** A stretch without gaps after which the pause starts small again. */
  calmMs: 60_000,
} as const;

export interface SnapshotAsker {
  /** Asks if a snapshot is wanted, none is under way, and the last one is long enough ago. */
  look(): void;
  close(): void;
}

export function snapshotAsker(o: {
  clock: Clock;
  random: () => number;
  wanted: () => boolean;
  ask: () => Promise<void>;
}): SnapshotAsker {
  let busy = false;
  let cancel = () => {};
  let pauses = backoff(snapshotLimits.pause, o.random);
  let lastAt = Number.NEGATIVE_INFINITY;

  function look(): void {
    if (busy || !o.wanted()) return;
    busy = true;
    if (o.clock.mono() - lastAt > snapshotLimits.calmMs) {
      pauses = backoff(snapshotLimits.pause, o.random);
    }
    lastAt = o.clock.mono();
    const rest = () => {
      cancel = o.clock.after(pauses.next().value, () => {
        busy = false;
        look();
      });
    };
    // Whatever came of it: if a snapshot is still wanted after the pause, it is asked for again.
    o.ask().then(rest, rest);
  }
  return {
    look,
    close() {
      cancel();
      busy = true;
    },
  };
}

/** The V8 heap of this process. */
import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics, getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import type { Clock } from './ports.ts';

export const heapLimits = {
  /** A machine has loaded its modules by then, and the first press is rarely this soon. */
  lookMs: 2_000,
  /** What a few hundred presses leave behind. */
  grownBytes: 2 * 1024 * 1024,
} as const;

type Collect = (o: { type: 'major'; execution: 'sync'; flavor: 'last-resort' }) => void;
let collect: Collect | undefined;

/**
 * Moves what is alive together and gives the rest back to the system: 40 MB after a start with
 * 100,000 tickets, where an ordinary collection gives back nothing, 3 MB of a machine that has loaded
 * its modules. Stops the process for some 3 ms per MB that is alive.
 */
export function compactHeap(): void {
  if (collect === undefined) {
    // The one way to ask for it without starting the process with the flag.
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as Collect;
  }
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}

/**
 * Young objects get so much room and no more. By itself it doubles under load up to 64 MB, and most
 * of that stays with the process; the size given at the start of a process can not be set later, the
 * factor of growth can.
 * @param bytes at which it stops to grow
 */
export function limitYoungHeap(bytes: number): void {
  let growing = true;
  new PerformanceObserver(() => {
    const young = getHeapSpaceStatistics().find((space) => space.space_name === 'new_space');
    const room = (young?.space_size ?? 0) < bytes;
    if (room === growing) return;
    growing = room;
    setFlagsFromString(`--semi-space-growth-factor=${room ? 2 : 1}`);
  }).observe({ entryTypes: ['gc'] });
}

/**
 * Gives back what loading the modules has left behind, and later what the day's presses have: V8 by
 * itself lets an old heap grow by some 10 MB before it looks at it.
 * @returns ends it
 */
export function keepHeapCompact(
  clock: Clock,
  heap = { bytes: () => getHeapStatistics().total_heap_size, compact: compactHeap },
): () => void {
  let keptBytes = 0;
  let cancel = () => {};
  const look = () => {
    if (heap.bytes() >= keptBytes + heapLimits.grownBytes) {
      heap.compact();
      keptBytes = heap.bytes();
    }
    cancel = clock.after(heapLimits.lookMs, look);
  };
  cancel = clock.after(heapLimits.lookMs, look);
  return () => cancel();
}

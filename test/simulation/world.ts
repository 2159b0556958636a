/**
 * Virtual time: one queue of what is to happen, taken out in order of (time, order of entry). True
 * time is known to nobody inside the hall; every node has its own clock made from it.
 */
export interface World {
  /** True time, ms since the run began. */
  readonly time: number;
  /** Things done so far. */
  readonly steps: number;
  /** Does `f` after `delayMs` of true time; the returned function cancels. */
  after(delayMs: number, f: () => void): () => void;
  /**
   * Does what is due until true time `until`, or until `stop` says so after a step and all the
   * promises of it.
   */
  run(until: number, stop: () => boolean): Promise<void>;
}

interface Entry {
  at: number;
  order: number;
  f: (() => void) | null;
}

/** More than this in one run means that something feeds itself without end. */
const stepsMax = 400_000;

/**
 * Lets every promise chain of the step come to rest. Microtasks run in a fixed order, and nothing
 * else is in flight (no socket, no real timer), so this costs no determinism.
 */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export function createWorld(): World {
  const heap: Entry[] = [];
  let time = 0;
  let steps = 0;
  let order = 0;

  const after = (delayMs: number, f: () => void): (() => void) => {
    const entry: Entry = { at: time + Math.max(0, delayMs), order: order++, f };
    push(heap, entry);
    return () => {
      entry.f = null;
    };
  };

  const run = async (until: number, stop: () => boolean): Promise<void> => {
    for (let top = heap[0]; top !== undefined && top.at <= until; top = heap[0]) {
      pop(heap);
      if (top.f === null) continue;
      time = top.at;
      steps++;
      if (steps > stepsMax) throw new RangeError(`more than ${stepsMax} steps at ${time} ms`);
      top.f();
      await settle();
      if (stop()) return;
    }
    time = Math.max(time, until);
  };

  return {
    get time() {
      return time;
    },
    get steps() {
      return steps;
    },
    after,
    run,
  };
}

const before = (a: Entry, b: Entry): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

function push(heap: Entry[], entry: Entry): void {
  let i = heap.length;
  heap.push(entry);
  while (i > 0) {
    const up = (i - 1) >> 1;
    const parent = heap[up];
    if (parent === undefined || !before(entry, parent)) break;
    heap[i] = parent;
    i = up;
  }
  heap[i] = entry;
}

function pop(heap: Entry[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let i = 0;
  for (;;) {
    const left = 2 * i + 1;
    const a = heap[left];
    if (a === undefined) break;
    const b = heap[left + 1];
    const child = b !== undefined && before(b, a) ? b : a;
    if (!before(child, last)) break;
    heap[i] = child;
    i = child === a ? left : left + 1;
  }
  heap[i] = last;
}

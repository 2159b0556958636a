/**
 * A machine's disk. What a call has returned from is there after a crash; a call can fail before or
 * after the fact, and the machine can die inside a call, before or after it took effect.
 */
import { RuntimeError } from '../../kiosk-app/runtime/errors.ts';
import type { JobState, OutboxItem, PrintJob, Spool } from '../../kiosk-app/runtime/spool.ts';

/** What happens to the next call that changes something. */
export type SpoolFate = 'well' | 'fails' | 'dies-before' | 'dies-after';

export interface SpoolProcess {
  now(): number;
  fate(): SpoolFate;
  /** The machine dies in this very call. */
  die(): void;
  /** A message leaves the outbox. */
  removed(key: string): void;
}

export interface SpoolDisk {
  readonly outbox: Map<string, OutboxItem>;
  readonly held: Map<string, OutboxItem>;
  readonly jobs: Map<string, PrintJob>;
  readonly epoch: number;
  /** The spool as one process sees it; calls after `end()` change nothing. */
  process(o: SpoolProcess): { spool: Spool; end(): void };
}

const gone = () => new RuntimeError('SPL_CLOSED', 'the process is gone');

export function createSpoolDisk(): SpoolDisk {
  const outbox = new Map<string, OutboxItem>();
  const held = new Map<string, OutboxItem>();
  const jobs = new Map<string, PrintJob>();
  let epoch = 0;

  const process: SpoolDisk['process'] = ({ now, fate, die, removed }) => {
    let alive = true;
    /** Every change goes through here. */
    const write = (change: () => void): void => {
      if (!alive) throw gone();
      const f = fate();
      if (f === 'fails') throw new RuntimeError('SPL_IO', 'simulated');
      if (f !== 'dies-before') change();
      if (f !== 'well') {
        die();
        throw gone();
      }
    };
    const setState = (jobId: string, state: JobState, code: string | null) =>
      write(() => {
        const job = jobs.get(jobId);
        if (job !== undefined) jobs.set(jobId, { ...job, state, code, at: now() });
      });
    const add: Spool['jobs']['add'] = (job) =>
      write(() => {
        if (!jobs.has(job.jobId)) {
          const { state = 'queued' } = job;
          jobs.set(job.jobId, { ...job, state, code: null, at: now() });
        }
      });
    const spool: Spool = {
      outbox: {
        add: (item) =>
          write(() => {
            if (!outbox.has(item.key)) outbox.set(item.key, structuredClone(item));
          }),
        first: () => structuredClone(outbox.values().next().value),
        remove: (key) =>
          write(() => {
            if (outbox.delete(key)) removed(key);
          }),
        defer: (key) =>
          write(() => {
            const item = outbox.get(key);
            if (item === undefined) return;
            outbox.delete(key);
            outbox.set(key, item);
          }),
        all: () => [...outbox.values()].map((item) => structuredClone(item)),
        get size() {
          return outbox.size;
        },
      },
      held: {
        put: (item) => write(() => void held.set(item.key, structuredClone(item))),
        remove: (key) => write(() => void held.delete(key)),
        all: () => [...held.values()].map((item) => structuredClone(item)),
      },
      jobs: {
        add,
        setState,
        get: (jobId) => structuredClone(jobs.get(jobId)),
        unfinished: () =>
          [...jobs.values()]
            .filter((j) => ['queued', 'sending', 'sent'].includes(j.state))
            .map((j) => structuredClone(j)),
      },
      get epoch() {
        return epoch;
      },
      setEpoch: (value) =>
        write(() => {
          epoch = value;
        }),
      close: () => {
        alive = false;
      },
    };
    return {
      spool,
      end: () => {
        alive = false;
      },
    };
  };

  return {
    outbox,
    held,
    jobs,
    get epoch() {
      return epoch;
    },
    process,
  };
}

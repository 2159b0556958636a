/**
 * The hall's disk: what is durable, and a Journal over it that fails as disks do.
 *
 *   commit      on disk and reported so | refused, nothing on disk | on disk but reported as failed |
 *               written but not synced: there until the power goes, and then perhaps not
 *   dies        the process ends inside the commit, with or without the batch on disk
 *   snapshot    may be lost or fail; an older one or the events alone must do
 *
 * A batch is one transaction: torn means that all of it is missing, never a part.
 */
import type {
  Journal,
  JournalBatch,
  JournalContent,
  JournalEvent,
  JournalKey,
} from '../../kiosk-app/hall/contract.ts';
import { JournalError } from '../../kiosk-app/hall/journal/errors.ts';
import type { Random } from './random.ts';

export interface DiskWeather {
  /** Chances per commit. */
  commitFails: number;
  commitLies: number;
  commitCrash: number;
  /** Chance per look for a key that the disk can not be read. */
  findFails: number;
}

export interface HallDisk {
  /** Everything that would be there if the power went now; oldest first. */
  readonly events: readonly JournalEvent[];
  readonly keys: ReadonlyMap<string, JournalKey>;
  readonly epoch: number;
  /** Opens the journal for a new process: the epoch rises. */
  open(o: { die(): void }): Journal;
  /** The process is gone: what was written and not synced is drawn for. */
  crash(): void;
}

export interface DiskEvents {
  /** A batch became durable, in order, each once. @param repeated keys that were there already */
  durable(batch: JournalBatch, repeated: readonly string[]): void;
}

const snapshotsKept = 2;

export function createHallDisk(
  random: Random,
  weather: () => DiskWeather,
  told: DiskEvents,
): HallDisk {
  const events: JournalEvent[] = [];
  const keys = new Map<string, JournalKey>();
  let snapshots: { seq: number; json: string }[] = [];
  let epoch = 0;
  /** Written but not known to be synced. */
  let doubtful: JournalBatch | null = null;
  let current: object | null = null;

  const head = () => events.at(-1)?.seq ?? 0;
  const makeDurable = (batch: JournalBatch) => {
    events.push(...batch.events);
    // The real journal would refuse them; here they are to be seen.
    const repeated = batch.keys.map((k) => k.key).filter((key) => keys.has(key));
    for (const key of batch.keys) keys.set(key.key, key);
    told.durable(batch, repeated);
  };
  const settleDoubt = (kept: boolean) => {
    const batch = doubtful;
    doubtful = null;
    if (batch !== null && kept) makeDurable(batch);
  };

  const open: HallDisk['open'] = ({ die }) => {
    epoch += 1;
    const own = {};
    current = own;
    let broken = false;
    const ownEpoch = epoch;
    const alive = () => {
      if (current !== own) throw new JournalError('JRN_CLOSED', 'the process is gone');
    };
    const check = () => {
      alive();
      if (broken) throw new JournalError('JRN_IO', 'not recovered');
    };
    const trouble = () => new JournalError(random.chance(0.5) ? 'JRN_FULL' : 'JRN_IO', 'simulated');
    const fail = (): never => {
      broken = true;
      throw trouble();
    };
    const commit = (batch: JournalBatch) => {
      check();
      checkSequence(batch, head());
      const w = weather();
      if (random.chance(w.commitCrash)) {
        if (random.chance(0.5)) makeDurable(batch);
        current = null;
        die();
        throw new JournalError('JRN_CLOSED', 'died in the commit');
      }
      if (random.chance(w.commitFails)) fail();
      if (random.chance(w.commitLies)) {
        doubtful = batch;
        fail();
      }
      makeDurable(batch);
    };
    return {
      epoch: ownEpoch,
      get head() {
        return head();
      },
      walBytes: 0,
      load: (belowSeq) => {
        alive();
        if (broken && random.chance(0.3)) throw trouble();
        return contentOf(snapshots, events, belowSeq);
      },
      since: (seq) => {
        alive();
        return events.filter((e) => e.seq > seq);
      },
      find: () => {
        alive();
        if (random.chance(weather().findFails)) throw trouble();
        return (key) => keys.get(key);
      },
      commit,
      recover: () => {
        alive();
        if (random.chance(0.3)) fail();
        settleDoubt(random.chance(0.5));
        broken = false;
      },
      saveSnapshot: (seq, json) => {
        check();
        if (seq > head()) throw new JournalError('JRN_SEQUENCE', `snapshot ${seq} > ${head()}`);
        if (random.chance(weather().commitFails)) throw trouble();
        snapshots = [...snapshots, { seq, json }].slice(-snapshotsKept);
      },
      checkpoint: check,
      archive: () => {
        check();
        forgetKeys(keys, events);
        return false;
      },
      close: () => {
        if (current === own) current = null;
      },
    };
  };

  return {
    events,
    keys,
    get epoch() {
      return epoch;
    },
    open,
    crash: () => {
      current = null;
      settleDoubt(random.chance(0.5));
      // The newest snapshot was perhaps never synced.
      if (random.chance(0.2)) snapshots = snapshots.slice(0, -1);
    },
  };
}

function checkSequence(batch: JournalBatch, head: number): void {
  batch.events.forEach((event, i) => {
    if (event.seq === head + 1 + i) return;
    throw new JournalError('JRN_SEQUENCE', `event ${event.seq} after ${head + i}`);
  });
}

function contentOf(
  snapshots: readonly { seq: number; json: string }[],
  events: readonly JournalEvent[],
  belowSeq: number,
): JournalContent {
  const snapshot = snapshots.findLast((s) => s.seq < belowSeq);
  const after = snapshot?.seq ?? 0;
  return {
    snapshot: snapshot?.json ?? null,
    snapshotSeq: after,
    // Sequence numbers begin at 1 and have no gap, so the index tells the place.
    events: events.slice(after),
  };
}

/** Keys of the business day and the one before are kept. */
function forgetKeys(keys: Map<string, JournalKey>, events: readonly JournalEvent[]): void {
  const days = [...new Set(events.map((e) => e.day))].sort();
  const keepFrom = days.at(-2);
  const first = events.find((e) => e.day === keepFrom)?.seq;
  if (first === undefined) return;
  for (const [key, { seq }] of keys) if (seq < first) keys.delete(key);
}

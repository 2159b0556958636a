/**
 * The journal's seam for simulated halls: a disk in memory that keeps what was committed and loses
 * the rest. One FakeDisk outlives any number of starts:
 *
 *   const disk = new FakeDisk();
 *   let journal = disk.open();          // epoch 1
 *   disk.losePowerAtCommit(7, cut);     // the 7th commit is under way when the power goes
 *   disk.crash(random); journal = disk.open();   // epoch 2: the 7th batch is there, or it is not
 *
 * As with SQLite a batch is whole or absent, never torn inside.
 */
import type {
  Journal,
  JournalBatch,
  JournalContent,
  JournalEvent,
  JournalKey,
} from '../../kiosk-app/hall/contract.ts';
import { JournalError, type JournalErrorCode } from '../../kiosk-app/hall/journal/errors.ts';

/** `before`: nothing of the batch is durable. `after`: it is, and yet the commit throws. */
export type FaultWhere = 'before' | 'after';

interface Fault {
  where: FaultWhere;
  code: JournalErrorCode;
  /** What else happens at that moment. */
  also: () => void;
}

const snapshotsKept = 2;

export class FakeDisk {
  /** Durable: readable for the invariants of a simulation, not to be changed by it. */
  readonly events: JournalEvent[] = [];
  readonly keys = new Map<string, JournalKey>();
  readonly snapshots: { seq: number; json: string }[] = [];
  /** Commits tried since the disk was made, failed ones counted. */
  commits = 0;
  epoch = 0;
  /** true: commits and recovery fail with JRN_FULL until it is false again. */
  full = false;
  /** Thrown by every attempt to archive. */
  archiveFault: JournalError | null = null;
  /** true: everything fails with JRN_IO until it is false again. */
  broken = false;
  #volatile: JournalBatch | undefined;
  #open: { alive: boolean } | undefined;
  readonly #faults = new Map<number, Fault>();

  /** The n-th commit from the making of the disk (1 = first) fails. */
  failCommit(n: number, where: FaultWhere, code: JournalErrorCode = 'JRN_IO'): void {
    this.#faults.set(n, { where, code, also: () => {} });
  }

  /**
   * The power goes while the n-th commit is written; whether it is durable is decided by `crash`.
   * @param cut called inside that commit: the hall must be cut off from its links there, since the
   *   code after the commit still runs, which no process without power would do
   */
  losePowerAtCommit(n: number, cut: () => void): void {
    this.#faults.set(n, {
      where: 'before',
      code: 'JRN_IO',
      also: () => {
        if (this.#open !== undefined) this.#open.alive = false;
        cut();
      },
    });
  }

  /** Ends the process that has the journal open; of a commit under way all or nothing is kept. */
  crash(random: { chance(probability: number): boolean }): void {
    if (this.#open !== undefined) this.#open.alive = false;
    this.#open = undefined;
    if (this.#volatile !== undefined && random.chance(0.5)) this.#keep(this.#volatile);
    this.#volatile = undefined;
  }

  /** A start of the hall. @throws JournalError JRN_LOCKED while another one runs, JRN_IO */
  open(): Journal {
    if (this.#open !== undefined) throw new JournalError('JRN_LOCKED', 'another hall is running');
    if (this.broken) throw new JournalError('JRN_IO', 'the disk is broken');
    this.epoch += 1;
    const self = { alive: true };
    this.#open = self;
    return this.#journal(self, this.epoch);
  }

  get head(): number {
    return this.events.length;
  }

  #keep(batch: JournalBatch): void {
    this.events.push(...batch.events);
    for (const key of batch.keys) this.keys.set(key.key, key);
  }

  #commit(batch: JournalBatch): void {
    this.commits += 1;
    for (const { key } of batch.keys) {
      if (this.keys.has(key)) throw new JournalError('JRN_SEQUENCE', `key ${key} is not unique`);
    }
    const fault = this.#faults.get(this.commits);
    if (fault === undefined && !this.full) {
      this.#keep(batch);
      return;
    }
    if (fault?.where === 'after') this.#keep(batch);
    else this.#volatile = batch;
    fault?.also();
    throw new JournalError(fault?.code ?? 'JRN_FULL', `commit ${this.commits} fails`);
  }

  #journal(self: { alive: boolean }, epoch: number): Journal {
    const disk = this;
    let failed = false;
    const check = () => {
      if (!self.alive) throw new JournalError('JRN_CLOSED', 'this process has ended');
      if (disk.broken) throw new JournalError('JRN_IO', 'the disk is broken');
    };
    return {
      epoch,
      walBytes: 0,
      get head() {
        return disk.head;
      },
      load(belowSeq): JournalContent {
        check();
        const snapshot = disk.snapshots.filter((s) => s.seq < belowSeq).at(-1);
        const snapshotSeq = snapshot?.seq ?? 0;
        return {
          snapshot: snapshot?.json ?? null,
          snapshotSeq,
          events: disk.events.slice(snapshotSeq),
        };
      },
      since(seq) {
        check();
        return disk.events.slice(seq);
      },
      find() {
        check();
        return (key) => {
          const found = disk.keys.get(key);
          return found && { digest: found.digest, answer: found.answer };
        };
      },
      commit(batch) {
        check();
        if (failed) throw new JournalError('JRN_IO', 'the commit before is not recovered');
        for (const [i, e] of batch.events.entries()) {
          if (e.seq !== disk.head + 1 + i) throw new JournalError('JRN_SEQUENCE', `event ${e.seq}`);
        }
        try {
          disk.#commit(batch);
        } catch (e) {
          failed = true;
          throw e;
        }
      },
      recover() {
        check();
        if (disk.full) throw new JournalError('JRN_FULL', 'the disk is full');
        disk.#volatile = undefined;
        failed = false;
      },
      saveSnapshot(seq, json) {
        check();
        if (seq > disk.head || failed) throw new JournalError('JRN_SEQUENCE', `snapshot ${seq}`);
        if (disk.full) throw new JournalError('JRN_FULL', 'the disk is full');
        disk.snapshots.push({ seq, json });
        disk.snapshots.splice(0, disk.snapshots.length - snapshotsKept);
      },
      checkpoint: check,
      archive() {
        check();
        if (disk.archiveFault !== null) throw disk.archiveFault;
        disk.#forgetKeys();
        return false;
      },
      close() {
        if (disk.#open === self) disk.#open = undefined;
        self.alive = false;
      },
    };
  }

  /** Keys stay for today and the business day before, as in the real journal. */
  #forgetKeys(): void {
    const today = this.events.at(-1)?.day;
    const before = this.events.findLast((e) => e.day !== today)?.day;
    const first = this.events.find((e) => e.day === before)?.seq;
    if (first === undefined) return;
    for (const [key, { seq }] of this.keys) if (seq < first) this.keys.delete(key);
  }
}

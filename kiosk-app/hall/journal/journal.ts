/**
 * The durable log under the sequencer: SQLite in WAL mode, one flush per batch.
 *
 *   sequencer -- commit(batch) --> events + keys with answers + head, one transaction --> disk
 *             <- load() ---------- newest good snapshot + checked events after it
 *
 * Files and tables: README.md. Nothing here knows what an event means.
 */
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Log } from '../../runtime/log.ts';
import type { Journal, JournalBatch, JournalContent } from '../contract.ts';
import { archiveStep, noProgress } from './archive.ts';
import { syncDirectory } from './archive-file.ts';
import { dayChecksum, eventChecksum, headChecksum, keyChecksum } from './checksum.ts';
import {
  type Connection,
  connect,
  damaged,
  readDays,
  readHead,
  recordStart,
} from './connection.ts';
import { JournalError, storageError } from './errors.ts';
import { takeLock } from './lock.ts';
import { checkNodeVersion } from './node-version.ts';
import { cutTornTail, epochFloor, makeDirectory, preparedLog, probe } from './opening.ts';
import { checkEvent, eventsAfter } from './replay.ts';
import { newestSnapshot, saveSnapshot, snapshotRange } from './snapshots.ts';

export interface JournalOptions {
  /** Made when missing; must be on a local disk. */
  dir: string;
  clock: { now(): number };
  log: Log;
  /** Name and version of the program, for the table of starts. */
  program: string;
  /** Size of the write-ahead log from the start on, bytes; 0: it grows as it is needed. */
  logBytes: number;
  /**
   * Called at named steps (`commit:before`, `archive:piece-copied`, ...). What it throws stands for
   * a failure right there. `noFaults` outside of tests.
   */
  faultPoint: (name: string) => void;
}

export const noFaults = (): void => {};

/** Bytes of the write-ahead log that one commit costs beside its contents: pages touched. */
const walBytesPerCommit = 5 * 4096;
/** What the pages of the log hold more than the contents. */
const walBytesFactor = 1.3;
/** What one step of housekeeping leaves there. */
const walBytesPerStep = 1024 * 1024;

/**
 * Opens the journal of a hall, makes it when there is none, takes the lock and a new epoch.
 * @throws JournalError JRN_NODE, JRN_OPEN, JRN_LOCKED, JRN_VERSION, JRN_CORRUPT, JRN_FULL, JRN_IO
 */
export function openJournal(o: JournalOptions): Journal {
  checkNodeVersion(process.version, process.execPath);
  makeDirectory(o.dir);
  const lock = takeLock(o.dir, o.clock.now());
  try {
    return opened(o, () => lock.release());
  } catch (e) {
    lock.release();
    throw storageError(e, 'open', o.dir);
  }
}

function opened(o: JournalOptions, release: () => void): Journal {
  const file = join(o.dir, 'journal.sqlite');
  const archiveDir = join(o.dir, 'archive');
  let c = connect(file);
  let head = 0;
  let lastDay = '';
  let epoch = 0;
  let walBytes = 0;
  let state: 'open' | 'failed' | 'closed' = 'open';
  let progress = noProgress();
  let readerTold = false;

  /** What stands in the file now. */
  function takeStock(): void {
    head = readHead(c);
    cutTornTail(c, head, o.log);
    const days = readDays(c);
    lastDay = days.at(-1)?.day ?? '';
    if (head > 0) checkEvent(c.eventsFrom.get(head, head, 1), head, file);
  }

  /** Runs `f`; whatever the storage throws leaves as a JournalError. */
  function guarded<T>(doing: string, f: () => T): T {
    if (state === 'closed') throw new JournalError('JRN_CLOSED', `${doing} after close, ${file}`);
    try {
      return f();
    } catch (e) {
      throw storageError(e, doing, file);
    }
  }

  function write(batch: JournalBatch): void {
    let bytes = walBytesPerCommit;
    let day = lastDay;
    c.begin.run();
    for (const e of batch.events) {
      if (e.day !== day) {
        c.insertDay.run(e.day, e.seq, 'live', dayChecksum(e.day, e.seq, 'live'));
        day = e.day;
      }
      c.insertEvent.run(e.seq, e.at, eventChecksum(e.seq, e.at, e.json), e.json);
      bytes += e.json.length * walBytesFactor;
    }
    for (const k of batch.keys) {
      const crc = keyChecksum(k.key, k.digest, k.seq, k.answer);
      c.insertKey.run(k.key, k.digest, k.seq, crc, k.answer);
      bytes += k.answer.length * walBytesFactor;
    }
    const newHead = batch.events.at(-1)?.seq ?? head;
    if (newHead !== head) c.updateHead.run(newHead, headChecksum(newHead));
    o.faultPoint('commit:before');
    c.commit.run();
    o.faultPoint('commit:after');
    head = newHead;
    lastDay = day;
    walBytes += bytes;
  }

  const journal: Journal = {
    get epoch() {
      return epoch;
    },
    get head() {
      return head;
    },
    get walBytes() {
      return walBytes;
    },
    load: (belowSeq) =>
      guarded('load', (): JournalContent => {
        if (state === 'failed') takeStock();
        const snapshot = newestSnapshot(c, belowSeq, (seq) =>
          o.log.error({ seq, file }, 'snapshot is damaged, falling back to older history'),
        );
        const snapshotSeq = snapshot?.seq ?? 0;
        return {
          snapshot: snapshot?.json ?? null,
          snapshotSeq,
          events: eventsAfter(c, archiveDir, snapshotSeq, head),
        };
      }),
    since: (seq) =>
      guarded('read', () => {
        const kept = readDays(c).find((day) => day.stage !== 'deleted');
        const from = Math.max(seq, (kept?.first_seq ?? head + 1) - 1);
        return eventsAfter(c, archiveDir, from, head);
      }),
    find: (keys) =>
      guarded('find', () => {
        const rows = new Map(c.findKeys.all(JSON.stringify(keys)).map((row) => [row.key, row]));
        return (key) => {
          const row = rows.get(key);
          if (row === undefined) return undefined;
          if (row.crc !== keyChecksum(key, row.digest, row.seq, row.answer)) {
            throw damaged(file, `the stored answer of key ${key} is damaged`);
          }
          return { digest: row.digest, answer: row.answer };
        };
      }),
    commit: (batch) =>
      guarded('commit', () => {
        if (state === 'failed') {
          throw new JournalError(
            'JRN_IO',
            `the commit before failed and is not recovered, ${file}`,
          );
        }
        checkFollows(batch, head);
        try {
          write(batch);
        } catch (e) {
          state = 'failed';
          rollBack(c);
          throw e;
        }
      }),
    recover: () =>
      guarded('recover', () => {
        if (state === 'open') return;
        // A failed flush may have left pages in the system's cache that it believes written: a
        // fresh connection and a full checkpoint write them once more.
        c.db.close();
        c = connect(file);
        takeStock();
        checkpointAll(c);
        probe(o.dir);
        c.updateHead.run(head, headChecksum(head));
        walBytes = 0;
        progress = noProgress();
        state = 'open';
      }),
    saveSnapshot: (seq, json) =>
      guarded('snapshot', () => {
        if (seq > head || state === 'failed') {
          throw new JournalError('JRN_SEQUENCE', `snapshot ${seq} is not behind head ${head}`);
        }
        o.faultPoint('snapshot:before');
        walBytes += saveSnapshot(c, seq, o.clock.now(), json);
        o.faultPoint('snapshot:after');
      }),
    checkpoint: () =>
      guarded('checkpoint', () => {
        if (walBytes === 0) return;
        // PASSIVE: never waits for a technician who is reading.
        const [r] = c.db.pragma('wal_checkpoint(PASSIVE)') as {
          log: number;
          checkpointed: number;
        }[];
        const complete = r !== undefined && r.log === r.checkpointed;
        if (complete) walBytes = 0;
        else if (!readerTold) {
          const fields = { file, pages: r?.log, moved: r?.checkpointed };
          o.log.warn(fields, 'a long read by another program keeps the log from being emptied');
        }
        readerTold = !complete;
      }),
    archive: (keepDays) =>
      guarded('archive', () => {
        const { log, faultPoint } = o;
        const parts = { connection: c, dir: archiveDir, head, keepDays, log, faultPoint };
        walBytes += walBytesPerStep;
        return archiveStep(parts, progress);
      }),
    close() {
      if (state === 'closed') return;
      state = 'closed';
      c.db.close();
      release();
    },
  };

  try {
    takeStock();
    const start = { at: o.clock.now(), pid: process.pid, host: hostname(), program: o.program };
    epoch = recordStart(c, start, epochFloor(o.dir));
    syncDirectory(o.dir);
    walBytes = preparedLog(c, o.logBytes);
    const { newest } = snapshotRange(c);
    o.log.info({ epoch, head, day: lastDay, snapshot: newest, file }, 'journal opened');
    return journal;
  } catch (e) {
    c.db.close();
    throw e;
  }
}

/** @throws JournalError JRN_SEQUENCE: our own mistake, never the disk's */
function checkFollows(batch: JournalBatch, head: number): void {
  for (const [i, e] of batch.events.entries()) {
    if (e.seq !== head + 1 + i) {
      throw new JournalError('JRN_SEQUENCE', `event ${e.seq} can not follow ${head + i}`);
    }
  }
}

function rollBack(c: Connection): void {
  try {
    if (c.db.inTransaction) c.db.exec('ROLLBACK');
  } catch {
    // `recover` opens the file anew anyway; the error of the commit is the one to tell.
  }
}

/** Everything of the log into the database file, flushed. @throws JournalError JRN_BUSY */
function checkpointAll(c: Connection): void {
  const [r] = c.db.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[];
  if (r?.busy === 0) return;
  throw new JournalError('JRN_BUSY', `another program keeps ${c.file} from recovering`);
}

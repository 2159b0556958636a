/**
 * What a machine must not forget when its power goes: undelivered messages, those that may still be
 * taken back, print jobs, the highest epoch of the hall. SQLite in WAL mode with synchronous=FULL: one
 * flush per call, durable when the call returns. One file, because its tables share one connection, one
 * schema and one way to fail.
 */
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { RequestOp } from '../../broker-config/messages.ts';
import type { TicketDocument } from '../../devices/contract.ts';
import { codeOf, messageOf, RuntimeError } from './errors.ts';
import type { Log } from './log.ts';
import type { Clock } from './ports.ts';
import { type Tidier, tidier } from './spool-log.ts';
import { growLog } from './sqlite-log.ts';

export const jobStates = ['queued', 'sending', 'sent', 'confirmed', 'failed', 'uncertain'] as const;
export type JobState = (typeof jobStates)[number];

/** One paper. `queued`: no byte has left for the printer; from `sending` on it may be on paper. */
export interface PrintJob {
  jobId: string;
  /** Ticket id, `<day>/<number>`. */
  ticket: string;
  document: TicketDocument;
  /** What offers this paper again after a power cut, as JSON; left out: nothing does. Unchecked. */
  again?: unknown;
  state: JobState;
  /** Device code that explains `failed` and `uncertain`; null otherwise. */
  code: string | null;
  /** Own wall clock of the last change, ms. */
  at: number;
}

export interface OutboxItem {
  key: string;
  op: RequestOp;
  body: unknown;
  createdAt: number;
}

/**
 * All calls are synchronous and durable when they return.
 * @throws RuntimeError SPL_FULL (limit reached), SPL_IO (disk), SPL_CLOSED
 */
export interface Spool {
  readonly outbox: {
    /** Adds at the end; a key that is already there is left alone. */
    add(item: OutboxItem): void;
    /** The oldest, or undefined. */
    first(): OutboxItem | undefined;
    remove(key: string): void;
    /** Moves an item that the hall never answers behind the others. */
    defer(key: string): void;
    /** Oldest first: what the hall is perhaps still to be told. */
    all(): OutboxItem[];
    readonly size: number;
  };
  /** Messages that are safe but not yet on their way: whoever made them may still take them back. */
  readonly held: {
    /** Adds it, or replaces what is held under its key. */
    put(item: OutboxItem): void;
    /** Taken back, or handed to the outbox. */
    remove(key: string): void;
    /** Oldest first: after a power cut, what was held then. */
    all(): OutboxItem[];
  };
  readonly jobs: {
    /** `state` left out: `queued`. A job that begins at once is one commit instead of two. */
    add(job: {
      jobId: string;
      ticket: string;
      document: TicketDocument;
      again?: unknown;
      state?: 'queued' | 'sending';
    }): void;
    setState(jobId: string, state: JobState, code: string | null): void;
    get(jobId: string): PrintJob | undefined;
    /** Jobs that were `queued`, `sending` or `sent` (e.g. when the power went), oldest first. */
    unfinished(): PrintJob[];
  };
  /** Highest epoch of the hall ever seen; 0 = none. */
  readonly epoch: number;
  setEpoch(epoch: number): void;
  close(): void;
}

export const spoolLimits = {
  /** A busy machine fills this in a week without its hall. */
  outboxMax: 10_000,
  /** One person is at a machine at a time; more than some are left behind by a fault. */
  heldMax: 16,
  /** Papers under way at once; far more than a printer can have. */
  unfinishedJobsMax: 100,
  /** Ended jobs kept for technicians. */
  endedJobsMax: 500,
  /** Nothing was written for so long: nobody waits while the log is folded into the file. */
  tidyQuietMs: 2_000,
  /** Commits in the log that are worth it. */
  tidyCommits: 32,
  /** Size of the log from the start on. */
  logBytes: 1024 * 1024,
  /** Pages in the log at which a commit folds it in whatever happens: never in a hall's day. */
  logPagesMax: 2_000,
} as const;

const fileName = 'spool.sqlite';
/** 2: jobs have `again`. */
const schemaVersion = 2;
const tables = `
  CREATE TABLE IF NOT EXISTS outbox (
    place INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE, op TEXT NOT NULL, body TEXT NOT NULL, created_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS held (
    key TEXT PRIMARY KEY, op TEXT NOT NULL, body TEXT NOT NULL, created_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS jobs (
    place INTEGER PRIMARY KEY AUTOINCREMENT,
    job_id TEXT NOT NULL UNIQUE, ticket TEXT NOT NULL, document TEXT NOT NULL,
    state TEXT NOT NULL, code TEXT, at INTEGER NOT NULL, again TEXT
  ) STRICT;
  CREATE INDEX IF NOT EXISTS jobs_unfinished ON jobs (place)
    WHERE state IN ('queued', 'sending', 'sent');
  DROP TABLE IF EXISTS reserved;
  CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
`;

/**
 * Opens the spool of a data directory that is locked (data-lock.ts). A damaged file is put aside
 * and said loudly: a machine that can not start serves nobody.
 * @throws RuntimeError SPL_IO
 */
export function openSpool(dataDir: string, clock: Clock, log: Log): Spool {
  const file = join(dataDir, fileName);
  try {
    return spoolOf(openDatabase(file), clock, log);
  } catch (error) {
    if (!isDamage(error)) {
      throw new RuntimeError('SPL_IO', `can not use ${file}: ${messageOf(error)}`, {
        cause: error,
      });
    }
    const aside = putAside(file, clock);
    log.error(
      { code: 'SPL_CORRUPT', err: error, aside },
      `the spool was damaged and is now ${aside}: messages not yet delivered to the hall are in it`,
    );
    return spoolOf(openDatabase(file), clock, log);
  }
}

class Damage extends Error {}

function isDamage(error: unknown): boolean {
  const code = codeOf(error) ?? '';
  return (
    error instanceof Damage || code.startsWith('SQLITE_CORRUPT') || code.startsWith('SQLITE_NOTADB')
  );
}

function openDatabase(file: string): Database.Database {
  const database = new Database(file);
  try {
    database.pragma('journal_mode = WAL');
    // The default in WAL mode would lose the last commits with the power.
    database.pragma('synchronous = FULL');
    // A spool is small.
    database.pragma('cache_size = -512');
    // The library's way folds the log in by a commit now and then: with a finger on the glass.
    database.pragma(`wal_autocheckpoint = ${spoolLimits.logPagesMax}`);
    const verdict = database.pragma('quick_check(1)', { simple: true });
    if (verdict !== 'ok') throw new Damage(String(verdict));
    database.exec(tables);
    // By what is there, not by the version: a crash may have come between the two.
    const columns = database.pragma('table_info(jobs)') as { name: string }[];
    if (!columns.some(({ name }) => name === 'again')) {
      database.exec('ALTER TABLE jobs ADD COLUMN again TEXT');
    }
    database.pragma(`user_version = ${schemaVersion}`);
    growLog(database, file, spoolLimits.logBytes);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** @returns the new name */
function putAside(file: string, clock: Clock): string {
  const stamp = new Date(clock.now()).toISOString().replaceAll(/[:.]/g, '-');
  for (const suffix of ['', '-wal', '-shm']) {
    try {
      renameSync(`${file}${suffix}`, `${file}.damaged-${stamp}${suffix}`);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') {
        throw new RuntimeError('SPL_IO', messageOf(error), { cause: error });
      }
    }
  }
  return `${file}.damaged-${stamp}`;
}

interface OutboxRow {
  key: string;
  op: RequestOp;
  body: string;
  created_at: number;
}
interface JobRow {
  job_id: string;
  ticket: string;
  document: string;
  again: string | null;
  state: JobState;
  code: string | null;
  at: number;
}

const itemOf = (row: OutboxRow): OutboxItem => ({
  key: row.key,
  op: row.op,
  body: JSON.parse(row.body),
  createdAt: row.created_at,
});

const jobOf = (row: JobRow): PrintJob => ({
  jobId: row.job_id,
  ticket: row.ticket,
  document: JSON.parse(row.document),
  ...(row.again === null ? {} : { again: JSON.parse(row.again) }),
  state: row.state,
  code: row.code,
  at: row.at,
});

/** Turns what SQLite throws into our own. */
function guarded<T>(f: () => T): T {
  try {
    return f();
  } catch (error) {
    if (error instanceof RuntimeError) throw error;
    throw new RuntimeError('SPL_IO', messageOf(error), { cause: error });
  }
}

function spoolOf(database: Database.Database, clock: Clock, log: Log): Spool {
  const count = (sql: string) => {
    const statement = database.prepare<[], number>(sql).pluck();
    return () => statement.get() ?? 0;
  };
  const epochRow = database
    .prepare<[], number>("SELECT value FROM meta WHERE name = 'epoch'")
    .pluck();
  const setMeta = database.prepare(
    "INSERT INTO meta VALUES ('epoch', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
  );
  let epoch = epochRow.get() ?? 0;
  const { tidyCommits, tidyQuietMs } = spoolLimits;
  const tidy = tidier({ database, clock, log, tidyCommits, tidyQuietMs });
  const use = <T>(f: () => T): T => {
    if (!database.open) throw new RuntimeError('SPL_CLOSED', 'the spool is closed');
    return guarded(f);
  };
  const write = <T>(f: () => T): T => {
    const result = use(f);
    tidy.written();
    return result;
  };

  return {
    outbox: outboxOf(database, count('SELECT count(*) FROM outbox'), { read: use, write }),
    held: heldOf(database, { read: use, write }),
    jobs: jobsOf(database, clock, { read: use, write }, tidy),
    get epoch() {
      return epoch;
    },
    setEpoch(value) {
      write(() => setMeta.run(value));
      epoch = value;
    },
    close() {
      tidy.close();
      database.close();
    },
  };
}

type Use = <T>(f: () => T) => T;
interface Access {
  read: Use;
  write: Use;
}

function outboxOf(
  database: Database.Database,
  counted: () => number,
  { read, write }: Access,
): Spool['outbox'] {
  const add = database.prepare(
    'INSERT INTO outbox (key, op, body, created_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const first = database.prepare<[], OutboxRow>(
    'SELECT key, op, body, created_at FROM outbox ORDER BY place LIMIT 1',
  );
  const all = database.prepare<[], OutboxRow>(
    'SELECT key, op, body, created_at FROM outbox ORDER BY place',
  );
  const remove = database.prepare('DELETE FROM outbox WHERE key = ?');
  const defer = database.prepare(
    'UPDATE outbox SET place = (SELECT max(place) + 1 FROM outbox) WHERE key = ?',
  );
  let size = counted();
  return {
    add(item) {
      if (size >= spoolLimits.outboxMax) {
        throw new RuntimeError('SPL_FULL', `more than ${spoolLimits.outboxMax} messages wait`);
      }
      const body = JSON.stringify(item.body);
      size += write(() => add.run(item.key, item.op, body, item.createdAt)).changes;
    },
    first() {
      const row = read(() => first.get());
      return row === undefined ? undefined : itemOf(row);
    },
    remove(key) {
      size -= write(() => remove.run(key)).changes;
    },
    defer(key) {
      write(() => defer.run(key));
    },
    all: () => read(() => all.all()).map(itemOf),
    get size() {
      return size;
    },
  };
}

/** One page of the file changes per commit: somebody waits for it with a finger on the glass. */
function heldOf(database: Database.Database, { read, write }: Access): Spool['held'] {
  const put = database.prepare(
    `INSERT INTO held (key, op, body, created_at) VALUES (?, ?, ?, ?)
     ON CONFLICT (key) DO UPDATE SET op = excluded.op, body = excluded.body`,
  );
  const remove = database.prepare('DELETE FROM held WHERE key = ?');
  const all = database.prepare<[], OutboxRow>(
    'SELECT key, op, body, created_at FROM held ORDER BY created_at, key',
  );
  const others = database
    .prepare<[string], number>('SELECT count(*) FROM held WHERE key <> ?')
    .pluck();
  return {
    put({ key, op, body, createdAt }) {
      if ((read(() => others.get(key)) ?? 0) >= spoolLimits.heldMax) {
        throw new RuntimeError('SPL_FULL', `${spoolLimits.heldMax} messages are held back`);
      }
      write(() => put.run(key, op, JSON.stringify(body), createdAt));
    },
    remove(key) {
      write(() => remove.run(key));
    },
    all: () => read(() => all.all()).map(itemOf),
  };
}

function jobsOf(
  database: Database.Database,
  clock: Clock,
  { read, write }: Access,
  tidy: Pick<Tidier, 'nobodyWaits'>,
): Spool['jobs'] {
  const columns = 'job_id, ticket, document, again, state, code, at';
  const open = "state IN ('queued', 'sending', 'sent')";
  const add = database.prepare(`INSERT INTO jobs (${columns}) VALUES (?, ?, ?, ?, ?, NULL, ?)`);
  const setState = database.prepare('UPDATE jobs SET state = ?, code = ?, at = ? WHERE job_id = ?');
  const get = database.prepare<[string], JobRow>(`SELECT ${columns} FROM jobs WHERE job_id = ?`);
  const unfinished = database.prepare<[], JobRow>(
    `SELECT ${columns} FROM jobs WHERE ${open} ORDER BY place`,
  );
  const unfinishedCount = database
    .prepare<[], number>(`SELECT count(*) FROM jobs WHERE ${open}`)
    .pluck();
  const prune = database.prepare(
    `DELETE FROM jobs WHERE NOT (${open}) AND place <= (SELECT max(place) FROM jobs) - ?`,
  );
  // At the end of a job, not at its beginning: there a citizen waits for the first byte.
  const setStateAndPrune = database.transaction((...row: Parameters<typeof setState.run>) => {
    setState.run(...row);
    prune.run(spoolLimits.endedJobsMax);
  });
  const ids = database.prepare<[], string>('SELECT job_id FROM jobs').pluck();
  /** All there are, and some that were pruned: a press waits for "no such job". */
  let known = new Set(ids.all());
  return {
    add(job) {
      if ((read(() => unfinishedCount.get()) ?? 0) >= spoolLimits.unfinishedJobsMax) {
        throw new RuntimeError('SPL_FULL', `${spoolLimits.unfinishedJobsMax} papers are under way`);
      }
      const document = JSON.stringify(job.document);
      const again = job.again === undefined ? null : JSON.stringify(job.again);
      const { jobId, ticket, state = 'queued' } = job;
      write(() => add.run(jobId, ticket, document, again, state, clock.now()));
      known.add(job.jobId);
    },
    setState(jobId, state, code) {
      write(() => setStateAndPrune(state, code, clock.now(), jobId));
      if (state !== 'queued' && state !== 'sending' && state !== 'sent') tidy.nobodyWaits();
    },
    get(jobId) {
      if (known.size > 2 * spoolLimits.endedJobsMax) known = new Set(read(() => ids.all()));
      if (!known.has(jobId)) return undefined;
      const row = read(() => get.get(jobId));
      return row === undefined ? undefined : jobOf(row);
    },
    unfinished: () => read(() => unfinished.all()).map(jobOf),
  };
}

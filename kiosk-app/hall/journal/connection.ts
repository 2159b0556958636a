/** The journal's database file: settings, tables, and the statements prepared once. */
import Database from 'better-sqlite3';
import { dayChecksum, headChecksum, startChecksum } from './checksum.ts';
import { JournalError, storageError } from './errors.ts';
import { journalLimits } from './limits.ts';

export type Db = Database.Database;

/** Rises with every change of the tables; a file of a higher version is refused. */
export const schemaVersion = 1;
/** "XHJ1": tells a journal from any other SQLite file (PRAGMA application_id). */
export const applicationId = 0x58484a31;

/** live -> copied -> verified -> archived -> deleted; see archive.ts. */
export type DayStage = 'live' | 'copied' | 'verified' | 'archived' | 'deleted';

const tables = `
  CREATE TABLE head (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL, crc INTEGER NOT NULL) STRICT;
  CREATE TABLE events (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, crc INTEGER NOT NULL, json TEXT NOT NULL) STRICT;
  CREATE TABLE keys (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, digest TEXT NOT NULL,
    seq INTEGER NOT NULL, crc INTEGER NOT NULL, answer TEXT NOT NULL) STRICT;
  CREATE TABLE days (day TEXT PRIMARY KEY, first_seq INTEGER NOT NULL UNIQUE, stage TEXT NOT NULL, crc INTEGER NOT NULL) STRICT;
  CREATE TABLE snapshots (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, bytes INTEGER NOT NULL, crc INTEGER NOT NULL, data BLOB NOT NULL) STRICT;
  CREATE TABLE starts (epoch INTEGER PRIMARY KEY, at INTEGER NOT NULL, pid INTEGER NOT NULL, host TEXT NOT NULL,
    program TEXT NOT NULL, crc INTEGER NOT NULL) STRICT;
`;

export interface EventRow {
  seq: number;
  at: number;
  crc: number;
  json: string;
}
export interface KeyRow {
  key: string;
  digest: string;
  seq: number;
  crc: number;
  answer: string;
}
export interface DayRow {
  day: string;
  first_seq: number;
  stage: DayStage;
  crc: number;
}

export interface Connection {
  db: Db;
  file: string;
  begin: Database.Statement<[]>;
  commit: Database.Statement<[]>;
  insertEvent: Database.Statement<[number, number, number, string]>;
  insertKey: Database.Statement<[string, string, number, number, string]>;
  insertDay: Database.Statement<[string, number, string, number]>;
  updateHead: Database.Statement<[number, number]>;
  /** Parameter: JSON array of keys. */
  findKeys: Database.Statement<[string], KeyRow>;
  eventsFrom: Database.Statement<[number, number, number], EventRow>;
}

/** @throws JournalError JRN_OPEN, JRN_VERSION, JRN_CORRUPT, JRN_IO, JRN_FULL */
export function connect(file: string): Connection {
  let db: Db;
  try {
    db = new Database(file, { timeout: journalLimits.lockWaitMs });
  } catch (e) {
    throw new JournalError('JRN_OPEN', `can not open ${file}: ${String(e)}`, { cause: e });
  }
  try {
    configure(db, file);
    return prepared(db, file);
  } catch (e) {
    db.close();
    throw storageError(e, 'open', file);
  }
}

function configure(db: Db, file: string): void {
  db.pragma('journal_mode = WAL');
  // The library's default in WAL mode is NORMAL: commits would return before they are on disk.
  db.pragma('synchronous = FULL');
  // By default a commit now and then also moves 1000 pages: somebody's press would pay for that.
  db.pragma('wal_autocheckpoint = 0');
  // The log file keeps its size: a flush that also has to record a new file size costs double.
  db.pragma('journal_size_limit = -1');
  // 4 MB instead of the library's 16: the hall writes at the end and looks keys up near it.
  db.pragma('cache_size = -4000');
  const id = db.pragma('application_id', { simple: true });
  const version = Number(db.pragma('user_version', { simple: true }));
  const empty = db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() === 0;
  if (id === 0 && empty) {
    createTables(db);
    return;
  }
  if (id !== applicationId) {
    throw new JournalError('JRN_OPEN', `${file} is not a journal of Xuhao`);
  }
  if (version > schemaVersion) {
    throw new JournalError(
      'JRN_VERSION',
      `${file} has version ${version}, this program knows up to ${schemaVersion}. Start the newer program again.`,
    );
  }
}

function createTables(db: Db): void {
  db.transaction(() => {
    db.exec(tables);
    db.prepare('INSERT INTO head VALUES (1, 0, ?)').run(headChecksum(0));
    db.pragma(`application_id = ${applicationId}`);
    db.pragma(`user_version = ${schemaVersion}`);
  })();
}

function prepared(db: Db, file: string): Connection {
  return {
    db,
    file,
    begin: db.prepare('BEGIN IMMEDIATE'),
    commit: db.prepare('COMMIT'),
    insertEvent: db.prepare('INSERT INTO events (seq, at, crc, json) VALUES (?, ?, ?, ?)'),
    insertKey: db.prepare(
      'INSERT INTO keys (key, digest, seq, crc, answer) VALUES (?, ?, ?, ?, ?)',
    ),
    // A day that is already there (it never should be) goes on: no reason to stop a hall.
    insertDay: db.prepare(
      'INSERT INTO days (day, first_seq, stage, crc) VALUES (?, ?, ?, ?) ON CONFLICT (day) DO NOTHING',
    ),
    updateHead: db.prepare('UPDATE head SET seq = ?, crc = ? WHERE one = 1'),
    findKeys: db.prepare(
      'SELECT key, digest, seq, crc, answer FROM keys WHERE key IN (SELECT value FROM json_each(?))',
    ),
    eventsFrom: db.prepare(
      'SELECT seq, at, crc, json FROM events WHERE seq BETWEEN ? AND ? ORDER BY seq LIMIT ?',
    ),
  };
}

/** @throws JournalError JRN_CORRUPT */
export function readHead({ db, file }: Connection): number {
  const row = db
    .prepare<[], { seq: number; crc: number }>('SELECT seq, crc FROM head WHERE one = 1')
    .get();
  if (row === undefined || row.crc !== headChecksum(row.seq)) {
    throw damaged(file, 'the row that names the newest event (table head) is damaged');
  }
  return row.seq;
}

/** Business days in order. @throws JournalError JRN_CORRUPT */
export function readDays({ db, file }: Connection): DayRow[] {
  const rows = db
    .prepare<[], DayRow>('SELECT day, first_seq, stage, crc FROM days ORDER BY first_seq')
    .all();
  for (const row of rows) {
    if (row.crc !== dayChecksum(row.day, row.first_seq, row.stage)) {
      throw damaged(file, `the row of day ${row.day} (table days) is damaged`);
    }
  }
  return rows;
}

export function setDayStage({ db }: Connection, row: DayRow, stage: DayStage): void {
  db.prepare('UPDATE days SET stage = ?, crc = ? WHERE day = ?').run(
    stage,
    dayChecksum(row.day, row.first_seq, stage),
    row.day,
  );
}

export interface Start {
  at: number;
  pid: number;
  host: string;
  program: string;
}

/**
 * Records this start; durable when it returns.
 * @param epochMin the new epoch is at least this
 * @throws JournalError JRN_CORRUPT
 */
export function recordStart({ db, file }: Connection, start: Start, epochMin: number): number {
  const last = db
    .prepare<[], { epoch: number; at: number; crc: number }>(
      'SELECT epoch, at, crc FROM starts ORDER BY epoch DESC LIMIT 1',
    )
    .get();
  if (last !== undefined && last.crc !== startChecksum(last.epoch, last.at)) {
    throw damaged(file, `the row of the last start (table starts, epoch ${last.epoch}) is damaged`);
  }
  const epoch = Math.max((last?.epoch ?? 0) + 1, epochMin);
  db.transaction(() => {
    db.prepare('INSERT INTO starts VALUES (?, ?, ?, ?, ?, ?)').run(
      epoch,
      start.at,
      start.pid,
      start.host,
      start.program,
      startChecksum(epoch, start.at),
    );
    db.prepare(
      'DELETE FROM starts WHERE epoch <= (SELECT epoch FROM starts ORDER BY epoch DESC LIMIT 1 OFFSET ?)',
    ).run(journalLimits.startsKept);
  }).immediate();
  return epoch;
}

/** The error for damage, always with what to do about it. */
export function damaged(file: string, what: string): JournalError {
  return new JournalError(
    'JRN_CORRUPT',
    `${what}; file ${file}. Nothing was changed. Keep a copy of the whole directory, look after the disk, ` +
      'then restore the last backup (see "When it stops loudly" in kiosk-app/hall/journal/README.md).',
  );
}

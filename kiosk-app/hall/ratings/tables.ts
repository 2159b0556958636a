/**
 * `ratings.sqlite` beside the journal: what evaluations need for longer than the journal keeps its
 * days, and what is done with them. Everything but the work on it (upload, rectification) follows
 * from the journal: `cursor` is the newest event taken over, in the same transaction.
 */
import Database from 'better-sqlite3';
import { RatingsError } from './errors.ts';

export type RatingsDb = Database.Database;

const schemaVersion = 1;
/** "XHR1" */
const applicationId = 0x58485231;
/** A technician's command may write while the hall runs: milliseconds. */
const lockWaitMs = 1_000;

const tables = `
  CREATE TABLE follow (one INTEGER PRIMARY KEY CHECK (one = 1), cursor INTEGER NOT NULL) STRICT;
  INSERT INTO follow VALUES (1, 0);
  CREATE TABLE services (day TEXT NOT NULL, window TEXT NOT NULL, clerk TEXT NOT NULL, n INTEGER NOT NULL,
    PRIMARY KEY (day, window, clerk)) STRICT, WITHOUT ROWID;
  CREATE TABLE ratings (seq INTEGER PRIMARY KEY, n INTEGER, day TEXT NOT NULL, at INTEGER NOT NULL, window TEXT NOT NULL,
    clerk TEXT NOT NULL, level TEXT NOT NULL, channel TEXT NOT NULL, round INTEGER NOT NULL, json TEXT NOT NULL) STRICT;
  CREATE INDEX ratings_day ON ratings (day);
  CREATE TABLE rectifications (seq INTEGER PRIMARY KEY, due TEXT NOT NULL, closed_at INTEGER, outcome TEXT, note TEXT) STRICT;
  CREATE TABLE outbox (seq INTEGER PRIMARY KEY, state TEXT NOT NULL, attempts INTEGER NOT NULL, tried_at INTEGER,
    error TEXT, receipt TEXT) STRICT;
  CREATE INDEX outbox_state ON outbox (state, seq);
`;

/** @throws RatingsError RAT_STORE, RAT_VERSION */
export function openRatingsDb(file: string, mode: 'hall' | 'reader'): RatingsDb {
  try {
    const db = new Database(file, { timeout: lockWaitMs, fileMustExist: mode === 'reader' });
    try {
      configure(db, file);
      return db;
    } catch (e) {
      db.close();
      throw e;
    }
  } catch (e) {
    if (e instanceof RatingsError) throw e;
    throw new RatingsError('RAT_STORE', `${file}: ${String(e)}`, { cause: e });
  }
}

function configure(db: RatingsDb, file: string): void {
  db.pragma('journal_mode = WAL');
  // The library's default in WAL mode is NORMAL: what was sent could be forgotten and sent again.
  db.pragma('synchronous = FULL');
  db.pragma('cache_size = -1000');
  const version = Number(db.pragma('user_version', { simple: true }));
  const id = db.pragma('application_id', { simple: true });
  if (id === 0 && version === 0) {
    db.transaction(() => {
      db.exec(tables);
      db.pragma(`application_id = ${applicationId}`);
      db.pragma(`user_version = ${schemaVersion}`);
    })();
    return;
  }
  if (id !== applicationId) throw new RatingsError('RAT_STORE', `${file} is not a store of Xuhao`);
  if (version > schemaVersion) {
    throw new RatingsError(
      'RAT_VERSION',
      `${file} has version ${version}, known is ${schemaVersion}`,
    );
  }
}

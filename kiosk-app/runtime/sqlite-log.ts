/** The write-ahead log of a SQLite file. */
import { statSync } from 'node:fs';
import Database from 'better-sqlite3';

/** A frame of the log: one page and its header (SQLite, "WAL File Format"). */
const pageBytes = 4096;
const frameBytes = pageBytes + 24;

/** Size of the log as the file system has it, bytes. */
export const logBytes = (file: string): number =>
  statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0;

/**
 * Gives the log its size while nobody waits: a flush that also has to record a new size of the file
 * costs double, and the first hundreds of commits of a day would pay for it. Nothing that the file
 * means is changed. Where there is no room it stays as small as it is: the first commit tells, to
 * somebody who can be told.
 * @returns true: everything is in the database file, the log begins anew
 * @throws SqliteError the disk fails: what stands in the log can not be trusted, open the file anew
 */
export function growLog(db: Database.Database, file: string, bytes: number): boolean {
  const version = Number(db.pragma('user_version', { simple: true }));
  try {
    // Nothing is lost with what is written here: it says what was said before.
    db.pragma('synchronous = OFF');
    // A log that is empty but long is written over first: so many frames are enough in any case.
    let left = Math.ceil((bytes + logBytes(file)) / frameBytes);
    for (; left > 0 && logBytes(file) < bytes; left -= 1) {
      db.pragma(`user_version = ${version}`);
    }
  } catch (error) {
    if (!isFull(error)) throw error;
  } finally {
    db.pragma('synchronous = FULL');
  }
  return foldLog(db);
}

/**
 * Moves what stands in the log into the database file. Never waits for a technician who is reading.
 * @returns true: everything is there, the log begins anew
 * @throws SqliteError the disk fails
 */
export function foldLog(db: Database.Database): boolean {
  try {
    const [r] = db.pragma('wal_checkpoint(PASSIVE)') as { log: number; checkpointed: number }[];
    return r !== undefined && r.log === r.checkpointed;
  } catch (error) {
    if (isFull(error)) return false;
    throw error;
  }
}

const isFull = (error: unknown) =>
  error instanceof Database.SqliteError && error.code === 'SQLITE_FULL';

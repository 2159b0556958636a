/** `archive/<day>.sqlite`: the events of one ended business day, a file by itself. */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { applicationId, type Db, type EventRow, schemaVersion } from './connection.ts';

export const archiveFile = (dir: string, day: string) => join(dir, `${day}.sqlite`);

export function openArchive(dir: string, day: string): Db {
  const created = !existsSync(dir);
  mkdirSync(dir, { recursive: true });
  const db = new Database(archiveFile(dir, day));
  try {
    // No write-ahead log: an archive shall be one file, copied and read without companions.
    db.pragma('journal_mode = DELETE');
    db.pragma('synchronous = FULL');
    db.pragma(`application_id = ${applicationId}`);
    db.pragma(`user_version = ${schemaVersion}`);
    db.exec(
      'CREATE TABLE IF NOT EXISTS events (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, crc INTEGER NOT NULL, json TEXT NOT NULL) STRICT',
    );
  } catch (e) {
    db.close();
    throw e;
  }
  if (created) syncDirectory(join(dir, '..'));
  syncDirectory(dir);
  return db;
}

/** Newest event in the archive, 0 = none. */
export const lastArchived = (db: Db) =>
  Number(db.prepare('SELECT coalesce(max(seq), 0) FROM events').pluck().get());

export function appendRows(db: Db, rows: readonly EventRow[]): void {
  const insert = db.prepare('INSERT INTO events (seq, at, crc, json) VALUES (?, ?, ?, ?)');
  db.transaction(() => {
    for (const row of rows) insert.run(row.seq, row.at, row.crc, row.json);
  })();
}

export function deleteArchive(dir: string, day: string): void {
  const file = archiveFile(dir, day);
  rmSync(file, { force: true });
  rmSync(`${file}-journal`, { force: true });
  if (existsSync(dir)) syncDirectory(dir);
}

/** A new or removed name is durable only when its directory is. */
export function syncDirectory(dir: string): void {
  const fd = openSync(dir, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

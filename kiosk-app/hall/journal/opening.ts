/** What opening and recovering need beside SQL: the directory, the torn tail, the proof of room. */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../../runtime/log.ts';
import { growLog, logBytes } from '../../runtime/sqlite-log.ts';
import type { Connection } from './connection.ts';
import { JournalError } from './errors.ts';
import { journalLimits } from './limits.ts';

/**
 * The write-ahead log at its usual size, and empty where nobody reads it.
 * @returns bytes that stand in it
 * @throws SqliteError: the disk fails
 */
export function preparedLog({ db, file }: Connection, bytes: number): number {
  const left = logBytes(file);
  return growLog(db, file, bytes) ? 0 : left;
}

export function makeDirectory(dir: string): void {
  try {
    mkdirSync(dir, { recursive: true, mode: 0o750 });
  } catch (e) {
    throw new JournalError('JRN_OPEN', `can not make the directory ${dir}: ${String(e)}`, {
      cause: e,
    });
  }
}

/** Rows that were written but never made part of a commit. */
export function cutTornTail(c: Connection, head: number, log: Log): void {
  const first = c.db.prepare('SELECT min(seq) FROM events WHERE seq > ?').pluck().get(head);
  if (first === null) return;
  const cut = c.db.transaction(() => {
    const { changes } = c.db.prepare('DELETE FROM events WHERE seq > ?').run(head);
    c.db.prepare('DELETE FROM keys WHERE seq > ?').run(head);
    c.db.prepare('DELETE FROM days WHERE first_seq > ?').run(head);
    c.db.prepare('DELETE FROM snapshots WHERE seq > ?').run(head);
    return changes;
  });
  const events = cut.immediate();
  log.warn({ head, events, file: c.file }, 'torn tail: events beyond the newest commit are cut');
}

/**
 * After a backup was put back the epoch must rise above all that the machines have seen: a
 * technician writes a number into this file (README.md).
 */
export function epochFloor(dir: string): number {
  const file = join(dir, 'epoch-at-least.txt');
  if (!existsSync(file)) return 1;
  const text = readFileSync(file, 'utf8').trim();
  if (!/^[0-9]{1,9}$/.test(text)) {
    throw new JournalError(
      'JRN_OPEN',
      `${file} must hold one whole number, found "${text.slice(0, 40)}"`,
    );
  }
  return Math.max(1, Number(text));
}

/** Proves that there is room and that a flush works. @throws ENOSPC, EIO, ... */
export function probe(dir: string): void {
  const file = join(dir, 'probe.tmp');
  try {
    const fd = openSync(file, 'w');
    try {
      const bytes = Buffer.alloc(journalLimits.probeBytes, 1);
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  } finally {
    rmSync(file, { force: true });
  }
}

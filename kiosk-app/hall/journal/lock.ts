/**
 * One hall per data directory. The lock is an open write transaction on a tiny SQLite file, held
 * for the life of the process: the operating system lets go of it however the process ends, so no
 * stale lock file ever needs a hand. It stands apart from the journal so that technicians can
 * read that one while the hall runs.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { JournalError, storageError } from './errors.ts';

export interface Lock {
  release(): void;
}

/**
 * @param since wall clock, ms
 * @throws JournalError JRN_LOCKED (says who holds it), JRN_OPEN
 */
export function takeLock(dir: string, since: number): Lock {
  const file = join(dir, 'journal-lock.sqlite');
  const holder = join(dir, 'journal-lock.json');
  let db: Database.Database;
  try {
    // Not waiting: whoever holds it holds it for days.
    db = new Database(file, { timeout: 0 });
  } catch (e) {
    throw new JournalError('JRN_OPEN', `can not open ${file}: ${String(e)}`, { cause: e });
  }
  try {
    db.exec('BEGIN EXCLUSIVE');
    writeFileSync(
      holder,
      `${JSON.stringify({ pid: process.pid, host: hostname(), since: new Date(since).toISOString() })}\n`,
    );
  } catch (e) {
    db.close();
    const error = storageError(e, 'lock', file);
    if (error.code !== 'JRN_BUSY') throw error;
    throw new JournalError(
      'JRN_LOCKED',
      `another hall is running on ${dir}${holderText(holder)}. ` +
        'Stop that one first, or start this one with another data directory.',
      { cause: e },
    );
  }
  return {
    release() {
      if (db.open) db.close();
    },
  };
}

function holderText(file: string): string {
  try {
    const { pid, host, since } = JSON.parse(readFileSync(file, 'utf8'));
    return ` (process ${pid} on ${host}, since ${since})`;
  } catch {
    // Its text is a courtesy; the lock itself is what counts.
    return '';
  }
}

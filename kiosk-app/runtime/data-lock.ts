/**
 * One process per data directory. The lock is an exclusive transaction on a small SQLite file, held
 * as long as the process lives: the kernel lets go of it whatever kills the process, so there is no
 * stale lock to clean up, and it works between processes and within one.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { codeOf, messageOf, RuntimeError } from './errors.ts';

/**
 * Makes the directory if need be and takes its lock.
 * @returns lets go of the lock
 * @throws RuntimeError SPL_LOCKED, SPL_IO
 */
export function lockData(dataDir: string): () => void {
  let database: Database.Database | undefined;
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o750 });
    // timeout 0: whoever came second is told at once.
    database = new Database(join(dataDir, 'lock.sqlite'), { timeout: 0 });
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database?.close();
    if (codeOf(error) === 'SQLITE_BUSY') {
      throw new RuntimeError(
        'SPL_LOCKED',
        `another process works on ${dataDir}: stop it first, or give this one its own --data`,
        { cause: error },
      );
    }
    throw new RuntimeError('SPL_IO', `can not use ${dataDir}: ${messageOf(error)}`, {
      cause: error,
    });
  }
  const held = database;
  return () => held.close();
}

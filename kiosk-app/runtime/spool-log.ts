/** The spool's write-ahead log is folded into the file when nobody waits for a commit. */
import type Database from 'better-sqlite3';
import { messageOf } from './errors.ts';
import type { Log } from './log.ts';
import type { Clock } from './ports.ts';
import { foldLog } from './sqlite-log.ts';

export interface Tidier {
  /** Something was committed. */
  written(): void;
  /** A paper has come to its end: nobody waits right now. */
  nobodyWaits(): void;
  close(): void;
}

export interface TidierOptions {
  database: Database.Database;
  clock: Clock;
  log: Log;
  /** Commits in the log that are worth it. */
  tidyCommits: number;
  /** Nothing was written for so long, ms: nobody waits. */
  tidyQuietMs: number;
}

export function tidier({ database, clock, log, tidyCommits, tidyQuietMs }: TidierOptions): Tidier {
  let commits = 0;
  let lastMono = 0;
  let cancelLook: (() => void) | null = null;
  let cancelFold: (() => void) | null = null;
  const fold = () => {
    cancelFold = null;
    commits = 0;
    try {
      foldLog(database);
    } catch (error) {
      log.error({ code: 'SPL_IO', error: messageOf(error) }, 'the log of the spool stays long');
    }
  };
  const look = () => {
    cancelLook = null;
    const leftMs = lastMono + tidyQuietMs - clock.mono();
    if (leftMs > 0) cancelLook = clock.after(Math.ceil(leftMs), look);
    else if (commits >= tidyCommits) fold();
  };
  return {
    written() {
      commits += 1;
      lastMono = clock.mono();
      if (commits >= tidyCommits) cancelLook ??= clock.after(tidyQuietMs, look);
    },
    nobodyWaits() {
      if (commits >= tidyCommits) cancelFold ??= clock.after(0, fold);
    },
    close() {
      cancelLook?.();
      cancelFold?.();
    },
  };
}

/**
 * Ended business days leave the journal for `archive/<day>.sqlite`, in steps that may be interrupted
 * anywhere and begun again:
 *
 *   live -> (rows copied in pieces) copied -> (copy read back and compared) verified
 *        -> (rows deleted here in pieces) archived -> (beyond keep_days: file deleted) deleted
 *
 * The stage is durable before the next one's first change. A day may go only when the newest
 * snapshot stands behind it, so a start never needs the archive unless that snapshot is damaged.
 */
import Database from 'better-sqlite3';
import type { Log } from '../../runtime/log.ts';
import {
  appendRows,
  archiveFile,
  deleteArchive,
  lastArchived,
  openArchive,
} from './archive-file.ts';
import {
  type Connection,
  type DayRow,
  type EventRow,
  readDays,
  setDayStage,
} from './connection.ts';
import { JournalError, storageError } from './errors.ts';
import { journalLimits } from './limits.ts';
import { checkEvent, lastSeqOf } from './replay.ts';
import { snapshotRange } from './snapshots.ts';

export interface ArchiveParts {
  connection: Connection;
  dir: string;
  head: number;
  keepDays: number;
  /** Told before and after every durable step, see JournalOptions. */
  faultPoint: (name: string) => void;
  log: Log;
}

/** What lives only in memory between the steps; a new process begins the day's stage anew. */
export interface ArchiveProgress {
  comparedTo: number;
  failedCopies: number;
}
export const noProgress = (): ArchiveProgress => ({ comparedTo: 0, failedCopies: 0 });

interface Span {
  day: DayRow;
  first: number;
  last: number;
}

/**
 * One bounded step.
 * @returns true when there is more to do
 * @throws JournalError JRN_CORRUPT (an old event is damaged), JRN_IO, JRN_FULL
 */
export function archiveStep(parts: ArchiveParts, progress: ArchiveProgress): boolean {
  const days = readDays(parts.connection);
  const snapshots = snapshotRange(parts.connection);
  // The last row is today.
  for (const [index, day] of days.slice(0, -1).entries()) {
    const span = { day, first: day.first_seq, last: lastSeqOf(days, index, parts.head) };
    if (day.stage === 'archived' || day.stage === 'deleted') continue;
    if (span.last > snapshots.newest) break;
    moveOn(parts, span, progress);
    return true;
  }
  if (deleteOldest(parts, days, snapshots.oldest)) return true;
  return forgetKeys(parts, days);
}

function moveOn(parts: ArchiveParts, span: Span, progress: ArchiveProgress): void {
  parts.faultPoint(`archive:${span.day.stage}`);
  if (span.day.stage === 'live') copyPiece(parts, span, progress);
  else if (span.day.stage === 'copied') comparePiece(parts, span, progress);
  else deletePiece(parts, span);
  parts.faultPoint('archive:step-done');
}

function copyPiece(parts: ArchiveParts, span: Span, progress: ArchiveProgress): void {
  const { connection, dir } = parts;
  const archive = openOrBeginAnew(dir, span.day.day);
  try {
    const from = Math.max(lastArchived(archive) + 1, span.first);
    const rows = connection.eventsFrom.all(from, span.last, journalLimits.housekeepingRows);
    for (const [i, row] of rows.entries()) checkEvent(row, from + i, connection.file);
    appendRows(archive, rows);
    parts.faultPoint('archive:piece-copied');
    const reached = from + rows.length - 1;
    if (reached < span.last && rows.length === 0) {
      checkEvent(undefined, from, connection.file);
    }
    if (reached < span.last) return;
  } finally {
    archive.close();
  }
  progress.comparedTo = span.first - 1;
  setDayStage(connection, span.day, 'copied');
}

/** What another program or a failing disk left under this name is no archive: it is made anew. */
function openOrBeginAnew(dir: string, day: string): Database.Database {
  try {
    return openArchive(dir, day);
  } catch (e) {
    if (storageError(e, 'open', archiveFile(dir, day)).code !== 'JRN_CORRUPT') throw e;
    deleteArchive(dir, day);
    return openArchive(dir, day);
  }
}

/** Reads the copy back and compares it with the original. */
function comparePiece(parts: ArchiveParts, span: Span, progress: ArchiveProgress): void {
  const { connection, dir } = parts;
  const from = Math.max(progress.comparedTo + 1, span.first);
  const original = connection.eventsFrom.all(from, span.last, journalLimits.housekeepingRows);
  if (!sameInCopy(archiveFile(dir, span.day.day), original, span)) {
    progress.failedCopies++;
    parts.log.warn(
      { day: span.day.day, attempt: progress.failedCopies },
      'archive copy does not compare equal, copying again',
    );
    if (progress.failedCopies >= journalLimits.copyAttempts) {
      throw new JournalError(
        'JRN_IO',
        `the archive of ${span.day.day} in ${dir} does not read back as written; is the disk failing?`,
      );
    }
    deleteArchive(dir, span.day.day);
    setDayStage(connection, span.day, 'live');
    return;
  }
  progress.comparedTo = from + original.length - 1;
  if (progress.comparedTo >= span.last) {
    setDayStage(connection, span.day, 'verified');
    Object.assign(progress, noProgress());
  }
}

function sameInCopy(file: string, original: readonly EventRow[], span: Span): boolean {
  let copy: Database.Database;
  try {
    copy = new Database(file, { readonly: true, fileMustExist: true });
  } catch {
    return false;
  }
  try {
    const one = copy.prepare<[number], EventRow>(
      'SELECT seq, at, crc, json FROM events WHERE seq = ?',
    );
    const same = original.every((row) => {
      const other = one.get(row.seq);
      return other?.at === row.at && other.crc === row.crc && other.json === row.json;
    });
    if (original.at(-1)?.seq !== span.last) return same;
    // Counting reads the whole file: once, with the last piece.
    const total = copy.prepare('SELECT count(*) FROM events').pluck().get();
    return same && total === span.last - span.first + 1;
  } catch {
    return false;
  } finally {
    copy.close();
  }
}

function deletePiece({ connection }: ArchiveParts, span: Span): void {
  const { changes } = connection.db
    .prepare(
      'DELETE FROM events WHERE seq IN (SELECT seq FROM events WHERE seq BETWEEN ? AND ? ORDER BY seq LIMIT ?)',
    )
    .run(span.first, span.last, journalLimits.housekeepingRows);
  if (changes < journalLimits.housekeepingRows) setDayStage(connection, span.day, 'archived');
}

/**
 * Days are counted, not dated: a clock that once stood in the year 2099 must not empty the archive.
 */
function deleteOldest(
  parts: ArchiveParts,
  days: readonly DayRow[],
  oldestSnapshot: number,
): boolean {
  const kept = days.flatMap((day, index) => (day.stage === 'archived' ? [{ day, index }] : []));
  const oldest = kept[0];
  if (oldest === undefined || kept.length <= parts.keepDays) return false;
  if (lastSeqOf(days, oldest.index, parts.head) > oldestSnapshot) return false;
  deleteArchive(parts.dir, oldest.day.day);
  parts.faultPoint('archive:file-deleted');
  setDayStage(parts.connection, oldest.day, 'deleted');
  return true;
}

/** Keys stay for today and the business day before. */
function forgetKeys({ connection }: ArchiveParts, days: readonly DayRow[]): boolean {
  const before = days.at(-2);
  if (before === undefined) return false;
  const { changes } = connection.db
    .prepare(
      'DELETE FROM keys WHERE id IN (SELECT id FROM (SELECT id, seq FROM keys ORDER BY id LIMIT ?) WHERE seq < ?)',
    )
    .run(journalLimits.housekeepingRows, before.first_seq);
  return changes > 0;
}

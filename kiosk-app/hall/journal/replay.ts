/** Reads history back, every event checked: number, checksum, no gap. */
import Database from 'better-sqlite3';
import type { JournalEvent } from '../contract.ts';
import { archiveFile } from './archive-file.ts';
import { eventChecksum } from './checksum.ts';
import { type Connection, type DayRow, damaged, type EventRow, readDays } from './connection.ts';
import { storageError } from './errors.ts';
import { journalLimits } from './limits.ts';

/** Rows of [from, to], in order, at most `limit`. */
type Read = (from: number, to: number, limit: number) => EventRow[];

/** Checks one row against the number it must have. @throws JournalError JRN_CORRUPT */
export function checkEvent(row: EventRow | undefined, seq: number, file: string): EventRow {
  if (row === undefined || row.seq !== seq) throw damaged(file, `event ${seq} is missing`);
  if (row.crc !== eventChecksum(row.seq, row.at, row.json)) {
    throw damaged(file, `event ${seq} is damaged (its checksum does not fit)`);
  }
  return row;
}

/** Last event of the day at `index`, when the newest of all is `head`. */
export function lastSeqOf(days: readonly DayRow[], index: number, head: number): number {
  return (days[index + 1]?.first_seq ?? head + 1) - 1;
}

/**
 * Events `afterSeq`+1 .. `head`. Days already archived are read from their archive.
 * @throws JournalError JRN_CORRUPT (while iterating), JRN_IO
 */
export function* eventsAfter(
  c: Connection,
  archiveDir: string,
  afterSeq: number,
  head: number,
): Generator<JournalEvent> {
  const days = readDays(c);
  let next = afterSeq + 1;
  for (const [index, day] of days.entries()) {
    const last = lastSeqOf(days, index, head);
    if (last < next) continue;
    if (next < day.first_seq) throw damaged(c.file, `event ${next} belongs to no day`);
    yield* eventsOfDay(c, archiveDir, day, next, last);
    next = last + 1;
  }
  if (next <= head) throw damaged(c.file, `event ${next} belongs to no day`);
}

function* eventsOfDay(
  c: Connection,
  archiveDir: string,
  day: DayRow,
  from: number,
  to: number,
): Generator<JournalEvent> {
  if (day.stage === 'deleted') {
    const what = `no good snapshot is left and the events of ${day.day} are deleted by now`;
    throw damaged(c.file, what);
  }
  if (day.stage === 'live' || day.stage === 'copied') {
    yield* checked((a, z, n) => c.eventsFrom.all(a, z, n), day.day, c.file, from, to);
    return;
  }
  const file = archiveFile(archiveDir, day.day);
  const { read, close } = archiveReader(file);
  try {
    yield* checked(read, day.day, file, from, to);
  } finally {
    close();
  }
}

function* checked(
  read: Read,
  day: string,
  file: string,
  from: number,
  to: number,
): Generator<JournalEvent> {
  // In pieces: an open statement would keep the connection from everything else.
  for (let next = from; next <= to; ) {
    const rows = reading(read, next, to, file);
    if (rows.length === 0) checkEvent(undefined, next, file);
    for (const row of rows) {
      const { seq, at, json } = checkEvent(row, next, file);
      yield { seq, at, day, json };
      next++;
    }
  }
}

function reading(read: Read, from: number, to: number, file: string): EventRow[] {
  try {
    return read(from, to, journalLimits.replayRows);
  } catch (e) {
    throw storageError(e, 'replay', file);
  }
}

function archiveReader(file: string): { read: Read; close: () => void } {
  try {
    const db = new Database(file, { readonly: true, fileMustExist: true });
    const rows = db.prepare<[number, number, number], EventRow>(
      'SELECT seq, at, crc, json FROM events WHERE seq BETWEEN ? AND ? ORDER BY seq LIMIT ?',
    );
    return { read: (a, z, n) => rows.all(a, z, n), close: () => db.close() };
  } catch (e) {
    throw damaged(file, `the archive can not be read (${storageError(e, 'open', file).message})`);
  }
}

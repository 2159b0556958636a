/**
 * Is the chain of evaluations whole? The book and the journal (with its archived days) are read
 * beside the running hall; the first broken link is named. Whoever changes a record would have to
 * change every later one, in both places, and in what the province has (it gets number and hash).
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Evaluated } from '../queue/events.ts';
import { chainStart, linkHash } from '../queue/index.ts';
import { RatingsError } from './errors.ts';
import { ratingsFile } from './setup.ts';
import { openRatingsDb } from './tables.ts';

export type ChainFinding =
  | { ok: true; records: number; first: number; head: string; unchained: number }
  | { ok: false; seq: number; n: number | null; why: string };

export interface Stored {
  seq: number;
  json: string;
}

/** Pure. `records` in order of seq. Records of the first version may stand, unchained, before all others. */
export function verifyChain(records: Iterable<Stored>): ChainFinding {
  let prev: { n: number; hash: string } | null = null;
  let first = 0;
  let unchained = 0;
  for (const { seq, json } of records) {
    const record = parsed(json);
    if (record === null) return { ok: false, seq, n: null, why: 'the record can not be read' };
    const { chain } = record;
    if (chain === undefined) {
      unchained += 1;
      if (prev !== null) return { ok: false, seq, n: null, why: 'the record has no link' };
      continue;
    }
    const { n } = chain;
    const broken = (why: string) => ({ ok: false as const, seq, n, why });
    if (prev === null) {
      first = n;
      if (n === 1 && chain.prev !== chainStart) return broken('the first record has a predecessor');
    } else if (n !== prev.n + 1) return broken(`record ${prev.n + 1} is missing before it`);
    else if (chain.prev !== prev.hash) return broken('it does not follow the record before it');
    if (linkHash(record, chain) !== chain.hash) return broken('its content was changed');
    prev = { n, hash: chain.hash };
  }
  const records_ = prev === null ? 0 : prev.n - first + 1;
  return { ok: true, records: records_, first, head: prev?.hash ?? chainStart, unchained };
}

function parsed(json: string): Evaluated | null {
  try {
    return JSON.parse(json) as Evaluated;
  } catch {
    return null;
  }
}

/** What the published figures are counted from was changed, and the record was not. */
export const figuresChanged = 'the book counts it as something else than the record says';

/**
 * Both copies of a hall's data directory.
 * @throws RatingsError RAT_STORE: nothing to verify there, or it can not be read
 */
export function verifyData(dataDir: string): ChainFinding {
  const journal = journalRatings(dataDir);
  const book = bookRatings(dataDir);
  const inJournal = new Map(journal.rows.map((r) => [r.seq, r.json]));
  const inBook = new Map(book.rows.map((r) => [r.seq, r]));
  const bySeq = (a: Stored, b: Stored) => a.seq - b.seq;
  const all = [...book.rows, ...journal.rows.filter((r) => !inBook.has(r.seq))].sort(bySeq);
  for (const { seq } of all) {
    const kept = inBook.get(seq);
    const other = inJournal.get(seq);
    const why =
      kept === undefined
        ? seq <= book.cursor && 'it is in the journal and not in the book (ratings.sqlite)'
        : other === undefined
          ? seq >= journal.from && 'it is in the book (ratings.sqlite) and not in the journal'
          : other !== kept.json
            ? whichChanged(kept.json, other)
            : countsOtherwise(kept) && figuresChanged;
    const n = parsed(other ?? kept?.json ?? '')?.chain?.n ?? null;
    if (why !== false) return firstBroken(all, seq) ?? { ok: false, seq, n, why };
  }
  const chain = verifyChain(all);
  if (!chain.ok) return chain;
  const [orphan] = book.sending.filter((seq) => !inBook.has(seq));
  if (orphan !== undefined) {
    return { ok: false, seq: orphan, n: null, why: 'the outbox knows it, and it is nowhere' };
  }
  return journal.lost === null ? chain : { ok: false, n: null, ...journal.lost };
}

/** A broken link at or before this one is the better answer than "they differ". */
function firstBroken(all: readonly Stored[], seq: number): ChainFinding | null {
  const found = verifyChain(all.filter((r) => r.seq < seq));
  return found.ok ? null : found;
}

function whichChanged(inBook: string, inJournal: string): string {
  const sound = (json: string) => {
    const record = parsed(json);
    return record?.chain !== undefined && linkHash(record, record.chain) === record.chain.hash;
  };
  const [book, journal] = [sound(inBook), sound(inJournal)];
  if (journal && !book) return 'its content was changed in the book (ratings.sqlite)';
  if (book && !journal) return 'its content was changed in the journal';
  return 'book (ratings.sqlite) and journal differ';
}

interface BookRow extends Stored {
  n: number | null;
  day: string;
  at: number;
  window: string;
  clerk: string;
  level: string;
  channel: string;
  round: number;
}

/** The columns that figures are counted from, against the record that the chain holds. */
function countsOtherwise(row: BookRow): boolean {
  const e = parsed(row.json);
  if (e === null) return true;
  const same =
    row.n === (e.chain?.n ?? null) &&
    row.at === e.at &&
    row.window === e.window &&
    row.level === e.level &&
    row.channel === e.channel &&
    row.round === (e.round ?? 1) &&
    // A record without a clerk got the one whom the profile named at that time.
    (e.clerk == null || row.clerk === e.clerk);
  // The hall's zone is not known here: its business day is this one or a neighbour.
  const days = (Date.parse(`${row.day}T12:00:00Z`) - (e.finishedAt ?? e.at)) / dayMs;
  return !same || !(Math.abs(days) < dayTolerance);
}
const dayMs = 86_400_000;
const dayTolerance = 2;

function bookRatings(dataDir: string): { cursor: number; rows: BookRow[]; sending: number[] } {
  if (!existsSync(ratingsFile(dataDir))) return { cursor: 0, rows: [], sending: [] };
  const db = openRatingsDb(ratingsFile(dataDir), 'reader');
  try {
    return db.transaction(() => {
      const rows = db.prepare<[], BookRow>('SELECT * FROM ratings ORDER BY seq').all();
      const { cursor } = db.prepare('SELECT cursor FROM follow').get() as { cursor: number };
      const sending = db.prepare<[], number>('SELECT seq FROM outbox ORDER BY seq').pluck().all();
      return { cursor, rows, sending };
    })();
  } finally {
    db.close();
  }
}

const isRating = "json ->> 'type' = 'evaluated'";

interface JournalRatings {
  /** seq of the oldest event there is. */
  from: number;
  rows: Stored[];
  /** Events that the journal says it has and has not; null: none. */
  lost: { seq: number; why: string } | null;
}

function journalRatings(dataDir: string): JournalRatings {
  const file = join(dataDir, 'journal.sqlite');
  if (!existsSync(file)) throw new RatingsError('RAT_STORE', `there is no journal in ${dataDir}`);
  const archive = join(dataDir, 'archive');
  const files = existsSync(archive)
    ? readdirSync(archive)
        .filter((name) => name.endsWith('.sqlite'))
        .map((name) => join(archive, name))
    : [];
  const rows = new Map<number, string>();
  let from = Number.POSITIVE_INFINITY;
  for (const one of files) {
    const read = reading(one, ratingsIn);
    from = Math.min(from, read.from);
    for (const { seq, json } of read.rows) rows.set(seq, json);
  }
  const { lost, ...newest } = reading(file, (db) => ({ ...ratingsIn(db), lost: lostIn(db) }));
  for (const { seq, json } of newest.rows) rows.set(seq, json);
  from = Math.min(from, newest.from);
  return { from, rows: [...rows].map(([seq, json]) => ({ seq, json })), lost };
}

/** All in one transaction: the hall may be writing. */
function reading<T>(file: string, f: (db: Database.Database) => T): T {
  try {
    const db = new Database(file, { readonly: true, fileMustExist: true });
    try {
      return db.transaction(f)(db);
    } finally {
      db.close();
    }
  } catch (e) {
    throw new RatingsError('RAT_STORE', `${file}: ${String(e)}`, { cause: e });
  }
}

function ratingsIn(db: Database.Database): { from: number; rows: Stored[] } {
  const rows = db.prepare<[], Stored>(`SELECT seq, json FROM events WHERE ${isRating}`).all();
  const first = db.prepare('SELECT min(seq) FROM events').pluck().get();
  return { from: typeof first === 'number' ? first : Number.POSITIVE_INFINITY, rows };
}

/** Events are numbered without a gap, up to the head. */
function lostIn(db: Database.Database): JournalRatings['lost'] {
  const head = Number(db.prepare('SELECT seq FROM head').pluck().get() ?? 0);
  const { n, low, high } = db
    .prepare('SELECT count(*) AS n, min(seq) AS low, max(seq) AS high FROM events')
    .get() as { n: number; low: number | null; high: number | null };
  if (low === null || high === null) return null;
  if (high < head) return { seq: high + 1, why: 'the journal has lost its newest events' };
  if (n === high - low + 1) return null;
  const gap = db
    .prepare('SELECT min(seq) + 1 FROM events WHERE seq + 1 NOT IN (SELECT seq FROM events)')
    .pluck()
    .get();
  return { seq: Number(gap), why: 'events are missing in the journal' };
}

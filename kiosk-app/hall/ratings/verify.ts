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

/**
 * Both copies of a hall's data directory.
 * @throws RatingsError RAT_STORE: nothing to verify there, or it can not be read
 */
export function verifyData(dataDir: string): ChainFinding {
  const journal = journalRatings(dataDir);
  const book = bookRatings(dataDir);
  const inJournal = new Map(journal.rows.map((r) => [r.seq, r.json]));
  const inBook = new Map(book.rows.map((r) => [r.seq, r.json]));
  const bySeq = (a: Stored, b: Stored) => a.seq - b.seq;
  const all = [...book.rows, ...journal.rows.filter((r) => !inBook.has(r.seq))].sort(bySeq);
  for (const { seq, json } of all) {
    const n = parsed(json)?.chain?.n ?? null;
    const other = inJournal.get(seq);
    const why =
      !inBook.has(seq) && seq <= book.cursor
        ? 'it is in the journal and not in the book (ratings.sqlite)'
        : inBook.has(seq) && other === undefined && seq >= journal.from
          ? 'it is in the book (ratings.sqlite) and not in the journal'
          : other !== undefined && inBook.has(seq) && other !== json
            ? 'book (ratings.sqlite) and journal differ'
            : null;
    const link = why === null ? null : firstBroken(all, seq);
    if (why !== null) return link ?? { ok: false, seq, n, why };
  }
  return verifyChain(all);
}

/** A broken link at or before this one is the better answer than "they differ". */
function firstBroken(all: readonly Stored[], seq: number): ChainFinding | null {
  const found = verifyChain(all.filter((r) => r.seq < seq));
  return found.ok ? null : found;
}

function bookRatings(dataDir: string): { cursor: number; rows: Stored[] } {
  if (!existsSync(ratingsFile(dataDir))) return { cursor: 0, rows: [] };
  const db = openRatingsDb(ratingsFile(dataDir), 'reader');
  try {
    const rows = db.prepare<[], Stored>('SELECT seq, json FROM ratings ORDER BY seq').all();
    const { cursor } = db.prepare('SELECT cursor FROM follow').get() as { cursor: number };
    return { cursor, rows };
  } finally {
    db.close();
  }
}

const isRating = "json ->> 'type' = 'evaluated'";

function journalRatings(dataDir: string): { from: number; rows: Stored[] } {
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
  for (const one of [...files, file]) {
    const read = readRatings(one);
    from = Math.min(from, read.from);
    for (const { seq, json } of read.rows) rows.set(seq, json);
  }
  return { from, rows: [...rows].map(([seq, json]) => ({ seq, json })) };
}

function readRatings(file: string): { from: number; rows: Stored[] } {
  try {
    const db = new Database(file, { readonly: true, fileMustExist: true });
    try {
      const rows = db.prepare<[], Stored>(`SELECT seq, json FROM events WHERE ${isRating}`).all();
      const first = db.prepare('SELECT min(seq) FROM events').pluck().get();
      return { from: typeof first === 'number' ? first : Number.POSITIVE_INFINITY, rows };
    } finally {
      db.close();
    }
  } catch (e) {
    throw new RatingsError('RAT_STORE', `${file}: ${String(e)}`, { cause: e });
  }
}

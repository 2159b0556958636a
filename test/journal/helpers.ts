/** What the journal's tests share: days full of events, and a hand that damages files. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Journal, JournalBatch, JournalEvent } from '../../kiosk-app/hall/contract.ts';
import { JournalError, noFaults, openJournal } from '../../kiosk-app/hall/journal/index.ts';
import { type MemoryLog, memoryLog } from '../harness/memory-log.ts';

export interface Opened {
  journal: Journal;
  log: MemoryLog;
}

export function open(
  dir: string,
  faultPoint: (name: string) => void = noFaults,
  logBytes = 0,
): Opened {
  const log = memoryLog();
  const clock = { now: () => 1_763_780_000_000 };
  const journal = openJournal({ dir, clock, log, program: 'test', logBytes, faultPoint });
  return { journal, log };
}

export const event = (seq: number, day = '2026-11-22'): JournalEvent => ({
  seq,
  at: 1_763_780_000_000 + seq,
  day,
  json: JSON.stringify({ type: 'tested', n: seq, text: `第${seq}件` }),
});

export const events = (from: number, to: number, day?: string): JournalEvent[] =>
  Array.from({ length: to - from + 1 }, (_, i) => event(from + i, day));

/** One key per event, as when every command makes one. */
export const batch = (from: number, to: number, day?: string): JournalBatch => ({
  events: events(from, to, day),
  keys: events(from, to, day).map(({ seq }) => ({
    key: `key-${seq}`,
    digest: `digest-${seq}`,
    answer: `{"n":${seq}}`,
    seq,
  })),
});

/** Days of `perDay` events each, one batch a day. */
export function fill(journal: Journal, days: readonly string[], perDay: number): void {
  for (const day of days) journal.commit(batch(journal.head + 1, journal.head + perDay, day));
}

/** seqs of what `load` gives, and the snapshot's. */
export function loaded(journal: Journal, belowSeq = Number.POSITIVE_INFINITY) {
  const { snapshot, snapshotSeq, events: iterable } = journal.load(belowSeq);
  return { snapshot, snapshotSeq, events: [...iterable] };
}

/** Changes the closed journal's file behind its back. */
export function tamper(dir: string, sql: string, file = 'journal.sqlite'): void {
  const db = new Database(join(dir, file));
  db.exec(sql);
  db.close();
}

export function peek<T>(dir: string, sql: string, file = 'journal.sqlite'): T {
  const db = new Database(join(dir, file), { readonly: true });
  try {
    return db.prepare(sql).pluck().get() as T;
  } finally {
    db.close();
  }
}

/** The JournalError that `f` throws. */
export function failure(f: () => unknown): JournalError {
  try {
    f();
  } catch (e) {
    if (e instanceof JournalError) return e;
    throw e;
  }
  throw new Error('nothing was thrown');
}

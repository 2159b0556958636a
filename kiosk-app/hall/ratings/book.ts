/**
 * The book of evaluations: takes over from the journal what was finished and evaluated, opens the
 * rectification of each bad rating, and lays each record into the outbox, in one transaction.
 */
import type { Evaluated, QueueEvent } from '../queue/events.ts';
import { RatingsError } from './errors.ts';
import type { RatingsDb } from './tables.ts';

/** 差评: 不满意 and 非常不满意. */
export const isBad = (level: Evaluated['level']) =>
  level === 'dissatisfied' || level === 'very-dissatisfied';

/** What the book has to know of the hall. */
export interface BookRules {
  /** Business day of an instant. */
  dayOf(at: number): string;
  /** Clerk of a window by the profile; '' none. */
  clerkOf(window: string): string;
  /** Last day of the limit for a bad rating that came on `day`; null: the hall has no limit. */
  dueOf(day: string): string | null;
  /** Records are uploaded. */
  upload: boolean;
}

export interface BadRating {
  seq: number;
  record: Evaluated;
  due: string | null;
}

export interface Book {
  /** seq of the newest event taken over. */
  readonly cursor: number;
  /**
   * Takes events over; those at or before the cursor are left alone. Durable when it returns.
   * @returns bad ratings among them
   * @throws RatingsError RAT_STORE
   */
  take(events: Iterable<{ seq: number; event: QueueEvent }>): BadRating[];
}

export function createBook(db: RatingsDb, rules: BookRules): Book {
  const readCursor = db.prepare<[], { cursor: number }>('SELECT cursor FROM follow');
  const writeCursor = db.prepare('UPDATE follow SET cursor = ?');
  const served = db.prepare(
    `INSERT INTO services VALUES (?, ?, ?, 1)
     ON CONFLICT (day, window, clerk) DO UPDATE SET n = n + 1`,
  );
  const rated = db.prepare('INSERT INTO ratings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const opened = db.prepare('INSERT INTO rectifications (seq, due) VALUES (?, ?)');
  const queued = db.prepare("INSERT INTO outbox (seq, state, attempts) VALUES (?, 'waiting', 0)");
  let cursor = readCursor.get()?.cursor ?? 0;

  function takeRating(seq: number, e: Evaluated): BadRating | null {
    const { window, level, channel, at } = e;
    const clerk = e.clerk ?? rules.clerkOf(window);
    // A service and its rating count on the same day, also when the pad was cut off overnight. Records
    // of the journal's first version do not know when their service ended.
    const day = rules.dayOf(e.finishedAt ?? at);
    const json = JSON.stringify(e);
    rated.run(seq, e.chain?.n ?? null, day, at, window, clerk, level, channel, e.round ?? 1, json);
    if (rules.upload) queued.run(seq);
    if (!isBad(level)) return null;
    const due = rules.dueOf(rules.dayOf(at));
    if (due !== null) opened.run(seq, due);
    return { seq, record: e, due };
  }

  const takeAll = db.transaction((events: Iterable<{ seq: number; event: QueueEvent }>) => {
    const bad: BadRating[] = [];
    let newest = cursor;
    for (const { seq, event } of events) {
      if (seq <= newest) continue;
      newest = seq;
      if (event.type === 'finished') {
        served.run(rules.dayOf(event.at), event.window, rules.clerkOf(event.window));
      }
      const found = event.type === 'evaluated' ? takeRating(seq, event) : null;
      if (found !== null) bad.push(found);
    }
    writeCursor.run(newest);
    return { bad, newest };
  });

  return {
    get cursor() {
      return cursor;
    },
    take(events) {
      try {
        const { bad, newest } = takeAll.immediate(events);
        cursor = newest;
        return bad;
      } catch (e) {
        throw new RatingsError('RAT_STORE', String(e), { cause: e });
      }
    },
  };
}

/**
 * Keeps the book of evaluations behind the journal: reads what the journal has beyond the book's
 * cursor, never what it heard. So a crash, a full disk or a commit nobody was told of leaves no gap,
 * and the press of a citizen waits for none of it.
 */
import type { Log } from '../../runtime/log.ts';
import type { Clock } from '../../runtime/ports.ts';
import type { HallCode } from '../codes.ts';
import type { Committed, Journal } from '../contract.ts';
import type { QueueEvent } from '../queue/events.ts';
import type { BadRating, Book } from './book.ts';

export const followerLimits = {
  /** A finished service is in the book within this; an evaluation at once. */
  waitMs: 2_000,
  /** A commit that was reported as failed may be durable, and nobody is told of it. */
  lookEveryMs: 30_000,
  /** After the book could not be written. */
  retryMs: 10_000,
  /** Events in one transaction: a long absence is made up for in pieces. */
  eventsMax: 2_000,
} as const;

export interface FollowerParts {
  journal: Pick<Journal, 'since' | 'head'>;
  book: Book;
  clock: Clock;
  /** Runs f in the next turn of the event loop: setImmediate. */
  soon(f: () => void): void;
  log: Log;
  /** The book has something new. */
  onNews(): void;
}

export interface Follower {
  committed(c: Pick<Committed, 'events'>): void;
  /** Takes over all there is; at the start and at the orderly end. */
  catchUp(): void;
  stop(): void;
}

export function createFollower(o: FollowerParts): Follower {
  let timer: { at: number; cancel: () => void } | null = null;
  let urgent = false;
  let stopped = false;

  /** @returns false: not now */
  function piece(): boolean {
    try {
      const events: { seq: number; event: QueueEvent }[] = [];
      for (const { seq, json } of o.journal.since(o.book.cursor)) {
        events.push({ seq, event: JSON.parse(json) as QueueEvent });
        if (events.length >= followerLimits.eventsMax) break;
      }
      if (events.length === 0) return false;
      for (const bad of o.book.take(events)) tell(bad);
      o.onNews();
      return events.length >= followerLimits.eventsMax;
    } catch (error) {
      const fields = { code: 'HALL_RATINGS' satisfies HallCode, error: String(error) };
      o.log.error(fields, 'evaluations can not be taken over from the journal; tried again');
      arm(followerLimits.retryMs);
      return false;
    }
  }

  /**
   * To those who keep the hall, by the log alone: a screen would tell the clerk who it was. The log
   * goes further than the book (copies, collectors): neither level nor ticket stands in it.
   */
  function tell({ seq, record: { window }, due }: BadRating): void {
    const fields = { code: 'HALL_BAD_RATING' satisfies HallCode, seq, window, due };
    o.log.warn(fields, 'bad rating: `npm run ratings -- open` shows it by its seq');
  }

  /** The nearest of what is set counts. */
  function arm(ms: number): void {
    const at = o.clock.mono() + ms;
    if (stopped || (timer !== null && timer.at <= at)) return;
    timer?.cancel();
    const cancel = o.clock.after(ms, () => {
      timer = null;
      run();
    });
    timer = { at, cancel };
  }

  function run(): void {
    urgent = false;
    if (stopped) return;
    if (o.journal.head !== o.book.cursor && piece()) o.soon(run);
    else arm(followerLimits.lookEveryMs);
  }

  return {
    committed({ events }) {
      if (events.some((e) => e.type === 'evaluated') && !urgent) {
        urgent = true;
        o.soon(run);
      }
      if (events.some((e) => e.type === 'finished')) arm(followerLimits.waitMs);
    },
    catchUp() {
      while (piece()) {
        // Each piece is a transaction of its own.
      }
      arm(followerLimits.lookEveryMs);
    },
    stop() {
      stopped = true;
      timer?.cancel();
    },
  };
}

/**
 * What must never be broken, judged from outside: the answers that left the hall, the papers that
 * left the printers, the batches that became durable, the views that machines hold. Nothing here
 * asks the queue core what it believes.
 */
import type { Answer } from '../../broker-config/messages.ts';
import type {
  JournalBatch,
  JournalEvent,
  SubmittedRequest,
} from '../../kiosk-app/hall/contract.ts';
import type { HallProfile, QueueEvent } from '../../kiosk-app/hall/queue/index.ts';
import type { HallView } from '../../kiosk-app/runtime/ports.ts';
import { createAnswerCheck, type KeptDisk } from './check-answers.ts';
import { createPaperCheck } from './check-paper.ts';
import { createRatingCheck, type RatingCheck } from './check-ratings.ts';
import { checkTime } from './check-time.ts';
import { createViewCheck } from './check-views.ts';
import { createLedger, type Ledger } from './ledger.ts';
import type { Fail } from './ledger-book.ts';

export interface Fault {
  rule: string;
  detail: string;
}

export interface Checker {
  /** Empty: nothing was broken. The first is the one to look at. */
  readonly faults: readonly Fault[];
  readonly ledger: Ledger;
  /** How often what happened. */
  readonly counts: Readonly<Record<string, number>>;
  readonly ratings: RatingCheck;
  fail: Fail;
  /** @param repeated keys that had been durable before */
  durable(batch: JournalBatch, repeated: readonly string[]): void;
  hallStarted(epoch: number): void;
  submitted(request: SubmittedRequest): void;
  answered(request: SubmittedRequest, answer: Answer): void;
  published(topic: string, payload: Uint8Array): void;
  paper(dev: string, ticket: string, number: string | null): void;
  viewed(dev: string, boot: number, view: HallView): void;
  /** A machine believes that the hall has answered this message of its outbox. */
  delivered(dev: string, key: string): void;
  nothingLost(disk: KeptDisk): void;
  /** Faults are off and nothing moves any more. */
  quiet(views: ReadonlyMap<string, HallView>): void;
}

export function createChecker(profile: HallProfile): Checker {
  const faults: Fault[] = [];
  const counts: Record<string, number> = {};
  const count = (what: string) => {
    counts[what] = (counts[what] ?? 0) + 1;
  };
  const fail: Fail = (rule, detail) => {
    faults.push({ rule, detail });
  };
  const ledger = createLedger(profile, fail);
  const answers = createAnswerCheck(profile, ledger, fail, count);
  const papers = createPaperCheck(ledger, fail);
  const ratings = createRatingCheck(ledger, fail, count);
  const views = createViewCheck(ledger, fail, count);

  const applyNext = (e: JournalEvent | undefined): QueueEvent | undefined => {
    if (e === undefined) return undefined;
    const event = JSON.parse(e.json) as QueueEvent;
    if (event.at !== e.at) fail('the journal knows the instant', `${e.seq}: ${e.at}`);
    papers.event(event);
    answers.event(event);
    ledger.apply(e.seq, event);
    if (e.day !== ledger.day) fail('the journal knows the day', `${e.seq}: ${e.day}`);
    count(event.type);
    return event;
  };

  return {
    faults,
    ledger,
    counts,
    ratings,
    fail,
    durable: (batch, repeated) => {
      for (const key of repeated) fail('repeated commands have one effect', `key ${key} twice`);
      const events = [...batch.events];
      /** Events up to a position, as they follow each other. */
      const upTo = (last: number): QueueEvent[] => {
        const made: QueueEvent[] = [];
        while ((events[0]?.seq ?? Number.POSITIVE_INFINITY) <= last) {
          const event = applyNext(events.shift());
          if (event !== undefined) made.push(event);
        }
        return made;
      };
      for (const key of batch.keys) answers.decided(key, upTo(key.seq));
      answers.undecided(upTo(Number.MAX_SAFE_INTEGER));
      views.moved();
      checkHall(ledger, fail);
      if (batch.events.length > 0) checkTime(profile, ledger, fail);
    },
    hallStarted: (epoch) => {
      count('hall starts');
      answers.hallStarted(epoch);
    },
    submitted: (request) => {
      answers.submitted(request);
      ratings.submitted(request);
    },
    answered: (request, answer) => {
      answers.answered(request, answer);
      ratings.answered(request, answer);
    },
    published: views.published,
    paper: (dev, ticket, number) => {
      count('papers');
      papers.paper(dev, ticket, number);
    },
    viewed: views.viewed,
    delivered: answers.delivered,
    nothingLost: answers.nothingLost,
    quiet: (known) => {
      views.quiet(known);
      ratings.quiet();
      for (const t of ledger.open()) {
        fail('everything drains', `${t.id} is ${t.state} at ${t.window}`);
      }
    },
  };
}

/** Invariants over the whole hall, after every batch. */
function checkHall(ledger: Ledger, fail: Fail): void {
  const numbers = new Set<string>();
  const open = ledger.open();
  for (const t of open) {
    const name = `${t.day}/${t.number}`;
    if (numbers.has(name)) fail('no number twice in a business day', `${name} is open twice`);
    numbers.add(name);
    if (t.state !== 'printing' && t.paper === 'pending') {
      fail('no callable ticket without confirmed paper or an expired limit', t.id);
    }
    const windows = [...ledger.windows.values()].filter((w) => w.current === t);
    const wanted = t.state === 'called' || t.state === 'serving' ? 1 : 0;
    if (windows.length !== wanted) {
      fail('no ticket at two windows', `${t.id} is ${t.state} at ${windows.map((w) => w.id)}`);
    }
  }
}

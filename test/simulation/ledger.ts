/**
 * An independent reading of the committed history: what the events say has happened, kept in plain
 * records, slowly and without any index. It knows the life of a ticket from the design, not from the
 * queue core, and complains about every event that cannot follow from what went before.
 */
import type { HallProfile, QueueEvent } from '../../kiosk-app/hall/queue/index.ts';
import type { Book, Fail, Handlers, LedgerTicket, LedgerWindow } from './ledger-book.ts';
import { ticketEvents } from './ledger-tickets.ts';
import { windowEvents } from './ledger-windows.ts';

export interface Ledger {
  readonly seq: number;
  readonly day: string;
  /** Of the newest event, ms. */
  readonly at: number;
  readonly clearings: ReadonlySet<number>;
  readonly tickets: ReadonlyMap<string, LedgerTicket>;
  readonly windows: ReadonlyMap<string, LedgerWindow>;
  readonly services: readonly string[];
  /** Next event of the committed history. */
  apply(seq: number, event: QueueEvent): void;
  /** Tickets that have not ended. */
  open(): LedgerTicket[];
}

/** Events that are missing here move no ticket: hours, ceiling, alarms, invitations, appointments. */
const handlers: Handlers = { ...ticketEvents, ...windowEvents };

/** @param fail told of every rule that the history breaks */
export function createLedger(profile: HallProfile, fail: Fail): Ledger {
  let lastAt = 0;
  const book: Book = {
    profile,
    tickets: new Map(),
    live: new Set(),
    windows: new Map(profile.windows.map((w) => [w.id, newWindow(w.id, w.services)])),
    calls: new Map(),
    clearings: new Set(),
    need: (ok, rule, detail) => {
      if (!ok) fail(rule, `event ${book.seq}: ${detail}`);
    },
    seq: 0,
    day: '',
  };
  const { need } = book;
  return {
    get seq() {
      return book.seq;
    },
    get day() {
      return book.day;
    },
    get at() {
      return lastAt;
    },
    clearings: book.clearings,
    tickets: book.tickets,
    windows: book.windows,
    services: profile.services.map((s) => s.id),
    apply: (seq, event) => {
      need(seq === book.seq + 1, 'the history has no gap', `${seq} after ${book.seq}`);
      book.seq = seq;
      need(event.at >= lastAt, 'time in the history never goes back', `${event.at} < ${lastAt}`);
      lastAt = Math.max(lastAt, event.at);
      const handle = handlers[event.type] as ((b: Book, e: QueueEvent) => void) | undefined;
      handle?.(book, event);
    },
    open: () => [...book.live],
  };
}

function newWindow(id: string, services: LedgerWindow['services']): LedgerWindow {
  return {
    id,
    state: 'closed',
    current: null,
    services,
    turn: { index: 0, taken: 0 },
    left: null,
  };
}

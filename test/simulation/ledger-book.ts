/** What the ledger writes down, and the small steps that its events share. See ledger.ts. */
import type { HallProfile, QueueEvent } from '../../kiosk-app/hall/queue/index.ts';

export type LedgerState =
  | 'printing'
  | 'waiting'
  | 'called'
  | 'serving'
  | 'held'
  | 'missed'
  | 'done'
  | 'void';

export interface LedgerTicket {
  id: string;
  number: string;
  day: string;
  service: string;
  /** Service it was issued for: quotas and limits per person count there. */
  origin: string;
  class: string;
  person: string | null;
  printFailed: boolean;
  /** Machine that issued it. */
  dev: string;
  /** seq of the event that issued it. */
  order: number;
  state: LedgerState;
  issuedAt: number;
  waitingSince: number;
  printBy: number | null;
  /** Why it may be called although it came with paper. */
  paper: 'none' | 'pending' | 'confirmed' | 'uncertain' | 'overdue';
  /** Stands before all classes of its service, or waits for one window; its place there. */
  front: boolean;
  bound: string | null;
  place: number;
  /** Since when it is missed. */
  since: number;
  window: string | null;
  misses: number;
  calls: number;
  recalls: number;
  /** Missed, rule `after`: back when the service has made so many calls. */
  backAfterCalls: number | null;
  /** Missed (keep) or held: void from here on, not before; null: not by time. */
  until: number | null;
  evaluated: number;
}

export interface LedgerWindow {
  id: string;
  state: 'closed' | 'open' | 'paused';
  current: LedgerTicket | null;
  services: { service: string; level: number }[];
  /** m:n: which turn, and how many of it were called. */
  turn: { index: number; taken: number };
  /** Who left it last, and with which event. */
  left: { ticket: LedgerTicket; seq: number } | null;
}

export type Fail = (rule: string, detail: string) => void;
export type Need = (ok: boolean, rule: string, detail: string) => void;

/** The whole of it, as the events change it. */
export interface Book {
  readonly profile: HallProfile;
  readonly tickets: Map<string, LedgerTicket>;
  /** Open tickets only: history grows, the hall does not. */
  readonly live: Set<LedgerTicket>;
  readonly windows: Map<string, LedgerWindow>;
  /** Calls made today per service. */
  readonly calls: Map<string, number>;
  /** Clearings of this business day, by their scheduled instant. */
  readonly clearings: Set<number>;
  readonly need: Need;
  seq: number;
  day: string;
}

export type Handlers = {
  [T in QueueEvent['type']]?: (book: Book, event: Extract<QueueEvent, { type: T }>) => void;
};

// ---------------------------------------------------------------- what every event needs

export const isOpen = (t: LedgerTicket): boolean => t.state !== 'done' && t.state !== 'void';
export const isAtWindow = (t: LedgerTicket): boolean =>
  t.state === 'called' || t.state === 'serving';

export function ticketOf(book: Book, id: string): LedgerTicket | undefined {
  const ticket = book.tickets.get(id);
  book.need(ticket !== undefined, 'an event is about a ticket that there is', id);
  return ticket;
}

export function windowOf(book: Book, id: string): LedgerWindow | undefined {
  const window = book.windows.get(id);
  book.need(window !== undefined, 'an event is about a window that there is', id);
  return window;
}

export function leaveWindow(book: Book, ticket: LedgerTicket): void {
  for (const w of book.windows.values()) {
    if (w.current !== ticket) continue;
    w.current = null;
    w.left = { ticket, seq: book.seq };
  }
}

export function endTicket(book: Book, ticket: LedgerTicket, state: 'done' | 'void'): void {
  leaveWindow(book, ticket);
  ticket.state = state;
  book.live.delete(ticket);
}

/** Waits (again); its place in time stays. */
export function enterQueue(ticket: LedgerTicket): void {
  ticket.state = 'waiting';
  ticket.window = null;
  ticket.until = null;
  ticket.backAfterCalls = null;
}

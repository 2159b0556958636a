/** What happens at the windows, event by event. See ledger.ts. */
import type { QueueEvent } from '../../kiosk-app/hall/queue/index.ts';
import { checkChoice } from './choice.ts';
import {
  type Book,
  endTicket,
  enterQueue,
  type Handlers,
  type LedgerState,
  type LedgerTicket,
  type LedgerWindow,
  leaveWindow,
  ticketOf,
  windowOf,
} from './ledger-book.ts';
import { mayComeBack } from './ledger-tickets.ts';

type Event<T extends QueueEvent['type']> = Extract<QueueEvent, { type: T }>;

/** Larger than any instant: tickets for the head of a window stand before those placed by time. */
const headOffsetMs = 1e14;

export const windowEvents = {
  called,
  recalled,
  started,
  finished,
  missed,
  held,
  transferred,
  'window-opened': (book, e) => setWindow(book, e.window, 'open'),
  'window-paused': (book, e) => setWindow(book, e.window, 'paused'),
  'window-closed': windowClosed,
  'serving-changed': servingChanged,
} satisfies Handlers;

function called(book: Book, e: Event<'called'>): void {
  const ticket = ticketOf(book, e.ticket);
  const window = windowOf(book, e.window);
  if (ticket === undefined || window === undefined) return;
  checkFree(book, ticket, window);
  const { need, profile } = book;
  need(
    ticket.state === e.from,
    'only a callable ticket is called',
    `${ticket.id} is ${ticket.state}, called from ${e.from}`,
  );
  // "Next" judges before it lets go of who is at the window, so that one is no candidate.
  const leaving = window.left?.seq === book.seq - 1 ? window.left.ticket : null;
  const others = [...book.live].filter((t) => t !== ticket && t !== leaving);
  const late = others.find((t) => mayComeBack(book, t));
  need(late === undefined, 'who was missed comes back in turn', `${late?.id} is still missed`);
  checkChoice({ profile, window, ticket, event: e, others, need });
  if (e.from !== 'held') book.calls.set(ticket.service, (book.calls.get(ticket.service) ?? 0) + 1);
  ticket.state = 'called';
  ticket.window = window.id;
  ticket.front = false;
  ticket.bound = null;
  ticket.calls += 1;
  ticket.recalls = 0;
  ticket.until = null;
  ticket.backAfterCalls = null;
  window.current = ticket;
}

function checkFree({ windows, need }: Book, ticket: LedgerTicket, window: LedgerWindow): void {
  need(
    window.current === null,
    'no window with two tickets',
    `${window.id} has ${window.current?.id}, calls ${ticket.id}`,
  );
  for (const w of windows.values()) {
    need(w.current !== ticket, 'no ticket at two windows', `${ticket.id} at ${w.id} too`);
  }
  need(window.state === 'open', 'only an open window calls', `${window.id} is ${window.state}`);
}

/** The ticket at a window, in one of these states, or a complaint. */
function atWindow(
  book: Book,
  e: { ticket: string; window: string },
  states: readonly LedgerState[],
): LedgerTicket | undefined {
  const window = windowOf(book, e.window);
  const ticket = ticketOf(book, e.ticket);
  if (window === undefined || ticket === undefined) return undefined;
  const own = window.current === ticket;
  book.need(own, 'a window acts on its own ticket', `${window.id} on ${ticket.id}`);
  book.need(states.includes(ticket.state), 'a verb fits the state', `${ticket.id} ${ticket.state}`);
  return ticket;
}

function recalled(book: Book, e: Event<'recalled'>): void {
  const ticket = atWindow(book, e, ['called']);
  if (ticket === undefined) return;
  ticket.recalls += 1;
  const { limit } = book.profile.rules.recall;
  book.need(ticket.recalls <= limit, 'recalls have their limit', `${ticket.id} ${ticket.recalls}`);
}

function started(book: Book, e: Event<'started'>): void {
  const ticket = atWindow(book, e, ['called']);
  if (ticket !== undefined) ticket.state = 'serving';
}

function finished(book: Book, e: Event<'finished'>): void {
  const ticket = atWindow(book, e, ['called', 'serving']);
  if (ticket !== undefined) endTicket(book, ticket, 'done');
}

function missed(book: Book, e: Event<'missed'>): void {
  const ticket = atWindow(book, e, ['called']);
  if (ticket === undefined) return;
  const { need, profile } = book;
  ticket.misses += 1;
  need(e.misses === ticket.misses, 'misses are counted', `${e.misses}, not ${ticket.misses}`);
  const { missed: rule, misses_allowed: allowed } = profile.rules;
  const over = e.misses >= allowed || ticket.day !== book.day;
  need(
    e.then.kind === (over ? 'void' : rule.kind),
    'a miss follows the rule of the hall',
    `${e.then.kind} after ${e.misses} misses, rule ${rule.kind}`,
  );
  leaveWindow(book, ticket);
  ticket.since = e.at;
  if (e.then.kind === 'void') endTicket(book, ticket, 'void');
  else if (e.then.kind === 'tail') {
    enterQueue(ticket);
    ticket.waitingSince = e.at;
  } else {
    ticket.state = 'missed';
    ticket.window = null;
    ticket.until = e.then.kind === 'keep' ? e.then.until : null;
    ticket.backAfterCalls = e.then.kind === 'after' ? e.then.calls : null;
  }
}

function held(book: Book, e: Event<'held'>): void {
  const ticket = atWindow(book, e, ['called', 'serving']);
  if (ticket === undefined) return;
  leaveWindow(book, ticket);
  ticket.state = 'held';
  ticket.window = e.window;
  ticket.until = e.until;
}

function transferred(book: Book, e: Event<'transferred'>): void {
  const ticket = atWindow(book, e, ['called', 'serving']);
  if (ticket === undefined) return;
  book.need(ticket.service === e.fromService, 'an event knows the service', ticket.id);
  leaveWindow(book, ticket);
  enterQueue(ticket);
  ticket.service = e.service;
  ticket.bound = e.bound;
  ticket.front = e.bound === null && e.position === 'head';
  if (ticket.front) ticket.place = e.at;
  else ticket.place = e.position === 'head' ? e.at - headOffsetMs : ticket.waitingSince;
}

// ---------------------------------------------------------------- the windows themselves

function setWindow(book: Book, id: string, state: LedgerWindow['state']): void {
  const window = windowOf(book, id);
  if (window === undefined) return;
  book.need(window.state !== state, 'a window changes', `${id} is ${state} already`);
  window.state = state;
}

/** Who was sent to this window waits in the queue of the service again. */
function windowClosed(book: Book, e: Event<'window-closed'>): void {
  const window = windowOf(book, e.window);
  const current = window?.current?.id;
  book.need(current === undefined, 'nobody is left at a closed window', `${current}`);
  setWindow(book, e.window, 'closed');
  for (const t of book.live) {
    if (t.bound === e.window && t.state === 'waiting') t.bound = null;
  }
}

function servingChanged(book: Book, e: Event<'serving-changed'>): void {
  const window = windowOf(book, e.window);
  const own = book.profile.windows.find((w) => w.id === e.window)?.services ?? [];
  if (window !== undefined) window.services = e.services ?? own;
}

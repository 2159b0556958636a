/** The life of a ticket up to the window and after it, event by event. See ledger.ts. */
import type { HallProfile, QueueEvent } from '../../kiosk-app/hall/queue/index.ts';
import { businessDayOf } from './business-day.ts';
import {
  type Book,
  endTicket,
  enterQueue,
  type Handlers,
  isAtWindow,
  isOpen,
  type LedgerTicket,
  type Need,
  ticketOf,
} from './ledger-book.ts';

type Event<T extends QueueEvent['type']> = Extract<QueueEvent, { type: T }>;

export const ticketEvents = {
  'day-started': dayStarted,
  cleared,
  issued,
  'print-confirmed': printConfirmed,
  'print-overdue': printOverdue,
  voided,
  'returned-to-queue': returned,
  'came-back': cameBack,
  evaluated,
} satisfies Handlers;

function issued(book: Book, e: Event<'issued'>): void {
  checkNumber(book, e);
  const ticket: LedgerTicket = {
    id: e.ticket,
    number: e.number,
    day: book.day,
    service: e.service,
    origin: e.service,
    class: e.class,
    person: e.person,
    printFailed: false,
    dev: e.dev,
    order: book.seq,
    state: e.printBy === null ? 'waiting' : 'printing',
    issuedAt: e.at,
    waitingSince: e.at,
    printBy: e.printBy,
    paper: e.printBy === null ? 'none' : 'pending',
    front: false,
    bound: null,
    place: 0,
    since: 0,
    window: null,
    misses: 0,
    calls: 0,
    recalls: 0,
    backAfterCalls: null,
    until: null,
    evaluated: 0,
  };
  book.tickets.set(ticket.id, ticket);
  book.live.add(ticket);
}

function checkNumber({ profile, tickets, day, need }: Book, e: Event<'issued'>): void {
  const numbering = profile.numbering_of_prefix?.[e.prefix] ?? profile.numbering;
  const again = [...tickets.values()].filter((t) => t.day === day && t.number === e.number);
  need(
    numbering.wrap === 'reuse-finished' ? !again.some(isOpen) : again.length === 0,
    'no number twice in a business day',
    `${e.number} again as ${e.ticket}`,
  );
  need(!tickets.has(e.ticket), 'ticket ids are unique', e.ticket);
  const name = `${day}/${e.number}`;
  need(
    e.ticket === name || e.ticket.startsWith(`${name}~`),
    'a ticket is of the present business day',
    `${e.ticket} on ${day}`,
  );
  need(
    businessDayOf(profile, e.at) === day,
    'a number belongs to the business day of its instant',
    `${e.ticket} at ${e.at}`,
  );
  const digits = e.number.slice(e.prefix.length);
  const fits = Number(digits) === e.n && digits.length === numbering.digits;
  const within = e.n >= numbering.first && e.n <= numbering.last;
  need(e.number.startsWith(e.prefix) && fits && within, 'a number has its format', e.number);
  const service = profile.services.find((s) => s.id === e.service);
  need(service?.prefix === e.prefix, 'a number has the prefix of its service', e.number);
  if (service === undefined || e.booking !== null) return;
  checkLimits(service, e, [...tickets.values()], day, need);
}

/** Quota and limits per person; a number whose paper never came counts for neither. */
function checkLimits(
  service: HallProfile['services'][number],
  e: Event<'issued'>,
  tickets: readonly LedgerTicket[],
  day: string,
  need: Need,
): void {
  const today = tickets.filter((t) => t.day === day && t.origin === service.id && !t.printFailed);
  const quota = service.quota_per_day ?? Number.POSITIVE_INFINITY;
  need(today.length < quota, 'a quota is a quota', `${e.ticket} after ${today.length} of ${quota}`);
  const limit = service.per_person;
  if (limit === undefined) return;
  need(e.person !== null || !limit.required, 'no number without a person', e.ticket);
  const own = e.person === null ? [] : today.filter((t) => t.person === e.person);
  need(own.length < limit.day_max, 'a limit per person holds', `${e.ticket}: ${own.length} today`);
  const active = own.filter(isOpen).length;
  need(active < limit.active_max, 'a limit per person holds', `${e.ticket}: ${active} at once`);
}

function printConfirmed(book: Book, e: Event<'print-confirmed'>): void {
  const ticket = ticketOf(book, e.ticket);
  if (ticket === undefined) return;
  if (ticket.paper !== 'confirmed') ticket.paper = e.outcome;
  if (ticket.state === 'printing') ticket.state = 'waiting';
}

function printOverdue(book: Book, e: Event<'print-overdue'>): void {
  const ticket = ticketOf(book, e.ticket);
  if (ticket === undefined) return;
  book.need(
    ticket.state === 'printing' && ticket.printBy !== null && e.at >= ticket.printBy,
    'a limit for paper passes when it has passed, not before',
    `${ticket.id} at ${e.at}, limit ${ticket.printBy}`,
  );
  ticket.paper = 'overdue';
  ticket.state = 'waiting';
}

function voided(book: Book, e: Event<'voided'>): void {
  const ticket = ticketOf(book, e.ticket);
  if (ticket === undefined) return;
  const { need } = book;
  need(isOpen(ticket), 'what has ended stays ended', `${ticket.id} is ${ticket.state}`);
  need(ticket.state === e.from, 'an event knows the state', `${ticket.id}: ${e.from}`);
  const timed = { 'hold-expired': 'held', missed: 'missed' }[e.reason as string];
  if (timed !== undefined) {
    need(
      ticket.state === timed && ticket.until !== null && e.at >= ticket.until,
      'a limit of time ends a ticket when it has passed, not before',
      `${ticket.id} ${e.reason} at ${e.at}, until ${ticket.until}`,
    );
  }
  if (e.reason === 'print-failed') {
    ticket.printFailed = true;
    need(
      ticket.paper !== 'none' && ticket.paper !== 'confirmed' && ticket.calls === 0,
      'a print can fail only before it is confirmed and before the call',
      `${ticket.id} paper ${ticket.paper}, calls ${ticket.calls}`,
    );
  }
  endTicket(book, ticket, 'void');
}

function evaluated(book: Book, e: Event<'evaluated'>): void {
  const ticket = ticketOf(book, e.ticket);
  if (ticket === undefined) return;
  ticket.evaluated += 1;
  book.need(ticket.evaluated === 1, 'one evaluation per service, ever', ticket.id);
  book.need(ticket.state === 'done', 'only what is finished is evaluated', ticket.id);
}

// ---------------------------------------------------------------- back from being missed

/** By a clerk, at its old place. */
function returned(book: Book, e: Event<'returned-to-queue'>): void {
  const ticket = ticketOf(book, e.ticket);
  if (ticket === undefined) return;
  book.need(ticket.state === 'missed', 'only who was missed returns', ticket.id);
  enterQueue(ticket);
}

/** Rule `after`: enough calls were made. */
export function mayComeBack(book: Book, t: LedgerTicket): boolean {
  if (t.state !== 'missed' || t.backAfterCalls === null) return false;
  return t.backAfterCalls <= (book.calls.get(t.service) ?? 0);
}

function cameBack(book: Book, e: Event<'came-back'>): void {
  const ticket = ticketOf(book, e.ticket);
  if (ticket === undefined) return;
  const due = mayComeBack(book, ticket);
  book.need(due, 'who was missed comes back in turn, not before', ticket.id);
  enterQueue(ticket);
  ticket.front = true;
  ticket.waitingSince = e.at;
  ticket.place = e.at;
}

// ---------------------------------------------------------------- the day

function dayStarted(book: Book, e: Event<'day-started'>): void {
  const { need, profile } = book;
  need(e.day > book.day, 'a business day never comes back', `${e.day} after ${book.day}`);
  need(businessDayOf(profile, e.at) === e.day, 'a day starts in itself', `${e.day} at ${e.at}`);
  // What stands at a window may finish, for one day more.
  for (const t of book.live) {
    if (!isAtWindow(t) || t.day !== book.day) endTicket(book, t, 'void');
  }
  book.day = e.day;
  book.calls.clear();
  book.clearings.clear();
  for (const w of book.windows.values()) w.turn = { index: 0, taken: 0 };
}

function cleared(book: Book, e: Event<'cleared'>): void {
  book.need(e.at >= e.through, 'a clearing comes at its time, not before', `${e.through}`);
  book.clearings.add(e.through);
  const states = ['waiting', 'printing', ...(e.states === 'all-open' ? ['held', 'missed'] : [])];
  for (const t of book.live) {
    if (t.issuedAt < e.through && states.includes(t.state)) endTicket(book, t, 'void');
  }
}

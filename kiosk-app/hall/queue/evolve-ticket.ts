/** What single events do to a ticket; see evolve.ts. */
import type {
  Evaluated,
  Finished,
  Held,
  Issued,
  Missed,
  PrintConfirmed,
  PrintOverdue,
  Transferred,
  Voided,
} from './events.ts';
import {
  endTicket,
  enterHeld,
  enterMissed,
  enterPrinting,
  enterWaiting,
  historyOf,
  leaveHeld,
  leaveMissed,
  leavePrinting,
  leaveWaiting,
  personKey,
} from './indexes.ts';
import { type QueueState, serviceState, Ticket, windowState } from './state.ts';

/**
 * Tickets sent to the head of a window's own queue stand before those placed by time: their place is
 * the instant they came minus this (a million days), so they keep their order among themselves.
 */
const headOffsetMs = 86_400_000_000_000;

export function applyIssued(state: QueueState, event: Issued): void {
  const { ticket: id, number, service, dev, person, booking } = event;
  const ticket = new Ticket({
    id,
    service,
    origin: service,
    class: event.class,
    state: 'waiting',
    lane: 'class',
    order: state.seq,
    issuedAt: event.at,
    waitingSince: event.at,
    due: event.printBy ?? 0,
    confirmed: event.printBy === null,
    dev,
    person,
    booking,
    past: null,
  });
  const lap = id.indexOf('~');
  if (lap > 0) state.laps.set(number, Number(id.slice(lap + 1)));
  state.tickets.set(id, ticket);
  const counter = state.counters.get(event.prefix);
  state.counters.set(event.prefix, { next: event.n + 1, live: (counter?.live ?? 0) + 1 });
  serviceState(state, service).issued += 1;
  if (person !== null) countPerson(state, personKey(service, person), number);
  useBooking(state, ticket);
  if (event.printBy === null) enterWaiting(state, ticket);
  else enterPrinting(state, ticket);
}

function countPerson(state: QueueState, key: string, number: string): void {
  const before = state.persons.get(key);
  state.persons.set(key, {
    active: (before?.active ?? 0) + 1,
    day: (before?.day ?? 0) + 1,
    last: number,
  });
}

function useBooking(state: QueueState, ticket: Ticket): void {
  const booking = ticket.booking === null ? undefined : state.bookings.get(ticket.booking);
  if (booking === undefined) return;
  booking.state = 'used';
  booking.ticket = ticket.number;
}

export function applyPrinted(
  state: QueueState,
  ticket: Ticket,
  event: PrintConfirmed | PrintOverdue,
): void {
  if (event.type === 'print-confirmed' && event.outcome === 'confirmed') ticket.confirmed = true;
  if (ticket.state !== 'printing') return;
  leavePrinting(state, ticket);
  enterWaiting(state, ticket);
}

export function applyVoided(state: QueueState, ticket: Ticket, event: Voided): void {
  leaveAny(state, ticket);
  voidTicket(state, ticket, event.at);
  if (event.reason === 'print-failed') takeBack(state, ticket);
}

/** The number never reached anybody: neither quota nor person nor appointment pays for it. */
function takeBack(state: QueueState, ticket: Ticket): void {
  if (!ticket.id.startsWith(state.day)) return;
  serviceState(state, ticket.origin).issued -= 1;
  const person = state.persons.get(personKey(ticket.origin, ticket.person));
  if (person !== undefined) person.day -= 1;
  const booking = ticket.booking === null ? undefined : state.bookings.get(ticket.booking);
  if (booking === undefined || booking.ticket !== ticket.number) return;
  booking.state = 'booked';
  booking.ticket = null;
}

/** Takes a ticket out of wherever it is. */
export function leaveAny(state: QueueState, ticket: Ticket): void {
  if (ticket.state === 'printing') leavePrinting(state, ticket);
  else if (ticket.state === 'waiting') leaveWaiting(state, ticket);
  else if (ticket.state === 'held') leaveHeld(state, ticket);
  else if (ticket.state === 'missed') leaveMissed(state, ticket);
  else leaveWindow(state, ticket);
}

export function voidTicket(state: QueueState, ticket: Ticket, at: number): void {
  ticket.state = 'void';
  endTicket(state, ticket, at);
  historyOf(ticket).why = null;
}

function leaveWindow(state: QueueState, ticket: Ticket): void {
  const window = windowState(state, ticket.past?.window ?? '');
  if (window.current === ticket) window.current = null;
}

export function applyFinished(state: QueueState, ticket: Ticket, event: Finished): void {
  const window = windowState(state, event.window);
  // Why a ticket was called is of no use once another has ended here: 100,000 of them would add up.
  if (window.last !== null) historyOf(window.last).why = null;
  window.current = null;
  window.last = ticket;
  window.invitedAt = 0;
  window.servedToday += 1;
  ticket.state = 'done';
  endTicket(state, ticket, event.at);
  if (event.meanMs !== null) serviceState(state, ticket.service).meanMs = event.meanMs;
}

export function applyMissed(state: QueueState, ticket: Ticket, event: Missed): void {
  const { then, at } = event;
  windowState(state, event.window).current = null;
  const past = historyOf(ticket);
  past.misses = event.misses;
  past.since = at;
  if (then.kind === 'void') voidTicket(state, ticket, at);
  else if (then.kind === 'tail') {
    ticket.waitingSince = at;
    enterWaiting(state, ticket);
  } else {
    if (then.kind === 'after') past.returnAt = then.calls;
    else ticket.due = then.until;
    enterMissed(state, ticket);
  }
}

/** Rule `after`: stands in front from now on, and waits from now on. */
export function bringBack(state: QueueState, ticket: Ticket, at: number): void {
  leaveMissed(state, ticket);
  ticket.lane = 'front';
  ticket.waitingSince = at;
  historyOf(ticket).place = at;
  enterWaiting(state, ticket);
}

export function applyHeld(state: QueueState, ticket: Ticket, event: Held): void {
  windowState(state, event.window).current = null;
  const past = historyOf(ticket);
  past.window = event.window;
  past.hold = event.kind;
  past.since = event.at;
  ticket.due = event.until ?? 0;
  enterHeld(state, ticket);
}

export function applyTransferred(state: QueueState, ticket: Ticket, event: Transferred): void {
  windowState(state, event.window).current = null;
  ticket.service = event.service;
  const past = historyOf(ticket);
  past.window = event.bound;
  past.returnAt = 0;
  const head = event.position === 'head';
  if (event.bound !== null) {
    ticket.lane = 'bound';
    past.place = head ? event.at - headOffsetMs : ticket.waitingSince;
  } else if (head) {
    ticket.lane = 'front';
    past.place = event.at;
  }
  enterWaiting(state, ticket);
}

export function applyEvaluated(state: QueueState, ticket: Ticket, event: Evaluated): void {
  historyOf(ticket).evaluations = event.round ?? 1;
  if (event.chain !== undefined) state.chain = { n: event.chain.n, hash: event.chain.hash };
}

/**
 * Applies events to the state, one at a time, in place. No rule is consulted here: an event carries
 * its outcome. Every event made by decide fits; one that does not means that journal and state differ.
 */
import { QueueError } from './errors.ts';
import type { Called, QueueEvent, Recalled, WindowClosed } from './events.ts';
import { advanceDay, clearTickets, passCeiling } from './evolve-day.ts';
import {
  applyEvaluated,
  applyFinished,
  applyHeld,
  applyIssued,
  applyMissed,
  applyPrinted,
  applyTransferred,
  applyVoided,
  bringBack,
} from './evolve-ticket.ts';
import {
  ceilingAlarm,
  enterBooking,
  enterWaiting,
  historyOf,
  leaveHeld,
  leaveMissed,
  leaveWaiting,
  settle,
  settleReturns,
} from './indexes.ts';
import {
  type QueueState,
  serviceState,
  type Ticket,
  type WindowState,
  windowState,
} from './state.ts';

/** Calls kept for the board. */
const callsKept = 20;

type Handlers = {
  [T in QueueEvent['type']]: (state: QueueState, event: Extract<QueueEvent, { type: T }>) => void;
};

/** Applies one event in place; seq rises by one. @throws QueueError QUE_EVENT: does not fit */
export function evolve(state: QueueState, event: QueueEvent): void {
  state.seq += 1;
  const handler = Object.hasOwn(handlers, event.type) ? handlers[event.type] : undefined;
  if (handler === undefined) throw misfit(state, `type ${event.type} is not known`);
  if (event.at > state.lastAt) state.lastAt = event.at;
  (handler as (s: QueueState, e: QueueEvent) => void)(state, event);
}

/** One entry per type of event. */
const handlers: Handlers = {
  'day-started': advanceDay,
  'hours-turned': (state, event) => {
    state.turnedAt = event.through;
  },
  cleared: clearTickets,
  'ceiling-passed': passCeiling,
  'alarm-raised': (state, { id, at: since, code, data }) => {
    state.alarms.set(id, { id, since, code, data });
    settleAlarm(state, id);
  },
  'alarm-cleared': (state, event) => {
    state.alarms.delete(event.id);
    settleAlarm(state, event.id);
  },
  issued: applyIssued,
  'print-confirmed': (state, event) => applyPrinted(state, ticketOf(state, event.ticket), event),
  'print-overdue': (state, event) => applyPrinted(state, ticketOf(state, event.ticket), event),
  voided: (state, event) => applyVoided(state, ticketOf(state, event.ticket), event),
  called: (state, event) => applyCalled(state, ticketOf(state, event.ticket), event),
  recalled: (state, event) => applyRecalled(state, ticketOf(state, event.ticket), event),
  started: (state, event) => {
    const ticket = ticketOf(state, event.ticket);
    ticket.state = 'serving';
    historyOf(ticket).startedAt = event.at;
  },
  finished: (state, event) => applyFinished(state, ticketOf(state, event.ticket), event),
  missed: (state, event) => applyMissed(state, ticketOf(state, event.ticket), event),
  'returned-to-queue': (state, event) => {
    const ticket = ticketOf(state, event.ticket);
    leaveMissed(state, ticket);
    enterWaiting(state, ticket);
  },
  'came-back': (state, event) => bringBack(state, ticketOf(state, event.ticket), event.at),
  held: (state, event) => applyHeld(state, ticketOf(state, event.ticket), event),
  transferred: (state, event) => applyTransferred(state, ticketOf(state, event.ticket), event),
  'window-opened': (state, event) => setWindow(state, event.window, 'open', null, event.at),
  'window-paused': (state, event) =>
    setWindow(state, event.window, 'paused', event.reason, event.at),
  'window-closed': closeWindow,
  'serving-changed': (state, event) => {
    windowState(state, event.window).services = event.services;
  },
  invited: (state, event) => {
    const window = windowState(state, event.window);
    if (window.last?.id === event.ticket) window.invitedAt = event.at;
  },
  evaluated: (state, event) => applyEvaluated(state, ticketOf(state, event.ticket), event),
  booked: (state, { code, service, slotStart, slotEnd, person }) => {
    const booking = { code, service, slotStart, slotEnd, person };
    enterBooking(state, { ...booking, state: 'booked', ticket: null });
  },
  'booking-cancelled': (state, event) => {
    const booking = state.bookings.get(event.code);
    if (booking === undefined) throw misfit(state, `no appointment ${event.code}`);
    booking.state = 'cancelled';
  },
};

function ticketOf(state: QueueState, id: string): Ticket {
  const ticket = state.tickets.get(id);
  if (ticket === undefined) throw misfit(state, `no ticket ${id}`);
  return ticket;
}

function misfit(state: QueueState, detail: string): QueueError {
  return new QueueError('QUE_EVENT', `event ${state.seq}: ${detail}`);
}

function settleAlarm(state: QueueState, id: string): void {
  const service = id.slice(ceilingAlarm('').length);
  if (id === ceilingAlarm(service)) settle(state, service);
}

// ---------------------------------------------------------------- calling

function applyCalled(state: QueueState, ticket: Ticket, event: Called): void {
  if (event.from === 'waiting') leaveWaiting(state, ticket);
  else if (event.from === 'missed') leaveMissed(state, ticket);
  else leaveHeld(state, ticket);
  const window = windowState(state, event.window);
  window.current = ticket;
  if (event.turn !== null) window.turn = event.turn;
  ticket.state = 'called';
  const past = historyOf(ticket);
  past.calls += 1;
  past.recalls = 0;
  past.window = event.window;
  past.calledAt = event.at;
  past.spokenAt = event.at;
  past.startedAt = null;
  past.why = event.why;
  past.returnAt = 0;
  past.resumed = event.from === 'held';
  keepCall(state, ticket, event, 'call');
  if (event.from === 'held') return;
  const service = serviceState(state, ticket.service);
  service.calls += 1;
  settleReturns(state, service);
}

function applyRecalled(state: QueueState, ticket: Ticket, event: Recalled): void {
  const past = historyOf(ticket);
  past.recalls += 1;
  past.spokenAt = event.at;
  keepCall(state, ticket, event, 'recall');
}

function keepCall(
  state: QueueState,
  ticket: Ticket,
  event: Called | Recalled,
  kind: 'call' | 'recall',
): void {
  state.calls.push({
    seq: state.seq,
    number: ticket.number,
    window: event.window,
    service: ticket.service,
    kind,
    at: event.at,
    expiresAt: event.expiresAt,
  });
  if (state.calls.length > callsKept) state.calls.shift();
}

// ---------------------------------------------------------------- windows

function setWindow(
  state: QueueState,
  id: string,
  to: WindowState['state'],
  reason: string | null,
  at: number,
): void {
  const window = windowState(state, id);
  window.state = to;
  window.pauseReason = reason;
  window.since = at;
}

/** Whoever was sent to this window waits in the queue of the service again. */
function closeWindow(state: QueueState, event: WindowClosed): void {
  setWindow(state, event.window, 'closed', null, event.at);
  for (const ticket of windowState(state, event.window).bound.keysArray()) {
    leaveWaiting(state, ticket);
    enterWaiting(state, ticket);
  }
}

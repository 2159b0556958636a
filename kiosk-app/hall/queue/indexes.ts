/**
 * Moving a ticket in and out of the indexes. A tree is ordered by fields of the ticket, so those may
 * only change while it is out: leave, change, enter. Used by evolve and by restore, by nobody else.
 */
import {
  type Booking,
  type History,
  type QueueState,
  type ServiceState,
  serviceState,
  type Ticket,
  waitingTree,
  windowState,
} from './state.ts';

export const ceilingAlarm = (service: string) => `wait-ceiling/${service}`;

/** Letters before the digits of a number. */
export function prefixOf(number: string): string {
  let length = 0;
  while (length < number.length && number.charCodeAt(length) > 57) length += 1;
  return number.slice(0, length);
}

export function historyOf(ticket: Ticket): History {
  ticket.past ??= {
    calls: 0,
    recalls: 0,
    misses: 0,
    window: null,
    calledAt: null,
    spokenAt: 0,
    startedAt: null,
    since: 0,
    hold: null,
    why: null,
    place: 0,
    returnAt: 0,
    resumed: false,
    evaluations: 0,
  };
  return ticket.past;
}

function add(counts: Map<string, number>, id: string, n: number): void {
  counts.set(id, (counts.get(id) ?? 0) + n);
}

// ---------------------------------------------------------------- waiting

export function enterWaiting(state: QueueState, ticket: Ticket): void {
  const service = serviceState(state, ticket.service);
  ticket.state = 'waiting';
  add(service.waiting, ticket.class, 1);
  service.waitingTotal += 1;
  if (ticket.lane === 'class') queueOf(service, ticket.class).set(ticket, undefined);
  else {
    service.special.set(ticket, undefined);
    laneTree(state, service, ticket).set(ticket, undefined);
  }
  ticket.over = ticket.waitingSince <= state.overMark;
  if (!ticket.over) state.uncounted.set(ticket, undefined);
  else changeOver(state, service, 1);
}

export function leaveWaiting(state: QueueState, ticket: Ticket): void {
  const service = serviceState(state, ticket.service);
  add(service.waiting, ticket.class, -1);
  service.waitingTotal -= 1;
  if (ticket.lane === 'class') queueOf(service, ticket.class).delete(ticket);
  else {
    service.special.delete(ticket);
    laneTree(state, service, ticket).delete(ticket);
  }
  if (!ticket.over) state.uncounted.delete(ticket);
  else changeOver(state, service, -1);
  ticket.over = false;
  ticket.lane = 'class';
}

function queueOf(service: ServiceState, classId: string) {
  let queue = service.queues.get(classId);
  if (queue === undefined) {
    queue = waitingTree();
    service.queues.set(classId, queue);
  }
  return queue;
}

function laneTree(state: QueueState, service: ServiceState, ticket: Ticket) {
  if (ticket.lane === 'front') return service.front;
  return windowState(state, ticket.past?.window ?? '').bound;
}

// ---------------------------------------------------------------- printing, held, missed

export function enterPrinting(state: QueueState, ticket: Ticket): void {
  ticket.state = 'printing';
  add(serviceState(state, ticket.service).printing, ticket.class, 1);
  state.deadlines.set(ticket, undefined);
}

export function leavePrinting(state: QueueState, ticket: Ticket): void {
  add(serviceState(state, ticket.service).printing, ticket.class, -1);
  leaveDeadline(state, ticket);
}

export function enterHeld(state: QueueState, ticket: Ticket): void {
  ticket.state = 'held';
  const past = historyOf(ticket);
  windowState(state, past.window ?? '').held.set(ticket, undefined);
  if (past.hold !== 'return-here') serviceState(state, ticket.service).held.set(ticket, undefined);
  if (ticket.due > 0) state.deadlines.set(ticket, undefined);
}

export function leaveHeld(state: QueueState, ticket: Ticket): void {
  const past = historyOf(ticket);
  windowState(state, past.window ?? '').held.delete(ticket);
  if (past.hold !== 'return-here') serviceState(state, ticket.service).held.delete(ticket);
  leaveDeadline(state, ticket);
  past.hold = null;
}

export function enterMissed(state: QueueState, ticket: Ticket): void {
  ticket.state = 'missed';
  const service = serviceState(state, ticket.service);
  service.missed.set(ticket, undefined);
  if (historyOf(ticket).returnAt > 0) service.returning.set(ticket, undefined);
  if (ticket.due > 0) state.deadlines.set(ticket, undefined);
  settleReturns(state, service);
}

export function leaveMissed(state: QueueState, ticket: Ticket): void {
  const service = serviceState(state, ticket.service);
  service.missed.delete(ticket);
  if (historyOf(ticket).returnAt > 0) service.returning.delete(ticket);
  leaveDeadline(state, ticket);
  settleReturns(state, service);
}

/** Notes whether a missed ticket of the service is due to come back; tick brings it. */
export function settleReturns(state: QueueState, service: ServiceState): void {
  const next = service.returning.minKey();
  if (next !== undefined && historyOf(next).returnAt <= service.calls) {
    state.returnsDue.add(service.id);
  } else state.returnsDue.delete(service.id);
}

function leaveDeadline(state: QueueState, ticket: Ticket): void {
  if (ticket.due > 0) state.deadlines.delete(ticket);
  ticket.due = 0;
}

// ---------------------------------------------------------------- the ceiling

export function changeOver(state: QueueState, service: ServiceState, n: number): void {
  service.over += n;
  settle(state, service.id);
}

/** Notes whether the service's alarm fits its figure; tick mends what does not. */
export function settle(state: QueueState, service: string): void {
  const over = (state.services.get(service)?.over ?? 0) > 0;
  if (over === state.alarms.has(ceilingAlarm(service))) state.unsettled.delete(service);
  else state.unsettled.add(service);
}

// ---------------------------------------------------------------- ending

/** Counts that go down when a ticket ends, whichever way. The caller has taken it out of its index. */
export function endTicket(state: QueueState, ticket: Ticket, at: number): void {
  const past = historyOf(ticket);
  past.since = at;
  if (!ticket.id.startsWith(state.day)) return;
  const counter = state.counters.get(prefixOf(ticket.number));
  if (counter !== undefined) counter.live -= 1;
  const person = state.persons.get(personKey(ticket.origin, ticket.person));
  if (person !== undefined) person.active -= 1;
}

export function personKey(service: string, person: string | null): string {
  return `${service} ${person}`;
}

export function enterBooking(state: QueueState, booking: Booking): void {
  state.bookings.set(booking.code, booking);
  if (booking.person === null) return;
  const codes = state.bookingsOfPerson.get(booking.person);
  if (codes === undefined) state.bookingsOfPerson.set(booking.person, new Set([booking.code]));
  else codes.add(booking.code);
}

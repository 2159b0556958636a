/** Events that concern many tickets at once: a new day, a clearing, the ceiling. See evolve.ts. */
import type { CeilingPassed, Cleared, DayStarted } from './events.ts';
import { leaveAny, voidTicket } from './evolve-ticket.ts';
import { changeOver, enterBooking, historyOf } from './indexes.ts';
import { type Booking, type QueueState, serviceState, type Ticket } from './state.ts';

/**
 * All open tickets end as `day-end` and are forgotten with the day; what stands at a window may
 * finish (for one day more, not for ever); what was finished stays while it may be evaluated.
 */
export function advanceDay(state: QueueState, event: DayStarted): void {
  const ended = state.day;
  for (const [id, ticket] of state.tickets) {
    if (!survives(ticket, ended, event.forgetBefore)) state.tickets.delete(id);
  }
  state.day = event.day;
  state.dayFrom = event.from;
  state.turnedAt = event.from;
  state.laps.clear();
  state.counters.clear();
  state.services.clear();
  state.persons.clear();
  state.deadlines.clear();
  state.uncounted.clear();
  state.unsettled.clear();
  state.returnsDue.clear();
  state.calls = [];
  for (const [id, alarm] of state.alarms) {
    if (alarm.code === 'wait-ceiling') state.alarms.delete(id);
  }
  for (const window of state.windows.values()) {
    window.bound.clear();
    window.held.clear();
    window.turn = { index: 0, taken: 0 };
    window.servedToday = 0;
    if (window.current !== null && !state.tickets.has(window.current.id)) window.current = null;
    if (window.last !== null && !state.tickets.has(window.last.id)) window.last = null;
  }
  keepBookings(state, event.from);
}

function survives(ticket: Ticket, endedDay: string, forgetBefore: number): boolean {
  if (ticket.state === 'done') return historyOf(ticket).since >= forgetBefore;
  const atWindow = ticket.state === 'called' || ticket.state === 'serving';
  return atWindow && ticket.id.startsWith(endedDay);
}

function keepBookings(state: QueueState, from: number): void {
  const kept = [...state.bookings.values()].filter((b) => isKept(b, from));
  state.bookings.clear();
  state.bookingsOfPerson.clear();
  for (const booking of kept) enterBooking(state, booking);
}

function isKept(booking: Booking, from: number): boolean {
  return booking.state === 'booked' ? booking.slotEnd >= from : booking.slotStart >= from;
}

export function clearTickets(state: QueueState, event: Cleared): void {
  state.turnedAt = event.through;
  const all = event.states === 'all-open';
  for (const ticket of state.tickets.values()) {
    if (ticket.issuedAt >= event.through || !isCleared(ticket, all)) continue;
    leaveAny(state, ticket);
    voidTicket(state, ticket, event.at);
  }
}

function isCleared(ticket: Ticket, all: boolean): boolean {
  if (ticket.state === 'waiting' || ticket.state === 'printing') return true;
  return all && (ticket.state === 'held' || ticket.state === 'missed');
}

export function passCeiling(state: QueueState, event: CeilingPassed): void {
  if (event.mark > state.overMark) state.overMark = event.mark;
  for (;;) {
    const ticket = state.uncounted.minKey();
    if (ticket === undefined || ticket.waitingSince > state.overMark) return;
    state.uncounted.delete(ticket);
    ticket.over = true;
    changeOver(state, serviceState(state, ticket.service), 1);
  }
}

/** Appointments: made elsewhere, told to the hall, checked in at a machine. */
import type { RequestBody } from '../../../broker-config/messages.ts';
import type { BookBody, CancelBookingBody } from './command.ts';
import { type Context, refuse, type Verdict } from './context.ts';
import { issue } from './issue.ts';
import type { Booking } from './state.ts';
import { minuteMs } from './time-zone.ts';

/** More would not fit a snapshot kept small; a hall has some thousands. */
export const bookingsMax = 100_000;

export function decideBook(c: Context, body: BookBody): Verdict {
  const { code, service, slotStart, slotEnd, person } = body;
  if (!c.rules.services.has(service)) return refuse('service-unknown', { service });
  if (c.state.bookings.has(code)) return refuse('booking-exists', { code });
  if (slotEnd <= slotStart || slotEnd <= c.t) return refuse('booking-slot', {});
  if (c.state.bookings.size >= bookingsMax) return refuse('bookings-full', { limit: bookingsMax });
  const slot = { slotStart, slotEnd, person: person ?? null };
  return { ok: true, events: [{ type: 'booked', at: c.t, code, service, ...slot }] };
}

export function decideCancelBooking(c: Context, body: CancelBookingBody): Verdict {
  const booking = c.state.bookings.get(body.code);
  if (booking === undefined) return refuse('booking-unknown', {});
  const refusal = endedRefusal(booking);
  if (refusal !== null) return refusal;
  return { ok: true, events: [{ type: 'booking-cancelled', at: c.t, code: body.code }] };
}

/**
 * An appointment becomes a ticket of its class. Neither hours nor quota nor the limit per person
 * stand in its way: its slot was granted before.
 */
export function decideCheckIn(c: Context, body: RequestBody<'check-in'>): Verdict {
  const booking = find(c, body.appointment);
  if (booking === undefined) return refuse('booking-unknown', {});
  const service = c.rules.services.get(booking.service);
  if (service === undefined) return refuse('service-unknown', { service: booking.service });
  const refusal = endedRefusal(booking) ?? slotRefusal(c, booking);
  if (refusal !== null) return refusal;
  const classId = isLate(c, booking) ? c.rules.ordinary : c.rules.profile.appointments.class;
  return issue(c, service, classId, {
    paper: body.paper,
    source: 'check-in',
    person: booking.person ?? undefined,
    booking: booking.code,
  });
}

/** The person's appointment for this service that may be checked in now, in its slot; null: none. */
export function openBookingOf(
  c: Context,
  service: string,
  person: string | undefined,
): string | null {
  for (const booking of bookingsOf(c, person)) {
    const open = booking.service === service && booking.state === 'booked';
    if (open && slotRefusal(c, booking) === null && !isLate(c, booking)) return booking.code;
  }
  return null;
}

function find(c: Context, by: RequestBody<'check-in'>['appointment']): Booking | undefined {
  if ('code' in by) return c.state.bookings.get(by.code);
  const own = bookingsOf(c, by.person);
  const usable = own.filter((b) => b.state === 'booked');
  // The one that may be used now; else the one whose refusal tells most: next to come, last used.
  return usable.find((b) => slotRefusal(c, b) === null) ?? usable[0] ?? own.at(-1);
}

/** By slot, earliest first. */
function bookingsOf(c: Context, person: string | undefined): Booking[] {
  const codes = person === undefined ? undefined : c.state.bookingsOfPerson.get(person);
  const found: Booking[] = [];
  for (const code of codes ?? []) {
    const booking = c.state.bookings.get(code);
    if (booking !== undefined) found.push(booking);
  }
  return found.sort((a, b) => a.slotStart - b.slotStart);
}

function endedRefusal(booking: Booking): (Verdict & { ok: false }) | null {
  if (booking.state === 'cancelled') return refuse('booking-cancelled', {});
  if (booking.state === 'used') return refuse('booking-used', { number: booking.ticket ?? '' });
  return null;
}

function slotRefusal(c: Context, booking: Booking): (Verdict & { ok: false }) | null {
  const { early_min: early, late } = c.rules.profile.appointments;
  const slot = c.rules.zone.text(booking.slotStart, c.t);
  if (c.rules.schedule.dayOf(booking.slotStart) !== c.state.day) {
    return refuse('booking-other-day', { slot });
  }
  const from = booking.slotStart - early * minuteMs;
  if (c.t < from) return refuse('booking-too-early', { from: c.rules.zone.text(from, c.t) });
  return isLate(c, booking) && late === 'refuse' ? refuse('booking-too-late', { slot }) : null;
}

function isLate(c: Context, booking: Booking): boolean {
  return c.t > booking.slotStart + c.rules.profile.appointments.late_min * minuteMs;
}

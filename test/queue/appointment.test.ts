import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { check } from '../../broker-config/validate.ts';
import { BookBody, CancelBookingBody } from '../../kiosk-app/hall/queue/index.ts';
import { hour, minute, monday10, profile, TestHall } from './test-hall.ts';

const test = suite('appointment');
const person = 'a'.repeat(32);

/** Slot 11:00-11:40; check-in from 10:30 (early 30 min) to 11:15 (late 15 min). */
function book(hall: TestHall, code = 'BOOK-1', slotStart = monday10 + hour): void {
  const body = { code, service: 'a', slotStart, slotEnd: slotStart + 40 * minute, person };
  assert.ok(check(BookBody, body).ok);
  assert.ok(hall.perform({ op: 'book', dev: 'hall', body }).ok);
}
const byCode = (code = 'BOOK-1') => ({ appointment: { code }, paper: false });
const byPerson = { appointment: { person }, paper: false };

test('in its slot an appointment becomes a ticket of its class and goes before the ordinary', () => {
  const hall = new TestHall();
  book(hall);
  hall.ok('open', 'w1', {});
  hall.take('a');
  hall.pass(29 * minute);
  assert.is(hall.no('booking-too-early', 'check-in', 'q1', byCode()).from, '10:30');
  hall.pass(minute - 1);
  hall.no('booking-too-early', 'check-in', 'q1', byPerson);
  hall.now += 1;
  const { ticket } = hall.ok('check-in', 'q1', byPerson);
  assert.equal([ticket.number, ticket.class], ['A002', 'appointment']);
  hall.ok('call-ticket', 'w1', { ticket: { number: 'A001' } });
  hall.ok('finish', 'w1', {});
  assert.equal(hall.next('w1'), ['A002', 'rule-appointment']);
});

test('a second check-in names the number that is there already', () => {
  const hall = new TestHall();
  book(hall);
  hall.pass(hour);
  hall.ok('check-in', 'q1', byCode());
  assert.is(hall.no('booking-used', 'check-in', 'q2', byCode()).number, 'A001');
  assert.is(hall.no('booking-used', 'check-in', 'q2', byPerson).number, 'A001');
});

test('too late is refused, or becomes an ordinary number where the hall says so', () => {
  for (const late of ['refuse', 'ordinary'] as const) {
    const hall = new TestHall(
      profile((p) => {
        p.appointments.late = late;
      }),
    );
    book(hall);
    hall.pass(hour + 15 * minute + 1);
    if (late === 'refuse') hall.no('booking-too-late', 'check-in', 'q1', byCode());
    else assert.is(hall.ok('check-in', 'q1', byCode()).ticket.class, 'ordinary');
  }
});

test('another day, an unknown code, a cancelled appointment', () => {
  const hall = new TestHall();
  book(hall, 'TOMORROW', monday10 + 24 * hour);
  book(hall);
  assert.is(
    hall.no('booking-other-day', 'check-in', 'q1', byCode('TOMORROW')).slot,
    '2026-11-24 10:00',
  );
  hall.no('booking-unknown', 'check-in', 'q1', byCode('NOBODY'));
  const body = { code: 'BOOK-1' };
  assert.ok(check(CancelBookingBody, body).ok);
  assert.ok(hall.perform({ op: 'cancel-booking', dev: 'hall', body }).ok);
  hall.no('booking-cancelled', 'check-in', 'q1', byCode());
});

test('of several appointments of a person the one that may be used now is taken', () => {
  const hall = new TestHall();
  hall.now = monday10 - 2 * hour;
  book(hall, 'MORNING', monday10 - 2 * hour + 30 * minute);
  book(hall, 'LATER', monday10 + 5 * hour);
  book(hall, 'AT-ONCE', monday10);
  hall.now = monday10;
  assert.is(hall.ok('check-in', 'q1', byPerson).ticket.number, 'A001');
  assert.is(hall.state.bookings.get('AT-ONCE')?.state, 'used');
});

test('a citizen with an appointment who takes a number instead gets the appointment', () => {
  const hall = new TestHall();
  book(hall);
  hall.pass(hour);
  const body = { service: 'a', paper: false, source: 'card' as const, person };
  assert.is(hall.ok('take', 'q1', body).ticket.class, 'appointment');
  hall.no('booking-used', 'check-in', 'q1', byCode());
  assert.is(hall.ok('take', 'q1', body).ticket.class, 'ordinary');
});

test('an appointment whose paper never came may be checked in again', () => {
  const hall = new TestHall();
  book(hall);
  hall.pass(hour);
  const { ticket } = hall.ok('check-in', 'q1', { ...byCode(), paper: true });
  hall.ok('print-failed', 'q1', { ticket: ticket.id, reason: 'paper-out' });
  assert.is(hall.ok('check-in', 'q2', byCode()).ticket.number, 'A002');
});

test('neither hours nor quota stand in the way of an appointment', () => {
  const hall = new TestHall();
  const slotStart = monday10 + 8 * hour;
  const body = { code: 'EVENING', service: 'c', slotStart, slotEnd: slotStart + hour };
  assert.ok(hall.perform({ op: 'book', dev: 'hall', body }).ok);
  hall.pass(8 * hour);
  hall.no('service-closed', 'take', 'q1', { service: 'c', paper: false, source: 'touch' });
  hall.ok('check-in', 'q1', byCode('EVENING'));
});

test('an appointment too needs a number that is left', () => {
  const hall = new TestHall(
    profile((p) => {
      p.numbering.last = 1;
    }),
  );
  book(hall);
  hall.take('b');
  hall.pass(hour);
  hall.no('numbers-exhausted', 'check-in', 'q1', byCode());
});

test('only the hall books and cancels, each code once, and no slot that is past or empty', () => {
  const hall = new TestHall();
  const slot = { slotStart: monday10, slotEnd: monday10 + hour };
  const refusal = (dev: string, body: object, op: 'book' | 'cancel-booking' = 'book') => {
    const done = hall.perform({ op, dev, body });
    return done.ok ? 'granted' : done.refusal.code;
  };
  assert.is(refusal('q1', { code: 'CODE', service: 'a', ...slot }), 'not-allowed');
  assert.is(refusal('hall', { code: 'CODE', service: 'a', ...slot }), 'granted');
  assert.is(refusal('hall', { code: 'CODE', service: 'a', ...slot }), 'booking-exists');
  assert.is(refusal('hall', { code: 'COD2', service: 'x', ...slot }), 'service-unknown');
  const past = { slotStart: monday10 - hour, slotEnd: monday10 };
  assert.is(refusal('hall', { code: 'COD3', service: 'a', ...past }), 'booking-slot');
  assert.is(refusal('hall', { code: 'NONE' }, 'cancel-booking'), 'booking-unknown');
});

test('appointments of the past are forgotten with their day', () => {
  const hall = new TestHall();
  book(hall);
  book(hall, 'TOMORROW', monday10 + 24 * hour);
  hall.pass(24 * hour);
  assert.equal([...hall.state.bookings.keys()], ['TOMORROW']);
  hall.ok('check-in', 'q1', byPerson);
});

test.run();

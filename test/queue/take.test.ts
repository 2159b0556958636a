import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { hour, minute, profile, second, TestHall } from './test-hall.ts';

const test = suite('take');
const person = 'a'.repeat(32);
const other = 'b'.repeat(32);
const touch = { paper: false, source: 'touch' } as const;

test('services that share a prefix share its numbers', () => {
  const hall = new TestHall();
  assert.equal(
    [hall.take('a'), hall.take('b'), hall.take('a'), hall.take('c')],
    ['A001', 'A002', 'A003', 'C001'],
  );
});

test('numbers begin again with the next business day', () => {
  const hall = new TestHall();
  hall.take('a');
  hall.pass(24 * hour);
  assert.is(hall.take('a'), 'A001');
  assert.is(hall.state.tickets.size, 1);
});

test('a prefix may have a numbering of its own', () => {
  const hall = new TestHall(
    profile((p) => {
      p.numbering_of_prefix = { C: { digits: 4, first: 1001, last: 9999, wrap: 'refuse' } };
    }),
  );
  assert.equal([hall.take('c'), hall.take('a')], ['C1001', 'A001']);
});

test('after the last number none is issued', () => {
  const hall = new TestHall(
    profile((p) => {
      p.numbering.last = 2;
    }),
  );
  hall.take('a');
  hall.take('b');
  assert.equal(hall.no('numbers-exhausted', 'take', 'q1', { service: 'a', ...touch }), {
    last: 'A002',
  });
});

test('with reuse, a number comes again only after its ticket has ended, under a new id', () => {
  const hall = new TestHall(
    profile((p) => {
      p.numbering = { digits: 1, first: 1, last: 3, wrap: 'reuse-finished' };
    }),
  );
  hall.ok('open', 'w1', {});
  for (let i = 0; i < 3; i += 1) hall.take('a');
  hall.no('numbers-exhausted', 'take', 'q1', { service: 'a', ...touch });
  hall.ok('void', 'q1', { ticket: { number: 'A2' } });
  const again = hall.ok('take', 'q1', { service: 'a', ...touch }).ticket;
  assert.equal([again.number, again.id], ['A2', '2026-11-23/A2~2']);
  hall.serve('w1');
  hall.ok('void', 'q1', { ticket: { number: 'A2' } });
  assert.is(hall.ok('take', 'q1', { service: 'a', ...touch }).ticket.id, '2026-11-23/A1~2');
  assert.is(hall.ok('take', 'q1', { service: 'a', ...touch }).ticket.id, '2026-11-23/A2~3');
});

test('the quota counts what was issued, but not a number whose paper never came', () => {
  const hall = new TestHall();
  hall.take('c');
  hall.take('c');
  const { ticket } = hall.ok('take', 'q1', { service: 'c', paper: true, source: 'touch' });
  assert.equal(hall.no('quota-reached', 'take', 'q1', { service: 'c', ...touch }).quota, 3);
  hall.ok('print-failed', 'q1', { ticket: ticket.id, reason: 'paper-out' });
  assert.is(hall.take('c'), 'C004');
});

test('closed: says when it opens, with the date when that is another day', () => {
  const hall = new TestHall();
  hall.pass(8 * hour);
  const body = { service: 'c', ...touch };
  assert.is(hall.no('service-closed', 'take', 'q1', body).opens, '2026-11-24 09:00');
  hall.pass(9 * hour);
  assert.is(hall.no('service-closed', 'take', 'q1', body).opens, '09:00');
});

test('one person holds one number at a time and takes two a day', () => {
  const hall = new TestHall();
  hall.ok('open', 'w3', {});
  const take = { service: 'p', ...touch };
  hall.no('person-required', 'take', 'q1', take);
  hall.ok('take', 'q1', { ...take, person });
  assert.is(hall.no('person-active', 'take', 'q1', { ...take, person }).number, 'P001');
  hall.ok('take', 'q1', { ...take, person: other });
  hall.serve('w3');
  hall.ok('take', 'q1', { ...take, person });
  hall.serve('w3');
  hall.serve('w3');
  hall.no('person-day', 'take', 'q1', { ...take, person });
  hall.pass(24 * hour);
  hall.ok('take', 'q1', { ...take, person });
});

test('a number whose paper never came costs the person nothing', () => {
  const hall = new TestHall();
  for (let i = 0; i < 3; i += 1) {
    const body = { service: 'p', paper: true, source: 'card' as const, person };
    const { ticket } = hall.ok('take', 'q1', body);
    hall.ok('print-failed', 'q1', { ticket: ticket.id, reason: 'offline' });
  }
  hall.ok('take', 'q1', { service: 'p', ...touch, person });
});

test('a token is kept only where a service limits persons', () => {
  const hall = new TestHall();
  hall.ok('take', 'q1', { service: 'a', ...touch, person });
  assert.not.ok(JSON.stringify(hall.events).includes(person));
});

test('a class that is not for the machine is given by a clerk', () => {
  const hall = new TestHall();
  hall.no('class-not-here', 'take', 'q1', { service: 'a', class: 'green', ...touch });
  const body = { service: 'a', class: 'green', paper: false, source: 'clerk' as const };
  assert.is(hall.ok('take', 'w1', body).ticket.class, 'green');
  hall.no('class-not-here', 'take', 'w1', { ...body, class: 'appointment' });
});

test('strict: ahead are those of the classes that go before, and of the own', () => {
  const hall = new TestHall();
  hall.take('a', 'ordinary');
  hall.take('a', 'ordinary');
  hall.take('a', 'priority');
  const ahead = (classId: string) =>
    hall.ok('take', 'q1', { service: 'a', class: classId, ...touch }).ahead;
  assert.is(ahead('priority'), 1);
  assert.is(ahead('ordinary'), 4);
});

test('2:1: of the other turn only as many are ahead as it gets while one waits', () => {
  const hall = new TestHall(
    profile((p) => {
      p.rules.between = {
        kind: 'proportion',
        turns: [
          { classes: ['green', 'appointment', 'priority'], take: 2 },
          { classes: ['ordinary'], take: 1 },
        ],
      };
    }),
  );
  for (let i = 0; i < 9; i += 1) hall.take('a', 'priority');
  hall.take('a', 'ordinary');
  // 1 ordinary before, and 2 priority with each of the 2 ordinary turns.
  assert.is(hall.ok('take', 'q1', { service: 'a', ...touch }).ahead, 5);
});

test('the estimate follows the service times of the day and the windows that are open', () => {
  const hall = new TestHall();
  const estimate = () => hall.ok('take', 'q1', { service: 'a', ...touch }).estimateMin;
  assert.is(estimate(), null, 'no window is open');
  hall.ok('open', 'w1', {});
  assert.is(estimate(), 10, 'one ahead, typical 10 min');
  hall.ok('open', 'w2', {});
  assert.is(estimate(), 10, 'two ahead at two windows');
  for (let i = 0; i < 12; i += 1) {
    hall.take('a');
    hall.serve('w1', 2 * minute);
  }
  assert.ok((estimate() ?? 99) <= 7, 'three ahead at two windows, some 3 min each');
});

test('one forgotten finish key moves the estimate little', () => {
  const hall = new TestHall();
  hall.ok('open', 'w1', {});
  hall.take('a');
  hall.serve('w1', 10 * hour);
  assert.is(hall.state.services.get('a')?.meanMs, 16 * minute);
});

test('the answer names the windows that may call the number', () => {
  const hall = new TestHall();
  assert.equal(hall.ok('take', 'q1', { service: 'a', ...touch }).windows, ['1', '2']);
  hall.ok('serve', 'hall', { services: [{ service: 'a', level: 1 }] }, '3');
  assert.equal(hall.ok('take', 'q1', { service: 'a', ...touch }).windows, ['1', '2', '3']);
});

// ---------------------------------------------------------------- paper

test('a number with paper can be called only once the paper is confirmed', () => {
  const hall = new TestHall();
  hall.ok('open', 'w1', {});
  const { ticket } = hall.ok('take', 'q1', { service: 'a', paper: true, source: 'touch' });
  assert.is(ticket.state, 'printing');
  assert.is(hall.no('only-printing', 'call-next', 'w1', {}).count, 1);
  hall.ok('confirm-printed', 'q1', { ticket: ticket.id, outcome: 'confirmed' });
  const called = hall.ok('call-next', 'w1', {}).ticket;
  assert.equal([called.number, called.paperConfirmed], ['A001', true]);
});

test('paper that can not be known makes the number callable and marked', () => {
  const hall = new TestHall();
  const { ticket } = hall.ok('take', 'q1', { service: 'a', paper: true, source: 'touch' });
  const body = { ticket: ticket.id, outcome: 'uncertain' as const };
  const after = hall.ok('confirm-printed', 'q1', body).ticket;
  assert.equal([after.state, after.paperConfirmed], ['waiting', false]);
});

test('without any word about the paper the number is callable after the limit; a late word still counts', () => {
  const hall = new TestHall();
  const { ticket } = hall.ok('take', 'q1', { service: 'a', paper: true, source: 'touch' });
  hall.pass(30 * second - 1);
  assert.is(hall.stateOf('A001'), 'printing');
  hall.pass(1);
  assert.is(hall.stateOf('A001'), 'waiting');
  assert.is(hall.state.tickets.get(ticket.id)?.confirmed, false);
  hall.ok('confirm-printed', 'q1', { ticket: ticket.id, outcome: 'confirmed' });
  assert.is(hall.state.tickets.get(ticket.id)?.confirmed, true);
});

test('a number that waits for its paper keeps its place', () => {
  const hall = new TestHall();
  hall.ok('open', 'w1', {});
  const { ticket } = hall.ok('take', 'q1', { service: 'a', paper: true, source: 'touch' });
  hall.pass(second);
  hall.take('a');
  hall.ok('confirm-printed', 'q1', { ticket: ticket.id, outcome: 'confirmed' });
  assert.is(hall.next('w1')[0], 'A001');
});

test('only the machine that printed knows of the paper', () => {
  const hall = new TestHall();
  const { id: ticket } = hall.ok('take', 'q1', {
    service: 'a',
    paper: true,
    source: 'touch',
  }).ticket;
  hall.no('not-your-ticket', 'confirm-printed', 'q2', { ticket, outcome: 'confirmed' });
  hall.no('not-your-ticket', 'print-failed', 'q2', { ticket, reason: 'error' });
  hall.no('not-your-ticket', 'print-failed', 'w1', { ticket, reason: 'error' });
});

test('repeated words about paper change nothing', () => {
  const hall = new TestHall();
  const { ticket } = hall.ok('take', 'q1', { service: 'a', paper: true, source: 'touch' });
  const body = { ticket: ticket.id, outcome: 'confirmed' as const };
  hall.ok('confirm-printed', 'q1', body);
  const before = hall.state.seq;
  hall.ok('confirm-printed', 'q1', body);
  hall.ok('confirm-printed', 'q1', { ...body, outcome: 'uncertain' });
  assert.is(hall.state.seq, before);
});

test('paper that did not come makes the number void, also after the limit', () => {
  const hall = new TestHall();
  const take = () => hall.ok('take', 'q1', { service: 'a', paper: true, source: 'touch' }).ticket;
  const first = take();
  hall.ok('print-failed', 'q1', { ticket: first.id, reason: 'cutter' });
  assert.is(hall.stateOf('A001'), 'void');
  const late = take();
  hall.pass(minute);
  hall.ok('print-failed', 'q1', { ticket: late.id, reason: 'cutter' });
  assert.is(hall.stateOf('A002'), 'void');
});

test.run();

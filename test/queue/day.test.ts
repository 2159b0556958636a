import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  boardOf,
  compileRules,
  emptyState,
  evolve,
  nextDue,
  perform,
  QueueError,
  type QueueEvent,
} from '../../kiosk-app/hall/queue/index.ts';
import { hour, minute, monday10, profile, rulesOf, second, TestHall } from './test-hall.ts';

const test = suite('day');

test('the new day ends what is open, but who is being served may finish', () => {
  const hall = new TestHall();
  for (const w of ['w1', 'w2']) hall.ok('open', w, {});
  for (let i = 0; i < 5; i += 1) hall.take('a');
  hall.next('w1');
  hall.ok('miss', 'w1', {});
  hall.next('w1');
  hall.ok('hold', 'w1', { kind: 'return-here' });
  hall.next('w1');
  hall.ok('start', 'w1', {});
  hall.next('w2');
  hall.pass(18 * hour);
  assert.equal(
    [...hall.state.tickets.values()].map((t) => t.number),
    ['A003', 'A004'],
  );
  assert.is(hall.take('a'), 'A001');
  hall.no('day-ended', 'hold', 'w1', { kind: 'return-here' });
  hall.no('day-ended', 'transfer', 'w1', { to: { service: 'b' }, position: 'time' });
  hall.ok('finish', 'w1', {});
  assert.is(hall.ok('miss', 'w2', {}).ticket.state, 'void');
  assert.is(hall.next('w2')[0], 'A001');
});

test('whoever stands at a window over two ends of the day was forgotten there', () => {
  const hall = new TestHall();
  hall.ok('open', 'w1', {});
  hall.take('a');
  hall.next('w1');
  hall.pass(18 * hour);
  assert.is(hall.state.windows.get('1')?.current?.number, 'A001');
  hall.pass(24 * hour);
  assert.is(hall.state.windows.get('1')?.current, null);
});

test('a number of another day is named as such', () => {
  const hall = new TestHall();
  const { ticket } = hall.ok('take', 'q1', { service: 'a', paper: true, source: 'touch' });
  hall.pass(24 * hour);
  hall.no('ticket-of-other-day', 'confirm-printed', 'q1', {
    ticket: ticket.id,
    outcome: 'confirmed',
  });
  hall.no('ticket-unknown', 'void', 'q1', { ticket: { number: 'A001' } });
});

test('finished services are remembered while they may be evaluated, and no longer', () => {
  const hall = new TestHall(
    profile((p) => {
      p.evaluation.within_min = 36 * 60;
    }),
  );
  hall.ok('open', 'w1', {});
  hall.take('a');
  hall.serve('w1');
  hall.pass(24 * hour);
  assert.is(hall.state.tickets.size, 1);
  hall.pass(24 * hour);
  assert.is(hall.state.tickets.size, 0);
});

test('clearing at noon voids what waits and was issued before, and leaves the rest', () => {
  const hall = new TestHall(
    profile((p) => {
      p.rules.hold_limit_min = 0;
      p.day.clear = [{ at: '12:00', states: 'waiting' }];
    }),
  );
  hall.ok('open', 'w1', {});
  for (let i = 0; i < 3; i += 1) hall.take('a');
  hall.next('w1');
  hall.ok('hold', 'w1', { kind: 'fetch-papers' });
  hall.next('w1');
  hall.pass(2 * hour - 1);
  assert.is(hall.stateOf('A003'), 'waiting');
  hall.pass(1);
  assert.equal(
    ['A001', 'A002', 'A003'].map((n) => hall.stateOf(n)),
    ['held', 'called', 'void'],
  );
});

test('evening clearing takes held and missed numbers too', () => {
  const hall = new TestHall(
    profile((p) => {
      p.day.clear = [{ at: '10:05', states: 'all-open' }];
    }),
  );
  hall.ok('open', 'w1', {});
  for (let i = 0; i < 3; i += 1) hall.take('a');
  hall.next('w1');
  hall.ok('hold', 'w1', { kind: 'fetch-papers' });
  hall.next('w1');
  hall.ok('miss', 'w1', {});
  hall.pass(5 * minute);
  assert.equal(
    ['A001', 'A002', 'A003'].map((n) => hall.stateOf(n)),
    ['void', 'void', 'void'],
  );
});

test('a hall that was off at noon clears late, but not what was issued since', () => {
  const hall = new TestHall(
    profile((p) => {
      p.day.clear = [{ at: '12:00', states: 'waiting' }];
    }),
  );
  hall.take('a');
  hall.now += 3 * hour;
  hall.take('a');
  hall.pass(0);
  assert.equal([hall.stateOf('A001'), hall.stateOf('A002')], ['void', 'waiting']);
});

test('beyond the ceiling: a live figure, an alarm, and its end', () => {
  const hall = new TestHall();
  hall.ok('open', 'w1', {});
  hall.take('a');
  hall.pass(minute);
  hall.take('a');
  hall.pass(29 * minute - 1);
  assert.is(hall.state.alarms.size, 0);
  hall.pass(1);
  const board = () => boardOf(hall.state, hall.rules, 1, true, hall.now);
  const over = () => board().services.find((s) => s.id === 'a')?.overCeiling;
  assert.is(over(), 1);
  assert.equal(
    board().alarms.map((a) => [a.id, a.reason.code, a.since]),
    [['wait-ceiling/a', 'wait-ceiling', hall.now]],
  );
  hall.pass(minute);
  assert.is(over(), 2);
  hall.serve('w1');
  hall.pass(0);
  assert.equal([over(), board().alarms.length], [1, 1]);
  hall.serve('w1');
  hall.pass(0);
  assert.equal([over(), board().alarms.length], [0, 0]);
});

test('a crowd crosses the ceiling in few events', () => {
  const hall = new TestHall();
  for (let i = 0; i < 50; i += 1) {
    hall.take('a');
    hall.pass(10);
  }
  hall.pass(31 * minute);
  assert.is(hall.events.filter((e) => e.type === 'ceiling-passed').length, 2);
  assert.is(hall.state.services.get('a')?.over, 50);
});

test('after everything due was done, nothing is due before its time', () => {
  const hall = new TestHall();
  hall.ok('take', 'q1', { service: 'a', paper: true, source: 'touch' });
  hall.pass(0);
  assert.is(nextDue(hall.state, hall.rules, hall.now), hall.now + 30 * second);
});

test('the first thing due in an empty hall is its first day', () => {
  assert.is(nextDue(emptyState(), rulesOf(profile()), monday10), monday10);
});

test('a new profile without a window frees whom that window had', () => {
  const hall = new TestHall();
  hall.ok('open', 'w3', {});
  hall.ok('open', 'w1', {});
  hall.take('c');
  hall.next('w3');
  hall.take('a');
  hall.next('w1');
  hall.ok('transfer', 'w1', { to: { window: '3' }, position: 'time' });
  const without = compileRules(
    profile((p) => {
      p.windows = p.windows.filter((w) => w.id !== '3');
    }),
  );
  assert.is(nextDue(hall.state, without, hall.now), hall.now);
  perform(hall.state, without, { op: 'tick', dev: 'hall', body: {} }, hall.now);
  assert.equal([hall.stateOf('C001'), hall.stateOf('A001')], ['void', 'waiting']);
  const done = perform(hall.state, without, { op: 'call-next', dev: 'w1', body: {} }, hall.now);
  assert.ok(done.ok);
  assert.is(nextDue(hall.state, without, hall.now) === hall.now, false);
});

test('events that do not fit the state are loud', () => {
  const misfits = [
    { type: 'started', at: 1, ticket: '2026-11-23/A001', window: '1' },
    { type: 'booking-cancelled', at: 1, code: 'NONE' },
    { type: 'from-the-future', at: 1 },
    { type: 'toString', at: 1 },
  ];
  for (const event of misfits) {
    assert.throws(
      () => evolve(emptyState(), event as unknown as QueueEvent),
      (e: unknown) => e instanceof QueueError && e.code === 'QUE_EVENT',
    );
  }
});

test.run();

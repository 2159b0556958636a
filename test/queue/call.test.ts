import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { HallProfile } from '../../kiosk-app/hall/queue/index.ts';
import { hour, minute, profile, second, TestHall } from './test-hall.ts';

const test = suite('call');

function hallWith(change?: (p: HallProfile) => void): TestHall {
  const hall = new TestHall(profile(change));
  for (const w of ['w1', 'w2', 'w3']) hall.ok('open', w, {});
  return hall;
}
const twoToOne = (p: HallProfile) => {
  p.rules.between = {
    kind: 'proportion',
    turns: [
      { classes: ['green', 'appointment', 'priority'], take: 2 },
      { classes: ['ordinary'], take: 1 },
    ],
  };
};
/** Calls and finishes until nobody is left; `number rule` of each. */
function drain(hall: TestHall, dev: string): string[] {
  const called: string[] = [];
  while (hall.perform({ op: 'call-next', dev, body: {} }).ok) {
    const window = hall.rules.windowOfCaller.get(dev) ?? '';
    const current = hall.state.windows.get(window)?.current;
    called.push(`${current?.number} ${current?.past?.why?.rule}`);
    hall.ok('start', dev, {});
    hall.ok('finish', dev, {});
  }
  return called;
}

test('within a class who came first is called first, over all services of a level', () => {
  const hall = hallWith();
  hall.take('b');
  hall.take('a');
  hall.take('b');
  assert.equal(drain(hall, 'w1'), ['A001 rule-fifo', 'A002 rule-fifo', 'A003 rule-fifo']);
});

test('level 1 is called before level 2', () => {
  const hall = hallWith();
  hall.take('b');
  hall.take('a');
  assert.equal(
    drain(hall, 'w2').map((c) => c.slice(0, 4)),
    ['A002', 'A001'],
  );
});

test('strict: always the highest class that waits, and the call says so', () => {
  const hall = hallWith();
  hall.take('a', 'ordinary');
  hall.take('b', 'priority');
  hall.take('a', 'priority');
  assert.equal(drain(hall, 'w1'), ['A002 rule-class', 'A003 rule-class', 'A001 rule-fifo']);
});

test('2:1 turns are counted at each window, and each call names its turn', () => {
  const hall = hallWith(twoToOne);
  for (let i = 0; i < 4; i += 1) hall.take('a', 'priority');
  for (let i = 0; i < 3; i += 1) hall.take('a', 'ordinary');
  assert.equal(drain(hall, 'w1'), [
    'A001 rule-turn',
    'A002 rule-turn',
    'A005 rule-turn',
    'A003 rule-turn',
    'A004 rule-turn',
    'A006 rule-fifo',
    'A007 rule-fifo',
  ]);
});

test('a turn with nobody waiting is passed over and does not count', () => {
  const hall = hallWith(twoToOne);
  hall.take('a', 'ordinary');
  hall.take('a', 'ordinary');
  assert.equal(hall.serve('w1'), 'A001');
  assert.equal(hall.serve('w1'), 'A002');
  hall.take('a', 'ordinary');
  hall.take('a', 'priority');
  hall.take('a', 'priority');
  assert.equal(
    drain(hall, 'w1').map((c) => c.slice(0, 4)),
    ['A004', 'A005', 'A003'],
  );
});

test('whoever has waited the bound goes before every class and level, longest first', () => {
  const hall = hallWith();
  hall.take('b', 'ordinary');
  hall.pass(minute);
  hall.take('a', 'ordinary');
  hall.pass(29 * minute);
  hall.take('a', 'priority');
  assert.equal(hall.next('w2'), ['A001', 'rule-aged']);
  hall.ok('finish', 'w2', {});
  assert.equal(hall.next('w2'), ['A003', 'rule-class'], 'A002 has waited 29 min only');
  hall.ok('finish', 'w2', {});
  hall.pass(minute);
  assert.equal(hall.next('w2'), ['A002', 'rule-aged']);
});

test('without ageing nobody jumps', () => {
  const hall = hallWith((p) => {
    p.rules.ageing = null;
  });
  hall.take('a', 'ordinary');
  hall.pass(hour);
  hall.take('a', 'priority');
  assert.equal(hall.next('w1'), ['A002', 'rule-class']);
});

test('two quick presses can not call two people', () => {
  const hall = hallWith((p) => {
    p.rules.on_next = { called: 'finish', serving: 'finish' };
  });
  hall.take('a');
  hall.take('a');
  const { ticket } = hall.ok('call-next', 'w1', { expect: null });
  assert.is(hall.no('window-changed', 'call-next', 'w1', { expect: null }).number, 'A001');
  hall.ok('call-next', 'w1', { expect: ticket.id });
});

for (const then of ['refuse', 'finish', 'miss'] as const) {
  test(`next with somebody called at the window: ${then}`, () => {
    const hall = hallWith((p) => {
      p.rules.on_next = { called: then, serving: 'refuse' };
    });
    hall.take('a');
    hall.take('a');
    hall.next('w1');
    if (then === 'refuse') hall.no('window-busy', 'call-next', 'w1', {});
    else {
      assert.is(hall.next('w1')[0], 'A002');
      assert.is(hall.stateOf('A001'), then === 'finish' ? 'done' : 'missed');
    }
  });
}

test('next with somebody being served: finish, or refuse, as the hall says', () => {
  for (const serving of ['finish', 'refuse'] as const) {
    const hall = hallWith((p) => {
      p.rules.on_next = { called: 'refuse', serving };
    });
    hall.take('a');
    hall.take('a');
    hall.next('w1');
    hall.ok('start', 'w1', {});
    if (serving === 'refuse') hall.no('window-busy', 'call-next', 'w1', {});
    else assert.is(hall.next('w1')[0], 'A002');
  }
});

test('when nobody waits, next leaves the present citizen alone', () => {
  const hall = hallWith();
  hall.take('a');
  hall.next('w1');
  hall.ok('start', 'w1', {});
  hall.no('nobody-waiting', 'call-next', 'w1', {});
  assert.is(hall.stateOf('A001'), 'serving');
});

test('people who wait for another window are named, so that nobody doubts the board', () => {
  const hall = hallWith();
  hall.take('a');
  hall.next('w2');
  hall.ok('transfer', 'w2', { to: { window: '3' }, position: 'time' });
  assert.is(hall.no('only-bound-waiting', 'call-next', 'w1', {}).count, 1);
  assert.equal(hall.next('w3'), ['A001', 'rule-bound']);
});

test('a chosen number needs the right, the service and a ticket that waits', () => {
  const hall = hallWith();
  hall.take('a');
  hall.take('c');
  hall.take('a');
  hall.no('may-not-choose', 'call-ticket', 'w2', { ticket: { number: 'A001' } });
  hall.no('not-served-here', 'call-ticket', 'w1', { ticket: { number: 'C001' } });
  const { ticket } = hall.ok('call-ticket', 'w1', { ticket: { number: 'A002' } });
  assert.is(ticket.why?.code, 'rule-chosen');
  hall.no('ticket-at-window', 'call-ticket', 'w1', { ticket: { number: 'A002' } });
});

test('recall: not too soon, not too often, and each is spoken again', () => {
  const hall = hallWith();
  hall.take('a');
  hall.next('w1');
  assert.is(hall.no('recall-too-soon', 'recall', 'w1', {}).seconds, 10);
  hall.pass(10 * second);
  assert.is(hall.ok('recall', 'w1', {}).ticket.recalls, 1);
  hall.no('recall-too-soon', 'recall', 'w1', {});
  hall.pass(10 * second);
  hall.ok('recall', 'w1', {});
  hall.pass(minute);
  assert.is(hall.no('recall-limit', 'recall', 'w1', {}).limit, 2);
  assert.equal(
    hall.state.calls.map((c) => c.kind),
    ['call', 'recall', 'recall'],
  );
  hall.ok('miss', 'w1', {});
  hall.ok('return-missed', 'w1', { ticket: { number: 'A001' }, to: 'now' });
  hall.pass(minute);
  assert.is(hall.ok('recall', 'w1', {}).ticket.recalls, 1, 'counted anew with each call');
});

// ---------------------------------------------------------------- missed

const missedRule =
  (missed: HallProfile['rules']['missed'], allowed = 3) =>
  (p: HallProfile) => {
    p.rules.missed = missed;
    p.rules.misses_allowed = allowed;
  };

test('missed, void: a new number is needed', () => {
  const hall = hallWith(missedRule({ kind: 'void' }));
  hall.take('a');
  hall.next('w1');
  assert.is(hall.ok('miss', 'w1', {}).ticket.state, 'void');
  hall.no('ticket-ended', 'return-missed', 'w1', { ticket: { number: 'A001' }, to: 'now' });
});

test('missed, tail: back at the end by itself, void at the last miss allowed', () => {
  const hall = hallWith(missedRule({ kind: 'tail' }));
  hall.take('a');
  hall.take('a');
  hall.next('w1');
  hall.pass(second);
  const { ticket } = hall.ok('miss', 'w1', {});
  assert.equal([ticket.state, ticket.window, ticket.misses], ['waiting', null, 1]);
  assert.is(hall.serve('w1'), 'A002');
  hall.next('w1');
  hall.ok('miss', 'w1', {});
  hall.next('w1');
  assert.is(hall.ok('miss', 'w1', {}).ticket.state, 'void', '三次未到作废');
});

test('missed, tail: having been absent does not count as having waited', () => {
  const hall = hallWith(missedRule({ kind: 'tail' }));
  hall.take('a');
  hall.pass(40 * minute);
  hall.next('w1');
  hall.ok('miss', 'w1', {});
  hall.take('a', 'priority');
  assert.equal(hall.next('w1'), ['A002', 'rule-class']);
});

test('missed, after 2: back in front after two further calls of the service', () => {
  const hall = hallWith(missedRule({ kind: 'after', numbers: 2 }));
  for (let i = 0; i < 4; i += 1) hall.take('a');
  hall.next('w1');
  hall.ok('miss', 'w1', {});
  const body = { ticket: { number: 'A001' }, to: 'queue' as const };
  assert.is(hall.no('returns-by-itself', 'return-missed', 'w1', body).left, 2);
  assert.is(hall.serve('w1'), 'A002');
  assert.is(hall.stateOf('A001'), 'missed');
  assert.is(hall.serve('w2'), 'A003');
  hall.pass(0);
  assert.is(hall.stateOf('A001'), 'waiting');
  assert.equal(hall.next('w1'), ['A001', 'rule-returned']);
});

test('missed, after N: when nobody else waits the missed one comes back early', () => {
  const hall = hallWith(missedRule({ kind: 'after', numbers: 5 }));
  hall.take('a');
  hall.next('w1');
  hall.ok('miss', 'w1', {});
  assert.equal(hall.next('w1'), ['A001', 'rule-early-return']);
  hall.ok('miss', 'w1', {});
  hall.next('w1');
  hall.ok('miss', 'w1', {});
  hall.no('nobody-waiting', 'call-next', 'w1', {});
});

test('missed, keep: a clerk brings the number back at once, or to its old place', () => {
  const hall = hallWith();
  hall.take('a');
  hall.take('a');
  hall.next('w1');
  hall.ok('miss', 'w1', {});
  hall.no('not-served-here', 'return-missed', 'w3', { ticket: { number: 'A001' }, to: 'now' });
  hall.ok('return-missed', 'w2', { ticket: { number: 'A001' }, to: 'queue' });
  assert.equal(hall.next('w1'), ['A001', 'rule-fifo']);
  hall.ok('miss', 'w1', {});
  const back = hall.ok('return-missed', 'w2', { ticket: { number: 'A001' }, to: 'now' }).ticket;
  assert.equal([back.state, back.window, back.why?.code], ['called', '2', 'rule-brought-back']);
});

test('missed, keep: void after the minutes have passed', () => {
  const hall = hallWith();
  hall.take('a');
  hall.next('w1');
  hall.ok('miss', 'w1', {});
  hall.pass(10 * minute - 1);
  assert.is(hall.stateOf('A001'), 'missed');
  hall.now += 1;
  hall.no('ticket-ended', 'return-missed', 'w1', { ticket: { number: 'A001' }, to: 'now' });
});

test('a service that has begun can not be missed', () => {
  const hall = hallWith();
  hall.take('a');
  hall.next('w1');
  hall.ok('start', 'w1', {});
  hall.no('already-serving', 'miss', 'w1', {});
  hall.no('already-serving', 'recall', 'w1', {});
  hall.no('already-serving', 'start', 'w1', {});
});

test.run();

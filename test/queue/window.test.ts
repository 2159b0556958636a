import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { windowSnapshotOf } from '../../kiosk-app/hall/queue/index.ts';
import { hour, minute, profile, TestHall } from './test-hall.ts';

const test = suite('window');

function openHall(): TestHall {
  const hall = new TestHall();
  for (const w of ['w1', 'w2', 'w3']) hall.ok('open', w, {});
  return hall;
}
function heldAt(hall: TestHall, kind: 'fetch-papers' | 'return-here' | 'other-step'): void {
  hall.take('a');
  hall.next('w1');
  hall.ok('start', 'w1', {});
  hall.ok('hold', 'w1', { kind });
}
const lists = (hall: TestHall, window: string) => {
  const snapshot = windowSnapshotOf(hall.state, hall.rules, 1, window);
  return [snapshot.held.map((t) => t.number), snapshot.missed.map((t) => t.number)];
};

test('a window opens, pauses with a reason, goes on and closes; each once', () => {
  const hall = new TestHall();
  hall.no('window-closed', 'call-next', 'w1', {});
  hall.no('window-closed', 'pause', 'w1', { reason: 'break' });
  hall.no('already-closed', 'close', 'w1', {});
  assert.is(hall.ok('open', 'w1', {}).window.state, 'open');
  hall.no('already-open', 'open', 'w1', {});
  assert.is(hall.ok('pause', 'w1', { reason: 'meeting' }).window.pauseReason, 'meeting');
  hall.no('already-paused', 'pause', 'w1', { reason: 'break' });
  hall.no('window-paused', 'call-next', 'w1', {});
  assert.is(hall.ok('open', 'w1', {}).window.pauseReason, null);
  assert.is(hall.ok('close', 'w1', {}).window.state, 'closed');
});

test('a paused window finishes whom it has, and a busy one does not close', () => {
  const hall = openHall();
  hall.take('a');
  hall.next('w1');
  hall.ok('pause', 'w1', { reason: 'help' });
  hall.no('window-busy', 'close', 'w1', {});
  hall.ok('start', 'w1', {});
  hall.ok('finish', 'w1', {});
  hall.ok('close', 'w1', {});
});

test('hold, fetch-papers and other-step: any window of the service takes it up', () => {
  for (const kind of ['fetch-papers', 'other-step'] as const) {
    const hall = openHall();
    heldAt(hall, kind);
    assert.equal(lists(hall, '2'), [['A001'], []]);
    hall.no('not-served-here', 'resume', 'w3', { ticket: { number: 'A001' } });
    const { ticket } = hall.ok('resume', 'w2', { ticket: { number: 'A001' } });
    assert.equal([ticket.state, ticket.window, ticket.why?.code], ['called', '2', 'rule-resumed']);
  }
});

test('hold, return-here: only the same window', () => {
  const hall = openHall();
  heldAt(hall, 'return-here');
  assert.equal(
    [lists(hall, '1'), lists(hall, '2')],
    [
      [['A001'], []],
      [[], []],
    ],
  );
  assert.is(hall.no('held-elsewhere', 'resume', 'w2', { ticket: { number: 'A001' } }).window, '1');
  hall.take('a');
  hall.next('w1');
  hall.no('window-busy', 'resume', 'w1', { ticket: { number: 'A001' } });
  hall.ok('finish', 'w1', {});
  hall.ok('resume', 'w1', { ticket: { number: 'A001' } });
  assert.is(hall.stateOf('A001'), 'called');
});

test('a hold ends at its limit', () => {
  const hall = openHall();
  heldAt(hall, 'fetch-papers');
  hall.pass(hour);
  hall.no('ticket-ended', 'resume', 'w1', { ticket: { number: 'A001' } });
  assert.is(hall.events.find((e) => e.type === 'voided')?.reason, 'hold-expired');
});

test('hold limit 0: until the day ends', () => {
  const hall = new TestHall(
    profile((p) => {
      p.rules.hold_limit_min = 0;
    }),
  );
  hall.ok('open', 'w1', {});
  heldAt(hall, 'return-here');
  hall.pass(17 * hour);
  assert.is(hall.stateOf('A001'), 'held');
  hall.pass(2 * hour);
  assert.is(hall.stateOf('A001'), undefined);
});

test('time on hold is no service time', () => {
  const hall = openHall();
  heldAt(hall, 'return-here');
  hall.ok('resume', 'w1', { ticket: { number: 'A001' } });
  hall.ok('finish', 'w1', {});
  assert.is(hall.state.services.get('a')?.meanMs, null);
});

test('a transfer keeps the waiting time: by time it stands where it would have stood', () => {
  const hall = openHall();
  hall.ok('serve', 'hall', { services: [{ service: 'b', level: 1 }] }, '3');
  hall.take('a');
  hall.pass(minute);
  hall.take('b');
  hall.next('w2');
  const body = { to: { service: 'b' }, position: 'time' as const };
  const { ticket } = hall.ok('transfer', 'w2', body);
  assert.equal([ticket.service, ticket.state, ticket.window], ['b', 'waiting', null]);
  assert.equal(hall.next('w3'), ['A001', 'rule-fifo']);
});

test('a transfer to the head stands before every class, in the order they came', () => {
  const hall = openHall();
  hall.ok('serve', 'hall', { services: [{ service: 'a', level: 1 }] }, '2');
  hall.take('b', 'priority');
  for (let i = 0; i < 2; i += 1) hall.take('a');
  for (let i = 0; i < 2; i += 1) {
    hall.next('w2');
    hall.ok('transfer', 'w2', { to: { service: 'b' }, position: 'head' });
  }
  assert.equal(hall.next('w1'), ['A002', 'rule-head']);
  hall.ok('finish', 'w1', {});
  assert.equal(hall.next('w1'), ['A003', 'rule-head']);
});

test('sent to a window: head before time, and before its own queue', () => {
  const hall = openHall();
  hall.take('c');
  for (let i = 0; i < 3; i += 1) hall.take('a');
  const send = (position: 'head' | 'time') => {
    hall.next('w1');
    hall.ok('transfer', 'w1', { to: { window: '3' }, position });
  };
  send('time');
  send('time');
  send('head');
  const order = [hall.serve('w3'), hall.serve('w3'), hall.serve('w3'), hall.serve('w3')];
  assert.equal(order, ['A003', 'A001', 'A002', 'C001']);
});

test('who was sent to a window that closes waits for any window again', () => {
  const hall = openHall();
  hall.take('a');
  hall.next('w1');
  hall.ok('transfer', 'w1', { to: { window: '3' }, position: 'time' });
  hall.no('bound-elsewhere', 'call-ticket', 'w1', { ticket: { number: 'A001' } });
  hall.ok('close', 'w3', {});
  assert.equal(hall.next('w2'), ['A001', 'rule-fifo']);
});

test('a tidal window changes what it serves and goes back', () => {
  const hall = openHall();
  hall.take('b');
  const services = [{ service: 'b', level: 3 }];
  hall.no('not-tidal', 'serve', 'w1', { services });
  assert.equal(hall.ok('serve', 'w3', { services }).window.services, services);
  assert.equal(hall.next('w3'), ['A001', 'rule-fifo']);
  hall.ok('finish', 'w3', {});
  const back = hall.ok('serve', 'w3', { services: [] }).window.services;
  assert.equal(
    back.map((s) => s.service),
    ['c', 'p'],
  );
});

test('a machine speaks for its own window only, whatever it says', () => {
  const hall = openHall();
  hall.take('a');
  const done = hall.perform({ op: 'call-next', dev: 'w1', body: {}, window: '2' });
  assert.ok(done.ok);
  assert.is(hall.state.windows.get('1')?.current?.number, 'A001');
  assert.is(hall.state.windows.get('2')?.current, null);
});

test('void: the machine that issued it, or a window of the service; never from under another window', () => {
  const hall = openHall();
  for (let i = 0; i < 4; i += 1) hall.take('a');
  hall.no('not-your-ticket', 'void', 'q2', { ticket: { number: 'A001' } });
  hall.no('not-served-here', 'void', 'w3', { ticket: { number: 'A001' } });
  hall.ok('void', 'q1', { ticket: { number: 'A001' } });
  hall.ok('void', 'w2', { ticket: { id: hall.id('A002') } });
  hall.next('w1');
  hall.no('ticket-at-window', 'void', 'q1', { ticket: { number: 'A003' } });
  hall.no('ticket-at-window', 'void', 'w2', { ticket: { number: 'A003' } });
  hall.ok('void', 'w1', { ticket: { number: 'A003' } });
  assert.is(hall.state.windows.get('1')?.current, null);
});

test('the lists of held and missed are bounded, oldest held and newest missed first', () => {
  const hall = openHall();
  for (let i = 0; i < 60; i += 1) {
    hall.take('a');
    hall.next('w1');
    hall.ok('hold', 'w1', { kind: 'fetch-papers' });
    hall.take('b');
    hall.next('w1');
    hall.ok('miss', 'w1', {});
    hall.pass(1);
  }
  const snapshot = windowSnapshotOf(hall.state, hall.rules, 1, '1');
  assert.equal([snapshot.held.length, snapshot.missed.length], [50, 50]);
  assert.equal([snapshot.held[0]?.number, snapshot.missed[0]?.number], ['A001', 'A120']);
});

test.run();

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Board, Directory, WindowSnapshot } from '../../broker-config/messages.ts';
import { check } from '../../broker-config/validate.ts';
import {
  boardOf,
  compileRules,
  directoryOf,
  emptyState,
  logEntryOf,
  perform,
  QueueError,
  restoreState,
  snapshotAnswer,
  snapshotOf,
  windowSnapshotOf,
  windowsTouched,
} from '../../kiosk-app/hall/queue/index.ts';
import { hour, minute, monday10, profile, rulesOf, TestHall } from './test-hall.ts';

const test = suite('views');

/** Log entry and touched windows of what `act` makes happen. */
function changes(hall: TestHall, act: () => void) {
  const prev = hall.state.seq;
  const from = hall.events.length;
  act();
  const events = hall.events.slice(from);
  const entry = logEntryOf(hall.state, hall.rules, 1, true, prev, events, hall.now);
  return { entry, touched: windowsTouched(hall.state, hall.rules, events) };
}
function openHall(): TestHall {
  const hall = new TestHall();
  for (const w of ['w1', 'w2', 'w3']) hall.ok('open', w, {});
  return hall;
}
const ids = (list: { id: string }[]) => list.map((x) => x.id);

test('a board can be made before the first event, and of a hall without any machine', () => {
  const { rules } = new TestHall(
    profile((p) => {
      p.machines = [];
      for (const w of p.windows) {
        delete w.machine;
        delete w.pad;
      }
    }),
  );
  const board = boardOf(emptyState(), rules, 1, true, monday10);
  assert.ok(check(Board, board).ok);
  assert.is(board.day, '2026-11-23');
  assert.ok(check(Directory, directoryOf(rules, 1)).ok);
  assert.ok(check(WindowSnapshot, windowSnapshotOf(emptyState(), rules, 1, '1')).ok);
});

test('an entry holds what its events touch and nothing else', () => {
  const hall = openHall();
  hall.take('c');
  const { entry, touched } = changes(hall, () => hall.take('a'));
  assert.equal([ids(entry.windows), ids(entry.services), entry.alarms], [[], ['a'], null]);
  assert.equal(touched, []);
  const call = changes(hall, () => hall.next('w1'));
  assert.equal([ids(call.entry.windows), ids(call.entry.services)], [['1'], ['a']]);
  assert.equal(call.touched, ['1']);
});

test('calls carry the seq of their event, recalls too, and when they are no longer new', () => {
  const hall = openHall();
  hall.take('a');
  const { entry } = changes(hall, () => {
    hall.next('w1');
    hall.pass(minute);
    hall.ok('recall', 'w1', {});
  });
  const made = entry.calls.map((c) => [c.kind, c.number, c.window, c.expiresAt - c.at]);
  assert.equal(made, [
    ['call', 'A001', '1', minute],
    ['recall', 'A001', '1', minute],
  ]);
  for (const call of entry.calls) {
    const event = hall.events[call.seq - 1];
    assert.is(event?.at, call.at);
    assert.match(event?.type ?? '', /called/);
  }
});

test('when the last number of a shared prefix is out, both services close; a free one opens both', () => {
  const hall = new TestHall(
    profile((p) => {
      p.numbering = { digits: 1, first: 1, last: 2, wrap: 'reuse-finished' };
    }),
  );
  hall.take('a');
  const last = changes(hall, () => hall.take('a')).entry;
  assert.equal(
    last.services.map((s) => [s.id, s.closedBecause?.code]),
    [
      ['a', 'numbers-exhausted'],
      ['b', 'numbers-exhausted'],
    ],
  );
  const free = changes(hall, () => hall.ok('void', 'q1', { ticket: { number: 'A1' } })).entry;
  assert.equal(
    free.services.map((s) => [s.id, s.open]),
    [
      ['a', true],
      ['b', true],
    ],
  );
});

test('a held ticket taken up elsewhere leaves the list of the window that held it', () => {
  const hall = openHall();
  hall.take('a');
  hall.next('w1');
  hall.ok('transfer', 'w1', { to: { window: '3' }, position: 'time' });
  hall.next('w3');
  hall.ok('hold', 'w3', { kind: 'fetch-papers' });
  const { touched } = changes(hall, () => hall.ok('resume', 'w1', { ticket: { number: 'A001' } }));
  assert.ok(touched.includes('3'));
  assert.equal(windowSnapshotOf(hall.state, hall.rules, 1, '3').held, []);
});

test('a window that closes changes the figures of services it only had visitors of', () => {
  const hall = openHall();
  hall.take('a');
  hall.next('w1');
  hall.ok('transfer', 'w1', { to: { window: '3' }, position: 'time' });
  const { entry } = changes(hall, () => hall.ok('close', 'w3', {}));
  assert.ok(ids(entry.services).includes('a'));
});

test('the new day is a whole board, and its calls are of its own', () => {
  const hall = openHall();
  hall.take('a');
  hall.next('w1');
  const { entry } = changes(hall, () => hall.pass(20 * hour));
  assert.equal([ids(entry.windows).length, ids(entry.services).length], [3, 4]);
  assert.equal([entry.day, entry.calls, entry.alarms], ['2026-11-24', [], []]);
});

test('the board tells of the present alone: two days later yesterday is gone', () => {
  const hall = openHall();
  hall.take('a');
  hall.serve('w1');
  hall.pass(48 * hour);
  const board = boardOf(hall.state, hall.rules, 1, true, hall.now);
  assert.equal([board.calls, board.services.map((s) => s.issuedToday)], [[], [0, 0, 0, 0]]);
});

test('only a caller page gets the snapshot of its window', () => {
  const hall = openHall();
  const windowOf = (dev: string) =>
    snapshotAnswer(hall.state, hall.rules, 1, true, dev, hall.now).window?.window ?? null;
  assert.equal(['w2', 'pad1', 'q1', 'd1'].map(windowOf), ['2', null, null, null]);
});

test('the directory says what a missed number has to expect', () => {
  const codeOf = (missed: ReturnType<typeof profile>['rules']['missed']) => {
    const rules = rulesOf(
      profile((p) => {
        p.rules.missed = missed;
      }),
    );
    return directoryOf(rules, 1).rules.missed.code;
  };
  assert.equal(
    [
      codeOf({ kind: 'void' }),
      codeOf({ kind: 'tail' }),
      codeOf({ kind: 'after', numbers: 3 }),
      codeOf({ kind: 'keep', minutes: 5 }),
    ],
    ['missed-void', 'missed-tail', 'missed-after', 'missed-keep'],
  );
});

test('tickets of a service or class that a new profile lacks are no obstacle', () => {
  const hall = openHall();
  hall.take('a', 'priority');
  hall.take('b');
  hall.take('b', 'priority');
  const without = compileRules(
    profile((p) => {
      p.services = p.services.filter((s) => s.id !== 'a');
      p.classes = p.classes.filter((c) => c.id !== 'priority');
      for (const w of p.windows) w.services = w.services.filter((s) => s.service !== 'a');
    }),
  );
  const next = () => {
    const command = { op: 'call-next', dev: 'w1', body: {} } as const;
    const done = perform(hall.state, without, command, hall.now);
    perform(hall.state, without, { op: 'finish', dev: 'w1', body: {} }, hall.now);
    return done.ok ? 'called' : done.refusal.code;
  };
  assert.equal([next(), next(), next()], ['called', 'called', 'nobody-waiting']);
  assert.ok(check(Board, boardOf(hall.state, without, 1, true, hall.now)).ok);
});

test('a clearing time added during the day clears what was issued before it, not after', () => {
  const hall = openHall();
  hall.take('a');
  hall.pass(2 * hour);
  hall.take('a');
  const noon = compileRules(
    profile((p) => {
      p.day.clear = [{ at: '11:00', states: 'waiting' }];
    }),
  );
  perform(hall.state, noon, { op: 'tick', dev: 'hall', body: {} }, hall.now);
  assert.equal([hall.stateOf('A001'), hall.stateOf('A002')], ['void', 'waiting']);
});

// ---------------------------------------------------------------- snapshots

test('an alarm that was to end when the snapshot was taken ends after it', () => {
  const hall = openHall();
  hall.take('a');
  hall.pass(hour);
  hall.next('w1');
  assert.ok(hall.state.alarms.has('wait-ceiling/a'));
  const restored = restoreState(snapshotOf(hall.state));
  perform(restored, hall.rules, { op: 'tick', dev: 'hall', body: {} }, hall.now);
  assert.is(restored.alarms.size, 0);
});

test('a damaged snapshot is loud', () => {
  const hall = openHall();
  hall.take('a');
  hall.next('w1');
  const good = snapshotOf(hall.state);
  const damaged = [
    '',
    'null',
    good.slice(0, -10),
    good.replace('"version":3', '"version":99'),
    good.replace('"seq":', '"sea":'),
    good.replace('"current":"2026-11-23/A001"', '"current":"2026-11-23/A002"'),
    good.replace(/\n.*$/, '\n["2026-11-23/A001"]'),
    good.replace(/\n.*$/, '\n7'),
    good.replace(/\n.*$/, ''),
    good.replace('"names":["a"', '"names":[7'),
  ];
  for (const json of damaged) {
    assert.is.not(json, good);
    assert.throws(
      () => restoreState(json),
      (e: unknown) => e instanceof QueueError && e.code === 'QUE_SNAPSHOT',
    );
  }
});

test.run();

/**
 * Whatever machines and clocks do, these hold. A run is a list of random commands and steps of time;
 * after every command the promises are checked against the events and a naive view of the tickets.
 */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type Board,
  type LogEntry,
  levels,
  type RequestOp,
  requestBodies,
} from '../../broker-config/messages.ts';
import { check, faultLine } from '../../broker-config/validate.ts';
import {
  boardOf,
  type Command,
  chainStart,
  emptyState,
  evolve,
  type HallProfile,
  logEntryOf,
  nextDue,
  type Performed,
  type QueueEvent,
  restoreState,
  snapshotOf,
  windowSnapshotOf,
  windowsTouched,
} from '../../kiosk-app/hall/queue/index.ts';
import fc from '../harness/fc.ts';
import { oracle } from './oracle.ts';
import { minute, monday10, profile, second, TestHall } from './test-hall.ts';

const test = suite('model');

// ---------------------------------------------------------------- random halls and commands

const missed = fc.constantFrom<HallProfile['rules']['missed']>(
  { kind: 'void' },
  { kind: 'tail' },
  { kind: 'after', numbers: 2 },
  { kind: 'keep', minutes: 5 },
);
const hallArb = fc.record({
  missed,
  turns: fc.boolean(),
  ageing: fc.constantFrom(null, { bound_min: 10 }),
  called: fc.constantFrom('refuse', 'finish', 'miss'),
  serving: fc.constantFrom('refuse', 'finish'),
  hold: fc.constantFrom(0, 7),
  clear: fc.boolean(),
  reuse: fc.boolean(),
});

/** Small, so that a counterexample names only what differs between halls. */
type Variant = typeof hallArb extends fc.Arbitrary<infer V> ? V : never;
const profileOf = (r: Variant) =>
  profile((p) => {
    p.rules.missed = r.missed;
    p.rules.ageing = r.ageing;
    p.rules.wait_ceiling_min = 12;
    p.evaluation.follow_up_days = 1;
    p.rules.on_next = { called: r.called, serving: r.serving } as HallProfile['rules']['on_next'];
    p.rules.hold_limit_min = r.hold;
    if (r.clear) p.day.clear = [{ at: '10:30', states: 'waiting' }];
    p.numbering = {
      digits: 2,
      first: 1,
      last: r.reuse ? 6 : 40,
      wrap: r.reuse ? 'reuse-finished' : 'refuse',
    };
    if (r.turns) {
      p.rules.between = {
        kind: 'proportion',
        turns: [
          { classes: ['priority', 'green', 'appointment'], take: 2 },
          { classes: ['ordinary'], take: 1 },
        ],
      };
    }
  });

const service = fc.constantFrom('a', 'a', 'a', 'b', 'b', 'c', 'p');
const classId = fc.constantFrom('ordinary', 'ordinary', 'priority', 'green');
const person = fc.constantFrom('a'.repeat(32), 'b'.repeat(32));
const prefix = fc.constantFrom('A', 'A', 'A', 'C', 'P');
const number = fc
  .tuple(prefix, fc.integer({ min: 1, max: 12 }))
  .map(([p, n]) => `${p}${`${n}`.padStart(2, '0')}`);
const id = number.map((n) => `2026-11-23/${n}`);
const ref = number.map((n) => ({ number: n }));
const nothing = fc.constant({});
const window = fc.constantFrom('1', '2', '3');
const code = fc.constantFrom('BOOK1', 'BOOK2', 'BOOK3');

const bodies: Record<Exclude<Command['op'], 'tick'>, fc.Arbitrary<unknown>> = {
  take: fc.record(
    { service, class: classId, person, paper: fc.boolean(), source: fc.constant('touch') },
    { requiredKeys: ['service', 'paper', 'source'] },
  ),
  'check-in': fc.record({
    appointment: fc.oneof(fc.record({ code }), fc.record({ person })),
    paper: fc.boolean(),
  }),
  'confirm-printed': fc.record({ ticket: id, outcome: fc.constantFrom('confirmed', 'uncertain') }),
  'print-failed': fc.record({ ticket: id, reason: fc.constant('error') }),
  void: fc.record({ ticket: ref }),
  'call-next': fc.oneof(
    { arbitrary: nothing, weight: 9 },
    { arbitrary: fc.record({ expect: fc.option(id) }), weight: 1 },
  ),
  'call-ticket': fc.record({ ticket: ref }),
  recall: nothing,
  start: nothing,
  finish: nothing,
  miss: nothing,
  'return-missed': fc.record({ ticket: ref, to: fc.constantFrom('now', 'queue') }),
  hold: fc.record({ kind: fc.constantFrom('fetch-papers', 'return-here', 'other-step') }),
  resume: fc.record({ ticket: ref }),
  transfer: fc.record({
    to: fc.oneof(fc.record({ service }), fc.record({ window })),
    position: fc.constantFrom('head', 'time'),
  }),
  open: nothing,
  pause: fc.record({ reason: fc.constant('break') }),
  close: nothing,
  serve: fc.record({
    services: fc.array(fc.record({ service, level: fc.integer({ min: 1, max: 2 }) }), {
      maxLength: 3,
    }),
  }),
  invite: nothing,
  evaluate: fc.record({
    ticket: id,
    level: fc.constantFrom(...levels),
    labels: fc.constant([]),
    text: fc.constant(''),
    channel: fc.constantFrom('pad', 'terminal', 'qr'),
    pressedAt: fc.constant(0),
    round: fc.constantFrom(1, 1, 2),
  }),
  snapshot: nothing,
  book: fc.record(
    {
      code,
      service,
      slotStart: fc.integer({ min: 0, max: 60 }).map((m) => monday10 + m * minute),
      slotEnd: fc.constant(monday10 + 90 * minute),
      person,
    },
    { requiredKeys: ['code', 'service', 'slotStart', 'slotEnd'] },
  ),
  'cancel-booking': fc.record({ code }),
  alarm: fc.record({
    id: fc.constantFrom('pad/1', 'pad/2'),
    state: fc.constantFrom(null, { code: 'pad-lost', data: { window: '1' } }),
  }),
};

/** Who usually asks for what; every tenth command comes from anybody. */
const sender: Partial<Record<string, fc.Arbitrary<string>>> = {
  take: fc.constantFrom('q1', 'q1', 't1', 'w1'),
  'check-in': fc.constantFrom('q1', 't1'),
  'confirm-printed': fc.constant('q1'),
  'print-failed': fc.constant('q1'),
  evaluate: fc.constantFrom('pad1', 'pad1', 't1', 'hall'),
  alarm: fc.constant('hall'),
  book: fc.constant('hall'),
  'cancel-booking': fc.constant('hall'),
};
const anybody = fc.constantFrom(
  'q1',
  'q2',
  't1',
  'w1',
  'w2',
  'w3',
  'w9',
  'pad1',
  'd1',
  'hall',
  'x',
);
const weights: Partial<Record<string, number>> = {
  take: 30,
  'call-next': 25,
  'confirm-printed': 10,
  finish: 12,
  miss: 6,
  open: 6,
  evaluate: 4,
};
const commandArb: fc.Arbitrary<Command> = fc.oneof(
  ...Object.entries(bodies).map(([op, body]) => {
    const usual = sender[op] ?? fc.constantFrom('w1', 'w2', 'w3');
    const dev = fc.oneof({ arbitrary: usual, weight: 9 }, { arbitrary: anybody, weight: 1 });
    const arbitrary = fc.record({ op: fc.constant(op as Command['op']), dev, body, window });
    return { arbitrary, weight: weights[op] ?? 2 };
  }),
);
const stepArb = fc.record({
  command: commandArb,
  /** Some steps go back, one leaps over the night. */
  wait: fc.oneof(
    { arbitrary: fc.integer({ min: 0, max: 20 * second }), weight: 60 },
    { arbitrary: fc.integer({ min: 0, max: 6 * minute }), weight: 18 },
    { arbitrary: fc.integer({ min: -10 * minute, max: 0 }), weight: 5 },
    { arbitrary: fc.constant(20 * 60 * minute), weight: 1 },
  ),
});
const openAll: Command[] = ['w1', 'w2', 'w3'].map((dev) => ({ op: 'open', dev, body: {} }));

// ---------------------------------------------------------------- the promises

/** What a run has shown so far. */
interface Seen {
  /** Events of the hall looked at. */
  events: number;
  given: Set<string>;
  evaluated: Set<string>;
  callable: Set<string>;
  /** Hash of the newest evaluation. */
  chain: string;
}

function promises(hall: TestHall, seen: Seen): void {
  const news = hall.events.slice(seen.events);
  seen.events = hall.events.length;
  for (const event of news) {
    if (event.type === 'issued') {
      assert.not(seen.given.has(event.ticket), `${event.ticket} was given twice`);
      seen.given.add(event.ticket);
      if (event.printBy === null) seen.callable.add(event.ticket);
    }
    if (event.type === 'print-confirmed' || event.type === 'print-overdue') {
      seen.callable.add(event.ticket);
    }
    if (event.type === 'called') assert.ok(seen.callable.has(event.ticket), 'no paper, yet called');
    if (event.type === 'evaluated') {
      const once = `${event.ticket} ${event.round}`;
      assert.not(seen.evaluated.has(once), `${once} was evaluated twice`);
      seen.evaluated.add(once);
      const first = seen.evaluated.has(`${event.ticket} 1`);
      assert.ok(first, `${event.ticket} was followed up before it was evaluated`);
      assert.is(event.chain?.prev, seen.chain, 'the chain has a gap');
      seen.chain = event.chain?.hash ?? '';
    }
  }
}

/** Runs the steps and checks each; `each` sees the hall before and after every command. */
function run(
  hall: TestHall,
  steps: readonly { command: Command; wait: number }[],
  each: (command: Command, act: () => Performed) => void,
): void {
  const seen: Seen = {
    ...{ events: 0, given: new Set(), evaluated: new Set(), callable: new Set() },
    chain: chainStart,
  };
  const act = (command: Command) =>
    each(command, () => {
      const done = hall.perform(command);
      promises(hall, seen);
      return done;
    });
  for (const command of openAll) act(command);
  for (const { command, wait } of steps) {
    hall.now += wait;
    act(command);
  }
}

/**
 * Checks a property and, when it fails, says first what failed and then how to see it again.
 */
function holds<T>(property: fc.IProperty<T>, numRuns: number): void {
  const found = fc.check(property, { numRuns, interruptAfterTimeLimit: shrinkMs });
  if (!found.failed || found.counterexample === null) return;
  const what = found.errorInstance instanceof Error ? found.errorInstance.message : '';
  const [variant, steps] = found.counterexample as [unknown, { command: Command; wait: number }[]];
  const lines = steps.map(
    ({ wait, command: c }) =>
      `+${wait} ${c.op} ${c.dev} ${JSON.stringify(c.body)} ${c.window ?? ''}`,
  );
  const again = `seed ${found.seed} path ${found.counterexamplePath}`;
  throw new Error([what, again, JSON.stringify(variant), ...lines].join('\n'), {
    cause: found.errorInstance,
  });
}
/** A failing run is made smaller for at most this long. */
const shrinkMs = 15_000;
const stepsArb = fc.array(stepArb, { minLength: 20, maxLength: 90 });

test('random bodies are what the bus would let in', () => {
  for (const [op, body] of Object.entries(bodies)) {
    const schema = requestBodies[op as RequestOp];
    if (schema === undefined) continue;
    for (const sample of fc.sample(body, 20)) {
      const found = check(schema, sample);
      assert.ok(found.ok, found.ok ? '' : `${op}: ${faultLine(found.faults)}`);
    }
  }
});

test('numbers, windows, paper, evaluations and indexes keep their promises', () => {
  holds(
    fc.property(hallArb, stepsArb, (variant, steps) => {
      run(new TestHall(profileOf(variant)), steps, (_command, act) => act());
    }),
    60,
  );
});

test('after a tick nothing is due any more, and what is due comes no later than said', () => {
  holds(
    fc.property(hallArb, stepsArb, (variant, steps) => {
      const hall = new TestHall(profileOf(variant));
      run(hall, steps, (_command, act) => {
        const said = nextDue(hall.state, hall.rules, hall.now);
        const quiet = said === null || said > hall.now;
        const tick = hall.perform({ op: 'tick', dev: 'hall', body: {} });
        if (quiet) assert.equal(tick.events, []);
        const due = nextDue(hall.state, hall.rules, hall.now);
        assert.ok(due === null || due > hall.now, 'something due was left undone');
        act();
      });
    }),
    40,
  );
});

test('call-next chooses whom a naive reading of the rules would choose', () => {
  let chosen = 0;
  holds(
    fc.property(hallArb, stepsArb, (variant, steps) => {
      const hall = new TestHall(profileOf(variant));
      run(hall, steps, (command, act) => {
        hall.perform({ op: 'tick', dev: 'hall', body: {} });
        const window =
          command.dev === 'hall' ? command.window : hall.rules.windowOfCaller.get(command.dev);
        const expected = oracle(
          hall.state,
          hall.rules.profile,
          window ?? '',
          Math.max(hall.now, hall.state.lastAt),
        );
        const done = act();
        if (command.op !== 'call-next' || !done.ok) return;
        const event = done.events.at(-1);
        assert.is(event?.type === 'called' ? event.ticket : '', expected);
        chosen += 1;
      });
    }),
    60,
  );
  assert.ok(chosen > 100, `only ${chosen} calls were compared`);
});

test('replaying the events gives the live state, and any snapshot goes on like the original', () => {
  holds(
    fc.property(hallArb, stepsArb, fc.nat(), (variant, steps, at) => {
      const hall = new TestHall(profileOf(variant));
      let cut = { json: '', events: 0 };
      let n = 0;
      run(hall, steps, (_command, act) => {
        act();
        n += 1;
        if (n === (at % steps.length) + 1) {
          cut = { json: snapshotOf(hall.state), events: hall.events.length };
        }
      });
      const live = snapshotOf(hall.state);
      const replayed = emptyState();
      for (const event of hall.events) evolve(replayed, overTheWire(event));
      assert.is(snapshotOf(replayed), live);
      const restored = restoreState(cut.json);
      assert.is(snapshotOf(restored), cut.json);
      for (const event of hall.events.slice(cut.events)) evolve(restored, overTheWire(event));
      assert.is(snapshotOf(restored), live);
    }),
    50,
  );
});

test('a board kept up by log entries equals a fresh one, and no window snapshot changes unsaid', () => {
  holds(
    fc.property(hallArb, stepsArb, (variant, steps) => {
      const hall = new TestHall(profileOf(variant));
      let board: Board | undefined;
      let windows = windowViews(hall);
      run(hall, steps, (_command, act) => {
        const prev = hall.state.seq;
        const { events } = act();
        const { state, rules, now } = hall;
        const fresh = boardOf(state, rules, 1, true, now);
        // A retained board is there before the first entry.
        board =
          board === undefined
            ? fresh
            : applied(board, logEntryOf(state, rules, 1, true, prev, events, now));
        assert.equal(plain(board), plain(fresh));
        const after = windowViews(hall);
        const touched = new Set(windowsTouched(state, rules, events));
        for (const [w, view] of after) {
          if (view !== windows.get(w)) assert.ok(touched.has(w), `window ${w} changed unsaid`);
        }
        windows = after;
      });
    }),
    50,
  );
});

test('with time, and windows that serve, everybody leaves', () => {
  holds(
    fc.property(hallArb, stepsArb, (variant, steps) => {
      const hall = new TestHall(profileOf(variant));
      run(hall, steps, (_command, act) => act());
      hall.now = Math.max(hall.now, hall.state.lastAt);
      hall.pass(15 * minute);
      for (const dev of ['w1', 'w2', 'w3'])
        hall.perform({ op: 'serve', dev: 'hall', body: { services: [] }, window: dev.slice(1) });
      for (let round = 0; round < 200; round += 1) {
        for (const dev of ['w1', 'w2', 'w3']) {
          for (const op of ['finish', 'open', 'call-next'] as const)
            hall.perform({ op, dev, body: {} });
        }
      }
      const left = [...hall.state.tickets.values()].filter(
        (t) => !['done', 'void', 'held', 'missed'].includes(t.state),
      );
      assert.equal(
        left.map((t) => `${t.id} ${t.state}`),
        [],
      );
    }),
    15,
  );
});

// ---------------------------------------------------------------- parts

const overTheWire = (event: QueueEvent) => JSON.parse(JSON.stringify(event)) as QueueEvent;

function windowViews(hall: TestHall): Map<string, string> {
  const views = new Map<string, string>();
  for (const id of hall.rules.windows.keys()) {
    const view = windowSnapshotOf(hall.state, hall.rules, 1, id);
    views.set(id, JSON.stringify({ ...view, seq: 0 }));
  }
  return views;
}

/** What a screen does with an entry (messages.ts, LogEntry). */
function applied(board: Board, entry: LogEntry): Board {
  const replace = <T extends { id: string }>(list: T[], changed: T[]) =>
    list.map((old) => changed.find((c) => c.id === old.id) ?? old);
  const calls = entry.day === board.day ? board.calls : [];
  return {
    ...board,
    seq: entry.seq,
    day: entry.day,
    at: entry.at,
    windows: replace(board.windows, entry.windows),
    services: replace(board.services, entry.services),
    calls: [...calls, ...entry.calls].slice(-20),
    alarms: entry.alarms ?? board.alarms,
  };
}

/** Without what may differ: the text of an opening time names the date until the date has come. */
function plain(board: Board): unknown {
  const services = board.services.map((s) => ({ ...s, closedBecause: s.closedBecause?.code }));
  return { ...board, at: 0, services };
}

test.run();

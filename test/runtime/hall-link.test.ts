import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { BusError } from '../../broker-config/errors.ts';
import type {
  Board,
  Directory,
  LogEntry,
  PadSnapshot,
  Role,
  TicketView,
  WindowSnapshot,
} from '../../broker-config/messages.ts';
import { topics } from '../../broker-config/topics.ts';
import { hallLink, type MachineLink } from '../../kiosk-app/runtime/hall-link.ts';
import { outboxLimits } from '../../kiosk-app/runtime/outbox.ts';
import type { Delivered, HallView } from '../../kiosk-app/runtime/ports.ts';
import { requestLimits } from '../../kiosk-app/runtime/requests.ts';
import { openSpool, type Spool } from '../../kiosk-app/runtime/spool.ts';
import { FakeBus, type Sent } from '../harness/fake-bus.ts';
import { type MemoryLog, memoryLog } from '../harness/memory-log.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { VirtualClock } from '../harness/virtual-clock.ts';

const machine = 'win-1';
const reply = topics.reply('demo', machine);
let keys = 0;
const keyAt = (ms: number) => {
  keys += 1;
  const hex = ms.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-${String(keys).padStart(12, '0')}`;
};

interface World {
  dir: string;
  clock: VirtualClock;
  bus: FakeBus;
  log: MemoryLog;
  spool: Spool;
  link: MachineLink;
  view: HallView;
  delivered: Delivered[];
}
const test = suite<World>('hall link');

function start(w: World, role: Role = 'window'): void {
  w.bus = new FakeBus();
  w.log = memoryLog();
  w.spool = openSpool(w.dir, w.clock, w.log);
  w.delivered = [];
  w.link = hallLink({
    hall: 'demo',
    machine,
    role,
    bus: w.bus,
    spool: w.spool,
    clock: w.clock,
    log: w.log,
    makeKey: () => keyAt(w.clock.now()),
    random: () => 1,
  });
  w.link.onDelivered((d) => w.delivered.push(d));
  w.link.begin();
  w.link.watch((view) => {
    w.view = view;
  });
}
test.before.each((w) => {
  w.dir = tempDir();
  w.clock = new VirtualClock();
  start(w);
});
/** Timers that a closed link left behind, by test. Not asserted in the hook: uvu would go silent. */
const leaks: string[] = [];
test.after.each((w) => {
  w.link.close();
  w.spool.close();
  if (w.clock.waiting > 0) leaks.push(String(Reflect.get(w, '__test__')));
});

const boot = (n: number) => `01932c07-0000-7000-8000-00000000000${n}`;
const hallState = (w: World, s: 'ready' | 'lost' | 'disconnected', epoch = 1, b = 1) =>
  w.bus.arrive(topics.hallState('demo'), { v: 1, s, boot: boot(b), epoch, at: 1 }, true);
const board = (epoch: number, seq: number): Board => ({
  v: 1,
  epoch,
  seq,
  day: '2026-11-22',
  at: 1000 + seq,
  issuing: true,
  windows: [],
  services: [],
  calls: [],
  alarms: [],
});
const entry = (epoch: number, prev: number, seq: number, at: number): LogEntry => ({
  v: 1,
  epoch,
  prev,
  seq,
  day: '2026-11-22',
  at,
  issuing: true,
  windows: [],
  services: [],
  calls: [],
  alarms: null,
});
const directory = (epoch: number, windows: Record<string, string>): Directory => ({
  v: 1,
  epoch,
  hall: 'demo',
  name: { zh: '大厅', en: 'Hall' },
  timeZone: 'Asia/Shanghai',
  groups: [],
  services: [],
  classes: [],
  windows: Object.entries(windows).map(([id, m]) => ({
    id,
    label: '1',
    name: { zh: '一', en: 'One' },
    kind: 'comprehensive',
    machine: m,
    pad: null,
    mayCallTicket: true,
  })),
  rules: {
    waitCeilingMin: 30,
    recallLimit: 3,
    recallSpacingS: 5,
    callExpiresS: 60,
    missed: { code: 'void', data: {}, zh: '', en: '' },
  },
});
const ticket: TicketView = {
  id: '2026-11-22/A001',
  number: 'A001',
  service: 's',
  class: 'c',
  state: 'called',
  issuedAt: 1,
  waitingSince: 1,
  paperConfirmed: true,
  calls: 1,
  recalls: 0,
  misses: 0,
  window: 'w1',
  calledAt: 1,
  startedAt: null,
  hold: null,
  why: null,
};
const spans = { queuedMs: 0, decidedMs: 0, committedMs: 0 };
const granted = (key: string, result: unknown, more: object = {}) => ({
  v: 1,
  key,
  epoch: 1,
  seq: 1,
  at: 1,
  spans,
  ok: true,
  result,
  ...more,
});
const refused = (key: string, code: string) => ({
  ...{ v: 1, key, epoch: 1, seq: 1, at: 1, spans, ok: false },
  refusal: { code, data: {}, zh: '', en: '' },
});
const opOf = (s: Sent) => s.topic.split('/').at(-2);
/** The hall comes up, with a board, and its clock equal to ours. */
async function hallUp(w: World, more: (s: Sent) => void = () => {}): Promise<void> {
  w.bus.answer = (s) => {
    if (opOf(s) !== 'snapshot') return more(s);
    const at = w.clock.now();
    w.bus.arrive(reply, granted(s.message.key, { board: board(1, 1), window: null }, { at }));
  };
  w.bus.setUp(true);
  hallState(w, 'ready');
  await w.clock.advance(1_000);
  w.bus.sent.length = 0;
}
const rejected = async (p: Promise<unknown>) => {
  try {
    await p;
  } catch (error) {
    return error instanceof BusError ? error.code : String(error);
  }
  return 'resolved';
};
const take = { service: 's', paper: true, source: 'touch' } as const;

test('the reply topic is subscribed before anything else', (w) => {
  assert.is([...w.bus.topics][0], reply);
  assert.ok(w.bus.topics.has(topics.log('demo')));
});

test('online means: a link and a living hall behind it', async (w) => {
  assert.not.ok(w.view.online);
  w.bus.setUp(true);
  assert.not.ok(w.view.online, 'a broker alone is no hall');
  await w.clock.advance(500);
  hallState(w, 'ready');
  assert.ok(w.view.online);
  assert.is(w.view.onlineSince, w.clock.now());
  hallState(w, 'lost', 1, 2);
  assert.ok(w.view.online, 'the will of another boot');
  hallState(w, 'lost');
  assert.not.ok(w.view.online);
  hallState(w, 'ready', 2, 2);
  hallState(w, 'lost', 1, 1);
  assert.ok(w.view.online, 'a late will of an older hall');
  w.bus.setUp(false);
  assert.not.ok(w.view.online);
  w.bus.setUp(true);
  assert.not.ok(w.view.online, 'what it was before the cut is not known now');
});

test('a hall that speaks after its will is alive', (w) => {
  w.bus.setUp(true);
  hallState(w, 'ready');
  hallState(w, 'lost');
  w.bus.arrive(topics.log('demo'), entry(1, 1, 2, w.clock.now()));
  assert.ok(w.view.online);
});

test('while the hall is away a request is refused at once', async (w) => {
  assert.is(
    await rejected(w.link.request('recall', {}, { key: keyAt(1), deadlineMs: 9 })),
    'BUS_OFFLINE',
  );
  w.bus.setUp(true);
  assert.is(
    await rejected(w.link.request('recall', {}, { key: keyAt(1), deadlineMs: 9 })),
    'BUS_OFFLINE',
  );
  assert.is(w.bus.sent.length, 0);
});

test('a request is repeated with the same key until it is answered, then no more', async (w) => {
  await hallUp(w);
  const key = keyAt(w.clock.now());
  const asked = w.link.request('call-next', { expect: null }, { key, deadlineMs: 10_000 });
  await w.clock.advance(1_200);
  const times = w.bus.sent.length;
  assert.ok(times >= 3, `${times}`);
  assert.equal(new Set(w.bus.sent.map((s) => JSON.stringify(s))).size, 1);
  assert.is(w.bus.sent[0]?.topic, topics.request('demo', 'call-next', machine));
  assert.equal(w.bus.sent[0]?.message, { v: 1, key, epoch: 1, body: { expect: null } });
  w.bus.arrive(reply, granted(key, { ticket }));
  w.bus.arrive(reply, granted(key, { ticket }));
  const answer = await asked;
  assert.ok(answer.ok && answer.result.ticket.number === 'A001');
  await w.clock.advance(10_000);
  assert.is(w.bus.sent.length, times);
});

test('answers find their requests in any order', async (w) => {
  await hallUp(w);
  const [a, b] = [keyAt(w.clock.now()), keyAt(w.clock.now())];
  const first = w.link.request('recall', {}, { key: a, deadlineMs: 5_000 });
  const second = w.link.request('finish', {}, { key: b, deadlineMs: 5_000 });
  w.bus.arrive(reply, refused(b, 'nobody-here'));
  w.bus.arrive(reply, granted(a, { ticket }));
  assert.ok((await first).ok);
  assert.not.ok((await second).ok);
});

test('a deadline passes although the link is up, and although it is down', async (w) => {
  await hallUp(w);
  const up = rejected(w.link.request('recall', {}, { key: keyAt(1), deadlineMs: 1_000 }));
  await w.clock.advance(1_001);
  assert.is(await up, 'BUS_DEADLINE');
  const down = rejected(w.link.request('recall', {}, { key: keyAt(1), deadlineMs: 1_000 }));
  w.bus.setUp(false);
  await w.clock.advance(1_001);
  assert.is(await down, 'BUS_DEADLINE');
});

test('a request that waits while the link is cut goes out as soon as the hall is back', async (w) => {
  await hallUp(w);
  const key = keyAt(w.clock.now());
  const asked = w.link.request('recall', {}, { key, deadlineMs: 60_000 });
  w.bus.setUp(false);
  await w.clock.advance(20_000);
  w.bus.sent.length = 0;
  w.bus.setUp(true);
  assert.is(w.bus.sent.length, 0);
  hallState(w, 'ready', 1);
  assert.is(w.bus.sent.filter((s) => s.message.key === key).length, 1);
  w.bus.arrive(reply, granted(key, { ticket }));
  assert.ok((await asked).ok);
});

test('the same key twice is one request; with another content it is an error', async (w) => {
  await hallUp(w);
  const key = keyAt(w.clock.now());
  const first = w.link.request('take', take, { key, deadlineMs: 5_000 });
  const again = w.link.request('take', take, { key, deadlineMs: 5_000 });
  const other = w.link.request('take', { ...take, service: 'x' }, { key, deadlineMs: 5_000 });
  assert.is(await rejected(other), 'BUS_MESSAGE');
  assert.is(w.bus.sent.length, 1);
  w.bus.arrive(reply, refused(key, 'closed'));
  assert.is(await first, await again);
});

test('requests under way have a limit, and the outbox keeps its own place', async (w) => {
  await hallUp(w);
  const all = Array.from({ length: requestLimits.requestsWaitingMax }, () =>
    rejected(w.link.request('recall', {}, { key: keyAt(1), deadlineMs: 1_000 })),
  );
  const beyond = w.link.request('recall', {}, { key: keyAt(1), deadlineMs: 1_000 });
  assert.is(await rejected(beyond), 'BUS_QUEUE_FULL');
  w.link.deliver('confirm-printed', { ticket: ticket.id, outcome: 'confirmed' }, keyAt(1));
  assert.is(w.bus.sent.filter((s) => opOf(s) === 'confirm-printed').length, 1);
  await w.clock.advance(1_001);
  assert.equal([...new Set(await Promise.all(all))], ['BUS_DEADLINE']);
});

test('an answer with a wrong result is an error, garbage on the reply topic is none', async (w) => {
  await hallUp(w);
  const key = keyAt(w.clock.now());
  const asked = rejected(w.link.request('recall', {}, { key, deadlineMs: 5_000 }));
  w.bus.arrive(reply, Buffer.from('no json'));
  w.bus.arrive(reply, { v: 1, key });
  w.bus.arrive(reply, granted(keyAt(1), {}));
  w.bus.arrive(topics.reply('other-hall', machine), granted(key, { ticket }));
  w.bus.arrive('hall/demo/v1/nonsense', {});
  w.bus.arrive(reply, granted(key, { tickets: [] }));
  assert.is(await asked, 'BUS_MESSAGE');
  assert.is(w.log.withCode('BUS_MESSAGE').length, 2);
});

test('closing ends what waits', async (w) => {
  await hallUp(w);
  const asked = rejected(w.link.request('recall', {}, { key: keyAt(1), deadlineMs: 5_000 }));
  w.link.close();
  assert.is(await asked, 'BUS_CLOSED');
  assert.is(
    await rejected(w.link.request('recall', {}, { key: keyAt(1), deadlineMs: 5 })),
    'BUS_CLOSED',
  );
});

test('a hall older than one seen before is not believed, also after a restart', async (w) => {
  await hallUp(w);
  hallState(w, 'ready', 5, 5);
  const key = keyAt(w.clock.now());
  const asked = rejected(w.link.request('recall', {}, { key, deadlineMs: 1_000 }));
  assert.is(w.bus.sent.at(-1)?.message.epoch, 5);
  w.bus.arrive(reply, granted(key, { ticket }, { epoch: 4 }));
  await w.clock.advance(1_001);
  assert.is(await asked, 'BUS_DEADLINE');
  w.link.close();
  w.spool.close();
  start(w);
  w.bus.setUp(true);
  hallState(w, 'ready', 4, 6);
  w.bus.arrive(topics.board('demo'), board(4, 99), true);
  w.bus.arrive(topics.directory('demo'), directory(4, {}), true);
  assert.not.ok(w.view.online);
  assert.is(w.view.board, null);
  assert.is(w.view.directory, null);
  assert.is(w.log.withCode('RUN_OLD_HALL').length, 1);
});

// ---------------------------------------------------------------- outbox

const confirm = (w: World) => {
  const key = keyAt(w.clock.now());
  w.link.deliver('confirm-printed', { ticket: ticket.id, outcome: 'confirmed' }, key);
  return key;
};

test('deliveries go out in order, one at a time, each until it is answered', async (w) => {
  await hallUp(w);
  const [a, b] = [confirm(w), confirm(w)];
  await w.clock.advance(30_000);
  assert.equal([...new Set(w.bus.sent.map((s) => s.message.key))], [a]);
  w.bus.arrive(reply, granted(a, { ticket }));
  await w.clock.advance(1);
  assert.is(w.bus.sent.at(-1)?.message.key, b);
  w.bus.arrive(reply, refused(b, 'no-such-ticket'));
  await w.clock.advance(1);
  assert.is(w.spool.outbox.size, 0);
  assert.equal(
    w.delivered.map((d) => [d.op, d.key, d.answer.ok]),
    [
      ['confirm-printed', a, true],
      ['confirm-printed', b, false],
    ],
  );
});

test('what was not answered goes out after a restart, with its key, in its order', async (w) => {
  const sent = [confirm(w), confirm(w), confirm(w)];
  await w.clock.advance(1_000);
  w.link.close();
  w.spool.close();
  start(w);
  const seen: string[] = [];
  await hallUp(w, (s) => {
    seen.push(s.message.key);
    w.bus.arrive(reply, granted(s.message.key, { ticket }));
  });
  assert.equal(seen, sent);
  assert.is(w.spool.outbox.size, 0);
  assert.is(w.delivered.length, 3);
});

test('nothing is delivered before the flow listens', async (w) => {
  const key = confirm(w);
  w.link.close();
  w.link = hallLink({
    ...{ hall: 'demo', machine, role: 'window', bus: w.bus, spool: w.spool },
    ...{ clock: w.clock, log: w.log, makeKey: () => keyAt(w.clock.now()), random: () => 1 },
  });
  await hallUp(w);
  assert.is(w.bus.sent.length, 0);
  w.link.begin();
  assert.is(w.bus.sent.at(-1)?.message.key, key);
});

test('a hall that can not now is asked again, later and later, and soon after its return', async (w) => {
  let asked = 0;
  await hallUp(w, (s) => {
    asked += 1;
    w.bus.arrive(reply, refused(s.message.key, 'storage-unavailable'));
  });
  confirm(w);
  await w.clock.advance(120_000);
  assert.ok(asked >= 5 && asked <= 12, `${asked}`);
  assert.is(w.spool.outbox.size, 1);
  assert.is(w.delivered.length, 0);
  hallState(w, 'disconnected');
  await hallUp(w, (s) => w.bus.arrive(reply, granted(s.message.key, { ticket })));
  assert.is(w.spool.outbox.size, 0);
});

test('an item that is never answered does not stand in the way for ever', async (w) => {
  let poison = '';
  const seen: string[] = [];
  await hallUp(w, (s) => {
    poison ||= s.message.key;
    if (s.message.key === poison) return;
    seen.push(s.message.key);
    w.bus.arrive(reply, granted(s.message.key, { ticket }));
  });
  confirm(w);
  const good = confirm(w);
  await w.clock.advance(outboxLimits.stuckMs + outboxLimits.attemptMs * 2);
  assert.equal(seen, [good]);
  assert.is(w.spool.outbox.size, 1, 'but it is not lost');
  assert.ok(w.log.withCode('RUN_UNANSWERED').length >= 1);
});

test('time without a hall does not count against an item', async (w) => {
  await hallUp(w);
  confirm(w);
  await w.clock.advance(60_000);
  w.bus.setUp(false);
  await w.clock.advance(outboxLimits.stuckMs * 3);
  w.bus.setUp(true);
  hallState(w, 'ready');
  await w.clock.advance(30_000);
  assert.is(w.log.withCode('RUN_UNANSWERED').length, 0);
});

test('a listener that throws keeps the item for another try', async (w) => {
  let throws = true;
  w.link.onDelivered(() => {
    if (throws) throw new Error('disk');
  });
  await hallUp(w, (s) => w.bus.arrive(reply, granted(s.message.key, { ticket })));
  confirm(w);
  await w.clock.advance(10);
  assert.is(w.spool.outbox.size, 1);
  throws = false;
  await w.clock.advance(2_000);
  assert.is(w.spool.outbox.size, 0);
});

// ---------------------------------------------------------------- view

const snapshotsAsked = (w: World) => w.bus.sent.filter((s) => opOf(s) === 'snapshot').length;

test('a gap asks for one snapshot, which closes it', async (w) => {
  await hallUp(w);
  w.bus.arrive(topics.board('demo'), board(1, 10), true);
  w.bus.answer = () => {};
  w.bus.arrive(topics.log('demo'), entry(1, 11, 12, w.clock.now()));
  w.bus.arrive(topics.log('demo'), entry(1, 12, 13, w.clock.now()));
  assert.is(snapshotsAsked(w), 1);
  assert.is(w.view.board?.seq, 10);
  const key = w.bus.sent.at(-1)?.message.key;
  w.bus.arrive(reply, granted(key, { board: board(1, 12), window: null }));
  await w.clock.advance(1);
  assert.is(w.view.board?.seq, 13);
  await w.clock.advance(60_000);
  assert.is(snapshotsAsked(w), 1);
});

test('gap after gap does not become a storm of snapshots', async (w) => {
  await hallUp(w);
  for (let i = 0; i < 600; i += 1) {
    w.bus.arrive(topics.log('demo'), entry(1, 100 + i * 2, 101 + i * 2, w.clock.now()));
    await w.clock.advance(100);
  }
  assert.ok(snapshotsAsked(w) <= 10, `${snapshotsAsked(w)}`);
});

test('a machine that has heard no board asks for it', async (w) => {
  w.bus.setUp(true);
  hallState(w, 'ready');
  assert.is(snapshotsAsked(w), 1);
});

test('log entries that the broker kept are not news', async (w) => {
  await hallUp(w);
  w.bus.arrive(topics.board('demo'), board(1, 10), true);
  w.bus.arrive(topics.log('demo'), entry(1, 10, 11, w.clock.now()), true);
  assert.is(w.view.board?.seq, 10);
});

test("a window follows its own snapshot, and another one's when the directory moves it", async (w) => {
  await hallUp(w);
  const snap = (window: string, seq: number): WindowSnapshot => ({
    ...{ v: 1, epoch: 1, seq, window, current: null, last: null, held: [], missed: [] },
    servedToday: seq,
  });
  w.bus.arrive(topics.directory('demo'), directory(1, { w1: machine, w2: 'win-2' }), true);
  assert.ok(w.bus.topics.has(topics.windowSnapshot('demo', 'w1')));
  w.bus.arrive(topics.windowSnapshot('demo', 'w1'), snap('w1', 5), true);
  w.bus.arrive(topics.windowSnapshot('demo', 'w1'), snap('w1', 4), true);
  w.bus.arrive(topics.windowSnapshot('demo', 'w2'), snap('w2', 9), true);
  assert.is(w.view.window?.seq, 5);
  w.bus.arrive(topics.windowSnapshot('demo', 'w1'), Buffer.alloc(0), false);
  w.bus.arrive(topics.directory('demo'), directory(1, { w2: machine }), true);
  assert.is(w.view.window, null);
  assert.not.ok(w.bus.topics.has(topics.windowSnapshot('demo', 'w1')));
  w.bus.arrive(topics.windowSnapshot('demo', 'w2'), snap('w2', 3), true);
  assert.is(w.view.window?.seq, 3);
});

test('a pad follows what its window may evaluate, and nothing of the clerk', async (w) => {
  w.link.close();
  w.spool.close();
  start(w, 'evaluation-pad');
  await hallUp(w);
  const snap = (window: string, seq: number): PadSnapshot => ({
    ...{ v: 1, epoch: 1, seq, window, pending: null },
  });
  const own = directory(1, { w1: 'window-1', w2: 'window-2' });
  for (const at of own.windows) at.pad = at.id === 'w1' ? machine : null;
  w.bus.arrive(topics.directory('demo'), own, true);
  assert.not.ok(w.bus.topics.has(topics.windowSnapshot('demo', 'w1')));
  assert.ok(w.bus.topics.has(topics.padSnapshot('demo', 'w1')));
  for (const seq of [5, 4]) w.bus.arrive(topics.padSnapshot('demo', 'w1'), snap('w1', seq), true);
  w.bus.arrive(topics.padSnapshot('demo', 'w2'), snap('w2', 9), true);
  assert.is(w.view.pad?.seq, 5);
});

test("the hall's clock is learned from live news and fresh answers, never from repeated ones", async (w) => {
  await hallUp(w);
  assert.is(w.view.hallClockOffsetMs, 0);
  w.bus.arrive(topics.log('demo'), entry(1, 1, 2, w.clock.now() + 90_000));
  assert.is(w.view.hallClockOffsetMs, 90_000);
  const old = keyAt(w.clock.now() - 3_600_000);
  const repeated = w.link.request('recall', {}, { key: old, deadlineMs: 5_000 });
  w.bus.arrive(reply, granted(old, { ticket }, { at: w.clock.now() - 3_600_000 }));
  await repeated;
  const twice = keyAt(w.clock.now());
  const late = w.link.request('recall', {}, { key: twice, deadlineMs: 5_000 });
  await w.clock.advance(500);
  w.bus.arrive(reply, granted(twice, { ticket }, { at: 7 }));
  await late;
  assert.is(w.view.hallClockOffsetMs, 90_000);
  const key = keyAt(w.clock.now());
  const fresh = w.link.request('recall', {}, { key, deadlineMs: 5_000 });
  await w.clock.advance(100);
  w.bus.arrive(reply, granted(key, { ticket }, { at: w.clock.now() - 50 }));
  await fresh;
  assert.is(w.view.hallClockOffsetMs, 0);
});

test('who watches is told at once, on every change, and not after leaving', async (w) => {
  const seen: boolean[] = [];
  const leave = w.link.watch((v) => seen.push(v.online));
  assert.equal(seen, [false]);
  await hallUp(w);
  assert.is(seen.at(-1), true);
  const told = seen.length;
  leave();
  w.bus.setUp(false);
  assert.is(seen.length, told);
});

test('a closed link leaves no timer behind', () => assert.equal(leaks, []));

test.run();

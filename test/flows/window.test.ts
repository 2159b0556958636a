import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { BusError } from '../../broker-config/errors.ts';
import type { HallView } from '../../kiosk-app/runtime/ports.ts';
import type { WindowAction, WindowScreen } from '../../kiosk-app/screens/contract.ts';
import { runWindow } from '../../kiosk-app/window/flow.ts';
import { type WindowConfig, windowLimits } from '../../kiosk-app/window/state.ts';
import { memoryLog } from '../harness/memory-log.ts';
import { VirtualClock } from '../harness/virtual-clock.ts';
import { countingKeys, FakeDevices, FakeLink, FakeScreen, keyOf } from './fakes.ts';
import {
  board,
  boardWindow,
  call,
  directory,
  reason,
  snapshot,
  t0,
  ticket,
  view,
} from './hall-data.ts';

const config: WindowConfig = {
  machine: 'window-1',
  owner: { name: '王工', phone: '010-1' },
  callerAddress: 3,
  keys: { Enter: 'call-next', R: 'recall', H: 'hold', P: 'pause' },
};

function machine(o: { config?: Partial<WindowConfig>; view?: HallView } = {}) {
  const clock = new VirtualClock(t0);
  const link = new FakeLink(clock, o.view ?? view({ window: snapshot() }));
  const devices = new FakeDevices();
  const screen = new FakeScreen<WindowScreen, WindowAction>();
  const log = memoryLog();
  const stop = runWindow(
    { clock, log, makeKey: countingKeys(1000), link, devices, screen },
    { ...config, ...o.config },
  );
  let presses = 0;
  const press = () => {
    presses += 1;
    return keyOf(presses);
  };
  return {
    clock,
    link,
    devices,
    screen,
    log,
    stop,
    press,
    next: () => screen.act({ do: 'call-next', press: press() }),
    settle: () => clock.advance(0),
    async granted(number: string) {
      link.last().grant({ ticket: ticket(number, { state: 'called', window: 'w1' }) });
      await clock.advance(0);
    },
  };
}
const calledA = ticket('A001', { state: 'called', window: 'w1', calledAt: t0, calls: 1 });

type WithoutPress<A> = A extends { press: string } ? Omit<A, 'press'> : never;

const asking = suite('asking the hall');

asking('next says which ticket the window showed, so that two presses can not call two', () => {
  const free = machine();
  free.next();
  assert.equal(free.link.last().body, { expect: null });
  const busy = machine({ view: view({ window: snapshot({ current: calledA }) }) });
  busy.next();
  assert.equal(busy.link.last().body, { expect: '2026-11-22/A001' });
});

asking('what the page showed counts, not what the machine has learnt since', () => {
  const m = machine({ view: view({ window: snapshot({ current: calledA }) }) });
  m.screen.act({ do: 'call-next', press: m.press(), expect: null });
  assert.equal(m.link.last().body, { expect: null });
});

asking('one request at a time; a press meanwhile is answered in words', async () => {
  const m = machine();
  m.next();
  assert.is(m.screen.now.busy, 'call-next');
  m.screen.act({ do: 'pause', reason: 'break', press: m.press() });
  assert.is(m.link.asked.length, 1);
  assert.is(m.screen.now.lastAction?.ok, false);
  assert.match(m.screen.now.lastAction?.text.zh ?? '', '没有执行');
  await m.granted('A001');
  assert.is(m.screen.now.busy, null);
  assert.equal(m.screen.now.lastAction?.text, { zh: '已呼叫 A001', en: 'Called A001' });
});

asking('a second next right after the first is a double click, not a second citizen', async () => {
  const m = machine();
  m.next();
  await m.granted('A001');
  m.next();
  assert.is(m.link.asked.length, 1);
  assert.is(m.screen.now.lastAction?.ok, false);
  await m.clock.advance(windowLimits.nextRestMs);
  m.next();
  assert.is(m.link.asked.length, 2);
});

asking('next right after another verb is no double click', async () => {
  const m = machine();
  m.next();
  await m.granted('A001');
  m.screen.act({ do: 'finish', press: m.press() });
  await m.granted('A001');
  m.next();
  assert.is(m.link.asked.length, 3);
});

asking('a press that comes twice acts once', async () => {
  const m = machine();
  m.screen.act({ do: 'finish', press: keyOf(1) });
  await m.granted('A001');
  m.screen.act({ do: 'finish', press: keyOf(1) });
  assert.is(m.link.asked.length, 1);
});

asking('every verb of the page becomes its request', async () => {
  const ref = { number: 'A001' };
  const to = { service: 'medical' };
  const services = [{ service: 'pension', level: 1 }];
  const verbs: [WithoutPress<WindowAction>, unknown][] = [
    [{ do: 'recall' }, {}],
    [{ do: 'start' }, {}],
    [{ do: 'finish' }, {}],
    [{ do: 'miss' }, {}],
    [{ do: 'invite' }, {}],
    [{ do: 'open' }, {}],
    [{ do: 'close' }, {}],
    [{ do: 'pause', reason: 'meeting' }, { reason: 'meeting' }],
    [{ do: 'hold', kind: 'return-here' }, { kind: 'return-here' }],
    [
      { do: 'transfer', to, position: 'head' },
      { to, position: 'head' },
    ],
    [{ do: 'call-ticket', ticket: ref }, { ticket: ref }],
    [
      { do: 'return-missed', ticket: ref, to: 'now' },
      { ticket: ref, to: 'now' },
    ],
    [{ do: 'resume', ticket: ref }, { ticket: ref }],
    [{ do: 'void', ticket: ref }, { ticket: ref }],
    [{ do: 'serve', services }, { services }],
  ];
  const m = machine();
  for (const [action, body] of verbs) {
    m.screen.act({ ...action, press: m.press() } as WindowAction);
    assert.is(m.link.last().op, action.do);
    assert.equal(m.link.last().body, body);
    await m.granted('A001');
    assert.is(m.screen.now.lastAction?.verb, action.do);
    assert.is(m.screen.now.lastAction?.ok, true);
  }
});

asking('a refusal is shown in its own words, in both languages', async () => {
  const m = machine();
  m.next();
  m.link.last().refuse(reason('nobody-waiting', '现在没有人等候。', 'Nobody is waiting.'));
  await m.settle();
  assert.is(m.screen.now.lastAction?.ok, false);
  assert.equal(m.screen.now.lastAction?.text, { zh: '现在没有人等候。', en: 'Nobody is waiting.' });
});

asking('no answer in time: not claimed done, not claimed undone', async () => {
  const m = machine();
  m.next();
  await m.clock.advance(windowLimits.answerWaitMs);
  assert.is(m.screen.now.busy, null);
  assert.match(m.screen.now.lastAction?.text.zh ?? '', '可能没有执行');
  assert.ok(m.log.lines.some((l) => l.fields.event === 'window-unanswered'));
});

asking('a request that surely never left is said not to be done', async () => {
  const m = machine();
  m.next();
  m.link.last().fail(new BusError('BUS_QUEUE_FULL', 'call-next'));
  await m.settle();
  assert.match(m.screen.now.lastAction?.text.zh ?? '', '操作没有执行');
});

asking('without a link nothing is asked and every key is greyed out', () => {
  const m = machine();
  m.link.see({ online: false, onlineSince: t0 });
  m.next();
  assert.is(m.link.asked.length, 0);
  assert.is(m.screen.now.lastAction?.ok, false);
  assert.equal(m.screen.now.can, []);
});

asking('an answer after its deadline changes nothing', async () => {
  const m = machine();
  m.next();
  await m.clock.advance(windowLimits.answerWaitMs);
  m.link.last().grant({ ticket: calledA });
  await m.settle();
  assert.is(m.screen.now.lastAction?.ok, false);
});
asking.run();

const keypad = suite('keypad');

keypad('the profile says what a key does; next says nothing of a ticket nobody sees', () => {
  const m = machine({ view: view({ window: snapshot({ current: calledA }) }) });
  m.devices.press('Enter');
  assert.is(m.link.last().op, 'call-next');
  assert.equal(m.link.last().body, {});
  assert.is(m.link.last().key, keyOf(1000));
});

keypad('a key without room for choices takes the usual one', async () => {
  const m = machine();
  m.devices.press('H');
  assert.equal(m.link.last().body, { kind: 'fetch-papers' });
  await m.granted('A001');
  m.devices.press('P');
  assert.equal(m.link.last().body, { reason: 'break' });
});

keypad('an unknown key is logged and does nothing', () => {
  const m = machine();
  m.devices.press('Q');
  assert.is(m.link.asked.length, 0);
  assert.ok(m.log.lines.some((l) => l.fields.event === 'key-ignored' && l.fields.what === 'Q'));
});

keypad('a bouncing key acts once', async () => {
  const m = machine();
  m.devices.press('R');
  await m.granted('A001');
  m.devices.press('R');
  assert.is(m.link.asked.length, 1);
  await m.clock.advance(windowLimits.keyBounceMs);
  m.devices.press('R');
  assert.is(m.link.asked.length, 2);
});
keypad('a caller on a shared bus is heard by its own window alone', () => {
  const m = machine();
  m.devices.tell('caller', { type: 'key', key: 'Enter', address: 4 });
  assert.throws(() => m.link.last());
  m.devices.tell('caller', { type: 'key', key: 'Enter', address: 3 });
  assert.is(m.link.last().op, 'call-next');
});

keypad('one key pauses an open window and opens a paused one', () => {
  const both = { keys: { pause: 'pause-or-open' } } as const;
  const open = machine({ config: both });
  open.devices.press('pause');
  assert.is(open.link.last().op, 'pause');
  const closed = machine({
    config: both,
    view: view({
      board: board({ windows: [boardWindow('w1', { state: 'paused' })] }),
      window: snapshot(),
    }),
  });
  closed.devices.press('pause');
  assert.is(closed.link.last().op, 'open');
});

keypad.run();

const page = suite('the page');

page('which window it is stands in the directory, not in the machine', () => {
  assert.is(machine().screen.now.window?.id, 'w1');
  const other = machine({ config: { machine: 'window-2' } });
  assert.is(other.screen.now.window?.id, 'w2');
  const none = machine({ config: { machine: 'window-9' } });
  assert.is(none.screen.now.window, null);
  assert.equal(none.screen.now.can, []);
  none.next();
  assert.is(none.link.asked.length, 0);
  assert.match(none.screen.now.lastAction?.text.en ?? '', 'no window');
});

page("another window's snapshot is not shown", () => {
  const m = machine({ view: view({ window: snapshot({ window: 'w2', current: calledA }) }) });
  assert.is(m.screen.now.current, null);
});

page('services stand in the order they are called, with what waits', () => {
  const { services } = machine().screen.now;
  assert.equal(
    services.map((s) => [s.id, s.level, s.waiting]),
    [
      ['pension', 1, 3],
      ['medical', 2, 3],
    ],
  );
});

page('tickets carry the names of their service and class', () => {
  const m = machine({ view: view({ window: snapshot({ current: calledA, held: [calledA] }) }) });
  assert.is(m.screen.now.current?.serviceName.zh, '养老保险');
  assert.is(m.screen.now.held[0]?.className.en, 'Ordinary');
});

page('verbs fit the state of the window', () => {
  const canWith = (v: HallView) => [...machine({ view: v }).screen.now.can].sort();
  const windows = (state: 'open' | 'paused' | 'closed') =>
    board({ windows: [boardWindow('w1', { state })] });
  assert.equal(canWith(view({ board: windows('closed'), window: snapshot() })), ['open', 'void']);
  assert.equal(canWith(view({ board: windows('paused'), window: snapshot() })), [
    'close',
    'open',
    'void',
  ]);
  assert.equal(canWith(view({ board: windows('open'), window: snapshot() })), [
    'call-next',
    'call-ticket',
    'close',
    'pause',
    'void',
  ]);
});

page('verbs fit the ticket at the window', () => {
  const can = (state: 'called' | 'serving') =>
    machine({
      view: view({ window: snapshot({ current: { ...calledA, state, calledAt: t0 - 60_000 } }) }),
    }).screen.now.can;
  for (const verb of ['recall', 'start', 'miss', 'hold', 'transfer', 'finish'] as const) {
    assert.ok(can('called').includes(verb), verb);
  }
  assert.not.ok(can('serving').includes('recall'));
  assert.not.ok(can('serving').includes('miss'));
  assert.ok(can('serving').includes('finish'));
  assert.not.ok(can('called').includes('close'), 'who is at the window keeps it from closing');
});

page('held and missed numbers can be brought back, a finished one can be rated', () => {
  const one = ticket('A001', { state: 'held' });
  const m = machine({
    view: view({
      window: snapshot({ held: [one], missed: [one], last: ticket('A002', { state: 'done' }) }),
    }),
  });
  for (const verb of ['resume', 'return-missed', 'invite'] as const) {
    assert.ok(m.screen.now.can.includes(verb), verb);
  }
  const tidal = machine({
    config: { machine: 'window-2' },
    view: view({ window: snapshot({ window: 'w2' }) }),
  });
  assert.ok(tidal.screen.now.can.includes('serve'));
  assert.not.ok(tidal.screen.now.can.includes('invite'), 'no pad at that window');
});

page('recall: counted down, allowed at the very moment, gone after the limit', async () => {
  const spoken = { current: calledA };
  const m = machine({
    view: view({ window: snapshot(spoken), board: board({ calls: [call(11, 'A001')] }) }),
  });
  assert.equal(m.screen.now.recall, { left: 2, nextAt: t0 + 10_000 });
  assert.not.ok(m.screen.now.can.includes('recall'));
  await m.clock.advance(9_999);
  assert.not.ok(m.screen.now.can.includes('recall'));
  await m.clock.advance(1);
  assert.ok(m.screen.now.can.includes('recall'));
  m.link.see({
    window: snapshot({ current: { ...calledA, recalls: 2 } }),
    board: board({ calls: [call(12, 'A001', { kind: 'recall', at: t0 + 10_000 })] }),
  });
  assert.equal(m.screen.now.recall, { left: 0, nextAt: t0 + 20_000 });
  await m.clock.advance(60_000);
  assert.not.ok(m.screen.now.can.includes('recall'));
});

page("the countdown is in the machine's own clock", () => {
  const m = machine({
    view: view({ window: snapshot({ current: calledA }), hallClockOffsetMs: 3_600_000 }),
  });
  assert.is(m.screen.now.recall?.nextAt, t0 + 10_000 - 3_600_000);
});

page('a ticket goes to another service or another window', () => {
  const m = machine({ view: view({ window: snapshot({ current: calledA }) }) });
  assert.equal(
    m.screen.now.targets.services.map((s) => s.id),
    ['medical', 'deed'],
  );
  assert.equal(
    m.screen.now.targets.windows.map((w) => w.label),
    ['2'],
  );
});

page('windows that serve now stand first, those that are closed last', () => {
  const two = ['w2', 'w3', 'w4', 'w5'].map((id, i) => ({
    ...(directory.windows[1] as (typeof directory.windows)[number]),
    ...{ id, label: String(i + 2) },
  }));
  const states = ['closed', 'paused', 'open', 'open'] as const;
  const windows = [
    boardWindow('w1'),
    ...two.map(({ id }, i) => boardWindow(id, { state: states[i] ?? 'closed' })),
  ];
  const own = { ...directory, windows: [...directory.windows.slice(0, 1), ...two] };
  const m = machine({ view: view({ directory: own, board: board({ windows }) }) });
  assert.equal(
    m.screen.now.targets.windows.map((w) => `${w.label} ${w.state}`),
    ['4 open', '5 open', '3 paused', '2 closed'],
  );
});

page('alarms of the hall reach the clerk', () => {
  const alarm = { id: 'wait pension', since: t0, reason: reason('wait-ceiling', '超过', 'over') };
  const m = machine({ view: view({ board: board({ alarms: [alarm] }), window: snapshot() }) });
  assert.is(m.screen.now.alarms[0]?.reason.code, 'wait-ceiling');
});

page('before anything is known the page stands, and nothing can be pressed', () => {
  const m = machine({ view: view({ online: false, directory: null, board: null }) });
  assert.is(m.screen.now.window, null);
  assert.is(m.screen.now.hallName, null);
  assert.equal(m.screen.now.can, []);
  m.link.see({ online: true, directory, board: board(), window: snapshot() });
  assert.ok(m.screen.now.can.includes('call-next'));
});

page('stopped: no timer is left and nothing is heard', () => {
  const m = machine({ view: view({ window: snapshot({ current: calledA }) }) });
  assert.is(m.clock.waiting, 1);
  m.stop();
  assert.is(m.clock.waiting, 0);
  m.devices.press('Enter');
  assert.is(m.link.asked.length, 0);
});
page.run();

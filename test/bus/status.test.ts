import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Alarm } from '../../broker-config/messages.ts';
import type { MachineView } from '../../kiosk-app/hall/inventory.ts';
import { faultFreshMs, hallScreen, type StatusParts } from '../../kiosk-app/hall/status.ts';
import { hallBudget } from '../../kiosk-app/hall/status-budget.ts';

const now = 10_000_000;
const machine = (id: string, more: Partial<MachineView> = {}): MachineView => ({
  ...{ id, role: 'window', place: 'hall', owner: { name: 'Wang', phone: '110' } },
  ...{ state: 'ready', since: 1000, version: '0.1.0', devices: [], contested: false, fault: null },
  ...more,
});
type State = 'ready' | 'attention' | 'out' | 'unknown';
const device = (id: string, state: State | null, owner = 'Wang 110') => ({
  ...{ id, kind: 'ticket-printer', driver: 'escpos' },
  status:
    state === null
      ? null
      : {
          ...{ v: 1 as const, device: id, kind: 'ticket-printer', state, owner, detail: {} },
          ...{ code: state === 'ready' ? 'DEV_READY' : 'PRN_PAPER_OUT', since: 5 },
        },
});
const zero = { dropped: 0, denied: 0, refused: 0, cut: 0, throttled: 0 };
const hall: StatusParts['hall'] = {
  ...{ machine: 'server', hallName: { zh: '大厅', en: 'Hall' }, place: null, version: '0.1.0' },
  ...{ time: { timeZone: null, offsetMs: 0 }, owner: { name: 'Li', phone: '119' }, startedAt: 0 },
  ...{ epoch: 3, seq: 7, issuing: true, broker: { kind: 'embedded', online: true } },
  ...{
    counters: { received: 0, answered: 0, turnedAway: 0, ...zero },
    presses: null,
    ratings: null,
  },
};
const screen = (machines: MachineView[], alarms: Alarm[] = []) =>
  hallScreen({
    ...{ machines, alarms, now, hall, names: new Map([['a', { zh: '甲', en: 'A' }]]) },
    sentenceOf: (code) => (code === 'PRN_PAPER_OUT' ? { zh: '缺纸', en: 'paper' } : null),
  });
const urgencies = (...machines: MachineView[]) =>
  screen(machines).machines.map((m) => [m.id, m.urgency]);

test('the worst first: lost, then what does not work, then what wants a look, then the rest', () => {
  assert.equal(
    urgencies(
      machine('well'),
      machine('asleep', { state: 'disconnected' }),
      machine('unseen', { state: 'absent' }),
      machine('low', { devices: [device('p', 'ready'), device('q', 'attention')] }),
      machine('out', { devices: [device('p', 'out')] }),
      machine('lost', { state: 'lost' }),
    ),
    [
      ['lost', 'bad'],
      ['out', 'bad'],
      ['low', 'look'],
      ['unseen', 'look'],
      ['asleep', 'off'],
      ['well', 'good'],
    ],
  );
});

test('among equals, what has been wrong for longest; what is well, by name', () => {
  const lost = (id: string, since: number) => machine(id, { state: 'lost', since });
  const ids = urgencies(machine('z'), machine('b'), lost('new', 9), lost('old', 2)).map(
    ([id]) => id,
  );
  assert.equal(ids, ['old', 'new', 'b', 'z']);
});

test('two programs under one name are urgent even while they are online', () => {
  assert.equal(urgencies(machine('a', { contested: true })), [['a', 'bad']]);
});

test('a machine that was switched off in order is no trouble, whatever its devices said last', () => {
  const off = machine('a', { state: 'disconnected', devices: [device('p', 'out')] });
  assert.equal(urgencies(off), [['a', 'off']]);
});

test('a wrong message is news for an hour, then it is forgotten', () => {
  const fault = (at: number) => machine('a', { fault: { at, what: 'x' } });
  assert.equal(urgencies(fault(now - 1)), [['a', 'look']]);
  assert.equal(screen([fault(now - 1)]).machines[0]?.fault, { at: now - 1, what: 'x' });
  assert.equal(urgencies(fault(now - faultFreshMs)), [['a', 'good']]);
  assert.is(screen([fault(now - faultFreshMs)]).machines[0]?.fault, null);
});

test('a device carries code, sentence and since; an owner only where it has another', () => {
  const devices = [device('ok', 'ready'), device('p', 'out'), device('q', 'out', 'Zhao 120')];
  const [view] = screen([machine('a', { devices: [...devices, device('mute', null)] })]).machines;
  assert.equal(view?.name, { zh: '甲', en: 'A' });
  assert.equal(
    view?.devices.map((d) => [d.id, d.state, d.code, d.sentence?.en ?? null, d.owner]),
    [
      ['p', 'out', 'PRN_PAPER_OUT', 'paper', null],
      ['q', 'out', 'PRN_PAPER_OUT', 'paper', 'Zhao 120'],
      ['mute', 'unknown', null, null, null],
      ['ok', 'ready', 'DEV_READY', null, null],
    ],
  );
});

test('the newest alarm first; its data stay in the hall', () => {
  const alarm = (id: string, since: number): Alarm => ({
    ...{ id, since, reason: { code: 'wait-ceiling', data: { minutes: 30 }, zh: '久', en: 'long' } },
  });
  assert.equal(screen([], [alarm('a', 1), alarm('b', 2)]).alarms, [
    { id: 'b', since: 2, reason: { zh: '久', en: 'long' } },
    { id: 'a', since: 1, reason: { zh: '久', en: 'long' } },
  ]);
});

test('the budget keeps the newest numbers only, and has none before the first', () => {
  const budget = hallBudget(4);
  assert.is(budget.summary(), null);
  for (const ms of [900, 1, 2, 3, 4]) {
    budget.add({ queuedMs: ms, decidedMs: 0.004, committedMs: ms / 3 });
  }
  const sum = budget.summary();
  assert.is(sum?.count, 4);
  assert.equal(sum?.queuedMs, { p50: 2, p99: 4 });
  assert.equal(sum?.decidedMs, { p50: 0, p99: 0 });
  assert.equal(sum?.committedMs, { p50: 0.67, p99: 1.33 });
});

test.run();

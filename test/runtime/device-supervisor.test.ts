import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DeviceStatusMessage } from '../../broker-config/messages.ts';
import { check } from '../../broker-config/validate.ts';
import { DeviceError } from '../../devices/codes.ts';
import {
  type DeviceLife,
  deviceLimits,
  type LifeInput,
  newborn,
  stepLife,
} from '../../kiosk-app/runtime/device-life.ts';
import {
  type SupervisedStatus,
  statusMessage,
  superviseDevices,
} from '../../kiosk-app/runtime/device-supervisor.ts';
import { fakeDriver } from '../harness/fake-driver.ts';
import fc from '../harness/fc.ts';
import { memoryLog } from '../harness/memory-log.ts';
import { VirtualClock } from '../harness/virtual-clock.ts';

const paperLow = { state: 'attention', code: 'PRN_PAPER_LOW', detail: {} } as const;
const gone = new DeviceError('DEV_NO_SUCH_PORT', 'pulled out');

function make(plug: ReturnType<typeof fakeDriver>['plug'] = 'in') {
  const driver = fakeDriver();
  driver.plug = plug;
  const clock = new VirtualClock();
  const log = memoryLog();
  const supervisor = superviseDevices({
    devices: [{ id: 'keys', driver: 'fake', options: {} }],
    drivers: { fake: driver.entry },
    owner: '张工',
    clock,
    log,
    random: () => 1,
    printerProfile: () => Promise.reject(gone),
  });
  const told: SupervisedStatus[] = [];
  supervisor.watch((s) => told.push(s));
  const context = () => {
    const last = driver.contexts.at(-1);
    if (last === undefined) throw new Error('never opened');
    return last;
  };
  return { driver, clock, log, supervisor, told, context };
}
const codes = (told: SupervisedStatus[]) => told.map((s) => `${s.state} ${s.code}`);

test('a device opens and says so once, with owner and since-when', async () => {
  const { clock, supervisor, told } = make();
  assert.is(supervisor.get('keys'), undefined);
  const at = clock.now();
  await clock.advance(1_000);
  assert.equal(codes(told), ['unknown DEV_OPENING', 'ready DEV_READY']);
  assert.is(told[1]?.owner, '张工');
  assert.is(told[1]?.since, at);
  assert.ok(supervisor.get('keys', 'keypad'));
  assert.is(supervisor.get('keys', 'ticket-printer'), undefined, 'of another kind');
  assert.is(supervisor.get('nobody'), undefined);
  assert.is(supervisor.status('nobody'), undefined);
  await supervisor.close();
});

test('what the driver says while it opens counts from the moment it is open', async () => {
  const { driver, clock, supervisor, told } = make('out');
  driver.handshake = (context) => context.status(paperLow);
  await clock.advance(500);
  driver.plug = 'in';
  await clock.advance(2_000);
  assert.equal(codes(told), [
    'unknown DEV_OPENING',
    'out DEV_NO_SUCH_PORT',
    'attention PRN_PAPER_LOW',
  ]);
  await supervisor.close();
});

test('status is told on change alone, and keeps its since-when while the code stays', async () => {
  const { clock, supervisor, told, context } = make();
  await clock.advance(10);
  context().status(paperLow);
  const since = clock.now();
  await clock.advance(1_000);
  context().status({ ...paperLow, detail: {} });
  context().status({ ...paperLow, detail: { near: true } });
  assert.is(told.length, 4);
  assert.is(told[3]?.since, since);
  assert.equal(told[3]?.detail, { near: true });
  await supervisor.close();
});

test('an unplugged device is out at once, and back within 3 s of the replug whenever that is', async () => {
  for (let unplugged = 0; unplugged < 6_000; unplugged += 97) {
    const { driver, clock, supervisor, context } = make();
    await clock.advance(100);
    driver.plug = unplugged % 2 === 0 ? 'out' : 'hang';
    context().lost(gone);
    assert.is(supervisor.get('keys'), undefined);
    assert.is(supervisor.status('keys')?.code, 'DEV_NO_SUCH_PORT');
    await clock.advance(unplugged);
    driver.plug = 'in';
    await clock.advance(3_000);
    assert.ok(supervisor.get('keys'), `after ${unplugged} ms`);
    assert.is(supervisor.status('keys')?.state, 'ready');
    await supervisor.close();
    assert.is(clock.waiting, 0);
  }
});

test('attempts grow apart up to the limit, and their cause is logged once', async () => {
  const { driver, clock, log, supervisor } = make('out');
  await clock.advance(60_000);
  const attempts = driver.contexts.length;
  assert.ok(attempts >= 60 && attempts <= 75, `${attempts}`);
  assert.is(log.lines.filter((l) => l.level === 'warn').length, 1);
  driver.code = 'DEV_NO_PERMISSION';
  await clock.advance(60_000);
  assert.is(log.lines.filter((l) => l.level === 'warn').length, 2);
  await supervisor.close();
});

test('a device that flaps is not re-opened in a tight loop', async () => {
  const { driver, clock, log, supervisor, context } = make();
  for (let i = 0; i < 600; i += 1) {
    await clock.advance(50);
    if (supervisor.get('keys')) context().lost(gone);
  }
  assert.ok(driver.contexts.length < 45, `${driver.contexts.length}`);
  assert.is(log.lines.filter((l) => l.level === 'warn').length, 1, 'said once');
  await supervisor.close();
});

test('an opening that hangs is given up, and a device that opens after all is let go', async () => {
  const { driver, clock, supervisor } = make('deaf');
  await clock.advance(deviceLimits.openMs + 10);
  assert.is(driver.aborted, 1);
  assert.is(supervisor.status('keys')?.code, 'DEV_CONNECT_DEADLINE');
  driver.plug = 'in';
  await clock.advance(1_000);
  driver.openLate();
  await clock.advance(1);
  const [open, late] = driver.opened;
  assert.not.ok(open?.closed);
  assert.ok(late?.closed);
  assert.is(supervisor.get('keys'), open);
  await supervisor.close();
});

test('what an older device still says is not heard', async () => {
  const { driver, clock, supervisor, told } = make();
  const keys: string[] = [];
  supervisor.onEvent((device, event) => keys.push(`${device} ${event.type}`));
  await clock.advance(10);
  const old = driver.contexts[0];
  old?.event({ type: 'key', key: '1' });
  old?.lost(gone);
  old?.lost(gone);
  await clock.advance(1_000);
  const before = told.length;
  old?.status(paperLow);
  old?.event({ type: 'key', key: '2' });
  old?.lost(gone);
  assert.is(told.length, before);
  assert.ok(supervisor.get('keys'));
  driver.contexts[1]?.event({ type: 'key', key: '3' });
  assert.equal(keys, ['keys key', 'keys key']);
  await supervisor.close();
});

test('a lost device is let go before the next one is opened: the port is one', async () => {
  const { driver, clock, supervisor, context } = make();
  await clock.advance(10);
  let closed = () => {};
  driver.slowClose = new Promise((resolve) => {
    closed = resolve;
  });
  context().lost(gone);
  await clock.advance(1_000);
  assert.is(driver.contexts.length, 1);
  closed();
  await clock.advance(1);
  assert.is(driver.contexts.length, 2);
  await supervisor.close();
});

test('a device that never lets go is given up after the limit', async () => {
  const { driver, clock, log, supervisor, context } = make();
  await clock.advance(10);
  driver.slowClose = new Promise(() => {});
  context().lost(gone);
  await clock.advance(deviceLimits.closeMs + 1_000);
  assert.is(driver.contexts.length, 2);
  assert.ok(log.lines.some((l) => /did not close well/.test(l.message)));
  const closing = supervisor.close();
  await clock.advance(deviceLimits.closeMs);
  await closing;
});

test('closing lets go of what is open and gives up what is opening', async () => {
  for (const plug of ['in', 'out', 'hang'] as const) {
    const { driver, clock, supervisor, told } = make(plug);
    await clock.advance(150);
    const before = told.length;
    await supervisor.close();
    assert.ok(driver.opened.every((d) => d.closed));
    await clock.advance(10_000);
    assert.is(clock.waiting, 0);
    assert.is(told.length, before, 'the end of the machine is no fault of the device');
    assert.is(supervisor.get('keys'), undefined);
  }
});

test('a status fits its message whatever a driver puts into the detail', () => {
  const message = statusMessage({
    ...{ device: 'keys', kind: 'keypad', owner: 'x', since: 5, state: 'out', code: 'DEV_CLOSED' },
    detail: { a: 'x'.repeat(1_000), ['k'.repeat(100)]: true, 中: 1, n: 1.5 },
  });
  assert.ok(check(DeviceStatusMessage, message).ok);
});

test('whatever happens in whatever order, at most one life is open and every other is released', () => {
  const code = 'DEV_CLOSED' as const;
  const input = fc.oneof(
    fc.nat(5).map((life): LifeInput => ({ type: 'opened', life })),
    fc.nat(5).map((life): LifeInput => ({ type: 'failed', life, code })),
    fc.nat(5).map((life): LifeInput => ({ type: 'lost', life, code })),
    fc.constant<LifeInput>({ type: 'rested' }),
    fc.constant<LifeInput>({ type: 'close' }),
  );
  fc.assert(
    fc.property(fc.array(input, { maxLength: 40 }), (inputs) => {
      const started = new Set<number>();
      const held = new Set<number>();
      const opens = new Set<number>();
      let state: DeviceLife = newborn({ now: 0, mono: 0 }).state;
      started.add(1);
      for (const i of inputs) {
        // An opening ends once, and only if it was begun.
        if (i.type === 'opened') {
          if (!started.has(i.life) || opens.has(i.life)) continue;
          opens.add(i.life);
          held.add(i.life);
        }
        const step = stepLife(state, i, { now: 0, mono: 0 });
        state = step.state;
        for (const e of step.effects) {
          if (e.type === 'open') started.add(e.life);
          if (e.type === 'release') held.delete(e.life);
        }
        assert.ok(held.size <= 1, `${[...held]}`);
        if (state.phase === 'open') assert.equal([...held], [state.life]);
        else assert.is(held.size, 0);
      }
    }),
  );
});

test.run();

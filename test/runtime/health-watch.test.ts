import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Watchdog } from '../../devices/watchdog/contract.ts';
import type { DeviceOfKind } from '../../kiosk-app/runtime/device-supervisor.ts';
import { superviseDevices } from '../../kiosk-app/runtime/device-supervisor.ts';
import { healthLimits, unwell, watchHealth } from '../../kiosk-app/runtime/health-watch.ts';
import { fakeDriver } from '../harness/fake-driver.ts';
import { memoryLog } from '../harness/memory-log.ts';
import { VirtualClock } from '../harness/virtual-clock.ts';

function rig() {
  const clock = new VirtualClock();
  const log = memoryLog();
  const said: string[] = [];
  const dog: Watchdog = {
    kind: 'watchdog',
    feedEveryMs: 10_000,
    feed: async (health) => void said.push(`fed ${health}`),
    withheld: (why) => void said.push(why),
    selfTest: async () => [],
    close: async () => {},
  };
  const world = { open: true, stuck: [] as string[] };
  const get = <K extends keyof DeviceOfKind>() =>
    (world.open ? dog : undefined) as DeviceOfKind[K] | undefined;
  const devices = { get, stuck: () => world.stuck };
  const stop = watchHealth({ clock, log, devices, watchdogs: ['dog'] });
  return { clock, said, world, stop };
}

test('a machine that is well says so in the watchdog’s rhythm, and never after its stop', async () => {
  const { clock, said, stop } = rig();
  await clock.advance(35_000);
  assert.equal(said, ['fed well', 'fed well', 'fed well', 'fed well']);
  stop();
  await clock.advance(35_000);
  assert.is(said.length, 4);
  assert.is(clock.waiting, 0);
});

test('a device that hangs in one step silences it; when it moves again the watchdog is fed', async () => {
  const { clock, said, world, stop } = rig();
  world.stuck = ['printer'];
  await clock.advance(10_000);
  assert.is(said.at(-1), 'stuck: printer');
  world.stuck = [];
  await clock.advance(10_000);
  assert.is(said.at(-1), 'fed well');
  stop();
});

test('a watchdog that is not open yet is fed as soon as it is', async () => {
  const { clock, said, world, stop } = rig();
  await clock.advance(10_000);
  const before = said.length;
  world.open = false;
  await clock.advance(30_000);
  assert.is(said.length, before);
  world.open = true;
  await clock.advance(2_000);
  assert.is(said.length, before + 1);
  stop();
});

test('an event loop that comes late is not well', () => {
  assert.is(unwell({ lateMs: healthLimits.lateMsMax, stuck: [] }), null);
  assert.match(unwell({ lateMs: 6_000, stuck: [] }) ?? '', /6000 ms late/);
});

test('a device that fails again and again is not stuck; a driver that never answers is, once', async () => {
  const driver = fakeDriver();
  driver.plug = 'out';
  const clock = new VirtualClock();
  const supervisor = superviseDevices({
    ...{ devices: [{ id: 'keys', driver: 'fake', options: {} }], drivers: { fake: driver.entry } },
    ...{ owner: 'x', clock, log: memoryLog(), random: () => 1 },
    printerProfile: () => Promise.reject(new Error('none')),
  });
  await clock.advance(60_000);
  assert.equal(supervisor.stuck(), []);
  driver.plug = 'in';
  await clock.advance(5_000);
  const context = driver.contexts.at(-1);
  // The wire is being let go and never is: the next opening waits for it.
  driver.slowClose = new Promise(() => {});
  context?.lost(new Error('gone'));
  await clock.advance(3_000);
  assert.equal(supervisor.stuck(), [], 'letting go has its own limit');
  assert.ok(supervisor.get('keys'), 'and the device is back');
  const closing = supervisor.close();
  await clock.advance(3_000);
  await closing;
});

test.run();

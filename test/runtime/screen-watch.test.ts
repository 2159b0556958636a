import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { Type } from '@sinclair/typebox';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DeviceStatusMessage } from '../../broker-config/messages.ts';
import { topics } from '../../broker-config/topics.ts';
import { check } from '../../broker-config/validate.ts';
import { realClock } from '../../kiosk-app/runtime/clock.ts';
import { startMachine } from '../../kiosk-app/runtime/compose.ts';
import { createLifecycle } from '../../kiosk-app/runtime/lifecycle.ts';
import {
  screenDevice,
  screenWatchLimits,
  watchScreen,
} from '../../kiosk-app/runtime/screen-watch.ts';
import { ensureScreensBuilt } from '../../scripts/build-screens.ts';
import { memoryBroker } from '../harness/memory-broker.ts';
import { memoryLog } from '../harness/memory-log.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { until } from '../harness/until.ts';
import { VirtualClock } from '../harness/virtual-clock.ts';

const { goneAfterMs, lookMs } = screenWatchLimits;
const waitMs = 10_000;

function rig() {
  const clock = new VirtualClock(1_000_000);
  const world = { pages: 0 };
  const said: DeviceStatusMessage[] = [];
  const stop = watchScreen({
    clock,
    owner: '王工 010-1',
    listeners: () => world.pages,
    tell: (status) => void said.push(status),
  });
  return { clock, world, said, stop, last: () => said.at(-1)?.code };
}

test('a browser that comes, goes and comes again; said once each time, in the words of the bus', async () => {
  const { clock, world, said, stop, last } = rig();
  assert.is(last(), 'DEV_OPENING');
  world.pages = 1;
  await clock.advance(lookMs);
  assert.is(last(), 'DEV_READY');
  world.pages = 0;
  await clock.advance(goneAfterMs - lookMs);
  assert.is(last(), 'DEV_READY', 'a page that loads anew is no news');
  await clock.advance(2 * lookMs);
  assert.is(last(), 'DEV_NO_PAGE');
  assert.is(said.at(-1)?.state, 'out');
  await clock.advance(10 * goneAfterMs);
  assert.is(said.length, 3);
  world.pages = 2;
  await clock.advance(lookMs);
  assert.is(last(), 'DEV_READY');
  for (const status of said) assert.ok(check(DeviceStatusMessage, status).ok);
  stop();
  assert.is(clock.waiting, 0);
});

test('a browser that never came is missed, counted from the start', async () => {
  const { clock, last, stop } = rig();
  await clock.advance(goneAfterMs - 1);
  assert.is(last(), 'DEV_OPENING');
  await clock.advance(1);
  assert.is(last(), 'DEV_NO_PAGE');
  stop();
});

test('a machine whose screen is watched says on the bus that it has one, and who is in front of it', async () => {
  await ensureScreensBuilt();
  const broker = await memoryBroker();
  const server = createServer((socket) => broker.aedes.handle(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const dataDir = tempDir();
  writeFileSync(join(dataDir, 'secret'), 'x');
  const log = memoryLog();
  const lifecycle = createLifecycle(realClock, log);
  const profileFile = join(dataDir, 'd1.yaml');
  const options = { profileFile, dataDir, log, lifecycle, newHall: false };
  try {
    await startMachine(
      {
        ...{ machine: 'd1', role: 'display', hall: 'h', owner: { name: '王工', phone: '010-1' } },
        broker: { url: `mqtt://127.0.0.1:${port}`, credential_file: 'secret' },
        screen: { port: 0, watched: true },
        devices: [],
      },
      options,
      async (parts) => void (await parts.screen(Type.Object({}))),
    );
    const said = (topic: string) => {
      const last = broker.published.findLast((p) => p.topic === topic);
      return last === undefined ? undefined : JSON.parse(last.payload);
    };
    const status = topics.deviceStatus('h', 'd1', 'screen');
    await until(() => said(status)?.code === 'DEV_OPENING', waitMs, 'nobody yet');
    assert.equal(said(topics.machineDescription('h', 'd1')).devices, [screenDevice]);
    const url = log.lines.find((line) => line.message === 'page')?.fields.url;
    const page = await fetch(`${url}state`);
    await until(() => said(status)?.code === 'DEV_READY', waitMs, 'somebody');
    assert.is(said(status).owner, '王工 010-1');
    await page.body?.cancel();
  } finally {
    await lifecycle.stop('the test is over');
    await broker.close();
    server.close();
  }
});

test.run();

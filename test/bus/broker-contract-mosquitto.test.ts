import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { identitiesOf } from '../../broker-config/access.ts';
import { decode, encode } from '../../broker-config/codec.ts';
import { credentialFile, readSecret } from '../../broker-config/credentials.ts';
import { topics } from '../../broker-config/topics.ts';
import { createOuterBus } from '../../kiosk-app/hall/outer-bus.ts';
import { realClock } from '../../kiosk-app/runtime/clock.ts';
import { streamTo } from '../../kiosk-app/runtime/mqtt-link.ts';
import { memoryLog } from '../harness/memory-log.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { until } from '../harness/until.ts';
import { brokerContract, openHall, type RunningBroker } from './broker-contract.ts';
import { newKey, profile } from './hall-fixture.ts';
import { openMachine, waitMs } from './machine-client.ts';
import { asGenerated, type Mosquitto, startMosquitto } from './mosquitto.ts';

/** The hall's end of the link to this Mosquitto. */
function hallOn(mosquitto: Mosquitto, dir: string): RunningBroker {
  const log = memoryLog();
  const identity = identitiesOf(profile).get('server');
  if (identity === undefined) throw new Error('no hall in the profile');
  const lost = { v: 1, s: 'lost', boot: newKey(), epoch: 5, at: 0 };
  const bus = createOuterBus({
    ...{ identity, clock: realClock, log, random: () => 0 },
    connect: streamTo(`mqtt://127.0.0.1:${mosquitto.port}`),
    password: readSecret(credentialFile(dir, 'server')),
    will: { topic: topics.hallState('h'), payload: encode('hallState', lost) },
  });
  return {
    bus,
    port: mosquitto.port,
    ready: () => log.lines.some((l) => l.message === 'connected to the broker'),
    password: (id) => readSecret(credentialFile(dir, id)),
    stop: () => mosquitto.kill(),
  };
}

async function start(): Promise<RunningBroker> {
  const dir = tempDir('mosquitto');
  return hallOn(await startMosquitto(dir, asGenerated), dir);
}

brokerContract('Mosquitto', start);

test("included by Debian's own mosquitto.conf, ours wins: nothing is kept on disk", async () => {
  const dir = tempDir('mosquitto');
  const mosquitto = await startMosquitto(dir, { ...asGenerated, debian: true });
  const h = await openHall(hallOn(mosquitto, dir));
  const qm1 = await h.open('qm1');
  await qm1.subscribe(topics.reply('h', 'qm1'));
  assert.ok((await qm1.ask('snapshot', {})).ok);
  await mosquitto.stop();
  await h.stop();
  assert.not(existsSync(join(dir, 'mosquitto.db')));
});

test('a Mosquitto that was killed finds the hall again, and the hall says everything anew', async () => {
  const dir = tempDir('mosquitto');
  const mosquitto = await startMosquitto(dir, asGenerated);
  const h = await openHall(hallOn(mosquitto, dir));
  await mosquitto.kill();
  h.sequencer.commit({ type: 'window-opened', at: 1, window: 'w1' });
  await mosquitto.restart();
  const screen = await h.open('screen');
  await screen.subscribe(topics.board('h'), topics.hallState('h'));
  const board = await until(() => screen.on(topics.board('h'))[0], waitMs, 'board');
  const decoded = decode('board', board.payload);
  assert.ok(decoded.ok && decoded.value.seq === 1);
  await until(() => screen.on(topics.hallState('h'))[0], waitMs, 'hall state');
  await h.stop();
});

test('a device that left while no hall was there is gone from the broker when one comes', async () => {
  const dir = tempDir('mosquitto');
  const mosquitto = await startMosquitto(dir, asGenerated);
  const connect = (id: string) =>
    openMachine({ id, port: mosquitto.port, password: readSecret(credentialFile(dir, id)) });
  const statusOf = (device: string) => topics.deviceStatus('h', 'qm1', device);
  const everyStatus = 'hall/h/v1/dev/+/status/+';
  const qm1 = await connect('qm1');
  qm1.birth();
  const devices = [{ id: 'printer', kind: 'ticket-printer', driver: 'escpos' }];
  const about = { v: 1, role: 'queue-machine', version: '0', boot: qm1.boot, owner: '', devices };
  const description = encode('machineDescription', about);
  qm1.publish(topics.machineDescription('h', 'qm1'), description, true);
  for (const device of ['printer', 'keys']) {
    const status = { v: 1, device, kind: 'x', state: 'ready', code: 'DEV_READY', since: 0 };
    const payload = encode('deviceStatus', { ...status, owner: '', detail: {} });
    qm1.publish(statusOf(device), payload, true);
  }
  const kept = async (count: number) => {
    // Only the hall's own name may read them all, and the hall is away.
    const hall = await connect('server');
    await hall.subscribe(everyStatus);
    await until(() => hall.received.length >= count, waitMs, 'what the broker keeps');
    const found = hall.received.map((r) => r.topic).sort();
    await hall.end();
    return found;
  };
  assert.equal(await kept(2), [statusOf('keys'), statusOf('printer')]);
  const h = await openHall(hallOn(mosquitto, dir));
  await until(() => h.emptied.length > 0, waitMs, 'taken back');
  await h.hall.stop();
  assert.equal(await kept(1), [statusOf('printer')]);
  await qm1.end();
  await h.stop();
});

test('a hall that is lost is seen by its machines; one that stops says so', async () => {
  const dir = tempDir('mosquitto');
  const mosquitto = await startMosquitto(dir, asGenerated);
  const broker = hallOn(mosquitto, dir);
  const h = await openHall(broker);
  const screen = await h.open('screen');
  await screen.subscribe(topics.hallState('h'));
  const states = () =>
    screen.on(topics.hallState('h')).map((r) => {
      const state = decode('hallState', r.payload);
      return state.ok ? state.value.s : '?';
    });
  await until(() => states().length === 1, waitMs, 'ready');
  await h.hall.stop();
  await until(() => states().length === 2, waitMs, 'goodbye');
  assert.equal(states(), ['ready', 'disconnected']);

  // Another program with the hall's name and will, which then vanishes.
  const boot = newKey();
  const payload = encode('hallState', { v: 1, s: 'lost', boot, epoch: 5, at: 0 });
  const will = { topic: topics.hallState('h'), payload, qos: 1 as const, retain: true };
  const twin = await h.open('server', { options: { will } });
  twin.kill();
  await until(() => states().length === 3, waitMs, 'will');
  assert.is(states()[2], 'lost');
  await h.stop();
});

test('without set_tcp_nodelay every answer waits for Nagle: the contract would notice', async () => {
  const dir = tempDir('mosquitto');
  const mosquitto = await startMosquitto(dir, {
    ...asGenerated,
    change: (conf) => conf.replace(/^set_tcp_nodelay true$/m, ''),
  });
  const h = await openHall(hallOn(mosquitto, dir));
  const qm1 = await h.open('qm1', { noDelay: false });
  await qm1.subscribe(topics.reply('h', 'qm1'));
  const times: number[] = [];
  for (let i = 0; i < 9; i += 1) {
    const began = performance.now();
    await qm1.ask('snapshot', {});
    times.push(performance.now() - began);
  }
  const median = times.sort((a, b) => a - b)[4] ?? 0;
  assert.ok(median > 10, `${median}`);
  await h.stop();
});

test.run();

/** What the embedded broker does beyond the contract, mostly as byte dialogues. */
import { createServer } from 'node:net';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { identitiesOf } from '../../broker-config/access.ts';
import {
  credentialFile,
  openCredentials,
  provision,
  readSecret,
} from '../../broker-config/credentials.ts';
import { BusError } from '../../broker-config/errors.ts';
import { topics } from '../../broker-config/topics.ts';
import {
  type BrokerLimits,
  brokerLimits,
  createEmbeddedBroker,
} from '../../kiosk-app/hall/broker.ts';
import { realClock } from '../../kiosk-app/runtime/clock.ts';
import { memoryLog } from '../harness/memory-log.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { until, within } from '../harness/until.ts';
import { profile } from './hall-fixture.ts';
import { openMachine, waitMs } from './machine-client.ts';
import { connectPacket, openWire, packet, publishPacket, subscribePacket } from './wire.ts';

const dataDir = tempDir('embedded');
provision(
  dataDir,
  profile.machines.map((m) => m.id),
);
const password = (id: string) => readSecret(credentialFile(dataDir, id));

async function open(limits: Partial<BrokerLimits> = {}, port = 0) {
  const log = memoryLog();
  const broker = await createEmbeddedBroker({
    ...{ host: '127.0.0.1', port, clock: realClock, log },
    limits: { ...brokerLimits, ...limits },
    identities: identitiesOf(profile),
    credentials: openCredentials(dataDir),
  });
  const heard: { topic: string; payload: string }[] = [];
  const denied: { dev: string; topic: string }[] = [];
  broker.onMessage((m) => {
    heard.push({ topic: m.topic, payload: Buffer.from(m.payload).toString() });
  });
  broker.onDenied(({ dev, topic }) => denied.push({ dev, topic }));
  await broker.start();
  return { broker, log, heard, denied, port: broker.port, counters: broker.counters };
}

const connected = [0x20, 0x02, 0x00, 0x00] as const;
const refusedWith = (code: number) => [0x20, 0x02, 0x00, code] as const;

const wire = suite('on the wire');

wire('CONNECT with the own password is accepted', async () => {
  const { broker, port } = await open();
  const w = await openWire(port);
  w.send(connectPacket({ id: 'qm1', password: password('qm1') }));
  await w.expect(...connected);
  w.destroy();
  await broker.close();
});

const refusals: [string, Parameters<typeof connectPacket>[0], number, RegExp][] = [
  ['a wrong password', { id: 'qm1', password: 'x' }, 4, /wrong password/],
  ['an unknown machine', { id: 'ghost', password: password('qm1') }, 4, /unknown machine/],
  ["another's client id", { id: 'qm2', user: 'qm1', password: password('qm1') }, 2, /client id/],
  ['a second hall', { id: 'server', password: password('server') }, 5, /not a machine/],
  ['a kept session', { id: 'qm1', password: password('qm1'), clean: false }, 5, /clean session/],
  ['no keep-alive', { id: 'qm1', password: password('qm1'), keepaliveS: 0 }, 5, /keep alive/],
  ['an hour of silence', { id: 'qm1', password: password('qm1'), keepaliveS: 3600 }, 5, /keep/],
];
for (const [what, fields, code, why] of refusals) {
  wire(`CONNECT with ${what} is refused with code ${code}`, async () => {
    const { broker, port, log, counters } = await open();
    const w = await openWire(port);
    w.send(connectPacket(fields));
    await w.expect(...refusedWith(code));
    await w.closed();
    assert.is(counters.refused, 1);
    assert.match(String(log.withCode('BUS_REFUSED')[0]?.fields.why), why);
    await broker.close();
  });
}

wire('MQTT 5 is told that only 3.1.1 is spoken', async () => {
  const { broker, port } = await open();
  const w = await openWire(port);
  w.send(connectPacket({ id: 'qm1', password: password('qm1'), level: 5 }));
  await w.expect(...refusedWith(1));
  await broker.close();
});

async function openConnected(limits: Partial<BrokerLimits> = {}) {
  const hall = await open(limits);
  const w = await openWire(hall.port);
  w.send(connectPacket({ id: 'qm1', password: password('qm1') }));
  await w.expect(...connected);
  return { ...hall, w };
}

wire(
  'a publish that is not allowed is acknowledged and swallowed, and the link stays',
  async () => {
    const { broker, w, heard, denied, log, counters } = await openConnected();
    w.send(publishPacket(topics.request('h', 'take', 'qm2'), 7, 'mine'));
    await w.expect(0x40, 0x02, 0x00, 0x07);
    w.send(publishPacket('no/such/topic', 8, ''), publishPacket('a/'.repeat(60), 9, ''));
    await w.expect(0x40, 0x02, 0x00, 0x08, 0x40, 0x02, 0x00, 0x09);
    w.send(publishPacket(topics.request('h', 'take', 'qm1'), 10, 'own'));
    await w.expect(0x40, 0x02, 0x00, 0x0a);
    await until(() => heard.length > 0, waitMs);
    assert.equal(heard, [{ topic: topics.request('h', 'take', 'qm1'), payload: 'own' }]);
    assert.equal(denied[0], { dev: 'qm1', topic: topics.request('h', 'take', 'qm2') });
    assert.is(counters.denied, 3);
    assert.is(log.withCode('BUS_DENIED').length, 1, 'one line, not one per packet');
    w.destroy();
    await broker.close();
  },
);

wire('a subscription that is not allowed is refused with 128 among allowed ones', async () => {
  const { broker, w, counters } = await openConnected();
  w.send(subscribePacket(3, topics.reply('h', 'qm1'), topics.reply('h', 'qm2'), '#'));
  await w.expect(0x90, 0x05, 0x00, 0x03, 0x01, 0x80, 0x80);
  assert.is(counters.denied, 2);
  w.destroy();
  await broker.close();
});

wire('an answer of the next turn leaves in one write with the acknowledgement', async () => {
  const { broker, w } = await openConnected();
  const reply = topics.reply('h', 'qm1');
  w.send(subscribePacket(3, reply));
  await w.expect(0x90, 0x03, 0x00, 0x03, 0x01);
  broker.onMessage(() => {
    setImmediate(() => broker.publish(reply, Buffer.from('answer'), { retain: false }));
  });
  const before = w.chunks.length;
  w.send(publishPacket(topics.request('h', 'take', 'qm1'), 7, 'ask'));
  await w.expect(0x40, 0x02, 0x00, 0x07, 0x32);
  assert.is(w.chunks.length, before + 1);
  assert.ok(w.chunks.at(-1)?.toString('latin1').endsWith('answer'));
  // A late one does not hold the acknowledgement back: it is there before there is an answer.
  broker.onMessage(() => {});
  w.send(publishPacket(topics.request('h', 'take', 'qm1'), 8, 'ask'));
  await until(() => w.rest.includes(Buffer.from([0x40, 0x02, 0x00, 0x08])), waitMs);
  w.destroy();
  await broker.close();
});

wire('what goes straight to its hearer goes to nobody whose subscription was refused', async () => {
  const { broker, w, port } = await openConnected();
  w.send(subscribePacket(3, topics.reply('h', 'qm2')));
  await w.expect(0x90, 0x03, 0x00, 0x03, 0x80);
  const other = await openWire(port);
  other.send(connectPacket({ id: 'qm2', password: password('qm2') }));
  await other.expect(...connected);
  other.send(subscribePacket(3, topics.reply('h', 'qm2')));
  await other.expect(0x90, 0x03, 0x00, 0x03, 0x01);
  broker.publish(topics.reply('h', 'qm2'), Buffer.from('for qm2'), { retain: false });
  await until(() => other.rest.includes('for qm2'), waitMs, 'the answer');
  assert.is(w.rest.length, 0);
  for (const one of [w, other]) one.destroy();
  await broker.close();
});

wire('an oversized packet is cut at its header; its body is never awaited', async () => {
  const { broker, w, log } = await openConnected();
  w.send([0x32, 0xff, 0xff, 0xff, 0x7f]);
  await w.closed();
  await until(() => log.withCode('BUS_TOO_LARGE').length === 1, waitMs);
  await broker.close();
});

wire('who does not speak MQTT, or nothing, is cut', async () => {
  const { broker, port, counters } = await open({ connectWaitMs: 50 });
  const silent = await openWire(port);
  const web = await openWire(port);
  web.send(Buffer.from('GET / HTTP/1.1\r\nHost: hall\r\n\r\n'));
  const early = await openWire(port);
  early.send(publishPacket(topics.request('h', 'take', 'qm1'), 1, '{}'));
  await Promise.all([silent.closed(), web.closed(), early.closed()]);
  await until(() => counters.cut === 3, waitMs, 'three cut');
  await broker.close();
});

wire('DISCONNECT takes the will back; a broken link does not', async () => {
  const { broker, port, heard } = await open();
  const first = await openMachine({ port, id: 'qm1', password: password('qm1') });
  await new Promise<void>((resolve) => first.client.end(false, {}, () => resolve()));
  const second = await openMachine({ port, id: 'qm1', password: password('qm1') });
  second.kill();
  await until(() => heard.length > 0, waitMs, 'a will');
  assert.equal(
    heard.map((m) => JSON.parse(m.payload).boot),
    [second.boot],
  );
  await broker.close();
});

wire('garbage after CONNECT costs the link and nothing else', async () => {
  const { broker, w, port } = await openConnected();
  w.send(packet(0xf0, Buffer.from([1, 2, 3])));
  await w.closed();
  const again = await openWire(port);
  again.send(connectPacket({ id: 'qm1', password: password('qm1') }));
  await again.expect(...connected);
  again.destroy();
  await broker.close();
});

wire.run();

const limits = suite('limits');

limits('a port that is taken gives a clear error', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const address = other.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await open({}, port).then(
    () => assert.unreachable(),
    (error: unknown) => {
      assert.instance(error, BusError);
      assert.is((error as BusError).code, 'BUS_PORT_TAKEN');
      assert.match((error as BusError).message, `127.0.0.1:${port} is in use`);
    },
  );
  other.close();
});

limits('a machine that publishes too fast is held back in order; others are not', async () => {
  const { broker, port, heard, log, counters } = await open({
    publishesPerSMax: 200,
    publishBurstMax: 20,
  });
  const fast = await openMachine({ port, id: 'qm1', password: password('qm1') });
  const calm = await openMachine({ port, id: 'qm2', password: password('qm2') });
  const of = (id: string) =>
    heard.filter((m) => m.topic.endsWith(id)).map((m) => Number(m.payload));
  for (let i = 0; i < 60; i += 1) fast.publish(topics.request('h', 'take', 'qm1'), String(i));
  await until(() => of('qm1').length >= 20, waitMs);
  calm.publish(topics.request('h', 'take', 'qm2'), '0');
  await until(() => of('qm2').length === 1, waitMs, 'the calm one');
  await until(() => of('qm1').length === 60, waitMs, 'all of the fast one');
  assert.equal(
    of('qm1'),
    Array.from({ length: 60 }, (_, i) => i),
  );
  assert.ok(counters.throttled > 0);
  assert.is(log.withCode('BUS_TOO_FAST').length, 1);
  fast.kill();
  calm.kill();
  await broker.close();
});

limits('connections beyond the limit are refused, and said to be', async () => {
  const { broker, port, log } = await open({ connectionsMax: 2 });
  const first = await openWire(port);
  const second = await openWire(port);
  const third = await openWire(port);
  await third.closed();
  assert.match(log.lines.map((l) => l.message).join(), 'too many connections');
  first.destroy();
  second.destroy();
  await broker.close();
});

limits('a subscriber that does not read is cut after its time', async () => {
  const { broker, w, counters, log } = await openConnected({ drainWaitMs: 30 });
  w.send(subscribePacket(1, topics.log('h')));
  await w.expect(0x90, 0x03, 0x00, 0x01, 0x01);
  w.freeze();
  const filler = Buffer.alloc(256 * 1024);
  for (let i = 0; i < 60; i += 1) broker.publish(topics.log('h'), filler, { retain: false });
  await until(() => counters.cut === 1, waitMs, 'cut');
  assert.match(String(log.withCode('BUS_CUT')[0]?.fields.why), 'drain');
  w.destroy();
  await broker.close();
});

limits('closing lets go of everybody in time, and a second close is the same', async () => {
  const { broker, port } = await open();
  const w = await openWire(port);
  w.send(connectPacket({ id: 'qm1', password: password('qm1') }));
  await w.expect(...connected);
  const stranger = await openWire(port);
  await within(Promise.all([broker.close(), broker.close()]), waitMs, 'close');
  await w.closed();
  stranger.destroy();
});

limits.run();

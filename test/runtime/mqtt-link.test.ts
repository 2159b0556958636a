import type { Client } from 'aedes';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { BusError } from '../../broker-config/errors.ts';
import type { MachineState } from '../../broker-config/messages.ts';
import { topics } from '../../broker-config/topics.ts';
import { busLimits } from '../../kiosk-app/runtime/bus.ts';
import { mqttLimits, mqttLink } from '../../kiosk-app/runtime/mqtt-link.ts';
import { type MemoryBroker, memoryBroker } from '../harness/memory-broker.ts';
import { memoryLog } from '../harness/memory-log.ts';
import { VirtualClock } from '../harness/virtual-clock.ts';

interface World {
  broker: MemoryBroker;
  clock: VirtualClock;
}
const link = suite<World>('mqtt link');
link.before.each(async (w) => {
  w.broker = await memoryBroker();
  w.clock = new VirtualClock();
});
link.after.each((w) => w.broker.close());

const boot = '01932c07-0000-7000-8000-000000000001';
const stateTopic = topics.machineState('demo', 'qm-1');

function make(w: World, more: { random?: () => number } = {}) {
  const log = memoryLog();
  const bus = mqttLink({
    hall: 'demo',
    machine: 'qm-1',
    boot,
    password: 'secret',
    connect: w.broker.connect,
    clock: w.clock,
    log,
    random: more.random ?? (() => 1),
  });
  const messages: { topic: string; text: string; retained: boolean }[] = [];
  bus.onMessage((topic, payload, retained) => {
    messages.push({ topic, text: Buffer.from(payload).toString(), retained });
  });
  return { bus, log, messages };
}
const states = (w: World) =>
  w.broker.published
    .filter((p) => p.topic === stateTopic)
    .map((p) => (JSON.parse(p.payload) as MachineState).s);

link('what waits for a message goes out before its acknowledgement', async (w) => {
  const puback = 0x40;
  const publish = 0x32;
  const order: number[] = [];
  const { promise: acknowledged, resolve } = Promise.withResolvers<void>();
  const { connect } = w.broker;
  w.broker.connect = () => {
    const end = connect();
    const write = end.write.bind(end) as (chunk: Uint8Array, ...more: unknown[]) => boolean;
    end.write = (chunk: Uint8Array, ...more: unknown[]) => {
      const [head = 0] = chunk;
      if (head === puback || head === publish) order.push(head);
      if (head === puback) resolve();
      return write(chunk, ...more);
    };
    return end;
  };
  const { bus } = make(w);
  const topic = topics.reply('demo', 'qm-1');
  bus.subscribe(topic);
  const up = new Promise<void>((resolve) => bus.onLink(() => resolve()));
  await w.clock.advance(10);
  await up;
  // As a flow does: some turns of its promises later.
  bus.onMessage(() => {
    queueMicrotask(() => queueMicrotask(() => bus.send('paper', Buffer.from('x'))));
  });
  order.length = 0;
  await w.broker.publish(topic, '{}');
  await acknowledged;
  assert.equal(order, [publish, puback]);
  await bus.close();
});

link(
  'nothing counts as up before every subscription is in force and the birth is told',
  async (w) => {
    const { bus } = make(w);
    bus.subscribe(topics.reply('demo', 'qm-1'));
    bus.subscribe(topics.board('demo'));
    const seen: string[] = [];
    w.broker.aedes.on('subscribe', (subs) => seen.push(...subs.map((s) => s.topic)));
    bus.onLink((up) => seen.push(up ? 'up' : 'down'));
    await w.clock.advance(10);
    assert.equal(seen, [topics.reply('demo', 'qm-1'), topics.board('demo'), 'up']);
    assert.equal(states(w), ['ready']);
    const birth = w.broker.published.find((p) => p.topic === stateTopic);
    assert.ok(birth?.retain);
    assert.is((JSON.parse(birth?.payload ?? '{}') as MachineState).boot, boot);
    await bus.close();
  },
);

link('a connection asks for a clean session, with the machine as client and user', async (w) => {
  let seen: (Client & { clean?: boolean }) | undefined;
  let user = '';
  w.broker.aedes.authenticate = (client, name, password, done) => {
    seen = client;
    user = `${name}/${password?.toString()}`;
    done(null, true);
  };
  const { bus } = make(w);
  await w.clock.advance(10);
  assert.is(seen?.id, 'qm-1');
  assert.is(seen?.clean, true);
  assert.is(user, 'qm-1/secret');
  await bus.close();
});

link('messages come with their retained mark', async (w) => {
  await w.broker.publish(topics.board('demo'), 'kept', true);
  const { bus, messages } = make(w);
  bus.subscribe(topics.board('demo'));
  await w.clock.advance(10);
  await w.broker.publish(topics.board('demo'), 'news', true);
  await w.clock.advance(10);
  assert.equal(
    messages.map((m) => [m.text, m.retained]),
    [
      ['kept', true],
      ['news', false],
    ],
  );
  await bus.close();
});

link('without a link nothing is sent, kept or sent late', async (w) => {
  const { bus } = make(w);
  assert.is(bus.send('hall/demo/v1/seq/req/take/qm-1', Buffer.from('early')), false);
  await w.clock.advance(10);
  w.broker.down = true;
  w.broker.cut();
  await w.clock.advance(1);
  assert.is(bus.send('hall/demo/v1/seq/req/take/qm-1', Buffer.from('late')), false);
  w.broker.down = false;
  await w.clock.advance(20_000);
  assert.ok(bus.up);
  assert.not.ok(w.broker.published.some((p) => p.topic.includes('/req/')));
  await bus.close();
});

link(
  'a request that was on its way when the link broke is not sent again by the library',
  async (w) => {
    w.broker.aedes.authorizePublish = (client, packet, done) => {
      // The broker hangs up before it acknowledges: the library would repeat it for ever.
      done(client !== null && packet.topic.includes('/req/') ? new Error('denied') : null);
    };
    let asked = 0;
    w.broker.aedes.on('clientError', () => {
      asked += 1;
    });
    const { bus } = make(w);
    await w.clock.advance(10);
    bus.send('hall/demo/v1/seq/req/take/qm-1', Buffer.from('x'));
    await w.clock.advance(60_000);
    assert.ok(bus.up);
    assert.is(asked, 1);
    await bus.close();
  },
);

link('after a cut it comes back with birth, retained values and subscriptions', async (w) => {
  const { bus, messages } = make(w);
  const status = topics.deviceStatus('demo', 'qm-1', 'printer');
  bus.subscribe(topics.log('demo'));
  bus.retain(status, Buffer.from('one'));
  await w.clock.advance(10);
  w.broker.cut();
  await w.clock.advance(1);
  assert.not.ok(bus.up);
  bus.retain(status, Buffer.from('two'));
  await w.clock.advance(6_000);
  assert.ok(bus.up);
  assert.equal(states(w), ['ready', 'lost', 'ready']);
  assert.equal(
    w.broker.published.filter((p) => p.topic === status).map((p) => p.payload),
    ['one', 'two'],
  );
  await w.broker.publish(topics.log('demo'), 'entry');
  await w.clock.advance(1);
  assert.is(messages.at(-1)?.text, 'entry');
  await bus.close();
});

link('attempts grow apart, jittered, and start over after a link that lasted', async (w) => {
  let calls = 0;
  const { bus } = make(w, {
    random: () => {
      calls += 1;
      return calls % 2;
    },
  });
  await w.clock.advance(mqttLimits.shortLifeMs + 10);
  const at: number[] = [];
  w.broker.down = true;
  w.broker.cut();
  let last = w.broker.connections;
  for (let i = 0; i < 30_000; i += 50) {
    await w.clock.advance(50);
    if (w.broker.connections !== last) at.push(i);
    last = w.broker.connections;
  }
  const gaps = at.map((t, i) => t - (at[i - 1] ?? 0)).slice(1);
  assert.ok(gaps.length > 5 && gaps.length < 20, `${gaps}`);
  assert.ok(Math.max(...gaps) <= mqttLimits.backoff.maxMs + 100);
  assert.ok(Math.max(...gaps) > mqttLimits.backoff.maxMs / 2 - 100);
  assert.ok(new Set(gaps.slice(-6)).size > 1, 'jittered');
  w.broker.down = false;
  await w.clock.advance(mqttLimits.backoff.maxMs + 100 + mqttLimits.shortLifeMs);
  assert.ok(bus.up);
  w.broker.cut();
  await w.clock.advance(mqttLimits.backoff.minMs + 50);
  assert.ok(bus.up, 'soon again');
  await bus.close();
});

link('a refused CONNACK is not the end', async (w) => {
  let refusals = 0;
  w.broker.aedes.authenticate = (_client, _user, _password, done) => {
    refusals += 1;
    if (refusals < 3) done(Object.assign(new Error('later'), { returnCode: 3 }), null);
    else done(null, true);
  };
  const { bus, log } = make(w);
  await w.clock.advance(10_000);
  assert.ok(bus.up);
  assert.ok(log.lines.some((l) => /Server unavailable/i.test(String(l.fields.why))));
  await bus.close();
});

link('a denied subscription is no link, and is said', async (w) => {
  w.broker.aedes.authorizeSubscribe = (_client, subscription, done) =>
    done(null, subscription.topic.endsWith('/log') ? null : subscription);
  const { bus, log } = make(w);
  bus.subscribe(topics.reply('demo', 'qm-1'));
  bus.subscribe(topics.log('demo'));
  await w.clock.advance(1_000);
  assert.not.ok(bus.up);
  assert.is(bus.send('x', Buffer.from('')), false);
  assert.ok(log.lines.some((l) => /seq\/log|Unspecified|128/i.test(String(l.fields.why))));
  await bus.close();
});

link('a cable that was pulled out is noticed by keep-alive', async (w) => {
  const { bus } = make(w);
  await w.clock.advance(10);
  w.broker.down = true;
  w.broker.freeze();
  await w.clock.advance(mqttLimits.keepaliveS * 1500 - 500);
  assert.ok(bus.up);
  await w.clock.advance(1_000);
  assert.not.ok(bus.up);
  await bus.close();
});

link('a broker that never answers is given up after the limit', async (w) => {
  const { bus, log } = make(w);
  w.broker.aedes.preConnect = () => {};
  await w.clock.advance(mqttLimits.connectMs + 10);
  assert.ok(log.lines.some((l) => /no connection within/.test(String(l.fields.why))));
  assert.not.ok(bus.up);
  await bus.close();
});

link('twins with one id are noticed and stop fighting', async (w) => {
  const { bus, log } = make(w);
  await w.clock.advance(10);
  for (let i = 0; i < mqttLimits.shortLivesMax; i += 1) {
    assert.ok(bus.up);
    w.broker.cut();
    if (i + 1 < mqttLimits.shortLivesMax) await w.clock.advance(mqttLimits.backoff.maxMs);
  }
  await w.clock.advance(1);
  assert.is(log.withCode('RUN_TAKEN_OVER').length, 1);
  const before = w.broker.connections;
  await w.clock.advance(mqttLimits.takenOver.minMs / 2 - 100);
  assert.is(w.broker.connections, before, 'quiet for half a minute at least');
  await w.clock.advance(mqttLimits.takenOver.minMs);
  assert.ok(bus.up, 'but not for ever');
  await bus.close();
});

link('an orderly end says disconnected, and the broker publishes no will', async (w) => {
  const { bus } = make(w);
  await w.clock.advance(10);
  const closing = bus.close();
  await w.clock.advance(100);
  await closing;
  assert.equal(states(w), ['ready', 'disconnected']);
  assert.is(w.broker.aedes.connectedClients, 0);
  assert.is(w.clock.waiting, 0, 'no timer is left');
});

link('an end without a link, or with a dead one, does not wait for ever', async (w) => {
  w.broker.down = true;
  const first = make(w);
  await w.clock.advance(3_000);
  await first.bus.close();
  assert.is(w.clock.waiting, 0);
  w.broker.down = false;
  const second = make(w);
  await w.clock.advance(10);
  w.broker.freeze();
  const closing = second.bus.close();
  await w.clock.advance(mqttLimits.goodbyeMs + 1);
  await closing;
  await w.clock.advance(0);
  assert.is(w.clock.waiting, 0);
});

link('subscriptions and retained topics have limits', async (w) => {
  const { bus } = make(w);
  const full = (e: unknown) => e instanceof BusError && e.code === 'BUS_QUEUE_FULL';
  for (let i = 0; i < busLimits.subscriptionsMax; i += 1) bus.subscribe(`t${i}`);
  bus.subscribe('t0');
  assert.throws(() => bus.subscribe('beyond'), full);
  for (let i = 0; i < busLimits.retainedMax; i += 1) bus.retain(`t${i}`, Buffer.from(''));
  bus.retain('t0', Buffer.from('again'));
  assert.throws(() => bus.retain('beyond', Buffer.from('')), full);
  await bus.close();
});

link('what is subscribed while the link is up, or coming up, is in force too', async (w) => {
  const { bus, messages } = make(w);
  bus.subscribe('a');
  w.broker.aedes.on('subscribe', (subs) => {
    if (subs[0]?.topic === 'a') bus.subscribe('b');
  });
  await w.clock.advance(10);
  bus.subscribe('c');
  await w.clock.advance(1);
  for (const topic of ['a', 'b', 'c']) await w.broker.publish(topic, topic);
  await w.clock.advance(1);
  bus.unsubscribe('c');
  await w.clock.advance(1);
  await w.broker.publish('c', 'gone');
  await w.clock.advance(1);
  assert.equal(
    messages.map((m) => m.text),
    ['a', 'b', 'c'],
  );
  await bus.close();
});

link.run();

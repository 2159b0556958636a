/** The hall's port with a fake bus and a fake sequencer, in virtual time. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decode, decodeAnswer, decodeCommand } from '../../broker-config/codec.ts';
import { parseTopic, topics } from '../../broker-config/topics.ts';
import { hallCodes } from '../../kiosk-app/hall/codes.ts';
import { createHallPort } from '../../kiosk-app/hall/hall.ts';
import { type BusMessage, newCounters, newListeners } from '../../kiosk-app/hall/hall-bus.ts';
import { memoryLog } from '../harness/memory-log.ts';
import { settle, VirtualClock } from '../harness/virtual-clock.ts';
import { fakeSequencer, fakeViews, newKey, profile } from './hall-fixture.ts';

interface Sent {
  topic: string;
  payload: Uint8Array;
  retain: boolean;
}

function fakeBus() {
  const listeners = newListeners();
  const sent: Sent[] = [];
  return {
    sent,
    hear: (topic: string, data: unknown, retained = false) =>
      listeners.message({ topic, payload: bytes(data), retained } satisfies BusMessage),
    deny: (dev: string, topic: string, data: unknown) =>
      listeners.denied({ dev, topic, payload: bytes(data) }),
    online: listeners.online,
    bus: {
      counters: newCounters(),
      online: true,
      publish: (topic: string, payload: Uint8Array, { retain }: { retain: boolean }) => {
        sent.push({ topic, payload, retain });
      },
      ...listeners.setters,
      start: async () => listeners.online(),
      close: async () => {},
    },
  };
}

const bytes = (data: unknown) =>
  data instanceof Uint8Array ? data : Buffer.from(JSON.stringify(data));

async function openPort(epoch = 5) {
  const clock = new VirtualClock();
  const log = memoryLog();
  const fake = fakeBus();
  const sequencer = fakeSequencer(epoch, () => clock.now());
  const views = fakeViews(sequencer);
  const port = createHallPort({
    ...{ profile, bus: fake.bus, sequencer, views, clock, log, boot: newKey(), seq: 0 },
    soon: setImmediate,
  });
  await port.start();
  const started = fake.sent.splice(0);
  /** Sent since last asked, by topic kind. */
  const sent = (kind: string) => fake.sent.filter((s) => parseTopic(s.topic)?.kind === kind);
  return { ...fake, clock, log, sequencer, views, port, started, sent };
}

const request = (epoch = 0, body: unknown = {}) => ({ v: 1, key: newKey(), epoch, body });
const take = { service: 'id-card', paper: true, source: 'touch' };

/** The refusal sent to this machine's reply topic. */
function refusal(sent: readonly Sent[], dev: string) {
  const reply = sent.find((s) => s.topic === topics.reply('h', dev));
  if (reply === undefined) return undefined;
  const answer = decodeAnswer('take', reply.payload);
  if (!answer.ok || answer.value.ok) return undefined;
  return { key: answer.value.key, ...answer.value.refusal };
}

const start = suite('start');

start('everything retained is there before the hall says that it is ready', async () => {
  const { started } = await openPort();
  assert.ok(started.every((s) => s.retain));
  assert.equal(
    started.map((s) => parseTopic(s.topic)?.kind),
    ['directory', 'windowSnapshot', 'windowSnapshot', 'padSnapshot', 'board', 'hallState'],
  );
  const state = decode('hallState', started.at(-1)?.payload ?? new Uint8Array());
  assert.ok(state.ok && state.value.s === 'ready' && state.value.epoch === 5);
});

start('after an outage of the broker everything is published again', async () => {
  const { online, sent } = await openPort();
  online();
  assert.is(sent('hallState').length, 1);
  assert.is(sent('board').length, 1);
});

start('the snapshot of a window that no longer exists is taken off the broker', async () => {
  const { hear, sent } = await openPort();
  hear(topics.windowSnapshot('h', 'w9'), { old: true }, true);
  hear(topics.windowSnapshot('h', 'w1'), { old: true }, true);
  assert.equal(
    sent('windowSnapshot').map((s) => [s.topic, s.payload.length, s.retain]),
    [[topics.windowSnapshot('h', 'w9'), 0, true]],
  );
});

start('an orderly stop says so and leaves the last board', async () => {
  const { port, sent, sequencer } = await openPort();
  sequencer.commit({ type: 'window-opened', at: 1, window: 'w1' });
  await port.stop();
  const state = decode('hallState', sent('hallState')[0]?.payload ?? new Uint8Array());
  assert.ok(state.ok && state.value.s === 'disconnected');
  const board = decode('board', sent('board')[0]?.payload ?? new Uint8Array());
  assert.ok(board.ok && board.value.seq === 1);
  assert.is(sent('log').length, 1);
});

start.run();

const asking = suite('requests');

asking('a good request reaches the sequencer, its answer the sender', async () => {
  const { hear, sequencer, sent } = await openPort();
  const r = request(3, take);
  hear(topics.request('h', 'take', 'qm1'), r);
  await settle();
  const { receivedMono, ...submitted } = sequencer.submitted[0] ?? { receivedMono: -1 };
  assert.equal(submitted, { op: 'take', dev: 'qm1', key: r.key, body: take, epoch: 3 });
  assert.is(receivedMono, 0);
  assert.equal(
    sent('reply').map((s) => [s.topic, s.retain]),
    [[topics.reply('h', 'qm1'), false]],
  );
});

asking('wrong shape: told what is wrong, under its own key, and nothing is decided', async () => {
  const { hear, sequencer, sent, port } = await openPort();
  const r = request(0, { service: 'id-card', source: 'touch' });
  hear(topics.request('h', 'take', 'qm1'), r);
  const told = refusal(sent('reply'), 'qm1');
  assert.is(told?.code, 'bad-request');
  assert.is(told?.key, r.key);
  assert.match(told?.en ?? '', 'body/paper: is required');
  assert.match(told?.zh ?? '', 'body/paper');
  assert.is(sequencer.submitted.length, 0);
  const qm1 = port.machines().find((m) => m.id === 'qm1');
  assert.match(qm1?.fault?.what ?? '', 'bad-request');
});

asking('unreadable: nobody can be answered, but it is written down', async () => {
  const { hear, sent, log, port } = await openPort();
  hear(topics.request('h', 'take', 'qm1'), Buffer.from([0xff, 0x00]));
  assert.is(sent('reply').length, 0);
  assert.is(log.withCode('bad-request').length, 1);
  assert.is(port.counters.requests.refused, 1);
});

asking('a verb that does not exist, a verb of another role, a stranger', async () => {
  const { hear, sent, fakeCodes } = await withCodes();
  hear('hall/h/v1/seq/req/steal/qm1', request());
  hear(topics.request('h', 'call-next', 'qm2'), request());
  hear(topics.request('h', 'take', 'ghost'), request(0, take));
  assert.equal(fakeCodes(sent('reply')), [
    ['qm1', 'request-unknown'],
    ['qm2', 'not-allowed'],
    ['ghost', 'unknown-machine'],
  ]);
});

asking("what the broker did not let through is refused on the sender's own topic", async () => {
  const { deny, sent, fakeCodes } = await withCodes();
  deny('qm1', topics.request('h', 'take', 'qm2'), request(0, take));
  deny('qm1', 'hall/h/v1/seq/req/steal/qm1', request());
  deny('qm1', topics.board('h'), request());
  assert.equal(fakeCodes(sent('reply')), [
    ['qm1', 'not-allowed'],
    ['qm1', 'request-unknown'],
  ]);
});

async function withCodes() {
  const port = await openPort();
  return {
    ...port,
    fakeCodes: (sent: readonly Sent[]) =>
      sent.map((s) => {
        const parsed = parseTopic(s.topic);
        const dev = parsed?.kind === 'reply' ? parsed.dev : '';
        return [dev, refusal([s], dev)?.code];
      }),
  };
}

asking("a request that the broker kept is nobody's wish any more", async () => {
  const { hear, sequencer } = await openPort();
  hear(topics.request('h', 'take', 'qm1'), request(0, take), true);
  await settle();
  assert.is(sequencer.submitted.length, 0);
});

asking('a message that breaks our own code does not end the hall', async () => {
  const { hear, sequencer, log } = await openPort();
  const { submit } = sequencer;
  sequencer.submit = () => {
    throw new TypeError('defect');
  };
  hear(topics.request('h', 'take', 'qm1'), request(0, take));
  assert.is(log.withCode('HALL_DEFECT').length, 1);
  sequencer.submit = submit;
  hear(topics.request('h', 'take', 'qm1'), request(0, take));
  await settle();
  assert.is(sequencer.submitted.length, 1);
});

asking.run();

const telling = suite('changes');

telling('commits since the last turn go out as one log entry without a gap', async () => {
  const { sequencer, sent } = await openPort();
  for (let i = 0; i < 3; i += 1) sequencer.commit({ type: 'window-opened', at: 1, window: 'w1' });
  assert.is(sent('log').length, 0, 'answers go first');
  await settle();
  sequencer.commit({ type: 'window-opened', at: 1, window: 'w1' });
  await settle();
  const entries = sent('log').map((s) => decode('log', s.payload));
  assert.equal(
    entries.map((e) => e.ok && [e.value.prev, e.value.seq]),
    [
      [0, 3],
      [3, 4],
    ],
  );
  assert.ok(sent('log').every((s) => !s.retain));
});

telling('the board follows the last change within its limit, however many there are', async () => {
  const { sequencer, sent, clock } = await openPort();
  for (let i = 0; i < 10; i += 1) {
    sequencer.commit({ type: 'window-opened', at: 1, window: 'w1' });
    await clock.advance(50);
  }
  assert.ok(sent('board').length <= 3, `${sent('board').length}`);
  await clock.advance(200);
  const last = decode('board', sent('board').at(-1)?.payload ?? new Uint8Array());
  assert.ok(last.ok && last.value.seq === 10);
  const count = sent('board').length;
  await clock.advance(10_000);
  assert.is(sent('board').length, count, 'nothing changed, nothing sent');
  assert.is(clock.waiting, 0);
});

telling(
  'clerks who press without end get the newest snapshot in their turn, not each',
  async () => {
    const { sequencer, sent, views, clock } = await openPort();
    views.touching.push('w1', 'w2');
    const presses = 500;
    for (let i = 0; i < presses; i += 1) {
      sequencer.commit({ type: 'window-opened', at: 1, window: 'w1' });
      await settle();
    }
    const atOnce = sent('windowSnapshot').length;
    assert.ok(atOnce >= 20 && atOnce < presses / 2, `${atOnce} at once`);
    await clock.advance(1000);
    for (const window of ['w1', 'w2']) {
      const topic = topics.windowSnapshot('h', window);
      const last = sent('windowSnapshot').findLast((s) => s.topic === topic);
      const snapshot = decode('windowSnapshot', last?.payload ?? new Uint8Array());
      assert.ok(snapshot.ok && snapshot.value.seq === presses, window);
    }
  },
);

telling('the orderly end says the newest of every window that still waits', async () => {
  const { sequencer, sent, views, port } = await openPort();
  views.touching.push('w1');
  for (let i = 0; i < 200; i += 1) {
    sequencer.commit({ type: 'window-opened', at: 1, window: 'w1' });
    await settle();
  }
  await port.stop();
  const last = sent('windowSnapshot').at(-1);
  const snapshot = decode('windowSnapshot', last?.payload ?? new Uint8Array());
  assert.ok(snapshot.ok && snapshot.value.seq === 200);
});

telling('touched windows get their snapshot, the pad of the window its invitation', async () => {
  const { sequencer, sent, views } = await openPort();
  views.touching = ['w1'];
  sequencer.commit({
    ...{ type: 'invited', at: 1, ticket: '2026-11-22/A001', window: 'w1', number: 'A001' },
    ...{ pad: 'pad1', expiresAt: 99 },
  });
  await settle();
  assert.equal(
    sent('windowSnapshot').map((s) => [s.topic, s.retain]),
    [[topics.windowSnapshot('h', 'w1'), true]],
  );
  const order = sent('machineCommand')[0];
  assert.is(order?.topic, topics.machineCommand('h', 'pad1', 'invite'));
  assert.not(order?.retain);
  const invite = decodeCommand('invite', order?.payload ?? new Uint8Array());
  assert.ok(invite.ok && invite.value.number === 'A001' && invite.value.epoch === 5);
});

telling('a hall that can not write says so at once', async () => {
  const { sequencer, sent, log } = await openPort();
  sequencer.setIssuing(false);
  const board = decode('board', sent('board')[0]?.payload ?? new Uint8Array());
  const entry = decode('log', sent('log')[0]?.payload ?? new Uint8Array());
  assert.ok(board.ok && !board.value.issuing);
  assert.ok(entry.ok && !entry.value.issuing && entry.value.prev === entry.value.seq);
  assert.is(log.withCode('HALL_NOT_ISSUING').length, 1);
});

telling('a message larger than its limit is not sent, and said to be', async () => {
  const { views, sequencer, sent, log, clock } = await openPort();
  const board = views.board();
  const day = 'x'.repeat(2 * 1024 * 1024);
  views.board = () => board && { ...board, day };
  sequencer.commit({ type: 'window-opened', at: 1, window: 'w1' });
  await clock.advance(300);
  assert.is(sent('board').length, 0);
  assert.is(log.withCode('BUS_TOO_LARGE').length, 1);
});

telling.run();

const fencing = suite('two halls');

fencing('a machine that has seen a newer hall stops the older one for everybody', async () => {
  const { hear, sequencer, sent, port, log, fakeCodes } = await withCodes();
  let told = 0;
  port.onSteppedDown((epoch) => {
    told = epoch;
  });
  hear(topics.request('h', 'take', 'qm1'), request(6, take));
  hear(topics.request('h', 'take', 'qm2'), request(5, take));
  await settle();
  assert.equal(fakeCodes(sent('reply')), [
    ['qm1', 'stale-hall'],
    ['qm2', 'stale-hall'],
  ]);
  assert.is(sequencer.submitted.length, 0);
  assert.is(port.newerEpoch, 6);
  assert.is(told, 6);
  assert.is(log.lines.filter((l) => l.level === 'fatal').length, 1);
});

fencing('a hall that stepped down leaves the state of the newer one alone', async () => {
  const { hear, sequencer, sent, port, online, clock } = await openPort();
  hear(topics.hallState('h'), { v: 1, s: 'ready', boot: newKey(), epoch: 6, at: 0 }, true);
  sequencer.commit({ type: 'window-opened', at: 1, window: 'w1' });
  sequencer.setIssuing(false);
  online();
  await clock.advance(1000);
  await port.stop();
  assert.is(port.newerEpoch, 6);
  for (const kind of ['hallState', 'board', 'log', 'directory', 'windowSnapshot']) {
    assert.is(sent(kind).length, 0, kind);
  }
});

fencing('the own state, and what an older start left behind, stop nobody', async () => {
  const { hear, started, port } = await openPort();
  hear(topics.hallState('h'), Buffer.from(started.at(-1)?.payload ?? []));
  hear(topics.hallState('h'), { v: 1, s: 'lost', boot: newKey(), epoch: 5, at: 0 }, true);
  hear(topics.hallState('h'), { v: 1, s: 'ready', boot: newKey(), epoch: 4, at: 0 }, true);
  hear(topics.hallState('h'), Buffer.alloc(0), true);
  assert.is(port.newerEpoch, null);
});

fencing(
  'last words of the hall before that come late do not stand in place of this one',
  async () => {
    const { hear, sent } = await openPort();
    hear(topics.hallState('h'), { v: 1, s: 'lost', boot: newKey(), epoch: 4, at: 0 });
    const [again] = sent('hallState');
    assert.ok(again?.retain);
    const state = decode('hallState', again.payload);
    assert.equal(state.ok && [state.value.s, state.value.epoch], ['ready', 5]);
  },
);

fencing.run();

const codes = suite('codes');

codes('the log codes of the hall and the README name the same', () => {
  const readme = readFileSync(join(import.meta.dirname, '../../kiosk-app/hall/README.md'), 'utf8');
  const documented = [...readme.matchAll(/^\| `(HALL_[A-Z_]+)`\s*\| (.+?)\s*\|$/gm)];
  assert.equal(
    documented.map(([, code, meaning]) => [code, meaning]),
    Object.entries(hallCodes),
  );
});

codes.run();

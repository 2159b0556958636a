import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createLockBus, questionsMax } from '../../devices/locker/bus.ts';
import type { Locker } from '../../devices/locker/contract.ts';
import {
  type Answer,
  createAnswerFraming,
  encodeOpen,
  encodeOpenMany,
  encodeRead,
  type Question,
} from '../../devices/locker/framing.ts';
import { bitPolarities, byteOrders, lockFeedbacks } from '../../devices/locker/options.ts';
import {
  findSettings,
  isOpen,
  type LockSettings,
  openLocks,
} from '../../devices/locker/protocol.ts';
import { drivers } from '../../devices/registry.ts';
import { withoutLocalEcho } from '../../devices/transports/local-echo.ts';
import { openTcp } from '../../devices/transports/tcp.ts';
import {
  createVirtualLocker,
  type VirtualLockerOptions,
} from '../../devices/twins/virtual-locker.ts';
import { deviceHost, noise, pieces, vectors as vectorsOf } from '../harness/device-host.ts';
import fc from '../harness/fc.ts';
import { MemoryWire } from '../harness/memory-wire.ts';
import { ptyPair } from '../harness/pty.ts';
import { realClock } from '../harness/real-clock.ts';
import { refusal } from '../harness/refusal.ts';
import { until } from '../harness/until.ts';
import { VirtualClock } from '../harness/virtual-clock.ts';

const test = suite('lock boards');
const waitMs = 8000;
const never = new AbortController().signal;
const vectors = vectorsOf('locker-485-24');
const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex').toUpperCase();
const bytes = (hex: string) => Buffer.from(hex, 'hex');
const vector = (name: string) => vectors.find((v) => v.name === name)?.hex ?? `no vector ${name}`;
const answerTo = (question: Question, ...chunks: Uint8Array[]): Answer | undefined => {
  const framing = createAnswerFraming();
  framing.expect(question);
  return chunks.map((c) => framing.push(c)).find((a) => a !== undefined);
};
const one = { ask: 'read-one', board: 1, lock: 1 } as const;
const opening = { ask: 'open', board: 1, lock: 1 } as const;
const all = { ask: 'read-all', board: 1, stateBytes: 3 } as const;
const settings: LockSettings = { feedback: 'open', state_order: 's1-first', state_bits: 'same' };

test('every vector: what the host says, and what its answers mean', () => {
  const said: Record<string, string> = {
    'open-1-1': hexOf(encodeOpen(1, 1, null)),
    'open-1-1-5s': hexOf(encodeOpen(1, 1, 5)),
    'open-all-1': hexOf(encodeOpen(1, 0, null)),
    'read-1-1': hexOf(encodeRead(1, 1)),
    'read-all-1': hexOf(encodeRead(1, 0)),
    'open-many-1-all-bits': hexOf(
      encodeOpenMany(
        1,
        Array.from({ length: 24 }, (_, i) => i + 1),
      ),
    ),
  };
  const answers: Record<string, Answer | undefined> = {
    'open-1-1-state-11': answerTo(opening, bytes(vector('open-1-1-state-11'))),
    'open-1-1-state-00': answerTo(opening, bytes(vector('open-1-1-state-00'))),
    'read-1-1-state-11': answerTo(one, bytes(vector('read-1-1-state-11'))),
    'read-1-1-state-00': answerTo(one, bytes(vector('read-1-1-state-00'))),
    'read-all-1-zero': answerTo(all, bytes(vector('read-all-1-zero'))),
    'read-all-1-ones': answerTo(all, bytes(vector('read-all-1-ones'))),
    'read-all-1-order-probe': answerTo(all, bytes(vector('read-all-1-order-probe'))),
  };
  for (const v of vectors) {
    if (v.direction === 'host->device') assert.is(said[v.name], v.hex, v.name);
    else assert.ok(answers[v.name] !== undefined, v.name);
  }
  assert.is(vectors.length, Object.keys(said).length + Object.keys(answers).length);
  assert.equal(answers['read-1-1-state-11'], [0x11]);
  assert.equal(answers['open-1-1-state-00'], [0x00]);
  const probe = answers['read-all-1-order-probe'] ?? [];
  assert.is(openLocks(probe, { ...settings, state_order: 's3-first' }).indexOf(true), 0);
  assert.is(openLocks(probe, settings).indexOf(true), 16);
});

test('the twin carries out every vector of the host and answers in the bytes of the table', async () => {
  const twin = createVirtualLocker(boards({}));
  const wire = await openTcp({ via: 'tcp', ...(await twin.listenTcp(loopback)) }, never);
  const got: number[] = [];
  wire.onData((chunk) => got.push(...chunk));
  const ask = async (name: string) => {
    const before = twin.commands.length;
    got.length = 0;
    await wire.write(bytes(vector(name)), 1000);
    await until(() => twin.commands.length > before, waitMs, name);
  };
  const answer = (length: number) =>
    until(() => got.length === length, waitMs, 'the answer').then(() =>
      hexOf(Uint8Array.from(got)),
    );
  const openDoors = () => twin.doors.filter((d) => d.open).length;
  await ask('read-1-1');
  assert.is(await answer(5), vector('read-1-1-state-00'));
  await ask('read-all-1');
  assert.is(await answer(7), vector('read-all-1-zero'));
  await ask('open-1-1');
  assert.is(await answer(5), vector('open-1-1-state-11'));
  await ask('read-1-1');
  assert.is(await answer(5), vector('read-1-1-state-11'));
  twin.setDoor(1, 1, false);
  await ask('open-1-1-5s');
  assert.is(openDoors(), 1);
  await ask('open-all-1');
  assert.is(openDoors(), 24);
  for (const d of twin.doors) twin.setDoor(d.board, d.lock, false);
  await ask('open-many-1-all-bits');
  assert.is(openDoors(), 24);
  await ask('read-all-1');
  assert.is(await answer(7), vector('read-all-1-ones'));
  await wire.close();
  await twin.close();
});

const anyBoard = fc.integer({ min: 1, max: 32 });
const anyLock = fc.integer({ min: 1, max: 32 });
const anyByte = fc.integer({ min: 0, max: 255 });
const framed = (...body: number[]) =>
  Uint8Array.of(
    ...body,
    body.reduce((x, b) => x ^ b, 0),
  );
const anyExchange = fc.oneof(
  fc
    .tuple(fc.constantFrom('open', 'read-one'), anyBoard, anyLock, fc.constantFrom(0, 0x11))
    .map(([ask, board, lock, state]): { q: Question; frame: Uint8Array; states: number[] } => ({
      q: { ask, board, lock },
      frame: framed(ask === 'open' ? 0x8a : 0x80, board, lock, state),
      states: [state],
    })),
  fc
    .tuple(anyBoard, fc.array(anyByte, { minLength: 3, maxLength: 4 }))
    .map(([board, states]): { q: Question; frame: Uint8Array; states: number[] } => ({
      q: { ask: 'read-all', board, stateBytes: states.length },
      frame: framed(0x80, board, ...states, 0x33),
      states,
    })),
);

test('any chunking, any garbage before: the answer is read, and nothing after it', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 5 });
  const junk = fc.array(fc.integer({ min: 0, max: 0x7f }), { maxLength: 20 });
  fc.assert(
    fc.property(anyExchange, sizes, junk, ({ q, frame, states }, cuts, before) => {
      const stream = Buffer.concat([Uint8Array.from(before), frame, frame]);
      const framing = createAnswerFraming();
      framing.expect(q);
      const found = pieces(stream, cuts).flatMap((c) => {
        const answer = framing.push(c);
        return answer === undefined ? [] : [answer];
      });
      assert.equal(found, [states]);
      assert.is(framing.dropped, before.length + frame.length);
    }),
  );
});

test('garbage that begins like an answer does not swallow the answer', () => {
  fc.assert(
    fc.property(anyExchange, fc.integer({ min: 1, max: 4 }), ({ q, frame, states }, cut) => {
      const torn = frame.subarray(0, cut);
      const got = answerTo(q, Buffer.concat([torn, frame, frame]));
      // Torn bytes and the first frame can by chance make a frame of their own: one in 256.
      assert.is(got?.length, states.length);
    }),
  );
  assert.equal(answerTo(one, bytes('800101'), bytes('8001011191')), [0x11]);
});

test('a wrong check byte, another board, another lock, an unknown state are no answer', () => {
  for (const wrong of ['8001011192', '8002011192', '8001021192', '80010122A2', '8A0101119B']) {
    assert.is(answerTo(one, bytes(wrong)), undefined, wrong);
    assert.equal(answerTo(one, bytes(wrong), bytes('8001010080')), [0], wrong);
  }
  assert.is(answerTo(all, bytes('800100000134B4')), undefined);
});

test('a million random bytes: no exception, nothing kept while nothing is asked', () => {
  const framing = createAnswerFraming();
  for (const chunk of noise(500, 1000)) assert.is(framing.push(chunk), undefined);
  assert.is(framing.dropped, 500_000);
  let answers = 0;
  for (const chunk of noise(500, 1000, 9)) {
    framing.expect(all);
    if (framing.push(chunk) !== undefined) answers += 1;
  }
  assert.ok(answers < 5);
  framing.expect(one);
  assert.equal(framing.push(bytes('8001011191')), [0x11]);
});

test('an adapter that hands back what is sent is noticed by the first question; openings are not believed', async () => {
  for (const echoing of [true, false]) {
    const clock = new VirtualClock();
    const wire = new MemoryWire();
    const bus = createLockBus(withoutLocalEcho(wire, clock, 'learn'), clock, {
      ...{ pulseS: null, openGapMs: 300, closed: () => undefined },
    });
    let answer = bytes('800100000033B2');
    wire.onWrite = (w) => {
      if (echoing) for (const b of w) wire.feed(Uint8Array.of(b));
      wire.feed(answer.subarray(0, 3));
      wire.feed(answer.subarray(3));
    };
    const ask = async (q: Question) => {
      const asked = bus.ask(q, 'query', () => undefined);
      await clock.advance(50);
      return asked;
    };
    assert.equal(await ask(all), [0, 0, 0]);
    for (const state of ['8A0101008A', '8A0101119B']) {
      answer = bytes(state);
      assert.equal(await ask(opening), [answer[3]], `echo ${echoing}`);
    }
  }
});

const everySetting = lockFeedbacks.flatMap((feedback) =>
  byteOrders.flatMap((state_order) =>
    bitPolarities.map((state_bits): LockSettings => ({ feedback, state_order, state_bits })),
  ),
);

/** What a board with these settings would say of these open locks. */
function board(open: ReadonlySet<number>, s: LockSettings, lock: number) {
  const eleven = (l: number) => open.has(l) === (s.feedback === 'open');
  const states = [0, 1, 2].map((i) =>
    Array.from({ length: 8 }, (_, bit) =>
      eleven(i * 8 + bit + 1) === (s.state_bits === 'same') ? 1 << bit : 0,
    ).reduce((a, b) => a | b, 0),
  );
  return {
    one: [eleven(lock) ? 0x11 : 0],
    all: s.state_order === 's1-first' ? states : states.reverse(),
  };
}

test('states are read as the settings say, whatever they are', () => {
  const locks = fc.uniqueArray(fc.integer({ min: 1, max: 24 }));
  fc.assert(
    fc.property(
      locks,
      fc.constantFrom(...everySetting),
      fc.integer({ min: 1, max: 24 }),
      (list, s, l) => {
        const open = new Set(list);
        const said = board(open, s, l);
        assert.equal(
          openLocks(said.all, s).flatMap((is, i) => (is ? [i + 1] : [])),
          [...open].sort((a, b) => a - b),
        );
        assert.is(isOpen(said.one, s), open.has(l));
      },
    ),
  );
});

test('one opening finds every setting, whichever other doors stand open', () => {
  const locks = fc.uniqueArray(fc.integer({ min: 1, max: 24 }));
  fc.assert(
    fc.property(
      locks,
      fc.constantFrom(...everySetting),
      fc.integer({ min: 1, max: 24 }),
      (list, s, lock) => {
        const shut = new Set(list.filter((l) => l !== lock));
        const found = findSettings({
          lock,
          before: board(shut, s, lock),
          after: board(new Set([...shut, lock]), s, lock),
        });
        const middle = lock > 8 && lock <= 16;
        assert.equal(found, { ...s, state_order: middle ? 'either' : s.state_order });
      },
    ),
  );
  const still = board(new Set([1]), settings, 1);
  assert.equal(findSettings({ lock: 1, before: still, after: still }), {
    ...{ feedback: null, state_order: null, state_bits: null },
  });
});

function virtualBus() {
  const clock = new VirtualClock();
  const wire = new MemoryWire();
  const sent: [number, string][] = [];
  wire.onWrite = (b) => sent.push([clock.mono(), hexOf(b)]);
  const bus = createLockBus(wire, clock, { pulseS: null, openGapMs: 300, closed: () => undefined });
  const ask = (q: Question, rank: 'open' | 'query' | 'round' = 'query') =>
    bus.ask(q, rank, () => undefined);
  return { clock, wire, sent, ask };
}

test('one question at a time: the next leaves 10 ms after the answer, openings before all else', async () => {
  const b = virtualBus();
  const got = [b.ask(all, 'round'), b.ask(one), b.ask(opening, 'open')];
  await b.clock.advance(100);
  assert.equal(b.sent, [[0, '80010033B2']]);
  b.wire.feed(bytes('800100000033B2'));
  await b.clock.advance(100);
  assert.equal(b.sent[1], [110, '8A0101119B']);
  b.wire.feed(bytes('8A0101119B'));
  await b.clock.advance(100);
  assert.equal(b.sent[2], [210, '80010133B3']);
  b.wire.feed(bytes('8001011191'));
  assert.equal(await Promise.all(got), [[0, 0, 0], [0x11], [0x11]]);
  assert.is(b.clock.waiting, 0);
});

test('two openings keep 300 ms between them; questions go in between', async () => {
  const b = virtualBus();
  b.wire.onWrite = (w) => {
    b.sent.push([b.clock.mono(), hexOf(w)]);
    const lock = w[2] ?? 0;
    b.wire.feed(framed(w[0] ?? 0, 1, lock, 0x11));
  };
  const done = [1, 2, 3].map((lock) => b.ask({ ask: 'open', board: 1, lock }, 'open'));
  const query = b.ask(one);
  await b.clock.advance(2000);
  await Promise.all([...done, query]);
  assert.equal(
    b.sent.map(([at, said]) => `${at} ${said.slice(0, 6)}`),
    ['0 8A0101', '10 800101', '300 8A0102', '600 8A0103'],
  );
});

test('no answer within 300 ms is an error; a late one is not taken for the next, a doubled neither', async () => {
  const b = virtualBus();
  const first = refusal(b.ask({ ask: 'read-one', board: 1, lock: 1 }));
  const second = b.ask({ ask: 'read-one', board: 1, lock: 1 });
  await b.clock.advance(299);
  assert.is(b.sent.length, 1);
  await b.clock.advance(51);
  assert.is(await first, 'DEV_NO_ANSWER');
  b.wire.feed(bytes('8001011191'));
  await b.clock.advance(50);
  assert.equal(b.sent.at(-1), [400, '80010133B3']);
  b.wire.feed(bytes('80010100808001011191'));
  assert.equal(await second, [0]);
  const third = b.ask(one);
  await b.clock.advance(50);
  b.wire.feed(bytes('8001011191'));
  assert.equal(await third, [0x11]);
});

test('a full queue refuses; a torn wire refuses all that waits', async () => {
  const b = virtualBus();
  const asked = Array.from({ length: questionsMax + 2 }, () => refusal(b.ask(one)));
  await b.clock.advance(0);
  b.wire.hangUp();
  const codes = await Promise.all(asked);
  assert.is(codes.filter((c) => c === 'LCK_BUSY').length, 1);
  assert.is(codes.filter((c) => c === 'DEV_CLOSED').length, questionsMax + 1);
  assert.is(await refusal(b.ask(one)), 'DEV_CLOSED');
});

const loopback = { host: '127.0.0.1', port: 0 };
function boards(o: Partial<VirtualLockerOptions>): VirtualLockerOptions {
  return {
    ...{ clock: realClock, boards: [{ board: 1, locks: 24 }] },
    ...{ elevenIsOpen: true, lowLocksFirst: true, bitsInverted: false, latchMs: 0 },
    ...o,
  };
}
const optionsOf = (link: object, more: object = {}) => ({
  ...{ link, boards: [{ board: 1, boxes: 20 }], poll_ms: 100, ...settings, ...more },
});
const lockerOf = (device: object) => device as Locker;

test('over TCP and a pty: boxes open, doors are events, a jammed one is said, noise does no harm', async () => {
  const pair = await ptyPair();
  for (const via of ['tcp', 'serial'] as const) {
    const twin = createVirtualLocker(
      boards({
        boards: [
          { board: 3, locks: 24 },
          { board: 5, locks: 32 },
        ],
        ...{
          elevenIsOpen: via === 'tcp',
          lowLocksFirst: via === 'serial',
          bitsInverted: via === 'tcp',
        },
        latchMs: 200,
      }),
    );
    const at = via === 'tcp' ? await twin.listenTcp(loopback) : undefined;
    if (at === undefined) await twin.holdSerial({ path: pair.far, baud: 9600 });
    const link = at
      ? { via: 'tcp', ...at }
      : { via: 'serial', path: pair.near, baud: 9600, flow: 'none' };
    const h = deviceHost(realClock);
    const locker = lockerOf(
      await drivers['locker-rs485'].open(
        {
          ...optionsOf(link),
          boards: [
            { board: 3, boxes: 2 },
            { board: 5, boxes: 30, ways: 32 },
          ],
          feedback: via === 'tcp' ? 'open' : 'closed',
          state_order: via === 'tcp' ? 's3-first' : 's1-first',
          state_bits: via === 'tcp' ? 'inverted' : 'same',
        },
        h.context,
        never,
      ),
    );
    await until(() => locker.boxes.every((b) => b.open === false), waitMs, 'all known shut');
    twin.noise(Uint8Array.of(0x80, 0x05, 0x8a, 0x8a));
    const [first, last] = await Promise.all([locker.open(2), locker.open(32)]);
    assert.equal([first, last], [{ outcome: 'opened' }, { outcome: 'opened' }]);
    assert.ok(twin.doors.find((d) => d.board === 3 && d.lock === 2)?.open);
    assert.ok(twin.doors.find((d) => d.board === 5 && d.lock === 30)?.open);
    assert.is(twin.doors.filter((d) => d.open).length, 2);
    twin.setDoor(3, 2, false);
    await until(() => h.events.length === 3, waitMs, 'the door events');
    assert.equal(
      h.events.map((e) => (e.type === 'door' ? `${e.box} ${e.open}` : '')),
      ['2 true', '32 true', '2 false'],
    );
    twin.hold(3, 1, true);
    assert.equal(await locker.open(1), { outcome: 'failed', code: 'LCK_STUCK' });
    assert.equal(await locker.open(33), { outcome: 'failed', code: 'LCK_NO_SUCH_BOX' });
    assert.is(await locker.query(32), true);
    assert.is(await refusal(locker.query(0)), 'LCK_NO_SUCH_BOX');
    await locker.close();
    await twin.close();
    assert.is(h.lost.length, 0);
  }
  await pair.unplug();
});

test('the answer to an opening is lost: the lock itself is asked, and the box opened once', async () => {
  const twin = createVirtualLocker(boards({}));
  const link = { via: 'tcp', ...(await twin.listenTcp(loopback)) };
  const h = deviceHost(realClock);
  const locker = lockerOf(
    await drivers['locker-rs485'].open(optionsOf(link, { poll_ms: 60_000 }), h.context, never),
  );
  for (const how of ['lost', 'wrong', 'doubled'] as const) {
    twin.setDoor(1, 7, false);
    twin.spoil(how, 1);
    assert.equal(await locker.open(7), { outcome: 'opened' }, how);
  }
  assert.is(twin.commands.filter((c) => c.startsWith('8a')).length, 3);
  twin.mute(1, true);
  assert.equal(await locker.open(7), { outcome: 'uncertain', code: 'DEV_NO_ANSWER' });
  twin.mute(1, false);
  assert.equal(await locker.open(7), { outcome: 'opened' });
  await locker.close();
  await twin.close();
});

test('one silent board is said and its boxes are unknown; all silent is a loss; none at the start is no device', async () => {
  const twin = createVirtualLocker(
    boards({ boards: [1, 2].map((b) => ({ board: b, locks: 24 })) }),
  );
  const link = { via: 'tcp', ...(await twin.listenTcp(loopback)) };
  const h = deviceHost(realClock);
  const two = optionsOf(link, { boards: [1, 2].map((b) => ({ board: b, boxes: 1 })) });
  const locker = lockerOf(await drivers['locker-rs485'].open(two, h.context, never));
  await until(() => locker.boxes.every((b) => b.open === false), waitMs, 'both known');
  twin.mute(2, true);
  await until(() => h.statuses.at(-1)?.code === 'LCK_BOARD_SILENT', waitMs, 'attention');
  assert.equal(locker.boxes, [
    { box: 1, open: false },
    { box: 2, open: 'unknown' },
  ]);
  twin.mute(2, false);
  await until(() => h.statuses.at(-1)?.code === 'DEV_READY', waitMs, 'well again');
  twin.mute(1, true);
  twin.mute(2, true);
  await until(() => h.lost.length === 1, waitMs, 'the loss');
  assert.match(String(h.lost[0]), /DEV_NO_ANSWER/);
  await locker.close();
  assert.is(await refusal(drivers['locker-rs485'].open(two, h.context, never)), 'DEV_NO_ANSWER');
  await twin.close();
});

test('unplugged while a box is opened: uncertain, lost once; after the replug it opens', async () => {
  const pair = await ptyPair();
  const link = { via: 'serial', path: pair.near, baud: 9600, flow: 'none' };
  let twin = createVirtualLocker(boards({}));
  await twin.holdSerial({ path: pair.far, baud: 9600 });
  const h = deviceHost(realClock);
  const first = lockerOf(await drivers['locker-rs485'].open(optionsOf(link), h.context, never));
  twin.mute(1, true);
  twin.noise(Uint8Array.of(0x8a, 1));
  const outcome = first.open(3);
  await until(() => twin.commands.some((c) => c.startsWith('8a')), waitMs, 'the command');
  await pair.unplug();
  assert.equal(await outcome, { outcome: 'uncertain', code: 'DEV_CLOSED' });
  await until(() => h.lost.length === 1, waitMs, 'the loss');
  await first.close();
  await twin.close();
  await pair.replug();
  twin = createVirtualLocker(boards({}));
  await twin.holdSerial({ path: pair.far, baud: 9600 });
  const second = lockerOf(await drivers['locker-rs485'].open(optionsOf(link), h.context, never));
  assert.equal(await second.open(3), { outcome: 'opened' });
  await second.close();
  await twin.close();
  await pair.unplug();
});

test('the deep self-test finds out how the locks report, and says what to put into the profile', async () => {
  const twin = createVirtualLocker(
    boards({ elevenIsOpen: false, lowLocksFirst: false, bitsInverted: true, latchMs: 100 }),
  );
  const link = { via: 'tcp', ...(await twin.listenTcp(loopback)) };
  const locker = lockerOf(
    await drivers['locker-rs485'].open(optionsOf(link), deviceHost(realClock).context, never),
  );
  const say = async (depth: 'safe' | 'deep') =>
    (await locker.selfTest?.(depth, never))?.map(
      (s) => `${s.step} ${s.code} ${s.detail.found ?? ''}`,
    );
  assert.equal(await say('safe'), ['locker-answer DEV_READY ']);
  assert.not.ok(
    twin.doors.some((d) => d.open),
    'safe opens nothing',
  );
  assert.equal(await say('deep'), [
    'locker-answer DEV_READY ',
    'locker-feedback LCK_SETTINGS closed',
    'locker-order LCK_SETTINGS s3-first',
    'locker-bits LCK_SETTINGS inverted',
  ]);
  await locker.close();
  const found = { feedback: 'closed', state_order: 's3-first', state_bits: 'inverted' };
  twin.setDoor(1, 1, false);
  const right = lockerOf(
    await drivers['locker-rs485'].open(
      optionsOf(link, found),
      deviceHost(realClock).context,
      never,
    ),
  );
  const steps = await right.selfTest?.('deep', never);
  assert.ok(steps?.every((s) => s.ok) && steps.length === 4);
  await right.close();
  twin.mute(1, true);
  await twin.close();
});

test.run();

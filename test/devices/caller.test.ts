import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { levels } from '../../broker-config/messages.ts';
import { createBus, framesWaitingMax } from '../../devices/caller/bus.ts';
import type { Caller } from '../../devices/caller/contract.ts';
import { type BusFrame, createBusFraming, encodeFrame } from '../../devices/caller/framing.ts';
import {
  acknowledgement,
  beep,
  createKeyNamer,
  createRepeatFilter,
  isResult,
  showFrame,
  stars,
  startEvaluation,
} from '../../devices/caller/protocol.ts';
import { joinBus } from '../../devices/caller/shared-bus.ts';
import { evaluatorLevels } from '../../devices/evaluator/contract.ts';
import { drivers } from '../../devices/registry.ts';
import { withoutLocalEcho } from '../../devices/transports/local-echo.ts';
import { createVirtualCallers } from '../../devices/twins/virtual-caller.ts';
import { deviceHost, noise, vectors as vectorsOf } from '../harness/device-host.ts';
import fc from '../harness/fc.ts';
import { MemoryWire } from '../harness/memory-wire.ts';
import { ptyPair } from '../harness/pty.ts';
import { realClock } from '../harness/real-clock.ts';
import { refusal } from '../harness/refusal.ts';
import { until } from '../harness/until.ts';
import { settle, VirtualClock } from '../harness/virtual-clock.ts';

const test = suite('callers and evaluators on the FF 68 bus');
const waitMs = 8000;
const never = new AbortController().signal;
const hexOf = (f: BusFrame) => Buffer.from(encodeFrame(f)).toString('hex').toUpperCase();
const bytes = (hex: string) => Buffer.from(hex, 'hex');

const vectors = vectorsOf('rs485-caller');
const vector = (name: string) => vectors.find((v) => v.name === name)?.hex ?? `no vector ${name}`;

test('every vector of the bus: what the host says, and what a device says', () => {
  const said: Record<string, string> = {
    beep: hexOf(beep(1)),
    'show-ticket-015': hexOf(showFrame(1, { number: 'A015', waiting: null }, 'one')),
    'show-wait-007': hexOf(showFrame(1, { number: null, waiting: 7 }, 'one')),
    'start-evaluation': hexOf(startEvaluation(1)),
    'stars-5': hexOf(stars(1, 5)),
  };
  for (const v of vectors.filter((x) => x.direction === 'device->host')) {
    const [frame, ...more] = createBusFraming().push(bytes(v.hex));
    assert.ok(frame !== undefined && more.length === 0, v.name);
    assert.ok(isResult(frame), v.name);
    assert.is(hexOf(frame), v.hex, v.name);
    said[v.name] = v.hex;
    said[v.name.replace('result', 'ack')] = hexOf(acknowledgement(frame));
  }
  for (const v of vectors) assert.is(said[v.name], v.hex, v.name);
  assert.is(vectors.length, 13);
});

test('the twin reads every vector of the host and answers for the evaluator as the table says', async () => {
  const clock = new VirtualClock();
  const twin = createVirtualCallers({
    ...{ clock, callers: [1], evaluators: [1], keyFunc: 1 },
    resend: { waitMs: 200, timesMax: 3 },
  });
  const at = await twin.listenTcp({ host: '127.0.0.1', port: 0 });
  const wire = await import('../../devices/transports/tcp.ts').then((m) =>
    m.openTcp({ via: 'tcp', ...at }, never),
  );
  const got: number[] = [];
  wire.onData((chunk) => got.push(...chunk));
  const say = (name: string) => wire.write(bytes(vector(name)), 1000);
  const [caller] = twin.callers;
  const [evaluator] = twin.evaluators;
  await say('show-ticket-015');
  await until(() => caller?.ticket === '015', waitMs, 'the ticket');
  assert.is(caller?.waiting, '   ');
  await say('show-wait-007');
  await until(() => caller?.waiting === '007', waitMs, 'the waiting count');
  await say('beep');
  await until(() => caller?.beeps === 1, waitMs, 'the beep');
  await say('stars-5');
  await say('start-evaluation');
  await until(() => evaluator?.started === true, waitMs, 'the start');
  for (const key of [0, 1, 2, 3]) {
    got.length = 0;
    twin.evaluate(1, key);
    await until(() => got.length === 10, waitMs, 'the result');
    assert.is(
      Buffer.from(got).toString('hex').toUpperCase(),
      vector(`evaluation-result-key-${key}`),
    );
    await say(`evaluation-ack-key-${key}`);
  }
  await until(() => twin.garbage === 0 && evaluator?.unheard === 0, waitMs, 'all heard');
  await wire.close();
  await twin.close();
});

const anyByte = fc.integer({ min: 0, max: 255 });
const anyFrame = fc
  .tuple(anyByte, anyByte, fc.array(anyByte, { minLength: 1, maxLength: 3 }))
  .map(([address, func, data]): BusFrame => ({ address, func, data }));

function pushAll(all: Uint8Array, sizes: readonly number[]): BusFrame[] {
  const framing = createBusFraming();
  const found: BusFrame[] = [];
  for (let at = 0, n = 0; at < all.length; n += 1) {
    const size = sizes[n % sizes.length] ?? 1;
    found.push(...framing.push(all.subarray(at, at + size)));
    at += size;
  }
  return found;
}

test('any chunking gives the same frames, with nothing dropped', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 23 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(fc.array(anyFrame, { maxLength: 12 }), sizes, (frames, cuts) => {
      assert.equal(pushAll(Buffer.concat(frames.map(encodeFrame)), cuts), frames);
    }),
  );
});

test('any garbage before and between: the next good frame is found', () => {
  const noHead = fc.array(fc.integer({ min: 0, max: 254 }), { maxLength: 30 });
  fc.assert(
    fc.property(fc.array(fc.tuple(noHead, anyFrame), { maxLength: 8 }), (parts) => {
      const all = Buffer.concat(
        parts.flatMap(([junk, f]) => [Uint8Array.from(junk), encodeFrame(f)]),
      );
      assert.equal(
        pushAll(all, [5]),
        parts.map(([, f]) => f),
      );
    }),
  );
  // A frame that broke off swallows nothing of the next; silence (zeros) ends what it began.
  fc.assert(
    fc.property(anyFrame, anyFrame, fc.integer({ min: 1, max: 9 }), (torn, f, cut) => {
      const begun = Buffer.from(encodeFrame(torn)).subarray(0, cut);
      const all = Buffer.concat([begun, encodeFrame(f), new Uint8Array(12)]);
      assert.equal(pushAll(all, [1]).at(-1), f);
    }),
  );
});

test('lengths that lie, wrong checksums and wrong tails are no frames; the next one is', () => {
  const good = bytes('FF6803036801110214' + '16');
  for (const wrong of [
    ...[
      'FF6803046801110214' + '16',
      'FF6802026801031' + '416',
      'FF6806066801110101010101' + '1816',
    ],
    ...['FF6803036801110215' + '16', 'FF6803036801110214' + '17', 'FF68FFFF6801110214' + '16'],
  ]) {
    const found = createBusFraming().push(Buffer.concat([bytes(wrong), good]));
    assert.equal(found, [{ address: 1, func: 0x11, data: [2] }], wrong);
  }
});

test('a million random bytes: no exception, and no more than a frame is held', () => {
  const framing = createBusFraming();
  let frames = 0;
  for (const chunk of noise(1000, 1000)) frames += framing.push(chunk).length;
  assert.ok(frames < 100);
  framing.push(new Uint8Array(12));
  assert.not.ok(framing.speaking);
});

test('keys have names; digits go with confirm and transfer, in one frame or in several', () => {
  const keys = createKeyNamer();
  const name = (data: number[], at = 0, address = 1) => keys.name({ address, func: 1, data }, at);
  assert.equal(
    [[0x0c], [0x0d], [0x0b], [0x0e], [0x0f], [0x11], [0x12], [0x13]].map((d) => name(d)),
    ['next', 'recall', 'evaluate', 'cancel', 'confirm', 'line', 'pause', 'transfer'],
  );
  assert.is(name([0x2a]), 'key-2a');
  assert.equal([name([6]), name([0x0f])], ['6', '6-confirm']);
  assert.is(name([0x00, 0x0f]), '0-confirm');
  assert.is(name([1, 2, 0x13]), '12-transfer');
  assert.equal([name([1]), name([2]), name([0x13])], ['1', '2', '12-transfer']);
  // Another caller's digits, digits long ago and digits before another key are not meant.
  assert.equal([name([3], 0, 2), name([0x0f], 1, 1)], ['3', 'confirm']);
  assert.equal([name([3], 0), name([0x0f], 10_001)], ['3', 'confirm']);
  assert.equal([name([3]), name([0x0c]), name([0x0f])], ['3', 'next', 'confirm']);
});

test('a repeat for want of an echo is no second press, however often it comes; a later press is one', () => {
  const filter = createRepeatFilter(250);
  const f = { address: 1, func: 1, data: [0x0c] };
  const heard = [0, 200, 400, 600, 900].map((at) => filter.accepts(f, at));
  assert.equal(heard, [true, false, false, false, true]);
  assert.ok(filter.accepts({ ...f, address: 2 }, 901), 'another window is not held back');
});

test('the display shows the last three digits, the count up to 999, and dark places', () => {
  const data = (number: string | null, waiting: number | null, form: 'one' | 'both' = 'one') =>
    showFrame(1, { number, waiting }, form)
      .data.map((b) => (b === 10 ? '.' : b))
      .join('');
  assert.is(data('B1234', null), '...234');
  assert.is(data('Z7', 5), '...007');
  assert.is(data('Z7', 5, 'both'), '005007');
  assert.is(data(null, 1500), '999...');
  assert.is(data(null, null), '......');
  assert.is(data('VIP', null), '......');
});

function virtualBus() {
  const clock = new VirtualClock();
  const wire = new MemoryWire();
  const sentAt: [number, string][] = [];
  wire.onWrite = (b) => sentAt.push([clock.mono(), Buffer.from(b).toString('hex')]);
  const bus = createBus(wire, clock, 20);
  const heard: BusFrame[] = [];
  const lost: Error[] = [];
  const leave = bus.join({
    hear(frame) {
      heard.push(frame);
      return acknowledgement(frame);
    },
    lost: (e) => lost.push(e),
  });
  return { clock, wire, bus, heard, lost, sentAt, leave };
}
const next = { address: 1, func: 1, data: [0x0c] };
const hex = (f: BusFrame) => Buffer.from(encodeFrame(f)).toString('hex');

test('the host rests 20 ms between its own frames', async () => {
  const b = virtualBus();
  const done = Promise.all([1, 2, 3].map((n) => b.bus.send(beep(n), `beep ${n}`)));
  await b.clock.advance(100);
  await done;
  assert.equal(
    b.sentAt,
    [1, 2, 3].map((n) => [(n - 1) * 20, hex(beep(n))]),
  );
  assert.is(b.clock.waiting, 0);
});

test('an acknowledgement goes 3 ms after the key and before everything that waits', async () => {
  const b = virtualBus();
  await b.clock.advance(1000);
  b.wire.feed(encodeFrame(next));
  const shown = b.bus.send(beep(1), 'beep');
  await b.clock.advance(100);
  await shown;
  assert.equal(b.sentAt, [
    [1003, hex(next)],
    [1023, hex(beep(1))],
  ]);
});

test('the host does not begin while a device is speaking, and waits 50 ms for one that fell silent', async () => {
  const b = virtualBus();
  b.wire.feed(encodeFrame(next).subarray(0, 4));
  const shown = b.bus.send(beep(1), 'beep');
  await b.clock.advance(49);
  assert.equal(b.sentAt, []);
  b.wire.feed(encodeFrame(next).subarray(4));
  await b.clock.advance(100);
  await shown;
  assert.equal(
    b.sentAt.map(([, said]) => said),
    [hex(next), hex(beep(1))],
  );
  b.wire.feed(encodeFrame(next).subarray(0, 4));
  const late = b.bus.send(beep(1), 'beep');
  const before = b.clock.mono();
  await b.clock.advance(60);
  await late;
  assert.is(b.sentAt.at(-1)?.[0], before + 50);
});

test('a key that comes twice before its acknowledgement left is acknowledged once', async () => {
  const b = virtualBus();
  b.wire.feed(Buffer.concat([encodeFrame(next), encodeFrame(next)]));
  await b.clock.advance(100);
  assert.equal(b.sentAt, [[3, hex(next)]]);
  assert.is(b.heard.length, 2);
});

test('what waits for the same display is replaced by the newer; both callers hear that it left', async () => {
  const b = virtualBus();
  await b.bus.send(beep(9), 'beep');
  const first = b.bus.send(beep(1), 'show 1');
  const second = b.bus.send(beep(2), 'show 1');
  await b.clock.advance(100);
  await Promise.all([first, second]);
  assert.equal(
    b.sentAt.map(([, said]) => said),
    [hex(beep(9)), hex(beep(2))],
  );
});

test('a full queue refuses; a torn wire refuses all that waits and tells the members', async () => {
  const b = virtualBus();
  const all = Array.from({ length: framesWaitingMax + 2 }, (_, n) =>
    refusal(b.bus.send(beep(n), `s${n}`)),
  );
  await settle();
  b.wire.hangUp();
  const codes = await Promise.all(all);
  assert.is(codes.filter((c) => c === 'CLR_BUSY').length, 1);
  assert.is(codes.filter((c) => c === 'DEV_CLOSED').length, framesWaitingMax);
  assert.is(b.lost.length, 1);
  assert.is(await refusal(b.bus.send(beep(1), 'late')), 'DEV_CLOSED');
  assert.is(b.clock.waiting, 0);
});

test('own bytes that a two-wire adapter hands back are not heard; others’ are', async () => {
  const clock = new VirtualClock();
  const wire = new MemoryWire();
  const got: number[] = [];
  const clean = withoutLocalEcho(wire, clock, 'always');
  clean.onData((chunk) => got.push(...chunk));
  wire.onWrite = (b) => wire.feed(b.subarray(0, 3));
  await clean.write(Uint8Array.of(1, 2, 3, 4, 5), 1000);
  wire.feed(Uint8Array.of(4, 5, 6));
  assert.equal(got, [6]);
  // A collision ends the echo; what did not come back in time is no echo.
  await clean.write(Uint8Array.of(1, 2, 3, 4), 1000);
  wire.feed(Uint8Array.of(9, 4));
  assert.equal(got, [6, 9, 4]);
  await clean.write(Uint8Array.of(1, 2, 3, 4), 1000);
  await clock.advance(201);
  wire.feed(Uint8Array.of(4));
  assert.equal(got, [6, 9, 4, 4]);
});

test('an adapter that hands back what is sent starts no loop, and its echo is no key', async () => {
  const b = virtualBus();
  b.wire.onWrite = (w) => {
    b.sentAt.push([b.clock.mono(), Buffer.from(w).toString('hex')]);
    b.wire.feed(w);
  };
  b.wire.feed(encodeFrame(next));
  const started = b.bus.send(startEvaluation(1), 'start');
  await b.clock.advance(1000);
  await started;
  assert.equal(
    b.sentAt.map(([, said]) => said),
    [hex(next), hex(startEvaluation(1))],
  );
  assert.equal(b.heard, [next]);
  b.wire.feed(encodeFrame(next));
  assert.is(b.heard.length, 2, 'the same key later is a key');
});

test('the level words are those of the bus', () => {
  assert.equal([...evaluatorLevels], [...levels]);
});

const bench = { waitMs: 150, timesMax: 4 };
const levelMap = {
  0: 'dissatisfied',
  1: 'basically-satisfied',
  2: 'satisfied',
  3: 'very-satisfied',
};

test('two windows and their evaluators on one port, over TCP and a pty: keys, displays, levels', async () => {
  const pair = await ptyPair();
  for (const via of ['tcp', 'serial'] as const) {
    const twin = createVirtualCallers({
      ...{ clock: realClock, callers: [1, 2], evaluators: [1, 2], keyFunc: 1, resend: bench },
    });
    const at = via === 'tcp' ? await twin.listenTcp({ host: '127.0.0.1', port: 0 }) : undefined;
    if (at === undefined) await twin.holdSerial({ path: pair.far, baud: 9600 });
    const link = at
      ? { via: 'tcp', ...at }
      : { via: 'serial', path: pair.near, baud: 9600, flow: 'none' };
    const h = deviceHost(realClock);
    const e = deviceHost(realClock);
    const options = { link, addresses: [1, 2] };
    const [caller, evaluator] = await Promise.all([
      drivers['caller-rs485'].open(options, h.context, never),
      drivers['evaluator-rs485'].open(
        { ...options, levels: levelMap, start: true },
        e.context,
        never,
      ),
    ]);
    await until(() => twin.hosts === 1, waitMs, 'one host on the wire');
    twin.noise(Uint8Array.of(0xff, 0x68, 0x05, 0x00, 0xff));
    twin.press(1, 'next');
    twin.press(2, 'recall');
    twin.pressTogether(2, '6', 'confirm');
    twin.evaluate(2, 3);
    await until(() => h.events.length === 3 && e.events.length === 1, waitMs, 'the keys');
    const keys = h.events.map((x) => (x.type === 'key' ? `${x.address} ${x.key}` : ''));
    assert.equal(keys.sort(), ['1 next', '2 6-confirm', '2 recall']);
    assert.equal(e.events, [{ type: 'key', key: 'very-satisfied', address: 2 }]);
    await callerOf(caller).show(2, { number: 'A015', waiting: 12 });
    await callerOf(caller).beep(1);
    await until(() => twin.callers[1]?.ticket === '015' && twin.callers[0]?.beeps === 1, waitMs);
    assert.is(await refusal(callerOf(caller).show(3, { number: null, waiting: 1 })), 'CLR_ADDRESS');
    // All was acknowledged: nothing was given up, nothing pressed twice.
    await until(() => twin.callers.every((c) => c.unheard === 0), waitMs);
    assert.is(h.events.length, 3);
    await evaluator.close();
    twin.press(1, 'pause');
    await until(() => h.events.length === 4, waitMs, 'the caller stays when the evaluator goes');
    const back = await drivers['evaluator-rs485'].open(
      { ...options, levels: levelMap },
      e.context,
      never,
    );
    twin.evaluate(1, 0);
    await until(() => e.events.length === 2, waitMs, 'the evaluator came back to the same port');
    assert.is(twin.hosts, 1);
    await back.close();
    await caller.close();
    await until(() => via === 'serial' || twin.hosts === 0, waitMs, 'the port let go');
    await twin.close();
    assert.equal([...h.lost, ...e.lost], []);
  }
  await pair.unplug();
});

const callerOf = (device: object) => device as Caller;

test('unplugged within a frame: lost once, and after the replug the whole frame counts', async () => {
  const pair = await ptyPair();
  const options = {
    link: { via: 'serial', path: pair.near, baud: 9600, flow: 'none' },
    addresses: [1],
  };
  const make = () =>
    createVirtualCallers({
      ...{ clock: realClock, callers: [1], evaluators: [], keyFunc: 1, resend: bench },
    });
  let twin = make();
  await twin.holdSerial({ path: pair.far, baud: 9600 });
  const h = deviceHost(realClock);
  const first = await drivers['caller-rs485'].open(options, h.context, never);
  twin.press(1, 'recall');
  await until(() => h.events.length === 1, waitMs, 'the key before');
  twin.noise(encodeFrame(next).subarray(0, 6));
  await pair.unplug();
  await until(() => h.lost.length === 1, waitMs, 'the loss');
  await first.close();
  await twin.close();
  assert.is(
    await refusal(drivers['caller-rs485'].open(options, h.context, never)),
    'DEV_NO_SUCH_PORT',
  );
  await pair.replug();
  twin = make();
  await twin.holdSerial({ path: pair.far, baud: 9600 });
  const second = await drivers['caller-rs485'].open(options, h.context, never);
  twin.press(1, 'next');
  await until(() => h.events.length === 2, waitMs, 'the key');
  assert.equal(h.events.at(-1), { type: 'key', key: 'next', address: 1 });
  await second.close();
  await twin.close();
  await pair.unplug();
});

test('a torn bus is given up by all: who comes back first gets a new wire, who leaves last does not close it', async () => {
  const twin = createVirtualCallers({
    ...{ clock: realClock, callers: [1], evaluators: [], keyFunc: 1, resend: bench },
  });
  const link = { via: 'tcp', ...(await twin.listenTcp({ host: '127.0.0.1', port: 0 })) } as const;
  const lost: string[] = [];
  const join = (name: string) =>
    joinBus({ link }, { hear: () => null, lost: () => lost.push(name) }, realClock, never);
  const first = await join('first');
  const second = await join('second');
  await twin.pullPlug();
  await until(() => lost.length === 2, waitMs, 'both told');
  await first.leave();
  await twin.putPlug();
  const again = await join('again');
  assert.is(await refusal(again.bus.send(beep(1), 'beep')), 'done');
  await second.leave();
  assert.is(await refusal(again.bus.send(beep(1), 'beep')), 'done');
  await until(() => twin.callers[0]?.beeps === 2, waitMs, 'the beeps');
  assert.equal(lost.sort(), ['first', 'second']);
  await again.leave();
  await twin.close();
});

test('two entries that disagree about one port are told so', async () => {
  const twin = createVirtualCallers({
    ...{ clock: realClock, callers: [1], evaluators: [], keyFunc: 1, resend: bench },
  });
  const link = { via: 'tcp', ...(await twin.listenTcp({ host: '127.0.0.1', port: 0 })) };
  const open = (o: object) =>
    drivers['caller-rs485'].open(
      { link, addresses: [1], ...o },
      deviceHost(realClock).context,
      never,
    );
  const first = await open({});
  assert.is(await refusal(open({ gap_ms: 50 })), 'DEV_OPTIONS');
  await first.close();
  const second = await open({ gap_ms: 50 });
  await second.close();
  await twin.close();
});

test('self-test: safe moves nothing, deep beeps and shows 888 and then what was there', async () => {
  const twin = createVirtualCallers({
    ...{ clock: realClock, callers: [1], evaluators: [1], keyFunc: 1, resend: bench },
  });
  const link = { via: 'tcp', ...(await twin.listenTcp({ host: '127.0.0.1', port: 0 })) };
  const h = deviceHost(realClock);
  const caller = callerOf(
    await drivers['caller-rs485'].open({ link, addresses: [1] }, h.context, never),
  );
  await caller.show(1, { number: 'A007', waiting: null });
  const safe = await caller.selfTest?.('safe', never);
  assert.equal(
    safe?.map((s) => [s.step, s.ok, s.code]),
    [['caller-heard', true, 'CLR_SILENT']],
  );
  await until(() => twin.callers[0]?.ticket === '007', waitMs);
  const abort = new AbortController();
  const deep = caller.selfTest?.('deep', abort.signal);
  await until(() => twin.callers[0]?.ticket === '888' && twin.callers[0].beeps === 1, waitMs);
  abort.abort();
  assert.equal(
    (await deep)?.map((s) => s.code),
    ['CLR_SILENT', 'CLR_LOOK'],
  );
  await until(() => twin.callers[0]?.ticket === '007', waitMs, 'the ticket back');
  await caller.close();
  await twin.close();
});

test.run();

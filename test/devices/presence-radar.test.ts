import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { codeOf } from '../../devices/codes.ts';
import {
  createRadarFraming,
  encodeRadarCommand,
  type RadarFrame,
  radarFrameBytesMax,
} from '../../devices/presence-radar/framing.ts';
import { nearest, nobody, stepPresence } from '../../devices/presence-radar/presence.ts';
import { createRadarLd2410, radarLimits } from '../../devices/presence-radar/radar-ld2410.ts';
import { drivers } from '../../devices/registry.ts';
import { createVirtualRadar } from '../../devices/twins/virtual-radar.ts';
import { deviceHost, noise, pieces, vectorBytes, vectors } from '../harness/device-host.ts';
import fc from '../harness/fc.ts';
import { MemoryWire } from '../harness/memory-wire.ts';
import { ptyPair } from '../harness/pty.ts';
import { realClock } from '../harness/real-clock.ts';
import { until, within } from '../harness/until.ts';
import { VirtualClock } from '../harness/virtual-clock.ts';

const test = suite('presence radar');
const waitMs = 10_000;
const never = new AbortController().signal;
const rows = vectors('ld2410');
const bytesOf = (name: string) => vectorBytes(rows, name);
const reportNames = ['still', 'nobody', 'both'];
const rules = { rangeCm: 150, appearMs: 300, leaveMs: 3000 };

const parse = (chunks: readonly Uint8Array[]) => {
  const framing = createRadarFraming();
  return chunks.flatMap((chunk) => framing.push(chunk));
};
const good = (frames: readonly RadarFrame[]) => frames.filter((f) => f.type !== 'damaged');

test('every report of the table is read, every command encoded byte for byte', () => {
  for (const name of reportNames) {
    const { fields } = rows.find((v) => v.name === name) ?? {
      fields: {} as Record<string, number>,
    };
    const [frame, ...more] = parse([bytesOf(name)]);
    assert.is(more.length, 0);
    assert.equal(frame, {
      type: 'report',
      state: ['none', 'moving', 'still', 'both'][Number(fields.state)],
      movingCm: fields.moveDist,
      movingEnergy: fields.moveEnergy,
      stillCm: fields.stillDist,
      stillEnergy: fields.stillEnergy,
      detectCm: fields.detectDist,
    });
  }
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
  assert.is(hex(encodeRadarCommand(0xff, [1, 0])), hex(bytesOf('config-open')));
  assert.is(hex(encodeRadarCommand(0xfe, [])), hex(bytesOf('config-close')));
});

const someReports = fc.array(fc.constantFrom(...reportNames), { minLength: 1, maxLength: 6 });
const sizes = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 5 });
const harmless = fc
  .uint8Array({ maxLength: 30 })
  .map((b) => b.map((x) => (x === 0xf4 || x === 0xfd ? 0 : x)));

test('any chunking, and garbage between frames, give the same reports', () => {
  fc.assert(
    fc.property(someReports, sizes, harmless, (names, cut, garbage) => {
      const all = Buffer.concat(names.flatMap((n) => [garbage, bytesOf(n)]));
      const expected = names.flatMap((n) => parse([bytesOf(n)]));
      assert.equal(parse(pieces(all, cut)), expected);
    }),
  );
});

test('whatever came before, the stream is in step again within a few reports', () => {
  const anything = fc.array(fc.oneof(fc.constantFrom(0xf4, 0xf3, 0xf2, 0xf1), fc.nat(255)), {
    maxLength: 50,
  });
  fc.assert(
    fc.property(anything, (garbage) => {
      const stream = new Array(6).fill(bytesOf('still'));
      const frames = good(parse([Uint8Array.from(garbage), ...stream]));
      assert.equal(frames.at(-1), parse([bytesOf('still')])[0]);
    }),
  );
});

test('wrong marks, tails and lengths are no reports; the next one is', () => {
  const whole = bytesOf('both');
  const next = bytesOf('nobody');
  // Not the measured values: nothing guards them.
  for (const at of [0, 1, 2, 3, 4, 5, 6, 7, 17, 18, 19, 20, 21, 22]) {
    const bad = Uint8Array.from(whole);
    bad[at] = (bad[at] ?? 0) ^ 0x40;
    const states = good(parse([bad, next, next, next, next])).map(
      (f) => f.type === 'report' && f.state,
    );
    assert.not(states.includes('both'), `byte ${at}`);
    assert.is(states.at(-1), 'none', `byte ${at}`);
  }
});

test('a million random bytes: no exception, no growth', () => {
  const framing = createRadarFraming();
  for (const chunk of noise(2000, 500)) {
    chunk.set([0xf4, 0xf3, 0xf2, 0xf1, 40, 0], 100);
    framing.push(chunk);
    assert.ok(framing.heldBytes < radarFrameBytesMax);
  }
});

test('the nearest target counts, moving or still, and only within range', () => {
  const [both] = parse([bytesOf('both')]);
  const [still] = parse([bytesOf('still')]);
  if (both?.type !== 'report' || still?.type !== 'report') return assert.unreachable();
  assert.is(nearest(both, 150), 120);
  assert.is(nearest(both, 100), null);
  assert.is(nearest(both, 400), 120);
  assert.is(nearest(still, 150), 81, 'a still target without a distance of its own');
});

test('somebody is there after 300 ms without a gap, gone after 3 s without a sight', () => {
  let state = nobody;
  const changes: string[] = [];
  const see = (cm: number | null, from: number, to: number) => {
    for (let now = from; now < to; now += 100) {
      const step = stepPresence(state, cm, now, rules);
      state = step.state;
      if (step.changed) changes.push(`${now} ${state.present} ${state.distanceCm}`);
    }
  };
  see(100, 0, 200);
  see(null, 200, 1000);
  see(100, 1000, 5000);
  see(null, 5000, 7000);
  see(90, 7000, 8000);
  see(null, 8000, 12_000);
  assert.equal(changes, ['1300 true 100', '11000 false null']);
});

function bench() {
  const clock = new VirtualClock();
  const wire = new MemoryWire();
  const host = deviceHost(clock);
  const radar = createRadarLd2410(wire, host.context, rules);
  const feed = async (name: string, forMs: number) => {
    for (let ms = 0; ms < forMs; ms += 100) {
      wire.feed(bytesOf(name));
      await clock.advance(100);
    }
  };
  return { clock, wire, host, radar, feed };
}

test('comings and goings are events; silence is a lost radar', async () => {
  const b = bench();
  await b.feed('nobody', 500);
  await b.radar.ready;
  await b.feed('still', 1000);
  await b.feed('nobody', 5000);
  assert.equal(b.host.events, [
    { type: 'presence', present: true, distanceCm: 81 },
    { type: 'presence', present: false, distanceCm: null },
  ]);
  for (const chunk of noise(20, 40)) {
    b.wire.feed(chunk);
    await b.clock.advance(100);
  }
  assert.match(String(b.host.lost), /DEV_NO_ANSWER/, 'noise is no report');
  assert.is(b.host.lost.length, 1);
  assert.is(b.clock.waiting, 0);
});

test('a radar that reports nothing does not open', async () => {
  const b = bench();
  const outcome = b.radar.ready.then(
    () => 'open',
    (error: unknown) => codeOf(error, 'DEV_READY'),
  );
  await b.clock.advance(radarLimits.silenceMs + 1);
  assert.is(await outcome, 'DEV_NO_ANSWER');
  assert.is(b.host.lost.length, 0);
});

test('self-test without an answer, refused, and with a late one: a step that failed, reports go on', async () => {
  const b = bench();
  await b.feed('nobody', 300);
  const testing = b.radar.selfTest?.('deep', never);
  await b.feed('nobody', 1200);
  assert.equal(
    (await testing)?.map((s) => `${s.step} ${s.ok} ${s.code}`),
    ['radar-frames true DEV_READY', 'radar-version false DEV_NO_ANSWER'],
  );
  b.wire.feed(Buffer.from('fdfcfbfa0800ff0100000100400004030201', 'hex'));
  await b.feed('nobody', 500);
  assert.is(b.host.lost.length, 0);
});

for (const via of ['tcp', 'serial'] as const) {
  test(`over ${via}: seen, asked, torn out in the middle of a frame, plugged in again`, async () => {
    const pair = await ptyPair();
    const newTwin = () => createVirtualRadar({ clock: realClock, everyMs: 20 });
    let twin = newTwin();
    const hold = () => twin.holdSerial({ path: pair.far, baud: 230_400, flow: 'none' });
    const at = via === 'tcp' ? await twin.listenTcp({ host: '127.0.0.1', port: 0 }) : undefined;
    if (at === undefined) await hold();
    const link = at ? { via, ...at } : { via, path: pair.near, baud: 230_400, flow: 'none' };
    const open = async () => {
      const host = deviceHost(realClock);
      const options = { link, appear_ms: 50, leave_ms: 500 };
      const opening = drivers['radar-ld2410'].open(options, host.context, never);
      return { host, radar: await within(opening, waitMs, 'opening') };
    };
    const first = await open();
    twin.see({ target: 'moving', movingCm: 90, stillCm: 0 });
    await until(() => first.host.events.length === 1, waitMs, 'somebody');
    twin.see({ target: 'none', movingCm: 0, stillCm: 0 });
    await until(() => first.host.events.length === 2, waitMs, 'nobody');
    assert.equal(first.host.events, [
      { type: 'presence', present: true, distanceCm: 90 },
      { type: 'presence', present: false, distanceCm: null },
    ]);
    const steps = await first.radar.selfTest?.('deep', never);
    assert.equal(
      steps?.map((s) => `${s.step} ${s.ok} ${s.detail.version ?? ''}`),
      ['radar-frames true ', 'radar-version true 1.02.22062416'],
    );
    // Reports follow each other closely: the plug is pulled in the middle of one, or between two.
    if (via === 'tcp') await twin.pullPlug();
    else await pair.unplug();
    await until(() => first.host.lost.length === 1, waitMs, 'the loss');
    await first.radar.close();
    if (via === 'tcp') await twin.putPlug();
    else {
      await twin.close();
      await pair.replug();
      twin = newTwin();
      await hold();
    }
    const second = await open();
    twin.see({ target: 'both', movingCm: 300, stillCm: 120 });
    await until(() => second.host.events.length === 1, waitMs, 'somebody after the replug');
    assert.equal(second.host.events, [{ type: 'presence', present: true, distanceCm: 120 }]);
    await within(second.radar.close(), 2000, 'close');
    await twin.close();
    await pair.unplug();
  });
}

test.run();

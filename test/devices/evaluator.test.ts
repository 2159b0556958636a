import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Evaluator } from '../../devices/evaluator/contract.ts';
import { openEvaluatorHid } from '../../devices/evaluator/evaluator-hid.ts';
import { createKeyFraming, frameFault, type Press } from '../../devices/evaluator/key-framing.ts';
import type { FrameKeys, KeyForm } from '../../devices/evaluator/options.ts';
import { drivers } from '../../devices/registry.ts';
import type { HidHandle, HidLibrary } from '../../devices/transports/hid.ts';
import { createVirtualEvaluator } from '../../devices/twins/virtual-evaluator.ts';
import { deviceHost, noise, pieces } from '../harness/device-host.ts';
import fc from '../harness/fc.ts';
import { ptyPair } from '../harness/pty.ts';
import { realClock } from '../harness/real-clock.ts';
import { refusal } from '../harness/refusal.ts';
import { until } from '../harness/until.ts';

const test = suite('evaluators over serial and HID');
const waitMs = 8000;
const never = new AbortController().signal;
const levels = { a1: 'very-satisfied', a2: 'satisfied', a3: 'very-dissatisfied' };

const form: FrameKeys = {
  ...{ as: 'frame', head: 'aa55', bytes: 6, key_at: 3, check: 'sum', tail: '0d' },
};
/** A maker's frame as its manual would draw it: AA 55 01 KEY SUM 0D. */
function frameOf(key: number, check: FrameKeys['check'] = 'sum'): Uint8Array {
  const body = [0xaa, 0x55, 0x01, key];
  const sum = body.reduce((a, b) => a + b, 0) & 0xff;
  const xor = body.reduce((a, b) => a ^ b, 0);
  return Uint8Array.of(...body, check === 'sum' ? sum : xor, 0x0d);
}
const keysOf = (presses: Press[]) => presses.map((p) => p.key);
const anyKey = fc.integer({ min: 0, max: 255 });
const hex = (n: number) => n.toString(16).padStart(2, '0');

test('frames: any chunking, garbage between, either check: the same keys', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });
  const junk = fc.array(fc.integer({ min: 0, max: 0xa9 }), { maxLength: 9 });
  const check = fc.constantFrom('sum', 'xor');
  fc.assert(
    fc.property(
      fc.array(fc.tuple(junk, anyKey), { maxLength: 9 }),
      sizes,
      check,
      (parts, cuts, c) => {
        const framing = createKeyFraming({ ...form, check: c });
        const all = Buffer.concat(parts.flatMap(([j, k]) => [Uint8Array.from(j), frameOf(k, c)]));
        assert.equal(
          keysOf(pieces(all, cuts).flatMap((chunk) => framing.push(chunk))),
          parts.map(([, k]) => hex(k)),
        );
      },
    ),
  );
});

test('frames: a wrong check, a wrong tail, a torn frame are no press; the next is', () => {
  const wrongs = [
    Uint8Array.of(0xaa, 0x55, 1, 0xa1, 0x00, 0x0d),
    Uint8Array.of(...frameOf(0xa1).subarray(0, 5), 0x0a),
    frameOf(0xa1).subarray(0, 3),
    Uint8Array.of(0xaa, 0xaa),
  ];
  for (const wrong of wrongs) {
    const framing = createKeyFraming(form);
    assert.equal(keysOf(framing.push(Buffer.concat([wrong, frameOf(0xa2), frameOf(0xa3)]))), [
      'a2',
      'a3',
    ]);
  }
});

test('a million random bytes: no exception, and the next frame is found', () => {
  const forms: KeyForm[] = [form, { ...form, check: 'none' }, { as: 'line' }, { as: 'byte' }];
  for (const f of forms) {
    const framing = createKeyFraming(f);
    let n = 0;
    for (const chunk of noise(1000, 1000)) n += framing.push(chunk).length;
    assert.ok(f.as === 'byte' ? n === 1_000_000 : n < 10_000, `${f.as} ${n}`);
    if (f.as !== 'frame' || f.check === 'none') continue;
    assert.is(keysOf(framing.push(Buffer.concat([new Uint8Array(9), frameOf(0xa1)]))).at(-1), 'a1');
  }
});

test('a description of frames that can not be is refused with the place', async () => {
  assert.match(frameFault({ ...form, key_at: 1 }) ?? '', /key_at 1 /);
  assert.match(frameFault({ ...form, key_at: 4 }) ?? '', /key_at 4 /);
  assert.is(frameFault({ ...form, key_at: 4, check: 'none' }), undefined);
  const link = { via: 'tcp', host: '127.0.0.1', port: 1 };
  const open = drivers['evaluator-serial'].open(
    { link, keys: { ...form, key_at: 5 }, levels },
    deviceHost(realClock).context,
    never,
  );
  assert.is(await refusal(open), 'DEV_OPTIONS');
});

test('a level that is none is refused', async () => {
  const link = { via: 'tcp', host: '127.0.0.1', port: 1 };
  for (const wrong of [{ a1: 'great' }, {}]) {
    const open = drivers['evaluator-serial'].open(
      { link, keys: { as: 'byte' }, levels: wrong },
      deviceHost(realClock).context,
      never,
    );
    assert.is(await refusal(open), 'DEV_OPTIONS');
  }
});

test('over TCP and a pty: presses become levels, are acknowledged, bounce is one; the invitation arrives', async () => {
  const pair = await ptyPair();
  for (const via of ['tcp', 'serial'] as const) {
    const twin = createVirtualEvaluator({
      clock: realClock,
      press: (key) => frameOf(Number.parseInt(key, 16)),
      acknowledge: (key) => (via === 'tcp' ? Buffer.of(0x06) : frameOf(Number.parseInt(key, 16))),
      resend: { waitMs: 150, timesMax: 4 },
    });
    const at = via === 'tcp' ? await twin.listenTcp({ host: '127.0.0.1', port: 0 }) : undefined;
    if (at === undefined) await twin.holdSerial({ path: pair.far, baud: 9600 });
    const link = at
      ? { via: 'tcp', ...at }
      : { via: 'serial', path: pair.near, baud: 9600, flow: 'none' };
    const h = deviceHost(realClock);
    const acknowledge = via === 'tcp' ? '06' : 'echo';
    const options = { link, keys: form, levels, acknowledge, invite: 'aa5502', debounce_ms: 2000 };
    const device = await drivers['evaluator-serial'].open(options, h.context, never);
    await until(() => twin.hosts === 1, waitMs, 'the host');
    twin.noise(Uint8Array.of(0xaa, 0x55, 0x01));
    for (const key of ['a1', 'a1', 'a3', '77']) twin.press(key);
    await until(() => h.events.length === 2, waitMs, 'the levels');
    assert.ok(await (device as Evaluator).invite(null));
    await until(
      () => Buffer.from(twin.heard).includes(Buffer.of(0xaa, 0x55, 2)),
      waitMs,
      'invited',
    );
    assert.equal(h.events, [
      { type: 'key', key: 'very-satisfied' },
      { type: 'key', key: 'very-dissatisfied' },
    ]);
    assert.is(twin.unheard, 0);
    const steps = await device.selfTest?.('deep', never);
    assert.equal(
      steps?.map((s) => `${s.step} ${s.ok} ${s.code}`),
      ['evaluator-wire true DEV_READY', 'evaluator-look true CLR_LOOK'],
    );
    if (via === 'tcp') await twin.pullPlug();
    else await pair.unplug();
    await until(() => h.lost.length === 1, waitMs, 'the loss');
    assert.is(await refusal((device as Evaluator).invite(null)), 'DEV_CLOSED');
    await device.close();
    await twin.close();
  }
});

test('lines and single bytes are presses too', async () => {
  for (const as of ['line', 'byte'] as const) {
    const twin = createVirtualEvaluator({
      clock: realClock,
      press: (key) => (as === 'line' ? Buffer.from(`${key}\r\n`) : Buffer.from(key, 'hex')),
      acknowledge: null,
      resend: { waitMs: 100, timesMax: 1 },
    });
    const link = { via: 'tcp', ...(await twin.listenTcp({ host: '127.0.0.1', port: 0 })) };
    const h = deviceHost(realClock);
    const device = await drivers['evaluator-serial'].open(
      { link, keys: { as }, levels },
      h.context,
      never,
    );
    await until(() => twin.hosts === 1, waitMs, 'the host');
    twin.press('a2');
    await until(() => h.events.length === 1, waitMs, 'the level');
    assert.equal(h.events, [{ type: 'key', key: 'satisfied' }]);
    assert.is(await (device as Evaluator).invite(null), false);
    await device.close();
    await twin.close();
  }
});

test('a USB keyboard as evaluator: its keys are levels, tearing it out is a loss', async () => {
  let data: (report: Uint8Array) => void = () => undefined;
  let error: (e: Error) => void = () => undefined;
  const handle: HidHandle = {
    on(event: string, f: ((report: Uint8Array) => void) & ((e: Error) => void)) {
      if (event === 'data') data = f;
      else error = f;
    },
    close: async () => undefined,
  };
  const library: HidLibrary = {
    devicesAsync: async () => [{ path: '/dev/hidraw0' }],
    HIDAsync: { open: async () => handle },
  };
  const h = deviceHost(realClock);
  const device = await openEvaluatorHid(
    {
      link: { via: 'hid', vendor: 1, product: 2 },
      levels: { 1: 'very-satisfied', 5: 'very-dissatisfied' },
    },
    h.context,
    never,
    async () => library,
  );
  // Boot reports: 59 is key 1, 5D key 5, 5A key 2 of the number block.
  for (const usage of [0x59, 0, 0x5d, 0, 0x5a]) data(Uint8Array.of(0, 0, usage, 0, 0, 0, 0, 0));
  assert.equal(
    h.events.map((e) => (e.type === 'key' ? e.key : '')),
    ['very-satisfied', 'very-dissatisfied'],
  );
  assert.is(await device.invite(null), false);
  error(new Error('could not read from HID device'));
  assert.is(h.lost.length, 1);
  await device.close();
});

test.run();

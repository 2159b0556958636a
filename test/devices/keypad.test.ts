import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DeviceError } from '../../devices/codes.ts';
import type { DeviceContext, DeviceEvent, DeviceStatus } from '../../devices/contract.ts';
import { createHidKeys } from '../../devices/keypad/hid-reports.ts';
import { openKeypadHid } from '../../devices/keypad/keypad-hid.ts';
import { createLineFraming, keyCharsMax } from '../../devices/keypad/line-framing.ts';
import { createPressFilter } from '../../devices/keypad/press-filter.ts';
import { drivers } from '../../devices/registry.ts';
import type { HidHandle, HidLibrary } from '../../devices/transports/hid.ts';
import { createVirtualKeypad } from '../../devices/twins/virtual-keypad.ts';
import { noise } from '../harness/device-host.ts';
import fc from '../harness/fc.ts';
import { noLog } from '../harness/printer-bench.ts';
import { ptyPair } from '../harness/pty.ts';
import { realClock } from '../harness/real-clock.ts';
import { until } from '../harness/until.ts';

const test = suite('keypads');
const waitMs = 8000;
const never = new AbortController().signal;
const bytes = (text: string) => Buffer.from(text, 'latin1');

function host() {
  const events: DeviceEvent[] = [];
  const statuses: DeviceStatus[] = [];
  const lost: Error[] = [];
  const context: DeviceContext = {
    id: 'keypad',
    clock: realClock,
    log: noLog,
    status: (s) => statuses.push(s),
    event: (e) => events.push(e),
    lost: (e) => lost.push(e),
    printerProfile: () => Promise.reject(new DeviceError('PRN_PROFILE', 'no printer here')),
  };
  return {
    context,
    statuses,
    lost,
    keys: () => events.map((e) => (e.type === 'key' ? e.key : e.type)),
  };
}

test('keys come one by one however the line splits them', () => {
  const name = fc.stringMatching(/^[!-~]{1,16}$/);
  const end = fc.constantFrom('\n', '\r', '\r\n');
  fc.assert(
    fc.property(fc.array(fc.tuple(name, end)), fc.integer({ min: 1, max: 7 }), (lines, size) => {
      const all = bytes(lines.map(([n, e]) => n + e).join(''));
      const framing = createLineFraming();
      const keys: string[] = [];
      for (let at = 0; at < all.length; at += size)
        keys.push(...framing.push(all.subarray(at, at + size)));
      assert.equal(
        keys,
        lines.map(([n]) => n),
      );
      assert.is(framing.dropped, 0);
    }),
  );
});

test('what is no key name is dropped up to the next newline', () => {
  const framing = createLineFraming();
  assert.equal(framing.push(bytes(`next\nre\xffcall\n${'x'.repeat(keyCharsMax + 1)}\nok\n`)), [
    'next',
    'ok',
  ]);
  assert.is(framing.dropped, 2);
});

test('a million random bytes: no exception, nothing kept', () => {
  const framing = createLineFraming();
  let seed = 3;
  for (let n = 0; n < 1000; n++) {
    const chunk = Uint8Array.from({ length: 1000 }, () => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return seed >>> 24;
    });
    for (const key of framing.push(chunk)) assert.match(key, /^[!-~]{1,16}$/);
  }
});

test('contact bounce is one press; a second press is one more', () => {
  const filter = createPressFilter(30);
  const pressed = [0, 5, 20, 45, 100, 200].map((at) => filter.accepts('next', at));
  assert.equal(pressed, [true, false, false, false, true, true]);
  assert.ok(filter.accepts('other', 201), 'another key is not held back');
});

/** Reports of an ordinary USB number pad, as the kernel hands them over. */
const report = (...usages: number[]) =>
  Uint8Array.from({ length: 8 }, (_, i) => (i < 2 ? 0 : (usages[i - 2] ?? 0)));

test('the keys of a number pad have their names', () => {
  const keys = createHidKeys();
  const press = (usage: number) => {
    const names = keys.push(report(usage));
    keys.push(report());
    return names.join();
  };
  assert.equal([0x59, 0x61, 0x62].map(press), ['1', '9', '0']);
  assert.equal([0x1e, 0x27].map(press), ['1', '0']);
  assert.equal([0x54, 0x55, 0x56, 0x57, 0x58, 0x63].map(press), [
    ...['slash', 'star', 'minus', 'plus', 'enter', 'dot'],
  ]);
  assert.equal([0x3a, 0x45, 0x04].map(press), ['f1', 'f12', 'a']);
  assert.is(press(0x70), '', 'an unknown key is no key');
});

test('a key held down is one press, a second one beside it another', () => {
  const keys = createHidKeys();
  const said = [
    report(0x59),
    report(0x59),
    report(0x59, 0x5a),
    report(0x5a),
    report(),
    report(0x59),
  ];
  assert.equal(
    said.map((r) => keys.push(r).join()),
    ['1', '', '2', '', '', '1'],
  );
});

test('too many keys at once say nothing, and nothing is pressed twice after it', () => {
  const keys = createHidKeys();
  keys.push(report(0x59));
  assert.equal(keys.push(report(1, 1, 1, 1, 1, 1)), []);
  assert.equal(keys.push(report(0x59)), []);
});

test('a report id before the eight bytes is stepped over; other lengths are no keyboard', () => {
  const keys = createHidKeys();
  assert.equal(keys.push(Uint8Array.of(1, ...report(0x59))), ['1']);
  assert.equal(keys.push(Uint8Array.of(1, 2, 3)), []);
  assert.equal(keys.push(new Uint8Array(64)), []);
});

test('a million random bytes as reports: no exception, no more keys than a report holds', () => {
  const keys = createHidKeys();
  for (const any of noise(125_000, 8)) assert.ok(keys.push(any).length <= 6);
  keys.push(report());
  assert.equal(keys.push(report(0x59)), ['1']);
});

class FakeHid implements HidHandle {
  #data: (report: Uint8Array) => void = () => undefined;
  #error: (error: Error) => void = () => undefined;
  closed = 0;
  on(event: 'data' | 'error', f: ((report: Uint8Array) => void) & ((error: Error) => void)) {
    if (event === 'data') this.#data = f;
    else this.#error = f;
  }
  async close() {
    this.closed += 1;
  }
  say(report: Uint8Array) {
    this.#data(report);
  }
  tearOut() {
    this.#error(new Error('could not read from HID device'));
  }
}
const link = { via: 'hid', vendor: 0x04d9, product: 0xa02a } as const;
const library = (handle: HidHandle, ...paths: string[]): HidLibrary => ({
  devicesAsync: async () => paths.map((path, i) => ({ path, serialNumber: `S${i}` })),
  HIDAsync: { open: async () => handle },
});

test('keypad-hid: presses become events, tearing out is a lost device', async () => {
  const handle = new FakeHid();
  const h = host();
  const keypad = await openKeypadHid({ link, debounce_ms: 0 }, h.context, never, async () =>
    library(handle, '/dev/hidraw0'),
  );
  assert.is(h.statuses[0]?.code, 'DEV_READY');
  for (const r of [report(0x59), report(), report(0x58), report()]) handle.say(r);
  assert.equal(h.keys(), ['1', 'enter']);
  assert.ok((await keypad.selfTest?.('safe', never))?.every((s) => s.ok));
  handle.tearOut();
  assert.is(h.lost.length, 1);
  assert.ok((await keypad.selfTest?.('safe', never))?.every((s) => s.code === 'DEV_CLOSED'));
  await keypad.close();
  assert.is(handle.closed, 1);
});

test('keypad-hid: what is missing is said by its code and with the way out', async () => {
  const h = host();
  const code = async (o: object, lib: () => Promise<HidLibrary>) => {
    try {
      await openKeypadHid({ link: { ...link, ...o } }, h.context, never, lib);
      return 'opened';
    } catch (error) {
      return error instanceof DeviceError ? error.message : String(error);
    }
  };
  const missing = () => Promise.reject(new Error('libudev.so.1: cannot open shared object file'));
  assert.match(
    await code({}, missing),
    /^DEV_LIBRARY_MISSING: hid 04d9:a02a.*apt install libudev1/,
  );
  const found = library(new FakeHid(), '/dev/hidraw0', '/dev/hidraw1');
  assert.match(await code({}, async () => library(new FakeHid())), /^DEV_NO_SUCH_PORT/);
  assert.match(await code({ serial: 'S7' }, async () => found), /^DEV_NO_SUCH_PORT.* S7/);
  assert.is(await code({ serial: 'S1' }, async () => found), 'opened');
  const locked: HidLibrary = {
    ...found,
    HIDAsync: { open: () => Promise.reject(new Error('cannot open device')) },
  };
  assert.match(await code({}, async () => locked), /^DEV_NO_PERMISSION/);
});

test('keypad-hid: opening that hangs ends with the host’s patience, and a late keypad is let go', async () => {
  const handle = new FakeHid();
  const late = Promise.withResolvers<HidHandle>();
  const abort = new AbortController();
  const opening = openKeypadHid({ link }, host().context, abort.signal, async () => ({
    ...library(handle, '/dev/hidraw0'),
    HIDAsync: { open: () => late.promise },
  }));
  const outcome = opening.then(
    () => 'opened',
    (e: unknown) => (e instanceof DeviceError ? e.code : String(e)),
  );
  abort.abort();
  assert.is(await outcome, 'DEV_ABORTED');
  late.resolve(handle);
  await until(() => handle.closed === 1, waitMs, 'the late keypad let go');
});

test('keypad-hid: with the real library an absent keypad is an absent keypad, an absent library said', async () => {
  const h = host();
  let code = '';
  await drivers['keypad-hid']
    .open({ link: { via: 'hid', vendor: 0xfff1, product: 0xfff2 } }, h.context, never)
    .catch((e: unknown) => {
      code = e instanceof DeviceError ? e.code : String(e);
    });
  assert.ok(['DEV_NO_SUCH_PORT', 'DEV_LIBRARY_MISSING'].includes(code), code);
});

test('keypad-serial over TCP and over a pty: the twin’s keys arrive, its end is noticed', async () => {
  const pair = await ptyPair();
  for (const via of ['tcp', 'serial'] as const) {
    const twin = createVirtualKeypad();
    const h = host();
    const at = via === 'tcp' ? await twin.listenTcp({ host: '127.0.0.1', port: 0 }) : undefined;
    if (at === undefined) await twin.holdSerial({ path: pair.far, baud: 9600 });
    const wire = at
      ? { via: 'tcp', ...at }
      : { via: 'serial', path: pair.near, baud: 9600, flow: 'none' };
    const keypad = await drivers['keypad-serial'].open({ link: wire }, h.context, never);
    await until(() => twin.hosts === 1, waitMs, 'the host');
    for (const key of ['next', 'recall', 'f1']) twin.press(key);
    await until(() => h.keys().length === 3, waitMs, 'the keys');
    assert.equal(h.keys(), ['next', 'recall', 'f1']);
    const tested = async () => (await keypad.selfTest?.('deep', never))?.map((s) => s.code);
    assert.equal(await tested(), ['DEV_READY']);
    if (via === 'tcp') {
      await twin.close();
      await until(() => h.lost.length === 1, waitMs, 'the loss');
      assert.equal(await tested(), ['DEV_CLOSED']);
    }
    await keypad.close();
    await twin.close();
  }
  await pair.unplug();
});

test.run();

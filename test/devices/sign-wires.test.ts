import { createRequire } from 'node:module';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { drivers } from '../../devices/registry.ts';
import { openTcp } from '../../devices/transports/tcp.ts';
import type { VirtualSignModel } from '../../devices/twins/contract.ts';
import { createVirtualSign } from '../../devices/twins/virtual-sign.ts';
import type { SignContent, WindowSign } from '../../devices/window-sign/contract.ts';
import { codeFrom, deviceHost } from '../harness/device-bench.ts';
import { ptyPair } from '../harness/pty.ts';
import { realClock } from '../harness/real-clock.ts';
import { until, within } from '../harness/until.ts';

const test = suite('window signs over real wires');
const never = new AbortController().signal;
const waitMs = 10_000;
const baud = 57_600;
const call = (number: string, ...lines: string[]): SignContent => ({ number, lines, blink: false });

type SignDriver = 'sign-onbon' | 'sign-text' | 'sign-modbus';
const open = async (driver: SignDriver, options: object, host = deviceHost('sign', realClock)) => ({
  host,
  sign: (await drivers[driver].open(options, host.context, never)) as WindowSign,
});

const kinds: [SignDriver, VirtualSignModel, object, string[]][] = [
  [
    'sign-onbon',
    { model: 'onbon', columns: 16, rows: 2 },
    { width: 128, height: 32 },
    ['Z015', '请到3号窗口'],
  ],
  [
    'sign-text',
    { model: 'text', address: 2, answer: Uint8Array.of(6) },
    { template: '40 {addr} {text} 0D', address: 2, answer: '06' },
    ['Z015 请到3号窗口'],
  ],
  [
    'sign-modbus',
    { model: 'modbus', unit: 9, first: 100, count: 4, blinkRegister: null },
    { unit: 9, first_register: 100, count: 4, format: 'digit' },
    ['015'],
  ],
];

for (const [driver, model, options, face] of kinds) {
  for (const via of ['tcp', 'serial'] as const) {
    test(`${driver} over ${via}: shows, loses its plug, is opened anew and shows again`, async () => {
      const twin = createVirtualSign(model);
      const pair = via === 'serial' ? await ptyPair() : undefined;
      const at =
        pair === undefined ? await twin.listenTcp({ host: '127.0.0.1', port: 0 }) : undefined;
      if (pair !== undefined) await twin.holdSerial({ path: pair.far, baud, flow: 'none' });
      const link = at
        ? { via: 'tcp', ...at }
        : { via: 'serial', path: pair?.near, baud, flow: 'none' };
      const { sign, host } = await open(driver, { ...options, link });
      assert.is(host.statuses.at(-1)?.code, 'DEV_READY');
      await within(sign.show(call('Z015', 'Z015', '请到3号窗口')), waitMs, 'shown');
      assert.equal(twin.face.lines, face);

      if (pair === undefined) await twin.pullPlug();
      else await pair.unplug();
      await until(() => host.lost.length === 1, waitMs, 'the loss');
      assert.is(await codeFrom(sign.show(call('Z016'))), 'DEV_CLOSED');
      await within(sign.close(), 2000, 'close');
      let next = twin;
      if (pair === undefined) await twin.putPlug();
      else {
        await twin.close();
        await pair.replug();
        next = createVirtualSign(model);
        await next.holdSerial({ path: pair.far, baud, flow: 'none' });
      }
      assert.ok(
        next.face.lines.every((line) => line === ''),
        'dark after power-off',
      );
      const again = await open(driver, { ...options, link });
      await within(again.sign.show(call('Z015', 'Z015', '请到3号窗口')), waitMs, 'shown again');
      assert.equal(next.face.lines, face);
      assert.equal(next.complaints, []);
      await again.sign.close();
      await next.close();
      await pair?.unplug();
    });
  }
}

for (const [driver, model, options, face] of kinds) {
  test(`${driver}: torn out in the middle of a frame, the half frame hinders nobody`, async () => {
    const pair = await ptyPair();
    const slow = { via: 'serial', path: pair.near, baud: 1200, flow: 'none' };
    const twin = createVirtualSign(model);
    await twin.holdSerial({ path: pair.far, baud: 1200, flow: 'none' });
    const { sign, host } = await open(driver, { ...options, link: slow });
    const shown = codeFrom(sign.show(call('Z015', 'Z015', '请到3号窗口')));
    // At 1200 baud the frame takes longer than the cable lasts: its write can not have ended.
    await pair.unplug();
    assert.is(await within(shown, waitMs, 'the end'), 'DEV_CLOSED');
    await until(() => host.lost.length === 1, waitMs, 'the loss');
    await sign.close();
    await twin.close();

    const next = createVirtualSign(model);
    const at = await next.listenTcp({ host: '127.0.0.1', port: 0 });
    const link = { via: 'tcp', ...at };
    const before = await openTcp({ via: 'tcp', ...at }, never);
    // What a board keeps of a frame that broke off; the wire may change, its buffer does not.
    await before.write(Buffer.from([0xa5, 0xa5, 0xfe, 0x09, 0x10, 0x00]), waitMs);
    const again = await open(driver, { ...options, link });
    await within(again.sign.show(call('Z015', 'Z015', '请到3号窗口')), waitMs, 'shown');
    assert.equal(next.face.lines, face);
    await Promise.all([again.sign.close(), before.close()]);
    await next.close();
  });
}

test('nobody at the far end: DEV_NO_ANSWER; the host gives up: DEV_ABORTED; no wire: its own code', async () => {
  const twin = createVirtualSign({ model: 'onbon', columns: 16, rows: 1 });
  const at = await twin.listenTcp({ host: '127.0.0.1', port: 0 });
  twin.mood.mute = true;
  const options = { link: { via: 'tcp', ...at }, width: 128, height: 16 };
  const host = deviceHost('sign', realClock);
  const abort = new AbortController();
  const opening = codeFrom(drivers['sign-onbon'].open(options, host.context, abort.signal));
  await until(() => twin.state.hosts === 1, waitMs, 'the host');
  abort.abort();
  assert.is(await within(opening, waitMs, 'the end'), 'DEV_ABORTED');
  assert.is(
    await within(codeFrom(open('sign-onbon', options)), waitMs, 'the end'),
    'DEV_NO_ANSWER',
  );
  await twin.close();
  assert.is(await codeFrom(open('sign-onbon', options)), 'DEV_UNREACHABLE');
});

test('answers that come twice or damaged: the next request works', async () => {
  const twin = createVirtualSign({ model: 'onbon', columns: 16, rows: 1 });
  const at = await twin.listenTcp({ host: '127.0.0.1', port: 0 });
  twin.mood.stutter = true;
  const { sign } = await open('sign-onbon', {
    link: { via: 'tcp', ...at },
    width: 128,
    height: 16,
  });
  for (const n of ['A001', 'A002', 'A003']) await sign.show(call(n));
  assert.equal(twin.face.lines, ['A003']);
  twin.mood.damages = true;
  const shown = sign.show(call('A004'));
  await until(() => twin.face.lines[0] === 'A004', waitMs, 'the face');
  twin.mood.damages = false;
  await within(shown, waitMs, 'the answer to the second try');
  await sign.close();
  await twin.close();
});

test('signs of one port share it; other settings for the same port are a mistake in the profile', async () => {
  const twin = createVirtualSign({ model: 'text', address: 2, answer: null });
  const at = await twin.listenTcp({ host: '127.0.0.1', port: 0 });
  const options = { link: { via: 'tcp', ...at }, template: '40 {addr} {text} 0D', gap_ms: 1 };
  const { sign: one } = await open('sign-text', { ...options, address: 1 });
  const { sign: two } = await open('sign-text', { ...options, address: 2 });
  assert.is(await codeFrom(open('sign-text', { ...options, local_echo: true })), 'DEV_OPTIONS');
  await Promise.all([one.show(call('A001')), two.show(call('A002'))]);
  await until(() => twin.face.lines[0] === 'A002', waitMs, 'the face');
  assert.is(twin.state.hosts, 1);
  await one.close();
  await two.show(call('A003'));
  await until(() => twin.face.lines[0] === 'A003', waitMs, 'the face');
  await two.close();
  await until(() => twin.state.hosts === 0, waitMs, 'nobody there');
  const { sign: three } = await open('sign-text', { ...options, address: 2, local_echo: true });
  await three.close();
  await twin.close();
});

/** A station by other authors, from their own reading of the same standard. */
interface ForeignStation {
  close(done: () => void): void;
}
const { ServerSerial } = createRequire(import.meta.url)('modbus-serial') as {
  ServerSerial: new (vector: object, options: object) => ForeignStation;
};

test('sign-modbus: a station of the package modbus-serial understands it, and it the station', async () => {
  const pair = await ptyPair();
  const registers = new Map<number, number>();
  const station = await new Promise<ForeignStation>((resolve) => {
    const made: ForeignStation = new ServerSerial(
      {
        getHoldingRegister: (at: number) => registers.get(at) ?? 10,
        setRegister: (at: number, value: number) => void registers.set(at, value),
      },
      { path: pair.far, baudRate: 9600, unitID: 3, openCallback: () => resolve(made) },
    );
  });
  const link = { via: 'serial', path: pair.near, baud: 9600, flow: 'none' };
  for (const write of ['multiple', 'single'] as const) {
    const options = { link, unit: 3, first_register: 40, count: 4, format: 'digit', write };
    const blink = { register: 50, on: 2, off: 0 };
    const { sign, host } = await open('sign-modbus', { ...options, blink });
    assert.is(host.statuses.at(-1)?.code, 'DEV_READY');
    await within(sign.show({ ...call('A015'), blink: true }), waitMs, 'shown');
    assert.equal(
      [40, 41, 42, 43, 50].map((at) => registers.get(at)),
      [10, 0, 1, 5, 2],
    );
    registers.clear();
    await sign.close();
  }
  await new Promise<void>((resolve) => station.close(resolve));
  await pair.unplug();
});

test.run();

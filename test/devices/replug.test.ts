/** The same for all: pull the plug, put it back, and the device works again without a restart. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DeviceError } from '../../devices/codes.ts';
import { type DriverName, drivers } from '../../devices/registry.ts';
import { openSerial } from '../../devices/transports/serial.ts';
import type { TwinWires } from '../../devices/twins/contract.ts';
import { createVirtualCallers } from '../../devices/twins/virtual-caller.ts';
import { createVirtualIdCardReader } from '../../devices/twins/virtual-id-card-reader.ts';
import { createVirtualRadar } from '../../devices/twins/virtual-radar.ts';
import { createVirtualScanner } from '../../devices/twins/virtual-scanner.ts';
import { createVirtualSign } from '../../devices/twins/virtual-sign.ts';
import { createVirtualVoice } from '../../devices/twins/virtual-voice.ts';
import { superviseDevices } from '../../kiosk-app/runtime/device-supervisor.ts';
import { probe } from '../../scripts/doctor/probe.ts';
import { memoryLog } from '../harness/memory-log.ts';
import { noLog } from '../harness/printer-bench.ts';
import { ptyPair } from '../harness/pty.ts';
import { realClock } from '../harness/real-clock.ts';
import { until } from '../harness/until.ts';

const test = suite('replug');
const clock = realClock;
const noticedMs = 8_000;
/** The promise; the supervisor's own arithmetic is held in virtual time. */
const backMs = 3_000;
/** Waited on a machine that runs other tests beside this one, so that the failure says by how much. */
const patienceMs = 4_000;

type Twin = TwinWires & { pullPlug(): Promise<void>; putPlug(): Promise<void> };
const answerMs = { find: 5, select: 5, read: 20, other: 2 };
const scanner = (protocol: 'line' | 'gm65') =>
  createVirtualScanner({ protocol, encoding: 'utf-8', tail: 'crlf' });
const voice = (model: 'syn6288' | 'syn6658') =>
  createVirtualVoice({ model, clock, characterMs: 1 });

const devices: readonly { driver: DriverName; twin: () => Twin; options: object }[] = [
  {
    driver: 'id-card-sam',
    twin: () => createVirtualIdCardReader({ clock, answerMs, lateMs: 500, findsAgain: false }),
    options: { fields: ['masked_name'] },
  },
  { driver: 'scanner-serial-line', twin: () => scanner('line'), options: {} },
  { driver: 'scanner-serial-gm65', twin: () => scanner('gm65'), options: {} },
  { driver: 'voice-syn6288', twin: () => voice('syn6288'), options: {} },
  { driver: 'voice-syn6658', twin: () => voice('syn6658'), options: {} },
  {
    driver: 'sign-onbon',
    twin: () => createVirtualSign({ model: 'onbon', columns: 32, rows: 2 }),
    options: { width: 256, height: 32 },
  },
  {
    driver: 'sign-text',
    twin: () => createVirtualSign({ model: 'text', address: 1, answer: null }),
    options: { template: '40 {addr} {text} 0D' },
  },
  {
    driver: 'sign-modbus',
    twin: () =>
      createVirtualSign({ model: 'modbus', unit: 1, first: 0, count: 4, blinkRegister: null }),
    options: { unit: 1, first_register: 0, count: 4, format: 'digit' },
  },
  {
    driver: 'caller-rs485',
    twin: () =>
      createVirtualCallers({
        ...{ clock, callers: [1], evaluators: [], keyFunc: 1 },
        resend: { waitMs: 200, timesMax: 3 },
      }),
    options: { addresses: [1] },
  },
  {
    driver: 'radar-ld2410',
    twin: () => createVirtualRadar({ clock, everyMs: 80 }),
    options: {},
  },
];
const printerProfile = () => Promise.reject(new DeviceError('PRN_PROFILE', 'none'));

for (const { driver, twin: make, options } of devices) {
  test(`${driver}: the doctor finds it; pulled and put back it works again within 3 s`, async () => {
    const twin = make();
    const link = { via: 'tcp', ...(await twin.listenTcp({ host: '127.0.0.1', port: 0 })) };
    const found = await probe({
      ...{ id: 'it', driver: drivers[driver], options: { ...options, link }, depth: 'safe' },
      ...{ context: { clock, log: noLog, printerProfile }, signal: new AbortController().signal },
    });
    assert.is.not(found.state, 'out', `${found.code} ${found.why} ${JSON.stringify(found.steps)}`);
    const supervisor = superviseDevices({
      devices: [{ id: 'it', driver, options: { ...options, link } }],
      ...{ drivers, owner: 'x', clock, log: memoryLog(), random: Math.random, printerProfile },
    });
    const first = await until(() => supervisor.get('it'), noticedMs, 'open');
    await twin.pullPlug();
    await until(() => supervisor.get('it') === undefined, noticedMs, 'the loss');
    assert.is(supervisor.status('it')?.state, 'out');
    await twin.putPlug();
    const put = performance.now();
    const again = await until(() => supervisor.get('it'), backMs + patienceMs, 'open again');
    assert.is.not(again, first, 'a new one: what was lost is thrown away');
    assert.ok(performance.now() - put < backMs, 'within the promise');
    await supervisor.close();
    await twin.close();
  });
}

/** Keys that only speak: nothing is asked, so what is left of a half press is all that could go wrong. */
const keyWires = [
  { driver: 'keypad-serial', options: {}, half: 'reca', whole: 'next\n', key: 'next' },
  {
    driver: 'evaluator-serial',
    options: {
      keys: { as: 'frame', head: 'aa55', bytes: 6, key_at: 3, check: 'sum', tail: '0d' },
      levels: { a1: 'very-satisfied' },
    },
    half: Uint8Array.of(0xaa, 0x55, 0x01),
    whole: Uint8Array.of(0xaa, 0x55, 0x01, 0xa1, 0xa1, 0x0d),
    key: 'very-satisfied',
  },
] as const;

for (const { driver, options, half, whole, key } of keyWires) {
  test(`${driver} over a pty: torn out in the middle of a press, put back: the next press is one`, async () => {
    const pair = await ptyPair();
    const far = { via: 'serial', path: pair.far, baud: 9600, flow: 'none' } as const;
    const say = async (bytes: string | Uint8Array) => {
      const keys = await openSerial(far, new AbortController().signal);
      await keys.write(Buffer.from(bytes), noticedMs);
      return keys;
    };
    const heard: string[] = [];
    const supervisor = superviseDevices({
      devices: [{ id: 'it', driver, options: { ...options, link: { ...far, path: pair.near } } }],
      ...{ drivers, owner: 'x', clock, log: memoryLog(), random: Math.random, printerProfile },
    });
    supervisor.onEvent((_, e) => heard.push(e.type === 'key' ? e.key : e.type));
    await until(() => supervisor.get('it'), noticedMs, 'open');
    const torn = await say(whole);
    await torn.write(Buffer.from(half), noticedMs);
    await until(() => heard.length === 1, noticedMs, 'the first press');
    await pair.unplug();
    await until(() => supervisor.get('it') === undefined, noticedMs, 'the loss');
    await torn.close();
    await pair.replug();
    await until(() => supervisor.get('it'), backMs + patienceMs, 'open again');
    const again = await say(whole);
    await until(() => heard.length === 2, noticedMs, 'the press after the replug');
    assert.equal(heard, [key, key]);
    await supervisor.close();
    await again.close();
    await pair.unplug();
  });
}

test.run();

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { codeOf } from '../../devices/codes.ts';
import { drivers } from '../../devices/registry.ts';
import { endWaitMs } from '../../devices/scanner/code-reader.ts';
import { gm65Limits } from '../../devices/scanner/gm65-protocol.ts';
import { openScannerHidKeyboard } from '../../devices/scanner/scanner-hid-keyboard.ts';
import { openScannerHidPos } from '../../devices/scanner/scanner-hid-pos.ts';
import { createScannerGm65 } from '../../devices/scanner/scanner-serial-gm65.ts';
import type { VirtualScanner } from '../../devices/twins/contract.ts';
import { createVirtualHidScanner } from '../../devices/twins/virtual-hid-scanner.ts';
import { createVirtualScanner } from '../../devices/twins/virtual-scanner.ts';
import {
  type DeviceHost,
  deviceHost,
  noise,
  vectorBytes,
  vectors,
} from '../harness/device-host.ts';
import { MemoryWire } from '../harness/memory-wire.ts';
import { ptyPair } from '../harness/pty.ts';
import { realClock } from '../harness/real-clock.ts';
import { until, within } from '../harness/until.ts';
import { VirtualClock } from '../harness/virtual-clock.ts';

const test = suite('scanners: drivers');
const waitMs = 10_000;
const never = new AbortController().signal;
const gm65 = vectors('gm65');
const reply = (name: string) => vectorBytes(gm65, name);
const scans = (host: DeviceHost) =>
  host.events.map((e) => (e.type === 'scan' ? e.text : e.type === 'fault' ? e.code : e.type));
const secret = 'https://example.invalid/health?id=000000199001010018';

// ---------------------------------------------------------------- GM65 in virtual time

function gm65Bench(options: Parameters<typeof createScannerGm65>[1] = {}) {
  const clock = new VirtualClock();
  const wire = new MemoryWire();
  const host = deviceHost(clock);
  const sent: { at: number; hex: string }[] = [];
  const bench = { answers: 1, answer: 'reply-heartbeat', delayMs: 20 };
  wire.onWrite = (bytes) => {
    sent.push({ at: clock.mono(), hex: Buffer.from(bytes).toString('hex').toUpperCase() });
    for (let n = 0; n < bench.answers; n += 1)
      clock.after(bench.delayMs, () => wire.feed(reply(bench.answer)));
  };
  const scanner = createScannerGm65(wire, options, host.context);
  return { clock, wire, host, sent, bench, scanner };
}
const heartbeat = '7E000A01000000301A';

test('GM65: opens with a heartbeat, then one every ten seconds', async () => {
  const b = gm65Bench();
  await b.clock.advance(35_000);
  await b.scanner.ready;
  assert.is(b.host.statuses[0]?.code, 'DEV_READY');
  assert.equal(
    b.sent.map((s) => s.hex),
    new Array(4).fill(heartbeat),
  );
  for (const [i, s] of b.sent.entries())
    assert.ok(Math.abs(s.at - i * (gm65Limits.heartbeatEveryMs + 20)) < 1, `${s.at}`);
  await b.scanner.close();
  assert.is(b.clock.waiting, 0);
});

test('GM65: answers in either form count; codes between them are codes', async () => {
  const b = gm65Bench();
  b.bench.answer = 'reply-ok';
  await b.clock.advance(100);
  b.wire.feed(Buffer.from('A001\r'));
  b.wire.feed(Buffer.concat([reply('reply-heartbeat'), Buffer.from('A0')]));
  b.wire.feed(Buffer.from('02\r\n'));
  assert.equal(scans(b.host), ['A001', 'A002']);
});

test('GM65: one missed heartbeat is nothing, three are a lost scanner', async () => {
  const b = gm65Bench();
  await b.clock.advance(100);
  b.bench.answers = 0;
  await b.clock.advance(gm65Limits.heartbeatEveryMs + gm65Limits.replyWaitMs + 100);
  b.bench.answers = 1;
  await b.clock.advance(20_000);
  assert.is(b.host.lost.length, 0);
  b.bench.answers = 0;
  await b.clock.advance(12_000);
  assert.match(String(b.host.lost), /DEV_NO_ANSWER/);
  assert.is(b.host.lost.length, 1);
  assert.is(b.clock.waiting, 0);
});

test('GM65: late and doubled answers do no harm', async () => {
  const b = gm65Bench();
  b.bench.answers = 2;
  await b.clock.advance(30_000);
  b.bench.delayMs = gm65Limits.replyWaitMs + 50;
  b.bench.answers = 1;
  await b.clock.advance(11_000);
  b.bench.delayMs = 20;
  await b.clock.advance(30_000);
  assert.is(b.host.lost.length, 0);
  assert.equal(b.host.events, []);
});

test('GM65: a silent one does not open, within the host’s two seconds', async () => {
  const b = gm65Bench();
  b.bench.answers = 0;
  const outcome = b.scanner.ready.then(
    () => 'open',
    (error: unknown) => codeOf(error, 'DEV_READY'),
  );
  await b.clock.advance(1990);
  assert.is(await outcome, 'DEV_NO_ANSWER');
  assert.is(b.host.lost.length, 0);
});

test('GM65: self-test asks; the deep one lights the lamp and puts it out; no-CRC form', async () => {
  const b = gm65Bench({ crc: false });
  await b.clock.advance(100);
  const testing = b.scanner.selfTest?.('deep', never);
  await b.clock.advance(2000);
  assert.equal(
    (await testing)?.map((s) => `${s.step} ${s.ok}`),
    ['scanner-heartbeat true', 'scanner-trigger true'],
  );
  assert.equal(b.sent.map((s) => s.hex).slice(1), [
    '7E000A01000000ABCD',
    '7E000801000201ABCD',
    '7E000801000200ABCD',
  ]);
  b.bench.answers = 0;
  const failing = b.scanner.selfTest?.('safe', never);
  await b.clock.advance(1000);
  assert.equal(
    (await failing)?.map((s) => `${s.ok} ${s.code}`),
    ['false DEV_NO_ANSWER'],
  );
});

test('a code whose end does not come is told and forgotten; the next one is read', async () => {
  const b = gm65Bench();
  await b.clock.advance(100);
  b.wire.feed(Buffer.from('HALF A CO'));
  await b.clock.advance(endWaitMs + 1);
  b.wire.feed(Buffer.from('A002\r'));
  assert.equal(scans(b.host), ['SCN_DAMAGED', 'A002']);
});

test('a code ended by silence: not before it, not cut by a pause within', async () => {
  const b = gm65Bench({ end: 'gap', gap_ms: 50 });
  await b.clock.advance(100);
  b.wire.feed(Buffer.from('A0'));
  await b.clock.advance(40);
  b.wire.feed(Buffer.from('02'));
  await b.clock.advance(49);
  assert.equal(scans(b.host), []);
  await b.clock.advance(2);
  assert.equal(scans(b.host), ['A002']);
});

test('the same code in view is one code; shown again after a rest it is another', async () => {
  const b = gm65Bench({ repeat_ms: 1000 });
  await b.clock.advance(100);
  for (let n = 0; n < 5; n += 1) {
    b.wire.feed(Buffer.from('A001\r'));
    await b.clock.advance(400);
  }
  assert.equal(scans(b.host), ['A001']);
  await b.clock.advance(700);
  b.wire.feed(Buffer.from('A001\rB001\rA001\r'));
  assert.equal(scans(b.host), ['A001', 'A001', 'B001', 'A001']);
});

test('noise is told as faults at most; the scanner goes on', async () => {
  const b = gm65Bench();
  await b.clock.advance(100);
  for (const chunk of noise(200, 50)) b.wire.feed(chunk);
  await b.clock.advance(endWaitMs + 30_000);
  assert.is(b.host.lost.length, 0);
  b.host.events.length = 0;
  b.wire.feed(Buffer.from('A009\r'));
  assert.equal(scans(b.host), ['A009']);
});

test('what stands in a code goes into its event and nowhere else', async () => {
  const b = gm65Bench({ encoding: 'utf-8' });
  await b.clock.advance(100);
  b.wire.feed(Buffer.from(`${secret}\r`));
  b.wire.feed(Buffer.concat([Buffer.from(secret), Buffer.from([0xff, 0x0d])]));
  b.wire.feed(Buffer.from(secret));
  await b.clock.advance(endWaitMs + 1);
  b.wire.feed(Buffer.from(`${secret}`));
  b.wire.hangUp();
  assert.equal(scans(b.host), [secret, 'SCN_ENCODING', 'SCN_DAMAGED']);
  b.host.events.length = 0;
  assert.not.match(b.host.everything(), /example|000000199001010018/);
});

// ---------------------------------------------------------------- HID at the library's border

const hidLink = { via: 'hid', vendor: 0x0c2e, product: 0x0b61 } as const;
const pos = vectors('hid-pos-scanner');
const long = `https://example.invalid/queue?${'0123456789'.repeat(13)}`;

for (const mode of ['plain', 'counted', 'honeywell'] as const) {
  test(`HID POS, ${mode}: short and long codes, Chinese in UTF-8 and GBK, with their symbology`, async () => {
    for (const encoding of ['utf-8', 'gbk'] as const) {
      const twin = createVirtualHidScanner({ mode, encoding, aim: ']Q1' });
      const host = deviceHost(realClock);
      const options = { link: hidLink, repeat_ms: 0 };
      const scanner = await openScannerHidPos(
        options,
        host.context,
        never,
        async () => twin.library,
      );
      for (const text of ['TEST-0001', long, '取号A001号']) twin.scan(text);
      assert.equal(
        host.events,
        ['TEST-0001', long, '取号A001号'].map((text) => ({ type: 'scan', text, symbology: ']Q1' })),
      );
      assert.ok((await scanner.selfTest?.('safe', never))?.every((s) => s.ok));
      await scanner.close();
      assert.is(twin.hosts, 0);
    }
  });
}

test('HID POS: the twin’s descriptors are those of the table', async () => {
  for (const mode of ['plain', 'counted'] as const) {
    const twin = createVirtualHidScanner({ mode, encoding: 'utf-8', aim: ']Q1' });
    const declared = await twin.library.descriptorOf('');
    assert.is(
      Buffer.from(declared).toString('hex'),
      vectorBytes(pos, `descriptor-${mode}`).toString('hex'),
    );
  }
});

test('HID POS: pulled in the middle of a long code: lost; plugged in again: whole codes', async () => {
  const twin = createVirtualHidScanner({ mode: 'counted', encoding: 'utf-8', aim: ']Q1' });
  const open = async () => {
    const host = deviceHost(realClock);
    const options = { link: hidLink };
    await openScannerHidPos(options, host.context, never, async () => twin.library);
    return host;
  };
  const first = await open();
  twin.report(vectorBytes(pos, 'input-counted-long-1-of-3'));
  twin.unplug();
  assert.match(String(first.lost), /DEV_CLOSED/);
  await open().then(
    () => assert.unreachable(),
    (error: unknown) => assert.is(codeOf(error, 'DEV_READY'), 'DEV_NO_SUCH_PORT'),
  );
  twin.replug();
  const second = await open();
  twin.scan('A001');
  assert.equal(scans(second), ['A001']);
  assert.equal(scans(first), []);
});

test('HID POS: a scanner in keyboard mode is refused with the way out; features are sent when asked', async () => {
  const keyboard = createVirtualHidScanner({ mode: 'keyboard', encoding: 'utf-8', aim: '' });
  const host = deviceHost(realClock);
  const code = await openScannerHidPos(
    { link: hidLink },
    host.context,
    never,
    async () => keyboard.library,
  ).then(
    () => 'open',
    (error: unknown) => codeOf(error, 'DEV_READY'),
  );
  assert.is(code, 'SCN_NOT_POS');
  assert.is(keyboard.hosts, 0, 'let go of');
  const twin = createVirtualHidScanner({ mode: 'honeywell', encoding: 'utf-8', aim: ']Q1' });
  const options = { link: hidLink, enter_hid_pos: true };
  await openScannerHidPos(options, host.context, never, async () => twin.library);
  assert.equal(twin.features, [[0xfe, 0x01]]);
});

test('HID POS: where the system shows no descriptor, a report’s length or the profile tells', async () => {
  for (const mode of ['plain', 'counted', 'honeywell'] as const) {
    for (const layout of ['descriptor', mode] as const) {
      const twin = createVirtualHidScanner({ mode, encoding: 'utf-8', aim: ']Q1' });
      const { devicesAsync, HIDAsync } = twin.library;
      const host = deviceHost(realClock);
      await openScannerHidPos({ link: hidLink, layout }, host.context, never, async () => ({
        devicesAsync,
        HIDAsync,
      }));
      twin.scan('A001');
      assert.equal(scans(host), ['A001']);
    }
  }
});

test('HID: of a device with several parts the scanner’s is opened', async () => {
  const opened: string[] = [];
  const twin = createVirtualHidScanner({ mode: 'plain', encoding: 'utf-8', aim: ']Q1' });
  const parts = [
    { path: '/dev/hidraw0', usagePage: 1, usage: 6 },
    { path: '/dev/hidraw1', usagePage: 0x8c, usage: 1 },
    { path: '/dev/hidraw2', usagePage: 0x8c, usage: 2 },
  ];
  await openScannerHidPos({ link: hidLink }, deviceHost(realClock).context, never, async () => ({
    ...twin.library,
    devicesAsync: async () => parts,
    HIDAsync: {
      open(path: string) {
        opened.push(path);
        return twin.library.HIDAsync.open(path);
      },
    },
  }));
  assert.equal(opened, ['/dev/hidraw2']);
});

test('HID keyboard: typed codes with capitals and marks; a stray key spoils only its own code', async () => {
  const clock = new VirtualClock();
  const twin = createVirtualHidScanner({ mode: 'keyboard', encoding: 'utf-8', aim: '' });
  const host = deviceHost(clock);
  const scanner = await openScannerHidKeyboard(
    { link: hidLink },
    host.context,
    never,
    async () => twin.library,
  );
  const url = "https://Example.invalid/Q?a=1&b=~'x'|{y}_Z+[0];\"<>^%$#@!*()`,\\:-";
  for (const text of ['A001', url]) twin.scan(text);
  assert.equal(scans(host), ['A001', url]);
  twin.report(Uint8Array.of(0, 0, 0x3a, 0, 0, 0, 0, 0));
  twin.scan('B001');
  twin.scan('B002');
  assert.equal(scans(host).slice(2), ['SCN_DAMAGED', 'B002']);
  // Enter never comes.
  twin.report(Uint8Array.of(0, 0, 0x04, 0, 0, 0, 0, 0));
  await clock.advance(endWaitMs + 1);
  assert.is(scans(host).at(-1), 'SCN_DAMAGED');
  twin.unplug();
  assert.is(host.lost.length, 1);
  assert.equal(
    (await scanner.selfTest?.('safe', never))?.map((s) => s.code),
    ['DEV_CLOSED'],
  );
  await scanner.close();
  assert.is(clock.waiting, 0);
});

test('HID: a missing system library is a sentence with the packages to install', async () => {
  for (const open of [openScannerHidPos, openScannerHidKeyboard]) {
    const missing = () => Promise.reject(new Error('libudev.so.1: cannot open shared object file'));
    const said = await open({ link: hidLink }, deviceHost(realClock).context, never, missing).then(
      () => 'open',
      (error: unknown) => String(error),
    );
    assert.match(said, /DEV_LIBRARY_MISSING.*apt install libudev1 libusb-1.0-0/);
  }
});

// ---------------------------------------------------------------- real wires

for (const [driver, protocol] of [
  ['scanner-serial-gm65', 'gm65'],
  ['scanner-serial-line', 'line'],
] as const) {
  test(`${driver} over TCP and a pty pair: codes, torn out in the middle of one, plugged in again`, async () => {
    const newTwin = () => createVirtualScanner({ protocol, encoding: 'gbk', tail: 'crlf' });
    const pair = await ptyPair();
    for (const via of ['tcp', 'serial'] as const) {
      let twin: VirtualScanner = newTwin();
      const hold = () => twin.holdSerial({ path: pair.far, baud: 9600, flow: 'none' });
      const at = via === 'tcp' ? await twin.listenTcp({ host: '127.0.0.1', port: 0 }) : undefined;
      if (at === undefined) await hold();
      const link = at ? { via, ...at } : { via, path: pair.near, baud: 9600, flow: 'none' };
      const open = async () => {
        const host = deviceHost(realClock);
        const opening = drivers[driver].open({ link }, host.context, never);
        const scanner = await within(opening, waitMs, 'opening');
        await until(() => twin.state.hosts === 1, waitMs, 'the host');
        return { host, scanner };
      };
      const first = await open();
      twin.scan('A001');
      twin.scan('取号测试');
      await until(() => scans(first.host).length === 2, waitMs, 'the codes');
      assert.equal(scans(first.host), ['A001', '取号测试']);
      const steps = await first.scanner.selfTest?.('deep', never);
      assert.ok(
        steps?.every((s) => s.ok),
        via,
      );
      twin.scanCut('A BROKEN CODE', 5);
      if (via === 'tcp') await twin.pullPlug();
      else await pair.unplug();
      await until(() => first.host.lost.length === 1, waitMs, 'the loss');
      await first.scanner.close();
      if (via === 'tcp') await twin.putPlug();
      else {
        await twin.close();
        await pair.replug();
        twin = newTwin();
        await hold();
      }
      const second = await open();
      twin.scan('A002');
      await until(() => scans(second.host).length === 1, waitMs, 'the code after the replug');
      assert.equal(scans(second.host), ['A002']);
      assert.equal(scans(first.host).slice(2), []);
      await within(second.scanner.close(), 2000, 'close');
      assert.equal(twin.complaints, []);
      await twin.close();
    }
    await pair.unplug();
  });
}

test.run();

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type CodePiece, createCodeFraming } from '../../devices/scanner/code-framing.ts';
import {
  createGm65Framing,
  encodeGm65,
  type Gm65Piece,
  gm65Types,
  replyDataBytesMax,
} from '../../devices/scanner/gm65-framing.ts';
import { gm65Command } from '../../devices/scanner/gm65-protocol.ts';
import {
  createPosReports,
  knownLayouts,
  partWaitMs,
} from '../../devices/scanner/hid-pos-reports.ts';
import { readPosLayout } from '../../devices/scanner/report-descriptor.ts';
import { codeBytesMax, decodeText } from '../../devices/scanner/text.ts';
import { createWedgeReports } from '../../devices/scanner/wedge-reports.ts';
import { noise, pieces, vectorBytes, vectors } from '../harness/device-host.ts';
import fc from '../harness/fc.ts';

const test = suite('scanners: frames, reports, text');
const gm65 = vectors('gm65');
const pos = vectors('hid-pos-scanner');
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const ascii = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 });

// ---------------------------------------------------------------- GM65

test('GM65: every command of the table is encoded byte for byte, with and without its check', () => {
  const { read, write, heartbeat } = gm65Types;
  const made = {
    trigger: gm65Command('trigger', false),
    'trigger-crc': gm65Command('trigger', true),
    stop: gm65Command('stop', false),
    'stop-crc': gm65Command('stop', true),
    save: encodeGm65(0x09, 0, [0], true),
    'read-speed': encodeGm65(read, 0x2a, [2], true),
    'set-9600': encodeGm65(write, 0x2a, [0x39, 0x01], true),
    'factory-reset': encodeGm65(write, 0xd9, [0x50], false),
    'factory-reset-crc': encodeGm65(write, 0xd9, [0x50], true),
    heartbeat: encodeGm65(heartbeat, 0, [0], true),
  };
  for (const [name, bytes] of Object.entries(made))
    assert.is(hex(bytes), hex(vectorBytes(gm65, name)), name);
  assert.is(hex(gm65Command('heartbeat', true)), hex(made.heartbeat));
  const hosts = gm65.filter((v) => v.direction === 'host->device').map((v) => v.name);
  assert.equal(Object.keys(made).sort(), hosts.sort(), 'none left out');
});

const gmWords = (list: readonly Gm65Piece[]) => {
  const words: string[] = [];
  let text = '';
  const flush = () => {
    if (text !== '') words.push(`text ${text}`);
    text = '';
  };
  for (const piece of list) {
    if (piece.type === 'text') text += ascii(piece.bytes);
    else {
      flush();
      words.push(piece.type === 'reply' ? `reply ${piece.head} ${hex(piece.data)}` : piece.type);
    }
  }
  flush();
  return words;
};
function parseGm65(chunks: readonly Uint8Array[]) {
  const framing = createGm65Framing();
  const out = chunks.flatMap((chunk) => framing.push(chunk));
  return [...out, ...framing.quiet()];
}

test('GM65: answers of the table are read, and never pass for text', () => {
  const said = (name: string) => gmWords(parseGm65([vectorBytes(gm65, name)]));
  assert.equal(said('reply-ok'), ['reply 2 00']);
  assert.equal(said('reply-heartbeat'), ['reply 3 00']);
  assert.equal(said('reply-read-speed-9600'), ['reply 2 3901']);
  const scan = Buffer.concat([vectorBytes(gm65, 'reply-ok'), Buffer.from('TEST-0001\r')]);
  assert.equal(gmWords(parseGm65([scan])), ['reply 2 00', 'text TEST-0001\r']);
  assert.equal(gmWords(parseGm65([Buffer.from('02000001 00abcd'.replace(' ', ''), 'hex')])), [
    'reply 2 00',
  ]);
});

const someText = fc.stringMatching(/^[ -~]{1,30}$/).map((s) => Buffer.from(`${s}\r`));
const someReply = fc.constantFrom(
  ...['reply-ok', 'reply-heartbeat', 'reply-read-speed-9600'].map((n) => vectorBytes(gm65, n)),
);

test('GM65: any chunking gives the same answers and the same text', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(someText, someReply), { maxLength: 8 }), sizes, (list, cut) => {
      const all = Buffer.concat(list);
      const words = gmWords(parseGm65(pieces(all, cut)));
      assert.equal(words, gmWords(parseGm65([all])));
      assert.is(
        words.filter((w) => w.startsWith('reply')).length,
        list.filter((b) => (b[0] ?? 9) < 9).length,
      );
    }),
  );
});

test('GM65: damage, lying lengths and broken off answers do not take the next one with them', () => {
  const ok = vectorBytes(gm65, 'reply-ok');
  for (const bad of ['02000001003332', '0200004133', '020000ff', '0200', '03000001']) {
    const words = gmWords(parseGm65([Buffer.from(bad, 'hex')]));
    assert.not(
      words.some((w) => w.startsWith('reply')),
      bad,
    );
    const framing = createGm65Framing();
    framing.push(Buffer.from(bad, 'hex'));
    framing.quiet();
    assert.is(framing.heldBytes, 0);
    assert.equal(gmWords(framing.push(ok)), ['reply 2 00'], bad);
  }
});

test('GM65: a million random bytes: no exception, no growth', () => {
  const framing = createGm65Framing();
  for (const chunk of noise(1000, 1000)) {
    framing.push(chunk);
    assert.ok(framing.heldBytes <= replyDataBytesMax + 6);
  }
});

// ---------------------------------------------------------------- lines

const lineWords = (list: readonly CodePiece[]) =>
  list.map((p) => (p.type === 'code' ? ascii(p.bytes) : p.type));

test('lines: codes come one by one however the line splits them, empty ones not at all', () => {
  const end = fc.constantFrom('\n', '\r', '\r\n', '\n\n');
  const code = fc.stringMatching(/^[ -~]{1,40}$/);
  fc.assert(
    fc.property(fc.array(fc.tuple(code, end)), sizes, (list, cut) => {
      const framing = createCodeFraming('line');
      const all = Buffer.from(list.map(([c, e]) => c + e).join(''));
      const words = pieces(all, cut).flatMap((chunk) => lineWords(framing.push(chunk)));
      assert.equal(
        words,
        list.map(([c]) => c),
      );
      assert.not(framing.open);
    }),
  );
});

test('lines: silence ends a code only where nothing else does', () => {
  for (const [end, said] of [
    ['gap', 'A001'],
    ['line', 'cut-short'],
    ['tab', 'cut-short'],
  ] as const) {
    const framing = createCodeFraming(end);
    assert.equal(framing.push(Buffer.from('A001')), []);
    assert.equal(lineWords(framing.quiet()), [said]);
    assert.equal(framing.quiet(), []);
  }
  assert.equal(lineWords(createCodeFraming('tab').push(Buffer.from('a\r\tb\t'))), ['a\r', 'b']);
});

test('lines: what is longer than any code is dropped up to its end, the next one is read', () => {
  const framing = createCodeFraming('line');
  const words = lineWords(framing.push(Buffer.from(`${'x'.repeat(codeBytesMax + 1)}\nok\n`)));
  assert.equal(words, ['too-long', 'ok']);
  const longest = 'y'.repeat(codeBytesMax);
  assert.equal(lineWords(framing.push(Buffer.from(`${longest}\n`))), [longest]);
});

test('lines: a million random bytes: no exception, no code longer than any', () => {
  for (const end of ['line', 'tab', 'gap'] as const) {
    const framing = createCodeFraming(end);
    for (const chunk of noise(1000, 1000)) {
      for (const piece of framing.push(chunk))
        if (piece.type === 'code') assert.ok(piece.bytes.length <= codeBytesMax);
    }
    framing.quiet();
    assert.not(framing.open);
  }
});

// ---------------------------------------------------------------- HID POS

const descriptor = (name: string) => vectorBytes(pos, name);

test('HID POS: the layout is read from the descriptor', () => {
  for (const name of ['descriptor-plain', 'descriptor-counted'] as const) {
    const fields = pos.find((v) => v.name === name)?.fields ?? {};
    const layout = readPosLayout(descriptor(name));
    assert.is(layout?.reportId, fields.reportId, name);
    assert.is(Number(layout?.reportBytes) + 1, fields.reportBytesWithId, name);
    assert.is(layout?.data, fields.dataOffsetAfterId, name);
    assert.is(layout?.dataBytes, fields.dataLength, name);
    assert.is(layout?.continued, fields.continuedFlagOffsetAfterId, name);
  }
  assert.equal(readPosLayout(descriptor('descriptor-plain')), knownLayouts.plain);
  assert.equal(readPosLayout(descriptor('descriptor-counted')), knownLayouts.counted);
});

test('HID POS: what is no POS scanner has no layout', () => {
  // A keyboard; and usage 01 of the scanner page, which some keyboards misuse.
  const keyboard =
    '05010906a101050719e029e71500250175019508810295017508810395067508150025650507190029658100c0';
  const misuse = Buffer.from(descriptor('descriptor-plain'));
  misuse[3] = 1;
  for (const bytes of [
    Buffer.from(keyboard, 'hex'),
    misuse,
    Buffer.alloc(0),
    Buffer.alloc(5000, 0xa1),
  ])
    assert.is(readPosLayout(bytes), null);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      readPosLayout(bytes);
    }),
  );
  const whole = descriptor('descriptor-counted');
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, value) => {
      const changed = Uint8Array.from(whole);
      changed[at] = value;
      const layout = readPosLayout(changed);
      const reports = createPosReports(layout);
      reports.push(vectorBytes(pos, 'input-counted-short'), 0);
    }),
  );
});

const posText = (v: { fields: Record<string, unknown> }) => String(v.fields.text);

test('HID POS: every report of the table, all three layouts, by descriptor, name and length', () => {
  for (const layout of ['plain', 'counted', 'honeywell'] as const) {
    const report = vectorBytes(pos, `input-${layout}-short`);
    for (const known of [knownLayouts[layout], null]) {
      const [piece] = createPosReports(known).push(report, 0);
      assert.is(piece?.type, 'code', layout);
      if (piece?.type !== 'code') continue;
      assert.is(decodeText(piece.bytes, 'auto'), 'TEST-0001');
      assert.is(piece.symbology, ']Q1');
    }
  }
});

const parts = pos.filter((v) => v.name.startsWith('input-counted-long'));

test('HID POS: parts are joined until the last one says so', () => {
  const reports = createPosReports(knownLayouts.counted);
  const out = parts.flatMap((v) => reports.push(Buffer.from(v.hex, 'hex'), 0));
  assert.is(out.length, 1);
  if (out[0]?.type === 'code') assert.is(ascii(out[0].bytes), parts.map(posText).join(''));
});

test('HID POS: a part that never comes is given up; the next code is whole', () => {
  const reports = createPosReports(knownLayouts.counted);
  const [first] = parts.map((v) => Buffer.from(v.hex, 'hex'));
  assert.equal(reports.push(first ?? Buffer.alloc(0), 0), []);
  const out = reports.push(vectorBytes(pos, 'input-counted-short'), partWaitMs + 1);
  assert.equal(
    out.map((p) => (p.type === 'code' ? ascii(p.bytes) : p.type)),
    ['cut-short', 'TEST-0001\r'],
  );
});

test('HID POS: identifier and data one byte later are found', () => {
  const shifted = new Uint8Array(64);
  shifted.set([2, 5, 0, ...Buffer.from(']C0'), ...Buffer.from('A001\r')]);
  const [piece] = createPosReports(knownLayouts.honeywell).push(shifted, 0);
  assert.is(piece?.type === 'code' && ascii(piece.bytes), 'A001\r');
  assert.is(piece?.type === 'code' && piece.symbology, ']C0');
});

test('HID POS: endless continuation and any bytes: bounded, and the next code is read', () => {
  const reports = createPosReports(knownLayouts.counted);
  const [first] = parts.map((v) => Buffer.from(v.hex, 'hex'));
  for (let n = 0; n < 1000; n += 1) {
    reports.push(first ?? Buffer.alloc(0), 0);
    assert.ok(reports.heldBytes <= codeBytesMax);
  }
  const last = Buffer.from(vectorBytes(pos, 'input-counted-short'));
  assert.equal(
    reports.push(last, 0).map((p) => p.type),
    ['too-long'],
  );
  assert.equal(
    reports.push(last, 0).map((p) => p.type),
    ['code'],
  );
  for (const layout of [null, ...Object.values(knownLayouts)]) {
    const any = createPosReports(layout);
    for (const chunk of noise(16_000, 63)) {
      any.push(chunk.subarray(0, 61 + ((chunk[9] ?? 0) & 3)), 0);
      assert.ok(any.heldBytes <= codeBytesMax);
    }
  }
});

// ---------------------------------------------------------------- keys, text

const press = (usage: number, modifiers = 0) => Uint8Array.of(modifiers, 0, usage, 0, 0, 0, 0, 0);

test('keyboard: characters with and without shift, enter, and what is no character', () => {
  const reports = createWedgeReports();
  const type = (usage: number, modifiers = 0) => {
    const keys = reports.push(press(usage, modifiers));
    reports.push(press(0));
    return keys.map((k) => (k.type === 'char' ? k.char : k.type)).join();
  };
  assert.is(type(0x04), 'a');
  assert.is(type(0x04, 0x02), 'A');
  assert.is(type(0x04, 0x20), 'A');
  assert.equal(
    [0x1e, 0x27, 0x2d, 0x38, 0x33, 0x62].map((u) => type(u)),
    ['1', '0', '-', '/', ';', '0'],
  );
  assert.equal(
    [0x1e, 0x2d, 0x38, 0x33].map((u) => type(u, 2)),
    ['!', '_', '?', ':'],
  );
  assert.equal(
    [0x28, 0x58, 0x2b, 0x3a].map((u) => type(u)),
    ['enter', 'enter', 'tab', 'bad'],
  );
  assert.is(type(0x04, 0x01), 'bad', 'ctrl-a');
  assert.equal(reports.push(press(1)), [{ type: 'bad' }], 'too many keys');
  assert.equal(reports.push(new Uint8Array(3)), []);
});

test('keyboard and descriptors: a million random bytes each: no exception, no more keys than a report holds', () => {
  const reports = createWedgeReports();
  for (const report of noise(125_000, 8)) assert.ok(reports.push(report).length <= 6);
  reports.push(press(0));
  assert.equal(reports.push(press(0x04)), [{ type: 'char', char: 'a' }]);
  const head = descriptor('descriptor-plain').subarray(0, 8);
  for (const rest of noise(5_000, 200)) {
    readPosLayout(rest);
    readPosLayout(Uint8Array.of(...head, ...rest));
  }
});

test('text: UTF-8, GBK, neither', () => {
  const gbk = Buffer.from('b2e2cad4c6b1', 'hex');
  assert.is(decodeText(gbk, 'auto'), '测试票');
  assert.is(decodeText(gbk, 'gbk'), '测试票');
  assert.is(decodeText(gbk, 'utf-8'), undefined);
  assert.is(decodeText(Buffer.from('测试票\r\n'), 'auto'), '测试票');
  assert.is(decodeText(Buffer.from('\u{20bb7}'), 'auto'), '\u{20bb7}');
  assert.is(decodeText(Buffer.from('ff80fe', 'hex'), 'auto'), undefined);
  assert.is(decodeText(Buffer.from('A001\u001d9\t\0\0'), 'auto'), 'A001\u001d9');
});

test.run();

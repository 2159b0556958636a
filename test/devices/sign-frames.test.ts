import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { codeOf } from '../../devices/codes.ts';
import type { SignMood } from '../../devices/twins/contract.ts';
import { createModbusBoard } from '../../devices/twins/sign/modbus-board.ts';
import { createOnbonCard } from '../../devices/twins/sign/onbon-card.ts';
import { createTextBoard } from '../../devices/twins/sign/text-board.ts';
import type { SignContent } from '../../devices/window-sign/contract.ts';
import {
  answers,
  crcModbus,
  createModbusParser,
  readRegisters,
  writeRegister,
  writeRegisters,
} from '../../devices/window-sign/modbus/framing.ts';
import { type RegisterMap, registerValues } from '../../devices/window-sign/modbus/registers.ts';
import {
  areaText,
  dynamicArea,
  ping,
  readAnswer,
} from '../../devices/window-sign/onbon/commands.ts';
import {
  createOnbonParser,
  encodeFrame,
  frameBytesMax,
} from '../../devices/window-sign/onbon/framing.ts';
import { createAnswerFinder, textFrame } from '../../devices/window-sign/text/template.ts';
import { cutInto, hexOf, ofHex, randomChunks, vectorsOf } from '../harness/device-bench.ts';
import fc from '../harness/fc.ts';

const test = suite('window signs: frames');
const all = { screen: 0xfffe, deviceType: 0xfe };
const bytesOf = (maxLength: number) => fc.uint8Array({ maxLength });
const chunks = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 });

/** A twin's inside with its answers and its face. */
function inside<T>(make: (ports: Parameters<typeof createOnbonCard>[1]) => T) {
  const mood: SignMood = {
    ...{ mute: false, stutter: false, damages: false, refusals: 0, refuseWith: 3 },
  };
  const seen = { faces: [] as string[][], answers: [] as Uint8Array[], complaints: 0 };
  const twin = make({
    mood,
    send: (bytes) => seen.answers.push(bytes),
    show: (lines) => seen.faces.push(lines),
    complain() {
      seen.complaints += 1;
    },
  });
  return { twin, seen, mood };
}

// ---------------------------------------------------------------- Onbon

const areaOf = (text: Uint8Array) =>
  dynamicArea({
    ...{ x: 0, y: 0, width: 128, height: 32, areaId: 0, timeoutS: 10 },
    ...{ mode: 'static', speed: 2, stay: 10, newline: 1, text },
  });

test('onbon: every published frame is what we send, and the twin shows what it means', () => {
  const vectors = vectorsOf('onbon-bx-5k6k');
  assert.is(vectors.length, 6);
  for (const { name, hex, fields } of vectors) {
    const text = fields?.text === undefined ? undefined : String(fields.text);
    const data =
      text !== undefined
        ? areaOf(areaText([text], 16, 'static'))
        : name === 'ping'
          ? ping
          : Uint8Array.of(0xa2, 0x01, 0x01, 0x00, 0x00);
    assert.is(hexOf(encodeFrame(all, data)), hex, name);
    const { twin, seen } = inside((ports) => createOnbonCard({ columns: 16, rows: 1 }, ports));
    twin.receive(ofHex(hex));
    assert.is(seen.complaints, 0, name);
    if (text !== undefined) assert.equal(seen.faces.at(-1), [text], name);
    const [answer] = seen.answers;
    const read = createOnbonParser()
      .push(answer ?? new Uint8Array(0))
      .map(readAnswer);
    assert.equal(read, [{ taken: true, error: 0 }], name);
  }
});

test('onbon: our own parser reads every published frame back to its data', () => {
  for (const { hex } of vectorsOf('onbon-bx-5k6k')) {
    const [data] = createOnbonParser().push(ofHex(hex));
    assert.is(hexOf(encodeFrame(all, data ?? new Uint8Array(0))), hex);
  }
});

test('onbon: any data, any chunking: the same frames; no A5 and no 5A within', () => {
  fc.assert(
    fc.property(fc.array(bytesOf(60), { maxLength: 5 }), chunks, (datas, sizes) => {
      const frames = datas.map((data) => encodeFrame(all, data));
      for (const frame of frames) {
        assert.not.ok(frame.subarray(8, -1).some((byte) => byte === 0xa5 || byte === 0x5a));
      }
      const parser = createOnbonParser();
      const read = cutInto(Buffer.concat(frames), sizes).flatMap((chunk) => parser.push(chunk));
      assert.equal(read.map(hexOf), datas.map(hexOf));
      assert.is(parser.dropped, 0);
    }),
  );
});

test('onbon: after any garbage, and after a frame broken anywhere, the next good frame is read', () => {
  const good = encodeFrame(all, Uint8Array.of(0xa0, 0x00, 0x00, 0x00, 0x00));
  fc.assert(
    fc.property(
      bytesOf(80),
      bytesOf(40),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      (noise, data, at, flip) => {
        const broken = encodeFrame(all, data);
        const index = 8 + (at % (broken.length - 9));
        broken[index] = (broken[index] ?? 0) ^ flip;
        const parser = createOnbonParser();
        const read = parser.push(Buffer.concat([noise, broken, noise, good]));
        assert.is(hexOf(read.at(-1) ?? new Uint8Array(0)), 'A000000000');
      },
    ),
  );
});

test('onbon: a lying length, a wrong CRC, half an escape: dropped and counted', () => {
  const parser = createOnbonParser();
  const frame = encodeFrame(all, Uint8Array.of(1, 2, 3));
  for (const at of [20, 24, frame.length - 2]) {
    const wrong = Uint8Array.from(frame);
    wrong[at] = (wrong[at] ?? 0) ^ 1;
    assert.equal(parser.push(wrong), [], String(at));
  }
  assert.equal(parser.push(Uint8Array.of(0xa5, 1, 2, 0xa6, 0x5a)), []);
  assert.equal(parser.push(Uint8Array.of(0xa5, 0xa6, 0x07, 0x5a)), []);
  assert.is(parser.dropped, 5);
  assert.equal(parser.push(new Uint8Array(frameBytesMax + 100).fill(7)), []);
  assert.is(parser.push(frame).length, 1);
});

test('onbon: no escape of the card can come from the content; too wide a line is refused', () => {
  assert.is(
    hexOf(areaText(['\\C1A'], 16, 'static')),
    hexOf(Buffer.from([0xa3, 0xdc, 0x43, 0x31, 0x41])),
  );
  const rows = areaText(['A001', '请到3号窗口'], 12, 'static');
  assert.is(rows.length, 24, 'each line fills its row');
  assert.throws(
    () => areaText(['一二三四五六七'], 12, 'static'),
    (e: unknown) => codeOf(e, 'DEV_CLOSED') === 'SGN_CONTENT',
  );
  assert.is(areaText(['一二三四五六七'], 12, 'left').length, 14, 'a line that moves may be longer');
  assert.is(areaText(['𬌗\n\x1b'], 12, 'static').includes(0x1b), false);
});

test('onbon: what is no answer is none', () => {
  for (const hex of ['', 'A0', 'A000', 'A00200', 'B00000']) {
    assert.is(readAnswer(ofHex(hex)), undefined, hex);
  }
  assert.equal(readAnswer(ofHex('A00103')), { taken: false, error: 3 });
});

// ---------------------------------------------------------------- Modbus

test('modbus: every computed frame is what we send, and the twin obeys it', () => {
  const made = {
    'read-10-registers': readRegisters(1, 0, 10),
    'write-register': writeRegister(1, 1, 3),
    'write-2-registers': writeRegisters(1, 0, [1, 2]),
  };
  for (const { name, hex } of vectorsOf('modbus-rtu')) {
    const request = made[name as keyof typeof made];
    assert.is(hexOf(request.bytes), hex, name);
    const { twin, seen } = inside((ports) =>
      createModbusBoard({ unit: 1, first: 0, count: 10, blinkRegister: null }, ports),
    );
    twin.powerUp();
    twin.receive(ofHex(hex));
    const parser = createModbusParser();
    parser.expect(request);
    const [answer] = parser.push(seen.answers[0] ?? new Uint8Array(0));
    assert.ok(answer?.type === 'good' && answers(request, answer), name);
    if (name === 'write-2-registers') assert.equal(seen.faces.at(-1), ['12']);
  }
});

const withCrc = (head: Uint8Array) => {
  const crc = crcModbus(head);
  return Uint8Array.of(...head, crc & 0xff, crc >> 8);
};
const word = fc.integer({ min: 0, max: 0xffff });

test('modbus: any chunking, any garbage before: the answer is found', () => {
  fc.assert(
    fc.property(
      fc.array(word, { minLength: 1, maxLength: 20 }),
      bytesOf(40),
      chunks,
      (values, noise, sizes) => {
        const request = readRegisters(7, 0, values.length);
        const body = values.flatMap((v) => [v >> 8, v & 0xff]);
        const frame = withCrc(Uint8Array.of(7, 3, body.length, ...body));
        const parser = createModbusParser();
        parser.expect(request);
        const read = cutInto(Buffer.concat([noise, frame]), sizes).flatMap((chunk) =>
          parser.push(chunk),
        );
        assert.is(read.length, 1);
        assert.is(read[0]?.type === 'good' && hexOf(read[0].data), hexOf(frame.subarray(2, -2)));
        assert.ok(read[0] !== undefined && answers(request, read[0]));
      },
    ),
  );
});

test('modbus: a flipped bit, a strange unit, a lying length, an answer to something else: not taken', () => {
  const request = writeRegister(7, 1, 3);
  const push = (bytes: Uint8Array) => {
    const parser = createModbusParser();
    parser.expect(request);
    return parser.push(bytes).filter((answer) => answers(request, answer));
  };
  assert.is(push(request.bytes).length, 1);
  for (let bit = 0; bit < request.bytes.length * 8; bit++) {
    const wrong = Uint8Array.from(request.bytes);
    wrong[bit >> 3] = (wrong[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    assert.is(push(wrong).length, 0, String(bit));
  }
  assert.is(push(withCrc(Uint8Array.of(8, 6, 0, 1, 0, 3))).length, 0, 'unit');
  assert.is(push(withCrc(Uint8Array.of(7, 6, 0, 2, 0, 3))).length, 0, 'register');
  assert.equal(push(withCrc(Uint8Array.of(7, 0x86, 2))), [
    { type: 'exception', unit: 7, code: 6, exception: 2 },
  ]);
  const read = readRegisters(7, 0, 1);
  const parser = createModbusParser();
  parser.expect(read);
  const lying = parser.push(withCrc(Uint8Array.of(7, 3, 250, 0, 1)));
  assert.is(lying.filter((answer) => answers(read, answer)).length, 0, 'byte count');
});

test('modbus: an answer nobody waits for, or the second of two, is dropped', () => {
  const request = writeRegister(7, 1, 3);
  const parser = createModbusParser();
  assert.equal(parser.push(request.bytes), []);
  parser.expect(request);
  assert.is(parser.push(Buffer.concat([request.bytes, request.bytes])).length, 1);
  assert.equal(parser.push(request.bytes), []);
});

const map = (more: Partial<RegisterMap>): RegisterMap => ({
  ...{ format: 'digit', count: 4, blank: undefined, letters: {}, lowWordFirst: false },
  ...more,
});
const content = (number: string | null, ...lines: string[]): SignContent => ({
  ...{ number, lines, blink: false },
});

test('modbus: numbers in registers, right-aligned, by the map in the options', () => {
  const values = (more: Partial<RegisterMap>, number: string | null) =>
    registerValues(map(more), content(number));
  assert.equal(values({}, 'A015'), [10, 0, 1, 5]);
  assert.equal(values({ letters: { A: 11 } }, 'A015'), [11, 0, 1, 5]);
  assert.equal(values({ blank: 0x20 }, null), [0x20, 0x20, 0x20, 0x20]);
  assert.equal(values({ format: 'bcd', count: 2 }, 'A015'), [0xffff, 0xf015]);
  assert.equal(values({ format: 'value', count: 1 }, 'A015'), [15]);
  assert.equal(values({ format: 'value', count: 2 }, '70000'), [1, 4464]);
  assert.equal(values({ format: 'value', count: 2, lowWordFirst: true }, '70000'), [4464, 1]);
  assert.equal(registerValues(map({ format: 'gbk', count: 3 }), content('A01', '请A')), [
    ...[0xc7eb, 0x4120, 0x2020],
  ]);
});

test('modbus: a number that does not fit is refused, never cut: it would call somebody else', () => {
  const code = (more: Partial<RegisterMap>, given: SignContent) => {
    try {
      registerValues(map(more), given);
      return 'shown';
    } catch (error) {
      return codeOf(error, 'DEV_CLOSED');
    }
  };
  assert.is(code({ count: 3 }, content('1015')), 'SGN_CONTENT');
  assert.is(code({}, content('ABC')), 'SGN_CONTENT');
  assert.is(code({ format: 'bcd', count: 1 }, content('10150')), 'SGN_CONTENT');
  assert.is(code({ format: 'value', count: 1 }, content('70000')), 'SGN_CONTENT');
  assert.is(code({ format: 'gbk', count: 2 }, content(null, '请到窗口')), 'SGN_CONTENT');
});

// ---------------------------------------------------------------- text template

const textOf = (template: string, given: SignContent, textBytes: number | null = null) =>
  hexOf(textFrame({ template, address: 5, lineBreak: Uint8Array.of(0x0a), textBytes }, given));

test('text: a frame by template: bytes, address, text, checks', () => {
  const given = content('A015', 'A015', '3号');
  assert.is(textOf('40 {addr} {line1} 0D', given), '4005413031350D');
  assert.is(textOf('40 {addr:3} {number} 0d', given), '40303035413031350D');
  assert.is(textOf('{text}', given), '413031350A33BAC5');
  assert.is(textOf('"!#" {line2} "$$"', given), '212333BAC52424');
  assert.is(textOf('02 {number} {xor}', content('A')), '024143');
  assert.is(textOf('FF {number} {sum}', content('A')), 'FF4140');
  assert.is(textOf('{text}', content('A1'), 4), '41312020');
  assert.throws(() => textOf('{text}', content('A0015'), 4), /SGN_CONTENT/);
  assert.is(textOf('{text}', content(null)), '');
});

test('text: whatever the content, its bytes end no frame: no control byte comes through', () => {
  const line = fc.string({ unit: 'binary', maxLength: 20 });
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 3 }), (lines) => {
      const bytes = textFrame(
        { template: '{text}', address: 1, lineBreak: Uint8Array.of(0x20), textBytes: null },
        content(null, ...lines),
      );
      assert.ok(bytes.every((byte) => byte >= 0x20 && byte !== 0x7f));
    }),
  );
});

test('text: the twin shows what stands between its address and 0D', () => {
  const { twin, seen } = inside((ports) => createTextBoard({ address: 5, answer: null }, ports));
  twin.receive(ofHex(textOf('40 {addr} {text} 0D', content(null, '请A015到3号窗口@'))));
  assert.equal(seen.faces, [['请A015到3号窗口@']]);
});

test('text: the answer is found in any chunking and among noise', () => {
  fc.assert(
    fc.property(bytesOf(20), chunks, (noise, sizes) => {
      const quiet = noise.filter((byte) => byte !== 0x06);
      const finder = createAnswerFinder(Uint8Array.of(0x06, 0x4f, 0x4b));
      const bytes = Buffer.concat([quiet, Uint8Array.of(0x06, 0x4f, 0x4b), quiet]);
      assert.is(cutInto(bytes, sizes).flatMap((chunk) => finder.push(chunk)).length, 1);
    }),
  );
});

test('a million random bytes: parsers and twins neither throw nor grow', () => {
  const onbon = createOnbonParser();
  const modbus = createModbusParser();
  const finder = createAnswerFinder(Uint8Array.of(6, 7));
  const twins = [
    inside((ports) => createOnbonCard({ columns: 16, rows: 1 }, ports)).twin,
    inside((ports) => createTextBoard({ address: 5, answer: null }, ports)).twin,
    inside((ports) =>
      createModbusBoard({ unit: 1, first: 0, count: 4, blinkRegister: null }, ports),
    ).twin,
  ];
  const due = readRegisters(1, 0, 4);
  modbus.expect(due);
  for (const chunk of randomChunks(11, 1000, 1000)) {
    onbon.push(chunk);
    if (modbus.push(chunk).length > 0) modbus.expect(due);
    assert.ok(modbus.held <= 256);
    finder.push(chunk);
    for (const twin of twins) twin.receive(chunk);
  }
  assert.is(onbon.push(encodeFrame(all, ping)).length, 1);
});

test.run();

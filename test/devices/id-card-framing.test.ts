import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  createSamFraming,
  dataBytesMax,
  encodeCommand,
  frameBytesMax,
  type SamFrame,
} from '../../devices/id-card-reader/framing.ts';
import {
  codeOfStatus,
  judge,
  type SamAnswer,
  type SamRequest,
  samNumberText,
  samRequests,
} from '../../devices/id-card-reader/sam.ts';
import { noise, pieces, vectorBytes, vectors } from '../harness/device-host.ts';
import fc from '../harness/fc.ts';

const test = suite('ID-card reader: frames');
const rows = vectors('sam-id-reader');
const bytesOf = (name: string) => vectorBytes(rows, name);
const answers = rows.filter((v) => v.direction === 'device->host');
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** A frame in words, so that two lists can be compared. */
const word = (frame: SamFrame) => {
  if (frame.type === 'answer') return `${frame.status.toString(16)} ${hex(frame.data)}`;
  return frame.type === 'card' ? `card ${hex(frame.text)}` : frame.type;
};
const parse = (chunks: Iterable<Uint8Array>) => {
  const framing = createSamFraming();
  const frames: SamFrame[] = [];
  for (const chunk of chunks) frames.push(...framing.push(chunk));
  return { framing, frames, words: frames.map(word) };
};
const good = (words: readonly string[]) => words.filter((w) => w !== 'damaged');

function frame(body: readonly number[]): Uint8Array {
  const checked = [(body.length + 1) >> 8, (body.length + 1) & 255, ...body];
  const sum = checked.reduce((a, b) => a ^ b, 0);
  return Uint8Array.of(0xaa, 0xaa, 0xaa, 0x96, 0x69, ...checked, sum);
}

test('every command of the table is encoded byte for byte', () => {
  for (const v of rows.filter((row) => row.direction === 'host->device')) {
    const cmd = v.fields.cmd ?? v.hex.slice(14, 16);
    const para = v.fields.para ?? v.hex.slice(16, 18);
    const made = encodeCommand(Number(`0x${cmd}`), Number(`0x${para}`));
    assert.is(hex(made).toUpperCase(), v.hex, v.name);
  }
  assert.is(hex(samRequests.reset.command), hex(bytesOf('reset')));
  assert.is(hex(samRequests['sam-status'].command), hex(bytesOf('status')));
  assert.is(hex(samRequests['sam-number'].command), hex(bytesOf('read-sam-number')));
  assert.is(hex(samRequests.find.command), hex(bytesOf('find-card')));
  assert.is(hex(samRequests.select.command), hex(bytesOf('select-card')));
  assert.is(hex(samRequests.read.command), hex(bytesOf('read-text-photo')));
});

test('every answer of the table is read: status, data, and of a card the text alone', () => {
  for (const v of answers) {
    const bytes = Buffer.from(v.hex, 'hex');
    const { frames, framing } = parse([bytes]);
    assert.is(frames.length, 1, v.name);
    assert.is(framing.heldBytes, 0, v.name);
    const [only] = frames;
    const offset = v.fields.textOffset;
    if (typeof offset === 'number') {
      assert.is(only?.type, 'card', v.name);
      if (only?.type === 'card')
        assert.is(hex(only.text), hex(bytes.subarray(offset, offset + 256)), v.name);
    } else {
      assert.is(only?.type, 'answer', v.name);
      if (only?.type === 'answer')
        assert.is(only.status, Number(`0x${String(v.fields.sw)}`), v.name);
    }
  }
});

test('photo and fingerprint end in the framing: no frame is longer than a text', () => {
  for (const v of answers) {
    for (const f of parse([Buffer.from(v.hex, 'hex')]).frames) {
      if (f.type === 'card') assert.is(f.text.length, 256);
      if (f.type === 'answer') assert.ok(f.data.length <= dataBytesMax);
    }
  }
});

const sizes = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 6 });
const someAnswers = fc.array(fc.constantFrom(...answers), { minLength: 1, maxLength: 5 });

test('any chunking gives the same frames', () => {
  fc.assert(
    fc.property(someAnswers, sizes, (list, cut) => {
      const all = Buffer.concat(list.map((v) => Buffer.from(v.hex, 'hex')));
      assert.equal(parse(pieces(all, cut)).words, parse([all]).words);
      assert.is(parse([all]).words.length, list.length);
    }),
    { numRuns: 60 },
  );
});

/** Without the first byte of a frame: nothing of it can look like a beginning. */
const harmless = fc.uint8Array({ maxLength: 40 }).map((b) => b.map((x) => (x === 0xaa ? 0 : x)));

test('garbage before and between frames is stepped over', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(harmless, fc.constantFrom(...answers))), sizes, (list, cut) => {
      const all = Buffer.concat(list.flatMap(([g, v]) => [g, Buffer.from(v.hex, 'hex')]));
      const expected = list.flatMap(([, v]) => parse([Buffer.from(v.hex, 'hex')]).words);
      assert.equal(parse(pieces(all, cut)).words, expected);
    }),
    { numRuns: 60 },
  );
});

test('after any garbage at all the next good frame is found as soon as the line is quiet', () => {
  const found = hex(bytesOf('find-card-ok'));
  const near = fc.constantFrom(0xaa, 0x96, 0x69, 0, 3, 0xff);
  const anything = fc.array(fc.oneof(near, fc.integer({ min: 0, max: 255 })), {
    maxLength: 60,
  });
  fc.assert(
    fc.property(anything, (garbage) => {
      const { framing, frames } = parse([Uint8Array.from(garbage), Buffer.from(found, 'hex')]);
      const all = [...frames, ...framing.quiet()].map(word);
      assert.is(good(all).at(-1), '9f 00000000');
      assert.is(framing.heldBytes, 0);
    }),
  );
});

test('a frame cut off in the middle of the photo does not take the next one with it', () => {
  const card = bytesOf('read-citizen');
  const next = bytesOf('find-card-none');
  for (const keep of [3, 6, 7, 200, 400, 1294]) {
    const { framing, frames } = parse([card.subarray(0, keep), next]);
    assert.equal(good([...frames, ...framing.quiet()].map(word)), ['80 '], `cut at ${keep}`);
  }
});

test('one bit wrong anywhere: never a card, never a wrong answer, the next frame is read', () => {
  const next = bytesOf('find-card-none');
  for (const name of ['read-citizen', 'find-card-ok']) {
    const whole = bytesOf(name);
    for (let at = 0; at < whole.length; at += name === 'find-card-ok' ? 1 : 13) {
      const bad = Uint8Array.from(whole);
      bad[at] = (bad[at] ?? 0) ^ 0x10;
      const { framing, frames } = parse([bad, next]);
      const words = good([...frames, ...framing.quiet()].map(word));
      assert.equal(words, ['80 '], `${name}, byte ${at}`);
    }
  }
});

test('lengths that lie: too short, too long, parts that do not add up', () => {
  const next = bytesOf('find-card-none');
  const head = [0xaa, 0xaa, 0xaa, 0x96, 0x69];
  for (const length of [0, 1, 3, frameBytesMax, 0xffff]) {
    const lie = Uint8Array.of(...head, length >> 8, length & 255, 0, 0, 0x90);
    const { words } = parse([lie, next]);
    assert.equal(good(words), ['80 '], `length ${length}`);
    assert.ok(words.includes('damaged'));
  }
  const card = (lengths: number[], bytes: number) =>
    frame([0, 0, 0x90, ...lengths, ...new Array<number>(bytes).fill(7)]);
  assert.equal(parse([card([1, 0, 4, 0], 1279)]).words, ['damaged'], 'one byte short');
  assert.equal(parse([card([2, 0, 3, 0], 1280)]).words, ['damaged'], 'a text of 512 bytes');
  assert.equal(parse([frame([0, 0, 0x90, ...new Array<number>(97).fill(1)])]).words, ['damaged']);
});

test('a million random bytes, and a million that look like frames: no exception, no growth', () => {
  const framing = createSamFraming();
  for (const chunk of noise(1000, 1000)) {
    framing.push(chunk);
    assert.ok(framing.heldBytes < frameBytesMax);
  }
  const start = Uint8Array.of(0xaa, 0xaa, 0xaa, 0x96, 0x69, 0x05);
  for (const chunk of noise(10_000, 100, 5)) {
    chunk.set(start, 20);
    framing.push(chunk);
    assert.ok(framing.heldBytes < frameBytesMax);
  }
  framing.quiet();
  assert.is(framing.heldBytes, 0);
});

test('every status word of the table has its code, and any other one too', () => {
  const codes = {
    IDC_COMMAND_DAMAGED: [0x10, 0x11],
    IDC_COMMAND_REFUSED: [0x21, 0x23, 0x24],
    IDC_CARD_REFUSED: [0x31, 0x32],
    IDC_CARD_CHECK: [0x33, 0x37, 0x3f],
    IDC_CARD_UNKNOWN: [0x40],
    IDC_READ_FAILED: [0x41, 0x80],
    IDC_SELECT_FAILED: [0x81],
    IDC_NO_CONTENT: [0x91],
    IDC_SAM_FAULT: [0x47, 0x60],
    IDC_SAM_NOT_AUTHORISED: [0x66],
    IDC_STATUS_UNKNOWN: [0x77, 0x010090],
  };
  for (const [code, words] of Object.entries(codes)) {
    for (const status of words) assert.is(codeOfStatus(status), code, status.toString(16));
  }
});

test('an answer that can not be meant for the question is a stray, whatever it says', () => {
  const status = (word: number, dataBytes = 0): SamAnswer => ({
    ...{ type: 'answer', status: word },
    dataBytes,
  });
  const card: SamAnswer = { type: 'card' };
  const meant: [SamAnswer, SamRequest[]][] = [
    [card, ['read']],
    [status(0x90), ['reset', 'sam-status']],
    [status(0x90, 8), ['select']],
    [status(0x90, 16), ['sam-number']],
    [status(0x9f, 4), ['find']],
    [status(0x80), ['find']],
    [status(0x81), ['select']],
    [status(0x41), ['read']],
    [status(0x33), ['select', 'read']],
    [status(0x66), Object.keys(samRequests) as SamRequest[]],
  ];
  for (const [answer, requests] of meant) {
    for (const request of Object.keys(samRequests) as SamRequest[]) {
      const verdict = judge(request, answer);
      assert.is(
        verdict !== 'stray',
        requests.includes(request),
        `${JSON.stringify(answer)} ${request}`,
      );
    }
  }
});

test('the number of a SAM in the form of its plate', () => {
  const data = Buffer.from('05000100F48D320187D61200', 'hex');
  const view = Buffer.concat([data, Buffer.from('15CD5B07', 'hex')]);
  assert.is(samNumberText(view), '05.01-20090356-0001234567-0123456789');
});

test.run();

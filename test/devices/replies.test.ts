import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createReplyParser, type Reply } from '../../devices/ticket-printer/replies.ts';
import fc from '../harness/fc.ts';

const test = suite('printer replies');
const plain = { star: false, fullStatus: false };

/** Units as a printer may send them, with their bytes. */
const eot = fc.integer({ min: 0, max: 15 }).map((n): Unit => {
  const byte = 0x12 | ((n & 3) << 2) | ((n & 12) << 3);
  return { reply: { type: 'eot', byte }, bytes: [byte] };
});
const low = fc.integer({ min: 0, max: 0x7f }).filter((b) => (b & 0x90) === 0);
const asb = fc
  .tuple(fc.integer({ min: 0, max: 31 }), low, low, low)
  .map(([n, two, three, four]): Unit => {
    const one = 0x10 | ((n & 3) << 2) | ((n & 12) << 3);
    const bytes: [number, number, number, number] = [one, two, three, four];
    return { reply: { type: 'asb', bytes }, bytes };
  });
const inTurn = low.map((byte): Unit => ({ reply: { type: 'in-turn', byte }, bytes: [byte] }));
const block = fc
  .tuple(
    fc.constantFrom(0x37, 0x5f),
    fc.array(fc.integer({ min: 0x20, max: 0x7e }), { minLength: 1, maxLength: 20 }),
  )
  .map(
    ([header, bytes]): Unit => ({
      reply: { type: 'block', header, bytes },
      bytes: [header, ...bytes, 0],
    }),
  );
const unit = fc.oneof(eot, asb, inTurn, block);

interface Unit {
  reply: Reply;
  bytes: number[];
}

const parseAll = (bytes: readonly number[]) =>
  createReplyParser(plain).push(Uint8Array.from(bytes));

test('any sequence of replies is understood, wherever it is split', () => {
  fc.assert(
    fc.property(
      fc.array(unit, { maxLength: 12 }),
      fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 20 }),
      (units, sizes) => {
        const bytes = units.flatMap((u) => u.bytes);
        const parser = createReplyParser(plain);
        const replies: Reply[] = [];
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const size = sizes[i % sizes.length] ?? 1;
          replies.push(...parser.push(Uint8Array.from(bytes.slice(at, at + size))));
          at += size;
        }
        assert.equal(
          replies,
          units.map((u) => u.reply),
        );
        assert.is(parser.dropped, 0);
      },
    ),
  );
});

test('flow control may stand anywhere, also within a reply', () => {
  fc.assert(
    fc.property(
      fc.array(unit, { maxLength: 8 }),
      fc.infiniteStream(fc.boolean()),
      (units, coin) => {
        const bytes = units.flatMap((u) => u.bytes);
        const mixed = bytes.flatMap((b) => (coin.next().value ? [0x13, 0x11, b] : [b]));
        const replies = parseAll(mixed).filter((r) => r.type !== 'flow');
        assert.equal(
          replies,
          units.map((u) => u.reply),
        );
      },
    ),
  );
});

/** Bytes that belong to no reply at all. */
const garbage = fc.integer({ min: 0, max: 255 }).filter((b) => (b & 0x90) !== 0 && !knownHead(b));
function knownHead(b: number): boolean {
  return (
    (b & 0x93) === 0x12 ||
    (b & 0x93) === 0x10 ||
    b === 0x11 ||
    b === 0x13 ||
    b === 0x37 ||
    b === 0x5f
  );
}

test('garbage between replies never adds one that was not sent', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(unit, fc.array(garbage, { maxLength: 4 })), { maxLength: 10 }),
      (pairs) => {
        const bytes = pairs.flatMap(([u, dirt]) => [...u.bytes, ...dirt]);
        const sent = pairs.map(([u]) => JSON.stringify(u.reply));
        for (const reply of parseAll(bytes)) {
          const at = sent.indexOf(JSON.stringify(reply));
          assert.ok(at >= 0, `${JSON.stringify(reply)} was not sent`);
          sent.splice(0, at + 1);
        }
      },
    ),
  );
});

test('a damaged automatic status leaves no bytes that pass for an answer in turn', () => {
  fc.assert(
    fc.property(asb, garbage, fc.integer({ min: 0, max: 3 }), ({ bytes }, dirt, at) => {
      const damaged = bytes.map((b, i) => (i === at ? dirt : b));
      const answers = parseAll(damaged).filter((r) => r.type === 'in-turn');
      assert.equal(answers, []);
    }),
  );
});

test('after garbage of an earlier time a new job trusts its token again', () => {
  const parser = createReplyParser(plain);
  parser.push(Uint8Array.of(0xff));
  assert.equal(parser.push(Uint8Array.of(0x00)), []);
  parser.settle();
  assert.equal(parser.push(Uint8Array.of(0x00)), [{ type: 'in-turn', byte: 0 }]);
});

test('a block without an end is given up, not collected for ever', () => {
  const parser = createReplyParser(plain);
  assert.is(parser.push(Uint8Array.of(0x5f, ...new Array(5000).fill(0x43), 0)).length, 0);
  assert.is(parser.dropped, 5002);
  parser.settle();
  assert.equal(parser.push(Uint8Array.of(0x12)), [{ type: 'eot', byte: 0x12 }]);
});

test('Star and full status stand in the same stream as the rest, wherever it is split', () => {
  const star = { star: true, fullStatus: false };
  const full = { star: false, fullStatus: true };
  const packet = [0x23, 0x06, 0x08, 0x00, 0x00, 0x0c, 0x00, 0x06, 0x00];
  const long = [0x21, 0x86, ...new Array(8).fill(0)];
  const mixed: [typeof star, number[], Reply['type'][]][] = [
    [star, [...packet, 0x12, ...packet, 0x13, ...long], ['star', 'eot', 'star', 'flow', 'star']],
    [
      full,
      [0x12, 0x10, 0x0f, 0x25, 0, 0, 0, 0x10, 0, 0x0f, 0, 0x03],
      ['eot', 'full', 'asb', 'in-turn'],
    ],
  ];
  for (const [tongues, bytes, types] of mixed) {
    for (let size = 1; size <= bytes.length; size++) {
      const parser = createReplyParser(tongues);
      const replies: Reply[] = [];
      for (let at = 0; at < bytes.length; at += size) {
        replies.push(...parser.push(Uint8Array.from(bytes.slice(at, at + size))));
      }
      assert.equal(
        replies.map((r) => r.type),
        types,
      );
    }
  }
});

test('a Star packet that lost a byte is dropped, and the next one is understood', () => {
  const packet = [0x23, 0x06, 0x08, 0x00, 0x00, 0x0c, 0x00, 0x06, 0x00];
  for (let lost = 0; lost < packet.length; lost++) {
    const parser = createReplyParser({ star: true, fullStatus: false });
    const bytes = [...packet.filter((_, i) => i !== lost), ...packet];
    const replies = parser.push(Uint8Array.from(bytes));
    assert.equal(replies, [{ type: 'star', bytes: packet }]);
  }
});

test('a million random bytes: no exception, nothing kept', () => {
  const parser = createReplyParser(plain);
  let seed = 42;
  const chunk = new Uint8Array(1000);
  let replies = 0;
  for (let n = 0; n < 1000; n++) {
    for (let i = 0; i < chunk.length; i++) {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      chunk[i] = seed >>> 24;
    }
    replies += parser.push(chunk).length;
  }
  assert.ok(replies > 1000);
  assert.ok(parser.dropped + replies <= 1_000_000);
});

test.run();

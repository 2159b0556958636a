import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type CardField, cardFields } from '../../devices/id-card-reader/contract.ts';
import { createIdCardSam } from '../../devices/id-card-reader/id-card-sam.ts';
import { tokeniser } from '../../devices/id-card-reader/person.ts';
import { samLimits } from '../../devices/id-card-reader/protocol.ts';
import { samRequests } from '../../devices/id-card-reader/sam.ts';
import { createSamEngine } from '../../devices/twins/id-card-reader/sam-engine.ts';
import { deviceHost, noise, vectorBytes, vectors } from '../harness/device-host.ts';
import { MemoryWire } from '../harness/memory-wire.ts';
import { VirtualClock } from '../harness/virtual-clock.ts';

const test = suite('ID-card reader: conversation');
const rows = vectors('sam-id-reader');
const textOf = (name: string) => vectorBytes(rows, name).slice(14, 270);
const findEveryMs = 300;
const sent = Object.entries(samRequests).map(
  ([name, { command }]) => [Buffer.from(command).toString('hex'), name] as const,
);
const nameOf = new Map(sent);

/** Driver and SAM on a wire in memory, in virtual time. */
function bench(o: { findsAgain?: boolean; fields?: CardField[]; lateMs?: number } = {}) {
  const clock = new VirtualClock();
  const wire = new MemoryWire();
  const host = deviceHost(clock);
  const engine = createSamEngine(
    {
      clock,
      answerMs: { find: 20, select: 30, read: 400, other: 10 },
      lateMs: o.lateMs ?? 1500,
      findsAgain: o.findsAgain ?? false,
    },
    () => undefined,
  );
  /** What the driver asked, when. */
  const asked: { at: number; request: string }[] = [];
  let mute = false;
  const toSam = engine.host((bytes) => {
    if (!mute) wire.feed(bytes);
  });
  wire.onWrite = (bytes) => {
    const request = nameOf.get(Buffer.from(bytes).toString('hex')) ?? 'unknown';
    asked.push({ at: clock.mono(), request });
    toSam(bytes);
  };
  const reader = createIdCardSam({
    transport: wire,
    context: host.context,
    rules: {
      fields: o.fields ?? ['masked_number'],
      mask: { first: 2, last: 2 },
      tokenise: tokeniser(Buffer.alloc(32, 1), 'hmac-sha256'),
    },
    findEveryMs,
  });
  return {
    ...{ clock, wire, host, engine, asked, reader },
    names: () => asked.map((a) => a.request),
    cards: () => host.events.filter((e) => e.type === 'card').length,
    faults: () => host.events.flatMap((e) => (e.type === 'fault' ? [e.code] : [])),
    codes: () => host.statuses.map((s) => `${s.state} ${s.code}`),
    put(name: string) {
      engine.card = textOf(name);
      engine.read = false;
    },
    lift() {
      engine.card = null;
      engine.read = false;
    },
    mute(on: boolean) {
      mute = on;
    },
  };
}

test('opens with the SAM’s status, then looks for a card at its pace', async () => {
  const b = bench();
  await b.clock.advance(50);
  await b.reader.ready;
  assert.equal(b.codes(), ['ready DEV_READY']);
  await b.clock.advance(10_000);
  const finds = b.asked.filter((a) => a.request === 'find');
  assert.ok(finds.length > 20);
  for (const [i, find] of finds.entries()) {
    const before = finds[i - 1];
    if (before) assert.ok(find.at - before.at >= findEveryMs, 'no sooner than its pace');
  }
  assert.is(b.host.events.length, 0);
  await b.reader.close();
  assert.is(b.clock.waiting, 0, 'no timer is left');
});

test('a card is found, selected and read, once until it is lifted', async () => {
  const b = bench({ fields: ['masked_number', 'masked_name', 'nation', 'valid_until'] });
  await b.clock.advance(1000);
  b.put('read-citizen');
  await b.clock.advance(1000);
  assert.equal(b.host.events, [
    {
      type: 'card',
      card: {
        cardType: 'citizen',
        maskedNumber: '00**************18',
        maskedName: '测**',
        nation: '汉',
        validUntil: 'long',
      },
    },
  ]);
  const at = b.names().indexOf('select');
  assert.equal(b.names().slice(at - 1, at + 2), ['find', 'select', 'read']);
  await b.clock.advance(60_000);
  assert.is(b.cards(), 1, 'a minute on the reader is one reading');
  b.lift();
  await b.clock.advance(1000);
  b.put('read-citizen');
  await b.clock.advance(1000);
  assert.is(b.cards(), 2, 'lifted and laid down again is a second one');
});

test('a reader that finds a lying card again hands it out once all the same', async () => {
  const b = bench({ findsAgain: true });
  b.put('read-citizen');
  await b.clock.advance(20_000);
  assert.is(b.cards(), 1);
  const reads = b.names().filter((n) => n === 'read').length;
  assert.ok(reads <= 2 + 20_000 / samLimits.compareEveryMs, `${reads} readings to compare`);
  // The field flickers: once without an answer is not lifted.
  const finds = () => b.names().filter((n) => n === 'find').length;
  const before = finds();
  b.engine.card = null;
  while (finds() === before) await b.clock.advance(10);
  await b.clock.advance(30);
  b.engine.card = textOf('read-citizen');
  await b.clock.advance(5000);
  assert.is(b.cards(), 1);
  b.lift();
  await b.clock.advance(3 * findEveryMs);
  b.put('read-citizen');
  await b.clock.advance(2000);
  assert.is(b.cards(), 2);
});

test('another card laid down at once in place of the first is read', async () => {
  for (const findsAgain of [false, true]) {
    const b = bench({ findsAgain });
    b.put('read-citizen');
    await b.clock.advance(1000);
    b.put('read-J');
    await b.clock.advance(4000);
    assert.is(b.cards(), 2, `findsAgain ${findsAgain}`);
  }
});

test('all four kinds of cards come through', async () => {
  const b = bench();
  for (const name of ['read-citizen', 'read-J', 'read-I', 'read-Y']) {
    b.put(name);
    await b.clock.advance(2000);
    b.lift();
    await b.clock.advance(2000);
  }
  assert.equal(
    b.host.events.map((e) => (e.type === 'card' ? e.card.cardType : e.type)),
    ['citizen', 'hk-mo-tw', 'foreigner-2017', 'foreigner-2023'],
  );
});

test('a card taken away too early is said, once; the next reading works', async () => {
  const b = bench();
  b.put('read-citizen');
  while (!b.names().includes('read')) await b.clock.advance(10);
  b.lift();
  await b.clock.advance(5000);
  assert.equal(b.faults(), ['IDC_READ_FAILED']);
  b.put('read-citizen');
  await b.clock.advance(2000);
  assert.is(b.cards(), 1);
});

test('a card that can not be read is tried again, then its holder is told once', async () => {
  for (const [status, code] of [
    [0x81, 'IDC_SELECT_FAILED'],
    [0x31, 'IDC_CARD_REFUSED'],
    [0x33, 'IDC_CARD_CHECK'],
    [0x40, 'IDC_CARD_UNKNOWN'],
  ] as const) {
    const b = bench();
    b.put('read-citizen');
    b.engine.refusals.push(...new Array<number>(20).fill(status));
    await b.clock.advance(5000);
    assert.equal(b.faults(), [code]);
    assert.is(b.host.lost.length, 0);
    assert.equal(b.codes(), ['ready DEV_READY'], 'the reader itself is well');
    b.engine.refusals.length = 0;
    await b.clock.advance(2000);
    assert.is(b.cards(), 1, 'and read as soon as it can be');
  }
});

test('a passing fault of one reading is not told at all', async () => {
  const b = bench();
  b.put('read-citizen');
  b.engine.refusals.push(0x41, 0x81);
  await b.clock.advance(5000);
  assert.equal(b.faults(), []);
  assert.is(b.cards(), 1);
});

test('a card whose content makes no sense is told, not handed out', async () => {
  const b = bench();
  const bad = Buffer.from(textOf('read-citizen'));
  bad.write('9', 122, 'utf16le');
  b.engine.card = bad;
  await b.clock.advance(5000);
  assert.is(b.cards(), 0);
  assert.equal(b.faults(), ['IDC_CARD_DATA']);
});

test('answers damaged, doubled, missing, late: the next card is read, nobody’s card twice', async () => {
  const spoils = ['bad-checksum', 'bad-length', 'twice', 'silent', 'half', 'late'] as const;
  for (const spoil of spoils) {
    for (let skip = 0; skip < 4; skip += 1) {
      const b = bench();
      await b.clock.advance(1000);
      b.put('read-citizen');
      for (let n = 0; n < skip; n += 1) b.engine.faults.push('twice');
      b.engine.faults.push(spoil);
      await b.clock.advance(9000);
      // A reader that already gave the card away will not find it again: it is laid down anew.
      b.lift();
      await b.clock.advance(2000);
      b.put('read-J');
      await b.clock.advance(3000);
      const kinds = b.host.events.map((e) => (e.type === 'card' ? e.card.cardType : e.type));
      const label = `${spoil} after ${skip}: ${kinds.join()}`;
      assert.is(kinds.filter((k) => k === 'hk-mo-tw').length, 1, label);
      assert.ok(kinds.filter((k) => k === 'citizen').length <= 1, label);
      assert.is(b.host.lost.length, 0, label);
    }
  }
});

test('after a doubt the SAM’s status is asked before any card is looked for', async () => {
  const b = bench();
  await b.clock.advance(1000);
  b.engine.faults.push('bad-checksum');
  const from = b.asked.length;
  await b.clock.advance(3000);
  assert.equal(b.names().slice(from, from + 3), ['find', 'sam-status', 'find']);
  const [first, second] = b.asked.slice(from);
  assert.ok((second?.at ?? 0) - (first?.at ?? 0) >= samLimits.quietMs);
});

test('a late answer about one card never passes for another card’s', async () => {
  const b = bench({ lateMs: 3500 });
  await b.clock.advance(1000);
  b.put('read-citizen');
  // find, select: well; the answer to the read comes 3.5 s after the question.
  b.engine.faults.push('twice', 'twice', 'late');
  await b.clock.advance(1000);
  b.put('read-J');
  await b.clock.advance(12_000);
  const kinds = b.host.events.map((e) => (e.type === 'card' ? e.card.cardType : e.type));
  assert.not(kinds.includes('citizen'), 'the reading that nobody waited for any more');
});

test('noise on the line between answers does no harm', async () => {
  const b = bench();
  b.put('read-citizen');
  for (const chunk of noise(40, 30)) {
    b.wire.feed(chunk);
    await b.clock.advance(100);
  }
  await b.clock.advance(8000);
  assert.is(b.host.lost.length, 0);
  b.lift();
  await b.clock.advance(2000);
  b.put('read-J');
  await b.clock.advance(3000);
  const last = b.host.events.at(-1);
  assert.is(last?.type === 'card' && last.card.cardType, 'hk-mo-tw');
});

test('a reader that says nothing at all does not open', async () => {
  const b = bench();
  b.mute(true);
  const failed = b.reader.ready.then(
    () => 'opened',
    (e: unknown) => String(e),
  );
  await b.clock.advance(2000);
  assert.match(await failed, /DEV_NO_ANSWER/);
  assert.is(b.host.lost.length, 0, 'opening fails, nothing is lost');
  assert.ok(b.wire.closedWith);
  assert.is(b.clock.waiting, 0);
});

test('a reader that falls silent is lost within 4 s', async () => {
  const b = bench();
  await b.clock.advance(2000);
  b.mute(true);
  await b.clock.advance(4000);
  assert.match(String(b.host.lost), /DEV_NO_ANSWER/);
  assert.is(b.host.lost.length, 1);
  assert.ok(b.wire.closedWith);
});

test('the SAM’s own faults are the reader’s state, and pass when it is well again', async () => {
  const b = bench();
  await b.clock.advance(1000);
  b.engine.sam = 'not-authorised';
  await b.clock.advance(1000);
  b.engine.sam = 'self-test';
  await b.clock.advance(1000);
  const finds = b.names().filter((n) => n === 'find').length;
  await b.clock.advance(5000);
  assert.is(b.names().filter((n) => n === 'find').length, finds, 'no looking for cards meanwhile');
  b.engine.sam = 'well';
  await b.clock.advance(1000);
  assert.equal(b.codes(), [
    'ready DEV_READY',
    'out IDC_SAM_NOT_AUTHORISED',
    'out IDC_SAM_FAULT',
    'ready DEV_READY',
  ]);
  b.put('read-citizen');
  await b.clock.advance(2000);
  assert.is(b.cards(), 1);
});

test('the SAM’s status is asked every half minute also when all is well', async () => {
  const b = bench();
  await b.clock.advance(samLimits.healthEveryMs * 4 + 1000);
  assert.is(b.names().filter((n) => n === 'sam-status').length, 5);
});

test('one question at a time: nothing is sent before the answer or its deadline', async () => {
  const b = bench();
  b.engine.faults.push('silent');
  await b.clock.advance(5000);
  const [first, second] = b.asked;
  assert.ok((second?.at ?? 0) - (first?.at ?? 0) >= samRequests['sam-status'].waitMs);
});

test('self-test: safe asks for status and number, deep resets first; looking goes on after it', async () => {
  const b = bench();
  await b.clock.advance(500);
  const never = new AbortController().signal;
  const run = async (depth: 'safe' | 'deep') => {
    const testing = b.reader.selfTest?.(depth, never);
    await b.clock.advance(5000);
    return await testing;
  };
  const ready = { ok: true, code: 'DEV_READY' };
  const status = { step: 'sam-status', ...ready, detail: {} };
  const samNumber = '05.01-20090420-0001234567-0123456789';
  const number = { step: 'sam-number', ...ready, detail: { samNumber } };
  assert.equal(await run('safe'), [status, number]);
  assert.equal(await run('deep'), [{ step: 'sam-reset', ...ready, detail: {} }, status, number]);
  b.engine.sam = 'self-test';
  const bad = await run('safe');
  assert.equal(
    bad?.map((s) => `${s.ok} ${s.code}`),
    ['false IDC_SAM_FAULT', 'false IDC_SAM_FAULT'],
  );
  b.engine.sam = 'well';
  b.put('read-citizen');
  await b.clock.advance(3000);
  assert.is(b.cards(), 1);
});

test('self-test: a reader that is gone is a step that failed; given up, the rest is left out', async () => {
  const b = bench();
  await b.clock.advance(500);
  const abort = new AbortController();
  const testing = b.reader.selfTest?.('safe', abort.signal);
  abort.abort();
  await b.clock.advance(2000);
  assert.is((await testing)?.length, 1);
  b.wire.hangUp();
  const after = await b.reader.selfTest?.('safe', new AbortController().signal);
  assert.equal(
    after?.map((s) => s.code),
    ['DEV_CLOSED', 'DEV_CLOSED'],
  );
});

test('no number, no photo, no text leaves except what was asked for, whatever goes wrong', async () => {
  const b = bench({ fields: Object.keys(cardFields) as CardField[] });
  for (const spoil of ['bad-checksum', 'twice', 'late', 'bad-length'] as const) {
    for (const name of ['read-citizen', 'read-J', 'read-I', 'read-Y']) {
      b.put(name);
      b.engine.faults.push('twice', 'twice', spoil);
      await b.clock.advance(6000);
      b.lift();
      await b.clock.advance(1500);
    }
  }
  const bad = Buffer.from(textOf('read-citizen'));
  bad.write('9', 122, 'utf16le');
  b.engine.card = bad;
  await b.clock.advance(2000);
  b.wire.hangUp();
  const said = b.host.everything();
  assert.ok(b.cards() >= 4);
  for (const v of rows.filter((row) => 'cardType' in row.fields)) {
    const number = String(v.fields.idNumber ?? v.fields.cardNumber);
    assert.not(said.includes(number), `${v.name}: the number`);
    assert.not(said.includes(number.slice(4)), `${v.name}: the better part of the number`);
  }
  const photo = vectorBytes(rows, 'read-citizen').subarray(270, 1294);
  for (const form of ['hex', 'base64', 'latin1', 'utf16le'] as const)
    assert.not(said.includes(photo.subarray(0, 24).toString(form)), form);
  assert.not(said.includes([...photo.subarray(0, 12)].join(',')), 'as a list of numbers');
});

test.run();

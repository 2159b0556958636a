import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SpeechChip } from '../../devices/twins/voice/chip.ts';
import type { Sentence, SentenceOutcome } from '../../devices/voice/contract.ts';
import type { SynModel } from '../../devices/voice/syn/framing.ts';
import { answerWaitMs, healthEveryMs, queriesMax } from '../../devices/voice/syn/protocol.ts';
import { createSynVoice } from '../../devices/voice/voice-syn.ts';
import { codeFrom, deviceHost, hexOf } from '../harness/device-bench.ts';
import fc from '../harness/fc.ts';
import { MemoryWire } from '../harness/memory-wire.ts';
import { VirtualClock } from '../harness/virtual-clock.ts';

const test = suite('voice-syn: the dialogue with the chip, in virtual time');
const query: Record<SynModel, string> = { syn6288: 'FD000221DE', syn6658: 'FD000121' };
const characterMs = 200;

/** The driver and the chip's twin on a wire in memory; each write with its time and line time. */
function bench(model: SynModel = 'syn6288') {
  const clock = new VirtualClock();
  const wire = new MemoryWire();
  const host = deviceHost('voice', clock);
  const sent: { at: number; hex: string; bytes: number }[] = [];
  const heard: { at: number; byte: number }[] = [];
  /** What becomes of the chip's bytes on their way. */
  const way = { delayMs: 2, lose: (_byte: number, _nth: number) => false };
  const chip = new SpeechChip({
    ...{ model, clock, characterMs },
    send(bytes) {
      for (const byte of bytes) {
        if (way.lose(byte, heard.push({ at: clock.mono(), byte }))) continue;
        clock.after(way.delayMs, () => wire.feed(Uint8Array.of(byte)));
      }
    },
    changed: () => undefined,
  });
  wire.onWrite = (bytes) => {
    sent.push({ at: clock.mono(), hex: hexOf(bytes), bytes: bytes.length });
    // 9600 baud: the chip has the frame when its last byte has come.
    clock.after((bytes.length * 10_000) / 9600, () => chip.receive(bytes));
  };
  const link = { via: 'serial', path: '/dev/x', baud: 9600, flow: 'none' } as const;
  const options = { link };
  const voice = createSynVoice({ model, options, transport: wire, context: host.context });
  voice.ready.catch(() => undefined);
  const ends: [string, SentenceOutcome['outcome'] | string][] = [];
  return {
    ...{ clock, wire, host, sent, heard, way, chip, voice, ends },
    say(text: string, more: Partial<Sentence> = {}) {
      const given: Sentence = { text, lang: 'zh-CN', priority: 'call', expiresAt: 1e9, ...more };
      voice.say(given).then(
        (o) => ends.push([text, o.outcome === 'refused' ? o.code : o.outcome]),
        () => ends.push([text, 'rejected']),
      );
    },
    heardWhole: () => chip.sentences.filter((s) => s.end === 'whole').map((s) => s.text),
    cut: () => chip.sentences.filter((s) => s.end === 'cut').length,
  };
}

for (const model of ['syn6288', 'syn6658'] as const) {
  test(`${model}: opening asks the chip; it is there when it has answered`, async () => {
    const b = bench(model);
    await b.clock.advance(100);
    assert.is(b.sent[0]?.hex, query[model]);
    await b.voice.ready;
    assert.is(b.host.statuses[0]?.code, 'DEV_READY');
    await b.voice.close();
    assert.is(b.clock.waiting, 0, 'no timer stays');
  });

  test(`${model}: between two frames the line rests as long as the manual says`, async () => {
    const b = bench(model);
    for (const text of ['一', '二', '三']) b.say(text, { times: 2 });
    await b.clock.advance(60_000);
    const gap = model === 'syn6288' ? 8 : 15;
    for (const [i, next] of b.sent.slice(1).entries()) {
      const before = b.sent[i];
      const lineEnd = (before?.at ?? 0) + ((before?.bytes ?? 0) * 10_000) / 9600;
      assert.ok(next.at - lineEnd > gap, `${next.at - lineEnd} ms`);
    }
    assert.equal(b.heardWhole(), ['一', '一', '二', '二', '三', '三']);
    assert.is(b.cut(), 0);
    await b.voice.close();
  });
}

test('no speak frame before the 4F of the one before, and 1 ms of rest after it', async () => {
  const b = bench();
  for (let i = 0; i < 5; i++) b.say(`请A零一${i}号到三号窗口`);
  await b.clock.advance(60_000);
  assert.is(b.heardWhole().length, 5);
  assert.is(b.cut(), 0);
  assert.equal(
    b.ends.map(([, o]) => o),
    Array(5).fill('spoken'),
  );
  const idles = b.heard.filter((h) => h.byte === 0x4f).map((h) => h.at + b.way.delayMs);
  const speaks = b.sent.filter((s) => s.hex.startsWith('FD') && s.hex !== query.syn6288);
  for (const speak of speaks.slice(1)) {
    assert.ok(
      idles.some((at) => speak.at >= at + 1),
      'after an idle',
    );
  }
});

test('an urgent sentence never cuts the one being said', async () => {
  const b = bench();
  b.say('一二三四五六七八九十');
  b.say('通知', { priority: 'notice' });
  await b.clock.advance(500);
  b.say('请疏散', { priority: 'urgent' });
  await b.clock.advance(20_000);
  assert.equal(b.heardWhole(), ['一二三四五六七八九十', '请疏散', '通知']);
});

test('nobody there: three questions, then a coded error; one that falls silent later is lost', async () => {
  const b = bench();
  b.chip.mood.mute = true;
  const code = codeFrom(b.voice.ready);
  await b.clock.advance(5000);
  assert.is(await code, 'DEV_NO_ANSWER');
  assert.is(b.sent.length, queriesMax);
  assert.is(b.host.lost.length, 0, 'it was never there');

  const c = bench();
  await c.clock.advance(100);
  c.chip.mood.mute = true;
  c.say('请');
  await c.clock.advance(healthEveryMs + 5000);
  assert.is(c.host.lost.length, 1);
  assert.match(String(c.host.lost[0]), /DEV_NO_ANSWER/);
  assert.equal(c.ends, [['请', 'DEV_NO_ANSWER']]);
  assert.is(c.clock.waiting, 0);
});

test('questions refused at opening are asked again, each counted once', async () => {
  const b = bench();
  b.chip.mood.refusals = queriesMax - 1;
  await b.clock.advance(2000);
  await b.voice.ready;
  assert.is(b.sent.length, queriesMax);
});

test('an idle chip is asked now and then, so that a pulled plug is noticed', async () => {
  const b = bench();
  await b.clock.advance(healthEveryMs * 3 + 100);
  assert.ok(b.sent.length >= 3);
  b.chip.mood.mute = true;
  await b.clock.advance(healthEveryMs + queriesMax * (answerWaitMs + 50));
  assert.is(b.host.lost.length, 1);
});

test('a lost acknowledgement is asked after: the sentence is said once', async () => {
  const b = bench();
  await b.clock.advance(100);
  const from = b.heard.length;
  b.way.lose = (byte, nth) => byte === 0x41 && nth === from + 1;
  b.say('一二三四五六七八九十');
  await b.clock.advance(10_000);
  assert.equal(b.heardWhole(), ['一二三四五六七八九十']);
  assert.equal(b.ends, [['一二三四五六七八九十', 'spoken']]);
});

test('a frame that never arrived is sent again', async () => {
  const b = bench();
  await b.clock.advance(100);
  const { onWrite } = b.wire;
  b.wire.onWrite = () => {
    b.wire.onWrite = onWrite;
  };
  b.say('请');
  await b.clock.advance(5000);
  assert.equal(b.heardWhole(), ['请']);
});

test('an end of speech that is not told is asked after', async () => {
  const b = bench();
  b.chip.mood.hidesEnd = true;
  for (const text of ['一二三', '四五六']) b.say(text);
  await b.clock.advance(20_000);
  assert.equal(b.heardWhole(), ['一二三', '四五六']);
  assert.is(b.cut(), 0);
});

test('doubled answers end nothing early: no sentence is cut', async () => {
  const b = bench();
  b.chip.mood.stutter = true;
  for (const text of ['一二三四', '五六七八', '九十']) b.say(text);
  await b.clock.advance(30_000);
  assert.equal(b.heardWhole(), ['一二三四', '五六七八', '九十']);
  assert.is(b.cut(), 0);
});

test('an end that is told too early to be true is not believed', async () => {
  const b = bench();
  b.say('一二三四五六七八九十');
  b.say('下一句');
  await b.clock.advance(300);
  b.wire.feed(Uint8Array.of(0x4f));
  await b.clock.advance(20_000);
  assert.equal(b.heardWhole(), ['一二三四五六七八九十', '下一句']);
  assert.is(b.cut(), 0);
});

test('refused once is said at the second try; refused for ever is refused, and the next is said', async () => {
  const b = bench();
  await b.clock.advance(100);
  b.chip.mood.refusals = 1;
  b.say('一');
  await b.clock.advance(5000);
  assert.equal(b.ends, [['一', 'spoken']]);
  b.chip.mood.refusals = 3;
  b.say('二');
  b.say('三');
  await b.clock.advance(10_000);
  assert.equal(b.ends.slice(1), [
    ['二', 'VOC_REFUSED'],
    ['三', 'spoken'],
  ]);
});

test('a supply that dips in the middle: the sentence is said again from its part', async () => {
  const b = bench();
  b.say('一二三四五六');
  await b.clock.advance(500);
  b.chip.powerDown();
  b.chip.powerUp();
  await b.clock.advance(5000);
  assert.equal(
    b.chip.sentences.map((s) => s.end),
    ['cut', 'whole'],
  );
  assert.equal(b.ends, [['一二三四五六', 'spoken']]);
});

test('what the chip still says from before we came is not cut either', async () => {
  const b = bench();
  b.way.delayMs = 20;
  b.chip.receive(
    Buffer.from('FD001801 01C7EB41303031BAC5B5BD33BAC5B4B0BFDAB0ECC0ED92'.replace(' ', ''), 'hex'),
  );
  b.say('二');
  await b.clock.advance(10_000);
  assert.is(b.cut(), 0);
  assert.equal(b.heardWhole(), ['请A001号到3号窗口办理', '二']);
});

test('a chip that never ends is given up with a code', async () => {
  const b = bench();
  b.wire.onWrite = () => {
    for (const byte of [0x41, 0x4e]) b.clock.after(2, () => b.wire.feed(Uint8Array.of(byte)));
  };
  b.say('一');
  await b.clock.advance(400_000);
  assert.equal(b.ends, [['一', 'VOC_STUCK']]);
  assert.match(String(b.host.lost[0]), /VOC_STUCK/);
});

test('a wire that goes in the middle: the sentence in hand and all that wait are refused', async () => {
  const b = bench();
  for (const text of ['一二三四五六', '七']) b.say(text);
  await b.clock.advance(500);
  b.wire.hangUp();
  await b.clock.advance(10);
  assert.equal(b.ends, [
    ['一二三四五六', 'DEV_CLOSED'],
    ['七', 'DEV_CLOSED'],
  ]);
  assert.is(b.host.lost.length, 1);
  b.chip.powerDown();
  assert.is(b.clock.waiting, 0);
});

test('self-test: safe says nothing; deep speaks in its turn and asks for a listener', async () => {
  const b = bench();
  await b.clock.advance(100);
  const signal = new AbortController().signal;
  assert.equal(
    (await b.voice.selfTest?.('safe', signal))?.map((s) => [s.step, s.ok, s.code]),
    [['voice-answers', true, 'DEV_READY']],
  );
  assert.is(b.chip.sentences.length, 0);
  const deep = b.voice.selfTest?.('deep', signal);
  await b.clock.advance(10_000);
  assert.equal(
    (await deep)?.map((s) => [s.step, s.ok, s.code]),
    [
      ['voice-answers', true, 'DEV_READY'],
      ['voice-speaks', true, 'VOC_LISTEN'],
    ],
  );
  assert.match(b.heardWhole().join(''), /语音测试/);
});

test('whatever comes late, twice or not at all: each sentence ends, no timer stays, none is cut', async () => {
  // Its words carry no number: where all three happen to one sentence, nobody can know which is meant.
  const someFates = fc
    .constantFrom(['lose', 'double'], ['lose', 'late'], ['double', 'late'])
    .chain((faults) => {
      const fate = fc.constantFrom('pass', 'pass', 'pass', ...faults);
      return fc.array(fate, { maxLength: 40 });
    });
  await fc.assert(
    fc.asyncProperty(
      someFates,
      fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 4 }),
      async (fates, lengths) => {
        const b = bench();
        let nth = 0;
        b.way.lose = (byte) => {
          const what = fates[nth++] ?? 'pass';
          if (what === 'double') b.clock.after(6, () => b.wire.feed(Uint8Array.of(byte)));
          if (what === 'late') b.clock.after(150, () => b.wire.feed(Uint8Array.of(byte)));
          return what === 'lose' || what === 'late';
        };
        for (const length of lengths) b.say('请'.repeat(length));
        await b.clock.advance(120_000);
        assert.is(b.ends.length, lengths.length);
        const spoken = b.ends.filter(([, end]) => end === 'spoken').map(([text]) => text);
        for (const text of spoken) assert.ok(b.heardWhole().includes(text), 'spoken is spoken');
        if (b.host.lost.length === 0) await b.voice.close();
        await b.clock.advance(5000);
        assert.is(b.clock.waiting, 0);
        assert.is(b.cut(), 0);
      },
    ),
    { numRuns: 60 },
  );
});

test.run();

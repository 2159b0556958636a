import iconv from 'iconv-lite';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { DeviceCode } from '../../devices/codes.ts';
import { SpeechChip } from '../../devices/twins/voice/chip.ts';
import { cleanText, gbkBytes, splitText } from '../../devices/voice/clean.ts';
import type { Sentence, SentenceOutcome } from '../../devices/voice/contract.ts';
import { spellNumbers } from '../../devices/voice/numbers.ts';
import { createSentenceQueue, sentencesMax } from '../../devices/voice/sentence-queue.ts';
import { createSpeaker } from '../../devices/voice/speaker.ts';
import { encodeFrame, readReplies, type SynModel } from '../../devices/voice/syn/framing.ts';
import { type Manner, speechFrames } from '../../devices/voice/syn/speech.ts';
import { cutInto, hexOf, ofHex, randomChunks, vectorsOf } from '../harness/device-bench.ts';
import fc from '../harness/fc.ts';
import { settle, VirtualClock } from '../harness/virtual-clock.ts';

const test = suite('voice');
const models = ['syn6288', 'syn6658'] as const;

function sentence(text: string, more: Partial<Sentence> = {}): Sentence {
  return { text, lang: 'zh-CN', priority: 'call', expiresAt: 60_000, ...more };
}
const plain: Manner = {
  ...{ numbers: 'digits', one: 'yi', volume: undefined, speed: undefined },
  ...{ pitch: undefined, speaker: undefined, chime: undefined },
};

// ---------------------------------------------------------------- numbers

test('a ticket number is read digit by digit, 1 as 一 or 幺', () => {
  const zh = { lang: 'zh-CN', numbers: 'digits' } as const;
  assert.is(spellNumbers('A015', { ...zh, one: 'yi' }), 'A零一五');
  assert.is(spellNumbers('A115', { ...zh, one: 'yao' }), 'A幺幺五');
  assert.is(spellNumbers('A015', { lang: 'en', numbers: 'digits', one: 'yi' }), 'A zero one five');
  assert.is(spellNumbers('12号', { ...zh, one: 'yao' }), '幺二号');
});

test('a window is counted: 12 is 十二, 105 is 一百零五; what is no amount stays digits', () => {
  const read = (n: string) => spellNumbers(n, { lang: 'zh-CN', numbers: 'value', one: 'yao' });
  assert.equal(
    ['0', '7', '10', '12', '20', '21', '100', '105', '110', '210', '1005', '3040', '9999'].map(
      read,
    ),
    [
      ...['零', '七', '十', '十二', '二十', '二十一', '一百', '一百零五', '一百一十', '二百一十'],
      ...['一千零五', '三千零四十', '九千九百九十九'],
    ],
  );
  assert.is(read('010'), '零幺零', 'a leading zero is a name, not an amount');
  assert.is(read('12345'), '幺二三四五');
  assert.is(spellNumbers('window 12', { lang: 'en', numbers: 'value', one: 'yi' }), 'window 12');
});

// ---------------------------------------------------------------- text

test('no tag can come from a name: brackets and controls go, GBK stays', () => {
  assert.is(cleanText('张[v16]三\n[[h@l@U]]', 'gbk'), '张 v16 三 h@l@U');
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const clean = cleanText(text, 'gbk');
      assert.not.match(clean, /[[\]\p{Cc}]/u);
      assert.is(iconv.decode(gbkBytes(clean), 'gbk').length, clean.length);
      assert.is(cleanText(clean, 'gbk'), clean, 'clean is clean');
    }),
  );
});

test('a character outside GBK is never sent as "?": names as 某, accents off, the rest left out', () => {
  assert.is(cleanText('请𬌗㛃镕到3号窗口😀', 'gbk'), '请某某镕到3号窗口');
  assert.is(cleanText('José Ångström', 'gbk'), 'José Angstrom');
  assert.is(cleanText('José 😀', 'all'), 'José 😀');
});

test('long text is split behind punctuation, never within a number', () => {
  assert.equal(splitText('一二三。四五，六七', 12), ['一二三。', '四五，六七']);
  assert.equal(splitText('请A001号', 4), ['请', 'A001', '号']);
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 4, max: 40 }), (raw, max) => {
      const text = cleanText(raw, 'gbk');
      const parts = splitText(text, max);
      for (const part of parts) assert.ok(gbkBytes(part).length <= max);
      assert.is(parts.join('').replace(/\s/gu, ''), text.replace(/\s/gu, ''));
    }),
  );
});

// ---------------------------------------------------------------- queue

test('urgent first, then calls, then notices, the older first within each', () => {
  const queue = createSentenceQueue<string>();
  const add = (tag: string, priority: Sentence['priority']) =>
    queue.add({ sentence: sentence(tag, { priority }), tag });
  for (const [tag, p] of [
    ['n1', 'notice'],
    ['c1', 'call'],
    ['c2', 'call'],
    ['u1', 'urgent'],
    ['n2', 'notice'],
  ] as const)
    add(tag, p);
  const order = Array.from({ length: 6 }, () => queue.take()?.tag);
  assert.equal(order, ['u1', 'c1', 'c2', 'n1', 'n2', undefined]);
});

test('a full queue gives up the newest of the least important, and never grows', () => {
  const lane = fc.constantFrom('urgent', 'call', 'notice');
  fc.assert(
    fc.property(fc.array(lane, { maxLength: 100 }), (priorities) => {
      const queue = createSentenceQueue<number>();
      const dropped = priorities.flatMap(
        (priority, tag) => queue.add({ sentence: sentence('x', { priority }), tag })?.tag ?? [],
      );
      assert.ok(queue.length <= sentencesMax);
      assert.is(queue.length + dropped.length, priorities.length);
      if (dropped.length === 0 || !dropped.some((tag) => priorities[tag] === 'urgent')) return;
      assert.ok(queue.clear().every((w) => w.sentence.priority === 'urgent'));
    }),
  );
});

/** An engine that speaks as long as the test wants. */
function stage() {
  const clock = new VirtualClock();
  const spoken: string[] = [];
  let end: ((code: DeviceCode | null) => void) | undefined;
  const speaker = createSpeaker({
    clock,
    engine: {
      speak(s) {
        spoken.push(s.text);
        return new Promise((resolve) => {
          end = resolve;
        });
      },
    },
  });
  const outcomes = new Map<string, SentenceOutcome>();
  const say = (text: string, more: Partial<Sentence> = {}) => {
    speaker.say(sentence(text, more)).then(
      (o) => outcomes.set(text, o),
      () => undefined,
    );
  };
  return {
    ...{ clock, spoken, speaker, outcomes, say },
    async finish(code: DeviceCode | null = null) {
      end?.(code);
      await settle();
    },
  };
}

test('nothing is cut off: an urgent sentence waits for the one being said, and is the next', async () => {
  const s = stage();
  for (const text of ['a', 'b']) s.say(text);
  s.say('fire', { priority: 'urgent' });
  assert.equal(s.spoken, ['a']);
  await s.finish();
  assert.equal(s.spoken, ['a', 'fire']);
  await s.finish();
  await s.finish('VOC_REFUSED');
  assert.equal(s.outcomes.get('fire'), { outcome: 'spoken' });
  assert.equal(s.outcomes.get('b'), { outcome: 'refused', code: 'VOC_REFUSED' });
});

test('a call too old is dropped at its time, not when its turn would have come', async () => {
  const s = stage();
  s.say('long');
  s.say('old', { expiresAt: 5000 });
  await s.clock.advance(4999);
  assert.is(s.outcomes.get('old'), undefined);
  await s.clock.advance(1);
  assert.equal(s.outcomes.get('old'), { outcome: 'expired', code: 'VOC_EXPIRED' });
  await s.finish();
  assert.equal(s.spoken, ['long']);
  assert.is(s.clock.waiting, 0, 'no timer stays');
  s.say('dead on arrival', { expiresAt: s.clock.mono() });
  await settle();
  assert.is(s.outcomes.get('dead on arrival')?.outcome, 'expired');
});

test('every sentence ends once: a voice that goes refuses all it holds and all that come', async () => {
  const s = stage();
  for (const text of ['a', 'b', 'c']) s.say(text);
  s.speaker.end('DEV_CLOSED');
  s.say('d');
  await s.finish();
  assert.equal([...s.outcomes.keys()], ['a', 'b', 'c', 'd']);
  for (const o of s.outcomes.values()) assert.equal(o, { outcome: 'refused', code: 'DEV_CLOSED' });
  assert.is(s.clock.waiting, 0);
});

test('an empty, endless or wrongly repeated sentence is refused at the door', async () => {
  const s = stage();
  const bad = [sentence(' '), sentence('x'.repeat(201)), sentence('x', { times: 4 })];
  for (const one of bad)
    assert.equal(await s.speaker.say(one), { outcome: 'refused', code: 'VOC_TEXT' });
});

// ---------------------------------------------------------------- frames

const params: Record<SynModel, string[]> = {
  syn6288: ['gb2312', 'gbk', 'big5', 'utf-16be'],
  syn6658: ['gb2312', 'gbk', 'big5', 'utf-16le', 'utf-16be'],
};
const commands: Record<string, number[]> = {
  ...{ stop: [2], pause: [3], resume: [4], query: [0x21], 'power-down': [0x88] },
  ...{ 'speed-9600': [0x31, 0], 'speed-19200': [0x31, 1], 'speed-38400': [0x31, 2] },
  ...{
    'standby-22': [0x22],
    'standby-88': [0x88],
    wake: [0xff],
    'play-store-3x-gbk': [0x32, 0x31],
  },
};

/** The frame that the rules give for a vector's fields. */
function frameOf(model: SynModel, name: string, fields: Record<string, string | number>) {
  const { text = '', encoding = 'gbk', music = 0, area } = fields;
  const bytes = iconv.encode(String(text), String(encoding));
  const [command, ...rest] = commands[name] ?? [];
  if (command !== undefined) return encodeFrame(model, command, Uint8Array.from(rest));
  if (area !== undefined) return encodeFrame(model, 0x31, Uint8Array.of(Number(area), ...bytes));
  const param = params[model].indexOf(String(encoding)) | (Number(music) << 3);
  return encodeFrame(model, 0x01, Uint8Array.of(param, ...bytes));
}

function chipOf(model: SynModel) {
  const clock = new VirtualClock();
  const answers: number[] = [];
  const chip = new SpeechChip({
    ...{ model, clock, characterMs: 100 },
    send: (bytes) => answers.push(...bytes),
    changed: () => undefined,
  });
  return { chip, clock, answers };
}

for (const model of models) {
  test(`${model}: every published frame is what we send, and the twin hears what it means`, () => {
    const vectors = vectorsOf(model).filter((v) => v.direction === 'host->device');
    assert.ok(vectors.length >= 16);
    for (const { name, hex, fields = {} } of vectors) {
      assert.is(hexOf(frameOf(model, name, fields)), hex, name);
      const { chip, answers } = chipOf(model);
      chip.receive(ofHex(hex));
      assert.equal(chip.complaints, [], name);
      assert.is(answers[0], 0x41, name);
      if (fields.text === undefined || fields.area !== undefined) continue;
      const heard = chip.sentences[0];
      assert.is(heard?.tags.map((t) => `[${t}]`).join('') + String(heard?.text), fields.text, name);
    }
  });

  test(`${model}: every published answer is read for what it means, and the twin gives it`, () => {
    const names = {
      ...{ 'reply-init-ok': 'started', 'reply-accepted': 'accepted', 'reply-refused': 'refused' },
      ...{ 'reply-busy': 'busy', 'reply-idle': 'idle' },
    };
    const vectors = vectorsOf(model).filter((v) => v.direction === 'device->host');
    for (const [name, reply] of Object.entries(names)) {
      const vector = vectors.find((v) => v.name === name);
      assert.equal(readReplies(ofHex(vector?.hex ?? '')), { replies: [reply], noise: 0 });
    }
    const { chip, answers } = chipOf(model);
    chip.powerUp();
    chip.receive(encodeFrame(model, 0x21, new Uint8Array(0)));
    chip.receive(frameOf(model, 'speak-gbk', { text: '宇音天下' }));
    chip.receive(encodeFrame(model, 0x21, new Uint8Array(0)));
    chip.receive(encodeFrame(model, 0x77, new Uint8Array(0)));
    assert.is(hexOf(Uint8Array.from(answers)), '4A414F41414E45');
  });
}

test('the twin: a speak frame while speaking kills the sentence, as the datasheet says', async () => {
  const { chip, clock, answers } = chipOf('syn6288');
  chip.receive(frameOf('syn6288', 'x', { text: '一二三四' }));
  await clock.advance(200);
  chip.receive(frameOf('syn6288', 'x', { text: '五' }));
  await clock.advance(1000);
  assert.equal(
    chip.sentences.map((s) => s.end),
    ['cut', 'whole'],
  );
  assert.is(hexOf(Uint8Array.from(answers)), '41414F');
});

test('the twin: any chunking gives the same sentences, lies about length are refused', () => {
  const frames = fc.array(
    fc.string({ unit: fc.constantFrom('请', '到', 'A', '1'), minLength: 1 }),
    {
      maxLength: 5,
    },
  );
  fc.assert(
    fc.property(
      frames,
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
      (texts, sizes) => {
        const { chip } = chipOf('syn6658');
        const all = Buffer.concat(texts.map((text) => frameOf('syn6658', 'x', { text })));
        for (const chunk of cutInto(all, sizes)) chip.receive(chunk);
        assert.equal(
          chip.sentences.map((s) => s.text),
          texts,
        );
      },
    ),
  );
  const { chip, answers } = chipOf('syn6288');
  chip.receive(Uint8Array.of(0xfd, 0xff, 0xff));
  assert.equal(answers, [0x45]);
});

test('a million random bytes: readers and twins neither throw nor grow', () => {
  const { chip } = chipOf('syn6288');
  let read = 0;
  for (const chunk of randomChunks(5, 1000, 1000)) {
    const { replies, noise } = readReplies(chunk);
    assert.is(replies.length + noise <= chunk.length, true);
    read += replies.length;
    chip.receive(chunk);
  }
  assert.ok(read > 1000, 'five values of 256');
  assert.ok(chip.sentences.length <= 200 && chip.complaints.length <= 50);
});

// ---------------------------------------------------------------- sentences as frames

test('tags stand before the text of every part, and the frame fits the chip', () => {
  const manner: Manner = { ...plain, one: 'yao', volume: 12, speed: 3, chime: 'soundb' };
  const long = sentence('请A零一五号到三号窗口办理，'.repeat(12), { times: 2 });
  const frames = speechFrames('syn6288', long, manner);
  const { chip } = chipOf('syn6288');
  for (const frame of frames) {
    assert.ok(frame.bytes.length <= 206);
    assert.ok(frame.leastMs > 0 && frame.leastMs < frame.usualMs);
    chip.receive(frame.bytes);
  }
  assert.equal(chip.complaints, []);
  assert.equal(chip.sentences[0]?.tags, ['v12', 't3', 'n1', 'y0']);
  const heard = chip.sentences.map((s) => s.text.replace('soundb ', '')).join('');
  assert.is(heard, long.text.repeat(2));
  assert.is(chip.sentences.filter((s) => s.text.startsWith('soundb')).length, 2);
});

test('SYN6658 has its own tags for speed, pitch and speaker', () => {
  const [frame] = speechFrames('syn6658', sentence('好'), {
    ...plain,
    speed: 7,
    pitch: 4,
    speaker: 51,
  });
  const { chip } = chipOf('syn6658');
  chip.receive(frame?.bytes ?? new Uint8Array(0));
  assert.equal(chip.sentences[0]?.tags, ['s7', 't4', 'm51', 'n1', 'y1']);
});

test('a sentence of which nothing can be said is no frame', () => {
  assert.equal(speechFrames('syn6288', sentence('[]😀'), plain), []);
});

test.run();

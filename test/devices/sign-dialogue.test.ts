import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { DeviceContext } from '../../devices/contract.ts';
import type { SignMood } from '../../devices/twins/contract.ts';
import type { SignInside, SignPorts } from '../../devices/twins/sign/contract.ts';
import { createModbusBoard } from '../../devices/twins/sign/modbus-board.ts';
import { createOnbonCard } from '../../devices/twins/sign/onbon-card.ts';
import { createTextBoard } from '../../devices/twins/sign/text-board.ts';
import type { SignContent, WindowSign } from '../../devices/window-sign/contract.ts';
import { createTrunk, type Line } from '../../devices/window-sign/line.ts';
import { probeEveryMs } from '../../devices/window-sign/sign.ts';
import { createModbusSign } from '../../devices/window-sign/sign-modbus.ts';
import { createOnbonSign } from '../../devices/window-sign/sign-onbon.ts';
import {
  createAnsweringTextSign,
  createSilentTextSign,
} from '../../devices/window-sign/sign-text.ts';
import { codeFrom, deviceHost } from '../harness/device-bench.ts';
import fc from '../harness/fc.ts';
import { MemoryWire } from '../harness/memory-wire.ts';
import { VirtualClock } from '../harness/virtual-clock.ts';

const test = suite('window signs: the dialogue, in virtual time');
const link = { via: 'serial', path: '/dev/x', baud: 9600, flow: 'none' } as const;
const call = (number: string | null, blink = false): SignContent => ({
  ...{ number, lines: number === null ? [] : [`${number} 3号窗口`], blink },
});

type Make = (t: Line, c: DeviceContext) => WindowSign & { ready?: Promise<void> };

/** A driver and a twin's inside on a wire in memory that is as slow as 9600 baud. */
function bench(make: Make, far: (ports: SignPorts) => SignInside, bitsOfByte = 10) {
  const clock = new VirtualClock();
  const wire = new MemoryWire();
  const host = deviceHost('sign', clock);
  const byteMs = (bitsOfByte * 1000) / 9600;
  const faces: string[] = [];
  const sent: { at: number; bytes: number }[] = [];
  const answered: number[] = [];
  const way = {
    delayMs: 1,
    lateMs: 1200,
    fate: (_nth: number): 'pass' | 'lose' | 'double' | 'late' => 'pass',
  };
  const mood: SignMood = {
    ...{ mute: false, stutter: false, damages: false, refusals: 0, refuseWith: 3 },
  };
  const twin = far({
    mood,
    send(bytes) {
      if (mood.mute) return;
      const fate = way.fate(answered.length);
      const lineMs = bytes.length * byteMs + way.delayMs;
      answered.push(clock.mono() + lineMs);
      const feed = (afterMs: number) => clock.after(afterMs, () => wire.feed(bytes));
      if (fate === 'pass' || fate === 'double') feed(lineMs);
      if (fate === 'double') feed(lineMs * 2);
      if (fate === 'late') feed(way.lateMs);
    },
    show: (lines, blinking) => faces.push(lines.join('/') + (blinking ? '*' : '')),
    complain: () => undefined,
  });
  twin.powerUp();
  faces.length = 0;
  wire.onWrite = (bytes) => {
    sent.push({ at: clock.mono(), bytes: bytes.length });
    clock.after(bytes.length * byteMs, () => twin.receive(bytes));
  };
  const sign = make(createTrunk(wire, () => undefined).tap(), host.context);
  const ends: string[] = [];
  return {
    ...{ clock, wire, host, faces, sent, answered, way, mood, twin, sign, byteMs, ends },
    show(content: SignContent) {
      codeFrom(sign.show(content)).then(
        (end) => ends.push(end),
        () => undefined,
      );
    },
  };
}

const onbon = (repeat_s = 0) =>
  bench(
    (t, c) => createOnbonSign({ link, width: 128, height: 16, repeat_s }, t, c),
    (ports) => createOnbonCard({ columns: 16, rows: 1 }, ports),
  );
const modbusOptions = { link, unit: 1, first_register: 0, count: 4, format: 'digit' } as const;
const modbus = (more: object = {}) =>
  bench(
    (t, c) => createModbusSign({ ...modbusOptions, repeat_s: 0, ...more }, t, c),
    (ports) => createModbusBoard({ unit: 1, first: 0, count: 4, blinkRegister: 4 }, ports),
    11,
  );
const template = '40 {addr} {text} 0D';
const silent = (more: object = {}) =>
  bench(
    (t, c) => createSilentTextSign({ link, template, repeat_s: 0, ...more }, t, c),
    (ports) => createTextBoard({ address: 1, answer: null }, ports),
  );
const answering = () =>
  bench(
    (t, c) => createAnsweringTextSign({ link, template, answer: '06', repeat_s: 0 }, t, c),
    (ports) => createTextBoard({ address: 1, answer: Uint8Array.of(6) }, ports),
  );

const unreadable = () => modbus({ readable: false, write: 'single' });

const kinds = { onbon, modbus, unreadable, answering };

for (const [name, make] of Object.entries(kinds)) {
  const shown =
    name === 'modbus' || name === 'unreadable' ? ['015', '016'] : ['A015 3号窗口', 'A016 3号窗口'];

  test(`${name}: opening asks, content is shown and acknowledged, an idle sign is asked now and then`, async () => {
    const b = make();
    await b.clock.advance(1000);
    await b.sign.ready;
    assert.is(b.host.statuses[0]?.code, 'DEV_READY');
    b.show(call('A015'));
    await b.clock.advance(1000);
    assert.is(b.faces.at(-1), shown[0]);
    assert.equal(b.ends, ['resolved']);
    const before = b.sent.length;
    await b.clock.advance(probeEveryMs * 3 + 1000);
    assert.ok(b.sent.length >= before + 3);
    assert.is(b.faces.at(-1), shown[0], 'asking changes nothing');
    await b.sign.close();
    await b.clock.advance(100);
    assert.is(b.clock.waiting, 0, 'no timer stays');
  });

  test(`${name}: nobody there is a coded error at opening; silence later is a lost device`, async () => {
    const b = make();
    b.mood.mute = true;
    await b.clock.advance(10_000);
    assert.is(await codeFrom(b.sign.ready ?? Promise.resolve()), 'DEV_NO_ANSWER');
    assert.equal(b.host.lost, []);
    const c = make();
    await c.clock.advance(1000);
    c.mood.mute = true;
    c.show(call('A015'));
    await c.clock.advance(10_000);
    assert.equal(c.ends, ['DEV_NO_ANSWER']);
    assert.match(String(c.host.lost[0]), /DEV_NO_ANSWER/);
    assert.is(c.clock.waiting, 0);
    assert.is(await codeFrom(c.sign.show(call('A016'))), 'DEV_NO_ANSWER');
  });

  test(`${name}: a lost answer is asked for again; a doubled or late one passes for no other`, async () => {
    const b = make();
    await b.clock.advance(1000);
    const from = b.answered.length;
    b.way.fate = (nth) => (['lose', 'double', 'late'] as const)[nth - from] ?? 'pass';
    b.show(call('A015'));
    await b.clock.advance(5000);
    b.show(call('A016'));
    await b.clock.advance(5000);
    assert.equal(b.ends, ['resolved', 'resolved']);
    assert.is(b.faces.at(-1), shown[1]);
  });

  test(`${name}: a wire that goes rejects what is in hand and what waits`, async () => {
    const b = make();
    await b.clock.advance(1000);
    b.show(call('A015'));
    b.show(call('A016'));
    await b.clock.advance(2);
    b.wire.hangUp();
    await b.clock.advance(1000);
    assert.equal(b.ends, ['DEV_CLOSED', 'DEV_CLOSED']);
    assert.is(b.host.lost.length, 1);
    assert.is(b.clock.waiting, 0);
  });

  test(`${name}: whatever is lost, doubled or late: every show ends, the last one stands`, async () => {
    const fate = fc.constantFrom<'pass' | 'lose' | 'double' | 'late'>(
      'pass',
      'pass',
      'pass',
      'lose',
      'double',
      'late',
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fate, { maxLength: 30 }),
        fc.array(fc.nat(900), { minLength: 1, maxLength: 5 }),
        async (fates, waits) => {
          const b = make();
          await b.clock.advance(1000);
          const from = b.answered.length;
          b.way.fate = (nth) => fates[nth - from] ?? 'pass';
          for (const [i, ms] of waits.entries()) {
            b.show(call(`A01${i}`));
            await b.clock.advance(ms);
          }
          await b.clock.advance(60_000);
          assert.is(b.ends.length, waits.length);
          if (b.host.lost.length === 0) {
            assert.match(String(b.faces.at(-1)), new RegExp(`1${waits.length - 1}`));
            assert.ok(b.ends.every((end) => end === 'resolved'));
            await b.sign.close();
          }
          await b.clock.advance(5000);
          assert.is(b.clock.waiting, 0);
        },
      ),
      { numRuns: 30 },
    );
  });
}

test('calls do not queue up: what waits is overtaken by what is newer, and ends as it does', async () => {
  const b = onbon();
  await b.clock.advance(1000);
  for (const n of ['A015', 'A016', 'A017', 'A018']) b.show(call(n));
  await b.clock.advance(2000);
  assert.equal(b.faces, ['A015 3号窗口', 'A018 3号窗口']);
  assert.equal(b.ends, Array(4).fill('resolved'));
});

test('onbon: a late yes to the content before is no yes to the next', async () => {
  const b = onbon();
  await b.clock.advance(1000);
  const from = b.answered.length;
  // Comes after the second try was answered, while the next content is on its way.
  b.way.lateMs = 1150;
  b.way.fate = (nth) => (nth === from ? 'late' : 'pass');
  b.mood.refuseWith = 12;
  const { onWrite } = b.wire;
  b.wire.onWrite = (bytes) => {
    if (Buffer.from(bytes).includes('A016')) b.mood.refusals = 1;
    onWrite(bytes);
  };
  const shown = codeFrom(b.sign.show(call('A015')));
  await b.clock.advance(500);
  b.show(call('A016'));
  await b.clock.advance(5000);
  assert.is(await shown, 'resolved');
  assert.equal(b.ends, ['SGN_REFUSED']);
});

test('modbus: before every frame the line is silent for 3.5 characters', async () => {
  const b = modbus({ write: 'single', blink: { register: 4, on: 1, off: 0 } });
  await b.clock.advance(1000);
  b.show({ ...call('A015'), blink: true });
  await b.clock.advance(5000);
  assert.is(b.faces.at(-1), '015*');
  assert.ok(b.sent.length >= 6);
  for (const [i, frame] of b.sent.entries()) {
    const before = b.answered.findLast((at) => at <= frame.at);
    if (i > 0 && before !== undefined) assert.ok(frame.at - before >= 3.5 * b.byteMs - 1e-6);
  }
});

test('a question that comes while content is written never brings the old content back', async () => {
  for (const b of [answering(), unreadable()]) {
    await b.clock.advance(1000);
    const never = new AbortController().signal;
    b.show(call('A015'));
    b.show(call('A116'));
    await b.clock.advance(3);
    const asked = b.sign.selfTest?.('safe', never);
    await b.clock.advance(3000);
    await asked;
    assert.match(String(b.faces.at(-1)), /116/);
    await b.sign.close();
  }
});

test('modbus: at 115200 the silence is 1.75 ms, not less', async () => {
  const fast = { ...link, baud: 115_200 };
  const b = modbus({ link: fast, write: 'single' });
  await b.clock.advance(1000);
  b.show(call('A015'));
  await b.clock.advance(3000);
  const gaps = b.sent.slice(1).map((f) => f.at - (b.answered.findLast((at) => at <= f.at) ?? 0));
  assert.ok(
    gaps.every((gap) => gap >= 1.75 - 1e-6),
    String(gaps),
  );
});

test('onbon and modbus: busy is asked again; another refusal is the sign’s fault, and passes', async () => {
  for (const [b, busy, wrong] of [
    [onbon(), 3, 12],
    [modbus(), 6, 2],
  ] as const) {
    await b.clock.advance(1000);
    b.mood.refusals = 2;
    b.mood.refuseWith = busy;
    b.show(call('A015'));
    await b.clock.advance(3000);
    assert.equal(b.ends, ['resolved']);
    b.mood.refusals = 1;
    b.mood.refuseWith = wrong;
    b.show(call('A016'));
    await b.clock.advance(3000);
    assert.equal(b.ends, ['resolved', 'SGN_REFUSED']);
    assert.equal(b.host.statuses.at(-1)?.state, 'attention');
    b.show(call('A017'));
    await b.clock.advance(3000);
    assert.equal(b.host.statuses.at(-1)?.state, 'ready');
    await b.sign.close();
  }
});

test('content that does not fit is the caller’s error: the sign stays ready and takes the next', async () => {
  const b = onbon();
  await b.clock.advance(1000);
  b.show({ number: null, lines: ['一二三四五六七八九十'], blink: false });
  b.show(call('A015'));
  await b.clock.advance(1000);
  assert.equal(b.ends, ['SGN_CONTENT', 'resolved']);
  const many = { number: null, lines: Array<string>(9).fill('x'), blink: false };
  assert.is(await codeFrom(b.sign.show(many)), 'SGN_CONTENT');
  assert.is(b.host.statuses.length, 1);
});

test('a sign that lost its power for a moment, and nobody saw it, shows its content again', async () => {
  const b = onbon(30);
  await b.clock.advance(1000);
  b.show(call('A015'));
  await b.clock.advance(1000);
  b.twin.powerUp();
  assert.is(b.faces.at(-1), '');
  await b.clock.advance(30_000);
  assert.is(b.faces.at(-1), 'A015 3号窗口');
  await b.sign.close();
  await b.clock.advance(100);
  assert.is(b.clock.waiting, 0);
});

test('a silent sign: unknown, never ready; frames keep their distance; the wire is all that is noticed', async () => {
  const b = silent({ gap_ms: 100 });
  assert.equal(
    b.host.statuses.map((s) => [s.state, s.code]),
    [['unknown', 'SGN_NO_STATUS']],
  );
  b.show(call('A015'));
  await b.clock.advance(1);
  b.show(call('A016'));
  await b.clock.advance(1000);
  assert.equal(b.faces, ['A015 3号窗口', 'A016 3号窗口']);
  const [first, second] = b.sent;
  assert.ok((second?.at ?? 0) - (first?.at ?? 0) >= (first?.bytes ?? 0) * b.byteMs + 100);
  b.wire.hangUp();
  assert.is(b.host.lost.length, 1);
  assert.is(await codeFrom(b.sign.show(call('A017'))), 'DEV_CLOSED');
  assert.is(b.clock.waiting, 0);
});

for (const [name, make] of Object.entries({ onbon, modbus, answering, silent })) {
  test(`${name}: on a line where nobody speaks a call’s first byte leaves within the call`, async () => {
    const b = make();
    await b.clock.advance(1_000);
    const before = b.wire.written.length;
    b.show(call('A015'));
    assert.is(b.wire.written.length, before + 1, 'no turn of the event loop between');
    await b.clock.advance(1_000);
    assert.equal(b.ends, ['resolved']);
  });
}

test('a blinking frame where the template has one', async () => {
  const b = silent({ template_blink: '40 {addr} "*" {text} 0D' });
  b.show(call('A015', true));
  await b.clock.advance(500);
  assert.equal(b.faces, ['*A015 3号窗口']);
});

test('self-test: safe asks, deep shows a test and gives the content back; a call meanwhile stays', async () => {
  const never = new AbortController().signal;
  for (const b of [onbon(), modbus(), silent()]) {
    await b.clock.advance(1000);
    b.show(call('A015'));
    await b.clock.advance(1000);
    const before = b.faces.at(-1);
    const safe = b.sign.selfTest?.('safe', never);
    await b.clock.advance(1000);
    assert.is(
      (await safe)?.every((s) => s.ok),
      true,
    );
    const deep = b.sign.selfTest?.('deep', never);
    await b.clock.advance(1000);
    assert.match(String(b.faces.at(-1)), /888/);
    await b.clock.advance(10_000);
    assert.is((await deep)?.at(-1)?.code, 'SGN_LOOK');
    assert.is(b.faces.at(-1), before);
    const second = b.sign.selfTest?.('deep', never);
    await b.clock.advance(1000);
    b.show(call('A016'));
    await b.clock.advance(10_000);
    await second;
    assert.match(String(b.faces.at(-1)), /16/);
    await b.sign.close();
  }
});

/** Two Modbus signs on one pair of wires. */
function row() {
  const clock = new VirtualClock();
  const wire = new MemoryWire();
  let talking = 0;
  let clashes = 0;
  const faces: string[][] = [[], []];
  const moods: SignMood[] = [];
  const twins = [1, 2].map((unit, i) => {
    const mood = { mute: false, stutter: false, damages: false, refusals: 0, refuseWith: 3 };
    moods.push(mood);
    const send = (bytes: Uint8Array) => {
      if (!mood.mute) clock.after(20, () => wire.feed(bytes));
      clock.after(20, () => {
        talking = 0;
      });
    };
    const show = (lines: string[]) => void faces[i]?.push(lines.join());
    const board = { unit, first: 0, count: 4, blinkRegister: null };
    return createModbusBoard(board, { mood, send, show, complain: () => undefined });
  });
  wire.onWrite = (bytes) => {
    clashes += talking;
    talking = 1;
    for (const twin of twins) twin.receive(bytes);
  };
  const trunk = createTrunk(wire, () => undefined);
  const signs = [1, 2].map((unit) => {
    const host = deviceHost(`sign-${unit}`, clock);
    const options = { ...modbusOptions, unit, repeat_s: 0 };
    return { host, sign: createModbusSign(options, trunk.tap(), host.context) };
  });
  return { clock, wire, faces, moods, signs, trunk, clashes: () => clashes };
}

test('two signs on one line: one question at a time, each answer to its own', async () => {
  const r = row();
  for (let n = 0; n < 5; n++) {
    for (const [i, { sign }] of r.signs.entries()) {
      sign.show(call(`A${i}1${n}`)).catch(() => undefined);
    }
    await r.clock.advance(probeEveryMs);
  }
  assert.equal(
    r.faces.map((f) => f.at(-1)),
    ['014', '114'],
  );
  assert.is(r.clashes(), 0);
});

test('one sign of a line falls silent: it is lost alone, the other goes on', async () => {
  const r = row();
  await r.clock.advance(1000);
  const [first, second] = r.signs;
  for (const mood of r.moods.slice(1)) mood.mute = true;
  await r.clock.advance(20_000);
  assert.is(second?.host.lost.length, 1);
  assert.is(first?.host.lost.length, 0);
  await second?.sign.close();
  assert.is(r.wire.closedWith, undefined, 'the wire stays');
  first?.sign.show(call('A015')).catch(() => undefined);
  await r.clock.advance(1000);
  assert.is(r.faces[0]?.at(-1), '015');
  await first?.sign.close();
  assert.ok(r.wire.closedWith !== undefined, 'the last one lets go');
  await r.clock.advance(1000);
  assert.is(r.clock.waiting, 0);
});

test('a wire with several signs that goes is lost for all of them', async () => {
  const r = row();
  await r.clock.advance(1000);
  r.wire.hangUp();
  assert.equal(
    r.signs.map(({ host }) => host.lost.length),
    [1, 1],
  );
});

test('a line that babbles without end does not keep a question waiting for ever', async () => {
  const b = onbon();
  const babble = () => {
    b.wire.feed(Uint8Array.of(0x55));
    if (b.clock.mono() < 20_000) b.clock.after(1, babble);
  };
  babble();
  b.mood.mute = true;
  await b.clock.advance(15_000);
  assert.is(await codeFrom(b.sign.ready ?? Promise.resolve()), 'DEV_NO_ANSWER');
});

test.run();

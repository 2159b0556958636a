import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import * as commands from '../../devices/card-dispenser/commands.ts';
import type { CardDispenser } from '../../devices/card-dispenser/contract.ts';
import {
  createUnitFraming,
  encodeCommand,
  type UnitCommand,
  type UnitToken,
} from '../../devices/card-dispenser/framing.ts';
import {
  ackWaitMs,
  type Exchange,
  type ExchangeInput,
  idle,
  nakWaitMs,
  questionWaitMs,
  sendsMax,
  stepExchange,
} from '../../devices/card-dispenser/protocol.ts';
import { createUnit, movementsMax } from '../../devices/card-dispenser/unit.ts';
import { commandsMax, createUnitLine } from '../../devices/card-dispenser/unit-line.ts';
import { drivers } from '../../devices/registry.ts';
import { openTcp } from '../../devices/transports/tcp.ts';
import {
  createVirtualCardDispenser,
  type VirtualCardDispenserOptions,
} from '../../devices/twins/virtual-card-dispenser.ts';
import { deviceHost, noise, pieces, vectors as vectorsOf } from '../harness/device-host.ts';
import fc from '../harness/fc.ts';
import { MemoryWire } from '../harness/memory-wire.ts';
import { ptyPair } from '../harness/pty.ts';
import { realClock } from '../harness/real-clock.ts';
import { refusal } from '../harness/refusal.ts';
import { until } from '../harness/until.ts';
import { VirtualClock } from '../harness/virtual-clock.ts';

const test = suite('card dispenser CRT-571');
const waitMs = 8000;
const never = new AbortController().signal;
const vectors = vectorsOf('crt-571');
const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex').toUpperCase();
const bytes = (hex: string) => Buffer.from(hex, 'hex');
const vector = (name: string) => vectors.find((v) => v.name === name)?.hex ?? `no vector ${name}`;
const encoded = (c: UnitCommand) => hexOf(encodeCommand(0, c));
const tokens = (hex: string) => createUnitFraming(0).push(bytes(hex));

const hostSays: Record<string, string> = {
  'init-front': encoded(commands.initialise('front', false)),
  'init-error-bin': encoded(commands.initialise('bin', false)),
  'init-keep': encoded(commands.initialise('keep', false)),
  'init-front-count': encoded(commands.initialise('front', true)),
  'init-error-bin-count': encoded(commands.initialise('bin', true)),
  'init-keep-count': encoded(commands.initialise('keep', true)),
  status: encoded(commands.status),
  sensors: encoded(commands.sensors),
  'move-gate': encoded(commands.move('gate')),
  'move-ic': encoded(commands.move('ic')),
  'move-rf': encoded(commands.move('rf')),
  'move-error-bin': encoded(commands.move('bin')),
  eject: encoded(commands.eject),
  'entry-allow': encoded(commands.entry(true)),
  'entry-forbid': encoded(commands.entry(false)),
  'card-type-ic': encoded(commands.cardType('ic')),
  'card-type-rf': encoded(commands.cardType('rf')),
  'cpu-38': encoded({ cm: 0x51, pm: 0x38, data: [] }),
  'cpu-reset': encoded(commands.resetChip),
  'apdu-get-response': encoded(commands.apdu(bytes('00C00000'))),
  'apdu-select': encoded(commands.apdu(bytes('00A4040008A000000054480001'))),
  'apdu-80b0': encoded(commands.apdu(bytes('80B00075020064'))),
  'host-ack': '06',
};

test('every vector: what the host says, and what the unit’s answers mean', () => {
  const meaning = (name: string) => {
    const [token, ...more] = tokens(vector(name));
    assert.is(more.length, 0, name);
    if (token?.token === 'good') {
      const { card, stacker, bin } = commands.readState(token.state, 0);
      return [card, stacker, bin, Buffer.from(token.data).toString('hex')].join(' ');
    }
    return token?.token === 'bad' ? commands.errorCode(token.error) : token?.token;
  };
  const unitSays: Record<string, string> = {
    'status-ok': 'none enough ok ',
    'status-few': 'gate few ok ',
    'status-empty-bin-full': 'none empty full ',
    'apdu-answer-with-03-F2': 'inside enough ok 03f2039000',
    'error-jam': 'CRD_JAM',
    'error-stacker-empty': 'CRD_STACKER_EMPTY',
    ack: 'ack',
    nak: 'nak',
  };
  for (const v of vectors) {
    if (v.direction === 'host->device') assert.is(hostSays[v.name], v.hex, v.name);
    else assert.is(meaning(v.name), unitSays[v.name], v.name);
  }
  assert.is(vectors.length, Object.keys(hostSays).length + Object.keys(unitSays).length);
});

test('older units say 45 for an error; every error of the table has a code', () => {
  const older = bytes(vector('error-jam'));
  older[4] = 0x45;
  older[older.length - 1] = older.subarray(0, -1).reduce((x, b) => x ^ b, 0);
  assert.equal(createUnitFraming(0).push(older), [
    { token: 'bad', cm: 0x32, pm: 0x30, error: '10', data: [] },
  ]);
  const coded = [
    '01',
    '05',
    '12',
    '13',
    '16',
    '42',
    '43',
    '45',
    '50',
    '51',
    '64',
    'A1',
    'B0',
    '00',
    'ZZ',
  ];
  assert.equal(coded.map(commands.errorCode), [
    ...['CRD_COMMAND', 'CRD_CHIP', 'CRD_SENSOR', 'CRD_CARD_SIZE', 'CRD_BY_HAND', 'CRD_CHIP'],
    ...['CRD_CHIP', 'CRD_BY_HAND', 'CRD_COUNTER', 'CRD_MOTOR', 'CRD_CHIP', 'CRD_BIN_FULL'],
    ...['CRD_NOT_RESET', 'CRD_FAULT', 'CRD_FAULT'],
  ]);
});

test('the twin takes every command of the table and answers in its bytes', async () => {
  const twin = createVirtualCardDispenser(unit({ cards: 100 }));
  const wire = await openTcp({ via: 'tcp', ...(await twin.listenTcp(loopback)) }, never);
  const framing = createUnitFraming(0);
  const heard: UnitToken[] = [];
  let raw = '';
  wire.onData((chunk) => {
    raw += hexOf(chunk);
    heard.push(...framing.push(chunk));
  });
  for (const v of vectors) {
    if (v.direction !== 'host->device' || v.name === 'host-ack') continue;
    heard.length = 0;
    raw = '';
    await wire.write(bytes(v.hex), 1000);
    await until(() => heard.length >= 2, waitMs, v.name);
    assert.is(heard[0]?.token, 'ack', v.name);
    await wire.write(bytes(vector('host-ack')), 1000);
    if (v.name === 'status') assert.is(raw, `06${vector('status-ok')}`);
  }
  await wire.write(Buffer.concat([bytes('F20000034331300300')]), 1000);
  await until(() => heard.at(-1)?.token === 'nak', waitMs, 'a wrong BCC is not taken');
  twin.putCards(-1000);
  await wire.close();
  await twin.close();
});

const anyByte = fc.integer({ min: 0, max: 255 });
const state = fc.stringMatching(/^[012]{3}$/);
const anyData = fc.array(fc.oneof(anyByte, fc.constantFrom(0x03, 0xf2, 0x06)), {
  maxLength: 40,
});
const anyToken: fc.Arbitrary<UnitToken> = fc.oneof(
  fc.constant<UnitToken>({ token: 'ack' }),
  fc.constant<UnitToken>({ token: 'nak' }),
  fc
    .tuple(anyByte, anyByte, state, anyData)
    .map(([cm, pm, s, data]): UnitToken => ({ token: 'good', cm, pm, state: s, data })),
  fc
    .tuple(anyByte, anyByte, fc.constantFrom('10', 'A0'), anyData)
    .map(([cm, pm, error, data]): UnitToken => ({ token: 'bad', cm, pm, error, data })),
);
function bytesOf(t: UnitToken): Uint8Array {
  if (t.token === 'ack') return Uint8Array.of(0x06);
  if (t.token === 'nak') return Uint8Array.of(0x15);
  const said = t.token === 'good' ? t.state : t.error;
  const body = [t.token === 'good' ? 0x50 : 0x4e, t.cm, t.pm, ...Buffer.from(said), ...t.data];
  const frame = [0xf2, 0x00, body.length >> 8, body.length & 255, ...body, 0x03];
  return Uint8Array.of(
    ...frame,
    frame.reduce((x, b) => x ^ b, 0),
  );
}

test('any chunking, garbage between: the same tokens, cut by length and not by 03', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 17 }), { minLength: 1, maxLength: 5 });
  const junk = fc.array(fc.integer({ min: 0x20, max: 0xf1 }), { maxLength: 9 });
  fc.assert(
    fc.property(fc.array(fc.tuple(junk, anyToken), { maxLength: 8 }), sizes, (parts, cuts) => {
      const framing = createUnitFraming(0);
      const all = Buffer.concat(parts.flatMap(([j, t]) => [Uint8Array.from(j), bytesOf(t)]));
      assert.equal(
        pieces(all, cuts).flatMap((c) => framing.push(c)),
        parts.map(([, t]) => t),
      );
      assert.not.ok(framing.waiting);
    }),
  );
});

test('a torn frame or a length that lies hides the next frame no longer than a silence', () => {
  const good = tokens(vector('status-ok'))[0];
  const lies = ['F2000106503130', 'F200010A', 'F2', 'F20000', 'F200000650313030'];
  for (const lie of lies) {
    const framing = createUnitFraming(0);
    const found = framing.push(Buffer.concat([bytes(lie), bytes(vector('status-ok'))]));
    assert.equal([...found, ...framing.giveUp()], [good], lie);
    assert.not.ok(framing.waiting);
  }
  // Refused at once: longer than any answer, another unit's address, no known kind.
  for (const no of ['F200FFFF', 'F2050007', 'F200000651']) {
    assert.equal(createUnitFraming(0).push(bytes(no + vector('status-ok'))), [good], no);
  }
  for (const at of [5, 9, 10, 11]) {
    const wrong = bytes(vector('status-ok'));
    wrong[at] = (wrong[at] ?? 0) ^ 0x01;
    assert.equal(createUnitFraming(0).push(Buffer.concat([wrong, bytes(vector('ack'))])), [
      { token: 'ack' },
    ]);
  }
});

test('a million random bytes: no exception, no growth, and the next frame is read', () => {
  const framing = createUnitFraming(0);
  let frames = 0;
  for (const chunk of noise(1000, 1000)) {
    frames += framing.push(chunk).filter((t) => t.token === 'good' || t.token === 'bad').length;
  }
  assert.is(frames, 0);
  framing.giveUp();
  assert.equal(framing.push(bytes(vector('ack'))), [{ token: 'ack' }]);
});

const movement = { command: commands.move('gate'), repeatable: false, waitMs: 9000 };
const question = { command: commands.status, repeatable: true, waitMs: questionWaitMs };
const good = (c: UnitCommand): UnitToken => ({
  ...{ token: 'good', cm: c.cm, pm: c.pm, state: '020', data: [] },
});

/** Runs inputs through the machine; the effects in words. */
function run(...inputs: (ExchangeInput | UnitToken)[]): string[] {
  let at: Exchange = idle;
  const said: string[] = [];
  for (const input of inputs) {
    const step = stepExchange(
      at,
      'token' in input && !('type' in input) ? { type: 'token', token: input } : input,
    );
    at = step.state;
    said.push(
      step.effects
        .map((e) => (e.type === 'wait' ? `wait ${e.ms}` : e.type === 'end' ? e.why : e.type))
        .join(', '),
    );
  }
  return said;
}
const ask = (asked: typeof movement): ExchangeInput => ({ type: 'ask', asked });
const late: ExchangeInput = { type: 'timeout' };

test('command, 06, answer, 06', () => {
  assert.equal(run(ask(movement), { token: 'ack' }, good(movement.command)), [
    `send, wait ${ackWaitMs}`,
    'wait 9000',
    'acknowledge, answer',
  ]);
});

test('a movement is sent again only when the unit says that it did not take it', () => {
  assert.equal(run(ask(movement), late, late), [`send, wait ${ackWaitMs}`, 'wait 9000', 'silent']);
  assert.equal(run(ask(movement), late, good(movement.command)).at(-1), 'acknowledge, answer');
  const refused = [{ token: 'nak' } as const, late];
  const again = `send, wait ${ackWaitMs}`;
  assert.equal(run(ask(movement), ...refused, ...refused, ...refused), [
    ...[again, `wait ${nakWaitMs}`, again, `wait ${nakWaitMs}`, again, `wait ${nakWaitMs}`],
    'refused',
  ]);
  // A 15 that the line made up: the 06 comes after all, nothing is sent twice.
  assert.equal(run(ask(movement), { token: 'nak' }, { token: 'ack' }, late), [
    ...[again, `wait ${nakWaitMs}`, 'wait 9000', 'silent'],
  ]);
});

test('a question is asked three times, then nobody is there', () => {
  const said = run(ask(question), ...Array.from({ length: sendsMax }, () => late));
  assert.is(said.filter((s) => s.startsWith('send')).length, sendsMax);
  assert.is(said.at(-1), 'silent');
});

test('late and doubled answers are confirmed and count for nothing', () => {
  assert.equal(run(good(movement.command)), ['acknowledge']);
  assert.equal(run(ask(question), good(movement.command), good(question.command)).slice(1), [
    'acknowledge',
    'acknowledge, answer',
  ]);
});

function virtualLine() {
  const clock = new VirtualClock();
  const wire = new MemoryWire();
  const sent: string[] = [];
  wire.onWrite = (b) => sent.push(`${clock.mono()} ${hexOf(b)}`);
  const line = createUnitLine(wire, clock, { address: 0, closed: () => undefined });
  return { clock, wire, sent, line };
}

test('one command at a time; the next leaves with the confirmation of the one before', async () => {
  const v = virtualLine();
  const first = v.line.ask(question);
  const second = v.line.ask(movement);
  await v.clock.advance(10);
  assert.equal(v.sent, [`0 ${vector('status')}`]);
  v.wire.feed(bytes(vector('ack') + vector('status-ok')));
  await v.clock.advance(10);
  assert.is((await first).state, '020');
  assert.equal(v.sent.slice(1).join('').replaceAll('10 ', ''), `06${vector('move-gate')}`);
  v.wire.feed(bytes(vector('ack')));
  await v.clock.advance(5000);
  v.wire.feed(bytes(vector('error-jam')));
  assert.is(await refusal(second), 'CRD_JAM');
  await v.clock.advance(10_000);
  assert.is(v.clock.waiting, 0);
});

test('a frame that stops in the middle is given up after 100 ms, the whole one in it read', async () => {
  const v = virtualLine();
  const asked = v.line.ask(question);
  await v.clock.advance(0);
  v.wire.feed(bytes(`06F200010650${vector('status-few')}`));
  await v.clock.advance(99);
  assert.ok(v.line.busy);
  await v.clock.advance(1);
  assert.is((await asked).state, '110');
});

test('after a missing answer the next command works, and the late answer is confirmed and dropped', async () => {
  const v = virtualLine();
  const moved = refusal(v.line.ask(movement));
  await v.clock.advance(ackWaitMs + 9000);
  assert.is(await moved, 'DEV_NO_ANSWER');
  const asked = v.line.ask(question);
  await v.clock.advance(1);
  v.wire.feed(Buffer.concat([bytes(vector('ack')), bytesOf(good(movement.command))]));
  await v.clock.advance(1);
  assert.ok(v.line.busy, 'still waiting for its own answer');
  v.wire.feed(bytes(vector('status-few')));
  assert.is((await asked).state, '110');
  await v.clock.advance(1000);
  assert.is(
    v.sent
      .join(' ')
      .split(/ /)
      .filter((x) => x === '06' || x === '0606').length,
    2,
  );
});

test('nobody answers: a movement ends after its time, once sent; a full queue refuses', async () => {
  const v = virtualLine();
  const moved = refusal(v.line.ask(movement));
  const more = Array.from({ length: commandsMax + 1 }, () => refusal(v.line.ask(question)));
  await v.clock.advance(ackWaitMs + 8999);
  assert.is(v.sent.length, 1);
  await v.clock.advance(1);
  assert.is(await moved, 'DEV_NO_ANSWER');
  v.wire.hangUp();
  const codes = await Promise.all(more);
  assert.is(codes.filter((c) => c === 'CRD_BUSY').length, 1);
  assert.is(codes.filter((c) => c === 'DEV_CLOSED').length, commandsMax);
});

const loopback = { host: '127.0.0.1', port: 0 };
function unit(o: Partial<VirtualCardDispenserOptions>): VirtualCardDispenserOptions {
  return {
    ...{ clock: realClock, address: 0, cards: 10, fewAt: 2, binMax: 5, moveMs: 0 },
    resend: { waitMs: 150, timesMax: 3 },
    needsReset: false,
    chip: (apdu) => Buffer.concat([apdu, Buffer.of(0x90, 0x00)]),
    ...o,
  };
}
const dispenserOf = (device: object) => device as CardDispenser;
const optionsOf = (link: object) => ({ link, poll_ms: 200, move_wait_ms: 1000 });

async function site(o: Partial<VirtualCardDispenserOptions> = {}) {
  const twin = createVirtualCardDispenser(unit(o));
  const link = { via: 'tcp', ...(await twin.listenTcp(loopback)) };
  const h = deviceHost(realClock);
  const device = dispenserOf(await drivers['crt-571'].open(optionsOf(link), h.context, never));
  return {
    ...{ twin, h, device, link },
    async close() {
      await device.close();
      await twin.close();
    },
  };
}

test('over TCP and a pty: dispense, chip, eject, capture, taken; the state follows', async () => {
  const pair = await ptyPair();
  for (const via of ['tcp', 'serial'] as const) {
    const twin = createVirtualCardDispenser(unit({ moveMs: 50 }));
    const at = via === 'tcp' ? await twin.listenTcp(loopback) : undefined;
    if (at === undefined) await twin.holdSerial({ path: pair.far, baud: 9600 });
    const link = at
      ? { via: 'tcp', ...at }
      : { via: 'serial', path: pair.near, baud: 9600, flow: 'none' };
    const h = deviceHost(realClock);
    const d = dispenserOf(await drivers['crt-571'].open(optionsOf(link), h.context, never));
    assert.is(h.statuses.at(-1)?.state, 'ready');
    twin.noise(Uint8Array.of(0xf2, 0x00, 0x01));
    assert.equal(await d.dispense(), { outcome: 'done' });
    assert.is(d.status.card, 'gate');
    assert.equal(await d.dispense(), { outcome: 'failed', code: 'CRD_CARD_ON_WAY' });
    assert.is(await d.taken(0, never), false);
    const taking = d.taken(waitMs, never);
    twin.takeCard();
    assert.is(await taking, true);
    assert.equal(await d.eject(), { outcome: 'failed', code: 'CRD_NO_CARD' });
    assert.equal(await d.move('ic'), { outcome: 'done' });
    assert.equal(await d.resetChip(), Uint8Array.of(0x3b, 0x00));
    assert.is(hexOf(await d.exchange(bytes('00C003F2'))), '00C003F29000');
    assert.equal(await d.eject(), { outcome: 'done' });
    assert.equal(await d.dispense(), { outcome: 'done' });
    assert.equal(await d.capture(), { outcome: 'done' });
    assert.equal(await d.entry(true), { outcome: 'done' });
    assert.equal([twin.state.given, twin.state.inBin, twin.state.cards], [2, 1, 7]);
    assert.ok(twin.state.entryAllowed);
    assert.is(await refusal(d.exchange(bytes('00C00000'))), 'CRD_CHIP');
    assert.is(await refusal(d.exchange(new Uint8Array(300))), 'CRD_COMMAND');
    await d.close();
    await twin.close();
    assert.is(h.lost.length, 0);
  }
  await pair.unplug();
});

test('never two cards for one dispense: 06, answer or check byte lost, said twice, or refused', async () => {
  const s = await site({ cards: 100 });
  for (const how of ['nak', 'no-ack', 'wrong-bcc', 'doubled'] as const) {
    const before = s.twin.state.cards;
    // The look before the movement must go well: only the movement is spoilt.
    const dispensed = s.device.dispense();
    await until(() => s.twin.commands.at(-1) === '3130', waitMs, 'the look');
    s.twin.spoil(how, 1);
    assert.equal(await dispensed, { outcome: 'done' }, how);
    assert.is(before - s.twin.state.cards, 1, how);
    assert.equal(await s.device.eject(), { outcome: 'done' }, how);
  }
  await s.close();
});

test('the answer to a movement is lost: the state proves it, or nobody claims it', async () => {
  const v = virtualLine();
  const h = deviceHost(v.clock);
  const u = createUnit({ link: { via: 'tcp', host: 'x', port: 1 } }, v.line, h.context);
  const say = async (name: string, state?: string) => {
    if (name !== '') v.wire.feed(bytes(vector('ack') + vector(name)));
    else if (state !== undefined)
      v.wire.feed(bytesOf({ ...good(commands.status), state } as UnitToken));
    await v.clock.advance(1);
  };
  const lost = async (after: 'status-few' | 'status-ok') => {
    const dispensed = u.act('dispense', commands.move('gate'));
    await v.clock.advance(1);
    await say('status-ok');
    await v.clock.advance(ackWaitMs + 12_000);
    await say(after);
    return dispensed;
  };
  assert.equal(await lost('status-few'), { outcome: 'done' });
  assert.equal(await lost('status-ok'), { outcome: 'uncertain', code: 'CRD_UNPROVEN' });
  assert.is(v.sent.filter((s) => s.includes(vector('move-gate'))).length, 2, 'each sent once');
});

test('what the unit reports is its status: few, empty, bin full, jam; and well again', async () => {
  const s = await site({ cards: 3 });
  const code = () => s.h.statuses.at(-1)?.code;
  const state = () => s.h.statuses.at(-1)?.state;
  assert.equal(await s.device.dispense(), { outcome: 'done' });
  assert.equal([state(), code()], ['attention', 'CRD_STACKER_LOW']);
  s.twin.failNext('10');
  assert.equal(await s.device.capture(), { outcome: 'failed', code: 'CRD_JAM' });
  assert.equal([state(), code()], ['out', 'CRD_JAM']);
  s.twin.takeCard();
  await until(() => code() === 'CRD_STACKER_LOW', waitMs, 'initialised once the path is empty');
  assert.ok(s.twin.commands.includes('3033'), 'initialised, card kept');
  s.twin.putCards(-2);
  await until(() => code() === 'CRD_STACKER_EMPTY', waitMs, 'empty');
  assert.equal(await s.device.dispense(), { outcome: 'failed', code: 'CRD_STACKER_EMPTY' });
  s.twin.putCards(9);
  await until(() => code() === 'DEV_READY', waitMs, 'filled');
  await s.close();
});

test('a unit fresh from power-up is initialised by itself', async () => {
  const s = await site({ needsReset: true });
  await until(() => s.h.statuses.at(-1)?.code === 'DEV_READY', waitMs, 'initialised');
  assert.is(s.h.statuses[0]?.code, 'CRD_NOT_RESET');
  await s.close();
});

test('too many movements at once are refused', async () => {
  const s = await site();
  const all = Array.from({ length: movementsMax + 1 }, () => s.device.dispense());
  assert.equal(await all.at(-1), { outcome: 'failed', code: 'CRD_BUSY' });
  const codes = (await Promise.all(all)).map((o) => (o.outcome === 'done' ? 'done' : o.code));
  assert.equal(codes, [
    'done',
    'CRD_CARD_ON_WAY',
    'CRD_CARD_ON_WAY',
    'CRD_CARD_ON_WAY',
    'CRD_BUSY',
  ]);
  await s.close();
});

test('unplugged while a card moves: uncertain, lost once; after the replug all is well', async () => {
  const pair = await ptyPair();
  const link = { via: 'serial', path: pair.near, baud: 9600, flow: 'none' };
  const h = deviceHost(realClock);
  let twin = createVirtualCardDispenser(unit({ moveMs: 3000 }));
  await twin.holdSerial({ path: pair.far, baud: 9600 });
  const first = dispenserOf(await drivers['crt-571'].open(optionsOf(link), h.context, never));
  const moved = first.dispense();
  await until(() => twin.commands.includes('3230'), waitMs, 'the movement');
  twin.noise(bytes('F200000650'));
  await pair.unplug();
  assert.equal(await moved, { outcome: 'uncertain', code: 'DEV_CLOSED' });
  await until(() => h.lost.length === 1, waitMs, 'the loss');
  await first.close();
  await twin.close();
  await pair.replug();
  twin = createVirtualCardDispenser(unit({}));
  await twin.holdSerial({ path: pair.far, baud: 9600 });
  const second = dispenserOf(await drivers['crt-571'].open(optionsOf(link), h.context, never));
  assert.equal(await second.dispense(), { outcome: 'done' });
  await second.close();
  await twin.close();
  await pair.unplug();
});

test('a wire without a unit is no device; a unit that falls silent is lost', async () => {
  const s = await site();
  s.twin.spoil('no-answer', 1000);
  await until(() => s.h.lost.length === 1, waitMs, 'the loss');
  assert.match(String(s.h.lost[0]), /DEV_NO_ANSWER/);
  const nobody = deviceHost(realClock);
  const again = drivers['crt-571'].open(optionsOf(s.link), nobody.context, never);
  assert.is(await refusal(again), 'DEV_NO_ANSWER');
  assert.equal(nobody.statuses, [], 'a unit that was never heard is not called well');
  await s.close();
});

test('self-test: safe looks, deep initialises, dispenses and ejects, and stops at the first fault', async () => {
  const s = await site();
  const steps = async (depth: 'safe' | 'deep') =>
    (await s.device.selfTest?.(depth, never))?.map((x) => `${x.step} ${x.code}`);
  assert.equal(await steps('safe'), ['card-status DEV_READY', 'card-sensors DEV_READY']);
  assert.is(s.twin.state.cards, 10);
  assert.is((await steps('deep'))?.length, 5);
  assert.equal([s.twin.state.cards, s.twin.state.given], [9, 1]);
  s.twin.failNext('51');
  assert.equal((await steps('deep'))?.slice(2), [
    'card-initialise DEV_READY',
    'card-dispense CRD_MOTOR',
  ]);
  await s.close();
});

test.run();

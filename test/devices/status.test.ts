import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  deviceState,
  fromAsb,
  fromEot,
  fromStar,
  nothingHeard,
  obstacle,
  paperInTurn,
  sameTruth,
  starCount,
  withFull,
  worseOf,
} from '../../devices/ticket-printer/status.ts';
import fc from '../harness/fc.ts';

const test = suite('printer status');
const well = { 1: 0x12, 2: 0x12, 3: 0x12, 4: 0x12 };

test('a printer that is well says so in both ways', () => {
  const status = { online: true, coverOpen: false, error: 'none', paper: 'ok', at: 7 };
  assert.equal(fromEot(well, 7), status);
  assert.equal(fromAsb([0x10, 0, 0, 0], 7), status);
  assert.equal(deviceState(fromEot(well, 7)), { state: 'ready', code: 'DEV_READY' });
});

test('each bit of the maker’s table has its meaning', () => {
  const cases: [string, string][] = [
    [deviceState(fromEot({ ...well, 1: 0x1a }, 0)).code, 'PRN_OFFLINE'],
    [deviceState(fromEot({ ...well, 2: 0x16 }, 0)).code, 'PRN_COVER_OPEN'],
    [deviceState(fromEot({ ...well, 2: 0x32 }, 0)).code, 'PRN_PAPER_OUT'],
    [deviceState(fromEot({ ...well, 2: 0x52 }, 0)).code, 'PRN_RECOVERABLE'],
    [deviceState(fromEot({ ...well, 3: 0x16 }, 0)).code, 'PRN_RECOVERABLE'],
    [deviceState(fromEot({ ...well, 3: 0x1a }, 0)).code, 'PRN_CUTTER'],
    [deviceState(fromEot({ ...well, 3: 0x32 }, 0)).code, 'PRN_UNRECOVERABLE'],
    [deviceState(fromEot({ ...well, 4: 0x1e }, 0)).code, 'PRN_PAPER_LOW'],
    [deviceState(fromEot({ ...well, 4: 0x72 }, 0)).code, 'PRN_PAPER_OUT'],
    [deviceState(fromAsb([0x18, 0, 0, 0], 0)).code, 'PRN_OFFLINE'],
    [deviceState(fromAsb([0x38, 0, 0, 0], 0)).code, 'PRN_COVER_OPEN'],
    [deviceState(fromAsb([0x18, 0x08, 0, 0], 0)).code, 'PRN_CUTTER'],
    [deviceState(fromAsb([0x18, 0x20, 0, 0], 0)).code, 'PRN_UNRECOVERABLE'],
    [deviceState(fromAsb([0x18, 0x40, 0, 0], 0)).code, 'PRN_HEAD_HOT'],
    [deviceState(fromAsb([0x10, 0, 0x03, 0], 0)).code, 'PRN_PAPER_LOW'],
    [deviceState(fromAsb([0x18, 0, 0x0f, 0], 0)).code, 'PRN_PAPER_OUT'],
  ];
  for (const [is, should] of cases) assert.is(is, should);
});

test('each bit of Star’s table has its meaning, and its counter is read', () => {
  const packet = (change: Record<number, number>) =>
    [0x23, 0x06, 0, 0, 0, 0, 0, 0, 0].map((b, i) => change[i] ?? b);
  const cases: [Record<number, number>, string][] = [
    [{}, 'DEV_READY'],
    [{ 2: 0x08 }, 'PRN_OFFLINE'],
    [{ 2: 0x28 }, 'PRN_COVER_OPEN'],
    [{ 3: 0x08 }, 'PRN_CUTTER'],
    [{ 3: 0x04 }, 'PRN_RECOVERABLE'],
    [{ 3: 0x20 }, 'PRN_UNRECOVERABLE'],
    [{ 3: 0x40 }, 'PRN_HEAD_HOT'],
    [{ 4: 0x04 }, 'PRN_RECOVERABLE'],
    [{ 5: 0x04 }, 'PRN_PAPER_LOW'],
    [{ 5: 0x0c }, 'PRN_PAPER_OUT'],
    [{ 5: 0x08 }, 'PRN_PAPER_OUT'],
  ];
  for (const [change, code] of cases) {
    assert.is(deviceState(fromStar(packet(change), 0)).code, code);
  }
  assert.is(starCount(packet({ 7: 0b0110_1010 })), 0b11101);
  assert.is(starCount(packet({}).slice(0, 7)), null);
});

test('the full status adds the mouth, and never makes anything better', () => {
  const asked = fromEot({ ...well, 4: 0x7e }, 7);
  const full = withFull(asked, [0x20, 0, 0, 0]);
  assert.is(full.ticketWaiting, true);
  assert.is(full.paper, 'out');
  assert.is(withFull(fromEot(well, 7), [0x04, 0, 0, 0]).paper, 'low');
  assert.is(withFull(fromEot(well, 7), [0, 0x02, 0, 0]).coverOpen, true);
  assert.is(withFull(fromEot(well, 7), [0, 0, 0, 0x01]).error, 'cutter');
  assert.is(withFull(fromEot(well, 7), [0, 0, 0x01, 0]).error, 'auto-recoverable');
  assert.is(withFull(fromEot(well, 7), [0, 0, 0, 0]).ticketWaiting, false);
});

test('of two reports the worse counts, whichever came first', () => {
  const good = fromEot(well, 1);
  const bad = fromEot({ 1: 0x1a, 2: 0x16, 3: 0x1a, 4: 0x72 }, 2);
  for (const both of [worseOf(good, bad), worseOf(bad, good)]) {
    assert.ok(sameTruth(both, bad));
  }
  assert.is(worseOf(nothingHeard, good).paper, 'unknown');
  assert.ok(sameTruth(worseOf(good, good), good));
});

test('an open cover is named before the missing paper that it causes', () => {
  assert.is(obstacle(fromAsb([0x38, 0, 0x0f, 0], 0)), 'PRN_COVER_OPEN');
});

test('half of a sensor’s bit pair never reads as "paper ok"', () => {
  for (let bits = 1; bits < 4; bits++) {
    assert.is.not(fromEot({ ...well, 4: 0x12 | (bits << 2) }, 0).paper, 'ok');
    assert.is.not(fromEot({ ...well, 4: 0x12 | (bits << 5) }, 0).paper, 'ok');
    assert.is.not(fromAsb([0x10, 0, bits, 0], 0).paper, 'ok');
    assert.is.not(fromAsb([0x10, 0, bits << 2, 0], 0).paper, 'ok');
  }
});

test('an answer in turn with half a bit pair is damage, no answer', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 255 }), (byte) => {
      const pairs = [byte & 3, (byte >> 2) & 3];
      const whole = pairs.every((p) => p === 0 || p === 3);
      assert.is(paperInTurn(byte) !== null, whole);
    }),
  );
  assert.is(paperInTurn(0x00), 'ok');
  assert.is(paperInTurn(0x03), 'low');
  assert.is(paperInTurn(0x0f), 'out');
});

test('a printer never heard is unknown, not ready', () => {
  assert.equal(deviceState(nothingHeard), { state: 'unknown', code: 'PRN_NO_STATUS' });
  assert.is(obstacle(nothingHeard), null);
});

test.run();

/** What time does to the sequencer: ticks without a press, clocks that step, housekeeping in quiet. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { hallClock } from '../../kiosk-app/hall/hall-clock.ts';
import { alarm } from '../../kiosk-app/hall/sequencing/alarm.ts';
import { VirtualClock } from '../harness/virtual-clock.ts';
import { request, take } from './big-hall.ts';
import { codeOf, pass, type Rig, rig } from './sequencer-rig.ts';

const test = suite('sequencer and time');
const hour = 3_600_000;

const types = (r: Rig) => r.committed.flatMap((c) => c.events.map((e) => e.type));
const printed = () =>
  request('take', 'queue-1', { service: 'filing', paper: true, source: 'touch' });

async function ask(r: Rig, q: Parameters<Rig['submit']>[0]) {
  const answer = r.submit(q);
  r.run();
  return answer;
}

test('a limit that expires is journaled without anybody asking', async () => {
  const r = rig();
  await ask(r, printed());
  await pass(r, 29_000);
  assert.not.ok(types(r).includes('print-overdue'));
  await pass(r, 1_500);
  assert.ok(types(r).includes('print-overdue'));
});

test('a new business day begins by itself', async () => {
  const r = rig();
  await ask(r, take());
  await pass(r, 20 * hour, 30_000);
  assert.is(types(r).filter((t) => t === 'day-started').length, 2);
  assert.is(r.disk.events.at(-1)?.day, '2026-11-23');
  assert.is(r.disk.events.at(0)?.day, '2026-11-22');
});

test('a wall clock that jumps ahead is noticed without a press', async () => {
  const r = rig();
  await ask(r, take());
  r.clock.step(24 * hour);
  await pass(r, 6_000);
  assert.is(r.sequencer.state?.day, '2026-11-23');
});

test('a wall clock that steps back: no instant comes twice, and limits still expire', async () => {
  const r = rig();
  await ask(r, printed());
  r.clock.step(-2 * hour);
  await ask(r, take());
  await pass(r, 70_000);
  assert.ok(types(r).includes('print-overdue'));
  const at = r.disk.events.map((e) => e.at);
  assert.equal(
    at,
    [...at].sort((a, b) => a - b),
  );
});

test('the hall clock follows the wall clock, never back, and catches up', async () => {
  const clock = new VirtualClock(1_000_000);
  const hall = hallClock(clock, 0);
  await clock.advance(500);
  assert.is(hall.now(), 1_000_500);
  clock.step(10_000);
  assert.is(hall.now(), 1_010_500);
  clock.step(-10_000);
  assert.is(hall.now(), 1_010_500);
  await clock.advance(10_000);
  assert.is(hall.now(), 1_015_500, 'half speed while ahead');
  await clock.advance(10_000);
  assert.is(hall.now(), 1_020_500);
  await clock.advance(1_000);
  assert.is(hall.now(), 1_021_500, 'together again');
  assert.is(hall.aheadMs(), 0);
});

test('a hall clock far ahead keeps its speed', async () => {
  const clock = new VirtualClock(1_000_000);
  const hall = hallClock(clock, 1_000_000 + 24 * hour);
  await clock.advance(60_000);
  assert.is(hall.now(), 1_060_000 + 24 * hour);
});

test('time alone writes nothing to the disk', async () => {
  const r = rig();
  await ask(r, take());
  const before = r.disk.commits;
  await pass(r, 60_000, 500);
  assert.is(r.disk.commits, before);
});

test('an alarm that is due and changes nothing is no loop', async () => {
  const clock = new VirtualClock();
  let rings = 0;
  const a = alarm({
    clock,
    limits: { tickWaitMaxMs: 5_000 },
    untilDue: () => 0,
    ring() {
      rings += 1;
      a.set(1_000);
    },
  });
  a.set(0);
  await clock.advance(10_500);
  assert.is(rings, 11);
  a.off();
  assert.is(clock.waiting, 0);
});

test('an earlier instant moves the alarm, a later one leaves it', async () => {
  const clock = new VirtualClock();
  let until: number | null = 3_000;
  const rings: number[] = [];
  const a = alarm({
    clock,
    limits: { tickWaitMaxMs: 5_000 },
    untilDue: () => (until === null ? null : until - clock.mono()),
    ring: () => rings.push(clock.mono()),
  });
  a.set(0);
  until = 1_000;
  a.set(0);
  until = 2_000;
  a.set(0);
  await clock.advance(10_000);
  assert.equal(rings, [2_000]);
  assert.is(clock.waiting, 0);
});

test('snapshots wait for quiet, and are forced when it never comes', async () => {
  const limits = { snapshotEventsQuiet: 10, snapshotEventsForced: 40, quietMs: 200 };
  const r = rig({ limits });
  await pass(r, 1_000);
  const newest = () => r.disk.snapshots.at(-1)?.seq ?? 0;
  assert.is(newest(), 1, 'the day that began');
  for (let i = 0; i < 39; i++) {
    await ask(r, take());
    await pass(r, 100);
  }
  assert.is(newest(), 1, 'never quiet');
  await ask(r, take());
  assert.is(newest(), 41, 'forced');
  for (let i = 0; i < 10; i++) await ask(r, take());
  assert.is(newest(), 41);
  await pass(r, 1_000);
  assert.is(newest(), 51, 'quiet');
});

test('a few events are no reason for a snapshot; an ended day is', async () => {
  const r = rig({ limits: { snapshotEventsQuiet: 1000 } });
  await ask(r, take());
  await pass(r, 1_000);
  const atStart = r.disk.snapshots.length;
  await ask(r, take());
  await pass(r, 60_000);
  assert.is(r.disk.snapshots.length, atStart);
  r.clock.step(24 * hour);
  await pass(r, 8_000);
  assert.is(r.disk.snapshots.length, atStart + 1);
});

test('housekeeping that fails stops no request and is not tried at every press', async () => {
  const r = rig({ limits: { snapshotEventsForced: 2, snapshotEventsQuiet: 1 } });
  r.sequencer.onCommitted(() => {
    // From the first commit on snapshots fail, commits do not.
    Object.defineProperty(r.disk.snapshots, 'push', {
      value() {
        throw new Error('no room');
      },
      configurable: true,
    });
  });
  for (let i = 0; i < 20; i++) {
    assert.is(codeOf(await ask(r, take())), 'ok');
    await pass(r, 500);
  }
  assert.is(r.log.lines.filter((l) => l.level === 'error').length, 1);
});

test.run();

/** The book, its figures, the outbox and the uploader, each by itself. */
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { QueueEvent } from '../../kiosk-app/hall/queue/events.ts';
import { createBook } from '../../kiosk-app/hall/ratings/book.ts';
import { csvOf, reportOf } from '../../kiosk-app/hall/ratings/figures.ts';
import { outboxOf } from '../../kiosk-app/hall/ratings/outbox.ts';
import {
  closeRectification,
  openRectifications,
  rectificationsCsv,
  rectificationsOf,
} from '../../kiosk-app/hall/ratings/rectification.ts';
import { standingOf } from '../../kiosk-app/hall/ratings/standing.ts';
import { openRatingsDb } from '../../kiosk-app/hall/ratings/tables.ts';
import type { PostResult } from '../../kiosk-app/hall/upload/post.ts';
import { createUploader } from '../../kiosk-app/hall/upload/uploader.ts';
import { reportPdf, reportSvg } from '../../scripts/ratings/report-page.ts';
import { memoryLog } from '../harness/memory-log.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { settle, VirtualClock } from '../harness/virtual-clock.ts';
import { at, evaluated, ratingsHall } from './fixture.ts';

const test = suite('book');
const dayOf = (t: number) => new Date(t + 8 * 3_600_000).toISOString().slice(0, 10);
const rules = {
  ...{ dayOf, upload: true, dueOf: () => '2026-11-30' },
  clerkOf: (w: string) => (w === '1' ? 'li' : 'wang'),
};

function open() {
  const db = openRatingsDb(join(tempDir('book'), 'ratings.sqlite'), 'hall');
  return { db, book: createBook(db, rules) };
}
const finished = (window: string, when = at): QueueEvent => ({
  ...{ type: 'finished', at: when, ticket: 'x', window, meanMs: null },
});
const numbered = (events: QueueEvent[], from = 1) =>
  events.map((event, i) => ({ seq: from + i, event }));

test('events taken twice count once, and the cursor survives a restart', () => {
  const { db, book } = open();
  const events = numbered([finished('1'), evaluated('satisfied'), finished('1')]);
  book.take(events);
  book.take(events);
  const again = createBook(db, rules);
  assert.is(again.cursor, 3);
  again.take(events);
  const { total } = reportOf(db, null, { from: '2026-11-23', to: '2026-11-23' }, '2026-11-24');
  assert.equal([total.services, total.rated, total.rate], [2, 1, 0.5]);
  assert.equal(outboxOf(db).counts(), { waiting: 1, sent: 0, dead: 0 });
});

test('a rating that came after midnight counts on the day of its service', () => {
  const { db, book } = open();
  book.take(numbered([finished('1'), evaluated('satisfied', { at: at + 86_400_000 })]));
  const day = { from: '2026-11-23', to: '2026-11-23' };
  assert.is(reportOf(db, null, day, '2026-11-24').total.rate, 1);
});

test('figures per window and clerk group; what was mistaken is left out, what is late is said', () => {
  const { db, book } = open();
  const bad = book.take(
    numbered([
      ...[finished('1'), finished('1'), finished('2'), finished('2')],
      evaluated('very-satisfied'),
      evaluated('very-dissatisfied'),
      evaluated('dissatisfied', { window: '2', clerk: 'wang' }),
      evaluated('satisfied', { round: 2 }),
    ]),
  );
  assert.equal(
    bad.map((b) => [b.seq, b.due]),
    [
      [6, '2026-11-30'],
      [7, '2026-11-30'],
    ],
  );
  const report = (today: string) =>
    reportOf(db, ratingsHall(), { from: '2026-11-20', to: '2026-11-26' }, today);
  const before = report('2026-12-01');
  assert.equal([before.total.badOpen, before.total.badOverdue], [2, 2]);
  assert.is(before.total.satisfied, 1 / 3);
  assert.is(before.total.followUps, 1);
  closeRectification(db, 7, { outcome: 'mistaken', note: '误评', at });
  assert.throws(
    () => closeRectification(db, 7, { outcome: 'rectified', note: '', at }),
    /RAT_UNKNOWN/,
  );
  const after = report('2026-11-30');
  assert.equal([after.total.badOpen, after.total.badOverdue, after.total.badClosed], [1, 0, 1]);
  assert.equal([after.total.excluded, after.total.satisfied], [1, 0.5]);
  assert.equal(
    after.groups.map((g) => [g.name, g.services, g.rated]),
    [
      ['综合组', 2, 2],
      ['未分组', 2, 1],
    ],
  );
  assert.equal(
    after.windows.map((w) => [w.id, w.services, w.rated]),
    [
      ['1', 2, 2],
      ['2', 2, 1],
      ['3', 0, 0],
    ],
  );
  assert.equal(
    openRectifications(db, '2026-12-01').map((r) => [r.seq, r.overdue]),
    [[6, true]],
  );
  assert.is(after.days.length, 7);
  assert.equal(after.days[3], { day: '2026-11-23', services: 4, rated: 3, bad: 1 });
});

test('every bad rating of a period with its limit and how it ended, as a table', () => {
  const { db, book } = open();
  const bad = (text: string) => evaluated('dissatisfied', { text, labels: ['207', '214'] });
  book.take(numbered([bad('=1+1'), bad('b'), bad('c'), evaluated('satisfied')]));
  const day = 86_400_000;
  closeRectification(db, 1, { outcome: 'rectified', note: '已回访', at: at + 7 * day });
  closeRectification(db, 2, { outcome: 'malicious', note: '', at: at + 8 * day });
  const lines = (today: string, from = '2026-11-23') =>
    rectificationsOf(db, { from, to: '2026-11-23' }, { today, dayOf });
  assert.equal(
    lines('2026-12-02').map((l) => [l.seq, l.due, l.state, l.closedOn, l.outcome]),
    [
      [1, '2026-11-30', 'closed', '2026-11-30', 'rectified'],
      [2, '2026-11-30', 'closed-late', '2026-12-01', 'malicious'],
      [3, '2026-11-30', 'overdue', null, null],
    ],
  );
  assert.is(lines('2026-11-30')[2]?.state, 'open', 'its last day is not beyond it');
  assert.equal(lines('2026-11-30', '2026-11-24'), []);
  const [head = '', first = ''] = rectificationsCsv(lines('2026-12-02')).split('\r\n');
  assert.is(head.split(',').length, first.split(',').length);
  assert.match(first, "207 214,'=1+1,2026-11-30,closed");
  assert.match(first, '已回访');
});

test('what waits for a person is counted: open, overdue, the nearest limit, on the way, not taken', () => {
  const { db } = open();
  const limits = ['2026-12-02', '2026-11-30'];
  const book = createBook(db, { ...rules, dueOf: () => limits.shift() ?? null });
  const standing = standingOf(db);
  const nothing = { badOpen: 0, badOverdue: 0, due: null, waiting: 0, dead: 0 };
  assert.equal(standing('2026-12-01'), nothing);
  book.take(
    numbered([evaluated('satisfied'), evaluated('dissatisfied'), evaluated('very-dissatisfied')]),
  );
  outboxOf(db).sent(1, at, '');
  outboxOf(db).dead(2, at, 'UPL_REFUSED');
  const now = { badOpen: 2, badOverdue: 0, due: '2026-11-30', waiting: 1, dead: 1 };
  assert.equal(standing('2026-11-30'), now, 'its last day is not beyond it');
  assert.equal(standing('2026-12-01'), { ...now, badOverdue: 1 });
  closeRectification(db, 3, { outcome: 'rectified', note: '', at });
  assert.equal(standing('2026-12-01'), { ...now, badOpen: 1, due: '2026-12-02' });
});

test('the CSV has a line for each, quotes what it must, and no cell is a formula', () => {
  const { db, book } = open();
  book.take(numbered([finished('1'), evaluated('satisfied')]));
  const hall = ratingsHall((p) => {
    for (const w of p.windows) w.name = { zh: '一,"窗"', en: '' };
    for (const g of p.clerk_groups ?? []) g.name = { zh: '=1+1', en: '' };
  });
  const csv = csvOf(reportOf(db, hall, { from: '2026-11-23', to: '2026-11-23' }, '2026-11-24'));
  const lines = csv.replace('\uFEFF', '').trim().split('\r\n');
  assert.is(lines.length, 1 + 3 + 1 + 1);
  assert.match(lines[1] ?? '', 'window,1,"1 一,""窗""",1,1,100.0,0,1,0,0,0,100.0');
  assert.match(csv, ",'=1+1,");
});

test('the report is one A4 page that carries its figures', async () => {
  const { db, book } = open();
  book.take(numbered([finished('1'), evaluated('satisfied')]));
  const report = reportOf(
    db,
    ratingsHall(),
    { from: '2026-11-23', to: '2026-11-23' },
    '2026-11-24',
  );
  assert.match(reportSvg(report), '满意率');
  const pdf = Buffer.from(await reportPdf(report, new Date(at)));
  assert.is(pdf.subarray(0, 5).toString(), '%PDF-');
  assert.is(pdf.toString('latin1').match(/\/Type \/Page\b(?!s)/g)?.length ?? 1, 1);
});

// ---------------------------------------------------------------- outbox and uploader

interface Rig {
  results: PostResult[];
  posted: string[];
}
function rig(results: PostResult['kind'][], attempts = 3) {
  const { db, book } = open();
  const clock = new VirtualClock();
  const box = outboxOf(db);
  const seen: Rig = {
    results: results.map((kind) => ({ kind, why: kind, receipt: kind }) as PostResult),
    posted: [],
  };
  const uploader = createUploader({
    ...{ outbox: box, clock, log: memoryLog(), random: () => 0 },
    retry: { first_s: 5, max_s: 40, attempts },
    recordOf: (e) => ({ case: e.ticket }),
    post: async (record) => {
      seen.posted.push(record.case ?? '');
      return seen.results.shift() ?? { kind: 'taken', receipt: 'ok' };
    },
  });
  const rate = (n: number) => {
    book.take([{ seq: book.cursor + 1, event: evaluated('satisfied', { ticket: `t${n}` }) }]);
    uploader.wake();
  };
  return { clock, box, uploader, rate, seen };
}

test('what can not be reached is tried again for ever, with growing waits, and nothing overtakes', async () => {
  const r = rig(Array.from({ length: 8 }, () => 'unreachable' as const));
  r.rate(1);
  await settle();
  r.rate(2);
  await settle();
  assert.equal(r.seen.posted, ['t1']);
  const waits = [5, 10, 20, 40, 40, 40, 40];
  for (const [i, s] of waits.entries()) {
    await r.clock.advance(s * 1000 - 1);
    assert.is(r.seen.posted.length, i + 1);
    await r.clock.advance(1);
    assert.is(r.seen.posted.length, i + 2);
  }
  assert.equal(r.box.counts(), { waiting: 2, sent: 0, dead: 0 });
  await r.clock.advance(40_000);
  assert.equal(r.seen.posted.slice(-2), ['t1', 't2']);
  assert.equal(r.box.counts(), { waiting: 0, sent: 2, dead: 0 });
});

test('a refused record is a dead letter at once, and the next one goes out', async () => {
  const r = rig(['refused']);
  r.rate(1);
  r.rate(2);
  await settle();
  assert.equal(r.box.counts(), { waiting: 0, sent: 1, dead: 1 });
  const [dead] = r.box.list('dead', 10);
  assert.match(dead?.error ?? '', 'UPL_REFUSED');
  r.box.requeue(dead?.seq ?? 0);
  assert.throws(() => r.box.requeue(dead?.seq ?? 0), /RAT_UNKNOWN/);
  await r.clock.advance(60_000);
  assert.equal(r.box.counts(), { waiting: 0, sent: 2, dead: 0 });
});

test('all dead letters at once, in the order of the journal', async () => {
  const r = rig(['refused', 'refused']);
  for (const n of [1, 2, 3]) r.rate(n);
  await settle();
  assert.equal(r.box.counts(), { waiting: 0, sent: 1, dead: 2 });
  assert.is(r.box.requeueAll(), 2);
  assert.is(r.box.requeueAll(), 0);
  await r.clock.advance(60_000);
  assert.equal(r.seen.posted, ['t1', 't2', 't3', 't1', 't2']);
  assert.equal(r.box.counts(), { waiting: 0, sent: 3, dead: 0 });
});

test('an answer that is neither yes nor no counts, and ends in the dead letters after its attempts', async () => {
  const r = rig(['unclear', 'unreachable', 'unclear', 'unclear']);
  r.rate(1);
  await settle();
  await r.clock.advance(5_000 + 10_000 + 20_000);
  assert.equal(r.box.counts(), { waiting: 0, sent: 0, dead: 1 });
  assert.match(r.box.list('dead', 1)[0]?.error ?? '', 'UPL_ANSWER');
});

test('an ended uploader sends nothing more and leaves no timer', async () => {
  const r = rig(['unreachable']);
  r.rate(1);
  await settle();
  await r.uploader.stop();
  r.uploader.wake();
  await r.clock.advance(600_000);
  assert.is(r.seen.posted.length, 1);
  assert.is(r.clock.waiting, 0);
});

test.run();

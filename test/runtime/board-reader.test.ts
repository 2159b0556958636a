import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Board, BoardService, LogEntry } from '../../broker-config/messages.ts';
import {
  aheadMax,
  type BoardNews,
  type BoardReading,
  emptyReading,
  hasGap,
  readBoard,
} from '../../kiosk-app/runtime/board-reader.ts';
import fc from '../harness/fc.ts';

const service = (id: string, waiting: number): BoardService => ({
  id,
  waiting,
  byClass: {},
  open: true,
  closedBecause: null,
  estimateMin: null,
  longestSince: null,
  overCeiling: 0,
  windowsOpen: 1,
  issuedToday: 0,
  quotaLeft: null,
});
const board = (epoch: number, seq: number, more: Partial<Board> = {}): Board => ({
  v: 1,
  epoch,
  seq,
  day: '2026-11-22',
  at: seq,
  issuing: true,
  windows: [],
  services: [service('s', seq)],
  calls: [],
  alarms: [],
  ...more,
});
const entry = (
  epoch: number,
  prev: number,
  seq: number,
  more: Partial<LogEntry> = {},
): LogEntry => ({
  v: 1,
  epoch,
  prev,
  seq,
  day: '2026-11-22',
  at: seq,
  issuing: true,
  windows: [],
  services: [service('s', seq)],
  calls: [],
  alarms: null,
  ...more,
});
const read = (...news: (Board | LogEntry)[]): BoardReading =>
  news.reduce<BoardReading>(
    (r, n) => readBoard(r, 'prev' in n ? { kind: 'entry', entry: n } : { kind: 'board', board: n }),
    emptyReading,
  );
const call = (seq: number, number = 'A001') => ({
  seq,
  number,
  window: 'w1',
  service: 's',
  kind: 'call' as const,
  at: seq,
  expiresAt: seq + 1,
});

test('entries that follow each other are applied', () => {
  const r = read(board(1, 5), entry(1, 5, 6), entry(1, 6, 8));
  assert.is(r.board?.seq, 8);
  assert.is(r.board?.services[0]?.waiting, 8);
  assert.not.ok(hasGap(r));
});

test('an older board, an older entry and a repeated one change nothing', () => {
  const r = read(board(2, 5), entry(2, 5, 6));
  for (const n of [board(2, 5), board(1, 99), entry(2, 5, 6), entry(2, 3, 4), entry(1, 5, 7)]) {
    const news: BoardNews = 'prev' in n ? { kind: 'entry', entry: n } : { kind: 'board', board: n };
    assert.is(readBoard(r, news), r);
  }
});

test('a missed entry is a gap, and the snapshot closes it without losing what came meanwhile', () => {
  const gap = read(board(1, 5), entry(1, 6, 7), entry(1, 7, 9));
  assert.ok(hasGap(gap));
  assert.is(gap.board?.seq, 5, 'nothing half-known is shown');
  const closed = readBoard(gap, { kind: 'board', board: board(1, 7) });
  assert.is(closed.board?.seq, 9);
  assert.not.ok(hasGap(closed));
});

test('an entry of a new epoch is a gap until its board comes', () => {
  const gap = read(board(1, 5), entry(2, 5, 6));
  assert.ok(hasGap(gap));
  const after = readBoard(gap, { kind: 'board', board: board(2, 5) });
  assert.is(after.board?.epoch, 2);
  assert.is(after.board?.seq, 6);
});

test('an entry before the first board waits for it', () => {
  const r = read(entry(1, 5, 6));
  assert.is(r.board, null);
  assert.is(readBoard(r, { kind: 'board', board: board(1, 5) }).board?.seq, 6);
});

test('a snapshot in the middle of an entry takes the rest of the entry', () => {
  const r = read(board(1, 7), entry(1, 5, 9, { calls: [call(6), call(8)] }));
  assert.is(r.board?.seq, 9);
  assert.equal(
    r.board?.calls.map((c) => c.seq),
    [6, 8],
  );
});

test('a change without events counts when it is later', () => {
  const r = read(board(1, 5), entry(1, 5, 5, { issuing: false, at: 50 }));
  assert.is(r.board?.issuing, false);
  assert.is(read(board(1, 5), entry(1, 5, 5, { issuing: false, at: 5 })).board?.issuing, true);
  assert.is(read(board(1, 5), board(1, 5, { at: 60, issuing: false })).board?.issuing, false);
});

test('entries replace those of the same id and leave the others', () => {
  const start = board(1, 5, { services: [service('a', 1), service('b', 2)] });
  const r = read(start, entry(1, 5, 6, { services: [service('b', 9), service('c', 3)] }));
  assert.equal(
    r.board?.services.map((s) => [s.id, s.waiting]),
    [
      ['a', 1],
      ['b', 9],
      ['c', 3],
    ],
  );
});

test('calls are kept in order, once each, the newest twenty', () => {
  const many = Array.from({ length: 30 }, (_, i) => call(i + 6));
  const r = read(
    board(1, 5),
    entry(1, 5, 36, { calls: many }),
    entry(1, 36, 37, { calls: [call(35)] }),
  );
  assert.is(r.board?.calls.length, 20);
  assert.is(r.board?.calls[0]?.seq, 16);
  assert.is(r.board?.calls.at(-1)?.seq, 35);
});

test('calls of the day before are gone when a new business day begins', () => {
  const call = (seq: number): Board['calls'][number] => ({
    ...{ seq, number: 'A001', window: 'w1', service: 's', kind: 'call', at: seq, expiresAt: seq },
  });
  const next = { day: '2026-11-23', calls: [call(12)] };
  const r = read(board(1, 10, { calls: [call(9)] }), entry(1, 10, 12, next));
  assert.equal(
    r.board?.calls.map((c) => c.seq),
    [12],
  );
});

test('alarms stay when an entry does not speak of them', () => {
  const alarm = { id: 'x', since: 1, reason: { code: 'ceiling', data: {}, zh: '', en: '' } };
  const r = read(board(1, 5, { alarms: [alarm] }), entry(1, 5, 6), entry(1, 6, 7, { alarms: [] }));
  assert.equal(r.board?.alarms, []);
  assert.equal(read(board(1, 5, { alarms: [alarm] }), entry(1, 5, 6)).board?.alarms, [alarm]);
});

test('what is kept over a gap has a limit', () => {
  let r = read(board(1, 0));
  for (let i = 10; i < 10 + 3 * aheadMax; i += 1) {
    r = readBoard(r, { kind: 'entry', entry: entry(1, i, i + 1) });
  }
  assert.is(r.ahead.length, aheadMax);
});

test('whatever is lost, repeated or reordered, the board is never wrong and ends right', () => {
  // The truth: seq n has service `s<n mod 3>` set to n. The reader gets any mix of it.
  const truth = (seq: number) =>
    [0, 1, 2].map((s) => {
      let last = 0;
      for (let n = 1; n <= seq; n += 1) if (n % 3 === s) last = n;
      return service(`s${s}`, last);
    });
  const whole = (seq: number) => board(1, seq, { services: truth(seq) });
  const change = (prev: number, seq: number) => {
    const touched = new Set<string>();
    for (let n = prev + 1; n <= seq; n += 1) touched.add(`s${n % 3}`);
    return entry(1, prev, seq, { services: truth(seq).filter((s) => touched.has(s.id)) });
  };
  const news = fc.oneof(
    fc.nat(40).map(whole),
    fc.tuple(fc.nat(40), fc.integer({ min: 1, max: 4 })).map(([prev, n]) => change(prev, prev + n)),
  );
  fc.assert(
    fc.property(fc.array(news, { maxLength: 60 }), (all) => {
      let r = emptyReading;
      for (const n of all) {
        const before = r.board?.seq ?? -1;
        r = readBoard(r, 'prev' in n ? { kind: 'entry', entry: n } : { kind: 'board', board: n });
        if (r.board === null) continue;
        assert.ok(r.board.seq >= before);
        assert.equal(r.board.services, truth(r.board.seq));
      }
      r = readBoard(r, { kind: 'board', board: whole(50) });
      assert.is(r.board?.seq, 50);
      assert.not.ok(hasGap(r));
    }),
  );
});

test.run();

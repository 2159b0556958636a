/** Whatever is done to a stored record, the first broken link is named. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { levels } from '../../broker-config/messages.ts';
import { noFaults, openJournal } from '../../kiosk-app/hall/journal/index.ts';
import { chained } from '../../kiosk-app/hall/queue/chain.ts';
import type { Evaluated } from '../../kiosk-app/hall/queue/events.ts';
import { chainStart } from '../../kiosk-app/hall/queue/index.ts';
import { createBook } from '../../kiosk-app/hall/ratings/book.ts';
import { RatingsError } from '../../kiosk-app/hall/ratings/errors.ts';
import { ratingsFile } from '../../kiosk-app/hall/ratings/setup.ts';
import { openRatingsDb } from '../../kiosk-app/hall/ratings/tables.ts';
import {
  figuresChanged,
  type Stored,
  verifyChain,
  verifyData,
} from '../../kiosk-app/hall/ratings/verify.ts';
import fc from '../harness/fc.ts';
import { memoryLog } from '../harness/memory-log.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { evaluated } from './fixture.ts';

const test = suite('chain');

function chainOf(n: number): Stored[] {
  let end = { n: 0, hash: chainStart };
  return Array.from({ length: n }, (_, i) => {
    const { chain: _chain, ...plain } = evaluated(levels[i % 5] ?? 'satisfied', {
      ticket: `2026-11-23/A${String(i + 1).padStart(3, '0')}`,
    });
    const record = chained(plain, end);
    end = record.chain ?? end;
    return { seq: 10 * (i + 1), json: JSON.stringify(record) };
  });
}
const changed = (stored: Stored, change: (e: Evaluated) => void): Stored => {
  const record = JSON.parse(stored.json) as Evaluated;
  change(record);
  return { seq: stored.seq, json: JSON.stringify(record) };
};
const whole = chainOf(12);

test('a chain is whole, also one whose beginning was deleted, also an empty one', () => {
  const found = verifyChain(whole);
  assert.ok(found.ok);
  assert.equal(found.ok && [found.records, found.first], [12, 1]);
  const later = verifyChain(whole.slice(5));
  assert.equal(later.ok && [later.records, later.first], [7, 6]);
  assert.ok(verifyChain([]).ok);
});

test('records of the first version, without a link, may stand before all others only', () => {
  const old = changed(whole[0] as Stored, (e) => {
    delete e.chain;
  });
  const found = verifyChain([{ ...old, seq: 1 }, ...whole]);
  assert.is(found.ok && found.unchained, 1);
  assert.not(verifyChain([...whole.slice(0, 3), old, ...whole.slice(3)]).ok);
});

test('any one record changed, dropped, doubled or moved: the chain says where', () => {
  const at = fc.nat(whole.length - 2);
  fc.assert(
    fc.property(at, fc.constantFrom('level', 'text', 'at', 'hash', 'prev', 'n'), (i, what) => {
      const forged = whole.map((stored, j) =>
        j !== i
          ? stored
          : changed(stored, (e) => {
              const { chain } = e;
              if (chain === undefined) return;
              if (what === 'level') {
                e.level = e.level === 'satisfied' ? 'very-satisfied' : 'satisfied';
              } else if (what === 'text') e.text += '.';
              else if (what === 'at') e.at += 1;
              else if (what === 'n') chain.n += 1;
              else chain[what] = (chain[what][0] === 'f' ? '0' : 'f') + chain[what].slice(1);
            }),
      );
      const found = verifyChain(forged);
      assert.not(found.ok, `${what} of ${i}`);
      assert.is(!found.ok && found.seq, whole[i]?.seq);
    }),
  );
  fc.assert(
    fc.property(at, (i) => {
      const dropped = verifyChain(whole.filter((_, j) => j !== i));
      // Without its beginning it looks like one whose first days were deleted.
      assert.is(dropped.ok, i === 0);
      const doubled = verifyChain([...whole.slice(0, i + 1), ...whole.slice(i)]);
      assert.not(doubled.ok);
      const moved = whole.toSpliced(i, 2, ...whole.slice(i, i + 2).reverse());
      assert.not(verifyChain(moved).ok);
    }),
  );
});

test('a record forged with its own hash made anew breaks at the next one', () => {
  const third = JSON.parse(whole[2]?.json ?? '') as Evaluated;
  const { chain, ...plain } = third;
  const forged = chained(
    { ...plain, level: 'very-satisfied', text: 'x' },
    { n: 2, hash: chain?.prev ?? '' },
  );
  const found = verifyChain(
    whole.map((s, i) => (i === 2 ? { seq: s.seq, json: JSON.stringify(forged) } : s)),
  );
  assert.equal(!found.ok && [found.n, found.why], [4, 'it does not follow the record before it']);
});

// ---------------------------------------------------------------- both copies of a data directory

function dataDir(): string {
  const dir = tempDir('chain');
  const clock = { now: () => 0 };
  const journal = openJournal({
    dir,
    clock,
    log: memoryLog(),
    program: 'test',
    logBytes: 0,
    faultPoint: noFaults,
  });
  const events = chainOf(5).map(({ json }, i) => ({ seq: i + 1, at: 1, day: '2026-11-23', json }));
  journal.commit({ events, keys: [] });
  journal.close();
  const db = openRatingsDb(ratingsFile(dir), 'hall');
  const none = { clerkOf: () => '', dayOf: () => '2026-11-23', dueOf: () => null, upload: false };
  const stored = events.map(({ seq, json }) => ({ seq, event: JSON.parse(json) as Evaluated }));
  createBook(db, none).take(stored.slice(0, 4));
  db.close();
  return dir;
}
const original = dataDir();

function tampered(change: { book?: string; journal?: string }) {
  const dir = tempDir('chain-copy');
  cpSync(original, dir, { recursive: true });
  const run = (file: string, sql: string) => {
    const db = new Database(file);
    db.exec(sql);
    db.close();
  };
  if (change.book !== undefined) run(ratingsFile(dir), change.book);
  if (change.journal !== undefined) run(join(dir, 'journal.sqlite'), change.journal);
  return verifyData(dir);
}
const better = (table: string, seq: number) =>
  `UPDATE ${table} SET json = replace(json, '"level":"basically-satisfied"', '"level":"satisfied"') WHERE seq = ${seq}`;

test('what the book has not taken over yet counts too', () => {
  const found = verifyData(original);
  assert.is(found.ok && found.records, 5);
});

test('a level made better in the book, in the journal, in both: each is named', () => {
  const where = (found: ReturnType<typeof verifyData>) => (found.ok ? null : found.n);
  assert.is(where(tampered({ book: better('ratings', 3) })), 3);
  assert.is(where(tampered({ journal: better('events', 3) })), 3);
  assert.is(where(tampered({ book: better('ratings', 3), journal: better('events', 3) })), 3);
});

test('a record taken out of the book, of the journal, of both: each is named', () => {
  const out = (table: string, seq: number) => `DELETE FROM ${table} WHERE seq = ${seq}`;
  assert.not(tampered({ book: out('ratings', 2) }).ok);
  assert.not(tampered({ journal: out('events', 2) }).ok);
  const both = tampered({ book: out('ratings', 2), journal: out('events', 2) });
  assert.is(!both.ok && both.n, 3);
});

test('which of the two copies was changed is said', () => {
  const why = (found: ReturnType<typeof verifyData>) => (found.ok ? '' : found.why);
  assert.match(why(tampered({ book: better('ratings', 3) })), 'changed in the book');
  assert.match(why(tampered({ journal: better('events', 3) })), 'changed in the journal');
});

test('what the figures are counted from is held against the record itself', () => {
  for (const change of [
    "level = 'very-satisfied'",
    "window = '4'",
    "day = '2026-12-25'",
    'round = 2',
    "channel = 'terminal'",
    'n = NULL',
  ]) {
    const found = tampered({ book: `UPDATE ratings SET ${change} WHERE seq = 3` });
    assert.equal(!found.ok && [found.n, found.why], [3, figuresChanged], change);
  }
});

test('the newest record taken out of book and journal is missed by the journal and by the outbox', () => {
  const out = 'DELETE FROM ratings WHERE seq = 4; UPDATE follow SET cursor = 3;';
  const why = (found: ReturnType<typeof verifyData>) => (found.ok ? '' : found.why);
  const fewer = tampered({ book: out, journal: 'DELETE FROM events WHERE seq > 3' });
  assert.match(why(fewer), 'journal has lost its newest events');
  const gap = tampered({ book: out, journal: 'DELETE FROM events WHERE seq = 4' });
  assert.match(why(gap), 'missing');
  const sent = tampered({
    book: `${out} INSERT INTO outbox (seq, state, attempts) VALUES (4, 'sent', 1)`,
    journal: 'DELETE FROM events WHERE seq > 3; UPDATE head SET seq = 3',
  });
  assert.equal(!sent.ok && [sent.seq, sent.why], [4, 'the outbox knows it, and it is nowhere']);
});

test('where there is no journal there is nothing to call whole', () => {
  assert.throws(
    () => verifyData(tempDir()),
    (e: unknown) => e instanceof RatingsError && e.code === 'RAT_STORE',
  );
});

test.run();

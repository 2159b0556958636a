/** Ended days leave for their own files; interrupted at any step, nothing is lost or doubled. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Journal, JournalEvent } from '../../kiosk-app/hall/contract.ts';
import { journalLimits } from '../../kiosk-app/hall/journal/index.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { batch, events, failure, fill, loaded, open, peek, tamper } from './helpers.ts';

const test = suite('archive');
const days = ['2026-11-18', '2026-11-19', '2026-11-20', '2026-11-21'];
const today = '2026-11-22';
const perDay = 5;

/** All days of `days` ended, a snapshot behind them. */
function ended(dir: string): Journal {
  const { journal } = open(dir);
  fill(journal, [...days, today], perDay);
  journal.saveSnapshot(journal.head, '{}');
  return journal;
}

const settle = (journal: Journal, keepDays: number) => {
  while (journal.archive(keepDays));
};
const files = (dir: string) =>
  existsSync(join(dir, 'archive')) ? readdirSync(join(dir, 'archive')).sort() : [];

/** Everything the journal still knows, without its snapshots. */
function history(dir: string): JournalEvent[] {
  tamper(dir, 'DELETE FROM snapshots');
  const { journal } = open(dir);
  try {
    return loaded(journal).events;
  } finally {
    journal.close();
  }
}

const everything = () =>
  [...days, today].flatMap((day, i) => events(i * perDay + 1, (i + 1) * perDay, day));

test('ended days become files of their own, today stays', () => {
  const dir = tempDir();
  const journal = ended(dir);
  settle(journal, 30);
  journal.close();
  assert.equal(
    files(dir),
    days.map((day) => `${day}.sqlite`),
  );
  assert.is(peek(dir, 'SELECT count(*) FROM events'), perDay);
  assert.is(peek(dir, 'SELECT count(*) FROM events', `archive/${days[1]}.sqlite`), perDay);
  assert.is(peek(dir, 'SELECT min(seq) FROM events', `archive/${days[1]}.sqlite`), perDay + 1);
});

test('without any snapshot the archived days are replayed from their files', () => {
  const dir = tempDir();
  const journal = ended(dir);
  settle(journal, 30);
  journal.close();
  assert.equal(history(dir), everything());
});

test('whoever follows the journal gets the archived days too, and no trouble with the deleted ones', () => {
  const dir = tempDir();
  const journal = ended(dir);
  settle(journal, 30);
  assert.equal([...journal.since(2)], everything().slice(2));
  assert.equal([...journal.since(journal.head)], []);
  // The newest two snapshots stand behind every day that goes.
  journal.saveSnapshot(journal.head - 1, '{}');
  settle(journal, 2);
  const kept = everything().slice((days.length - 2) * perDay);
  assert.equal([...journal.since(2)], kept);
  assert.equal([...journal.since(journal.head - 1)], everything().slice(-1));
  journal.close();
});

test('a day stays while no snapshot stands behind it', () => {
  const dir = tempDir();
  const { journal } = open(dir);
  fill(journal, [...days, today], perDay);
  journal.saveSnapshot(2 * perDay, '{}');
  settle(journal, 30);
  journal.close();
  assert.equal(files(dir), [`${days[0]}.sqlite`, `${days[1]}.sqlite`]);
});

test('only the newest keep_days archived days are kept, counted, not dated', () => {
  const dir = tempDir();
  const { journal } = open(dir);
  // A clock that once stood in 2099 must not empty the archive.
  fill(journal, ['2026-11-18', '2026-11-19', '2026-11-20', '2099-01-01', '2099-01-02'], perDay);
  journal.saveSnapshot(journal.head, '{}');
  settle(journal, 2);
  assert.equal(files(dir), ['2026-11-20.sqlite', '2099-01-01.sqlite']);
  settle(journal, 30);
  assert.equal(files(dir), ['2026-11-20.sqlite', '2099-01-01.sqlite']);
  journal.close();
  tamper(dir, 'DELETE FROM snapshots');
  const again = open(dir).journal;
  const error = failure(() => loaded(again));
  assert.is(error.code, 'JRN_CORRUPT');
  assert.match(error.message, 'no good snapshot is left and the events of 2026-11-18 are deleted');
  again.close();
});

test('an archived day is kept while a snapshot would need it', () => {
  const dir = tempDir();
  const { journal } = open(dir);
  fill(journal, days, perDay);
  journal.saveSnapshot(2, '{}');
  fill(journal, [today], perDay);
  journal.saveSnapshot(journal.head, '{}');
  settle(journal, 1);
  assert.is(files(dir).length, days.length, 'the older snapshot stands in the first day');
  journal.commit(batch(journal.head + 1, journal.head + 1, today));
  journal.saveSnapshot(journal.head, '{}');
  settle(journal, 1);
  assert.equal(files(dir), [`${days[3]}.sqlite`]);
  journal.close();
});

test('interrupted at every step and begun again by the next start, nothing is lost', () => {
  // Counts the steps of an undisturbed run first.
  let steps = 0;
  const whole = tempDir();
  const counted = open(whole, () => {
    steps++;
  }).journal;
  fill(counted, [...days, today], perDay);
  counted.saveSnapshot(counted.head, '{}');
  steps = 0;
  settle(counted, 30);
  counted.close();
  assert.ok(steps > 20, `${steps} steps`);

  for (let at = 1; at <= steps; at++) {
    const dir = tempDir();
    ended(dir).close();
    let left = at;
    const { journal } = open(dir, () => {
      left -= 1;
      if (left === 0) throw new Error('power gone');
    });
    failure(() => settle(journal, 30));
    journal.close();
    const second = open(dir).journal;
    settle(second, 30);
    second.close();
    assert.is(files(dir).length, days.length, `step ${at}`);
    assert.equal(history(dir), everything(), `step ${at}`);
  }
});

test('interrupted while days are deleted, the next start goes on', () => {
  const dir = tempDir();
  ended(dir).close();
  const { journal } = open(dir, (name) => {
    if (name === 'archive:file-deleted') throw new Error('power gone');
  });
  failure(() => settle(journal, 2));
  journal.close();
  const second = open(dir).journal;
  settle(second, 2);
  assert.equal(files(dir), [`${days[2]}.sqlite`, `${days[3]}.sqlite`]);
  assert.is(loaded(second).events.length, 0);
  second.close();
});

test('a copy that does not read back as written is made anew before anything is deleted', () => {
  const dir = tempDir();
  ended(dir).close();
  let spoilt = 0;
  const { journal, log } = open(dir, (name) => {
    // Right after the copy is complete and before it is compared.
    if (name !== 'archive:copied' || spoilt > 0) return;
    spoilt++;
    tamper(dir, `UPDATE events SET json = '{}' WHERE seq = 2`, `archive/${days[0]}.sqlite`);
  });
  settle(journal, 30);
  journal.close();
  assert.is(spoilt, 1);
  assert.is(log.lines.filter((l) => l.level === 'warn').length, 1);
  assert.equal(history(dir), everything());
});

test('a disk that never reads back is given up loudly, and the day stays', () => {
  const dir = tempDir();
  ended(dir).close();
  const { journal } = open(dir, (name) => {
    if (name === 'archive:copied') tamper(dir, 'DELETE FROM events', `archive/${days[0]}.sqlite`);
  });
  assert.is(failure(() => settle(journal, 30)).code, 'JRN_IO');
  journal.close();
  assert.is(peek(dir, 'SELECT count(*) FROM events'), 5 * perDay);
});

test('something else under the name of an archive is replaced', () => {
  const dir = tempDir();
  const journal = ended(dir);
  journal.archive(30);
  writeFileSync(join(dir, 'archive', `${days[1]}.sqlite`), 'x'.repeat(5000));
  settle(journal, 30);
  journal.close();
  assert.equal(history(dir), everything());
});

test('a damaged old event is not archived as if it were good', () => {
  const dir = tempDir();
  ended(dir).close();
  tamper(dir, 'UPDATE events SET crc = 0 WHERE seq = 3');
  const { journal } = open(dir);
  const error = failure(() => settle(journal, 30));
  assert.is(error.code, 'JRN_CORRUPT');
  assert.match(error.message, 'event 3');
  assert.is(loaded(journal).events.length, 0, 'the hall itself goes on');
  journal.commit(batch(journal.head + 1, journal.head + 1, today));
  journal.close();
});

test('a step is bounded, however large the day', () => {
  const dir = tempDir();
  const { journal } = open(dir);
  const large = journalLimits.housekeepingRows * 2 + 1;
  journal.commit(batch(1, large, days[0]));
  fill(journal, [today], 1);
  journal.saveSnapshot(journal.head, '{}');
  let steps = 1;
  while (journal.archive(30)) steps++;
  journal.close();
  // Copied, compared and deleted in three pieces each; then the keys, of which none is old.
  assert.is(steps, 10);
  assert.is(peek(dir, 'SELECT count(*) FROM events', `archive/${days[0]}.sqlite`), large);
});

test.run();

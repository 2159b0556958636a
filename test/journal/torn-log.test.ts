/**
 * The power goes while the write-ahead log is written: whatever part of it reached the disk, the next
 * start finds whole batches only, in order, each event with its answer.
 */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { tempDir } from '../harness/temp-dir.ts';
import { Random } from '../simulation/random.ts';
import { batch, loaded, open } from './helpers.ts';

const test = suite('torn log');
const sizes = [1, 3, 1, 12, 2, 40, 1, 5];

/** Files as they are on disk while the hall runs, all batches still in the log. */
function running(): { dir: string; log: Buffer; heads: number[] } {
  const dir = tempDir();
  const copy = tempDir();
  const { journal } = open(dir);
  const heads = [0];
  for (const size of sizes) {
    journal.commit(batch(journal.head + 1, journal.head + size));
    heads.push(journal.head);
  }
  copyFileSync(join(dir, 'journal.sqlite'), join(copy, 'journal.sqlite'));
  const log = readFileSync(join(dir, 'journal.sqlite-wal'));
  journal.close();
  return { dir: copy, log, heads };
}

/** What a start makes of this log. @returns the head it found; undefined: no journal at all yet */
function start(from: string, log: Uint8Array): number {
  const dir = join(tempDir(), 'data');
  mkdirSync(dir);
  copyFileSync(join(from, 'journal.sqlite'), join(dir, 'journal.sqlite'));
  writeFileSync(join(dir, 'journal.sqlite-wal'), log);
  const { journal } = open(dir);
  const { head } = journal;
  assert.equal(loaded(journal).events, batch(1, head).events);
  for (let seq = 1; seq <= head; seq++)
    assert.ok(journal.find([`key-${seq}`])(`key-${seq}`), `answer of ${seq}`);
  assert.is(
    journal.find([`key-${head + 1}`])(`key-${head + 1}`),
    undefined,
    'no answer of what is not there',
  );
  journal.commit(batch(head + 1, head + 1));
  journal.close();
  return head;
}

test('cut at any place', () => {
  const { dir, log, heads } = running();
  let before = 0;
  for (let bytes = 0; bytes <= log.length; bytes += 1777) {
    const head = start(dir, log.subarray(0, bytes));
    assert.ok(heads.includes(head), `cut at ${bytes}: head ${head} is inside a batch`);
    assert.ok(head >= before, 'more of the log never gives less');
    before = head;
  }
  assert.is(start(dir, log), heads.at(-1));
});

test('sectors that never reached the disk', () => {
  const { dir, log, heads } = running();
  const random = new Random(20261122, 'sectors');
  for (let i = 0; i < 60; i++) {
    const torn = Buffer.from(log);
    const from = random.int(0, log.length - 1) & ~511;
    // Zeros, or what stood there before the log was begun anew.
    const end = Math.min(log.length, from + 512 * random.int(1, 16));
    torn.fill(random.chance(0.5) ? 0 : 0xa5, from, end);
    assert.ok(heads.includes(start(dir, torn)), `sectors from ${from}`);
  }
});

test.run();

/** One hall per data directory, whatever the other process does or how it ends. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { startChild } from '../harness/child.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { batch, failure, open, peek } from './helpers.ts';

const test = suite('lock');
const holder = fileURLToPath(new URL('./holder.child.ts', import.meta.url));
const hold = (dir: string) => startChild([process.execPath, holder, dir]);

test('a second process is refused, and told who holds the data', async () => {
  const dir = tempDir();
  const first = hold(dir);
  assert.is(await first.line(), 'open 1');
  const error = failure(() => open(dir));
  assert.is(error.code, 'JRN_LOCKED');
  assert.match(error.message, `process ${first.process.pid} on `);
  assert.match(error.message, 'since 2026-11-22T00:00:00.000Z');
  assert.match(error.message, dir);
  const second = hold(dir);
  assert.match((await second.line()) ?? '', 'JRN_LOCKED');
  await second.kill();
  await first.kill();
});

test('the lock vanishes with kill -9: nothing to clean up', async () => {
  const dir = tempDir();
  for (const epoch of [1, 2, 3]) {
    const child = hold(dir);
    assert.is(await child.line(), `open ${epoch}`);
    await child.kill();
  }
  const { journal } = open(dir);
  assert.is(journal.epoch, 4);
  journal.close();
});

test('the refused one leaves no trace: no start is counted', async () => {
  const dir = tempDir();
  const first = hold(dir);
  await first.line();
  failure(() => open(dir));
  await first.kill();
  const { journal } = open(dir);
  assert.is(journal.epoch, 2);
  journal.close();
});

test('technicians read the journal with SQL while the hall runs', () => {
  const dir = tempDir();
  const { journal } = open(dir);
  journal.commit(batch(1, 3));
  assert.is(peek(dir, 'SELECT count(*) FROM events'), 3);
  journal.commit(batch(4, 4));
  journal.checkpoint();
  assert.is(peek(dir, 'SELECT max(seq) FROM events'), 4);
  journal.close();
});

test('a long read keeps the log from being emptied, is told once, and stops no commit', () => {
  const dir = tempDir();
  const { journal, log } = open(dir);
  journal.commit(batch(1, 3));
  const reader = new Database(join(dir, 'journal.sqlite'), { readonly: true });
  reader.exec('BEGIN');
  reader.prepare('SELECT count(*) FROM events').get();
  for (let seq = 4; seq < 9; seq++) {
    journal.commit(batch(seq, seq));
    journal.checkpoint();
    assert.ok(journal.walBytes > 0);
  }
  assert.is(log.lines.filter((l) => l.level === 'warn').length, 1);
  reader.close();
  journal.checkpoint();
  assert.is(journal.walBytes, 0);
  journal.close();
});

test.run();

/**
 * No answer leaves before its commit is flushed. A killed process keeps what the system's cache
 * holds, so kill -9 alone would not notice a missing flush; the order of the system calls does.
 */
// time-limit: 120 s
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { connect } from '../../kiosk-app/hall/journal/connection.ts';
import { startChild } from '../harness/child.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { batch, loaded, open } from '../journal/helpers.ts';

const test = suite('flush');
const program = fileURLToPath(new URL('./loaded-hall.child.ts', import.meta.url));
const failing = fileURLToPath(new URL('./failing-flush.child.ts', import.meta.url));
const acksWanted = 200;

test('the settings that make a commit durable are on', () => {
  const { db } = connect(join(tempDir(), 'journal.sqlite'));
  assert.is(db.pragma('journal_mode', { simple: true }), 'wal');
  assert.is(db.pragma('synchronous', { simple: true }), 2, 'FULL');
  assert.is(db.pragma('wal_autocheckpoint', { simple: true }), 0);
  db.close();
});

/** Walks the system calls: `dirty` between a write to the log and its flush. */
function answersBeforeFlush(trace: string): { acks: number; early: number } {
  let dirty = false;
  let acks = 0;
  let early = 0;
  for (const line of trace.split('\n')) {
    if (/pwrite64\(\d+<[^>]*journal\.sqlite-wal>/.test(line)) dirty = true;
    else if (/f(data)?sync\(\d+<[^>]*journal\.sqlite-wal>\) += 0/.test(line)) dirty = false;
    else if (line.includes('"ack ')) {
      acks += 1;
      if (dirty) early += 1;
    }
  }
  return { acks, early };
}

test('the walk over the system calls finds an answer that comes too early', () => {
  const write = '1 pwrite64(24</d/journal.sqlite-wal>, "x", 24, 0) = 24';
  const flush = '1 fsync(24</d/journal.sqlite-wal>) = 0';
  const ack = '1 write(1<pipe:[1]>, "ack 0193"..., 62) = 62';
  assert.equal(answersBeforeFlush([write, flush, ack, ack].join('\n')), { acks: 2, early: 0 });
  assert.equal(answersBeforeFlush([write, ack, flush, ack].join('\n')), { acks: 2, early: 1 });
});

const noStrace = spawnSync('strace', ['-o', '/dev/null', 'true']).status !== 0;

test('a flush that fails with EIO, whichever it is: nothing acknowledged is lost', async () => {
  if (noStrace) {
    console.log('  no strace on this machine: failing flushes are only simulated elsewhere');
    return;
  }
  let failures = 0;
  for (let n = 1; n <= 26; n += 5) {
    const dir = tempDir('xuhao-eio');
    const inject = `inject=fsync,fdatasync:error=EIO:when=${n}`;
    const child = startChild([
      ...['strace', '-o', '/dev/null', '-e', 'trace=fsync,fdatasync', '-e', inject],
      ...[process.execPath, failing, dir],
    ] as [string, ...string[]]);
    const said: string[] = [];
    for (let line = await child.line(); line !== undefined; line = await child.line()) {
      said.push(line);
    }
    await child.kill();
    assert.is(said.at(-1), 'done .', `flush ${n}: ${said.join(' ')}`);
    failures += said.filter((line) => line.startsWith('failed')).length;
    const { journal } = open(dir);
    assert.equal(loaded(journal).events, batch(1, 20).events, `flush ${n}`);
    journal.close();
  }
  assert.ok(failures >= 5, `${failures} flushes failed`);
});

test('every answer of a hall under load leaves after the flush of its commit', async () => {
  const dir = tempDir('xuhao-flush');
  const out = join(dir, 'trace.txt');
  const calls = 'trace=pwrite64,fsync,fdatasync,write';
  const hall = [process.execPath, program, dir, '1', '[]'] as const;
  if (noStrace) {
    console.log('  no strace on this machine: only the settings above are checked');
    return;
  }
  const child = startChild(['strace', '-f', '-y', '-s', '8', '-e', calls, '-o', out, ...hall]);
  for (let acks = 0; acks < acksWanted; ) {
    const line = await child.line();
    assert.ok(line !== undefined, 'the hall ended by itself');
    if (line.startsWith('ack ')) acks += 1;
  }
  const traced = /^(\d+) /.exec(readFileSync(out, 'utf8'))?.[1];
  assert.ok(traced !== undefined && existsSync(`/proc/${traced}`));
  process.kill(Number(traced), 'SIGKILL');
  await child.kill();
  const { acks, early } = answersBeforeFlush(readFileSync(out, 'utf8'));
  assert.ok(acks >= acksWanted, `${acks} answers seen`);
  assert.is(early, 0);
});

test.run();

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { lockData } from '../../kiosk-app/runtime/data-lock.ts';
import { RuntimeError } from '../../kiosk-app/runtime/errors.ts';
import { openSpool, type Spool, spoolLimits } from '../../kiosk-app/runtime/spool.ts';
import { memoryLog } from '../harness/memory-log.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { VirtualClock } from '../harness/virtual-clock.ts';

const clock = new VirtualClock();
const open = (dir: string, log = memoryLog()) => openSpool(dir, clock, log);
const document = { title: 'A001', blocks: [{ type: 'number' as const, text: 'A001' }] };
const hasCode = (code: string) => (e: unknown) => e instanceof RuntimeError && e.code === code;
const item = (key: string) => ({
  key,
  op: 'confirm-printed' as const,
  body: { ticket: '2026-11-22/A001', outcome: 'confirmed' },
  createdAt: 5,
});
const keysOf = (spool: Spool) => {
  const keys: string[] = [];
  for (let i = spool.outbox.first(); i !== undefined; i = spool.outbox.first()) {
    keys.push(i.key);
    spool.outbox.remove(i.key);
  }
  return keys;
};

test('the outbox keeps its order and its bodies across a restart', () => {
  const dir = tempDir();
  const before = open(dir);
  for (const key of ['a', 'b', 'c']) before.outbox.add(item(key));
  before.outbox.remove('b');
  before.close();
  const after = open(dir);
  assert.is(after.outbox.size, 2);
  assert.equal(after.outbox.first(), item('a'));
  assert.equal(keysOf(after), ['a', 'c']);
  assert.is(after.outbox.size, 0);
  after.close();
});

test('what is held survives a restart as it was last put, in its order, until it is removed', () => {
  const dir = tempDir();
  const before = open(dir);
  for (const key of ['a', 'b', 'c']) before.held.put(item(key));
  before.held.put({ ...item('a'), body: { later: true } });
  before.held.remove('b');
  before.close();
  const after = open(dir);
  assert.equal(after.held.all(), [{ ...item('a'), body: { later: true } }, item('c')]);
  assert.is(after.outbox.first(), undefined);
  after.close();
});

test('more than some held messages are a fault, but one of them can still be replaced', () => {
  const spool = open(tempDir());
  for (let i = 0; i < spoolLimits.heldMax; i++) spool.held.put(item(`k${i}`));
  assert.throws(() => spool.held.put(item('more')), hasCode('SPL_FULL'));
  spool.held.put(item('k3'));
  assert.is(spool.held.all().length, spoolLimits.heldMax);
  spool.close();
});

test('the same key is kept once', () => {
  const spool = open(tempDir());
  spool.outbox.add(item('a'));
  spool.outbox.add({ ...item('a'), createdAt: 9 });
  assert.is(spool.outbox.size, 1);
  assert.is(spool.outbox.first()?.createdAt, 5);
  spool.close();
});

test('a deferred item goes behind the others', () => {
  const spool = open(tempDir());
  for (const key of ['a', 'b', 'c']) spool.outbox.add(item(key));
  spool.outbox.defer('a');
  spool.outbox.add(item('d'));
  assert.equal(keysOf(spool), ['b', 'c', 'a', 'd']);
  spool.close();
});

test('the outbox has a limit', () => {
  const dir = tempDir();
  open(dir).close();
  const raw = new Database(join(dir, 'spool.sqlite'));
  const add = raw.prepare("INSERT INTO outbox (key, op, body, created_at) VALUES (?, 'x', '1', 0)");
  raw.transaction(() => {
    for (let i = 0; i < spoolLimits.outboxMax - 1; i += 1) add.run(`k${i}`);
  })();
  raw.close();
  const spool = open(dir);
  spool.outbox.add(item('last'));
  assert.throws(() => spool.outbox.add(item('beyond')), hasCode('SPL_FULL'));
  spool.outbox.remove('k0');
  spool.outbox.add(item('beyond'));
  spool.close();
});

test('jobs remember how far they came', () => {
  const dir = tempDir();
  const before = open(dir);
  for (const jobId of ['j1', 'j2', 'j3']) before.jobs.add({ jobId, ticket: 't', document });
  before.jobs.setState('j1', 'confirmed', null);
  clock.step(1000);
  before.jobs.setState('j2', 'sending', null);
  before.close();
  const after = open(dir);
  assert.equal(
    after.jobs.unfinished().map((j) => [j.jobId, j.state]),
    [
      ['j2', 'sending'],
      ['j3', 'queued'],
    ],
  );
  after.jobs.setState('j2', 'uncertain', 'PRN_POWER');
  assert.equal(after.jobs.get('j2'), {
    jobId: 'j2',
    ticket: 't',
    document,
    state: 'uncertain',
    code: 'PRN_POWER',
    at: clock.now(),
  });
  assert.is(after.jobs.get('nobody'), undefined);
  after.close();
});

test('jobs have limits: papers under way, and ended ones kept', () => {
  const spool = open(tempDir());
  for (let i = 0; i < spoolLimits.unfinishedJobsMax; i += 1) {
    spool.jobs.add({ jobId: `j${i}`, ticket: 't', document });
  }
  assert.throws(
    () => spool.jobs.add({ jobId: 'beyond', ticket: 't', document }),
    hasCode('SPL_FULL'),
  );
  for (let i = 1; i < spoolLimits.unfinishedJobsMax; i += 1) {
    spool.jobs.setState(`j${i}`, 'confirmed', null);
  }
  // More than are remembered by name alone.
  for (let i = 0; i < 2 * spoolLimits.endedJobsMax; i += 1) {
    spool.jobs.add({ jobId: `k${i}`, ticket: 't', document });
    spool.jobs.setState(`k${i}`, 'confirmed', null);
  }
  assert.is(spool.jobs.get('j1'), undefined, 'an old ended one is gone');
  assert.is(spool.jobs.get('j0')?.state, 'queued', 'an old one under way is not');
  const newest = `k${2 * spoolLimits.endedJobsMax - 1}`;
  assert.is(spool.jobs.get('k1'), undefined);
  assert.is(spool.jobs.get(newest)?.state, 'confirmed');
  spool.close();
});

/** What stands in the file itself, without its log. */
function inTheFile(dir: string, jobId: string): boolean {
  const copy = join(tempDir(), 'copy.sqlite');
  copyFileSync(join(dir, 'spool.sqlite'), copy);
  const db = new Database(copy, { readonly: true });
  const found = db.prepare('SELECT 1 FROM jobs WHERE job_id = ?').get(jobId) !== undefined;
  db.close();
  return found;
}

test('what offers a paper again outlives the process; a file of before knows no such thing', () => {
  const dir = tempDir();
  const again = { ticket: { id: 'd/A001' }, ahead: 3 };
  const first = open(dir);
  first.jobs.add({ jobId: 'old', ticket: 'd/A000', document, state: 'sending' });
  first.close();
  const before = new Database(join(dir, 'spool.sqlite'));
  before.exec('ALTER TABLE jobs DROP COLUMN again; PRAGMA user_version = 1');
  before.close();
  const second = open(dir);
  second.jobs.add({ jobId: 'j', ticket: 'd/A001', document, again, state: 'sending' });
  second.close();
  const third = open(dir);
  assert.equal(third.jobs.get('j')?.again, again);
  assert.equal(
    third.jobs.unfinished().map((j) => j.again),
    [undefined, again],
  );
  third.close();
});

test('the log is folded in when a paper has ended or nothing was written for a while', async () => {
  const dir = tempDir();
  const spool = open(dir);
  const size = () => statSync(join(dir, 'spool.sqlite-wal')).size;
  assert.ok(size() >= spoolLimits.logBytes, 'at full size from the start');
  const full = size();
  for (let i = 0; i < spoolLimits.tidyCommits; i += 1) {
    spool.jobs.add({ jobId: `a${i}`, ticket: 't', document, state: 'sending' });
  }
  await clock.advance(0);
  assert.not(inTheFile(dir, 'a0'), 'a citizen waits');
  spool.jobs.setState('a0', 'confirmed', null);
  assert.not(inTheFile(dir, 'a0'), 'the one who ended it goes on first');
  await clock.advance(1);
  assert.ok(inTheFile(dir, 'a0'));
  for (let i = 0; i < spoolLimits.tidyCommits; i += 1) spool.outbox.add(item(`b${i}`));
  spool.jobs.add({ jobId: 'quiet', ticket: 't', document, state: 'sending' });
  await clock.advance(spoolLimits.tidyQuietMs - 1);
  spool.outbox.add(item('late'));
  await clock.advance(spoolLimits.tidyQuietMs - 1);
  assert.not(inTheFile(dir, 'quiet'), 'not quiet for long enough');
  await clock.advance(1);
  assert.ok(inTheFile(dir, 'quiet'));
  assert.is(size(), full, 'and no commit had to make the log longer');
  spool.close();
  assert.is(clock.waiting, 0);
});

test('the highest epoch survives a restart', () => {
  const dir = tempDir();
  const before = open(dir);
  assert.is(before.epoch, 0);
  before.setEpoch(7);
  before.setEpoch(9);
  before.close();
  const after = open(dir);
  assert.is(after.epoch, 9);
  after.close();
});

test('a damaged spool is put aside loudly, and a fresh one serves', () => {
  for (const spoil of [
    (file: string) => writeFileSync(file, 'this is no database, but long enough to look at'),
    (file: string) => {
      const bytes = readFileSync(file);
      bytes.fill(0x5a, 4096, Math.min(bytes.length, 12_288));
      writeFileSync(file, bytes);
    },
    (file: string) => {
      // A page that nothing reads at the start: found now, not in the middle of a press.
      const bytes = readFileSync(file);
      const at = bytes.lastIndexOf('k49');
      bytes.fill(0x5a, at - (at % 4096), at - (at % 4096) + 64);
      writeFileSync(file, bytes);
    },
  ]) {
    const dir = tempDir();
    const before = open(dir);
    for (let i = 0; i < 50; i += 1) before.jobs.add({ jobId: `k${i}`, ticket: 't', document });
    before.close();
    spoil(join(dir, 'spool.sqlite'));
    const log = memoryLog();
    const spool = open(dir, log);
    assert.equal(spool.jobs.unfinished(), []);
    spool.outbox.add(item('new'));
    spool.close();
    assert.is(log.withCode('SPL_CORRUPT').length, 1);
    assert.is(log.lines[0]?.level, 'error');
    assert.ok(readdirSync(dir).some((f) => f.startsWith('spool.sqlite.damaged-')));
  }
});

test('a directory that can not be used is a coded error', () => {
  const dir = tempDir();
  writeFileSync(join(dir, 'file'), '');
  assert.throws(() => lockData(join(dir, 'file', 'below')), hasCode('SPL_IO'));
  assert.throws(() => open(join(dir, 'nowhere')), hasCode('SPL_IO'));
});

test('a closed spool refuses', () => {
  const spool = open(tempDir());
  spool.close();
  assert.throws(() => spool.outbox.add(item('a')), hasCode('SPL_CLOSED'));
  assert.throws(() => spool.setEpoch(1), hasCode('SPL_CLOSED'));
});

test('a second process on the same data refuses, and the next one after a kill does not', async () => {
  const dir = tempDir();
  const holder = spawn(
    process.execPath,
    [
      '--import',
      'tsx',
      '--input-type=module',
      '-e',
      `import { lockData } from './kiosk-app/runtime/data-lock.ts';
       lockData(process.argv[1]); console.log('held'); setInterval(() => {}, 1000);`,
      dir,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  await once(holder.stdout, 'data');
  assert.throws(() => lockData(dir), hasCode('SPL_LOCKED'));
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  const unlock = lockData(dir);
  assert.throws(() => lockData(dir), hasCode('SPL_LOCKED'));
  unlock();
  lockData(dir)();
});

test.run();

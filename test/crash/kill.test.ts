/**
 * kill -9 at random moments under load: no acknowledged command is lost, no number comes twice, a
 * repeated key gets the answer it got before, and the epoch rises.
 * XUHAO_KILLS (default 40), XUHAO_SEED (default random, printed).
 */
// time-limit: 600 s
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { startChild } from '../harness/child.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { open } from '../journal/helpers.ts';
import { Random } from '../simulation/random.ts';
import { clients, gist } from './load.ts';

const test = suite('kill -9');
const kills = Number(process.env.XUHAO_KILLS ?? 40);
const seed = Number(process.env.XUHAO_SEED ?? Math.floor(Math.random() * 2 ** 32));
const program = fileURLToPath(new URL('./loaded-hall.child.ts', import.meta.url));
// Kept between runs of the test: compiling costs more than a kill.
process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), 'xuhao-compile-cache');

interface Tally {
  /** key -> what was acknowledged. */
  acks: Map<string, string>;
  epoch: number;
  repeated: number;
  /** Kills that came before the hall was up. */
  early: number;
}

/** Runs one child until the kill; takes down what it said. */
async function oneLife(dir: string, run: number, heard: number[], random: Random, tally: Tally) {
  const child = startChild([process.execPath, program, dir, String(run), JSON.stringify(heard)]);
  // Counted in answers, not in time: a busy machine is killed under load too.
  const killAtLine = random.int(0, 400);
  const kill = (ms: number) => setTimeout(() => child.process.kill('SIGKILL'), ms);
  let timer = random.chance(0.1) ? kill(random.int(20, 300)) : undefined;
  let lines = 0;
  const answered = new Array<number>(clients).fill(0);
  let up = false;
  for (let line = await child.line(); line !== undefined; line = await child.line()) {
    const [kind, key = '', said = '', end] = line.split(' ');
    if (kind === 'epoch') {
      assert.ok(Number(key) > tally.epoch, `epoch ${key} after ${tally.epoch}`);
      tally.epoch = Number(key);
      up = true;
    } else if (end === '.') {
      const before = tally.acks.get(key);
      if (kind === 'again') tally.repeated += before === undefined ? 0 : 1;
      else answered[Number.parseInt(key.slice(9, 13), 16)] = Number.parseInt(key.slice(24), 16) + 1;
      if (before !== undefined) assert.is(said, before, `key ${key} got another answer`);
      tally.acks.set(key, said);
    }
    if (lines === killAtLine) timer ??= kill(random.int(0, 5));
    lines += 1;
  }
  clearTimeout(timer);
  await child.kill();
  // A hall that ends by itself could not start on what the kill before left.
  assert.is(child.process.signalCode, 'SIGKILL', `life ${run} ended by itself`);
  if (!up) tally.early++;
  return up ? answered : undefined;
}

/** Everything acknowledged is durable with the same words; every number exists once. */
function verify(dir: string, acks: Tally['acks']): { tickets: number } {
  const db = new Database(join(dir, 'journal.sqlite'));
  const rows = db.prepare<[], { seq: number; json: string }>(
    'SELECT seq, json FROM events ORDER BY seq',
  );
  const numbers = new Set<string>();
  let seq = 0;
  let tickets = 0;
  for (const row of rows.iterate()) {
    seq += 1;
    assert.is(row.seq, seq, 'no gap');
    const event = JSON.parse(row.json) as { type: string; ticket: string };
    if (event.type !== 'issued') continue;
    tickets += 1;
    numbers.add(event.ticket);
  }
  assert.is(numbers.size, tickets, 'a number came twice');
  const find = db.prepare<[string], { answer: string }>('SELECT answer FROM keys WHERE key = ?');
  for (const [key, said] of acks) {
    const row = find.get(key);
    assert.ok(row, `acknowledged and lost: ${key} ${said}`);
    assert.is(gist(JSON.parse(row.answer)), said);
    if (said.includes('/')) assert.ok(numbers.has(said), `no event for ${said}`);
  }
  db.close();
  return { tickets };
}

test(`${kills} kills, seed ${seed}`, async () => {
  const random = new Random(seed, 'kill');
  const dir = tempDir('xuhao-crash');
  const tally: Tally = { acks: new Map(), epoch: 0, repeated: 0, early: 0 };
  const began = performance.now();
  let heard: number[] = [];
  let run = 0;
  for (let n = 0; n < kills; n++) {
    run += 1;
    const answered = await oneLife(dir, run, heard, random, tally);
    // A life that never began repeats nothing: its keys are free for the next one.
    if (answered === undefined) run -= 1;
    else heard = answered;
  }
  const { tickets } = verify(dir, tally.acks);
  const { journal } = open(dir);
  assert.ok(journal.epoch > tally.epoch);
  let events = 0;
  for (const _ of journal.load(0).events) events++;
  assert.is(events, journal.head, 'every checksum holds, from the first event on');
  journal.close();
  const seconds = (performance.now() - began) / 1000;
  console.log(
    `  ${kills} kills (${tally.early} before the hall was up), ${tally.acks.size} acknowledged, ` +
      `${tally.repeated} repeated, ${tickets} tickets, ${(seconds / kills).toFixed(2)} s per kill, seed ${seed}`,
  );
  assert.ok(tally.acks.size > kills * 10, 'the load was no load');
});

test.run();

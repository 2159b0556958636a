/** A full disk: nothing acknowledged is lost, nothing half done is kept, space heals it. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createSequencer, sequencerLimits } from '../../kiosk-app/hall/sequencer.ts';
import { answerOf } from '../harness/answer-of.ts';
import { tinyDisk } from '../harness/tiny-disk.ts';
import { VirtualClock } from '../harness/virtual-clock.ts';
import { bigRules, take } from './big-hall.ts';
import { batch, failure, loaded, open } from './helpers.ts';

const test = suite('disk full');
const batchEvents = 100;

test('commits fail whole, recovery waits for room, and then all goes on', () => {
  const disk = tinyDisk(6);
  const { journal } = open(disk.dir);
  const next = () => journal.commit(batch(journal.head + 1, journal.head + batchEvents));
  for (let i = 0; i < 5; i++) next();
  disk.fill();
  // What is left in the last block and in the log may take some more.
  const error = failure(() => {
    for (let i = 0; i < 1000; i++) next();
  });
  assert.is(error.code, disk.code);
  const { head } = journal;
  assert.is(loaded(journal).events.length, head, 'reading goes on');
  assert.ok(journal.find([`key-${head}`])(`key-${head}`));
  assert.is(failure(() => journal.recover()).code, disk.code, 'not yet');
  assert.is(failure(() => journal.recover()).code, disk.code, 'and not yet');
  assert.is(failure(next).code, 'JRN_IO', 'no commit before recovery');
  disk.free();
  disk.fill(200_000);
  assert.is(failure(() => journal.recover()).code, disk.code, 'room for a few more is not enough');
  disk.free();
  journal.recover();
  assert.is(journal.head, head);
  assert.is(journal.find([`key-${head + 1}`])(`key-${head + 1}`), undefined);
  next();
  journal.close();
  const again = open(disk.dir).journal;
  assert.equal(loaded(again).events, batch(1, head + batchEvents).events);
  again.close();
  disk.remove();
});

test('a snapshot that does not fit leaves the older one and the commits alone', () => {
  const disk = tinyDisk(6);
  const { journal } = open(disk.dir);
  journal.commit(batch(1, 10));
  journal.saveSnapshot(5, '{"old":true}');
  disk.fill();
  const noise = Array.from({ length: 400_000 }, (_, i) => Math.imul(i, 0x9e3779b1) >>> 0);
  assert.is(failure(() => journal.saveSnapshot(10, JSON.stringify(noise))).code, disk.code);
  disk.free();
  journal.commit(batch(11, 11));
  assert.is(loaded(journal).snapshot, '{"old":true}');
  journal.close();
  disk.remove();
});

test('the whole hall: refused at once while full, issuing again by itself', async () => {
  const disk = tinyDisk(6);
  const clock = new VirtualClock();
  const { journal, log } = open(disk.dir);
  const sequencer = createSequencer({
    ...{ journal, rules: bigRules(1), clock, log, limits: sequencerLimits },
    defer: (f) => setImmediate(f),
  });
  const numbers: string[] = [];
  const answers = async (count: number) => {
    const given = await Promise.all(
      Array.from({ length: count }, () => answerOf(sequencer, take())),
    );
    for (const a of given) {
      if (a.ok && 'ticket' in a.result) numbers.push(JSON.stringify(a.result.ticket));
    }
    return given;
  };
  await answers(50);
  disk.fill();
  let refused = 0;
  while (refused === 0) refused = (await answers(50)).filter((a) => !a.ok).length;
  assert.not(sequencer.issuing);
  const acknowledged = numbers.length;
  await clock.advance(30_000);
  assert.is(
    (await answers(5)).filter((a) => !a.ok && a.refusal.code === 'storage-unavailable').length,
    5,
  );
  disk.free();
  await clock.advance(sequencerLimits.recoverMaxMs);
  assert.ok(sequencer.issuing);
  assert.is((await answers(50)).filter((a) => a.ok).length, 50);
  assert.is(numbers.length, acknowledged + 50);
  assert.is(new Set(numbers).size, numbers.length);
  await sequencer.stop();
  journal.close();
  const again = open(disk.dir).journal;
  const issued = loaded(again, 0).events.filter((e) => e.json.includes('"type":"issued"'));
  assert.is(issued.length, numbers.length, 'what was acknowledged, and nothing else');
  again.close();
  disk.remove();
});

test.run();

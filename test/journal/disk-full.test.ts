/** A full disk: nothing acknowledged is lost, nothing half done is kept, space heals it. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { tinyDisk } from '../harness/tiny-disk.ts';
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
  assert.ok(journal.find(`key-${head}`));
  assert.is(failure(() => journal.recover()).code, disk.code, 'not yet');
  assert.is(failure(() => journal.recover()).code, disk.code, 'and not yet');
  assert.is(failure(next).code, 'JRN_IO', 'no commit before recovery');
  disk.free();
  disk.fill(200_000);
  assert.is(failure(() => journal.recover()).code, disk.code, 'room for a few more is not enough');
  disk.free();
  journal.recover();
  assert.is(journal.head, head);
  assert.is(journal.find(`key-${head + 1}`), undefined);
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

test.run();

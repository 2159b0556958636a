/** What every Journal promises: asked of the real one and of the simulations' fake alike. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Journal } from '../../kiosk-app/hall/contract.ts';
import { FakeDisk } from '../harness/fake-journal.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { batch, event, failure, fill, loaded, open } from './helpers.ts';

/** A disk that can be opened again and again. */
const makers: Record<string, () => () => Journal> = {
  'SQLite journal': () => {
    const dir = tempDir();
    return () => open(dir).journal;
  },
  'fake journal': () => {
    const disk = new FakeDisk();
    return () => disk.open();
  },
};

for (const [name, newDisk] of Object.entries(makers)) {
  const test = suite(name);

  test('a new journal is empty', () => {
    const journal = newDisk()();
    assert.is(journal.head, 0);
    assert.equal(loaded(journal), { snapshot: null, snapshotSeq: 0, events: [] });
    assert.is(journal.find(['key-1'])('key-1'), undefined);
    journal.close();
  });

  test('what was committed is there after the next start, in order and unchanged', () => {
    const start = newDisk();
    let journal = start();
    journal.commit(batch(1, 3));
    journal.commit(batch(4, 4));
    journal.close();
    journal = start();
    assert.is(journal.head, 4);
    assert.equal(loaded(journal).events, batch(1, 4).events);
    assert.equal(journal.find(['key-3'])('key-3'), { digest: 'digest-3', answer: '{"n":3}' });
    journal.close();
  });

  test('the epoch rises with every start', () => {
    const start = newDisk();
    for (const expected of [1, 2, 3]) {
      const journal = start();
      assert.is(journal.epoch, expected);
      journal.close();
    }
  });

  test('a second hall on the same data is refused while the first lives', () => {
    const start = newDisk();
    const first = start();
    assert.is(failure(start).code, 'JRN_LOCKED');
    first.close();
    const second = start();
    second.close();
  });

  test('answers without an event are kept too', () => {
    const journal = newDisk()();
    const keys = [{ key: 'refused', digest: 'd', answer: '{"ok":false}', seq: 0 }];
    journal.commit({ events: [], keys });
    assert.equal(journal.find(['refused'])('refused'), { digest: 'd', answer: '{"ok":false}' });
    assert.is(journal.head, 0);
    journal.close();
  });

  test('a batch that does not follow the newest event changes nothing', () => {
    const journal = newDisk()();
    journal.commit(batch(1, 2));
    for (const seqs of [[2], [4], [3, 5]]) {
      const gap = { events: seqs.map((seq) => event(seq)), keys: [] };
      assert.is(failure(() => journal.commit(gap)).code, 'JRN_SEQUENCE');
    }
    journal.commit(batch(3, 3));
    assert.is(journal.head, 3);
    journal.close();
  });

  test('a key can not be stored twice: nothing of that batch is kept', () => {
    const journal = newDisk()();
    journal.commit(batch(1, 1));
    const again = { events: [event(2)], keys: batch(1, 1).keys };
    assert.is(failure(() => journal.commit(again)).code, 'JRN_SEQUENCE');
    journal.recover();
    assert.is(journal.head, 1);
    assert.is(loaded(journal).events.length, 1);
    journal.commit(batch(2, 2));
    journal.close();
  });

  test('after a failed commit nothing is committed before recovery', () => {
    const journal = newDisk()();
    journal.commit(batch(1, 1));
    failure(() => journal.commit({ events: [], keys: batch(1, 1).keys }));
    assert.is(failure(() => journal.commit(batch(2, 2))).code, 'JRN_IO');
    assert.is(loaded(journal).events.length, 1, 'reading goes on');
    journal.recover();
    journal.commit(batch(2, 2));
    assert.is(journal.head, 2);
    journal.close();
  });

  test('a snapshot shortens what is replayed, and two are kept', () => {
    const start = newDisk();
    let journal = start();
    journal.commit(batch(1, 9));
    for (const seq of [2, 5, 8]) journal.saveSnapshot(seq, `{"at":"序号 ${seq}"}`);
    journal.close();
    journal = start();
    assert.equal(loaded(journal), {
      snapshot: '{"at":"序号 8"}',
      snapshotSeq: 8,
      events: [event(9)],
    });
    assert.is(loaded(journal, 8).snapshotSeq, 5);
    assert.is(loaded(journal, 8).events.length, 4);
    assert.is(loaded(journal, 5).snapshotSeq, 0, 'the third is gone');
    assert.is(loaded(journal, 5).events.length, 9);
    journal.close();
  });

  test('a snapshot of what is not committed is refused', () => {
    const journal = newDisk()();
    journal.commit(batch(1, 1));
    assert.is(failure(() => journal.saveSnapshot(2, '{}')).code, 'JRN_SEQUENCE');
    journal.close();
  });

  test('keys are forgotten after the business day that follows theirs', () => {
    const journal = newDisk()();
    fill(journal, ['2026-11-20', '2026-11-21', '2026-11-23'], 3);
    journal.saveSnapshot(journal.head, '{}');
    while (journal.archive(30));
    assert.is(journal.find(['key-3'])('key-3'), undefined, 'of the day before yesterday');
    assert.ok(journal.find(['key-4'])('key-4'), 'of the business day before');
    assert.ok(journal.find(['key-9'])('key-9'), 'of today');
    journal.close();
  });

  test('nothing is accepted after close', () => {
    const journal = newDisk()();
    journal.close();
    journal.close();
    assert.is(failure(() => journal.commit(batch(1, 1))).code, 'JRN_CLOSED');
    assert.is(failure(() => journal.find(['key'])('key')).code, 'JRN_CLOSED');
  });

  test.run();
}

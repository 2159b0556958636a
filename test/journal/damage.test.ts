/** A flipped bit is never replayed as history: the journal stops loudly, or says what it did. */
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { eventChecksum, headChecksum } from '../../kiosk-app/hall/journal/checksum.ts';
import { schemaVersion } from '../../kiosk-app/hall/journal/connection.ts';
import { checkNodeVersion } from '../../kiosk-app/hall/journal/node-version.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { batch, event, failure, loaded, open, peek, tamper } from './helpers.ts';

const test = suite('damage');

/** A closed journal with events 1..n. */
function written(n: number, snapshotAt: number[] = []): string {
  const dir = tempDir();
  const { journal } = open(dir);
  journal.commit(batch(1, n));
  for (const seq of snapshotAt) journal.saveSnapshot(seq, `{"seq":${seq}}`);
  journal.close();
  return dir;
}

for (const [what, sql] of [
  ['its content', `UPDATE events SET json = replace(json, '4', '5') WHERE seq = 4`],
  ['its instant', 'UPDATE events SET at = at + 1 WHERE seq = 4'],
  ['its checksum', 'UPDATE events SET crc = crc + 1 WHERE seq = 4'],
  ['its existence', 'DELETE FROM events WHERE seq = 4'],
] as const) {
  test(`an event in the middle that lost ${what} stops the start loudly`, () => {
    const dir = written(6);
    tamper(dir, sql);
    const { journal } = open(dir);
    const error = failure(() => loaded(journal));
    assert.is(error.code, 'JRN_CORRUPT');
    assert.match(error.message, 'event 4', 'names the event');
    assert.match(error.message, join(dir, 'journal.sqlite'), 'names the file');
    assert.match(error.message, 'restore the last backup', 'says what to do');
    journal.close();
  });
}

test('a gap is found although every checksum fits', () => {
  const dir = written(6);
  const { at, json } = event(6);
  const crc = eventChecksum(60, at, json);
  tamper(
    dir,
    `UPDATE events SET seq = 60, crc = ${crc} WHERE seq = 6;
    UPDATE head SET seq = 60, crc = ${headChecksum(60)}`,
  );
  const { journal } = open(dir);
  const error = failure(() => loaded(journal));
  assert.is(error.code, 'JRN_CORRUPT');
  assert.match(error.message, 'event 6 is missing');
  journal.close();
});

test('damage at the head itself stops at opening', () => {
  const dir = written(3);
  tamper(dir, 'UPDATE events SET crc = 0 WHERE seq = 3');
  const error = failure(() => open(dir));
  assert.is(error.code, 'JRN_CORRUPT');
  assert.match(error.message, 'event 3');
});

test('the events after a snapshot are checked, those before it are not read again', () => {
  const dir = written(9, [5]);
  tamper(dir, 'UPDATE events SET crc = 0 WHERE seq = 2');
  const { journal } = open(dir);
  assert.is(loaded(journal).events.length, 4);
  journal.close();
});

test('only rows beyond the head are cut, and the log says so', () => {
  const dir = written(3);
  tamper(
    dir,
    `INSERT INTO events SELECT 4, at, crc, json FROM events WHERE seq = 3;
    INSERT INTO keys (key, digest, seq, crc, answer) VALUES ('torn', 'd', 4, 0, '{}');
    INSERT INTO snapshots VALUES (4, 0, 2, 0, x'0000')`,
  );
  const { journal, log } = open(dir);
  assert.is(journal.head, 3);
  assert.equal(loaded(journal).events, batch(1, 3).events);
  assert.is(journal.find(['torn'])('torn'), undefined);
  const line = log.lines.find((l) => l.level === 'warn');
  assert.is(line?.fields.events, 1);
  journal.commit({ events: [event(4)], keys: [] });
  journal.close();
});

for (const [row, sql] of [
  ['head', 'UPDATE head SET seq = 2'],
  ['days', 'UPDATE days SET first_seq = 2'],
  ['starts', 'UPDATE starts SET epoch = 70'],
] as const) {
  test(`a damaged row of ${row} stops at opening`, () => {
    const dir = written(3);
    tamper(dir, sql);
    const error = failure(() => open(dir));
    assert.is(error.code, 'JRN_CORRUPT');
    assert.match(error.message, row);
  });
}

test('a damaged stored answer is never given out', () => {
  const dir = written(3);
  tamper(dir, `UPDATE keys SET answer = '{"n":7}' WHERE key = 'key-2'`);
  const { journal } = open(dir);
  assert.is(failure(() => journal.find(['key-2'])('key-2')).code, 'JRN_CORRUPT');
  assert.ok(journal.find(['key-1'])('key-1'));
  journal.close();
});

test('a damaged snapshot falls back to the older one, two to full replay', () => {
  const dir = written(9, [4, 7]);
  tamper(dir, "UPDATE snapshots SET data = CAST(data || x'00' AS BLOB) WHERE seq = 7");
  let { journal, log } = open(dir);
  assert.is(loaded(journal).snapshotSeq, 4);
  assert.is(loaded(journal).events.length, 5);
  assert.is(log.lines.find((l) => l.level === 'error')?.fields.seq, 7);
  journal.close();
  tamper(dir, 'UPDATE snapshots SET crc = 0');
  ({ journal, log } = open(dir));
  assert.is(loaded(journal).snapshotSeq, 0);
  assert.is(loaded(journal).events.length, 9);
  journal.close();
});

test('a file of a newer program is left alone', () => {
  const dir = written(3);
  tamper(dir, `PRAGMA user_version = ${schemaVersion + 1}`);
  const error = failure(() => open(dir));
  assert.is(error.code, 'JRN_VERSION');
  assert.match(error.message, 'newer program');
  assert.is(peek(dir, 'SELECT count(*) FROM starts'), 1);
});

test('a database that is no journal is left alone', () => {
  const dir = tempDir();
  tamper(dir, 'CREATE TABLE tickets (id)');
  assert.is(failure(() => open(dir)).code, 'JRN_OPEN');
});

test('a file that is no database at all', () => {
  const dir = tempDir();
  writeFileSync(join(dir, 'journal.sqlite'), 'x'.repeat(10_000));
  assert.is(failure(() => open(dir)).code, 'JRN_CORRUPT');
});

test('a database file cut short is found', () => {
  const dir = written(3000);
  truncateSync(join(dir, 'journal.sqlite'), 100_000);
  const error = failure(() => {
    const { journal } = open(dir);
    try {
      loaded(journal);
    } finally {
      journal.close();
    }
  });
  assert.is(error.code, 'JRN_CORRUPT');
});

test('a failed open lets go of the lock', () => {
  const dir = written(3);
  tamper(dir, 'UPDATE head SET seq = 2');
  failure(() => open(dir));
  assert.is(failure(() => open(dir)).code, 'JRN_CORRUPT', 'not JRN_LOCKED');
});

test('a directory that can not be made', () => {
  const dir = tempDir();
  writeFileSync(join(dir, 'file'), '');
  assert.is(failure(() => open(join(dir, 'file', 'below'))).code, 'JRN_OPEN');
});

test('after a restored backup the epoch starts where the technician says', () => {
  const dir = written(1);
  writeFileSync(join(dir, 'epoch-at-least.txt'), '500\n');
  let { journal } = open(dir);
  assert.is(journal.epoch, 500);
  journal.close();
  ({ journal } = open(dir));
  assert.is(journal.epoch, 501);
  journal.close();
  writeFileSync(join(dir, 'epoch-at-least.txt'), 'many');
  assert.is(failure(() => open(dir)).code, 'JRN_OPEN');
});

test('a Node.js that better-sqlite3 would crash is named before', () => {
  const error = failure(() => checkNodeVersion('v20.20.2', '/usr/bin/node'));
  assert.is(error.code, 'JRN_NODE');
  assert.match(error.message, 'v20.20.2 (/usr/bin/node)');
  checkNodeVersion('v24.0.0', 'node');
  checkNodeVersion('v26.1.0', 'node');
});

test.run();

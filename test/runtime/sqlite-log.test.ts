/** The write-ahead log that gets its size before anybody waits for a flush. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { foldLog, growLog, logBytes } from '../../kiosk-app/runtime/sqlite-log.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { tinyDisk } from '../harness/tiny-disk.ts';

const test = suite('sqlite log');
const wanted = 256 * 1024;

function opened(dir: string) {
  const file = join(dir, 'some.sqlite');
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma('wal_autocheckpoint = 0');
  db.exec('CREATE TABLE IF NOT EXISTS words (word TEXT NOT NULL) STRICT');
  db.pragma('user_version = 7');
  return { db, file };
}

test('it has its size, holds nothing, and does not grow by what fits', () => {
  const { db, file } = opened(tempDir());
  db.prepare("INSERT INTO words VALUES ('before')").run();
  assert.ok(growLog(db, file, wanted));
  const full = logBytes(file);
  assert.ok(full >= wanted && full < wanted + 8192, `${full}`);
  assert.is(db.pragma('user_version', { simple: true }), 7);
  assert.is(db.pragma('synchronous', { simple: true }), 2, 'commits are flushed again');
  const insert = db.prepare('INSERT INTO words VALUES (?)');
  for (let i = 0; i < 50; i += 1) insert.run(`word ${i}`);
  assert.is(logBytes(file), full);
  assert.is(db.prepare('SELECT count(*) FROM words').pluck().get(), 51);
  db.close();
});

test('somebody who reads keeps it from being empty, not from growing', () => {
  const { db, file } = opened(tempDir());
  db.prepare("INSERT INTO words VALUES ('before')").run();
  const reader = new Database(file, { readonly: true });
  reader.exec('BEGIN');
  reader.prepare('SELECT count(*) FROM words').get();
  assert.not(growLog(db, file, wanted));
  assert.ok(logBytes(file) >= wanted);
  reader.close();
  assert.ok(foldLog(db));
  db.close();
});

test('a disk without room keeps it small and stops nobody', () => {
  const disk = tinyDisk(2);
  const { db, file } = opened(disk.dir);
  assert.ok(foldLog(db));
  const small = logBytes(file);
  disk.fill();
  if (disk.code === 'JRN_FULL') {
    growLog(db, file, wanted);
    assert.ok(logBytes(file) < wanted, `${small} -> ${logBytes(file)}`);
    assert.is(db.pragma('synchronous', { simple: true }), 2);
  }
  disk.free();
  growLog(db, file, wanted);
  assert.ok(statSync(`${file}-wal`).size >= wanted);
  db.close();
  disk.remove();
});

test.run();

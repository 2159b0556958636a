import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { deviceMemory } from '../../kiosk-app/runtime/device-memory.ts';
import { memoryLog } from '../harness/memory-log.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { VirtualClock } from '../harness/virtual-clock.ts';

const test = suite('device memory');

test('a number outlives the process, each device’s own', async () => {
  const dir = tempDir('memory');
  const clock = new VirtualClock();
  const memory = deviceMemory(dir, clock, memoryLog());
  memory.of('printer').set('used', 12);
  memory.of('other').set('used', 7);
  assert.not.ok(existsSync(join(dir, 'device-memory.json')), 'not a write a ticket');
  await clock.advance(5_000);
  memory.of('printer').set('used', 13);
  memory.close();
  const next = deviceMemory(dir, clock, memoryLog());
  assert.is(next.of('printer').get('used'), 13);
  assert.is(next.of('other').get('used'), 7);
  assert.is(next.of('third').get('used'), null);
});

test('a damaged file and a directory that takes nothing are no fault of the device', () => {
  const dir = tempDir('memory');
  const clock = new VirtualClock();
  for (const text of ['{', '{"a":"b"}', '[]']) {
    writeFileSync(join(dir, 'device-memory.json'), text);
    assert.is(deviceMemory(dir, clock, memoryLog()).of('a').get('b'), null);
  }
  const log = memoryLog();
  const nowhere = deviceMemory(join(dir, 'no-such-place'), clock, log);
  nowhere.of('a').set('b', 1);
  nowhere.close();
  assert.is(nowhere.of('a').get('b'), 1);
  assert.is(log.lines.length, 1);
});

test.run();

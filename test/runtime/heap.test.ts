import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { heapLimits, keepHeapCompact } from '../../kiosk-app/runtime/heap.ts';
import { VirtualClock } from '../harness/virtual-clock.ts';

const test = suite('heap of a machine');
const MB = 1024 * 1024;

test('compacted once after the start, then whenever it has grown', async () => {
  const clock = new VirtualClock();
  const heap = { size: 20 * MB, compacted: 0 };
  const end = keepHeapCompact(clock, {
    bytes: () => heap.size,
    compact() {
      heap.compacted += 1;
      heap.size = 10 * MB;
    },
  });
  await clock.advance(heapLimits.lookMs - 1);
  assert.is(heap.compacted, 0);
  await clock.advance(1);
  assert.is(heap.compacted, 1);
  heap.size += heapLimits.grownBytes - 1;
  await clock.advance(10 * heapLimits.lookMs);
  assert.is(heap.compacted, 1, 'a little is no reason to stop the machine');
  heap.size += 1;
  await clock.advance(heapLimits.lookMs);
  assert.is(heap.compacted, 2);
  end();
  heap.size = 90 * MB;
  await clock.advance(10 * heapLimits.lookMs);
  assert.is(heap.compacted, 2);
  assert.is(clock.waiting, 0);
});

test.run();

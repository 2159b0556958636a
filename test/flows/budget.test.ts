import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { pressBudget, spread } from '../../kiosk-app/queue-machine/budget.ts';

test('percentiles are nearest-rank over what is known', () => {
  assert.equal(spread([]), null);
  assert.equal(spread([null]), null);
  assert.equal(spread([3, null, 1, 2]), { p50: 2, p99: 3 });
  const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);
  assert.equal(spread(hundred), { p50: 50, p99: 99 });
});

test('only the last presses count', () => {
  const budget = pressBudget(3);
  for (const ms of [100, 1, 2, 3]) {
    budget.add({ answeredMs: ms, hallMs: 0.004, firstByteMs: ms, paperMs: null });
  }
  const { presses, answeredMs, hallMs, paperMs } = budget.summary();
  assert.is(presses, 3);
  assert.equal(answeredMs, { p50: 2, p99: 3 });
  assert.equal(hallMs, { p50: 0, p99: 0 });
  assert.is(paperMs, null);
});

test.run();

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { simulateRatings } from './simulation.ts';

const steps = 300;
const seeds = 12;

test('pads cut off, killed, repeating, a hall that crashes: the province has what was pressed, exactly', async () => {
  const sum = { pressed: 0, crashes: 0, duplicates: 0 };
  for (let seed = 1; seed <= seeds; seed += 1) {
    const { faults, pressed, crashes, duplicates } = await simulateRatings(seed, steps);
    assert.equal(faults, [], `seed ${seed}`);
    sum.pressed += pressed;
    sum.crashes += crashes;
    sum.duplicates += duplicates;
  }
  // Else nothing was tried.
  assert.ok(
    sum.pressed > seeds && sum.crashes > seeds && sum.duplicates > seeds,
    JSON.stringify(sum),
  );
});

test.run();

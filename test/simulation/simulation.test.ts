// time-limit: 180 s
/** The simulated hall: seeds that ever failed, and new ones for as long as the time box lasts. */
import { randomInt } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { seeds } from './seeds.ts';
import { type Outcome, simulate } from './simulation.ts';

const seedMax = 2 ** 32;
const timeBoxMs = 25_000;
const linesMax = 80;

/** Says all that is needed to look at it: rule, detail, the last lines, and how to run it again. */
function mustHold(outcome: Outcome): void {
  const [fault] = outcome.faults;
  if (fault === undefined) return;
  const again = `npm run simulate -- --seed ${outcome.seed}`;
  assert.unreachable(
    `${fault.rule}: ${fault.detail}\n${outcome.history.join('\n')}\nagain: ${again}`,
  );
}

test('a seed replays exactly: the same history, step by step', async () => {
  for (const seed of [2, 3]) {
    const first = await simulate(seed, { linesMax });
    const second = await simulate(seed, { linesMax });
    assert.is(second.digest, first.digest);
    assert.is(second.steps, first.steps);
  }
  const [a, b] = [await simulate(2, { linesMax }), await simulate(3, { linesMax })];
  assert.is.not(a.digest, b.digest);
});

for (const { seed, found } of seeds) {
  test(`seed ${seed} holds: ${found}`, async () => {
    mustHold(await simulate(seed, { linesMax }));
  });
}

test('new seeds hold', async () => {
  const from = randomInt(seedMax);
  console.log(`random seeds from ${from}`);
  const end = performance.now() + timeBoxMs;
  let ran = 0;
  for (; performance.now() < end; ran += 1) {
    mustHold(await simulate((from + ran) % seedMax, { linesMax }));
  }
  console.log(`${ran} seeds`);
  assert.ok(ran > 0);
});

test.run();

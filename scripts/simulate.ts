/**
 * Runs the simulated hall (test/simulation) by hand.
 *
 *   npm run simulate -- --seed N       one seed, with its history when it fails
 *   npm run simulate -- --seconds S    random seeds for S seconds
 *
 *   --lines L     lines of history shown (default 60)
 *   --from N      begin the random seeds at N (else drawn)
 *   --show        show the history of a run that succeeded, too
 *
 * Ends with code 1 at the first seed that breaks a rule, and says how to run it again.
 */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { type Outcome, simulate } from '../test/simulation/simulation.ts';

const seedMax = 2 ** 32;

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seconds: { type: 'string' },
    from: { type: 'string' },
    lines: { type: 'string', default: '60' },
    show: { type: 'boolean', default: false },
  },
});

function number(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0 && value < seedMax) return value;
  console.error(`--${name} must be a whole number from 0 to ${seedMax - 1}, not "${text}"`);
  process.exit(2);
}

const lines = number('lines', values.lines, 60);
const linesMax = Math.max(lines, 1);

function report(outcome: Outcome, history: boolean): void {
  const { seed, digest, steps, faults, counts, swarm } = outcome;
  if (history) {
    console.log(outcome.history.slice(-lines).join('\n'));
    console.log(`\nhall: ${JSON.stringify(swarm.profile.rules)}`);
    console.log(`weather: ${JSON.stringify(swarm.weather)}`);
    console.log(`counts: ${JSON.stringify(counts)}`);
  }
  const issued = counts.issued ?? 0;
  const verdict = faults.length === 0 ? 'ok' : `BROKEN ${faults[0]?.rule}: ${faults[0]?.detail}`;
  console.log(`seed ${seed}  ${steps} steps  ${issued} tickets  digest ${digest}  ${verdict}`);
  if (faults.length > 0) {
    console.log(`again: npm run simulate -- --seed ${seed} --lines 300`);
  }
}

async function oneSeed(seed: number): Promise<boolean> {
  const outcome = await simulate(seed, { linesMax });
  report(outcome, values.show || outcome.faults.length > 0);
  return outcome.faults.length === 0;
}

async function main(): Promise<boolean> {
  if (values.seed !== undefined) return oneSeed(number('seed', values.seed, 0));
  const seconds = number('seconds', values.seconds, 30);
  const from = number('from', values.from, randomInt(seedMax));
  const end = performance.now() + seconds * 1000;
  let ran = 0;
  for (; performance.now() < end; ran += 1) {
    if (!(await oneSeed((from + ran) % seedMax))) return false;
  }
  console.log(`${ran} seeds from ${from}: all rules held`);
  return true;
}

process.exitCode = (await main()) ? 0 : 1;

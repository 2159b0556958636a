/**
 * The whole hall in one process, from one seed: hall server, queue machines, windows, display,
 * terminal and pads; a storm of faults, then calm in which everything has to drain.
 */

import type { Fault } from './checker.ts';
import { drain } from './drain.ts';
import { buildHall } from './hall-build.ts';
import { raiseStorm } from './storm.ts';
import type { Swarm } from './swarm.ts';

export interface Outcome {
  seed: number;
  /** Empty: nothing was broken. The first is the one to look at. */
  faults: readonly Fault[];
  /** Over everything that happened: equal = the same run. */
  digest: string;
  steps: number;
  /** How often what happened: events, answers, papers, crashes. */
  counts: Readonly<Record<string, number>>;
  history: string[];
  swarm: Swarm;
}

export interface RunOptions {
  /** Lines of history kept for people. */
  linesMax: number;
}

/** A storm of slow links and quick repetitions ends here: many short runs find more than few long ones. */
const stormStepsMax = 10_000;

/** @param seed integer 0..2^32-1 */
export async function simulate(seed: number, options: RunOptions): Promise<Outcome> {
  const run = buildHall(seed, options.linesMax);
  const { world, checker, history } = run;
  const broken = () => checker.faults.length > 0;
  try {
    raiseStorm(run);
    await world.run(run.swarm.stormMs, () => broken() || world.steps > stormStepsMax);
    if (!broken()) await drain(run, broken);
  } catch (error) {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    checker.fail('the simulation runs to its end', detail);
  }
  for (const f of checker.faults.slice(0, 3)) history.note('FAULT', `${f.rule}: ${f.detail}`);
  return {
    seed,
    faults: checker.faults,
    digest: history.digest(),
    steps: world.steps,
    counts: checker.counts,
    history: history.lines(),
    swarm: run.swarm,
  };
}

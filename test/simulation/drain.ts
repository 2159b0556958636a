/** After the storm: no faults any more, good clerks work until nobody waits. Then everything is judged. */

import type { Run } from './hall-build.ts';
import { hallClient } from './hall-buses.ts';
import type { MachineNode } from './machine-node.ts';
import { helpfulClerk } from './people.ts';
import { atProvince, caseOf } from './province.ts';
import { calm } from './swarm.ts';

/** A hall that has not drained by then never will, ms. */
const drainMsMax = 60 * 60_000;
const helpEveryMs = 5_000;
const lookEveryMs = 60_000;
/** No change for so long: quiet. Longer than any link stays half-open, any repetition waits. */
const quietMs = 20_000;

export async function drain(run: Run, broken: () => boolean): Promise<void> {
  const { world, hall, machines, history, disk, checker } = run;
  history.note('', 'calm');
  run.storm = false;
  run.weather = calm;
  let helping = true;
  const help = () => {
    if (!helping) return;
    if (!run.swarm.embedded) run.broker.start();
    run.broker.route(hallClient, true);
    hall.start();
    for (const m of machines) {
      run.broker.route(m.id, true);
      m.printer?.mend();
      m.start();
      if (m.role === 'window') helpfulClerk(run.people, m);
    }
    world.after(helpEveryMs, help);
  };
  help();
  const until = world.time + drainMsMax;
  const stop = () => broken() || isDrained(run);
  do await world.run(world.time + lookEveryMs, stop);
  while (world.time < until && !broken() && !(isDrained(run) && (await isQuiet(run, broken))));
  // What a failing disk left unsaid is said at the next start; all else is only said once more. A page
  // that outlived its machine may press once more then: that citizen is served, too.
  for (const m of machines) {
    m.crash();
    m.start();
  }
  do await world.run(world.time + lookEveryMs, broken);
  while (world.time < until + lookEveryMs && !broken() && !isDrained(run));
  helping = false;
  await isQuiet(run, broken);
  if (broken()) return;
  checker.nothingLost(disk);
  checker.quiet(new Map(machines.flatMap((m) => (m.view === null ? [] : [[m.id, m.view]]))));
  for (const m of machines) atRest(run, m);
  const { profile } = run.swarm;
  const there = await atProvince(profile, disk, checker.fail);
  checker.ratings.arrived((ticket) => there.get(caseOf(profile, ticket)), there.size);
}

function isDrained({ checker, machines }: Run): boolean {
  if (checker.ledger.open().length > 0) return false;
  return machines.every((m) => m.disk.outbox.size === 0 && m.disk.held.size === 0);
}

/** @returns false: something went on meanwhile */
async function isQuiet({ world, checker }: Run, broken: () => boolean): Promise<boolean> {
  const { seq } = checker.ledger;
  await world.run(world.time + quietMs, broken);
  return checker.ledger.seq === seq;
}

function atRest({ checker }: Run, { id, face, disk }: MachineNode): void {
  if (face === null) {
    checker.fail('everybody is back', id);
    return;
  }
  if (disk.outbox.size > 0) checker.fail('outboxes are empty', `${id}: ${disk.outbox.size}`);
  if (disk.held.size > 0) checker.fail('nothing is held for ever', `${id}: ${disk.held.size}`);
  for (const { jobId, state } of disk.jobs.values()) {
    const ended = state === 'confirmed' || state === 'failed' || state === 'uncertain';
    if (!ended) checker.fail('every paper has its end', `${id} ${jobId} ${state}`);
  }
  const { queue, window } = face;
  if (queue.screen?.step.at === 'working') checker.fail('all requests are answered', id);
  const busy = window.screen?.busy ?? null;
  if (busy !== null) checker.fail('all requests are answered', `${id} is busy with ${busy}`);
}

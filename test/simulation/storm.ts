/** Everything that can go wrong in a hall, and the people in it, while the storm lasts. */

import type { Run } from './hall-build.ts';
import { hallClient } from './hall-buses.ts';
import type { MachineNode } from './machine-node.ts';
import type { NodeClock } from './node-clock.ts';
import { citizen, clerk } from './people.ts';
import { rater } from './raters.ts';
import { stranger } from './strangers.ts';

/** Machines start one after the other within this, ms. */
const startsWithinMs = 2_000;
/** Few, so that codes are used again. */
const bookingCodes = 40;
/** Somebody stands at a pad and looks this often, ms: some touches in the time of one question. */
const raterEveryMs = 6_000;
/** Part of all ends that are orderly, as for an update of the program. */
const orderly = 0.3;

export function raiseStorm(run: Run): void {
  const { random, machines, world } = run;
  run.hall.start();
  for (const m of machines) world.after(random.int(0, startsWithinMs), m.start);
  people(run);
  network(run);
  crashes(run);
  clocks(run);
  printers(run);
}

/** Does `f` again and again, at random, while the storm lasts. */
function often(run: Run, meanMs: number, f: () => void): void {
  if (!Number.isFinite(meanMs)) return;
  const again = () => {
    if (!run.storm) return;
    f();
    run.world.after(run.random.exponential(meanMs), again);
  };
  run.world.after(run.random.exponential(meanMs), again);
}

const ofRole = (run: Run, ...roles: MachineNode['role'][]) =>
  run.machines.filter((m) => roles.includes(m.role));

function people(run: Run): void {
  const { random } = run;
  const { citizenEveryMs, clerkEveryMs } = run.swarm.people;
  const queueMachines = ofRole(run, 'queue-machine');
  often(run, citizenEveryMs, () => citizen(run.people, random.pick(queueMachines)));
  for (const m of ofRole(run, 'window')) often(run, clerkEveryMs, () => clerk(run.people, m));
  const others = ofRole(run, 'terminal', 'evaluation-pad');
  often(run, citizenEveryMs, () => stranger(run.people, random.pick(others)));
  for (const m of ofRole(run, 'evaluation-pad')) {
    often(run, raterEveryMs, () => rater(run.raters, m));
  }
  often(run, citizenEveryMs * 5, () => book(run));
}

/** Somebody books by telephone, or thinks better of it. */
function book({ random, hall, hallClock, swarm }: Run): void {
  const slotStart = hallClock.now() + random.int(-40, 60) * 60_000;
  const code = `B${String(random.int(1, bookingCodes)).padStart(4, '0')}`;
  if (random.chance(0.2)) {
    hall.submit('cancel-booking', { code });
    return;
  }
  hall.submit('book', {
    code,
    service: random.pick(swarm.profile.services).id,
    slotStart,
    slotEnd: slotStart + 1_800_000,
    person: random.pick(['aa', 'bb', 'cc']).repeat(16),
  });
}

function network(run: Run): void {
  const { random, world, weather, broker, history } = run;
  often(run, weather.cutEveryMs, () => {
    const ids = [...run.machines.map((m) => m.id), ...(run.swarm.embedded ? [] : [hallClient])];
    const id = random.pick(ids);
    history.note(id, 'link cut');
    broker.cut(id);
    broker.route(id, false);
    world.after(random.exponential(weather.cutMs), () => broker.route(id, true));
  });
  if (run.swarm.embedded) return;
  broker.start();
  often(run, weather.brokerCrashEveryMs, () => {
    history.note('', 'broker starts anew');
    broker.crash();
    world.after(random.exponential(weather.cutMs), broker.start);
  });
}

function crashes(run: Run): void {
  const { random, world, weather, hall } = run;
  often(run, weather.hallCrashEveryMs, () => {
    if (random.chance(orderly)) hall.stop();
    else hall.crash();
    world.after(random.exponential(weather.hallDownMs), hall.start);
  });
  often(run, weather.machineCrashEveryMs, () => {
    const m = random.pick(run.machines);
    if (random.chance(orderly)) m.stop();
    else m.crash();
    world.after(random.exponential(weather.machineDownMs), m.start);
  });
}

function clocks(run: Run): void {
  const { weather, random, hallClock, machines } = run;
  const step = (who: string, clock: NodeClock) => {
    const largest = random.pick([1_500, 70_000, 3_600_000, 86_400_000]);
    const ms = Math.round(largest * (random.unit() * 2 - 1));
    run.history.note(who, `clock steps ${ms} ms`);
    clock.step(ms);
  };
  often(run, weather.hallClockStepEveryMs, () => step('hall', hallClock));
  often(run, weather.machineClockStepEveryMs, () => {
    const m = random.pick(machines);
    step(m.id, m.clock);
  });
}

function printers(run: Run): void {
  const { random, world, weather } = run;
  often(run, weather.printer.outEveryMs, () => {
    const { printer } = random.pick(ofRole(run, 'queue-machine'));
    printer?.runOut();
    world.after(random.exponential(weather.printer.outMs), () => printer?.mend());
  });
}

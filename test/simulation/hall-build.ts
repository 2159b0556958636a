/** Puts a simulated hall together from a seed: every part on its own stream of chance. */
import { check, faultLine } from '../../broker-config/validate.ts';
import type { JournalBatch } from '../../kiosk-app/hall/contract.ts';
import { checkHallProfile, HallProfile } from '../../kiosk-app/hall/queue/index.ts';
import type { Log } from '../../kiosk-app/runtime/log.ts';
import { type Checker, createChecker } from './checker.ts';
import { createHallDisk, type HallDisk } from './hall-disk.ts';
import { createHallNode, type HallNode, type HallWatch } from './hall-node.ts';
import { createHistory, type History } from './history.ts';
import { createMachineNode, type MachineNode } from './machine-node.ts';
import { type Broker, createBroker } from './network.ts';
import { createNodeClock, type NodeClock } from './node-clock.ts';
import type { PeopleOptions } from './people.ts';
import { createPrinter, type SimPrinter } from './printer.ts';
import { Random } from './random.ts';
import type { RaterOptions } from './raters.ts';
import { drawSwarm, type Swarm, type Weather } from './swarm.ts';
import { createWorld, type World } from './world.ts';

export interface Run {
  readonly swarm: Swarm;
  readonly world: World;
  readonly random: Random;
  readonly checker: Checker;
  readonly history: History;
  readonly broker: Broker;
  readonly disk: HallDisk;
  readonly hall: HallNode;
  readonly hallClock: NodeClock;
  readonly machines: readonly MachineNode[];
  readonly people: PeopleOptions;
  /** Citizens at the pads have a chance of their own. */
  readonly raters: RaterOptions;
  /** Changes when the storm is over. */
  weather: Weather;
  storm: boolean;
}

/** The parts that the others are built on. */
type Ground = Pick<Run, 'swarm' | 'world' | 'random' | 'checker' | 'history' | 'broker'> & {
  weather(): Weather;
};

export function buildHall(seed: number, linesMax: number): Run {
  const random = new Random(seed, 'hall');
  const swarm = drawSwarm(random.fork('swarm'));
  assertProfile(swarm.profile);
  const world = createWorld();
  const state = { weather: swarm.weather, storm: true };
  const ground: Ground = {
    ...{ swarm, world, random },
    checker: createChecker(swarm.profile),
    history: createHistory(() => world.time, linesMax),
    broker: createBroker(world, random.fork('network'), () => state.weather),
    weather: () => state.weather,
  };
  const { hall, hallClock, disk } = hallOf(ground);
  const machines = swarm.profile.machines.map((m) => machineOf(ground, m));
  const people: PeopleOptions = {
    ...{ world, profile: swarm.profile, people: swarm.people, ledger: ground.checker.ledger },
    random: random.fork('people'),
  };
  return Object.assign(state, {
    ...{ swarm, world, random, hall, hallClock, disk, machines, people },
    raters: { world, random: random.fork('raters'), ratings: ground.checker.ratings },
    ...{ checker: ground.checker, history: ground.history, broker: ground.broker },
  });
}

function assertProfile(profile: HallProfile): void {
  const shape = check(HallProfile, profile);
  const faults = shape.ok ? checkHallProfile(profile) : shape.faults;
  if (faults.length > 0) throw new RangeError(`the drawn profile is wrong: ${faultLine(faults)}`);
}

// ---------------------------------------------------------------- the hall server

function hallOf(ground: Ground): { hall: HallNode; hallClock: NodeClock; disk: HallDisk } {
  const { world, random, swarm, checker, history, broker } = ground;
  const hallClock = createNodeClock(world, swarm.startsAt, rate(random, 1e-4));
  const disk = createHallDisk(random.fork('disk'), ground.weather, {
    durable: (batch, repeated) => {
      noteBatch(history, batch);
      checker.durable(batch, repeated);
    },
  });
  const hall = createHallNode({
    ...{ world, profile: swarm.profile, disk, broker, clock: hallClock, log: silentLog },
    random: random.fork('hall-node'),
    ...{ embedded: swarm.embedded, limits: swarm.limits },
    commitMs: () => ground.weather().commitMs,
    watch: watchOf(ground, disk),
    onDown: () => {
      world.after(random.exponential(ground.weather().hallDownMs), () => hall.start());
    },
  });
  return { hall, hallClock, disk };
}

function watchOf({ checker, history }: Ground, disk: HallDisk): HallWatch {
  return {
    started: (epoch) => {
      history.note('hall', `starts, epoch ${epoch}`);
      checker.hallStarted(epoch);
    },
    submitted: (request) => {
      const { op, key, body, dev } = request;
      history.note(dev, `asks ${op} ${key} ${JSON.stringify(body)}`);
      checker.submitted(request);
    },
    answered: (request, answer) => {
      const said = answer.ok ? 'granted' : answer.refusal.code;
      history.note('hall', `answers ${request.dev} ${request.op} ${request.key}: ${said}`);
      checker.answered(request, answer);
    },
    published: checker.published,
    ended: (how) => {
      history.note('hall', how);
      checker.nothingLost(disk);
    },
  };
}

function noteBatch(history: History, batch: JournalBatch): void {
  for (const e of batch.events) history.note('disk', `${e.seq} ${e.json}`);
  for (const k of batch.keys) history.note('disk', `key ${k.key}`);
}

// ---------------------------------------------------------------- the machines

/** Most queue machines have a printer. */
const printerChance = 0.85;

function machineOf(ground: Ground, m: { id: string; role: MachineNode['role'] }): MachineNode {
  const { world, swarm, checker, history, broker } = ground;
  const random = ground.random.fork(m.id);
  const hasPrinter = m.role === 'queue-machine' && random.chance(printerChance);
  const skewMs = (random.unit() - 0.5) * random.pick([0, 1_000, 600_000, 86_400_000]);
  const node = createMachineNode({
    ...{ id: m.id, role: m.role, hall: swarm.profile.hall, random, broker, log: silentLog },
    printer: hasPrinter ? printerOf(ground, m.id, random.fork('printer')) : null,
    clock: createNodeClock(world, swarm.startsAt + skewMs, rate(random, 2e-4)),
    fate: () => {
      const { spoolCrash, spoolFails } = ground.weather();
      if (random.chance(spoolCrash)) return random.pick(['dies-before', 'dies-after'] as const);
      return random.chance(spoolFails) ? 'fails' : 'well';
    },
    viewed: checker.viewed,
    delivered: checker.delivered,
    padShows: checker.ratings.shown,
    ended: (how) => history.note(m.id, how),
    onDown: () => {
      world.after(random.exponential(ground.weather().machineDownMs), () => node.start());
    },
  });
  return node;
}

function printerOf(ground: Ground, machine: string, random: Random): SimPrinter {
  const { world, history, checker } = ground;
  return createPrinter(
    world,
    random,
    () => ground.weather().printer,
    (ticket, document) => {
      const number = document.blocks.find((b) => b.type === 'number')?.text ?? null;
      history.note(machine, `paper ${ticket} ${number}`);
      checker.paper(machine, ticket, number);
    },
  );
}

/** How fast a clock runs: up to `most` too fast or too slow. */
const rate = (random: Random, most: number) => 1 + (random.unit() * 2 - 1) * most;

const silent = () => {};
const silentLog: Log = {
  ...{ debug: silent, info: silent, warn: silent, error: silent, fatal: silent },
  child: () => silentLog,
};

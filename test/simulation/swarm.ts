/**
 * Swarm configuration: every seed draws its own hall and its own weather. Faults that always come
 * together hide each other, so each kind is wholly off in some runs and frequent in others.
 */
import type { HallProfile } from '../../kiosk-app/hall/queue/index.ts';
import { type SequencerLimits, sequencerLimits } from '../../kiosk-app/hall/sequencer.ts';
import { drawProfile } from './hall-draw.ts';
import type { PrinterFaults } from './printer.ts';
import type { Random } from './random.ts';

export interface Weather {
  /** One way through the network, mean, ms. */
  linkMs: number;
  /** Chance per message that it is delivered twice. */
  duplicate: number;
  /** Mean time between cuts of one machine's link, ms; Infinity = never. */
  cutEveryMs: number;
  /** How long a cut lasts, mean, ms. */
  cutMs: number;
  /** Chance that a message in flight when the link is cut arrives all the same, late. */
  late: number;
  hallCrashEveryMs: number;
  hallDownMs: number;
  machineCrashEveryMs: number;
  machineDownMs: number;
  /** Chance per commit: refused before anything is on disk; on disk but reported as failed; crash. */
  commitFails: number;
  commitLies: number;
  commitCrash: number;
  /** Mean time between steps of the hall's wall clock, ms. */
  hallClockStepEveryMs: number;
  machineClockStepEveryMs: number;
  /** Chances per write to a machine's disk: the machine dies in it; it fails. */
  spoolCrash: number;
  spoolFails: number;
  /** Chance per look for a key that the hall's disk can not be read. */
  findFails: number;
  /** An outer broker starts anew, with or without what it kept. */
  brokerCrashEveryMs: number;
  /** Chance per message to the hall that it comes once more, much later. */
  replay: number;
  /** Time one commit takes, mean, ms: what arrives meanwhile goes into the next one. */
  commitMs: number;
  printer: PrinterFaults;
}

/** How busy people are; all means, ms. */
export interface People {
  citizenEveryMs: number;
  clerkEveryMs: number;
  /** Chance that a press is made twice, with two keys, at once. */
  doublePress: number;
  /** Chance that a page sends its press again when its machine has started anew. */
  pageRepeats: number;
  /** Chance that a clerk presses anything at all instead of what makes sense. */
  anyPress: number;
  /** Chance of a request that no honest machine would make. */
  wildRequest: number;
}

export interface Swarm {
  profile: HallProfile;
  weather: Weather;
  people: People;
  /** Wall time by the hall's clock when the run begins. */
  startsAt: number;
  /** How long faults last, true ms. */
  stormMs: number;
  /** The broker is in the hall's process; else a Mosquitto somewhere. */
  embedded: boolean;
  limits: SequencerLimits;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

export function drawSwarm(random: Random): Swarm {
  const stormMs = random.pick([10, 30, 90, 240]) * minuteMs;
  // Often the run crosses the border of the business day or a clearing: begin shortly before it.
  const dayStartMin = random.pick([0, 0, 240, 300]);
  const clearMin = random.pick([720, 750, 1080]);
  const beginMin =
    random.weighted({ border: 4, clearing: 4, morning: 3 }) === 'border'
      ? dayStartMin - random.int(0, stormMs / minuteMs)
      : random.chance(0.5)
        ? clearMin - random.int(0, stormMs / minuteMs)
        : random.int(480, 1000);
  // 2026-11-22 is a Sunday, so runs also meet Saturday, Sunday and Monday hours.
  const midnight = Date.UTC(2026, 10, random.int(20, 24));
  const drawn: Swarm = {
    profile: drawProfile(random, { dayStartMin, clearMin }),
    weather: drawWeather(random, stormMs),
    people: drawPeople(random, stormMs),
    startsAt: midnight + beginMin * minuteMs - 8 * hourMs,
    stormMs,
    embedded: random.chance(0.7),
    limits: drawLimits(random),
  };
  // New ways to draw come last: seeds that found something before replay what they found.
  const printer = { ...drawn.weather.printer, atOnce: random.chance(0.6) };
  return { ...drawn, weather: { ...drawn.weather, printer } };
}

/** Small ones bring batches, refusals and snapshots out of their corners. */
function drawLimits(random: Random): SequencerLimits {
  return {
    ...sequencerLimits,
    queueMax: random.pick([2, 10_000, 10_000]),
    batchMax: random.pick([1, 3, 256]),
    snapshotEventsQuiet: random.pick([5, 5_000]),
    snapshotEventsForced: random.pick([20, 50_000]),
    snapshotRest: random.pick([0, 500]),
  };
}

/** About this many citizens come in a run, whatever its length. */
const citizensPerRun = 60;

function drawPeople(random: Random, stormMs: number): People {
  const citizenEveryMs = (stormMs / citizensPerRun) * random.pick([0.5, 1, 2]);
  return {
    citizenEveryMs,
    clerkEveryMs: citizenEveryMs * random.pick([0.3, 0.7, 1.5]),
    doublePress: random.pick([0, 0.1, 0.4]),
    pageRepeats: random.pick([0, 0.5, 1]),
    anyPress: random.pick([0, 0.1, 0.3, 0.6]),
    wildRequest: random.pick([0, 0.05, 0.2]),
  };
}

function drawWeather(random: Random, stormMs: number): Weather {
  const sometimes = (chances: readonly number[]) => (random.chance(0.4) ? 0 : random.pick(chances));
  const every = (fractions: readonly number[]) =>
    random.chance(0.4) ? Number.POSITIVE_INFINITY : stormMs * random.pick(fractions);
  return {
    linkMs: random.pick([0.2, 2, 40, 400]),
    duplicate: sometimes([0.02, 0.2]),
    cutEveryMs: every([0.05, 0.2, 0.5]),
    cutMs: random.pick([500, 5_000, 60_000]),
    late: random.pick([0, 0.3, 0.8]),
    hallCrashEveryMs: every([0.05, 0.15, 0.4]),
    hallDownMs: random.pick([100, 3_000, 60_000]),
    machineCrashEveryMs: every([0.1, 0.3, 0.8]),
    machineDownMs: random.pick([500, 20_000]),
    commitFails: sometimes([0.01, 0.1]),
    commitLies: sometimes([0.01, 0.05]),
    commitCrash: sometimes([0.01, 0.04]),
    hallClockStepEveryMs: every([0.1, 0.3]),
    machineClockStepEveryMs: every([0.2, 0.5]),
    spoolCrash: sometimes([0.005, 0.03]),
    spoolFails: sometimes([0.01, 0.1]),
    findFails: random.chance(0.8) ? 0 : 0.02,
    brokerCrashEveryMs: every([0.2, 0.5]),
    replay: sometimes([0.02, 0.1]),
    commitMs: random.pick([0.1, 1, 20]),
    printer: {
      failed: sometimes([0.05, 0.3]),
      uncertainWithPaper: sometimes([0.05, 0.3]),
      uncertainWithoutPaper: sometimes([0.05, 0.3]),
      paperMs: random.pick([200, 600, 6_000]),
      beginMs: random.pick([5, 50, 10_000]),
      outEveryMs: every([0.1, 0.4]),
      outMs: random.pick([5_000, 60_000]),
      atOnce: false,
    },
  };
}

/** No faults, quick links: everything has to come to rest. */
export const calm: Weather = {
  linkMs: 1,
  duplicate: 0,
  cutEveryMs: Number.POSITIVE_INFINITY,
  cutMs: 0,
  late: 0,
  hallCrashEveryMs: Number.POSITIVE_INFINITY,
  hallDownMs: 1_000,
  machineCrashEveryMs: Number.POSITIVE_INFINITY,
  machineDownMs: 1_000,
  commitFails: 0,
  commitLies: 0,
  commitCrash: 0,
  hallClockStepEveryMs: Number.POSITIVE_INFINITY,
  machineClockStepEveryMs: Number.POSITIVE_INFINITY,
  spoolCrash: 0,
  spoolFails: 0,
  findFails: 0,
  brokerCrashEveryMs: Number.POSITIVE_INFINITY,
  replay: 0,
  commitMs: 1,
  printer: {
    ...{ failed: 0, uncertainWithPaper: 0, uncertainWithoutPaper: 0 },
    ...{ paperMs: 300, beginMs: 5, outEveryMs: Number.POSITIVE_INFINITY, outMs: 0 },
    atOnce: true,
  },
};

/**
 * How many go before, and how long that takes. Service times are the day's own: an exponentially
 * weighted mean that begins at the profile's `typical_min` and lets no single sample count for more
 * than four times, or less than a quarter, of what was usual (a forgotten "finish" key is no service).
 */
import { openWindowsServing } from './context.ts';
import type { Rules } from './rules.ts';
import type { QueueState, ServiceState, Ticket } from './state.ts';
import { minuteMs } from './time-zone.ts';

const sampleWeight = 0.2;
const outlierFactor = 4;

/** Mean service time now, ms. */
function meanMs(state: QueueState, rules: Rules, service: string): number {
  const typical = (rules.services.get(service)?.typical_min ?? 1) * minuteMs;
  return state.services.get(service)?.meanMs ?? typical;
}

/** Mean after this ticket's service ends at `t`; null: it gives no fair sample. */
export function nextMeanMs(
  state: QueueState,
  rules: Rules,
  ticket: Ticket,
  t: number,
): number | null {
  const began = ticket.past?.startedAt ?? ticket.past?.calledAt ?? null;
  if (began === null || ticket.past?.resumed === true) return null;
  const mean = meanMs(state, rules, ticket.service);
  const sample = Math.min(Math.max(t - began, mean / outlierFactor), mean * outlierFactor);
  return Math.round(mean + sampleWeight * (sample - mean));
}

/**
 * People of the service who will be called before a new ticket of this class, numbers still being
 * printed included. Strict: all classes that go before, and the own. Proportion: the own turn, and of
 * each other turn as many as it is given while the own turn works its way here. Ageing and windows
 * that serve other things too are not foreseen.
 */
export function aheadOf(
  state: QueueState,
  rules: Rules,
  serviceId: string,
  classId: string,
): number {
  const service = state.services.get(serviceId);
  if (service === undefined) return 0;
  const front = service.special.size;
  return (
    front +
    (rules.turns === null
      ? aheadStrict(service, rules, classId)
      : aheadInTurns(service, rules, classId))
  );
}

function aheadStrict(service: ServiceState, rules: Rules, classId: string): number {
  let ahead = 0;
  for (const id of rules.classes.keys()) {
    ahead += inClass(service, id);
    if (id === classId) break;
  }
  return ahead;
}

function aheadInTurns(service: ServiceState, rules: Rules, classId: string): number {
  const turns = rules.turns ?? [];
  const own = turns.find((turn) => turn.classes.includes(classId));
  if (own === undefined) return service.waitingTotal;
  let ahead = 0;
  for (const id of own.classes) {
    ahead += inClass(service, id);
    if (id === classId) break;
  }
  const rounds = Math.ceil((ahead + 1) / own.take);
  let others = 0;
  for (const turn of turns) {
    if (turn === own) continue;
    const waiting = turn.classes.reduce((sum, id) => sum + inClass(service, id), 0);
    others += Math.min(waiting, rounds * turn.take);
  }
  return ahead + others;
}

/** In the class's queue or still printing; those in front of all classes are counted apart. */
function inClass(service: ServiceState, id: string): number {
  return (service.queues.get(id)?.size ?? 0) + (service.printing.get(id) ?? 0);
}

/** Minutes until a citizen with so many ahead is called, rounded up; null while no window is open. */
export function estimateMin(
  state: QueueState,
  rules: Rules,
  service: string,
  ahead: number,
): number | null {
  const windows = openWindowsServing(state, rules, service);
  if (windows === 0) return null;
  return Math.ceil((ahead * meanMs(state, rules, service)) / windows / minuteMs);
}

/** What time alone brings about: a new day, opening hours, clearing, expired limits, alarms. */
import type { AlarmCode } from '../../../broker-config/reasons.ts';
import { windowClosed } from './context.ts';
import { voided } from './decide-ticket.ts';
import type { QueueEvent } from './events.ts';
import { ceilingAlarm } from './indexes.ts';
import { type Rules, rememberedMs, serviceNames } from './rules.ts';
import type { QueueState, Ticket, WindowState } from './state.ts';

/** Events of one round; what is left is due at once again. */
const roundEventsMax = 500;
const secondMs = 1000;

/** Instant (hall ms, may be <= now) at which `tick` has something to do; null: never. */
export function nextDue(state: QueueState, rules: Rules, now: number): number | null {
  const pending = state.unsettled.size > 0 || state.returnsDue.size > 0 || hasOrphan(state, rules);
  if (state.day === '' || pending) return now;
  const due = earliest([
    rules.schedule.endOf(state.day),
    rules.schedule.turnAfter(state.turnedAt)?.at,
    state.deadlines.minKey()?.due,
    ceilingDue(state, rules),
  ]);
  // With the clock behind the newest event, that event's time counts: it is due, not in the future.
  if (due !== null && due <= state.lastAt) return Math.min(due, now);
  return due;
}

function earliest(instants: readonly (number | null | undefined)[]): number | null {
  let first: number | null = null;
  for (const at of instants) {
    if (at !== undefined && at !== null && (first === null || at < first)) first = at;
  }
  return first;
}

/**
 * One round of what is due: events that do not depend on each other. Evolve them and ask again until
 * none comes (perform does).
 */
export function dueEvents(state: QueueState, rules: Rules, now: number): QueueEvent[] {
  const due = nextDue(state, rules, now);
  const t = Math.max(now, state.lastAt);
  if (due === null || due > t) return [];
  const day = dayStarted(state, rules, t);
  if (day.length > 0) return day;
  const orphan = orphans(state, rules, t);
  if (orphan.length > 0) return orphan;
  const turn = scheduled(state, rules, t);
  if (turn.length > 0) return turn;
  const expired = deadlines(state, t);
  if (expired.length > 0) return expired;
  if (state.returnsDue.size > 0) return comeBacks(state, t);
  const ceiling = ceilingPassed(state, rules, t);
  return ceiling.length > 0 ? ceiling : alarms(state, rules, t);
}

function dayStarted(state: QueueState, rules: Rules, at: number): QueueEvent[] {
  const day = rules.schedule.dayOf(at);
  // Only ever forward: where a zone sets its clocks back over the start of the day, the date repeats.
  if (day <= state.day) return [];
  const from = rules.schedule.startOf(day);
  return [{ type: 'day-started', at, day, from, forgetBefore: at - rememberedMs(rules) }];
}

/** A window the profile no longer has, with somebody at it or sent to it: nobody could free them. */
function isOrphan(rules: Rules, window: WindowState): boolean {
  if (rules.windows.has(window.id)) return false;
  return window.current !== null || window.state !== 'closed' || window.bound.size > 0;
}

function hasOrphan(state: QueueState, rules: Rules): boolean {
  for (const window of state.windows.values()) if (isOrphan(rules, window)) return true;
  return false;
}

function orphans(state: QueueState, rules: Rules, at: number): QueueEvent[] {
  const events: QueueEvent[] = [];
  for (const window of state.windows.values()) {
    if (!isOrphan(rules, window)) continue;
    if (window.current !== null) events.push(voided({ t: at }, window.current, 'cancelled'));
    events.push(windowClosed(at, window.id, window));
  }
  return events;
}

function scheduled(state: QueueState, rules: Rules, at: number): QueueEvent[] {
  const turn = rules.schedule.turnAfter(state.turnedAt);
  if (turn === null || turn.at > at) return [];
  const events: QueueEvent[] = [];
  const { at: through, clear, services } = turn;
  if (clear !== null) events.push({ type: 'cleared', at, through, states: clear });
  if (services.length > 0) events.push({ type: 'hours-turned', at, through, services });
  return events;
}

function deadlines(state: QueueState, at: number): QueueEvent[] {
  const events: QueueEvent[] = [];
  let ticket = state.deadlines.minKey();
  while (ticket !== undefined && ticket.due <= at && events.length < roundEventsMax) {
    events.push(expiry(ticket, at));
    ticket = state.deadlines.nextHigherKey(ticket);
  }
  return events;
}

function expiry(ticket: Ticket, at: number): QueueEvent {
  if (ticket.state === 'printing') return { type: 'print-overdue', at, ticket: ticket.id };
  return voided({ t: at }, ticket, ticket.state === 'held' ? 'hold-expired' : 'missed');
}

function comeBacks(state: QueueState, at: number): QueueEvent[] {
  const events: QueueEvent[] = [];
  for (const id of state.returnsDue) {
    const service = state.services.get(id);
    for (const ticket of service?.returning.keys() ?? []) {
      if ((ticket.past?.returnAt ?? 0) > (service?.calls ?? 0)) break;
      events.push({ type: 'came-back', at, ticket: ticket.id });
    }
  }
  return events;
}

// ---------------------------------------------------------------- ceiling and alarms

/** Rounded up to the second, so that a crowd crosses the ceiling in few events. */
function ceilingDue(state: QueueState, rules: Rules): number | undefined {
  const next = state.uncounted.minKey();
  if (next === undefined) return undefined;
  return Math.ceil((next.waitingSince + rules.ceilingMs) / secondMs) * secondMs;
}

function ceilingPassed(state: QueueState, rules: Rules, at: number): QueueEvent[] {
  const due = ceilingDue(state, rules);
  if (due === undefined || due > at) return [];
  const mark = at - rules.ceilingMs;
  const services = new Set<string>();
  let ticket = state.uncounted.minKey();
  while (ticket !== undefined && ticket.waitingSince <= mark) {
    services.add(ticket.service);
    ticket = state.uncounted.nextHigherKey(ticket);
  }
  return [{ type: 'ceiling-passed', at, mark, services: [...services] }];
}

function alarms(state: QueueState, rules: Rules, at: number): QueueEvent[] {
  const events: QueueEvent[] = [];
  const raise = (id: string, code: AlarmCode, data: Record<string, string | number>) =>
    events.push({ type: 'alarm-raised', at, id, code, data });
  for (const service of state.unsettled) {
    const id = ceilingAlarm(service);
    const minutes = rules.profile.rules.wait_ceiling_min;
    if (state.alarms.has(id)) events.push({ type: 'alarm-cleared', at, id });
    else raise(id, 'wait-ceiling', { ...serviceNames(rules, service), minutes });
  }
  return events;
}

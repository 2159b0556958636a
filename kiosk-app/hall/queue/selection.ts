/**
 * Who is next at a window. In this order:
 *   1. tickets sent to this window;
 *   2. tickets in front of all classes: missed ones whose turn has come again, transfers to the head;
 *   3. ageing: whoever has waited the bound, longest first, of any class and level;
 *   4. the lowest level that has anybody; there the rule between classes (strict rank, or m:n turns
 *      counted at this window, a turn with nobody waiting being passed over); within the class
 *      whoever has waited longest;
 *   5. nobody else: a missed ticket comes back before its number of calls.
 *
 * Every step looks at heads of ordered queues, so the cost grows with services and classes, not with
 * the people who wait.
 */
import type { RuleCode } from '../../../broker-config/reasons.ts';
import { servedBy } from './context.ts';
import type { TurnPosition, Why } from './events.ts';
import { classNames, type Rules, type Served } from './rules.ts';
import { byWaiting, type QueueState, type ServiceState, type Ticket } from './state.ts';
import { minuteMs } from './time-zone.ts';

export interface Choice {
  ticket: Ticket;
  from: 'waiting' | 'missed';
  why: Why;
  turn: TurnPosition | null;
}

const why = (rule: RuleCode, data: Why['data'] = {}): Why => ({ rule, data });

/** null: nobody this window may call. */
export function chooseNext(
  state: QueueState,
  rules: Rules,
  window: string,
  t: number,
): Choice | null {
  const bound = state.windows.get(window)?.bound.minKey();
  if (bound !== undefined) return waiting(bound, why('rule-bound'));
  const served = servedBy(state, rules, window);
  const front = first(served, state, (s) => s.front.minKey(), byPlace);
  if (front !== null) return waiting(front, why(isReturned(front) ? 'rule-returned' : 'rule-head'));
  return (
    aged(state, rules, served, t) ?? byLevel(state, rules, window, served) ?? early(state, served)
  );
}

function waiting(ticket: Ticket, reason: Why, turn: TurnPosition | null = null): Choice {
  return { ticket, from: 'waiting', why: reason, turn };
}

const byPlace = (a: Ticket, b: Ticket) =>
  (a.past?.place ?? 0) - (b.past?.place ?? 0) || a.order - b.order;
const byReturn = (a: Ticket, b: Ticket) =>
  (a.past?.since ?? 0) - (b.past?.since ?? 0) || a.order - b.order;

function isReturned(ticket: Ticket): boolean {
  return (ticket.past?.returnAt ?? 0) > 0;
}

/** The first of the services' heads in the given order. */
function first(
  served: readonly Served[],
  state: QueueState,
  headOf: (s: ServiceState) => Ticket | undefined,
  order: (a: Ticket, b: Ticket) => number,
): Ticket | null {
  let best: Ticket | null = null;
  for (const { service } of served) {
    const s = state.services.get(service);
    const head = s === undefined ? undefined : headOf(s);
    if (head !== undefined && (best === null || order(head, best) < 0)) best = head;
  }
  return best;
}

// ---------------------------------------------------------------- ageing

function aged(
  state: QueueState,
  rules: Rules,
  served: readonly Served[],
  t: number,
): Choice | null {
  if (rules.ageingMs === null) return null;
  const oldest = first(served, state, longestWaiter, byWaiting);
  if (oldest === null || t - oldest.waitingSince < rules.ageingMs) return null;
  const minutes = Math.floor((t - oldest.waitingSince) / minuteMs);
  return waiting(oldest, why('rule-aged', { minutes }));
}

function longestWaiter(service: ServiceState): Ticket | undefined {
  let best: Ticket | undefined;
  for (const queue of service.queues.values()) {
    const head = queue.minKey();
    if (head !== undefined && (best === undefined || byWaiting(head, best) < 0)) best = head;
  }
  return best;
}

// ---------------------------------------------------------------- levels and classes

function byLevel(
  state: QueueState,
  rules: Rules,
  window: string,
  served: readonly Served[],
): Choice | null {
  let from = 0;
  while (from < served.length) {
    const level = served[from]?.level;
    let to = from + 1;
    while (served[to]?.level === level) to += 1;
    const heads = headsByClass(state, rules, served.slice(from, to));
    if (heads.size > 0) return amongClasses(state, rules, window, heads);
    from = to;
  }
  return null;
}

/** Longest waiter per class over these services, in rank order; classes with nobody are absent. */
function headsByClass(
  state: QueueState,
  rules: Rules,
  served: readonly Served[],
): Map<string, Ticket> {
  const heads = new Map<string, Ticket>();
  for (const id of rules.classes.keys()) {
    const head = first(served, state, (s) => s.queues.get(id)?.minKey(), byWaiting);
    if (head !== null) heads.set(id, head);
  }
  if (heads.size > 0) return heads;
  // Classes that a new profile no longer has: their people are still called, last.
  const left = first(served, state, longestWaiter, byWaiting);
  if (left !== null) heads.set(left.class, left);
  return heads;
}

function amongClasses(
  state: QueueState,
  rules: Rules,
  window: string,
  heads: ReadonlyMap<string, Ticket>,
): Choice | null {
  if (rules.turns !== null) return inTurn(state, rules, window, heads);
  const [head] = heads.values();
  return head === undefined ? null : waiting(head, reason(rules, head, heads.size > 1, false));
}

function inTurn(
  state: QueueState,
  rules: Rules,
  window: string,
  heads: ReadonlyMap<string, Ticket>,
): Choice | null {
  const turns = rules.turns ?? [];
  const at = state.windows.get(window)?.turn ?? { index: 0, taken: 0 };
  // A profile may have fewer turns than the one before it.
  const start = at.index % turns.length;
  const used = at.taken >= (turns[start]?.take ?? 0);
  for (let step = used ? 1 : 0; step <= turns.length; step += 1) {
    const index = (start + step) % turns.length;
    const id = turns[index]?.classes.find((c) => heads.has(c));
    const head = id === undefined ? undefined : heads.get(id);
    if (head === undefined) continue;
    const taken = step === 0 ? at.taken + 1 : 1;
    return waiting(head, reason(rules, head, heads.size > 1, true), { index, taken });
  }
  const [left] = heads.values();
  return left === undefined ? null : waiting(left, why('rule-fifo'));
}

/** Between several classes the rule decided; alone, only time did. */
function reason(rules: Rules, ticket: Ticket, between: boolean, turns: boolean): Why {
  if (rules.classes.get(ticket.class)?.kind === 'appointment') return why('rule-appointment');
  if (!between) return why('rule-fifo');
  const names = classNames(rules, ticket.class);
  if (turns) return why('rule-turn', { turn: rules.turnText, ...names });
  return why('rule-class', names);
}

function early(state: QueueState, served: readonly Served[]): Choice | null {
  const ticket = first(served, state, (s) => s.returning.minKey(), byReturn);
  return ticket === null
    ? null
    : { ticket, from: 'missed', why: why('rule-early-return'), turn: null };
}

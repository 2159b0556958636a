/** What machines get to see of the queue: tickets, windows, services, the whole board, the directory. */
import {
  type Alarm,
  type Board,
  type BoardService,
  type BoardWindow,
  boardLimits,
  type PadInvitation,
  type PadSnapshot,
  type RequestResult,
  type TicketView,
  type WindowSnapshot,
} from '../../../broker-config/messages.ts';
import { reasonFrom } from '../../../broker-config/reasons.ts';
import { openWindowsServing, servedBy } from './context.ts';
import { finishedAt } from './decide-evaluation.ts';
import { whyClosed } from './decide-take.ts';
import { aheadOf, estimateMin } from './estimate.ts';
import { phoneUntil, type Rules } from './rules.ts';
import type { QueueState, ServiceState, Ticket, TicketTree, WindowState } from './state.ts';

/** Held and missed tickets a window's snapshot shows; more are reached by their number. */
const listedMax = 50;

// ---------------------------------------------------------------- tickets

export function ticketView(ticket: Ticket): TicketView {
  const past = ticket.past;
  return {
    id: ticket.id,
    number: ticket.number,
    service: ticket.service,
    class: ticket.class,
    state: ticket.state,
    issuedAt: ticket.issuedAt,
    waitingSince: ticket.waitingSince,
    paperConfirmed: ticket.confirmed,
    calls: past?.calls ?? 0,
    recalls: past?.recalls ?? 0,
    misses: past?.misses ?? 0,
    window: windowShown(ticket),
    calledAt: past?.calledAt ?? null,
    startedAt: past?.startedAt ?? null,
    hold: holdOf(ticket),
    why: past?.why ? reasonFrom(past.why.rule, past.why.data) : null,
  };
}

/** A ticket that waits for any window names none, wherever it was before. */
function windowShown(ticket: Ticket): string | null {
  const free = ticket.state === 'waiting' && ticket.lane !== 'bound';
  return free ? null : (ticket.past?.window ?? null);
}

function holdOf(ticket: Ticket): TicketView['hold'] {
  const past = ticket.past;
  if (ticket.state !== 'held' || past === null || past.hold === null) return null;
  return { kind: past.hold, since: past.since, until: ticket.due > 0 ? ticket.due : null };
}

// ---------------------------------------------------------------- board

export function boardWindowOf(state: QueueState, rules: Rules, id: string): BoardWindow {
  const window = state.windows.get(id);
  return {
    id,
    state: window?.state ?? 'closed',
    pauseReason: window?.pauseReason ?? null,
    since: window === undefined || window.since === 0 ? state.dayFrom : window.since,
    number: window?.current?.number ?? null,
    serving: window?.current?.state === 'serving',
    services: servedBy(state, rules, id).map(({ service, level }) => ({ service, level })),
  };
}

/** The profile must know the service. */
export function boardServiceOf(
  state: QueueState,
  rules: Rules,
  id: string,
  t: number,
): BoardService | null {
  const service = rules.services.get(id);
  if (service === undefined) return null;
  const s = state.services.get(id);
  const because = whyClosed(state, rules, service, t);
  const issued = s?.issued ?? 0;
  const ahead = aheadOf(state, rules, id, rules.ordinary);
  return {
    id,
    waiting: s?.waitingTotal ?? 0,
    byClass: byClass(rules, s),
    open: because === null,
    closedBecause: because,
    estimateMin: estimateMin(state, rules, id, ahead),
    longestSince: s === undefined ? null : longestSince(s),
    overCeiling: s?.over ?? 0,
    windowsOpen: openWindowsServing(state, rules, id),
    issuedToday: issued,
    quotaLeft:
      service.quota_per_day === undefined ? null : Math.max(0, service.quota_per_day - issued),
  };
}

function byClass(rules: Rules, s: ServiceState | undefined): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const id of rules.classes.keys()) counts[id] = s?.waiting.get(id) ?? 0;
  return counts;
}

function longestSince(s: ServiceState): number | null {
  let oldest = s.special.minKey()?.waitingSince ?? null;
  for (const queue of s.queues.values()) {
    const head = queue.minKey();
    if (head !== undefined && (oldest === null || head.waitingSince < oldest)) {
      oldest = head.waitingSince;
    }
  }
  return oldest;
}

export function alarmsOf(state: QueueState): Alarm[] {
  const alarms = [...state.alarms.values()].slice(0, boardLimits.alarmsMax);
  return alarms.map(({ id, since, code, data }) => ({ id, since, reason: reasonFrom(code, data) }));
}

export function boardOf(
  state: QueueState,
  rules: Rules,
  epoch: number,
  issuing: boolean,
  now: number,
): Board {
  const t = Math.max(now, state.lastAt);
  const services: BoardService[] = [];
  for (const id of rules.services.keys()) {
    const service = boardServiceOf(state, rules, id, t);
    if (service !== null) services.push(service);
  }
  return {
    v: 1,
    epoch,
    seq: state.seq,
    day: dayShown(state, rules, t),
    at: t,
    issuing,
    windows: [...rules.windows.keys()].map((id) => boardWindowOf(state, rules, id)),
    services,
    calls: state.calls.slice(-boardLimits.callsMax).map((call) => ({ ...call })),
    alarms: alarmsOf(state),
  };
}

/** Before the first event there is no day yet; the board needs one all the same. */
export function dayShown(state: QueueState, rules: Rules, t: number): string {
  return state.day === '' ? rules.schedule.dayOf(t) : state.day;
}

// ---------------------------------------------------------------- a window's own view

export function windowSnapshotOf(
  state: QueueState,
  rules: Rules,
  epoch: number,
  windowId: string,
): WindowSnapshot {
  const window = state.windows.get(windowId);
  const view = (ticket: Ticket | null | undefined) => (ticket ? ticketView(ticket) : null);
  return {
    v: 1,
    epoch,
    seq: state.seq,
    window: windowId,
    current: view(window?.current),
    last: view(window?.last),
    held: heldFor(state, rules, windowId, window).map(ticketView),
    missed: missedFor(state, rules, windowId).map(ticketView),
    servedToday: window?.servedToday ?? 0,
  };
}

/** What the pad of a window has to show now. `pending` ends with time: see `closesAt`. */
export function padSnapshotOf(
  state: QueueState,
  rules: Rules,
  epoch: number,
  windowId: string,
  now: number,
): PadSnapshot {
  const pending = pendingAt(state, rules, windowId, Math.max(now, state.lastAt));
  return { v: 1, epoch, seq: state.seq, window: windowId, pending };
}

function pendingAt(
  state: QueueState,
  rules: Rules,
  windowId: string,
  t: number,
): PadInvitation | null {
  const window = state.windows.get(windowId);
  const ticket = window?.last ?? null;
  if (window === undefined || ticket === null || window.invitedAt === 0) return null;
  const { id, number, service, issuedAt } = ticket;
  const acceptedUntil = finishedAt(ticket) + rules.evaluateMs;
  const closesAt = Math.min(window.invitedAt + rules.inviteMs, acceptedUntil);
  if (t > closesAt || (ticket.past?.evaluations ?? 0) > 0) return null;
  return {
    ...{ ticket: id, number, service, finishedAt: finishedAt(ticket) },
    ...{ invitedAt: window.invitedAt, closesAt, acceptedUntil },
    qr: rules.phoneUrl?.(id, phoneUntil(rules, issuedAt)) ?? null,
  };
}

const since = (ticket: Ticket) => ticket.past?.since ?? 0;

/** What was held here, and what any window of these services may take up; oldest first. */
function heldFor(
  state: QueueState,
  rules: Rules,
  windowId: string,
  window: WindowState | undefined,
): Ticket[] {
  const found = new Set<Ticket>(window === undefined ? [] : head(window.held));
  for (const { service } of servedBy(state, rules, windowId)) {
    const s = state.services.get(service);
    for (const ticket of s === undefined ? [] : head(s.held)) found.add(ticket);
  }
  const oldest = [...found].sort((a, b) => since(a) - since(b) || a.order - b.order);
  return oldest.slice(0, listedMax);
}

function missedFor(state: QueueState, rules: Rules, windowId: string): Ticket[] {
  const found: Ticket[] = [];
  for (const { service } of servedBy(state, rules, windowId)) {
    const s = state.services.get(service);
    if (s !== undefined) found.push(...tail(s.missed));
  }
  return found.sort((a, b) => since(b) - since(a) || b.order - a.order).slice(0, listedMax);
}

function head(tree: TicketTree): Ticket[] {
  const found: Ticket[] = [];
  for (const ticket of tree.keys()) {
    if (found.length >= listedMax) break;
    found.push(ticket);
  }
  return found;
}

function tail(tree: TicketTree): Ticket[] {
  const found: Ticket[] = [];
  for (const [ticket] of tree.entriesReversed()) {
    if (found.length >= listedMax) break;
    found.push(ticket);
  }
  return found;
}

/** Answer to the request `snapshot` of machine `dev`. */
export function snapshotAnswer(
  state: QueueState,
  rules: Rules,
  epoch: number,
  issuing: boolean,
  dev: string,
  now: number,
): RequestResult<'snapshot'> {
  const caller = rules.windowOfCaller.get(dev) ?? null;
  const pad = rules.windowOfPad.get(dev);
  return {
    board: boardOf(state, rules, epoch, issuing, now),
    // A pad is no clerk's eye: it gets the board and its own invitation alone.
    window: caller === null ? null : windowSnapshotOf(state, rules, epoch, caller),
    ...(pad === undefined ? {} : { pad: padSnapshotOf(state, rules, epoch, pad, now) }),
  };
}

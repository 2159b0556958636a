/**
 * What a batch of events changed, for those who listen. The cost follows the services and windows the
 * events touch, never the number of people who wait.
 */
import type { BoardService, Call, Invite, LogEntry } from '../../../broker-config/messages.ts';
import { servedBy, windowsServing } from './context.ts';
import type { Called, QueueEvent, Recalled } from './events.ts';
import { prefixOf } from './indexes.ts';
import { numberingOf, type Rules } from './rules.ts';
import type { QueueState, Ticket } from './state.ts';
import { alarmsOf, boardServiceOf, boardWindowOf, dayShown } from './views.ts';

/** What one event touches. `all`: everything. */
interface Touch {
  all: boolean;
  /** Entries of the board. */
  windows: Set<string>;
  services: Set<string>;
  alarms: boolean;
  /** Number prefixes given out or set free. */
  prefixes: Set<string>;
  calls: { event: Called | Recalled; seq: number }[];
}

/** Call after the events were evolved. `prevSeq`: seq before the first of them. */
export function logEntryOf(
  state: QueueState,
  rules: Rules,
  epoch: number,
  issuing: boolean,
  prevSeq: number,
  events: readonly QueueEvent[],
  now: number,
): LogEntry {
  const t = Math.max(now, state.lastAt);
  const touch: Touch = {
    all: false,
    windows: new Set(),
    services: new Set(),
    alarms: false,
    prefixes: new Set(),
    calls: [],
  };
  events.forEach((event, i) => {
    note(touch, state, rules, event, prevSeq + i + 1);
  });
  notePrefixes(touch, state, rules, events.length);
  const windows = touch.all ? rules.windows.keys() : touch.windows;
  const services: BoardService[] = [];
  for (const id of touch.all ? rules.services.keys() : touch.services) {
    const service = boardServiceOf(state, rules, id, t);
    if (service !== null) services.push(service);
  }
  return {
    v: 1,
    epoch,
    prev: prevSeq,
    seq: state.seq,
    day: dayShown(state, rules, t),
    at: t,
    issuing,
    windows: [...windows]
      .filter((id) => rules.windows.has(id))
      .map((id) => boardWindowOf(state, rules, id)),
    services,
    calls: touch.calls.map(({ event, seq }) => callOf(state, event, seq)),
    alarms: touch.alarms ? alarmsOf(state) : null,
  };
}

function callOf(state: QueueState, event: Called | Recalled, seq: number): Call {
  // The board's own record first: a later event of the batch may have moved the ticket on.
  const kept = state.calls.find((c) => c.seq === seq);
  if (kept !== undefined) return { ...kept };
  const ticket = state.tickets.get(event.ticket);
  return {
    seq,
    number: ticket?.number ?? '',
    window: event.window,
    service: ticket?.service ?? '',
    kind: event.type === 'called' ? 'call' : 'recall',
    at: event.at,
    expiresAt: event.expiresAt,
  };
}

function note(touch: Touch, state: QueueState, rules: Rules, event: QueueEvent, seq: number): void {
  switch (event.type) {
    case 'day-started':
      touch.all = true;
      touch.alarms = true;
      // Calls of the day before are no news.
      touch.calls = [];
      return;
    case 'cleared':
      touch.all = true;
      return;
    case 'hours-turned':
    case 'ceiling-passed':
      for (const id of event.services) touch.services.add(id);
      return;
    case 'alarm-raised':
    case 'alarm-cleared':
      touch.alarms = true;
      return;
    case 'window-opened':
    case 'window-paused':
    case 'window-closed':
    case 'serving-changed':
      noteWindow(touch, state, rules, event);
      return;
    case 'invited':
    case 'evaluated':
    case 'booked':
    case 'booking-cancelled':
      return;
    case 'called':
    case 'recalled':
      touch.calls.push({ event, seq });
      break;
    default:
      break;
  }
  noteTicket(touch, state, event);
}

/** How many windows are open for a service is part of its figures. */
function noteWindow(
  touch: Touch,
  state: QueueState,
  rules: Rules,
  event: QueueEvent & { window: string },
): void {
  touch.windows.add(event.window);
  for (const { service } of servedBy(state, rules, event.window)) touch.services.add(service);
  if (event.type === 'serving-changed') for (const id of event.before) touch.services.add(id);
  if (event.type === 'window-closed') for (const id of event.released) touch.services.add(id);
}

type TicketEvent = Extract<QueueEvent, { ticket: string }>;

function noteTicket(touch: Touch, state: QueueState, event: TicketEvent): void {
  if ('window' in event && event.window !== null) touch.windows.add(event.window);
  if (event.type === 'transferred') touch.services.add(event.fromService);
  const ticket = state.tickets.get(event.ticket);
  if (ticket === undefined) return;
  touch.services.add(ticket.service);
  touch.prefixes.add(prefixOf(ticket.number));
}

/**
 * Services that share a prefix share its numbers: when the last is out, or one is free again, the
 * others open or close with it. `batch`: how many numbers these events can have moved at most.
 */
function notePrefixes(touch: Touch, state: QueueState, rules: Rules, batch: number): void {
  for (const prefix of touch.prefixes) {
    const { first, last, wrap } = numberingOf(rules, prefix);
    const counter = state.counters.get(prefix);
    if (counter === undefined) continue;
    const atEnd = wrap === 'refuse' ? counter.next > last : counter.live > last - first - batch;
    if (!atEnd) continue;
    for (const id of rules.servicesOfPrefix.get(prefix) ?? []) touch.services.add(id);
  }
}

// ---------------------------------------------------------------- windows' own snapshots

/** Windows whose WindowSnapshot changed. */
export function windowsTouched(
  state: QueueState,
  rules: Rules,
  events: readonly QueueEvent[],
): string[] {
  const windows = new Set<string>();
  for (const event of events) {
    if (event.type === 'day-started' || event.type === 'cleared') return [...rules.windows.keys()];
    noteSnapshots(windows, state, rules, event);
  }
  return [...windows].filter((id) => rules.windows.has(id));
}

function noteSnapshots(
  windows: Set<string>,
  state: QueueState,
  rules: Rules,
  event: QueueEvent,
): void {
  // That an evaluation came is none of the clerk's business; an invitation changes no list.
  if (event.type === 'evaluated' || event.type === 'invited') return;
  if (event.type === 'serving-changed') windows.add(event.window);
  if (!('ticket' in event)) return;
  const ticket = state.tickets.get(event.ticket);
  if ('window' in event && event.window !== null) windows.add(event.window);
  if (event.type === 'called' && event.previous !== null) windows.add(event.previous);
  if (event.type === 'print-confirmed' && ticket?.past?.window) windows.add(ticket.past.window);
  if (ticket === undefined || !isListed(event, ticket)) return;
  for (const id of windowsServing(state, rules, ticket.service)) windows.add(id);
}

/** Held and missed tickets stand in the lists of every window of their service. */
function isListed(event: TicketEvent, ticket: Ticket): boolean {
  switch (event.type) {
    case 'called':
    case 'voided':
      return event.from === 'held' || event.from === 'missed';
    case 'print-confirmed':
      // Late: the paper is confirmed while the ticket is held or missed already.
      return ticket.state === 'held' || ticket.state === 'missed';
    case 'held':
      return event.kind !== 'return-here';
    case 'missed':
      return event.then.kind === 'after' || event.then.kind === 'keep';
    case 'returned-to-queue':
    case 'came-back':
      return true;
    default:
      return false;
  }
}

// ---------------------------------------------------------------- pads' own snapshots

/** Windows whose PadSnapshot changed. */
export function padsTouched(rules: Rules, events: readonly QueueEvent[]): string[] {
  const windows = new Set<string>();
  for (const event of events) {
    if (event.type === 'day-started') return padWindows(rules);
    const concerned =
      event.type === 'invited' || event.type === 'evaluated' || event.type === 'finished';
    if (concerned) windows.add(event.window);
  }
  return padWindows(rules).filter((id) => windows.has(id));
}

/** Windows that have a pad. */
export function padWindows(rules: Rules): string[] {
  return [...rules.windowOfPad.values()];
}

// ---------------------------------------------------------------- invitations

/** What the hall tells the pads: which machine, and the message. `prevSeq` as above. */
export function invitesOf(
  events: readonly QueueEvent[],
  epoch: number,
  prevSeq: number,
): { pad: string; invite: Invite }[] {
  const found: { pad: string; invite: Invite }[] = [];
  events.forEach((event, i) => {
    if (event.type !== 'invited') return;
    const { ticket, number, window, pad, expiresAt } = event;
    const seq = prevSeq + i + 1;
    found.push({ pad, invite: { v: 1, epoch, seq, ticket, number, window, expiresAt } });
  });
  return found;
}

/**
 * The state as lines of JSON and back: first everything but the tickets, then a row per ticket. Read
 * line by line, 100,000 tickets take a fraction of a second and no memory beside what is kept. Names
 * are numbers into one list. Indexes are not stored, they follow from the tickets; so nothing in a
 * snapshot can contradict them.
 */
import { holdKinds, type TicketState, ticketStates } from '../../../broker-config/messages.ts';
import { QueueError } from './errors.ts';
import type { TurnPosition } from './events.ts';
import {
  enterBooking,
  enterHeld,
  enterMissed,
  enterPrinting,
  enterWaiting,
  settle,
} from './indexes.ts';
import {
  type AlarmRecord,
  type Booking,
  type CallRecord,
  type ChainEnd,
  type Counter,
  emptyState,
  type History,
  type Lane,
  type PersonCount,
  type QueueState,
  serviceState,
  Ticket,
  windowState,
} from './state.ts';

const version = 3;
const lanes: readonly Lane[] = ['class', 'front', 'bound'];

/** As stored. Rows keep JSON small; the order of their parts is the order written in `rowOf`. */
interface Stored {
  version: number;
  seq: number;
  lastAt: number;
  day: string;
  dayFrom: number;
  turnedAt: number;
  overMark: number;
  names: string[];
  /** Number of rows that follow. */
  tickets: number;
  laps: [string, number][];
  counters: [string, Counter][];
  services: [id: string, calls: number, issued: number, meanMs: number | null][];
  windows: StoredWindow[];
  persons: [string, PersonCount][];
  bookings: Booking[];
  calls: CallRecord[];
  alarms: AlarmRecord[];
  /** Left out by earlier versions. */
  chain?: ChainEnd;
}
interface StoredWindow {
  id: string;
  state: 'closed' | 'open' | 'paused';
  pauseReason: string | null;
  since: number;
  current: string | null;
  last: string | null;
  /** Left out by earlier versions. */
  invitedAt?: number;
  services: { service: string; level: number }[] | null;
  turn: TurnPosition;
  servedToday: number;
}

// ---------------------------------------------------------------- writing

export function snapshotOf(state: QueueState): string {
  const names = new Map<string, number>();
  const stored: Stored = {
    version,
    seq: state.seq,
    lastAt: state.lastAt,
    day: state.day,
    dayFrom: state.dayFrom,
    turnedAt: state.turnedAt,
    overMark: state.overMark,
    names: [],
    tickets: state.tickets.size,
    laps: [...state.laps],
    counters: [...state.counters],
    services: [...state.services.values()].map((s) => [s.id, s.calls, s.issued, s.meanMs]),
    windows: [...state.windows.values()].map((w) => ({
      id: w.id,
      state: w.state,
      pauseReason: w.pauseReason,
      since: w.since,
      current: w.current?.id ?? null,
      last: w.last?.id ?? null,
      invitedAt: w.invitedAt,
      services: w.services,
      turn: w.turn,
      servedToday: w.servedToday,
    })),
    persons: [...state.persons],
    bookings: [...state.bookings.values()],
    calls: state.calls,
    alarms: [...state.alarms.values()],
    chain: state.chain,
  };
  const rows: string[] = [];
  for (const ticket of state.tickets.values()) rows.push(JSON.stringify(rowOf(ticket, names)));
  stored.names = [...names.keys()];
  return [JSON.stringify(stored), ...rows].join('\n');
}

function rowOf(t: Ticket, names: Map<string, number>): unknown[] {
  const row: unknown[] = [
    t.id,
    indexOf(names, t.service),
    indexOf(names, t.origin),
    indexOf(names, t.class),
    indexOf(names, t.dev),
    ticketStates.indexOf(t.state),
    (t.confirmed ? 1 : 0) + lanes.indexOf(t.lane) * 2,
    t.order,
    t.issuedAt,
    // Mostly 0: the ticket has waited since it was issued.
    t.waitingSince - t.issuedAt,
    t.due,
    t.person,
    t.booking,
  ];
  if (t.past !== null) row.push(pastRowOf(t.past, names));
  return row;
}

function pastRowOf(p: History, names: Map<string, number>): unknown[] {
  return [
    p.calls,
    p.recalls,
    p.misses,
    p.window === null ? -1 : indexOf(names, p.window),
    p.calledAt,
    p.spokenAt,
    p.startedAt,
    p.since,
    p.hold === null ? -1 : holdKinds.indexOf(p.hold),
    p.why,
    p.place,
    p.returnAt,
    (p.resumed ? 1 : 0) + p.evaluations * 2,
  ];
}

function indexOf(names: Map<string, number>, text: string): number {
  let n = names.get(text);
  if (n === undefined) {
    n = names.size;
    names.set(text, n);
  }
  return n;
}

// ---------------------------------------------------------------- reading

/** @throws QueueError QUE_SNAPSHOT */
export function restoreState(json: string): QueueState {
  const lines = linesOf(json);
  const stored = headOf(parsed(lines.next().value ?? ''));
  const state = emptyState();
  try {
    fill(state, stored, lines);
  } catch (error) {
    if (error instanceof QueueError) throw error;
    // Shapes are not checked field by field: a part of the wrong type shows itself here.
    throw new QueueError('QUE_SNAPSHOT', 'its parts do not fit together', { cause: error });
  }
  return state;
}

function* linesOf(json: string): Generator<string, undefined> {
  for (let from = 0; from < json.length; ) {
    const end = json.indexOf('\n', from);
    yield json.slice(from, end < 0 ? json.length : end);
    from = end < 0 ? json.length : end + 1;
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new QueueError('QUE_SNAPSHOT', 'not JSON', { cause });
  }
}

function headOf(value: unknown): Stored {
  if (typeof value !== 'object' || value === null) throw damaged('not an object');
  const found = (value as Partial<Stored>).version;
  if (found !== version) throw damaged(`version ${found}, this program reads ${version}`);
  return value as Stored;
}

function damaged(detail: string): QueueError {
  return new QueueError('QUE_SNAPSHOT', detail);
}

function fill(state: QueueState, stored: Stored, rows: Iterable<string>): void {
  state.seq = whole(stored.seq, 'seq');
  state.lastAt = whole(stored.lastAt, 'lastAt');
  state.day = text(stored.day, 'day');
  state.dayFrom = whole(stored.dayFrom, 'dayFrom');
  state.turnedAt = whole(stored.turnedAt, 'turnedAt');
  state.overMark = whole(stored.overMark, 'overMark');
  state.laps = new Map(stored.laps);
  state.counters = new Map(stored.counters);
  state.persons = new Map(stored.persons);
  state.calls = stored.calls;
  if (stored.chain !== undefined) state.chain = stored.chain;
  for (const booking of stored.bookings) enterBooking(state, booking);
  for (const alarm of stored.alarms) state.alarms.set(alarm.id, alarm);
  for (const [id, calls, issued, meanMs] of stored.services) {
    Object.assign(serviceState(state, id), { calls, issued, meanMs });
  }
  for (const w of stored.windows) {
    const { current: _current, last: _last, ...rest } = w;
    Object.assign(windowState(state, w.id), rest);
  }
  for (const line of rows) {
    const row = parsed(line);
    if (!Array.isArray(row)) throw damaged(`row ${line.slice(0, 80)}`);
    const ticket = ticketOf(row, stored.names);
    state.tickets.set(ticket.id, ticket);
  }
  if (state.tickets.size !== stored.tickets)
    throw damaged(`${state.tickets.size} tickets of ${stored.tickets}`);
  // In the order of their keys: appending to a tree is much quicker than inserting at random.
  const ordered = [...state.tickets.values()].sort((a, b) => a.waitingSince - b.waitingSince);
  for (const ticket of ordered) enter(state, ticket);
  for (const w of stored.windows) place(state, w);
  for (const service of state.services.keys()) settle(state, service);
}

function place(state: QueueState, stored: StoredWindow): void {
  const window = windowState(state, stored.id);
  window.current = known(state, stored.current);
  window.last = known(state, stored.last);
}

function known(state: QueueState, id: string | null): Ticket | null {
  if (id === null) return null;
  const ticket = state.tickets.get(id);
  if (ticket === undefined) throw damaged(`no ticket ${id}`);
  return ticket;
}

function enter(state: QueueState, ticket: Ticket): void {
  if (ticket.state === 'waiting') enterWaiting(state, ticket);
  else if (ticket.state === 'printing') enterPrinting(state, ticket);
  else if (ticket.state === 'held') enterHeld(state, ticket);
  else if (ticket.state === 'missed') enterMissed(state, ticket);
}

function ticketOf(row: unknown[], names: readonly string[]): Ticket {
  const flags = whole(row[6], 'flags');
  const issuedAt = whole(row[8], 'issuedAt');
  return new Ticket({
    id: text(row[0], 'ticket'),
    service: nameOf(row[1], names),
    origin: nameOf(row[2], names),
    class: nameOf(row[3], names),
    state: stateOf(row[5]),
    lane: lanes[flags >> 1] ?? 'class',
    order: whole(row[7], 'order'),
    issuedAt,
    waitingSince: issuedAt + whole(row[9], 'waited'),
    due: whole(row[10], 'due'),
    confirmed: (flags & 1) === 1,
    dev: nameOf(row[4], names),
    person: row[11] === null ? null : text(row[11], 'person'),
    booking: row[12] === null ? null : text(row[12], 'booking'),
    past: row[13] === undefined ? null : pastOf(row[13], names),
  });
}

function nameOf(index: unknown, names: readonly string[]): string {
  return text(names[whole(index, 'name')], 'name');
}

function pastOf(row: unknown, names: readonly string[]): History {
  if (!Array.isArray(row)) throw damaged(`past: ${row}`);
  const flags = whole(row[12], 'flags');
  return {
    calls: whole(row[0], 'calls'),
    recalls: whole(row[1], 'recalls'),
    misses: whole(row[2], 'misses'),
    window: row[3] === -1 ? null : nameOf(row[3], names),
    calledAt: row[4] === null ? null : whole(row[4], 'calledAt'),
    spokenAt: whole(row[5], 'spokenAt'),
    startedAt: row[6] === null ? null : whole(row[6], 'startedAt'),
    since: whole(row[7], 'since'),
    hold: holdKinds[whole(row[8], 'hold')] ?? null,
    why: row[9],
    place: whole(row[10], 'place'),
    returnAt: whole(row[11], 'returnAt'),
    resumed: (flags & 1) === 1,
    evaluations: (flags >> 1) & 3,
  };
}

function stateOf(index: unknown): TicketState {
  const state = ticketStates[whole(index, 'state')];
  if (state === undefined) throw damaged(`state ${index}`);
  return state;
}

function whole(value: unknown, what: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw damaged(`${what}: ${value}`);
  return value;
}

function text(value: unknown, what: string): string {
  if (typeof value !== 'string') throw damaged(`${what}: ${value}`);
  return value;
}

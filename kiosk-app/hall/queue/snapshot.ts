/**
 * The state as one line of JSON and back. Tickets are rows, names are numbers into one list: 100,000
 * tickets must be written and read in a fraction of a second. Indexes are not stored, they follow
 * from the tickets; so nothing in a snapshot can contradict them.
 */
import { type TicketState, ticketStates } from '../../../broker-config/messages.ts';
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
  type Counter,
  emptyState,
  type History,
  type Lane,
  type PersonCount,
  type QueueState,
  serviceState,
  type Ticket,
  windowState,
} from './state.ts';

const version = 1;
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
  tickets: unknown[][];
  laps: [string, number][];
  counters: [string, Counter][];
  services: [id: string, calls: number, issued: number, meanMs: number | null][];
  windows: StoredWindow[];
  persons: [string, PersonCount][];
  bookings: Booking[];
  calls: CallRecord[];
  alarms: AlarmRecord[];
}
interface StoredWindow {
  id: string;
  state: 'closed' | 'open' | 'paused';
  pauseReason: string | null;
  since: number;
  current: string | null;
  last: string | null;
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
    tickets: [],
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
      services: w.services,
      turn: w.turn,
      servedToday: w.servedToday,
    })),
    persons: [...state.persons],
    bookings: [...state.bookings.values()],
    calls: state.calls,
    alarms: [...state.alarms.values()],
  };
  for (const ticket of state.tickets.values()) stored.tickets.push(rowOf(ticket, names));
  stored.names = [...names.keys()];
  return JSON.stringify(stored);
}

function rowOf(t: Ticket, names: Map<string, number>): unknown[] {
  const name = (text: string): number => {
    let n = names.get(text);
    if (n === undefined) {
      n = names.size;
      names.set(text, n);
    }
    return n;
  };
  const flags = (t.confirmed ? 1 : 0) + lanes.indexOf(t.lane) * 2;
  const row: unknown[] = [t.id, name(t.service), name(t.origin), name(t.class), name(t.dev)];
  row.push(ticketStates.indexOf(t.state), flags, t.order, t.issuedAt);
  // Mostly 0: the ticket has waited since it was issued.
  row.push(t.waitingSince - t.issuedAt, t.due, t.person, t.booking);
  if (t.past !== null) row.push(t.past);
  return row;
}

// ---------------------------------------------------------------- reading

/** @throws QueueError QUE_SNAPSHOT */
export function restoreState(json: string): QueueState {
  const stored = parsed(json);
  const state = emptyState();
  try {
    fill(state, stored);
  } catch (error) {
    if (error instanceof QueueError) throw error;
    // Shapes are not checked field by field: a part of the wrong type shows itself here.
    throw new QueueError('QUE_SNAPSHOT', 'its parts do not fit together', { cause: error });
  }
  return state;
}

function parsed(json: string): Stored {
  let stored: unknown;
  try {
    stored = JSON.parse(json);
  } catch (cause) {
    throw new QueueError('QUE_SNAPSHOT', 'not JSON', { cause });
  }
  if (typeof stored !== 'object' || stored === null) throw damaged('not an object');
  const found = (stored as Partial<Stored>).version;
  if (found !== version) throw damaged(`version ${found}, this program reads ${version}`);
  return stored as Stored;
}

function damaged(detail: string): QueueError {
  return new QueueError('QUE_SNAPSHOT', detail);
}

function fill(state: QueueState, stored: Stored): void {
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
  for (const booking of stored.bookings) enterBooking(state, booking);
  for (const alarm of stored.alarms) state.alarms.set(alarm.id, alarm);
  for (const [id, calls, issued, meanMs] of stored.services) {
    Object.assign(serviceState(state, id), { calls, issued, meanMs });
  }
  for (const w of stored.windows) {
    const { current: _current, last: _last, ...rest } = w;
    Object.assign(windowState(state, w.id), rest);
  }
  for (const row of stored.tickets) {
    const ticket = ticketOf(row, stored.names);
    state.tickets.set(ticket.id, ticket);
  }
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
  const [id, service, origin, classId, dev, stateIndex, flags, order, issuedAt] = row;
  const [waited, due, person, booking, past] = row.slice(9);
  const name = (index: unknown): string => text(names[whole(index, 'name')], 'name');
  const idText = text(id, 'ticket');
  const lap = idText.indexOf('~');
  const bits = whole(flags, 'flags');
  const issued = whole(issuedAt, 'issuedAt');
  return {
    id: idText,
    number: idText.slice(idText.indexOf('/') + 1, lap < 0 ? undefined : lap),
    service: name(service),
    origin: name(origin),
    class: name(classId),
    state: stateOf(stateIndex),
    lane: lanes[bits >> 1] ?? 'class',
    order: whole(order, 'order'),
    issuedAt: issued,
    waitingSince: issued + whole(waited, 'waited'),
    due: whole(due, 'due'),
    confirmed: (bits & 1) === 1,
    over: false,
    dev: name(dev),
    person: person === null ? null : text(person, 'person'),
    booking: booking === null ? null : text(booking, 'booking'),
    past: past === undefined ? null : historyFrom(past),
  };
}

function historyFrom(value: unknown): History {
  if (typeof value !== 'object' || value === null) throw damaged(`past: ${value}`);
  return value as History;
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

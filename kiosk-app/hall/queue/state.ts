/**
 * The queue in memory: tickets, and the indexes that make every question about them cheap. One
 * writer (evolve.ts); everybody else reads. Only this folder looks inside.
 */
import sortedBtree from 'sorted-btree';
import type { TicketState } from '../../../broker-config/messages.ts';
import type { HoldKind, TurnPosition, Why } from './events.ts';

/** The library is CommonJS: Node hands its exports over as one object. */
const BTree = sortedBtree.default;
export type TicketTree = InstanceType<typeof BTree<Ticket, undefined>>;

/**
 * Where a waiting ticket stands: in its class's queue, before all classes of its service (brought
 * back, transferred to the head), or bound to one window.
 */
export type Lane = 'class' | 'front' | 'bound';

/** What most waiting tickets do not have yet, apart so that 100,000 of them stay small. */
export interface History {
  calls: number;
  /** Recalls of the present call. */
  recalls: number;
  misses: number;
  /** Window it is at, was at last, or is bound to (lane `bound`). */
  window: string | null;
  calledAt: number | null;
  /** Last call or recall: the spacing of recalls counts from here. */
  spokenAt: number;
  startedAt: number | null;
  /** Since when it is held or missed, or ended. */
  since: number;
  hold: HoldKind | null;
  why: Why | null;
  /** Place in lane `front` or `bound`; see `headOffsetMs`. */
  place: number;
  /** Missed, rule `after`: comes back when the service has made this many calls. 0: not so. */
  returnAt: number;
  /** Taken up again after a hold: its service time is no fair sample. */
  resumed: boolean;
  /** 0: not evaluated, 1: evaluated, 2: and followed up (追评). */
  evaluations: number;
}

/** What a ticket is made from. Instants are ms since 1970. */
export interface NewTicket {
  /** `<day>/<number>`, with `~<lap>` when the number was used before on that day. */
  id: string;
  service: string;
  /** Service it was issued for: quotas and limits per person count there. */
  origin: string;
  class: string;
  state: TicketState;
  lane: Lane;
  /** seq of the event that issued it: unique, rising. */
  order: number;
  issuedAt: number;
  waitingSince: number;
  /** The instant at which time alone changes it (print limit, keep, hold); 0: none. */
  due: number;
  /** false: not (yet) confirmed. Tickets without paper count as confirmed. */
  confirmed: boolean;
  /** Machine that issued it. */
  dev: string;
  person: string | null;
  booking: string | null;
  past: History | null;
}

/** Nothing is due before it is issued. */
const noDue = -1;

/** A hall holds 100,000 of them: what follows from something else is not kept, instants as spans. */
export class Ticket implements NewTicket {
  readonly id: string;
  service: string;
  readonly origin: string;
  readonly class: string;
  state: TicketState;
  lane: Lane;
  readonly order: number;
  readonly issuedAt: number;
  confirmed: boolean;
  /** Counted as waiting longer than the policy's ceiling. */
  over: boolean;
  readonly dev: string;
  readonly person: string | null;
  readonly booking: string | null;
  past: History | null;
  private waitedMs: number;
  /** `noDue`: none. */
  private dueMs: number;

  constructor(of: NewTicket) {
    this.id = of.id;
    this.service = of.service;
    this.origin = of.origin;
    this.class = of.class;
    this.state = of.state;
    this.lane = of.lane;
    this.order = of.order;
    this.issuedAt = of.issuedAt;
    this.confirmed = of.confirmed;
    this.over = false;
    this.dev = of.dev;
    this.person = of.person;
    this.booking = of.booking;
    this.past = of.past;
    this.waitedMs = of.waitingSince - of.issuedAt;
    this.dueMs = noDue;
    this.due = of.due;
  }

  get number(): string {
    const lap = this.id.indexOf('~');
    return this.id.slice(this.id.indexOf('/') + 1, lap < 0 ? undefined : lap);
  }

  get waitingSince(): number {
    return this.issuedAt + this.waitedMs;
  }
  set waitingSince(at: number) {
    this.waitedMs = at - this.issuedAt;
  }

  get due(): number {
    return this.dueMs === noDue ? 0 : this.issuedAt + this.dueMs;
  }
  set due(at: number) {
    this.dueMs = at === 0 ? noDue : at - this.issuedAt;
  }
}

export interface ServiceState {
  id: string;
  /** Waiting tickets per class, by (waitingSince, order). Lane `class` only. */
  queues: Map<string, TicketTree>;
  /** Lane `front`, by place. */
  front: TicketTree;
  /** Lanes `front` and `bound`, by (waitingSince, order). */
  special: TicketTree;
  /** Missed tickets that come back after so many calls, by returnAt. */
  returning: TicketTree;
  missed: TicketTree;
  /** Held tickets that any window of the service may take up, by (since, order). */
  held: TicketTree;
  /** Waiting per class, all lanes. */
  waiting: Map<string, number>;
  waitingTotal: number;
  /** Printing per class: people who come before the next one although they can not be called yet. */
  printing: Map<string, number>;
  over: number;
  /** Calls made today. */
  calls: number;
  /** Issued today, without those whose paper never came. */
  issued: number;
  /** Mean service time today, ms; null: no sample yet. */
  meanMs: number | null;
}

export interface WindowState {
  id: string;
  state: 'closed' | 'open' | 'paused';
  pauseReason: string | null;
  since: number;
  current: Ticket | null;
  /** Finished last. */
  last: Ticket | null;
  /** When the citizen of `last` was asked for an evaluation; 0: not. */
  invitedAt: number;
  /** Tidal: what it serves now; null: as the profile says. */
  services: { service: string; level: number }[] | null;
  turn: TurnPosition;
  servedToday: number;
  /** Lane `bound` of this window, by place. */
  bound: TicketTree;
  /** Held from this window, any kind, by (since, order). */
  held: TicketTree;
}

export interface Counter {
  /** Number the next ticket gets, before wrapping. */
  next: number;
  /** Issued and not ended, of this prefix: all numbers in use = exhausted. */
  live: number;
}

export interface Booking {
  code: string;
  service: string;
  slotStart: number;
  slotEnd: number;
  person: string | null;
  state: 'booked' | 'used' | 'cancelled';
  /** Ticket it became. */
  ticket: string | null;
}

export interface CallRecord {
  seq: number;
  number: string;
  window: string;
  service: string;
  kind: 'call' | 'recall';
  at: number;
  expiresAt: number;
}

export interface AlarmRecord {
  id: string;
  since: number;
  code: string;
  data: Record<string, string | number>;
}

export interface PersonCount {
  active: number;
  day: number;
  /** Number taken last: told to who asks for one too many. */
  last: string;
}

export interface QueueState {
  /** Number of events applied; equals the journal's seq. */
  seq: number;
  /** `at` of the newest event: time never goes below it. */
  lastAt: number;
  /** Business day, '' before the first. */
  day: string;
  dayFrom: number;
  /** Scheduled instants (clearing, hours) up to here are done. */
  turnedAt: number;
  /** Who waits since then or earlier counts as over the ceiling. */
  overMark: number;
  tickets: Map<string, Ticket>;
  /** How often a number was used today, where that is more than once. */
  laps: Map<string, number>;
  counters: Map<string, Counter>;
  services: Map<string, ServiceState>;
  windows: Map<string, WindowState>;
  /** `<service> <person>` -> counts of today. */
  persons: Map<string, PersonCount>;
  bookings: Map<string, Booking>;
  bookingsOfPerson: Map<string, Set<string>>;
  /** Tickets that time alone will change, by (due, order). */
  deadlines: TicketTree;
  /** Waiting tickets not yet over the ceiling, by (waitingSince, order). */
  uncounted: TicketTree;
  /** Services whose ceiling alarm does not fit its figure any more. */
  unsettled: Set<string>;
  /** Services with a missed ticket whose number of calls has been made: it comes back at once. */
  returnsDue: Set<string>;
  calls: CallRecord[];
  alarms: Map<string, AlarmRecord>;
  /** End of the chain of evaluations: how many there were, and the newest one's hash. */
  chain: ChainEnd;
}

export interface ChainEnd {
  n: number;
  /** SHA-256, lower-case hex; of the first one's predecessor: 64 zeros. */
  hash: string;
}

/** Leaves of 64 tickets: small enough to shift, large enough to keep the trees flat. */
const treeNodeSize = 64;
const treeOf = (order: (a: Ticket, b: Ticket) => number): TicketTree =>
  new BTree<Ticket, undefined>(undefined, order, treeNodeSize);

export const byWaiting = (a: Ticket, b: Ticket) =>
  a.waitingSince - b.waitingSince || a.order - b.order;
const byDue = (a: Ticket, b: Ticket) => a.due - b.due || a.order - b.order;
const byPlace = (a: Ticket, b: Ticket) =>
  (a.past?.place ?? 0) - (b.past?.place ?? 0) || a.order - b.order;
const byReturn = (a: Ticket, b: Ticket) =>
  (a.past?.returnAt ?? 0) - (b.past?.returnAt ?? 0) || a.order - b.order;
const bySince = (a: Ticket, b: Ticket) =>
  (a.past?.since ?? 0) - (b.past?.since ?? 0) || a.order - b.order;

export const waitingTree = () => treeOf(byWaiting);

export const chainStart = '0'.repeat(64);

export function emptyState(): QueueState {
  return {
    seq: 0,
    lastAt: 0,
    day: '',
    dayFrom: 0,
    turnedAt: 0,
    overMark: 0,
    tickets: new Map(),
    laps: new Map(),
    counters: new Map(),
    services: new Map(),
    windows: new Map(),
    persons: new Map(),
    bookings: new Map(),
    bookingsOfPerson: new Map(),
    deadlines: treeOf(byDue),
    uncounted: treeOf(byWaiting),
    unsettled: new Set(),
    returnsDue: new Set(),
    calls: [],
    alarms: new Map(),
    chain: { n: 0, hash: chainStart },
  };
}

export function newService(id: string): ServiceState {
  return {
    id,
    queues: new Map(),
    front: treeOf(byPlace),
    special: treeOf(byWaiting),
    returning: treeOf(byReturn),
    missed: treeOf(bySince),
    held: treeOf(bySince),
    waiting: new Map(),
    waitingTotal: 0,
    printing: new Map(),
    over: 0,
    calls: 0,
    issued: 0,
    meanMs: null,
  };
}

export function newWindow(id: string): WindowState {
  return {
    id,
    state: 'closed',
    pauseReason: null,
    since: 0,
    current: null,
    last: null,
    invitedAt: 0,
    services: null,
    turn: { index: 0, taken: 0 },
    servedToday: 0,
    bound: treeOf(byPlace),
    held: treeOf(bySince),
  };
}

/** The service's state, made on first use. For evolve only. */
export function serviceState(state: QueueState, id: string): ServiceState {
  let service = state.services.get(id);
  if (service === undefined) {
    service = newService(id);
    state.services.set(id, service);
  }
  return service;
}

/** The window's state, made on first use. For evolve only. */
export function windowState(state: QueueState, id: string): WindowState {
  let window = state.windows.get(id);
  if (window === undefined) {
    window = newWindow(id);
    state.windows.set(id, window);
  }
  return window;
}

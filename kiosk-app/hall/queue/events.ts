/**
 * Everything that can happen in a hall's queue, as plain JSON. An event is a fact: it names outcomes
 * (a deadline, the rule that chose, the new mean), never a rule of the profile, so that a journal
 * written under one profile replays the same under the next.
 *
 * `at`: hall clock, ms since 1970, never smaller than the `at` of the event before it.
 */
import type {
  holdKinds,
  levels,
  RequestBody,
  TicketState,
  voidReasons,
} from '../../../broker-config/messages.ts';

export type VoidReason = (typeof voidReasons)[number];
export type HoldKind = (typeof holdKinds)[number];
export type Level = (typeof levels)[number];
export type TakeSource = RequestBody<'take'>['source'];

/** Code of a sentence and what fills it; `reasonOf` (broker-config/reasons.ts) makes the sentence. */
export interface Why {
  rule: string;
  data: Record<string, string | number>;
}

/** Where a window stands in its m:n turn: which turn, and how many of it were called. */
export interface TurnPosition {
  index: number;
  taken: number;
}

/** What follows a miss, already decided by the hall's rule. */
export type AfterMiss =
  | { kind: 'void' }
  | { kind: 'tail' }
  /** Back in front when the service has made this many calls today (the call counter's value). */
  | { kind: 'after'; calls: number }
  | { kind: 'keep'; until: number };

interface At {
  at: number;
}
/** An event about one ticket (its id). */
interface OfTicket extends At {
  ticket: string;
}
/** An event about the ticket at a window. */
interface AtWindow extends OfTicket {
  window: string;
}

// ---------------------------------------------------------------- the day

/** New business day: open tickets end (those at a window may finish), counters and figures begin anew. */
export interface DayStarted extends At {
  type: 'day-started';
  /** YYYY-MM-DD */
  day: string;
  /** Instant at which the business day began. */
  from: number;
  /** Finished tickets that ended before this can no longer be evaluated and are forgotten. */
  forgetBefore: number;
}
/** Opening hours of these services began or ended. */
export interface HoursTurned extends At {
  type: 'hours-turned';
  /** Scheduled instant, <= at. */
  through: number;
  services: string[];
}
/** Noon or evening clearing of what was issued before `through`. */
export interface Cleared extends At {
  type: 'cleared';
  through: number;
  states: 'waiting' | 'all-open';
}
/** Everybody waiting since `mark` or earlier now counts as over the policy's ceiling. */
export interface CeilingPassed extends At {
  type: 'ceiling-passed';
  mark: number;
  /** Services whose figure changed. */
  services: string[];
}
export interface AlarmRaised extends At {
  type: 'alarm-raised';
  id: string;
  code: string;
  data: Record<string, string | number>;
}
export interface AlarmCleared extends At {
  type: 'alarm-cleared';
  id: string;
}

// ---------------------------------------------------------------- a ticket's life

export interface Issued extends OfTicket {
  type: 'issued';
  number: string;
  prefix: string;
  /** Counter of (day, prefix): the number without prefix and zeros. */
  n: number;
  service: string;
  class: string;
  /** Machine that issued it. */
  dev: string;
  source: TakeSource | 'check-in';
  /** Only kept when the service limits numbers per person. */
  person: string | null;
  /** Code of the appointment it came from. */
  booking: string | null;
  /** Paper has to be confirmed by then; null: no paper, callable at once. */
  printBy: number | null;
}
export interface PrintConfirmed extends OfTicket {
  type: 'print-confirmed';
  outcome: 'confirmed' | 'uncertain';
}
/** The limit for confirming the paper passed: callable all the same, and marked so. */
export interface PrintOverdue extends OfTicket {
  type: 'print-overdue';
}
export interface Voided extends OfTicket {
  type: 'voided';
  reason: VoidReason;
  /** State it was in. */
  from: TicketState;
  /** Window it was at, held by or bound to. */
  window: string | null;
}
export interface Called extends AtWindow {
  type: 'called';
  from: 'waiting' | 'missed' | 'held';
  /** Window it was at, held by or bound to before; null: none. */
  previous: string | null;
  expiresAt: number;
  why: Why;
  /** The window's new turn position; null: this call took no turn. */
  turn: TurnPosition | null;
}
export interface Recalled extends AtWindow {
  type: 'recalled';
  expiresAt: number;
}
export interface Started extends AtWindow {
  type: 'started';
}
export interface Finished extends AtWindow {
  type: 'finished';
  /** The service's new mean service time, ms; null: this one gave no sample. */
  meanMs: number | null;
}
export interface Missed extends AtWindow {
  type: 'missed';
  /** This many misses now. */
  misses: number;
  then: AfterMiss;
}
/** Brought back by a clerk into the queue, at its old place. */
export interface ReturnedToQueue extends AtWindow {
  type: 'returned-to-queue';
}
/** Rule `after`: enough calls were made, the missed ticket stands in front of its service. */
export interface CameBack extends OfTicket {
  type: 'came-back';
}
export interface Held extends AtWindow {
  type: 'held';
  kind: HoldKind;
  /** Void after this; null: until the day ends. */
  until: number | null;
}
export interface Transferred extends AtWindow {
  type: 'transferred';
  /** Service it had and has now (the same when it goes to a window). */
  fromService: string;
  service: string;
  /** Window it is bound to now; null: any that serves it. */
  bound: string | null;
  position: 'head' | 'time';
}

// ---------------------------------------------------------------- windows

export interface WindowOpened extends At {
  type: 'window-opened';
  window: string;
}
export interface WindowPaused extends At {
  type: 'window-paused';
  window: string;
  reason: RequestBody<'pause'>['reason'];
}
/** Tickets bound to it go back to the queue of their service. */
export interface WindowClosed extends At {
  type: 'window-closed';
  window: string;
  /** Services of the tickets that were bound to it: their figures change. */
  released: string[];
}
export interface ServingChanged extends At {
  type: 'serving-changed';
  window: string;
  /** Served before this event: their figures change too. */
  before: string[];
  /** null: as the profile says. */
  services: { service: string; level: number }[] | null;
}

// ---------------------------------------------------------------- evaluation, appointments

/** The pad of the window shall ask for an evaluation. */
export interface Invited extends AtWindow {
  type: 'invited';
  number: string;
  /** Machine id of the pad. */
  pad: string;
  expiresAt: number;
}
export interface Evaluated extends AtWindow {
  type: 'evaluated';
  service: string;
  dev: string;
  level: Level;
  labels: string[];
  text: string;
  channel: RequestBody<'evaluate'>['channel'];
  /** By the machine's clock: for the record only. */
  pressedAt: number;
  /** 1 the evaluation, 2 the later addition (追评). Journals of the first version have none. */
  round?: 1 | 2;
  number?: string;
  issuedAt?: number;
  /** When the service began (null: the clerk never said) and ended. */
  startedAt?: number | null;
  finishedAt?: number;
  /** Clerk of the window by the profile of that day. */
  clerk?: string | null;
  chain?: ChainLink;
}
/** Ties an evaluation to the one before it; see chain.ts. */
export interface ChainLink {
  /** 1, 2, 3 ... without a gap. */
  n: number;
  /** Hash of evaluation n - 1; 64 zeros before the first. */
  prev: string;
  /** SHA-256 of this one, with `prev` and without this field. */
  hash: string;
}
export interface Booked extends At {
  type: 'booked';
  code: string;
  service: string;
  slotStart: number;
  slotEnd: number;
  person: string | null;
}
export interface BookingCancelled extends At {
  type: 'booking-cancelled';
  code: string;
}

export type QueueEvent =
  | DayStarted
  | HoursTurned
  | Cleared
  | CeilingPassed
  | AlarmRaised
  | AlarmCleared
  | Issued
  | PrintConfirmed
  | PrintOverdue
  | Voided
  | Called
  | Recalled
  | Started
  | Finished
  | Missed
  | ReturnedToQueue
  | CameBack
  | Held
  | Transferred
  | WindowOpened
  | WindowPaused
  | WindowClosed
  | ServingChanged
  | Invited
  | Evaluated
  | Booked
  | BookingCancelled;

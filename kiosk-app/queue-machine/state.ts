/**
 * What the flow of a queue machine knows, hears and orders. No I/O here: step.ts moves from state to
 * state, flow.ts performs the effects.
 *
 *   choose --take--> issuing --answer--> printing --outcome--> done --time--> choose
 *                       |                    |
 *                       +------ refused, no answer, nothing printed ------> failed --time--> choose
 */
import type { Answer, RequestBody, TicketView } from '../../broker-config/messages.ts';
import type { PrintOutcome } from '../../devices/contract.ts';
import type { HallView, Moment } from '../runtime/ports.ts';
import type { Owner, Sentence } from '../screens/contract.ts';
import type { PrinterHealth } from './printer-health.ts';
import type { ReprintFields, TicketFields } from './ticket-fields.ts';

/** What of the machine profile the flow needs. */
export interface QueueConfig {
  machine: string;
  owner: Owner;
  /** Groups offered; null: all of the hall. */
  groups: readonly string[] | null;
  idleS: number;
  resultS: number;
  /** false: no paper, the number is shown on the screen only. */
  printer: boolean;
  /** A second paper may be asked for when the first ended in doubt. */
  reprint: boolean;
  /** What this machine reads beside touches and keys. */
  reads: { card: boolean; code: boolean };
  /** Key of a keypad -> service. */
  keys: Readonly<Record<string, string>>;
}

export const queueLimits = {
  /** Longest wait for the hall's answer to a press; the citizen stands before the machine. */
  takeWaitMs: 5_000,
  /** The hall mostly answers at once: a page that says "one moment" for so short is a flicker. */
  issuingShownAfterMs: 20,
  /** Printing time granted to the printer's driver before it says `uncertain`. */
  printWaitMs: 15_000,
  /** Longest wait for paper that the citizen is asked for; then the screen says what is known. */
  printPatienceMs: 20_000,
  /** A number that must be remembered, or a failure that must be read, stays at least this long. */
  readWaitMs: 15_000,
  /** A paper cut off by the end of the process is offered again this long after it began. */
  cutOffOfferedMs: 600_000,
  /** Its page stands so long: whoever waits before a machine without power finds it. */
  cutOffShownMs: 60_000,
  /** Offline since the start for longer than this is no longer "connecting". */
  connectWaitMs: 10_000,
  /** A keypad has no page that hides its keys: presses this soon after the last one are bounces. */
  keypadRestMs: 2_000,
  /** Press keys remembered, so that a page that sends one again gets no second ticket. */
  pressesRememberedMax: 64,
  /** Tickets remembered as handed to the printer. */
  ticketsRememberedMax: 64,
} as const;

/** One press of a button, made durable by its key. */
export interface Press {
  key: string;
  /** null: the appointment says which. */
  service: string | null;
  class: string | null;
  source: 'touch' | 'keypad' | 'card' | 'scan';
  /** Token of the person whose card was read; null: nobody's was. */
  person: string | null;
  /** An appointment arrives; null: a number is taken. */
  checkIn: RequestBody<'check-in'>['appointment'] | null;
  at: Moment;
}

/** Whose card was read last. No number, no name: the token, and what may be shown. */
export interface Visitor {
  token: string;
  masked: string | null;
}

/** What the hall is asked for a press. */
export type Ask =
  | { op: 'take'; body: RequestBody<'take'> }
  | { op: 'check-in'; body: RequestBody<'check-in'> };

/** A number the hall gave to a press of this machine. */
export interface Issued {
  ticket: TicketView;
  ahead: number;
  estimateMin: number | null;
  /** Ids of the windows that may call it. */
  windows: readonly string[];
  /** For the paper: evaluate this service by phone, once it is finished. */
  evaluateUrl?: string | undefined;
}

export type Phase =
  | { at: 'choose' }
  | { at: 'issuing'; press: Press }
  /** `sending`: the first byte may be on paper, nothing can be taken back any more. */
  | { at: 'printing'; press: Press; issued: Issued; since: number; sending: boolean }
  | {
      at: 'done';
      issued: Issued;
      paper: 'confirmed' | 'uncertain' | 'none';
      reprint: Reprint;
      until: number;
    }
  | { at: 'failed'; because: Sentence; todo: Sentence; until: number };

/** A second paper (补打): its outcomes are those of any paper. */
export type Reprint = 'not-asked' | 'printing' | 'confirmed' | 'uncertain' | 'failed';

export interface QueueState {
  config: QueueConfig;
  startedAt: Moment;
  view: HallView | null;
  printer: PrinterHealth;
  phase: Phase;
  /** null: nobody's card was read, or its time is over. */
  visitor: Visitor | null;
  /** Press keys, newest last. */
  presses: readonly string[];
  /** Ids of tickets handed to the printer, newest last. */
  handed: readonly string[];
  /** Tickets with the printer whose outcome is still to come. */
  jobs: Readonly<Record<string, Job>>;
  lastPressMono: number | null;
}

/**
 * A ticket at the printer. `given-up`: void already, the printer must not begin. `shown`: its number
 * was shown as valid, so that it can not be void any more.
 */
export type Job = 'open' | 'given-up' | 'shown';

/** `connecting` runs once, from the start: after it, silence is an outage. */
export type QueueTimer = 'result' | 'patience' | 'connecting' | 'visitor';

export type QueueInput =
  | { type: 'view'; view: HallView }
  | { type: 'printer'; health: PrinterHealth }
  | { type: 'take'; key: string; service: string; class: string | null }
  | { type: 'home' }
  | { type: 'reprint' }
  | { type: 'reprinted'; ticket: string; outcome: PrintOutcome }
  /** A key of a keypad; `press` is made for every one, used or not. */
  | { type: 'key'; key: string; press: string }
  /** An ID card was read; `token` null: the profile does not ask for it. */
  | { type: 'card'; token: string | null; masked: string | null; press: string }
  | { type: 'scan'; text: string; press: string }
  /** A card or code could not be read. */
  | { type: 'fault'; because: Sentence }
  | { type: 'answer'; press: string; answer: Answer<'take'> }
  /** No answer came. `sent` false: surely nothing reached the hall. */
  | { type: 'request-failed'; press: string; code: string; sent: boolean }
  /** The hall's answer to a press that was given up and delivered durably. */
  | { type: 'late-answer'; press: string; answer: Answer<'take'> }
  /** The printer is about to send the first byte. */
  | { type: 'sending'; ticket: string }
  | { type: 'printed'; ticket: string; outcome: PrintOutcome }
  /** A paper was under way when the last process ended. */
  | { type: 'cut-off'; issued: Issued }
  /** The printer remembers that it is on paper. */
  | { type: 'recalled'; ticket: string }
  | { type: 'timer'; name: QueueTimer };

export type QueueEffect =
  | { type: 'request'; press: Press; ask: Ask }
  | { type: 'print'; press: Press; issued: Issued; fields: TicketFields }
  | { type: 'reprint'; issued: Issued; fields: ReprintFields }
  | { type: 'deliver'; message: QueueDelivery }
  | { type: 'timer'; name: QueueTimer; ms: number }
  | { type: 'cancel'; name: QueueTimer }
  | { type: 'log'; level: 'info' | 'warn'; fields: Record<string, unknown>; message: string };

/** What must reach the hall even if this process dies now. */
export type QueueDelivery =
  | { op: 'confirm-printed'; body: RequestBody<'confirm-printed'> }
  | { op: 'print-failed'; body: RequestBody<'print-failed'> }
  | { op: 'void'; body: RequestBody<'void'> }
  /** The press whose answer never came, asked once more with its own key. */
  | (Ask & { key: string });

export function initialState(config: QueueConfig, startedAt: Moment): QueueState {
  return {
    config,
    startedAt,
    view: null,
    printer: { kind: 'unknown', since: startedAt.now },
    phase: { at: 'choose' },
    visitor: null,
    presses: [],
    handed: [],
    jobs: {},
    lastPressMono: null,
  };
}

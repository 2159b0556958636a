/**
 * What flows send to pages (server-sent event `state`, whole state every time) and what pages send
 * back (POST /act). Pages hold no rules: every button that may be pressed is named by the state.
 *
 *   GET  /state -> text/event-stream; first event at once, then one per change. Its `id:` line,
 *                  `<process>.<n>`, is written to `<html data-drawn>` once it is on the glass.
 *                  Event `beat` every 15 s; a page that misses it says that it is cut off.
 *   POST /act   <- JSON of the role's action, `If-Match: "<id>"` of the state that was touched: what an
 *                  earlier process drew is not taken (412); 2xx = taken (its outcome comes as a state),
 *                  4xx/5xx = not taken, and the page lets the person press again
 */
import { type Static, Type } from '@sinclair/typebox';
import {
  type BoardWindow,
  holdKinds,
  Id,
  Key,
  levels,
  oneOf,
  type Reason,
  TicketId,
  TicketNumber,
  type TicketView,
} from '../../broker-config/messages.ts';

const closed = { additionalProperties: false } as const;

export interface Sentence {
  zh: string;
  en: string;
}
export interface LinkState {
  online: boolean;
  /** Wall clock of the machine, ms. */
  since: number;
}
/** How a page shows times as the hall's own clock on the wall does. */
export interface HallTime {
  /** IANA name from the directory; null until known: the machine's own zone is used. */
  timeZone: string | null;
  /** Hall clock minus the machine's wall clock, ms; 0 until known. */
  offsetMs: number;
}
export interface Owner {
  name: string;
  phone: string;
}

// ---------------------------------------------------------------- queue machine

export interface QueueServiceView {
  id: string;
  name: Sentence;
  waiting: number;
  estimateMin: number | null;
  /** May be pressed now. */
  open: boolean;
  /** Why not; null when open. */
  because: Sentence | null;
}
export type QueueStep =
  | { at: 'choose' }
  | {
      at: 'working';
      what: 'issuing' | 'printing';
      service: Sentence;
      number: string | null;
      since: number;
    }
  | {
      at: 'done';
      number: string;
      service: Sentence;
      className: Sentence;
      ahead: number;
      estimateMin: number | null;
      /** Labels of the windows that may call it. */
      windows: string[];
      /** `none`: this machine has no printer, keep the number in mind or photograph it. */
      paper: 'confirmed' | 'uncertain' | 'none';
      /** What to do when the paper is not surely out; shown large, under the number. */
      note?: Sentence | null;
      /** A second paper (补打): its button, or that it is being printed. */
      reprint?: 'offered' | 'printing' | null;
      /** Wall clock when the page goes back by itself. */
      until: number;
    }
  | {
      at: 'failed';
      because: Sentence;
      /** What the citizen can do now. */
      todo: Sentence;
      until: number;
    };

/** `null` = all well; else the machine can not issue and says why in large letters. */
export type QueueObstacle = {
  kind: 'connecting' | 'hall-unreachable' | 'hall-stopped' | 'printer' | 'closed';
  because: Sentence;
  todo: Sentence;
  since: number;
} | null;

export interface QueueScreen {
  role: 'queue-machine';
  machine: string;
  hallName: Sentence | null;
  link: LinkState;
  time: HallTime;
  obstacle: QueueObstacle;
  /** Paper running low etc.: small, for staff. */
  notice: Sentence | null;
  groups: { id: string; name: Sentence; services: QueueServiceView[] }[];
  /** Classes a citizen may claim here; the ordinary one is not among them. */
  classes: { id: string; name: Sentence; proof: Sentence | null }[];
  step: QueueStep;
  /** What may be laid on or held before this machine. Left out: nothing. */
  reads?: { card: boolean; code: boolean };
  /** Somebody's card was read, and now a service is to be chosen. */
  visitor?: { masked: string | null } | null;
  idleS: number;
  owner: Owner;
}
export const QueueAction = Type.Union([
  /** `press`: key made by the page at the touch. */
  Type.Object(
    { do: Type.Literal('take'), service: Id, class: Type.Union([Id, Type.Null()]), press: Key },
    closed,
  ),
  Type.Object({ do: oneOf(['home', 'reprint'] as const) }, closed),
]);
export type QueueAction = Static<typeof QueueAction>;

// ---------------------------------------------------------------- window

export interface WindowTicketView extends TicketView {
  serviceName: Sentence;
  className: Sentence;
}
export const windowVerbs = [
  'call-next',
  'recall',
  'start',
  'finish',
  'miss',
  'hold',
  'transfer',
  'pause',
  'open',
  'close',
  'invite',
  'call-ticket',
  'return-missed',
  'resume',
  'void',
  'serve',
] as const;
export type WindowVerb = (typeof windowVerbs)[number];

export interface WindowScreen {
  role: 'window';
  machine: string;
  hallName: Sentence | null;
  link: LinkState;
  time: HallTime;
  /** Whom the clerk calls when this machine fails. */
  owner: Owner;
  /** null until the hall's directory is known or when this machine belongs to no window. */
  window: {
    id: string;
    label: string;
    name: Sentence;
    state: BoardWindow['state'];
    pauseReason: string | null;
    since: number;
  } | null;
  current: WindowTicketView | null;
  last: WindowTicketView | null;
  held: WindowTicketView[];
  missed: WindowTicketView[];
  servedToday: number;
  services: {
    id: string;
    name: Sentence;
    level: number;
    waiting: number;
    byClass: Record<string, number>;
    estimateMin: number | null;
    longestSince: number | null;
    overCeiling: number;
  }[];
  classes: { id: string; name: Sentence; kind: string }[];
  /** Where a ticket can go. */
  targets: {
    services: { id: string; name: Sentence }[];
    /** Those that serve now first. */
    windows: { id: string; label: string; name: Sentence; state: BoardWindow['state'] }[];
  };
  /** Verbs that make sense now; the page greys out the rest. */
  can: WindowVerb[];
  /** Recalls left, and when the next one is allowed (own wall clock, ms). */
  recall: { left: number; nextAt: number } | null;
  busy: WindowVerb | null;
  /** Result of the last key: in words. */
  lastAction: { verb: WindowVerb; ok: boolean; text: Sentence; at: number } | null;
  alarms: { since: number; reason: Reason }[];
}
const TicketRefAction = Type.Union([
  Type.Object({ id: TicketId }, closed),
  Type.Object({ number: TicketNumber }, closed),
]);
const act = <V extends string, P extends Record<string, import('@sinclair/typebox').TSchema>>(
  verb: V,
  more: P,
) => Type.Object({ do: Type.Literal(verb), press: Key, ...more }, closed);
export const WindowAction = Type.Union([
  /**
   * `expect`: id of the ticket the page showed when the key was pressed (null: none). Left out, the
   * flow takes the one it knows, which may be newer than what the clerk saw.
   */
  act('call-next', { expect: Type.Optional(Type.Union([TicketId, Type.Null()])) }),
  act('recall', {}),
  act('start', {}),
  act('finish', {}),
  act('miss', {}),
  act('invite', {}),
  act('open', {}),
  act('close', {}),
  act('pause', { reason: oneOf(['break', 'meeting', 'help', 'equipment', 'other'] as const) }),
  act('hold', { kind: oneOf(holdKinds) }),
  act('transfer', {
    to: Type.Union([Type.Object({ service: Id }, closed), Type.Object({ window: Id }, closed)]),
    position: oneOf(['head', 'time'] as const),
  }),
  act('call-ticket', { ticket: TicketRefAction }),
  act('return-missed', { ticket: TicketRefAction, to: oneOf(['now', 'queue'] as const) }),
  act('resume', { ticket: TicketRefAction }),
  act('void', { ticket: TicketRefAction }),
  act('serve', {
    services: Type.Array(
      Type.Object({ service: Id, level: Type.Integer({ minimum: 1, maximum: 9 }) }, closed),
      { maxItems: 64 },
    ),
  }),
]);
export type WindowAction = Static<typeof WindowAction>;

// ---------------------------------------------------------------- display

export interface DisplayScreen {
  role: 'display';
  machine: string;
  hallName: Sentence | null;
  link: LinkState;
  time: HallTime;
  /** true: what is shown may be old (link lost longer than the limit); said small, for staff. */
  stale: boolean;
  bilingual: boolean;
  /** Newest first. `fresh`: not yet expired, shown large. */
  calls: {
    seq: number;
    number: string;
    window: string;
    serviceName: Sentence;
    recall: boolean;
    at: number;
    fresh: boolean;
  }[];
  windows: {
    id: string;
    label: string;
    name: Sentence;
    state: BoardWindow['state'];
    number: string | null;
    serving: boolean;
  }[];
  services: {
    id: string;
    name: Sentence;
    waiting: number;
    estimateMin: number | null;
    open: boolean;
  }[];
  issuing: boolean;
}
// ---------------------------------------------------------------- evaluation

type Level = (typeof levels)[number];

/**
 * The evaluation of one service, on whatever machine. Nothing is chosen before a person chooses; the
 * five levels have a fixed order. `until`: own wall clock when the step ends by itself, ms.
 */
export type EvaluationStep =
  | { at: 'idle' }
  | {
      at: 'ask';
      ticket: string;
      number: string;
      service: Sentence;
      /** For the citizen's own phone; null: none. `path`: SVG, one unit a module. */
      qr: { size: number; path: string } | null;
      until: number;
    }
  /** Safe already; what is added now belongs to the chosen level only. */
  | {
      at: 'rated';
      ticket: string;
      level: Level;
      labels: { code: string; name: Sentence }[];
      chosen: string[];
      text: string;
      labelsMax: number;
      /** 0: no words. */
      textMax: number;
      undo: boolean;
      until: number;
    }
  | { at: 'thanked'; ticket: string; level: Level; undo: boolean; until: number }
  | { at: 'sending'; ticket: string; level: Level }
  | { at: 'failed'; ticket: string; because: Sentence; todo: Sentence; until: number };

/** `ticket`: the service that the page showed when it was pressed. */
export const EvaluationAction = Type.Union([
  Type.Object(
    { do: Type.Literal('level'), ticket: TicketId, level: oneOf(levels), press: Key },
    closed,
  ),
  Type.Object(
    {
      do: Type.Literal('details'),
      ticket: TicketId,
      labels: Type.Array(Type.String({ pattern: '^[0-9]{3}$' }), { maxItems: 100 }),
      text: Type.String({ maxLength: 150 }),
    },
    closed,
  ),
  Type.Object(
    { do: oneOf(['done', 'undo', 'decline', 'stay'] as const), ticket: TicketId },
    closed,
  ),
]);
export type EvaluationAction = Static<typeof EvaluationAction>;

export interface PadScreen {
  role: 'evaluation-pad';
  machine: string;
  hallName: Sentence | null;
  link: LinkState;
  time: HallTime;
  owner: Owner;
  /** false: the hall has not been heard yet. */
  known: boolean;
  /** null: not known, or this pad belongs to no window. */
  window: { label: string; name: Sentence; state: BoardWindow['state'] } | null;
  /** Who sits there, as far as the hall shows it. `photo`: address of the picture. */
  clerk: {
    name: Sentence | null;
    post: Sentence | null;
    badge: string | null;
    photo: string | null;
  } | null;
  /** Large text for everybody. */
  elder: boolean;
  step: EvaluationStep;
}

// ---------------------------------------------------------------- hall, for technicians

/** How much somebody is needed. `off`: switched off in order. Worst first. */
export const hallUrgencies = ['bad', 'look', 'off', 'good'] as const;
export type HallUrgency = (typeof hallUrgencies)[number];

export interface HallDeviceView {
  id: string;
  kind: string;
  state: 'ready' | 'attention' | 'out' | 'unknown';
  /** null: it has not said anything yet. */
  code: string | null;
  /** What is wrong and what to do; null where there is nothing to do. */
  sentence: Sentence | null;
  /** The machine's own clock, ms. */
  since: number | null;
  /** Name and phone as its machine tells them; null: the machine's owner. */
  owner: string | null;
}
export interface HallMachineView {
  id: string;
  role: string;
  name: Sentence;
  place: string;
  owner: Owner;
  urgency: HallUrgency;
  /** Whether it is there at all. `absent`: not heard of since the hall started. */
  link: 'absent' | 'ready' | 'disconnected' | 'lost';
  /** Hall clock, ms. */
  since: number;
  version: string | null;
  /** Two programs use its name, or it crashes on every start. */
  contested: boolean;
  /** Newest thing it did wrong on the bus, for as long as that is news. */
  fault: { at: number; what: string } | null;
  /** Those that need somebody first. */
  devices: HallDeviceView[];
}
/** ms */
export interface HallSpread {
  p50: number;
  p99: number;
}
/** What of 好差评 waits for a person. Counts alone: no window, no service, no level. */
export interface HallRatingsView {
  /** Bad ratings whose rectification is not closed, and how many of them are beyond their limit. */
  badOpen: number;
  badOverdue: number;
  /** Last day of the nearest limit, YYYY-MM-DD; null: none is open. */
  due: string | null;
  /** Records on their way to the province, and those it does not take. */
  waiting: number;
  dead: number;
}
export interface HallScreen {
  role: 'hall';
  machine: string;
  hallName: Sentence;
  time: HallTime;
  /** Of the hall server. */
  owner: Owner;
  place: string | null;
  version: string;
  /** Hall clock, ms. */
  startedAt: number;
  epoch: number;
  /** Newest durable event. */
  seq: number;
  /** false: the journal can not be written. */
  issuing: boolean;
  broker: { kind: 'embedded' | 'outer'; online: boolean };
  /** Worst first. */
  machines: HallMachineView[];
  /** Newest first. */
  alarms: { id: string; since: number; reason: Sentence }[];
  /** null: the hall keeps no book of evaluations, or can not read it. */
  ratings: HallRatingsView | null;
  /** Since the start. */
  counters: {
    received: number;
    answered: number;
    turnedAway: number;
    dropped: number;
    denied: number;
    refused: number;
    cut: number;
    throttled: number;
  };
  /** The last numbers given, inside the hall process; null: none yet. */
  presses: {
    count: number;
    queuedMs: HallSpread;
    decidedMs: HallSpread;
    committedMs: HallSpread;
  } | null;
}
/** This page sends nothing. */
export const HallAction = Type.Never();

export type AnyScreen = QueueScreen | WindowScreen | DisplayScreen | PadScreen | HallScreen;

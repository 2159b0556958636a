/**
 * Every message of the bus: one TypeBox schema each, from which come the static types, the
 * validators of both ends and `asyncapi.yaml`.
 *
 * Conventions. Instants: `*At`, milliseconds since 1970 by the **hall's** clock unless the name says
 * otherwise. Durations: unit last (`waitMs`, `estimateMin`). `epoch`: start number of the hall
 * process, durable and rising; `seq`: number of the last journal event contained. A reader keeps the
 * highest (epoch, seq) seen and ignores anything older.
 */
import { type Static, type TObject, type TSchema, Type } from '@sinclair/typebox';

const closed = { additionalProperties: false } as const;

/** Same pattern as topics.ts; repeated here because topics.ts imports this file. */
export const Id = Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,31}$' });
/** UUIDv7 (RFC 9562), lower case, made where the button was pressed. */
export const Key = Type.String({
  pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$',
});
const Instant = Type.Integer({ minimum: 0, maximum: 8_640_000_000_000_000 });
const Count = Type.Integer({ minimum: 0, maximum: 1_000_000_000 });
/** Number as printed and called, e.g. `A001`. */
export const TicketNumber = Type.String({ pattern: '^[A-Z]{0,3}[0-9]{1,6}$' });
/**
 * `<business day>/<number>`, e.g. `2026-11-22/A001`: unique for ever. Where the hall's profile lets a
 * finished number be used again the same day, its second ticket is `2026-11-22/A001~2`, and so on.
 */
export const TicketId = Type.String({
  pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}/[A-Z]{0,3}[0-9]{1,6}(~[1-9][0-9]{0,4})?$',
});
/** Business day in the hall's time zone, `YYYY-MM-DD`. */
export const Day = Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' });
/** Keyed digest that stands for a person; never a number or a name. */
export const PersonToken = Type.String({ pattern: '^[0-9a-f]{32,64}$' });
export const Bilingual = Type.Object(
  { zh: Type.String({ minLength: 1, maxLength: 200 }), en: Type.String({ maxLength: 400 }) },
  closed,
);
export type Bilingual = Static<typeof Bilingual>;

export const levels = [
  'very-satisfied',
  'satisfied',
  'basically-satisfied',
  'dissatisfied',
  'very-dissatisfied',
] as const;
/** Validators are compiled by ajv (validate.ts), so plain JSON Schema `enum` is fine here. */
export const oneOf = <T extends string>(values: readonly T[]) =>
  Type.Unsafe<T>({ type: 'string', enum: [...values] });

export const holdKinds = ['fetch-papers', 'return-here', 'other-step'] as const;
export const voidReasons = [
  'print-failed',
  'cancelled',
  'cleared',
  'missed',
  'hold-expired',
  'day-end',
] as const;
export const printFailures = ['paper-out', 'cover-open', 'cutter', 'offline', 'error'] as const;

export const ticketStates = [
  'printing',
  'waiting',
  'called',
  'serving',
  'held',
  'missed',
  'done',
  'void',
] as const;
export type TicketState = (typeof ticketStates)[number];

const Code = Type.String({ pattern: '^[a-z][a-z0-9-]{1,47}$' });
/** Values that fill the placeholders of a sentence. */
const SentenceData = Type.Record(
  Type.String({ pattern: '^[a-zA-Z]{1,24}$' }),
  Type.Union([Type.String({ maxLength: 200 }), Type.Number()]),
  { ...closed, maxProperties: 12 },
);
/** A coded reason with its sentence in both languages. Compare the code, show the sentence. */
export const Reason = Type.Object(
  {
    code: Code,
    data: SentenceData,
    zh: Type.String({ maxLength: 400 }),
    en: Type.String({ maxLength: 600 }),
  },
  closed,
);
export type Reason = Static<typeof Reason>;

/** A ticket as machines may know it. No person's data. */
export const TicketView = Type.Object(
  {
    id: TicketId,
    number: TicketNumber,
    service: Id,
    class: Id,
    state: oneOf(ticketStates),
    issuedAt: Instant,
    /** Since when the citizen waits; a transfer keeps it. */
    waitingSince: Instant,
    /** false: callable although its paper was never confirmed. */
    paperConfirmed: Type.Boolean(),
    /** How often it was called, recalls not counted. */
    calls: Count,
    recalls: Count,
    misses: Count,
    window: Type.Union([Id, Type.Null()]),
    /** When it was last called; null before. */
    calledAt: Type.Union([Instant, Type.Null()]),
    /** When the service began; null before. */
    startedAt: Type.Union([Instant, Type.Null()]),
    hold: Type.Union([
      Type.Object(
        { kind: oneOf(holdKinds), since: Instant, until: Type.Union([Instant, Type.Null()]) },
        closed,
      ),
      Type.Null(),
    ]),
    /** Why it was called: the rule that chose it. null before the first call. */
    why: Type.Union([Reason, Type.Null()]),
  },
  closed,
);
export type TicketView = Static<typeof TicketView>;

/** Code of an evaluation label: its first digit tells the level's stars (5 very satisfied ... 1). */
const LabelCode = Type.String({ pattern: '^[0-9]{3}$' });
/** Address that a citizen's phone opens to evaluate one service: signed, expiring. */
const PhoneUrl = Type.String({ pattern: '^https?://', maxLength: 300 });

/** A ticket named by its id or by the number that the citizen holds (today's). */
const TicketRef = Type.Union([
  Type.Object({ id: TicketId }, closed),
  Type.Object({ number: TicketNumber }, closed),
]);
export type TicketRef = Static<typeof TicketRef>;
const Nothing = Type.Object({}, closed);

/**
 * Bodies of the requests, one per verb. A machine's window, role and rights are found in the hall's
 * profile by the machine's id in the topic: a body can not claim them.
 */
export const requestBodies = {
  /** Take a number. `paper: false` (phone, keypad without printer) makes it callable at once. */
  take: Type.Object(
    {
      service: Id,
      class: Type.Optional(Id),
      person: Type.Optional(PersonToken),
      paper: Type.Boolean(),
      source: oneOf(['touch', 'keypad', 'card', 'scan', 'clerk'] as const),
    },
    closed,
  ),
  /** An appointment arrives: by its code or by the person's token. Becomes a ticket. */
  'check-in': Type.Object(
    {
      appointment: Type.Union([
        Type.Object({ code: Type.String({ pattern: '^[A-Za-z0-9-]{4,64}$' }) }, closed),
        Type.Object({ person: PersonToken }, closed),
      ]),
      paper: Type.Boolean(),
    },
    closed,
  ),
  /** The paper is out (`confirmed`) or was sent and can not be known (`uncertain`). */
  'confirm-printed': Type.Object(
    { ticket: TicketId, outcome: oneOf(['confirmed', 'uncertain'] as const) },
    closed,
  ),
  /** Surely no paper came out. The ticket becomes void. */
  'print-failed': Type.Object({ ticket: TicketId, reason: oneOf(printFailures) }, closed),
  void: Type.Object({ ticket: TicketRef }, closed),
  /**
   * Next citizen. `expect`: the ticket this window showed when the key was pressed (null: none), so
   * that two quick presses can not call two people. Left out by keypads that show nothing.
   */
  'call-next': Type.Object({ expect: Type.Optional(Type.Union([TicketId, Type.Null()])) }, closed),
  'call-ticket': Type.Object({ ticket: TicketRef }, closed),
  recall: Nothing,
  start: Nothing,
  finish: Nothing,
  miss: Nothing,
  /** A citizen who missed the call is here: `now` = called at this window, `queue` = by the rule. */
  'return-missed': Type.Object({ ticket: TicketRef, to: oneOf(['now', 'queue'] as const) }, closed),
  hold: Type.Object({ kind: oneOf(holdKinds) }, closed),
  resume: Type.Object({ ticket: TicketRef }, closed),
  /** The window's current ticket goes on elsewhere and keeps its waiting time. */
  transfer: Type.Object(
    {
      to: Type.Union([Type.Object({ service: Id }, closed), Type.Object({ window: Id }, closed)]),
      position: oneOf(['head', 'time'] as const),
    },
    closed,
  ),
  open: Nothing,
  pause: Type.Object(
    { reason: oneOf(['break', 'meeting', 'help', 'equipment', 'other'] as const) },
    closed,
  ),
  close: Nothing,
  /** Tidal window: from now on it serves these. An empty list returns to the profile's. */
  serve: Type.Object(
    {
      services: Type.Array(
        Type.Object({ service: Id, level: Type.Integer({ minimum: 1, maximum: 9 }) }, closed),
        { maxItems: 64 },
      ),
    },
    closed,
  ),
  /** Ask the citizen of the window's last finished service for an evaluation. */
  invite: Nothing,
  /** One per service, ever. */
  evaluate: Type.Object(
    {
      ticket: TicketId,
      level: oneOf(levels),
      /** Codes of the chosen level only, see `Directory.evaluation`. */
      labels: Type.Array(LabelCode, {
        maxItems: 8,
        uniqueItems: true,
      }),
      text: Type.String({ maxLength: 150 }),
      channel: oneOf(['pad', 'qr', 'terminal'] as const),
      /** 评价次数: 1 the evaluation (left out: 1), 2 a later addition (追评) where the hall allows one. */
      round: Type.Optional(Type.Union([Type.Literal(1), Type.Literal(2)])),
      /** When it was pressed, by the machine's clock: for the record only. */
      pressedAt: Instant,
    },
    closed,
  ),
  /** Ask for the current board (and the own window's snapshot): the way out of a gap. */
  snapshot: Nothing,
} as const satisfies Record<string, TObject>;

export type RequestOp = keyof typeof requestBodies;
export const requestOps = Object.keys(requestBodies) as RequestOp[];
export type RequestBody<Op extends RequestOp> = Static<(typeof requestBodies)[Op]>;

/** Largest payload on any topic, bytes; the broker drops the sender of a larger one. Only boards come near. */
export const payloadBytesMax = 1024 * 1024;
/** Largest message of a machine about itself (state, description, one device), bytes. */
export const machineMessageBytesMax = 16 * 1024;
/** Largest request, bytes: the biggest legal body is `serve` with 64 services. */
export const requestBytesMax = 8 * 1024;

const requestEnvelope = <B extends TSchema>(body: B) =>
  Type.Object(
    {
      v: Type.Literal(1),
      key: Key,
      /** Highest epoch this machine has seen; 0 = none. A hall that is older refuses and stops. */
      epoch: Count,
      body,
    },
    closed,
  );

export const requests = Object.fromEntries(
  requestOps.map((op) => [op, requestEnvelope(requestBodies[op])]),
) as { [Op in RequestOp]: ReturnType<typeof requestEnvelope<(typeof requestBodies)[Op]>> };

export type Request<Op extends RequestOp = RequestOp> = {
  v: 1;
  key: string;
  epoch: number;
  body: RequestBody<Op>;
};

/** Where the press spent its time inside the hall, ms by the hall's monotonic clock. */
export const Spans = Type.Object(
  {
    /** Received -> decision began (waiting for the commit before). */
    queuedMs: Type.Number({ minimum: 0 }),
    decidedMs: Type.Number({ minimum: 0 }),
    /** Decision -> durable on disk. */
    committedMs: Type.Number({ minimum: 0 }),
  },
  closed,
);

// ---------------------------------------------------------------- board and snapshots

export const windowStates = ['closed', 'open', 'paused'] as const;

export const BoardWindow = Type.Object(
  {
    id: Id,
    state: oneOf(windowStates),
    pauseReason: Type.Union([Type.String({ maxLength: 32 }), Type.Null()]),
    since: Instant,
    /** Number at the window now, called or being served. */
    number: Type.Union([TicketNumber, Type.Null()]),
    serving: Type.Boolean(),
    services: Type.Array(
      Type.Object({ service: Id, level: Type.Integer({ minimum: 1, maximum: 9 }) }, closed),
      { maxItems: 64 },
    ),
  },
  closed,
);
export type BoardWindow = Static<typeof BoardWindow>;

export const BoardService = Type.Object(
  {
    id: Id,
    waiting: Count,
    byClass: Type.Record(Id, Count, { ...closed, maxProperties: 16 }),
    /** Open for taking a number now. */
    open: Type.Boolean(),
    /** Why not; null when open. */
    closedBecause: Type.Union([Reason, Type.Null()]),
    /** Minutes the next ordinary citizen will wait, from the day's own service times. null: unknown. */
    estimateMin: Type.Union([Count, Type.Null()]),
    /** Since when the longest waiter waits; null: nobody. */
    longestSince: Type.Union([Instant, Type.Null()]),
    /** How many wait longer than the policy's ceiling. */
    overCeiling: Count,
    /** Windows that serve it and are open. */
    windowsOpen: Count,
    issuedToday: Count,
    /** Left of the day's quota; null: no quota. */
    quotaLeft: Type.Union([Count, Type.Null()]),
  },
  closed,
);
export type BoardService = Static<typeof BoardService>;

export const Call = Type.Object(
  {
    /** seq of the event that made it: rises with every call and recall. */
    seq: Count,
    number: TicketNumber,
    window: Id,
    service: Id,
    kind: oneOf(['call', 'recall'] as const),
    at: Instant,
    /** Not to be shown as new, spoken or put on a sign after this. */
    expiresAt: Instant,
  },
  closed,
);
export type Call = Static<typeof Call>;

export const Alarm = Type.Object(
  { id: Type.String({ maxLength: 80 }), since: Instant, reason: Reason },
  closed,
);
export type Alarm = Static<typeof Alarm>;

export const boardLimits = {
  windowsMax: 200,
  servicesMax: 200,
  callsMax: 20,
  alarmsMax: 100,
} as const;

export const Board = Type.Object(
  {
    v: Type.Literal(1),
    epoch: Count,
    seq: Count,
    day: Day,
    at: Instant,
    /** false: the journal can not be written; nothing is issued until it can. */
    issuing: Type.Boolean(),
    windows: Type.Array(BoardWindow, { maxItems: boardLimits.windowsMax }),
    services: Type.Array(BoardService, { maxItems: boardLimits.servicesMax }),
    /** Newest last. */
    calls: Type.Array(Call, { maxItems: boardLimits.callsMax }),
    alarms: Type.Array(Alarm, { maxItems: boardLimits.alarmsMax }),
  },
  closed,
);
export type Board = Static<typeof Board>;

/**
 * One commit's change of the board. Apply when `prev` equals the seq held and the epoch is the same;
 * a higher `prev` or another epoch is a gap: ask for a snapshot. Entries replace those of the same id.
 */
export const LogEntry = Type.Object(
  {
    v: Type.Literal(1),
    epoch: Count,
    prev: Count,
    seq: Count,
    day: Day,
    at: Instant,
    issuing: Type.Boolean(),
    windows: Type.Array(BoardWindow, { maxItems: boardLimits.windowsMax }),
    services: Type.Array(BoardService, { maxItems: boardLimits.servicesMax }),
    calls: Type.Array(Call, { maxItems: 1000 }),
    /** null: unchanged. */
    alarms: Type.Union([Type.Array(Alarm, { maxItems: boardLimits.alarmsMax }), Type.Null()]),
  },
  closed,
);
export type LogEntry = Static<typeof LogEntry>;

export const WindowSnapshot = Type.Object(
  {
    v: Type.Literal(1),
    epoch: Count,
    seq: Count,
    window: Id,
    current: Type.Union([TicketView, Type.Null()]),
    /** Finished last at this window; may be invited to evaluate. */
    last: Type.Union([TicketView, Type.Null()]),
    /** Held tickets that may be resumed here, oldest first. */
    held: Type.Array(TicketView, { maxItems: 50 }),
    /** Missed tickets of the services served here, newest first. */
    missed: Type.Array(TicketView, { maxItems: 50 }),
    servedToday: Count,
  },
  closed,
);
export type WindowSnapshot = Static<typeof WindowSnapshot>;

/**
 * The evaluation a window's pad shall ask for. A pad that was off, or restarted in the middle, reads
 * it after every connect and knows what to do. It says nothing of what was pressed.
 */
export const PadInvitation = Type.Object(
  {
    ticket: TicketId,
    number: TicketNumber,
    service: Id,
    finishedAt: Instant,
    /** Last time that it was asked for: at the end of the service, or again by the clerk. */
    invitedAt: Instant,
    /** The page closes then, as "not evaluated": nothing is sent. */
    closesAt: Instant,
    /** What was pressed before `closesAt` and could not be sent is still taken until then. */
    acceptedUntil: Instant,
    /** For the citizen's own phone; null: the hall has no public address. */
    qr: Type.Union([PhoneUrl, Type.Null()]),
  },
  closed,
);
export type PadInvitation = Static<typeof PadInvitation>;

export const PadSnapshot = Type.Object(
  {
    v: Type.Literal(1),
    epoch: Count,
    seq: Count,
    window: Id,
    /** null: nothing to evaluate (never finished, already evaluated, limit over). */
    pending: Type.Union([PadInvitation, Type.Null()]),
  },
  closed,
);
export type PadSnapshot = Static<typeof PadSnapshot>;

// ---------------------------------------------------------------- directory

/** Who sits at a window, as far as the hall's profile allows it to be shown. */
export const ClerkCard = Type.Object(
  {
    name: Type.Optional(Bilingual),
    post: Type.Optional(Bilingual),
    /** Number on the badge. */
    badge: Type.Optional(Type.String({ maxLength: 16 })),
    /** Name of a picture file in the pad's own folder of pictures. */
    photo: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9_.-]{1,64}$' })),
  },
  closed,
);
export type ClerkCard = Static<typeof ClerkCard>;

/** What a pad has to know of the hall's rules (好差评). */
export const EvaluationRules = Type.Object(
  {
    /** The page closes after this as "not evaluated", s. */
    inviteS: Type.Integer({ minimum: 10, maximum: 600 }),
    /** So long what was pressed can be taken back, before it is sent, s. 0: not at all. */
    undoS: Type.Integer({ minimum: 0, maximum: 30 }),
    textMax: Type.Integer({ minimum: 0, maximum: 150 }),
    labelsMax: Type.Integer({ minimum: 0, maximum: 8 }),
    /** In the order in which they are shown. */
    labels: Type.Array(
      Type.Object({ code: LabelCode, level: oneOf(levels), name: Bilingual }, closed),
      {
        maxItems: 100,
      },
    ),
    /** A second, later evaluation (追评) is taken. */
    followUp: Type.Boolean(),
  },
  closed,
);
export type EvaluationRules = Static<typeof EvaluationRules>;

/** Names and rules that screens need: made from the hall's profile at every start. Retained. */
export const Directory = Type.Object(
  {
    v: Type.Literal(1),
    epoch: Count,
    hall: Id,
    name: Bilingual,
    timeZone: Type.String({ maxLength: 40 }),
    groups: Type.Array(Type.Object({ id: Id, name: Bilingual }, closed), { maxItems: 50 }),
    services: Type.Array(
      Type.Object(
        {
          id: Id,
          name: Bilingual,
          group: Id,
          prefix: Type.String({ maxLength: 3 }),
          personRequired: Type.Boolean(),
        },
        closed,
      ),
      { maxItems: boardLimits.servicesMax },
    ),
    /** In rank order. */
    classes: Type.Array(
      Type.Object(
        {
          id: Id,
          name: Bilingual,
          kind: oneOf(['ordinary', 'appointment', 'priority', 'green'] as const),
          atMachine: Type.Boolean(),
          proof: Type.Union([Bilingual, Type.Null()]),
        },
        closed,
      ),
      { maxItems: 16 },
    ),
    windows: Type.Array(
      Type.Object(
        {
          id: Id,
          label: Type.String({ maxLength: 8 }),
          name: Bilingual,
          kind: Type.String({ maxLength: 32 }),
          machine: Type.Union([Id, Type.Null()]),
          pad: Type.Union([Id, Type.Null()]),
          mayCallTicket: Type.Boolean(),
          /** Left out: nothing is shown of the clerk. */
          clerk: Type.Optional(ClerkCard),
        },
        closed,
      ),
      { maxItems: boardLimits.windowsMax },
    ),
    rules: Type.Object(
      {
        waitCeilingMin: Count,
        recallLimit: Count,
        recallSpacingS: Count,
        callExpiresS: Count,
        missed: Reason,
      },
      closed,
    ),
    /** Left out: a hall of an earlier version. */
    evaluation: Type.Optional(EvaluationRules),
  },
  closed,
);
export type Directory = Static<typeof Directory>;

// ---------------------------------------------------------------- answers

/** Result of a granted request, per verb. */
export const requestResults = {
  take: Type.Object(
    {
      ticket: TicketView,
      /** People of the same service who will be called before, as far as known. */
      ahead: Count,
      estimateMin: Type.Union([Count, Type.Null()]),
      /** Windows that may call it. */
      windows: Type.Array(Id, { maxItems: boardLimits.windowsMax }),
      /** For the paper's QR code: evaluate this service by phone, once it is finished. */
      evaluateUrl: Type.Optional(PhoneUrl),
    },
    closed,
  ),
  'check-in': Type.Object(
    {
      ticket: TicketView,
      ahead: Count,
      estimateMin: Type.Union([Count, Type.Null()]),
      windows: Type.Array(Id, { maxItems: boardLimits.windowsMax }),
      evaluateUrl: Type.Optional(PhoneUrl),
    },
    closed,
  ),
  'confirm-printed': Type.Object({ ticket: TicketView }, closed),
  'print-failed': Type.Object({ ticket: TicketView }, closed),
  void: Type.Object({ ticket: TicketView }, closed),
  'call-next': Type.Object({ ticket: TicketView }, closed),
  'call-ticket': Type.Object({ ticket: TicketView }, closed),
  recall: Type.Object({ ticket: TicketView }, closed),
  start: Type.Object({ ticket: TicketView }, closed),
  finish: Type.Object({ ticket: TicketView }, closed),
  miss: Type.Object({ ticket: TicketView }, closed),
  'return-missed': Type.Object({ ticket: TicketView }, closed),
  hold: Type.Object({ ticket: TicketView }, closed),
  resume: Type.Object({ ticket: TicketView }, closed),
  transfer: Type.Object({ ticket: TicketView }, closed),
  open: Type.Object({ window: BoardWindow }, closed),
  pause: Type.Object({ window: BoardWindow }, closed),
  close: Type.Object({ window: BoardWindow }, closed),
  serve: Type.Object({ window: BoardWindow }, closed),
  invite: Type.Object({ ticket: TicketView, expiresAt: Instant }, closed),
  evaluate: Type.Object({ ticket: TicketId, level: oneOf(levels) }, closed),
  snapshot: Type.Object(
    {
      board: Board,
      window: Type.Union([WindowSnapshot, Type.Null()]),
      /** For a window's pad. */
      pad: Type.Optional(PadSnapshot),
    },
    closed,
  ),
} as const satisfies Record<RequestOp, TObject>;
export type RequestResult<Op extends RequestOp> = Static<(typeof requestResults)[Op]>;

const answerEnvelope = {
  v: Type.Literal(1),
  key: Key,
  epoch: Count,
  seq: Count,
  /** Hall clock when answered. */
  at: Instant,
  spans: Spans,
};
/**
 * The hall's answer. Only this, never a PUBACK, proves that something is durable. A repeated key
 * gets the stored answer again (with the spans of the repetition).
 */
export const Answer = Type.Union([
  Type.Object({ ...answerEnvelope, ok: Type.Literal(true), result: Type.Unknown() }, closed),
  Type.Object({ ...answerEnvelope, ok: Type.Literal(false), refusal: Reason }, closed),
]);
export type Answer<Op extends RequestOp = RequestOp> = {
  v: 1;
  key: string;
  epoch: number;
  seq: number;
  at: number;
  spans: Static<typeof Spans>;
} & ({ ok: true; result: RequestResult<Op> } | { ok: false; refusal: Reason });

// ---------------------------------------------------------------- machines

export const roles = [
  'hall',
  'queue-machine',
  'terminal',
  'evaluation-pad',
  'window',
  'display',
] as const;
export type Role = (typeof roles)[number];

/**
 * Birth, end and will. `boot` is new for every connection's process start and rises (UUIDv7); a
 * reader ignores `lost` of any boot but the newest it has seen born.
 */
export const MachineState = Type.Object(
  {
    v: Type.Literal(1),
    s: oneOf(['ready', 'disconnected', 'lost'] as const),
    boot: Key,
    /** The machine's own clock: for the eye only. */
    at: Instant,
  },
  closed,
);
export type MachineState = Static<typeof MachineState>;

export const HallState = Type.Object(
  {
    v: Type.Literal(1),
    s: oneOf(['ready', 'disconnected', 'lost'] as const),
    boot: Key,
    epoch: Count,
    at: Instant,
  },
  closed,
);
export type HallState = Static<typeof HallState>;

export const deviceStates = ['ready', 'attention', 'out', 'unknown'] as const;
export const DeviceStatusMessage = Type.Object(
  {
    v: Type.Literal(1),
    device: Id,
    kind: Type.String({ maxLength: 32 }),
    state: oneOf(deviceStates),
    /** Code of the device's own list (devices/README.md), e.g. `PRN_PAPER_OUT`. */
    code: Type.String({ pattern: '^[A-Z][A-Z0-9_]{1,47}$' }),
    /** Since when, machine's clock. */
    since: Instant,
    owner: Type.String({ maxLength: 100 }),
    detail: Type.Record(
      Type.String({ pattern: '^[a-zA-Z][a-zA-Z0-9_-]{0,31}$' }),
      Type.Union([Type.String({ maxLength: 200 }), Type.Number(), Type.Boolean()]),
      { ...closed, maxProperties: 32 },
    ),
  },
  closed,
);
export type DeviceStatusMessage = Static<typeof DeviceStatusMessage>;

export const MachineDescription = Type.Object(
  {
    v: Type.Literal(1),
    role: oneOf(roles),
    version: Type.String({ maxLength: 32 }),
    boot: Key,
    owner: Type.String({ maxLength: 100 }),
    devices: Type.Array(
      Type.Object(
        { id: Id, kind: Type.String({ maxLength: 32 }), driver: Type.String({ maxLength: 32 }) },
        closed,
      ),
      /** 64 of the profile, and the screen. */
      { maxItems: 65 },
    ),
  },
  closed,
);
export type MachineDescription = Static<typeof MachineDescription>;

export const Invite = Type.Object(
  {
    v: Type.Literal(1),
    epoch: Count,
    seq: Count,
    ticket: TicketId,
    number: TicketNumber,
    window: Id,
    expiresAt: Instant,
  },
  closed,
);
export type Invite = Static<typeof Invite>;

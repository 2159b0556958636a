/**
 * The hall's own rules as data: what may be taken, who may call it, in which order. Loaded from
 * `profiles/halls/*.yaml` (schema: `profiles/schemas/hall.schema.json`), checked here for shape and
 * in check-profile.ts for sense.
 */
import { type Static, Type } from '@sinclair/typebox';
import { Bilingual, Id, levels, oneOf, roles } from '../../../broker-config/messages.ts';

const closed = { additionalProperties: false } as const;
const described = (description: string) => ({ ...closed, description });
const TimeOfDay = Type.String({
  pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$',
  description: 'Time of day in the hall, HH:MM',
});
const minutes = (maximum: number, description: string) =>
  Type.Integer({ minimum: 0, maximum, description });

export const Numbering = Type.Object(
  {
    digits: Type.Integer({
      minimum: 1,
      maximum: 6,
      description: 'Digits after the prefix; 3 gives A001',
    }),
    first: Type.Integer({ minimum: 0, maximum: 999_999 }),
    last: Type.Integer({ minimum: 0, maximum: 999_999 }),
    wrap: oneOf(['refuse', 'reuse-finished'] as const),
  },
  described(
    'Numbers of one prefix in one business day. wrap: refuse = after the last number none is issued; ' +
      'reuse-finished is not offered for printed numbers of the same day unless the old one is done or void.',
  ),
);
export type Numbering = Static<typeof Numbering>;

export const Hours = Type.Object(
  {
    from: TimeOfDay,
    to: TimeOfDay,
    days: Type.Optional(
      Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), {
        minItems: 1,
        maxItems: 7,
        uniqueItems: true,
        description: '1 Monday ... 7 Sunday; left out: every day',
      }),
    ),
  },
  described('When a number may be taken'),
);

export const Service = Type.Object(
  {
    id: Id,
    name: Bilingual,
    prefix: Type.String({
      pattern: '^[A-Z]{0,3}$',
      description: 'Letters before the number; services with the same prefix share the counter',
    }),
    group: Id,
    hours: Type.Optional(Type.Array(Hours, { maxItems: 32, description: 'Left out: always' })),
    quota_per_day: Type.Optional(Type.Integer({ minimum: 0, maximum: 100_000 })),
    per_person: Type.Optional(
      Type.Object(
        {
          active_max: Type.Integer({
            minimum: 1,
            maximum: 20,
            description: 'Tickets of one person not yet ended',
          }),
          day_max: Type.Integer({ minimum: 1, maximum: 100 }),
          required: Type.Boolean({ description: 'true: no number without a person token' }),
        },
        described('Limit per person token'),
      ),
    ),
    typical_min: Type.Integer({
      minimum: 1,
      maximum: 480,
      description: 'Minutes one service takes, until the day has its own figures',
    }),
  },
  closed,
);
export type Service = Static<typeof Service>;

export const PriorityClass = Type.Object(
  {
    id: Id,
    name: Bilingual,
    kind: oneOf(['ordinary', 'appointment', 'priority', 'green'] as const),
    at_machine: Type.Boolean({ description: 'Citizens may choose it at the queue machine' }),
    proof: Type.Optional(Bilingual),
  },
  described('Classes stand in rank order, the first is called first; exactly one is ordinary'),
);
export type PriorityClass = Static<typeof PriorityClass>;

export const BetweenClasses = Type.Union([
  Type.Object({ kind: Type.Literal('strict') }, described('Always the highest class that waits')),
  Type.Object(
    {
      kind: Type.Literal('proportion'),
      turns: Type.Array(
        Type.Object(
          {
            classes: Type.Array(Id, { minItems: 1, maxItems: 16 }),
            take: Type.Integer({ minimum: 1, maximum: 20 }),
          },
          closed,
        ),
        { minItems: 2, maxItems: 8 },
      ),
    },
    described('m:n, counted at each window; a turn with nobody waiting is passed over'),
  ),
]);

export const MissedRule = Type.Union([
  Type.Object({ kind: Type.Literal('void') }, described('过号作废: take a new number')),
  Type.Object({ kind: Type.Literal('tail') }, described('过号重排队尾: back at the end')),
  Type.Object(
    { kind: Type.Literal('after'), numbers: Type.Integer({ minimum: 1, maximum: 100 }) },
    described('过N号重排: back after N further calls of the service'),
  ),
  Type.Object(
    {
      kind: Type.Literal('keep'),
      minutes: minutes(720, 'How long the number may be brought back at once'),
    },
    described('保留M分钟: stays good for M minutes, brought back by a clerk'),
  ),
]);

export const windowKinds = [
  'comprehensive', // 综合受理
  'one-thing', // 高效办成一件事
  'complaint', // 有诉即办
  'certificate', // 统一发证
  'assisted', // 帮办代办
  'tidal', // 潮汐
  'department', // 部门专窗
] as const;

export const Window = Type.Object(
  {
    id: Id,
    label: Type.String({
      minLength: 1,
      maxLength: 8,
      description: 'Number on the sign, e.g. 1 or A12',
    }),
    name: Bilingual,
    kind: oneOf(windowKinds),
    machine: Type.Optional(Id),
    pad: Type.Optional(Id),
    clerk: Type.Optional(Id),
    services: Type.Array(
      Type.Object({ service: Id, level: Type.Integer({ minimum: 1, maximum: 9 }) }, closed),
      { maxItems: 64, description: 'Level 1 is called before level 2' },
    ),
    may_call_ticket: Type.Boolean({ description: 'Clerk may call a chosen number' }),
  },
  closed,
);
export type Window = Static<typeof Window>;

export const Clerk = Type.Object(
  {
    id: Id,
    name: Bilingual,
    post: Bilingual,
    badge: Type.Optional(Type.String({ maxLength: 16, description: 'Number on the badge' })),
    photo: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z0-9_.-]{1,64}$',
        description: "File name in the pad's own folder of pictures",
      }),
    ),
    group: Type.Optional(Id),
  },
  described('Who sits at a window, and whose figures belong together'),
);
export type Clerk = Static<typeof Clerk>;

export const Evaluation = Type.Object(
  {
    invite_on_finish: Type.Boolean(),
    within_min: Type.Integer({
      minimum: 1,
      maximum: 20_160,
      description:
        'An evaluation is taken so long after the service ended; must outlast the longest cut of a pad',
    }),
    invite_s: Type.Optional(
      Type.Integer({
        minimum: 10,
        maximum: 600,
        description: "The pad's page closes after this as not evaluated; left out: 60",
      }),
    ),
    undo_s: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 30, description: 'Taking back on the pad; left out: 5' }),
    ),
    text_max: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 150, description: 'Characters; left out: 150' }),
    ),
    labels: Type.Optional(
      Type.Array(
        Type.Object(
          {
            code: Type.String({ pattern: '^[1-5][0-9]{2}$' }),
            level: oneOf(levels),
            name: Bilingual,
          },
          closed,
        ),
        { maxItems: 100, description: 'In the order of the page; left out: no labels are shown' },
      ),
    ),
    follow_up_days: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 31,
        description: "追评 by the citizen's own code so long after the service; left out: none",
      }),
    ),
    show_clerk: Type.Optional(
      Type.Array(oneOf(['name', 'post', 'badge', 'photo'] as const), {
        maxItems: 4,
        uniqueItems: true,
        description: 'What a pad shows of the clerk; left out: nothing',
      }),
    ),
    public_url: Type.Optional(
      Type.String({
        pattern: '^https?://[^\\s?#]{1,150}[^/\\s?#]$',
        description:
          "Address under which citizens' phones reach the hall's page; left out: no codes for phones",
      }),
    ),
    month_starts: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 28,
        description: 'Day on which the reporting month begins, e.g. 25; left out: 1',
      }),
    ),
    rectify: Type.Optional(
      Type.Object(
        {
          working_days: Type.Integer({ minimum: 1, maximum: 60 }),
          calendar: Type.String({
            maxLength: 200,
            description: 'File of holidays, relative to this one (profiles/calendars)',
          }),
        },
        described('A bad rating has to be answered within so many working days'),
      ),
    ),
    province: Type.Optional(
      Type.String({
        maxLength: 200,
        description:
          "Province's service to report to, relative to this file (profiles/provinces); left out: none",
      }),
    ),
  },
  described('好差评'),
);
export type Evaluation = Static<typeof Evaluation>;

export const Machine = Type.Object(
  {
    id: Id,
    role: oneOf(roles),
    name: Bilingual,
    place: Type.String({ maxLength: 80 }),
    owner: Type.Object(
      { name: Type.String({ minLength: 1, maxLength: 60 }), phone: Type.String({ maxLength: 30 }) },
      described('Who answers for this machine (明确运维责任)'),
    ),
  },
  closed,
);
export type Machine = Static<typeof Machine>;

export const HallProfile = Type.Object(
  {
    hall: Id,
    name: Bilingual,
    time_zone: Type.String({
      minLength: 1,
      maxLength: 40,
      description: 'IANA name, e.g. Asia/Shanghai',
    }),
    day: Type.Object(
      {
        starts: TimeOfDay,
        clear: Type.Array(
          Type.Object(
            { at: TimeOfDay, states: oneOf(['waiting', 'all-open'] as const) },
            described(
              'Noon or evening clearing: void what still waits; all-open takes held and missed too',
            ),
          ),
          { maxItems: 8 },
        ),
      },
      closed,
    ),
    numbering: Numbering,
    numbering_of_prefix: Type.Optional(
      Type.Record(Type.String({ pattern: '^[A-Z]{1,3}$' }), Numbering),
    ),
    groups: Type.Array(Type.Object({ id: Id, name: Bilingual }, closed), {
      minItems: 1,
      maxItems: 50,
    }),
    services: Type.Array(Service, { minItems: 1, maxItems: 200 }),
    classes: Type.Array(PriorityClass, { minItems: 1, maxItems: 16 }),
    rules: Type.Object(
      {
        between: BetweenClasses,
        ageing: Type.Union([
          Type.Object(
            { bound_min: Type.Integer({ minimum: 1, maximum: 480 }) },
            described('Who has waited this long is called before any class or level'),
          ),
          Type.Null(),
        ]),
        wait_ceiling_min: Type.Integer({
          minimum: 1,
          maximum: 480,
          description: 'Policy ceiling (豫政办明电〔2018〕75号: 30); crossing it is an alarm',
        }),
        missed: MissedRule,
        misses_allowed: Type.Integer({
          minimum: 1,
          maximum: 20,
          description: 'After this many misses the number is void',
        }),
        recall: Type.Object(
          {
            limit: Type.Integer({ minimum: 0, maximum: 100 }),
            spacing_s: Type.Integer({ minimum: 0, maximum: 3600 }),
          },
          closed,
        ),
        on_next: Type.Object(
          {
            called: oneOf(['refuse', 'finish', 'miss'] as const),
            serving: oneOf(['refuse', 'finish'] as const),
          },
          described('What the key "next" does with the citizen still at the window'),
        ),
        hold_limit_min: minutes(1440, 'Held longer than this: void; 0 = until the day ends'),
        call_expires_s: Type.Integer({ minimum: 5, maximum: 3600 }),
        print_confirm_s: Type.Integer({
          minimum: 1,
          maximum: 3600,
          description: 'Paper not confirmed after this: callable all the same, and marked so',
        }),
      },
      closed,
    ),
    appointments: Type.Object(
      {
        class: Id,
        early_min: minutes(1440, 'How long before the slot one may check in'),
        late_min: minutes(1440, 'How long after the slot began'),
        late: oneOf(['refuse', 'ordinary'] as const),
      },
      closed,
    ),
    evaluation: Evaluation,
    clerk_groups: Type.Optional(
      Type.Array(Type.Object({ id: Id, name: Bilingual }, closed), { maxItems: 50 }),
    ),
    clerks: Type.Optional(Type.Array(Clerk, { maxItems: 500 })),
    windows: Type.Array(Window, { minItems: 1, maxItems: 200 }),
    machines: Type.Array(Machine, {
      maxItems: 500,
      description: 'Inventory (清单化管理); only these may connect',
    }),
    journal: Type.Object({ keep_days: Type.Integer({ minimum: 1, maximum: 3650 }) }, closed),
  },
  { ...closed, $id: 'hall.schema.json', title: 'Xuhao hall profile' },
);
export type HallProfile = Static<typeof HallProfile>;

/**
 * How one province wants its evaluations: where to, under which names, in which codes, signed how.
 * `profiles/provinces/*.yaml` (schema: `profiles/schemas/province.schema.json`). Inside the program a
 * level is a word; a number exists only here.
 */
import { type Static, Type } from '@sinclair/typebox';
import { levels, oneOf } from '../../../broker-config/messages.ts';
import type { Fault } from '../../../broker-config/validate.ts';

const closed = { additionalProperties: false } as const;
const described = (description: string) => ({ ...closed, description });
const Code = Type.String({ minLength: 1, maxLength: 40 });
const FieldName = Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_.-]{0,63}$' });

/** Two opposite numberings are in use; the word says which end is praise. */
export const numberings = ['very-satisfied-is-1', 'very-satisfied-is-5'] as const;

/** What a field of the record may be filled from. */
export const sources = [
  'level', // code of the level
  'level-name', // 非常满意 ...
  'labels', // codes of the labels, joined
  'text',
  'channel',
  'round', // 评价次数
  'evaluated-at', // when it was pressed, within what the hall's clock allows
  'finished-at',
  'started-at',
  'issued-at',
  'case-number', // unique for ever and for every hall: <hall>-<day>-<number>
  'ticket-number',
  'record-number', // position in the hall's chain: 1, 2, 3 ...
  'record-hash',
  'window', // label on the sign
  'window-name',
  'clerk-name',
  'clerk-badge',
  'service',
  'service-name',
  'hall',
  'hall-name',
] as const;
export type Source = (typeof sources)[number];

const Field = Type.Union([
  Type.Object({ name: FieldName, from: oneOf(sources) }, described('Filled from the evaluation')),
  Type.Object(
    { name: FieldName, value: Type.String({ maxLength: 300 }) },
    described('The same for all'),
  ),
  Type.Object(
    { name: FieldName, of_service: FieldName },
    described('Filled from `services`: a code that differs from service to service'),
  ),
]);
export type Field = Static<typeof Field>;

export const ProvinceProfile = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 80 }),
    url: Type.String({ pattern: '^https?://[^\\s]+$', maxLength: 300 }),
    timeout_s: Type.Integer({ minimum: 1, maximum: 120, description: 'For one record' }),
    levels: Type.Union([
      Type.Object({ numbering: oneOf(numberings) }, closed),
      Type.Object(
        {
          codes: Type.Object(
            Object.fromEntries(levels.map((level) => [level, Code])) as Record<
              (typeof levels)[number],
              typeof Code
            >,
            closed,
          ),
        },
        closed,
      ),
    ]),
    channels: Type.Object({ pad: Code, qr: Code, terminal: Code }, described('评价渠道 pf')),
    rounds: Type.Object({ first: Code, follow_up: Code }, described('评价次数')),
    times: oneOf(['yyyy-MM-dd HH:mm:ss', 'yyyyMMddTHHmmss', 'iso'] as const),
    labels_joined_by: Type.String({ maxLength: 4 }),
    /** Empty text: the field is sent empty (`''`) or left out. */
    empty: oneOf(['send', 'leave-out'] as const),
    fields: Type.Array(Field, { minItems: 1, maxItems: 80 }),
    services: Type.Optional(
      Type.Record(
        Type.String({ pattern: '^([a-z0-9][a-z0-9-]{0,31}|default)$' }),
        Type.Record(FieldName, Type.String({ maxLength: 300 })),
        { description: 'Service of the hall -> its codes; `default`: for those not named' },
      ),
    ),
    sign: Type.Union([
      Type.Object({ kind: Type.Literal('none') }, closed),
      Type.Object(
        {
          kind: oneOf(['hmac-sha256', 'hmac-sm3'] as const),
          key_file: Type.String({ maxLength: 200, description: 'In the data directory, one line' }),
          app_id: Type.String({ maxLength: 80 }),
          encoding: oneOf(['hex', 'base64'] as const),
        },
        described('Keyed digest over timestamp, nonce and body'),
      ),
      Type.Object(
        {
          kind: Type.Literal('sm2-sm3'),
          key_file: Type.String({
            maxLength: 200,
            description: 'In the data directory: the private key, 64 hex digits',
          }),
          app_id: Type.String({ maxLength: 80 }),
          user_id: Type.String({
            maxLength: 64,
            description: 'GB/T 32918.2, 5.5; usually 1234567812345678',
          }),
          encoding: oneOf(['hex', 'base64'] as const),
        },
        described('SM2 signature (GB/T 32918) over timestamp, nonce and body; DER'),
      ),
    ]),
    answer: Type.Object(
      {
        code_field: FieldName,
        taken: Type.Array(Code, { minItems: 1, maxItems: 10 }),
        duplicate: Type.Array(Code, {
          maxItems: 10,
          description: 'It has this record already: counts as taken',
        }),
        refused: Type.Array(Code, {
          maxItems: 50,
          description: 'It will never take this record: dead-letter list, the next one goes out',
        }),
      },
      described('What the JSON answer says'),
    ),
    retry: Type.Object(
      {
        first_s: Type.Integer({ minimum: 1, maximum: 600 }),
        max_s: Type.Integer({ minimum: 1, maximum: 86_400 }),
        attempts: Type.Integer({
          minimum: 1,
          maximum: 1000,
          description:
            'Answers that are neither taken nor refused; then the dead-letter list. No answer at all never counts',
        }),
      },
      closed,
    ),
  },
  { ...closed, $id: 'province.schema.json', title: "Xuhao: a province's evaluation service" },
);
export type ProvinceProfile = Static<typeof ProvinceProfile>;

/** Sense beyond the shape. @returns [] when it makes sense */
export function checkProvince(p: ProvinceProfile): Fault[] {
  const faults: Fault[] = [];
  const names = new Set<string>();
  p.fields.forEach(({ name }, i) => {
    if (names.has(name)) faults.push({ pointer: `/fields/${i}/name`, expected: 'must stand once' });
    names.add(name);
  });
  if ('codes' in p.levels) faults.push(...levelFaults(p.levels.codes));
  const { first_s: first, max_s: max } = p.retry;
  if (first > max) faults.push({ pointer: '/retry/first_s', expected: 'must not exceed max_s' });
  const answers = [...p.answer.taken, ...p.answer.duplicate, ...p.answer.refused];
  if (new Set(answers).size !== answers.length) {
    faults.push({ pointer: '/answer', expected: 'must name each code once' });
  }
  return faults;
}

/** Five different codes; numbers must rise or fall with the level, or praise becomes complaint. */
function levelFaults(codes: Record<(typeof levels)[number], string>): Fault[] {
  const pointer = '/levels/codes';
  const list = levels.map((level) => codes[level]);
  if (new Set(list).size !== levels.length) {
    return [{ pointer, expected: 'must be five different codes' }];
  }
  const numbers = list.map(Number);
  if (numbers.some(Number.isNaN)) return [];
  const steps = numbers.slice(1).map((n, i) => Math.sign(n - (numbers[i] ?? 0)));
  const ordered = steps.every((s) => s === steps[0]);
  return ordered ? [] : [{ pointer, expected: 'must rise or fall from level to level' }];
}

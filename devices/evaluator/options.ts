/** Options of the evaluator drivers in a machine profile. */
import { type Static, Type } from '@sinclair/typebox';
import { BusOptions } from '../caller/options.ts';
import { oneOf } from '../check.ts';
import { HidLink, SerialLink, TcpLink } from '../transports/options.ts';
import { evaluatorLevels } from './contract.ts';

const closed = { additionalProperties: false } as const;

const levels = (keys: string) =>
  Type.Record(Type.String({ minLength: 1, maxLength: 16 }), oneOf(evaluatorLevels), {
    minProperties: 1,
    description: `Key -> level as the keys are labelled. ${keys}. A key that is not named is none`,
  });
const DebounceMs = Type.Optional(
  Type.Integer({
    minimum: 0,
    maximum: 2000,
    description: 'The same key again within this time is contact bounce, not a press. Default 30',
  }),
);
const Hex = (bytesMax: number, description: string) =>
  Type.String({ pattern: `^([0-9a-fA-F]{2}){1,${bytesMax}}$`, description });

export const EvaluatorRs485Options = Type.Object(
  {
    ...BusOptions,
    levels: levels('Keys are "0" to "3"; four keys can not say all five levels'),
    start: Type.Optional(
      Type.Boolean({
        description:
          'Send "start evaluation" when the citizen is asked. Left out: no; many start by themselves with the caller’s key',
      }),
    ),
  },
  { ...closed, title: 'Four-key evaluators on the callers’ RS-485 bus (FF 68 frames)' },
);
export type EvaluatorRs485Options = Static<typeof EvaluatorRs485Options>;

export const checkKinds = ['none', 'sum', 'xor'] as const;

const LineKeys = Type.Object(
  { as: Type.Literal('line') },
  { ...closed, description: 'One key name and a newline per press' },
);
const ByteKeys = Type.Object(
  { as: Type.Literal('byte') },
  { ...closed, description: 'One byte per press; keys are two hexadecimal digits, e.g. "a1"' },
);
const FrameKeys = Type.Object(
  {
    as: Type.Literal('frame'),
    head: Hex(4, 'Bytes every frame begins with'),
    bytes: Type.Integer({ minimum: 2, maximum: 64, description: 'Length of the whole frame' }),
    key_at: Type.Integer({ minimum: 0, maximum: 63, description: 'Where the key byte stands' }),
    check: oneOf(checkKinds, 'How the check byte is made from all bytes before it'),
    tail: Type.Optional(Hex(4, 'Bytes every frame ends with, after the check byte')),
  },
  {
    ...closed,
    description: 'One frame of fixed length per press; keys are two hexadecimal digits',
  },
);
export const KeyForm = Type.Union([LineKeys, ByteKeys, FrameKeys]);
export type KeyForm = Static<typeof KeyForm>;
export type FrameKeys = Static<typeof FrameKeys>;

export const EvaluatorSerialOptions = Type.Object(
  {
    link: Type.Union([SerialLink, TcpLink]),
    keys: KeyForm,
    levels: levels('Names as `keys` says'),
    acknowledge: Type.Optional(
      Type.Union([Type.Literal('echo'), Hex(16, 'These bytes')], {
        description: 'What the evaluator wants to hear after a press. Left out: nothing',
      }),
    ),
    invite: Type.Optional(Hex(64, 'Bytes that light it up when the citizen is asked')),
    debounce_ms: DebounceMs,
  },
  { ...closed, title: 'Evaluator that sends its keys over a serial line' },
);
export type EvaluatorSerialOptions = Static<typeof EvaluatorSerialOptions>;

export const EvaluatorHidOptions = Type.Object(
  { link: HidLink, levels: levels('Names as of keypad-hid'), debounce_ms: DebounceMs },
  { ...closed, title: 'Evaluator that is a USB keyboard, read as raw HID reports' },
);
export type EvaluatorHidOptions = Static<typeof EvaluatorHidOptions>;

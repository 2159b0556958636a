/** Options of the locker driver in a machine profile. */
import { type Static, Type } from '@sinclair/typebox';
import { oneOf } from '../check.ts';
import { SerialLink, TcpLink } from '../transports/options.ts';

const closed = { additionalProperties: false } as const;

/** 开门反馈: state 11 is an open lock; 关门反馈: 00 is. */
export const lockFeedbacks = ['open', 'closed'] as const;
export const byteOrders = ['s1-first', 's3-first'] as const;
export const bitPolarities = ['same', 'inverted'] as const;

export const LockerRs485Options = Type.Object(
  {
    link: Type.Union([SerialLink, TcpLink]),
    boards: Type.Array(
      Type.Object(
        {
          board: Type.Integer({ minimum: 1, maximum: 32, description: 'Address switch' }),
          boxes: Type.Integer({
            minimum: 1,
            maximum: 32,
            description: 'Locks 1 to so many are boxes',
          }),
          ways: Type.Optional(
            Type.Union([Type.Literal(24), Type.Literal(32)], {
              description: '32: answers with four state bytes. Left out: 24',
            }),
          ),
        },
        closed,
      ),
      {
        minItems: 1,
        maxItems: 32,
        description: 'Boxes are numbered through in this order, from 1',
      },
    ),
    feedback: oneOf(
      lockFeedbacks,
      'What state 11 says of a lock: open (开门反馈) or closed (关门反馈). The deep self-test finds out',
    ),
    state_order: oneOf(
      byteOrders,
      'Whether the answer for all locks begins with locks 1-8 or ends with them. The deep self-test finds out',
    ),
    state_bits: oneOf(
      bitPolarities,
      'same: a bit 1 means what state 11 means; inverted: the opposite. The deep self-test finds out',
    ),
    pulse_s: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 9, description: 'Left out: the usual pulse of 300 ms' }),
    ),
    poll_ms: Type.Optional(
      Type.Integer({
        minimum: 100,
        maximum: 60_000,
        description: 'Between two rounds of questions to all boards. Default 500',
      }),
    ),
    open_gap_ms: Type.Optional(
      Type.Integer({
        minimum: 300,
        maximum: 5000,
        description: 'Between two openings; each draws the supply down. Default 300',
      }),
    ),
    local_echo: Type.Optional(
      Type.Boolean({
        description: 'The adapter hands the host its own bytes back. Left out: it is found out',
      }),
    ),
  },
  { ...closed, title: 'Lock boards on RS-485 (8A/80 frames), up to 32 boards' },
);
export type LockerRs485Options = Static<typeof LockerRs485Options>;

export const pollMsDefault = 500;
export const openGapMsDefault = 300;
export const waysDefault = 24;

/** Options of the presence radar in a machine profile. */
import { type Static, Type } from '@sinclair/typebox';
import { SerialLink, TcpLink } from '../transports/options.ts';

const closed = { additionalProperties: false } as const;

export const RadarLd2410Options = Type.Object(
  {
    link: Type.Union([SerialLink, TcpLink]),
    range_cm: Type.Optional(
      Type.Integer({
        minimum: 30,
        maximum: 600,
        description: 'Who stands farther away is passing by. Left out: 150',
      }),
    ),
    appear_ms: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 10_000,
        description: 'Seen this long without a gap before it counts as somebody. Left out: 300',
      }),
    ),
    leave_ms: Type.Optional(
      Type.Integer({
        minimum: 500,
        maximum: 120_000,
        description: 'Not seen this long before it counts as nobody. Left out: 3000',
      }),
    ),
  },
  { ...closed, title: 'Presence radar HLK-LD2410 (256000 baud)' },
);
export type RadarLd2410Options = Static<typeof RadarLd2410Options>;

export const radarDefaults = { rangeCm: 150, appearMs: 300, leaveMs: 3000 } as const;

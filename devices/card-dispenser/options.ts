/** Options of the card-dispenser driver in a machine profile. */
import { type Static, Type } from '@sinclair/typebox';
import { oneOf } from '../check.ts';
import { SerialLink, TcpLink } from '../transports/options.ts';

const closed = { additionalProperties: false } as const;

/** What becomes of a card that is in the unit when it is initialised. */
export const initialisings = ['keep', 'front', 'bin'] as const;

export const Crt571Options = Type.Object(
  {
    link: Type.Union([SerialLink, TcpLink]),
    address: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 15, description: 'Address switch. Left out: 0' }),
    ),
    initialise: Type.Optional(
      oneOf(
        initialisings,
        'What becomes of a card found in the unit when it has to be initialised: kept (default), put to the gate, or into the bin',
      ),
    ),
    move_wait_ms: Type.Optional(
      Type.Integer({
        minimum: 1000,
        maximum: 60_000,
        description: 'How long a movement may take. Default 12000',
      }),
    ),
    poll_ms: Type.Optional(
      Type.Integer({
        minimum: 200,
        maximum: 60_000,
        description: 'Between two questions for the state while nothing is done. Default 1000',
      }),
    ),
  },
  { ...closed, title: 'Card dispenser CREATOR CRT-571 or MTK-F31 (F2 frames)' },
);
export type Crt571Options = Static<typeof Crt571Options>;

export const moveWaitMsDefault = 12_000;
export const pollMsDefault = 1000;

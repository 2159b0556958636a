/** Options of the drivers on the FF 68 bus in a machine profile. */
import { type Static, Type } from '@sinclair/typebox';
import { oneOf } from '../check.ts';
import { SerialLink, TcpLink } from '../transports/options.ts';
import { callerAddressMax } from './contract.ts';

const closed = { additionalProperties: false } as const;

/** The wire. Several devices of one machine may name the same bus: it is opened once. */
export const BusOptions = {
  link: Type.Union([SerialLink, TcpLink]),
  addresses: Type.Array(Type.Integer({ minimum: 0, maximum: callerAddressMax }), {
    minItems: 1,
    maxItems: 64,
    uniqueItems: true,
    description: 'Address switches of the devices that belong to this entry',
  }),
  gap_ms: Type.Optional(
    Type.Integer({
      minimum: 5,
      maximum: 500,
      description: 'Silence between two frames of the host. Default 20',
    }),
  ),
  local_echo: Type.Optional(
    Type.Boolean({
      description:
        'The adapter hands the host its own bytes back. Left out: whole frames are noticed',
    }),
  ),
  repeat_ms: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 2000,
      description:
        'The same frame again within this time is a repeat for want of an echo, not a press. Default 250',
    }),
  ),
};

export const callerDisplays = ['one', 'both'] as const;

export const CallerRs485Options = Type.Object(
  {
    ...BusOptions,
    display: Type.Optional(
      oneOf(
        callerDisplays,
        'one (default): the ticket, or the waiting count when there is no ticket; both: in one frame',
      ),
    ),
  },
  { ...closed, title: 'Callers on an RS-485 bus (FF 68 frames), one or more windows' },
);
export type CallerRs485Options = Static<typeof CallerRs485Options>;

export const gapMsDefault = 20;
export const repeatMsDefault = 250;

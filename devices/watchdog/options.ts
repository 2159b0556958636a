/** Options of the watchdogs in a machine profile. */
import { type Static, Type } from '@sinclair/typebox';

const closed = { additionalProperties: false } as const;

export const WatchdogSystemdOptions = Type.Object(
  { link: Type.Object({ via: Type.Literal('systemd') }, closed) },
  {
    ...closed,
    title: 'Service manager: the unit has Type=notify, WatchdogSec=30, NotifyAccess=all',
  },
);
export type WatchdogSystemdOptions = Static<typeof WatchdogSystemdOptions>;

export const WatchdogHardwareOptions = Type.Object(
  {
    link: Type.Object(
      {
        via: Type.Literal('watchdog'),
        path: Type.String({ pattern: '^/.+', maxLength: 200, description: 'e.g. /dev/watchdog0' }),
      },
      closed,
    ),
    feed_s: Type.Integer({
      minimum: 1,
      maximum: 60,
      description:
        "Fed this often: at most half of the chip's own time-out (its kernel module sets that)",
    }),
    magic_close: Type.Optional(
      Type.Boolean({
        description:
          'true (default): an orderly stop disarms it. false: it goes on, and the machine is reset unless somebody else feeds it',
      }),
    ),
  },
  {
    ...closed,
    title: 'Watchdog chip that resets the machine. Not together with RuntimeWatchdogSec of systemd',
  },
);
export type WatchdogHardwareOptions = Static<typeof WatchdogHardwareOptions>;

/** Options of the page printer in a machine profile. */
import { type Static, Type } from '@sinclair/typebox';
import { oneOf } from '../check.ts';
import { IppLink } from '../transports/options.ts';

const closed = { additionalProperties: false } as const;

export const IppOptions = Type.Object(
  {
    link: IppLink,
    media: Type.Optional(
      Type.String({
        pattern: '^[a-z0-9_.-]{1,60}$',
        description: 'PWG 5101.1 name. Default iso_a4_210x297mm',
      }),
    ),
    completed: Type.Optional(
      oneOf(
        ['printed', 'sent'] as const,
        'What "completed" means here. printed (default): pages are out (IPP printers, driverless queues). sent: handed to a printer that reports nothing (queues over socket:// or usb://): every outcome is then uncertain',
      ),
    ),
  },
  { ...closed, title: 'A4 printer over IPP: a CUPS queue or the printer itself' },
);
export type IppOptions = Static<typeof IppOptions>;

export const mediaDefault = 'iso_a4_210x297mm';

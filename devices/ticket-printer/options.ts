/** Options of the driver `escpos` in a machine profile. */
import { type Static, Type } from '@sinclair/typebox';
import { StreamLink } from '../transports/options.ts';

export const EscposOptions = Type.Object(
  {
    profile: Type.String({
      pattern: '^[a-z0-9][a-z0-9-]{0,47}$',
      description:
        'Printer profile, without .yaml: in ../printers from the machine profile, else in profiles/printers',
    }),
    link: StreamLink,
    roll_m: Type.Optional(
      Type.Number({
        minimum: 5,
        maximum: 1000,
        description: 'Length of the rolls put in here, m; left out: as the printer profile says',
      }),
    ),
  },
  { additionalProperties: false, title: 'ESC/POS ticket printer' },
);
export type EscposOptions = Static<typeof EscposOptions>;

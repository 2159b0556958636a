/** Options of the voices in a machine profile. */
import { type Static, Type } from '@sinclair/typebox';
import { oneOf } from '../check.ts';
import { SerialLink, TcpLink } from '../transports/options.ts';
import { type NumberReading, numberReadings, oneReadings } from './numbers.ts';

const closed = { additionalProperties: false } as const;
const level = (maximum: number, description: string) =>
  Type.Optional(Type.Integer({ minimum: 0, maximum, description }));

const Numbers = Type.Optional(
  oneOf(
    numberReadings,
    'Digits left in a sentence: digits (1-1-5) or value (115). Left out: digits. Texts of calls spell theirs themselves',
  ),
);
const One = Type.Optional(oneOf(oneReadings, '1 among digits: yi 一 or yao 幺. Left out: yi'));
const Chime = Type.Optional(
  Type.String({
    pattern: '^(sound[a-y]|msg[a-h]|ring[a-o])$',
    description: "One of the chip's sounds before every sentence. Left out: none",
  }),
);
const SynLink = Type.Union([SerialLink, TcpLink]);
const LineBaud = Type.Optional(
  Type.Integer({
    minimum: 4800,
    maximum: 115_200,
    description: 'Behind a TCP serial server: its speed towards the chip. Left out: 9600',
  }),
);

export const VoiceSyn6288Options = Type.Object(
  {
    link: SynLink,
    line_baud: LineBaud,
    volume: level(16, '0 silent .. 16. Left out: as the chip has it (10, on some 8)'),
    speed: level(5, '0 slow .. 5. Left out: 4'),
    numbers: Numbers,
    one: One,
    chime: Chime,
  },
  { ...closed, title: 'Speech chip SYN6288; 9600 baud after every power-up' },
);
export type VoiceSyn6288Options = Static<typeof VoiceSyn6288Options>;

export const VoiceSyn6658Options = Type.Object(
  {
    link: SynLink,
    line_baud: LineBaud,
    volume: level(10, '0 silent .. 10. Left out: 5'),
    speed: level(10, '0 slow .. 10. Left out: 5'),
    pitch: level(10, '0 low .. 10. Left out: 5'),
    speaker: Type.Optional(
      Type.Union(
        [3, 51, 52, 53, 54, 55].map((n) => Type.Literal(n)),
        { description: 'Whose voice. Left out: 3 (晓玲; XFS5152CE: 小燕)' },
      ),
    ),
    numbers: Numbers,
    one: One,
    chime: Chime,
  },
  { ...closed, title: 'Speech chip SYN6658 or XFS5152CE; the speed is set by its pins' },
);
export type VoiceSyn6658Options = Static<typeof VoiceSyn6658Options>;

export const VoiceLocalOptions = Type.Object(
  {
    card: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z0-9_:=,.-]+$',
        maxLength: 80,
        description: 'ALSA name of the sound card (aplay -L). Left out: default',
      }),
    ),
    volume: level(200, '0 .. 200, 100 is normal. Left out: 100'),
    words_per_minute: Type.Optional(
      Type.Integer({ minimum: 80, maximum: 450, description: 'Left out: 150' }),
    ),
    numbers: Numbers,
    one: One,
  },
  { ...closed, title: "The machine's own loudspeaker, by espeak-ng and aplay" },
);
export type VoiceLocalOptions = Static<typeof VoiceLocalOptions>;

export const numbersDefault: NumberReading = 'digits';
export const lineBaudDefault = 9600;

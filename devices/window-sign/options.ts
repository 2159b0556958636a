/** Options of the window signs in a machine profile. */
import { type Static, Type } from '@sinclair/typebox';
import { oneOf } from '../check.ts';
import { SerialLink, TcpLink } from '../transports/options.ts';
import { showModes } from './onbon/modes.ts';

const closed = { additionalProperties: false } as const;
const SignLink = Type.Union([SerialLink, TcpLink]);
const LineBaud = Type.Optional(
  Type.Integer({
    minimum: 1200,
    maximum: 115_200,
    description: 'Behind a TCP serial server: its speed towards the sign',
  }),
);
const LocalEcho = Type.Optional(
  Type.Boolean({
    description: 'The RS-485 adapter hands the host its own bytes back. Left out: false',
  }),
);
const RepeatS = Type.Optional(
  Type.Integer({
    minimum: 0,
    maximum: 3600,
    description: 'The content is sent again this often, s; 0: never. Left out: 60',
  }),
);
const Pixels = (minimum: number, description: string) =>
  Type.Integer({ minimum, maximum: 0x7fff, description });
const Byte = (description: string) => Type.Integer({ minimum: 0, maximum: 255, description });

/** Names on the cards and their codes in the header. */
export const deviceTypes = {
  any: 0xfe,
  '5K1': 0x51,
  '5K2': 0x58,
  '5MK2': 0x53,
  '5MK1': 0x54,
  '5K1Q_YY': 0x5c,
  '6K1': 0x61,
  '6K2': 0x62,
  '6K3': 0x63,
} as const;
export type DeviceTypeName = keyof typeof deviceTypes;

export const SignOnbonOptions = Type.Object(
  {
    link: SignLink,
    line_baud: LineBaud,
    local_echo: LocalEcho,
    screen: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 0xfffe,
        description: 'Left out: all of the line (65534)',
      }),
    ),
    card: Type.Optional(oneOf(Object.keys(deviceTypes) as DeviceTypeName[], 'Left out: any')),
    width: Pixels(8, 'Of the area, in pixels'),
    height: Pixels(8, 'Of the area, in pixels'),
    x: Type.Optional(Pixels(0, 'Left out: 0')),
    y: Type.Optional(Pixels(0, 'Left out: 0')),
    area: Type.Optional(Byte('Number of the dynamic area. Left out: 0')),
    font_px: Type.Optional(
      Type.Integer({
        minimum: 8,
        maximum: 64,
        description: 'Height of its Chinese font. Left out: 16',
      }),
    ),
    mode: Type.Optional(oneOf(showModes, 'How content comes in. Left out: static')),
    speed: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 63, description: '0 fast .. 63 slow. Left out: 2' }),
    ),
    stay: Type.Optional(Byte('Half seconds that a page stays. Left out: 10')),
    repeat_s: RepeatS,
  },
  { ...closed, title: 'Onbon BX-5K/6K font card: one dynamic area of text' },
);
export type SignOnbonOptions = Static<typeof SignOnbonOptions>;

const token = '("[ !#-~]+"|\\{(addr(:[1-3])?|text|number|line[1-8]|xor|sum)\\}|[0-9A-Fa-f]{2})';
const Template = (description: string) =>
  Type.String({ pattern: `^ *${token}( +${token})* *$`, maxLength: 300, description });
const HexBytes = (description: string) =>
  Type.String({ pattern: '^[0-9A-Fa-f]{2}( ?[0-9A-Fa-f]{2}){0,15}$', description });

export const SignTextOptions = Type.Object(
  {
    link: SignLink,
    line_baud: LineBaud,
    local_echo: LocalEcho,
    template: Template(
      'A frame in pieces: bytes in hex, "text", {addr} one byte, {addr:2} two digits, {text} all lines, {line1}.., {number}, {xor} or {sum} of all before. E.g. 40 {addr} {text} 0D',
    ),
    template_blink: Type.Optional(Template('Instead of it where the content should draw the eye')),
    address: Type.Optional(Byte('For {addr}. Left out: 1')),
    line_break: Type.Optional(HexBytes('Between the lines of {text}. Left out: 20')),
    text_bytes: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 512,
        description:
          'Room for the text: longer is refused, shorter filled with blanks. Left out: any',
      }),
    ),
    answer: Type.Optional(HexBytes('What a good sign answers. Left out: it answers nothing')),
    answer_ms: Type.Optional(
      Type.Integer({ minimum: 20, maximum: 5000, description: 'Left out: 500' }),
    ),
    gap_ms: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 2000,
        description: 'Rest between two frames. Left out: 50',
      }),
    ),
    repeat_s: RepeatS,
  },
  { ...closed, title: 'Plain sign: one frame of text by a template' },
);
export type SignTextOptions = Static<typeof SignTextOptions>;

const Register = Type.Integer({ minimum: 0, maximum: 0xffff });
const Word = Type.Integer({ minimum: 0, maximum: 0xffff });
export const registerFormats = ['digit', 'bcd', 'value', 'gbk'] as const;

export const SignModbusOptions = Type.Object(
  {
    link: SignLink,
    line_baud: LineBaud,
    local_echo: LocalEcho,
    unit: Type.Integer({ minimum: 1, maximum: 247, description: "The sign's Modbus address" }),
    first_register: Register,
    count: Type.Integer({ minimum: 1, maximum: 64, description: 'Registers of the display' }),
    format: oneOf(
      registerFormats,
      'digit: one per register · bcd: four per register · value: the number itself (1 or 2 registers) · gbk: text, two bytes per register',
    ),
    blank: Type.Optional(
      Type.Integer({
        ...Word,
        description:
          'Stands for an empty place. Left out: digit 10, bcd 15, value 0; gbk has blanks',
      }),
    ),
    letters: Type.Optional(
      Type.Record(Type.String({ pattern: '^[A-Z]$' }), Word, {
        description: 'digit only: letter -> value. Letters not named are left out',
      }),
    ),
    low_word_first: Type.Optional(
      Type.Boolean({ description: 'value in two registers. Left out: false' }),
    ),
    write: Type.Optional(
      oneOf(
        ['multiple', 'single'] as const,
        'Function 16, or 6 register by register. Left out: multiple',
      ),
    ),
    blink: Type.Optional(
      Type.Object(
        { register: Register, on: Word, off: Word },
        { ...closed, description: 'Register that makes it blink. Left out: none' },
      ),
    ),
    readable: Type.Optional(
      Type.Boolean({ description: 'Answers function 3, so that it can be asked. Left out: true' }),
    ),
    repeat_s: RepeatS,
  },
  { ...closed, title: 'Modbus-RTU sign of digits or text, by its register map' },
);
export type SignModbusOptions = Static<typeof SignModbusOptions>;

export const repeatMsOf = (o: { repeat_s?: number }): number => (o.repeat_s ?? 60) * 1000;

/** Speed of the line at the sign's end. */
export const lineBaudOf = (
  o: { link: SerialLink | TcpLink; line_baud?: number },
  otherwise: number,
): number => (o.link.via === 'serial' ? o.link.baud : (o.line_baud ?? otherwise));

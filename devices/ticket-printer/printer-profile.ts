/**
 * What is known of a printer model, as data: `profiles/printers/<id>.yaml` (schema:
 * `profiles/schemas/printer.schema.json`). A file may inherit from another and change single values.
 * Facts nobody has tried on the machine itself are `provenance: assumed`.
 */
import { type Static, type TObject, Type } from '@sinclair/typebox';
import { oneOf } from '../check.ts';

const closed = { additionalProperties: false } as const;

const Paper = Type.Object(
  {
    width_mm: Type.Integer({ minimum: 30, maximum: 120 }),
    dots: Type.Integer({ minimum: 128, maximum: 1280, description: 'Printable dots of a line' }),
    dots_per_mm: Type.Number({ minimum: 5, maximum: 24, description: '8 at 203 dpi' }),
    columns: Type.Integer({
      minimum: 16,
      maximum: 96,
      description: 'Latin characters of font A in a line; a Chinese one takes two',
    }),
  },
  closed,
);
const Text = Type.Object(
  {
    charset: oneOf(
      ['gb18030', 'gbk', 'gb2312'] as const,
      'Characters the board has glyphs for; others print as the replacement',
    ),
    replacement: Type.String({ minLength: 1, maxLength: 1, description: 'e.g. □' }),
    number_scale_max: Type.Integer({
      minimum: 2,
      maximum: 8,
      description: 'Largest multiple the ticket number is printed at (GS !)',
    }),
  },
  closed,
);
const Qr = Type.Object(
  {
    how: oneOf(['GS(k', 'none'] as const, 'none: the ticket leaves the QR code out'),
    module_dots: Type.Integer({ minimum: 1, maximum: 8, description: 'Dots of one module' }),
  },
  closed,
);
const Cut = Type.Object(
  {
    how: oneOf(
      ['GSV66', 'GSV1', 'ESCi', 'none'] as const,
      'GSV66 feeds to the blade by itself; the others are fed by feed_dots first; none: tear bar',
    ),
    feed_dots: Type.Integer({
      minimum: 0,
      maximum: 255,
      description: 'GSV66: extra feed before the cut; others: head to blade',
    }),
  },
  closed,
);
const Status = Type.Object(
  {
    dle_eot: Type.Boolean({ description: 'Answers DLE EOT 1 to 4' }),
    asb: Type.Boolean({ description: 'Reports changes by itself after GS a' }),
    gs_r: Type.Boolean({ description: 'Answers GS r 1 when all before it is printed' }),
    process_id: Type.Boolean({ description: 'Answers GS ( H with the job id when it is printed' }),
  },
  closed,
);
const Speed = Type.Object(
  {
    buffer_bytes: Type.Integer({ minimum: 32, maximum: 16_777_216 }),
    mm_per_second: Type.Integer({ minimum: 10, maximum: 500 }),
  },
  closed,
);

const sections = {
  paper: Paper,
  text: Text,
  qr: Qr,
  cut: Cut,
  status: Status,
  speed: Speed,
} as const;

const head = {
  id: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,47}$', description: 'Same as the file name' }),
  names: Type.Array(Type.String({ minLength: 1, maxLength: 80 }), {
    minItems: 1,
    maxItems: 40,
    description: 'Models as sold',
  }),
  provenance: oneOf(
    ['manual', 'measured', 'assumed'] as const,
    'manual: in the maker’s document; measured: tried on the machine; assumed: neither',
  ),
};

/** Every value known: what drivers get. */
export const PrinterProfile = Type.Object({ ...head, ...sections }, closed);
export type PrinterProfile = Static<typeof PrinterProfile>;

const partly = <T extends TObject>(section: T) =>
  Type.Optional(Type.Partial(section, { additionalProperties: false }));

/** What a file holds: with `inherits`, only what differs. */
export const PrinterProfileFile = Type.Object(
  {
    ...head,
    inherits: Type.Optional(
      Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,47}$', description: 'Another profile’s id' }),
    ),
    paper: partly(Paper),
    text: partly(Text),
    qr: partly(Qr),
    cut: partly(Cut),
    status: partly(Status),
    speed: partly(Speed),
  },
  { ...closed, $id: 'printer.schema.json', title: 'Xuhao printer profile' },
);
export type PrinterProfileFile = Static<typeof PrinterProfileFile>;
export const profileSections = Object.keys(sections) as (keyof typeof sections)[];

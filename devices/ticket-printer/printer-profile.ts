/**
 * What is known of a printer model, as data: `profiles/printers/<id>.yaml` (schema:
 * `profiles/schemas/printer.schema.json`). A file may inherit from another and change single values.
 * Facts nobody has tried on the machine itself are `provenance: assumed`.
 */
import { type Static, type TObject, Type } from '@sinclair/typebox';
import { oneOf } from '../check.ts';

const closed = { additionalProperties: false } as const;

const Commands = Type.Object(
  {
    encoder: oneOf(
      ['node-thermal-printer', 'escpos', 'star-line'] as const,
      'Who spells the commands: the Epson dialect, domestic boards, Star line mode',
    ),
    chinese_mode: oneOf(
      ['FS&', 'always-on'] as const,
      'FS&: switched on in every job; always-on: nothing is sent, the board has no other mode',
    ),
  },
  closed,
);
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
    roll_m: Type.Optional(
      Type.Number({ minimum: 5, maximum: 1000, description: 'Length of a new roll, m' }),
    ),
    near_end_m: Type.Optional(
      Type.Number({
        minimum: 0.2,
        maximum: 50,
        description: 'Left on the roll when the near-end sensor speaks, m',
      }),
    ),
  },
  closed,
);
const Text = Type.Object(
  {
    charset: oneOf(
      ['gb18030', 'gbk', 'gb2312', 'ascii'] as const,
      'Characters the board has glyphs for; gb18030: GBK and the rare ones of the BMP (Extension A); ascii: no Chinese font, every Chinese line is drawn',
    ),
    missing_glyph: oneOf(
      ['draw', 'replace'] as const,
      'A line with other characters: draw it as a picture, or print the replacement for each',
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
    how: oneOf(
      ['GS(k', 'ESCZ', 'ESCGSy', 'raster', 'none'] as const,
      'GS(k: Epson and most others; ESCZ: some domestic boards; ESCGSy: Star; raster: drawn by us; none: the ticket leaves the QR code out',
    ),
    module_dots: Type.Integer({ minimum: 1, maximum: 8, description: 'Dots of one module' }),
  },
  closed,
);
const Raster = Type.Object(
  {
    how: oneOf(
      ['GSv0', 'ESC*r', 'none'] as const,
      'GSv0: ESC/POS bit image; ESC*r: Star raster mode; none: no pictures, characters are replaced',
    ),
    rows_max: Type.Integer({
      minimum: 1,
      maximum: 110,
      description: 'Rows of one command; small buffers want few',
    }),
  },
  closed,
);
const Cut = Type.Object(
  {
    how: oneOf(
      ['GSV66', 'GSV1', 'ESCi', 'ESCd3', 'none'] as const,
      'GSV66 and ESCd3 (Star) feed to the blade by themselves; the others are fed by feed_dots first; none: tear bar',
    ),
    feed_dots: Type.Integer({
      minimum: 0,
      maximum: 255,
      description: 'GSV66, ESCd3: extra feed before the cut; others: head to blade',
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
    presenter: Type.Optional(
      oneOf(
        ['none', 'custom'] as const,
        'custom: says by DLE EOT 20 whether a ticket hangs in the mouth; left out: none',
      ),
    ),
    dle_enq: Type.Optional(
      Type.Boolean({
        description: 'After a cutter error goes on with DLE ENQ 1, drops with 2; left out: yes',
      }),
    ),
    clear_buffer: Type.Optional(
      Type.Boolean({ description: 'DLE DC4 8 drops what it holds, also while offline' }),
    ),
    star_asb: Type.Boolean({
      description: 'Star line mode: answers ESC ACK SOH with its status and counts ETB in it',
    }),
    near_end: Type.Boolean({ description: 'Has a sensor for the end of the roll coming near' }),
  },
  closed,
);
const Link = Type.Object(
  {
    flow: oneOf(['rtscts', 'xonxoff', 'none'] as const, 'Serial: as it leaves the factory'),
    baud: Type.Integer({
      minimum: 1200,
      maximum: 921_600,
      description: 'Serial: from the factory',
    }),
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
  commands: Commands,
  paper: Paper,
  text: Text,
  qr: Qr,
  raster: Raster,
  cut: Cut,
  status: Status,
  link: Link,
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
    commands: partly(Commands),
    paper: partly(Paper),
    text: partly(Text),
    qr: partly(Qr),
    raster: partly(Raster),
    cut: partly(Cut),
    status: partly(Status),
    link: partly(Link),
    speed: partly(Speed),
  },
  { ...closed, $id: 'printer.schema.json', title: 'Xuhao printer profile' },
);
export type PrinterProfileFile = Static<typeof PrinterProfileFile>;
export const profileSections = Object.keys(sections) as (keyof typeof sections)[];

/** Options of the scanner drivers in a machine profile. */
import { type Static, Type } from '@sinclair/typebox';
import { oneOf } from '../check.ts';
import { HidLink, SerialLink, TcpLink } from '../transports/options.ts';

const closed = { additionalProperties: false } as const;

export const encodings = ['auto', 'utf-8', 'gbk'] as const;
export type Encoding = (typeof encodings)[number];
export const codeEnds = ['line', 'tab', 'gap'] as const;
export type CodeEnd = (typeof codeEnds)[number];
export const hidLayouts = ['descriptor', 'plain', 'counted', 'honeywell'] as const;
export type HidLayoutName = (typeof hidLayouts)[number];

const Encoding = Type.Optional(
  oneOf(encodings, 'How the scanner sends text. Left out: auto (UTF-8, else GBK)'),
);
const RepeatMs = Type.Optional(
  Type.Integer({
    minimum: 0,
    maximum: 10_000,
    description:
      'The same code again within this time is the same code still in view. Left out: 1000',
  }),
);
const End = Type.Optional(
  oneOf(codeEnds, 'What ends a code: CR and/or LF, a tab, or a moment of silence. Left out: line'),
);
const GapMs = Type.Optional(
  Type.Integer({
    minimum: 20,
    maximum: 500,
    description: 'Silence that ends a code where `end` is gap. Left out: 50',
  }),
);
const text = { encoding: Encoding, repeat_ms: RepeatMs } as const;
const link = Type.Union([SerialLink, TcpLink]);

export const ScannerSerialLineOptions = Type.Object(
  { link, ...text, end: End, gap_ms: GapMs },
  { ...closed, title: 'Scanner that sends every code as plain text' },
);
export type ScannerSerialLineOptions = Static<typeof ScannerSerialLineOptions>;

export const ScannerGm65Options = Type.Object(
  {
    link,
    ...text,
    end: End,
    gap_ms: GapMs,
    crc: Type.Optional(
      Type.Boolean({
        description: 'false: commands carry AB CD instead of their check sum. Left out: true',
      }),
    ),
  },
  { ...closed, title: 'Scanner module GM65, GM812 (Grow) on a serial port' },
);
export type ScannerGm65Options = Static<typeof ScannerGm65Options>;

export const ScannerHidPosOptions = Type.Object(
  {
    link: HidLink,
    ...text,
    layout: Type.Optional(
      oneOf(
        hidLayouts,
        'Where things stand in a report. Left out: descriptor (as the scanner itself declares)',
      ),
    ),
    enter_hid_pos: Type.Optional(
      Type.Boolean({
        description:
          'Send feature report FE 01 at opening (some Honeywell models need it once). Left out: false',
      }),
    ),
  },
  { ...closed, title: 'USB scanner in HID POS mode' },
);
export type ScannerHidPosOptions = Static<typeof ScannerHidPosOptions>;

export const ScannerHidKeyboardOptions = Type.Object(
  {
    link: HidLink,
    repeat_ms: RepeatMs,
    end: Type.Optional(oneOf(['enter', 'tab', 'gap'] as const, 'Left out: enter')),
    gap_ms: GapMs,
  },
  { ...closed, title: 'USB scanner that types like a keyboard (US layout)' },
);
export type ScannerHidKeyboardOptions = Static<typeof ScannerHidKeyboardOptions>;

export const textDefaults = { encoding: 'auto', repeatMs: 1000, end: 'line', gapMs: 50 } as const;

/**
 * Input reports of a HID POS scanner joined to codes. Three layouts are in the field, with the flag
 * "continued" in three places; the descriptor decides, a name or the report's length only where the
 * system can not show it. Offsets count after the report id.
 */
import type { HidLayoutName } from './options.ts';
import type { PosLayout } from './report-descriptor.ts';
import { codeBytesMax } from './text.ts';

const common = { reportId: 2, dataBytes: 56, continuedMask: 1 } as const;
export const knownLayouts: Record<Exclude<HidLayoutName, 'descriptor'>, PosLayout> = {
  plain: { ...common, reportBytes: 60, count: null, symbology: 0, data: 3, continued: 59 },
  counted: { ...common, reportBytes: 61, count: 0, symbology: 1, data: 4, continued: 60 },
  honeywell: { ...common, reportBytes: 63, count: 0, symbology: 1, data: 4, continued: 62 },
};

/** Parts of one code follow each other within some 10 ms. */
export const partWaitMs = 500;
const squareBracket = 0x5d;

export type PosPiece =
  | { type: 'code'; bytes: Uint8Array; symbology: string | undefined }
  | { type: 'too-long' }
  | { type: 'cut-short' };

export interface PosReports {
  /** `report`: with its id, as the library gives it. `now`: monotonic ms. */
  push(report: Uint8Array, now: number): PosPiece[];
  readonly heldBytes: number;
}

/** @param layout null: by the length of each report */
export function createPosReports(layout: PosLayout | null): PosReports {
  let parts: Uint8Array[] = [];
  let held = 0;
  let lastAt = 0;
  let tooLong = false;

  function drop(): boolean {
    const some = held > 0 || tooLong;
    parts = [];
    held = 0;
    tooLong = false;
    return some;
  }

  return {
    push(report, now) {
      const shape = layout ?? byLength(report.length);
      if (shape === undefined || !fits(report, shape)) return [];
      const out: PosPiece[] = [];
      if (now - lastAt > partWaitMs && drop()) out.push({ type: 'cut-short' });
      lastAt = now;
      const part = partOf(report.subarray(1), shape);
      held += part.bytes.length;
      if (held > codeBytesMax) {
        tooLong = true;
        parts = [];
        held = 0;
      } else if (!tooLong) parts.push(part.bytes);
      if (part.continued) return out;
      const whole = joined(parts, held);
      const long = tooLong;
      drop();
      if (long) return [...out, { type: 'too-long' }];
      return whole.length === 0
        ? out
        : [...out, { type: 'code', bytes: whole, symbology: part.symbology }];
    },
    get heldBytes() {
      return held;
    },
  };
}

function byLength(bytes: number): PosLayout | undefined {
  return Object.values(knownLayouts).find((known) => known.reportBytes + 1 === bytes);
}

/** Longer ones pass: some systems fill reports up to the endpoint's size. */
function fits(report: Uint8Array, layout: PosLayout): boolean {
  const needed = Math.max(layout.data + layout.dataBytes, layout.continued + 1);
  return report[0] === layout.reportId && report.length >= 1 + needed;
}

function partOf(body: Uint8Array, layout: PosLayout) {
  // Some units put the AIM identifier and the data one byte later: it begins with "]".
  const at = layout.symbology;
  const late = at !== null && body[at] !== squareBracket && body[at + 1] === squareBracket ? 1 : 0;
  const begin = layout.data + late;
  const room = body.subarray(begin, layout.data + layout.dataBytes);
  const counted = layout.count === null ? undefined : body[layout.count];
  const bytes = counted === undefined ? untilFilling(room) : room.subarray(0, counted);
  return {
    bytes: bytes.slice(),
    symbology: at === null ? undefined : aimOf(body.subarray(at + late, at + late + 3)),
    continued: ((body[layout.continued] ?? 0) & layout.continuedMask) !== 0,
  };
}

function untilFilling(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  return bytes.subarray(0, end);
}

/** AIM symbology identifier, e.g. `]Q1` for a QR code (ISO/IEC 15424). */
function aimOf(bytes: Uint8Array): string | undefined {
  const text = Buffer.from(bytes).toString('latin1');
  return /^\][A-Za-z][0-9A-Za-z]$/.test(text) ? text : undefined;
}

function joined(parts: readonly Uint8Array[], bytes: number): Uint8Array {
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

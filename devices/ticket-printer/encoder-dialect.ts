/**
 * From lines to a job, the same for every command language: what the printer was last told is
 * remembered, so that only changes cost bytes. The languages differ in how they spell it.
 */
import { type JobToken, packSegments, type TicketEncoder } from './encoder.ts';
import type { Align, LaidItem } from './layout.ts';
import type { Bitmap } from './raster-bitmap.ts';

export type TextItem = Extract<LaidItem, { type: 'text' }>;
export type QrItem = Extract<LaidItem, { type: 'qr' }>;
/** What the printer was last told. Initialisation sets `freshLook`. */
export type Look = { align: Align; bold: boolean; scale: number };
const freshLook: Look = { align: 'left', bold: false, scale: 1 };

/** Every entry of a list is one whole command, or several that belong together. */
export interface Dialect {
  begin(): Uint8Array[];
  /** One line with its end; brings the printer from `now` to the item's look. */
  text(item: TextItem, now: Look): Uint8Array;
  /** Centred. */
  qr(item: QrItem, now: Look): Uint8Array[];
  /** As wide as the paper; leaves the printer aligned left. */
  bitmap(bitmap: Bitmap, now: Look): Uint8Array[];
  feedLines(lines: number): Uint8Array[];
  feedDots(dots: number): Uint8Array[];
  /** Cut, then the token. */
  end(token: JobToken): Uint8Array[];
}

const isSame = (a: Look, b: Look) =>
  a.align === b.align && a.bold === b.bold && a.scale === b.scale;

export function encoderOf(dialect: Dialect): TicketEncoder {
  /** Most lines are those of the ticket before, the very items (layout.ts). */
  const kept = new WeakMap<TextItem, { from: Look; bytes: Uint8Array }>();
  function line(item: TextItem, from: Look): Uint8Array {
    const before = kept.get(item);
    if (before !== undefined && isSame(before.from, from)) return before.bytes;
    const bytes = dialect.text(item, from);
    kept.set(item, { from, bytes });
    return bytes;
  }

  function body(items: readonly LaidItem[]): Uint8Array[] {
    const commands: Uint8Array[] = [];
    let look = freshLook;
    for (const item of items) {
      switch (item.type) {
        case 'text':
          commands.push(line(item, look));
          look = { align: item.align, bold: item.bold, scale: item.scale };
          break;
        case 'qr':
          commands.push(...dialect.qr(item, look));
          look = { ...look, align: 'center' };
          break;
        case 'bitmap':
          commands.push(...dialect.bitmap(item.bitmap, look));
          look = { ...look, align: 'left' };
          break;
        case 'feed':
          commands.push(...dialect.feedLines(item.lines));
          break;
        case 'gap':
          commands.push(...dialect.feedDots(item.dots));
          break;
        case 'logo':
          // Not drawn: left out (raster-pictures.ts has said so).
          break;
      }
    }
    return commands;
  }

  return {
    encode: (items, token) =>
      packSegments([...dialect.begin(), ...body(items), ...dialect.end(token)]),
  };
}

/**
 * A bitmap as the commands of print heads. Blank rows become paper feed and rows end at their last
 * black dot: a drawn line of text costs a third of its area. Strips stay below 8 KB, so that 8,192
 * NULs always get a parser out of one that broke off.
 */
import { type Bitmap, rowBytesOf } from './raster-bitmap.ts';

/** Fewer blank rows than this are printed as they are: each new strip costs a command and a stop. */
const blankRowsMin = 4;
const stripBytesMax = 8000;
const feedDotsMax = 255;

/** Rows of a bitmap that go out together. */
export type Strip =
  | { type: 'blank'; rows: number }
  | { type: 'dots'; rows: number; rowBytes: number; bits: Uint8Array };

/** `rowsMax`: rows of one strip at most. All rows of the bitmap, in order. */
export function stripsOf(bitmap: Bitmap, rowsMax: number): Strip[] {
  const used = usedBytes(bitmap);
  const strips: Strip[] = [];
  for (let row = 0; row < bitmap.heightDots; ) {
    const blank = blankFrom(used, row);
    const alone = blank >= blankRowsMin || row + blank === bitmap.heightDots;
    if (blank > 0 && alone) {
      strips.push({ type: 'blank', rows: blank });
      row += blank;
      continue;
    }
    const end = dotsEnd(used, row, rowsMax);
    strips.push(dots(bitmap, used, row, end));
    row = end;
  }
  return strips;
}

/** Per row: bytes up to the last black dot. */
function usedBytes({ widthDots, heightDots, bits }: Bitmap): number[] {
  const rowBytes = rowBytesOf(widthDots);
  return Array.from({ length: heightDots }, (_, row) => {
    let used = rowBytes;
    while (used > 0 && bits[row * rowBytes + used - 1] === 0) used -= 1;
    return used;
  });
}

function blankFrom(used: readonly number[], row: number): number {
  let end = row;
  while (used[end] === 0) end += 1;
  return end - row;
}

/** Where the strip that begins at `row` ends: full, or before a blank stretch worth a feed. */
function dotsEnd(used: readonly number[], row: number, rowsMax: number): number {
  let wide = 1;
  let end = row;
  while (end < used.length && end - row < rowsMax) {
    const blank = blankFrom(used, end);
    if (end > row && (blank >= blankRowsMin || (blank > 0 && end + blank === used.length))) break;
    wide = Math.max(wide, used[end] ?? 0);
    if ((end - row + 1) * wide > stripBytesMax) break;
    end += 1;
  }
  return end;
}

function dots(bitmap: Bitmap, used: readonly number[], from: number, to: number): Strip {
  const fullBytes = rowBytesOf(bitmap.widthDots);
  const rowBytes = Math.max(1, ...used.slice(from, to));
  const bits = new Uint8Array(rowBytes * (to - from));
  for (let row = from; row < to; row++) {
    const at = row * fullBytes;
    bits.set(bitmap.bits.subarray(at, at + rowBytes), (row - from) * rowBytes);
  }
  return { type: 'dots', rows: to - from, rowBytes, bits: withoutRealTime(bits) };
}

/**
 * Printers obey DLE EOT, DLE ENQ and DLE DC4 even inside a picture (manuals of TM-L90, RP-330,
 * XP-80): about one look-alike in 4 KB of dithered picture. One dot more takes each away.
 */
export function withoutRealTime(bits: Uint8Array): Uint8Array {
  for (let i = 0; i + 1 < bits.length; i++) {
    const next = bits[i + 1];
    const alike = bits[i] === 0x10 && (next === 0x04 || next === 0x05 || next === 0x14);
    if (alike) bits[i] = 0x18;
  }
  return bits;
}

/** ESC/POS: GS v 0 for dots, ESC J for blank rows. One command a piece. */
export function escposRaster(bitmap: Bitmap, rowsMax: number): Uint8Array[] {
  return stripsOf(bitmap, rowsMax).flatMap((strip) =>
    strip.type === 'blank'
      ? feedDots(strip.rows)
      : [
          Buffer.concat([
            Uint8Array.of(0x1d, 0x76, 0x30, 0x00),
            Uint8Array.of(strip.rowBytes & 0xff, strip.rowBytes >> 8, strip.rows, 0),
            strip.bits,
          ]),
        ],
  );
}

/** ESC J n: paper forward by n dots. */
export function feedDots(dots: number): Uint8Array[] {
  const commands: Uint8Array[] = [];
  for (let left = dots; left > 0; left -= feedDotsMax) {
    commands.push(Uint8Array.of(0x1b, 0x4a, Math.min(left, feedDotsMax)));
  }
  return commands;
}

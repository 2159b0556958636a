/** A bitmap in Star raster mode (Star Line Mode Command Specifications, raster commands). */
import type { Bitmap } from './raster-bitmap.ts';
import { stripsOf } from './raster-strips.ts';

/** ESC * r A: into raster mode. ESC * r P 0 NUL: a page without end, nothing is fed or cut by itself. */
const enter = Uint8Array.of(0x1b, 0x2a, 0x72, 0x41, 0x1b, 0x2a, 0x72, 0x50, 0x30, 0x00);
/** ESC * r B: back to line mode. */
const leave = Uint8Array.of(0x1b, 0x2a, 0x72, 0x42);

/** Into raster mode, strips, back to line mode. */
export function starRaster(bitmap: Bitmap, rowsMax: number): Uint8Array[] {
  const strips = stripsOf(bitmap, rowsMax).map((strip) =>
    strip.type === 'blank' ? forward(strip.rows) : rows(strip.bits, strip.rowBytes),
  );
  return [enter, ...strips, leave];
}

/** ESC * r Y n NUL, n as decimal digits: down by n dots. */
const forward = (dots: number): Uint8Array =>
  Buffer.concat([
    Uint8Array.of(0x1b, 0x2a, 0x72, 0x59),
    Buffer.from(String(dots), 'latin1'),
    Uint8Array.of(0),
  ]);

/** b nL nH data: one row, then down by one dot. */
function rows(bits: Uint8Array, rowBytes: number): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bits.length; at += rowBytes) {
    parts.push(
      Uint8Array.of(0x62, rowBytes & 0xff, rowBytes >> 8),
      bits.subarray(at, at + rowBytes),
    );
  }
  return Buffer.concat(parts);
}

/** Commands that bring dots: GS ( L, GS 8 L, GS v 0, ESC *. */
import { type Command, nothing, type Read } from './command.ts';

/** No ticket has a picture larger than this: more is noise, not a picture to wait for. */
const rasterBytesMax = 128 * 1024;

/** GS 8 L p1..p4: as GS ( L, for large pictures. */
export function readLongGraphics(bytes: Uint8Array, at: number): Read | null {
  if (at + 7 > bytes.length) return null;
  const byte = (i: number) => bytes[at + i] ?? 0;
  const size = byte(3) + 256 * byte(4) + 65_536 * byte(5) + 16_777_216 * byte(6);
  if (byte(2) !== 0x4c || size > rasterBytesMax) return { command: { type: 'unknown' }, length: 3 };
  if (at + 7 + size > bytes.length) return null;
  return { command: graphics(bytes.slice(at + 7, at + 7 + size)), length: 7 + size };
}

/** Function 112: raster dots of one colour into the buffer; 50: print them. */
export function graphics(data: Uint8Array): Command {
  const [, fn, , , , , xL = 0, xH = 0, yL = 0, yH = 0] = data;
  if (fn === 50 || fn === 2) return { type: 'graphics-print' };
  if (fn !== 112) return nothing;
  const rowBytes = Math.ceil((xL + 256 * xH) / 8);
  const rows = yL + 256 * yH;
  return { type: 'graphics-store', rowBytes, rows, bits: data.slice(10, 10 + rowBytes * rows) };
}

/** GS v 0 m xL xH yL yH data. */
export function readRaster(bytes: Uint8Array, at: number): Read | null {
  if (at + 8 > bytes.length) return null;
  const byte = (i: number) => bytes[at + i] ?? 0;
  const rowBytes = byte(4) + 256 * byte(5);
  const rows = byte(6) + 256 * byte(7);
  const length = 8 + rowBytes * rows;
  if (length > rasterBytesMax || byte(2) !== 0x30) {
    return { command: { type: 'unknown' }, length: 8 };
  }
  if (at + length > bytes.length) return null;
  const mode = byte(3) % 48;
  const command: Command = {
    ...{ type: 'bitmap', rowBytes, rows, bits: bytes.slice(at + 8, at + length) },
    ...{ wide: 1 + (mode & 1), high: 1 + ((mode >> 1) & 1) },
  };
  return { command, length };
}

/** ESC * m nL nH data: columns of 8 or 24 dots, top dot in the highest bit; turned into rows. */
export function readColumns(bytes: Uint8Array, at: number): Read | null {
  if (at + 5 > bytes.length) return null;
  const mode = bytes[at + 2] ?? 0;
  const width = (bytes[at + 3] ?? 0) + 256 * ((bytes[at + 4] ?? 0) & 0x07);
  const columnBytes = mode >= 32 ? 3 : 1;
  const length = 5 + width * columnBytes;
  if (at + length > bytes.length) return null;
  const rows = columnBytes * 8;
  const rowBytes = Math.ceil(width / 8);
  const bits = new Uint8Array(rowBytes * rows);
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < rows; y++) {
      const byte = bytes[at + 5 + x * columnBytes + (y >> 3)] ?? 0;
      if ((byte & (0x80 >> (y & 7))) === 0) continue;
      bits[y * rowBytes + (x >> 3)] = (bits[y * rowBytes + (x >> 3)] ?? 0) | (0x80 >> (x & 7));
    }
  }
  const double = mode === 0 || mode === 32;
  const command: Command = {
    ...{ type: 'dots', width, rows, bits },
    ...{ wide: double ? 2 : 1, high: columnBytes === 1 ? 3 : 1 },
  };
  return { command, length };
}

/** A picture as print heads know it: dots that burn or do not. Pure. */

/** One bit a dot, rows from the top, each row whole bytes, leftmost dot in the highest bit; 1 prints. */
export interface Bitmap {
  widthDots: number;
  heightDots: number;
  bits: Uint8Array;
}

export const rowBytesOf = (widthDots: number): number => Math.ceil(widthDots / 8);

export function blankBitmap(widthDots: number, heightDots: number): Bitmap {
  return { widthDots, heightDots, bits: new Uint8Array(rowBytesOf(widthDots) * heightDots) };
}

/** Everything outside the bitmap is ignored. */
export function fillRect(b: Bitmap, x: number, y: number, width: number, height: number): void {
  const rowBytes = rowBytesOf(b.widthDots);
  const right = Math.min(b.widthDots, x + width);
  const bottom = Math.min(b.heightDots, y + height);
  for (let row = Math.max(0, y); row < bottom; row++) {
    for (let col = Math.max(0, x); col < right; col++) {
      const at = row * rowBytes + (col >> 3);
      b.bits[at] = (b.bits[at] ?? 0) | (0x80 >> (col & 7));
    }
  }
}

/** Is any dot of this part black? */
export function hasInk(b: Bitmap, x: number, y: number, width: number, height: number): boolean {
  const rowBytes = rowBytesOf(b.widthDots);
  for (let row = y; row < y + height; row++) {
    for (let col = x; col < x + width; col++) {
      if (((b.bits[row * rowBytes + (col >> 3)] ?? 0) & (0x80 >> (col & 7))) !== 0) return true;
    }
  }
  return false;
}

/** Grey values (0 black .. 255 white, one byte a dot) to dots by one threshold: for letters. */
export function threshold(grey: Uint8Array, widthDots: number, heightDots: number): Bitmap {
  const bitmap = blankBitmap(widthDots, heightDots);
  const rowBytes = rowBytesOf(widthDots);
  for (let y = 0; y < heightDots; y++) {
    for (let x = 0; x < widthDots; x++) {
      if ((grey[y * widthDots + x] ?? 255) >= darkBelow) continue;
      const at = y * rowBytes + (x >> 3);
      bitmap.bits[at] = (bitmap.bits[at] ?? 0) | (0x80 >> (x & 7));
    }
  }
  return bitmap;
}
/** Thin strokes are grey at 24 dots: a little more than half keeps them whole. */
const darkBelow = 150;

/** As threshold, but tints become patterns (Floyd and Steinberg 1976): for emblems and pictures. */
export function dither(grey: Uint8Array, widthDots: number, heightDots: number): Bitmap {
  const level = Float32Array.from(grey);
  const bitmap = blankBitmap(widthDots, heightDots);
  const spread = (x: number, y: number, error: number) => {
    if (x < 0 || x >= widthDots || y >= heightDots) return;
    const at = y * widthDots + x;
    level[at] = (level[at] ?? 255) + error;
  };
  for (let y = 0; y < heightDots; y++) {
    for (let x = 0; x < widthDots; x++) {
      const value = level[y * widthDots + x] ?? 255;
      const black = value < 128;
      if (black) fillRect(bitmap, x, y, 1, 1);
      const error = value - (black ? 0 : 255);
      spread(x + 1, y, (error * 7) / 16);
      spread(x - 1, y + 1, (error * 3) / 16);
      spread(x, y + 1, (error * 5) / 16);
      spread(x + 1, y + 1, error / 16);
    }
  }
  return bitmap;
}

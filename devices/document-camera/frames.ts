/** Cuts a program's output into frames. Pure, total: what is no whole frame is left out. */

export interface FrameSize {
  width: number;
  height: number;
}
/** Frames taken from one run; the first that is good is used. */
export const framesMax = 4;

/**
 * JPEG pictures one after the other (ITU T.81): from SOI to the EOI that ends it. Inside the scan a
 * byte FF is always stuffed or a restart marker, so FF D9 ends the picture; a thumbnail in an APP
 * segment is jumped over by its length.
 */
export function jpegFrames(bytes: Uint8Array, countMax: number): Uint8Array[] {
  const frames: Uint8Array[] = [];
  for (let at = 0; at + 3 < bytes.length && frames.length < countMax; ) {
    if (bytes[at] !== 0xff || bytes[at + 1] !== 0xd8 || bytes[at + 2] !== 0xff) {
      at += 1;
      continue;
    }
    const end = jpegEnd(bytes, at + 2);
    if (end === undefined) {
      at += 2;
      continue;
    }
    frames.push(bytes.subarray(at, end));
    at = end;
  }
  return frames;
}

/** Index behind EOI, for the segments that begin at `from`. */
function jpegEnd(bytes: Uint8Array, from: number): number | undefined {
  let at = from;
  while (at + 3 < bytes.length) {
    if (bytes[at] !== 0xff) return undefined;
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xd9) return at + 2;
    const length = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
    if (length < 2) return undefined;
    at += 2 + length;
    if (marker === 0xda) return scanEnd(bytes, at);
  }
  return undefined;
}

function scanEnd(bytes: Uint8Array, from: number): number | undefined {
  for (let at = from; at + 1 < bytes.length; at += 1) {
    if (bytes[at] === 0xff && bytes[at + 1] === 0xd9) return at + 2;
  }
  return undefined;
}

/** Raw YUYV 4:2:2 frames of a known size. */
export function yuyvFrames(
  bytes: Uint8Array,
  { width, height }: FrameSize,
  countMax: number,
): Uint8Array[] {
  const size = width * height * 2;
  const count = Math.min(countMax, Math.floor(bytes.length / size));
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
}

/** YUYV 4:2:2 (BT.601, limited range, as UVC 1.5 has it by default) -> RGB, 3 bytes a pixel. */
export function yuyvToRgb(frame: Uint8Array, { width, height }: FrameSize): Uint8Array {
  const rgb = new Uint8ClampedArray(width * height * 3);
  for (let i = 0, o = 0; i + 3 < frame.length && o + 5 < rgb.length; i += 4, o += 6) {
    const u = (frame[i + 1] ?? 128) - 128;
    const v = (frame[i + 3] ?? 128) - 128;
    for (const [at, y] of [
      [o, frame[i] ?? 16],
      [o + 3, frame[i + 2] ?? 16],
    ] as const) {
      const light = 1.164 * (y - 16);
      rgb[at] = light + 1.596 * v;
      rgb[at + 1] = light - 0.392 * u - 0.813 * v;
      rgb[at + 2] = light + 2.017 * u;
    }
  }
  return new Uint8Array(rgb.buffer);
}

/**
 * Frames of the SAM (GA 467):
 *
 *   host    AA AA AA 96 69 LenH LenL CMD PARA [data] CHK
 *   reader  AA AA AA 96 69 LenH LenL SW1 SW2 SW3 [data] CHK
 *
 * Len counts from CMD (SW1) through CHK; CHK is the XOR from LenH to the last data byte. The parser
 * is total: what is no frame is stepped over byte by byte. Photo and fingerprint end here: of a read
 * answer only the text block goes on, and the bytes are overwritten where they were held.
 */
const preamble = Uint8Array.of(0xaa, 0xaa, 0xaa, 0x96, 0x69);
const headBytes = preamble.length + 2;
/** SW1..3 and CHK. */
const lengthMin = 4;
export const textBytes = 256;
/** Longest answer there is: text, photo and two fingers of 512 bytes, with three lengths. */
const lengthMax = lengthMin + 3 * 2 + textBytes + 1024 + 1024;
export const frameBytesMax = headBytes + lengthMax;
/** Longest data that is not a card: the additional address, 70 bytes with its frame. */
export const dataBytesMax = 96;

export type SamFrame =
  /** `status`: SW1..SW3 as one number, 0x90 = good. */
  | { type: 'answer'; status: number; data: Uint8Array }
  /** A read answer: the text block alone. */
  | { type: 'card'; text: Uint8Array }
  /** Began like a frame and was none, or was cut short. */
  | { type: 'damaged' };

export interface SamFraming {
  push(chunk: Uint8Array): SamFrame[];
  /** No more bytes are on their way: a frame still open was none. Nothing is held afterwards. */
  quiet(): SamFrame[];
  /** Bytes waiting for the rest of their frame. */
  readonly heldBytes: number;
}

export function encodeCommand(cmd: number, para: number): Uint8Array {
  const body = Uint8Array.of(0, 3, cmd, para);
  return Uint8Array.of(...preamble, ...body, xor(body));
}

export function createSamFraming(): SamFraming {
  const held = new Uint8Array(frameBytesMax);
  let n = 0;

  /** Takes every frame out of what is held; `end`: nothing will follow. */
  function scan(frames: SamFrame[], end: boolean): void {
    let at = 0;
    while (at < n) {
      const rest = held.subarray(at, n);
      const bytes = frameBytes(rest);
      if (bytes === 'open' && !end) break;
      if (typeof bytes === 'number') {
        frames.push(frameOf(rest.subarray(headBytes, bytes)));
        at += bytes;
      } else {
        if (bytes === 'damaged' || (bytes === 'open' && rest.length >= headBytes))
          frames.push({ type: 'damaged' });
        at += 1;
      }
    }
    held.copyWithin(0, at, n);
    n -= at;
    held.fill(0, n);
  }

  return {
    push(chunk) {
      const frames: SamFrame[] = [];
      for (let at = 0; at < chunk.length; ) {
        // A scan leaves at most an open frame, which is shorter than the longest one.
        const taken = chunk.subarray(at, at + frameBytesMax - n);
        held.set(taken, n);
        n += taken.length;
        at += taken.length;
        scan(frames, false);
      }
      return frames;
    },
    quiet() {
      const frames: SamFrame[] = [];
      scan(frames, true);
      return frames;
    },
    get heldBytes() {
      return n;
    },
  };
}

/** Length of the good frame at the beginning; else why there is none. */
function frameBytes(bytes: Uint8Array): number | 'open' | 'none' | 'damaged' {
  const head = Math.min(bytes.length, preamble.length);
  for (let i = 0; i < head; i++) if (bytes[i] !== preamble[i]) return 'none';
  const high = bytes[5];
  const low = bytes[6];
  if (high === undefined || low === undefined) return 'open';
  const length = high * 256 + low;
  if (length < lengthMin || length > lengthMax) return 'damaged';
  const whole = headBytes + length;
  if (bytes.length < whole) return 'open';
  return bytes[whole - 1] === xor(bytes.subarray(preamble.length, whole - 1)) ? whole : 'damaged';
}

/** `body`: SW1 through CHK of a good frame. */
function frameOf(body: Uint8Array): SamFrame {
  const [sw1 = 0, sw2 = 0, sw3 = 0] = body;
  const data = body.subarray(3, -1);
  if (data.length <= dataBytesMax)
    return { type: 'answer', status: (sw1 << 16) | (sw2 << 8) | sw3, data: data.slice() };
  return cardOf(data);
}

/** Two or three lengths (text, photo, finger), then the parts. The lengths have to add up. */
function cardOf(data: Uint8Array): SamFrame {
  const lengthAt = (i: number) => (data[2 * i] ?? 0) * 256 + (data[2 * i + 1] ?? 0);
  for (const parts of [2, 3]) {
    let sum = 2 * parts;
    for (let i = 0; i < parts; i++) sum += lengthAt(i);
    if (sum === data.length && lengthAt(0) === textBytes)
      return { type: 'card', text: data.slice(2 * parts, 2 * parts + textBytes) };
  }
  return { type: 'damaged' };
}

function xor(bytes: Uint8Array): number {
  let sum = 0;
  for (const byte of bytes) sum ^= byte;
  return sum;
}

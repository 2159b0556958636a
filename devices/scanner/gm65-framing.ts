/**
 * Frames of GM65 / GM812 (Hangzhou Grow), and the text of codes between them:
 *
 *   host     7E 00 | type len addrH addrL data CRC16
 *   scanner  02 00 | 00 len data CRC16          (03 00 for the heartbeat, in some manuals also 02 00)
 *
 * CRC-16/XMODEM from type (the second 00) to the last data byte, high byte first; AB CD = none.
 * Text of a code never holds 02 00 00 or 03 00 00, so answers are told apart by their beginning.
 */
export const gm65Types = { read: 0x07, write: 0x08, heartbeat: 0x0a } as const;
const noCrc = [0xab, 0xcd] as const;
/** One zone holds at most this many bytes. */
export const replyDataBytesMax = 64;

export function encodeGm65(
  type: number,
  address: number,
  data: readonly number[],
  crc: boolean,
): Uint8Array {
  const body = [type, data.length, address >> 8, address & 255, ...data];
  return Uint8Array.of(0x7e, 0, ...body, ...(crc ? crcBytes(body) : noCrc));
}

export type Gm65Piece =
  | { type: 'reply'; head: number; data: Uint8Array }
  | { type: 'damaged' }
  | { type: 'text'; bytes: Uint8Array };

export interface Gm65Framing {
  /** In the order they came; text in pieces as they came. */
  push(chunk: Uint8Array): Gm65Piece[];
  /** An answer that broke off is text no more and never an answer. */
  quiet(): Gm65Piece[];
  readonly heldBytes: number;
}

export function createGm65Framing(): Gm65Framing {
  /** Beginning of an answer. */
  let held: number[] = [];

  function scan(out: Gm65Piece[], end: boolean): void {
    while (held.length > 0) {
      const outcome = look(held);
      if (outcome === 'open') {
        if (!end) return;
        out.push({ type: 'damaged' });
        held = [];
      } else if (outcome === 'text') {
        const next = held.findIndex((byte, i) => i > 0 && isHead(byte));
        out.push({
          type: 'text',
          bytes: Uint8Array.from(held.splice(0, next < 0 ? held.length : next)),
        });
      } else if (outcome === 'damaged') {
        // Its two marks are no text; what follows may be anything.
        held.splice(0, 3);
        out.push({ type: 'damaged' });
      } else {
        const bytes = held.splice(0, outcome);
        out.push({ type: 'reply', head: bytes[0] ?? 0, data: Uint8Array.from(bytes.slice(4, -2)) });
      }
    }
  }

  return {
    push(chunk) {
      const out: Gm65Piece[] = [];
      for (let at = 0; at < chunk.length; at += chunkBytesMax) {
        held.push(...chunk.subarray(at, at + chunkBytesMax));
        scan(out, false);
      }
      return out;
    },
    quiet() {
      const out: Gm65Piece[] = [];
      scan(out, true);
      return out;
    },
    get heldBytes() {
      return held.length;
    },
  };
}

/** Chunks are taken in so many bytes at a time. */
const chunkBytesMax = 1024;
const isHead = (byte: number | undefined) => byte === 0x02 || byte === 0x03;

/** Length of the answer at the beginning; else what stands there. */
function look(bytes: readonly number[]): number | 'open' | 'text' | 'damaged' {
  if (!isHead(bytes[0])) return 'text';
  for (const i of [1, 2]) {
    if (bytes[i] === undefined) return 'open';
    if (bytes[i] !== 0) return 'text';
  }
  const length = bytes[3];
  if (length === undefined) return 'open';
  if (length > replyDataBytesMax) return 'damaged';
  const whole = 4 + length + 2;
  if (bytes.length < whole) return 'open';
  const [high, low] = bytes.slice(whole - 2, whole);
  const [goodHigh, goodLow] = crcBytes(bytes.slice(2, whole - 2));
  const none = high === noCrc[0] && low === noCrc[1];
  return none || (high === goodHigh && low === goodLow) ? whole : 'damaged';
}

function crcBytes(bytes: readonly number[]): [number, number] {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1)
      crc = (crc & 0x8000) === 0 ? (crc << 1) & 0xffff : ((crc << 1) ^ 0x1021) & 0xffff;
  }
  return [crc >> 8, crc & 255];
}

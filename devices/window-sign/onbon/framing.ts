/**
 * Frames of Onbon BX-5K/6K font cards ("BX-5K/6K通讯协议用户版本" v1.4):
 *
 *   A5 x8 | escaped( header 14 bytes | data | CRC-16/ARC, low byte first ) | 5A
 *
 * A5 and 5A never stand within a frame (A5 -> A6 02, A6 -> A6 01, 5A -> 5B 02, 5B -> 5B 01), so every
 * A5 begins one and every 5A ends one: the parser is back in step at the next frame whatever came.
 */

const start = 0xa5;
const end = 0x5a;
const startBytes = 8;
const headerBytes = 14;
/** Longest frame after unescaping; a dynamic area of text takes some hundred. */
export const frameBytesMax = 2048;

const escapes = new Map<number, readonly [number, number]>([
  [0xa5, [0xa6, 0x02]],
  [0xa6, [0xa6, 0x01]],
  [0x5a, [0x5b, 0x02]],
  [0x5b, [0x5b, 0x01]],
]);
const unescapes = new Map([...escapes].map(([byte, [a, b]]) => [(a << 8) | b, byte]));

/** CRC-16/ARC: reflected polynomial A001, initial value 0. */
export function crcArc(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  }
  return crc;
}

export interface OnbonAddress {
  /** Screen number; FFFE: all of the line. */
  screen: number;
  /** Type of the card; FE: any. */
  deviceType: number;
}

/** The host's own address in every frame it sends. */
const hostAddress = 0x8000;
const protocolVersion = 2;

export function encodeFrame(to: OnbonAddress, data: Uint8Array): Uint8Array {
  const body = Buffer.alloc(headerBytes + data.length + 2);
  body.writeUInt16LE(to.screen, 0);
  body.writeUInt16LE(hostAddress, 2);
  body[10] = to.deviceType;
  body[11] = protocolVersion;
  body.writeUInt16LE(data.length, 12);
  body.set(data, headerBytes);
  const checked = body.subarray(0, headerBytes + data.length);
  body.writeUInt16LE(crcArc(checked), checked.length);
  const escaped = [...body].flatMap((byte) => escapes.get(byte) ?? [byte]);
  return Uint8Array.from([...Array(startBytes).fill(start), ...escaped, end]);
}

export interface OnbonParser {
  /** The data of every whole frame. */
  push(chunk: Uint8Array): Uint8Array[];
  /** Frames that were broken: escape, length or CRC. */
  readonly dropped: number;
}

export function createOnbonParser(): OnbonParser {
  /** null: between frames. */
  let body: number[] | null = null;
  let held: number | null = null;
  let dropped = 0;

  function drop(): void {
    dropped += 1;
    body = null;
    held = null;
  }

  function take(byte: number): void {
    if (body === null) return;
    if (held !== null) {
      const plain = unescapes.get((held << 8) | byte);
      held = null;
      if (plain === undefined) drop();
      else body.push(plain);
    } else if (byte === 0xa6 || byte === 0x5b) held = byte;
    else body.push(byte);
    if (body !== null && body.length > frameBytesMax) drop();
  }

  function finish(): Uint8Array | undefined {
    if (body === null || body.length === 0) return undefined;
    const frame = Buffer.from(body);
    const whole = held === null ? frame : undefined;
    body = null;
    held = null;
    const data = whole === undefined ? undefined : dataOf(whole);
    if (data === undefined) dropped += 1;
    return data;
  }

  return {
    push(chunk) {
      const frames: Uint8Array[] = [];
      for (const byte of chunk) {
        if (byte === start) {
          // One A5 after the other is the beginning; anything between them was a frame without end.
          if (body !== null && (body.length > 0 || held !== null)) drop();
          body = [];
        } else if (byte === end) {
          const data = finish();
          if (data !== undefined) frames.push(data);
        } else take(byte);
      }
      return frames;
    },
    get dropped() {
      return dropped;
    },
  };
}

/** The data between header and CRC, when both are true. */
function dataOf(body: Buffer): Uint8Array | undefined {
  const length = body.length - headerBytes - 2;
  if (length < 0 || body.readUInt16LE(12) !== length) return undefined;
  const crc = body.readUInt16LE(body.length - 2);
  if (crcArc(body.subarray(0, body.length - 2)) !== crc) return undefined;
  return Uint8Array.from(body.subarray(headerBytes, headerBytes + length));
}

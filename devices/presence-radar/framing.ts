/**
 * Frames of the LD2410, little endian:
 *
 *   report   F4 F3 F2 F1 | len | 01 or 02 | AA | state moving(cm,%) still(cm,%) cm .. | 55 00 | F8 F7 F6 F5
 *   command  FD FC FB FA | len | word data | 04 03 02 01          (answers: the word with bit 8 set)
 *
 * There is no check sum: head, length, AA, 55 00 and tail have to be right. Total: what is no frame is
 * stepped over byte by byte.
 */
const reportHead = [0xf4, 0xf3, 0xf2, 0xf1] as const;
const reportTail = [0xf8, 0xf7, 0xf6, 0xf5] as const;
const commandHead = [0xfd, 0xfc, 0xfb, 0xfa] as const;
const commandTail = [0x04, 0x03, 0x02, 0x01] as const;
const outerBytes = 4 + 2 + 4;
/** An engineering report has 35 bytes of content; answers have less. */
export const contentBytesMax = 64;
export const radarFrameBytesMax = outerBytes + contentBytesMax;
/** Type, AA, state, 2 + 1, 2 + 1, 2, 55, 00. */
const reportBytesMin = 13;

export interface RadarReport {
  type: 'report';
  state: 'none' | 'moving' | 'still' | 'both';
  movingCm: number;
  movingEnergy: number;
  stillCm: number;
  stillEnergy: number;
  detectCm: number;
}
export type RadarFrame =
  | RadarReport
  | { type: 'answer'; word: number; ok: boolean; data: Uint8Array }
  /** Began like a frame and was none. */
  | { type: 'damaged' };

export interface RadarFraming {
  push(chunk: Uint8Array): RadarFrame[];
  readonly heldBytes: number;
}

/** `data`: what follows the command word. */
export function encodeRadarCommand(word: number, data: readonly number[]): Uint8Array {
  const length = 2 + data.length;
  const body = [length & 255, length >> 8, word & 255, word >> 8, ...data];
  return Uint8Array.of(...commandHead, ...body, ...commandTail);
}

export function createRadarFraming(): RadarFraming {
  let held = new Uint8Array(0);

  return {
    push(chunk) {
      const out: RadarFrame[] = [];
      const all = Buffer.concat([held, chunk]);
      let at = 0;
      while (at < all.length) {
        const rest = all.subarray(at);
        const bytes = frameBytes(rest);
        if (bytes === 'open') break;
        const frame = typeof bytes === 'number' ? frameOf(rest.subarray(0, bytes)) : undefined;
        if (frame !== undefined) out.push(frame);
        else if (bytes !== 'none') out.push({ type: 'damaged' });
        at += frame !== undefined && typeof bytes === 'number' ? bytes : 1;
      }
      held = Uint8Array.from(all.subarray(at));
      return out;
    },
    get heldBytes() {
      return held.length;
    },
  };
}

function frameBytes(bytes: Uint8Array): number | 'open' | 'none' | 'damaged' {
  const head = bytes[0] === reportHead[0] ? reportHead : commandHead;
  for (let i = 0; i < Math.min(4, bytes.length); i += 1) if (bytes[i] !== head[i]) return 'none';
  const low = bytes[4];
  const high = bytes[5];
  if (low === undefined || high === undefined) return 'open';
  const length = low + high * 256;
  if (length < 4 || length > contentBytesMax) return 'damaged';
  const whole = outerBytes + length;
  if (bytes.length < whole) return 'open';
  const tail = head === reportHead ? reportTail : commandTail;
  return tail.every((byte, i) => bytes[whole - 4 + i] === byte) ? whole : 'damaged';
}

/** `bytes`: a frame whose head, length and tail are right. undefined: its content is not. */
function frameOf(bytes: Uint8Array): RadarFrame | undefined {
  const content = bytes.subarray(6, -4);
  const u16 = (at: number) => (content[at] ?? 0) + (content[at + 1] ?? 0) * 256;
  if (bytes[0] !== reportHead[0])
    return { type: 'answer', word: u16(0) & 0xff, ok: u16(2) === 0, data: content.slice(4) };
  const marks = content[1] === 0xaa && content.at(-2) === 0x55 && content.at(-1) === 0;
  const kind = content[0] === 0x01 || content[0] === 0x02;
  const state = (['none', 'moving', 'still', 'both'] as const)[content[2] ?? 4];
  if (content.length < reportBytesMin || !marks || !kind || state === undefined) return undefined;
  return {
    type: 'report',
    state,
    ...{ movingCm: u16(3), movingEnergy: content[5] ?? 0 },
    ...{ stillCm: u16(6), stillEnergy: content[8] ?? 0, detectCm: u16(9) },
  };
}

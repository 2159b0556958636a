/** GS commands (1D): size, answers in turn, cut, QR codes; pictures stand apart. */
import { type Command, fixed, ignored, nothing, qrLevels, type Read } from './command.ts';
import { graphics, readLongGraphics, readRaster } from './picture-commands.ts';

const gsIgnored = new Map<number, number>([
  [0x48, 3], // GS H, f, h, w: barcode look
  [0x66, 3],
  [0x68, 3],
  [0x77, 3],
  [0x4c, 4], // GS L: left margin
  [0x57, 4], // GS W: print area
  [0x50, 4], // GS P: motion units
  [0x5a, 3], // GS Z: which code ESC Z prints
  [0x62, 3], // GS b: smoothing
]);

export function readGs(bytes: Uint8Array, at: number): Read | null {
  const code = bytes[at + 1];
  if (code === undefined) return null;
  switch (code) {
    case 0x21:
      return fixed(bytes, at, 3, (n) => ({
        type: 'scale',
        wide: 1 + ((n >> 4) & 7),
        high: 1 + (n & 7),
      }));
    case 0x42:
      return fixed(bytes, at, 3, (n) => ({ type: 'invert', on: (n & 1) === 1 }));
    case 0x49:
      return fixed(bytes, at, 3, (n) => ({ type: 'identify', what: n }));
    case 0x61:
      return fixed(bytes, at, 3, (n) => ({ type: 'report', mask: n }));
    case 0x72:
      return fixed(bytes, at, 3, (n) => ({ type: 'ask-in-turn', what: n }));
    case 0x56:
      return readCut(bytes, at);
    case 0x28:
      return readExtended(bytes, at);
    case 0x38:
      return readLongGraphics(bytes, at);
    case 0x76:
      return readRaster(bytes, at);
    default:
      return ignored(bytes, at, gsIgnored.get(code));
  }
}

/** GS V m [n]: 65 and 66 feed to the blade first. */
function readCut(bytes: Uint8Array, at: number): Read | null {
  const m = bytes[at + 2];
  if (m === undefined) return null;
  const feedToBlade = m === 65 || m === 66;
  return fixed(bytes, at, feedToBlade ? 4 : 3, (_, n) => ({
    type: 'cut',
    feedToBlade,
    dots: feedToBlade ? n : 0,
  }));
}

/** GS ( x pL pH ...: QR codes, process id; others by their length. */
function readExtended(bytes: Uint8Array, at: number): Read | null {
  if (at + 5 > bytes.length) return null;
  const size = (bytes[at + 3] ?? 0) + 256 * (bytes[at + 4] ?? 0);
  if (at + 5 + size > bytes.length) return null;
  const data = bytes.slice(at + 5, at + 5 + size);
  return { command: extended(bytes[at + 2] ?? 0, data), length: 5 + size };
}

function extended(group: number, data: Uint8Array): Command {
  const [kind, fn, n = 0] = data;
  if (group === 0x4c) return graphics(data);
  if (group === 0x48 && kind === 0x30 && fn === 0x30)
    return { type: 'process-id', id: data.slice(2) };
  if (group !== 0x6b || kind !== 0x31) return nothing;
  switch (fn) {
    case 0x43:
      return { type: 'qr-module', dots: n };
    case 0x45:
      return { type: 'qr-level', level: qrLevels[n - 48] ?? 'L' };
    case 0x50:
      return { type: 'qr-store', data: data.slice(3) };
    case 0x51:
      return { type: 'qr-print' };
    default:
      return nothing;
  }
}

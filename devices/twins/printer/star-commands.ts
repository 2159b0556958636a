/**
 * Star line mode as the printer reads it (Star Line Mode Command Specifications): bytes in, the same
 * kind of commands out as from commands.ts. Models with a Chinese board read GB18030 at all times.
 */
import { aligns, type Command, fixed, ignored, nothing, qrLevels, type Read } from './command.ts';
import { readText } from './commands.ts';

/** Longest number in a raster command, digits. */
const digitsMax = 8;
/** ESC k prints rows of this number. */
const dotsRows = 24;

/** As `readCommand`; `raster`: raster mode is on. */
export function readStarCommand(bytes: Uint8Array, at: number, raster: boolean): Read | null {
  const first = bytes[at];
  if (first === undefined) return null;
  if (first === 0x1b) return readEsc(bytes, at);
  if (raster) return readRasterData(bytes, at, first);
  switch (first) {
    case 0x0a:
      return { command: { type: 'line-feed' }, length: 1 };
    case 0x17:
      return { command: { type: 'count-up' }, length: 1 };
    case 0x00:
    case 0x09:
    case 0x0d:
    case 0x0e:
    case 0x0f:
    case 0x11:
    case 0x12:
    case 0x14:
      return { command: nothing, length: 1 };
    default:
      return first < 0x20 ? { command: { type: 'unknown' }, length: 1 } : readText(bytes, at, true);
  }
}

/** b nL nH data: a row and one dot down; k: a row and no feed. */
function readRasterData(bytes: Uint8Array, at: number, first: number): Read | null {
  if (first === 0x00 || first === 0x0a || first === 0x0c) return { command: nothing, length: 1 };
  if (first !== 0x62 && first !== 0x6b) return { command: { type: 'unknown' }, length: 1 };
  if (at + 3 > bytes.length) return null;
  const length = 3 + (bytes[at + 1] ?? 0) + 256 * (bytes[at + 2] ?? 0);
  if (at + length > bytes.length) return null;
  return { command: { type: 'dot-row', bits: bytes.slice(at + 3, at + length) }, length };
}

/** Length of ESC commands that change nothing a twin shows. */
const escIgnored = new Map<number, number>([
  [0x1e, 4], // ESC RS x n: character set, status condition, density ...
  [0x20, 3], // ESC SP: right-side spacing
  [0x24, 3], // ESC $ n: JIS Kanji
  [0x30, 2], // ESC 0: line spacing
  [0x5f, 3], // ESC _: upperline
  [0x6c, 3], // ESC l, Q: margins
  [0x51, 3],
  [0x70, 2], // ESC p, q: Kanji on, off
  [0x71, 2],
  [0x73, 4], // ESC s: Kanji spacing
  [0x07, 4], // ESC BEL: drawer pulse
]);

function readEsc(bytes: Uint8Array, at: number): Read | null {
  const code = bytes[at + 1];
  if (code === undefined) return null;
  switch (code) {
    case 0x40:
      return { command: { type: 'initialise' }, length: 2 };
    case 0x06:
      // ESC ACK SOH: answered when it arrived.
      return fixed(bytes, at, 3, () => nothing);
    case 0x1d:
      return readEscGs(bytes, at);
    case 0x1e:
      return readEscRs(bytes, at);
    case 0x2a:
      return readRasterMode(bytes, at);
    case 0x2d:
      return fixed(bytes, at, 3, (n) => ({ type: 'underline', dots: n % 48 }));
    case 0x34:
    case 0x35:
      return { command: { type: 'invert', on: code === 0x34 }, length: 2 };
    case 0x45:
    case 0x46:
      return { command: { type: 'bold', on: code === 0x45 }, length: 2 };
    case 0x49:
    case 0x4a:
      // ESC I: n/8 mm, ESC J: n/4 mm; 8 dots a millimetre.
      return fixed(bytes, at, 3, (n) => ({
        type: 'feed-dots',
        dots: code === 0x49 ? n : 2 * n,
      }));
    case 0x61:
      return fixed(bytes, at, 3, (n) => ({ type: 'feed-lines', lines: n }));
    case 0x6b:
      return readDots(bytes, at);
    case 0x64:
      return fixed(bytes, at, 3, (n) => ({ type: 'cut', feedToBlade: n % 48 >= 2, dots: 0 }));
    case 0x69:
      return fixed(bytes, at, 4, (high, wide) => ({
        type: 'scale',
        wide: 1 + (wide % 48),
        high: 1 + (high % 48),
      }));
    case 0x7a:
      // ESC z 1: 4 mm; 0: 3 mm.
      return fixed(bytes, at, 3, (n) => ({ type: 'spacing', dots: n % 48 === 1 ? 32 : 24 }));
    default:
      return ignored(bytes, at, escIgnored.get(code));
  }
}

/** ESC k nL nH data: 24 rows of n bytes, part of the line. */
function readDots(bytes: Uint8Array, at: number): Read | null {
  if (at + 4 > bytes.length) return null;
  const rowBytes = (bytes[at + 2] ?? 0) + 256 * (bytes[at + 3] ?? 0);
  const length = 4 + rowBytes * dotsRows;
  if (at + length > bytes.length) return null;
  const bits = bytes.slice(at + 4, at + length);
  const command: Command = {
    ...{ type: 'dots', width: rowBytes * 8, rows: dotsRows, bits },
    ...{ wide: 1, high: 1 },
  };
  return { command, length };
}

/** ESC RS E n sets the ETB counter back, ESC RS a n switches automatic status; others: no matter. */
function readEscRs(bytes: Uint8Array, at: number): Read | null {
  return fixed(bytes, at, 4, (what, n) => {
    if (what === 0x61) return { type: 'report', mask: n % 48 };
    return what === 0x45 ? { type: 'count-from', count: n % 32 } : nothing;
  });
}

/** ESC GS a n: alignment; ESC GS y: QR code; ESC GS t n: code page; others by their usual length. */
function readEscGs(bytes: Uint8Array, at: number): Read | null {
  const code = bytes[at + 2];
  if (code === undefined) return null;
  if (code === 0x79) return readQr(bytes, at);
  if (code === 0x61)
    return four(bytes, at, (n) => ({ type: 'align', to: aligns[n % 48] ?? 'left' }));
  return four(bytes, at, () => nothing);
}

function four(bytes: Uint8Array, at: number, make: (n: number) => Command): Read | null {
  if (at + 4 > bytes.length) return null;
  return { command: make(bytes[at + 3] ?? 0), length: 4 };
}

/** ESC GS y S 0/1/2 n: model, level, cell; ESC GS y D 1 m nL nH data; ESC GS y P. */
function readQr(bytes: Uint8Array, at: number): Read | null {
  const what = bytes[at + 3];
  if (what === undefined) return null;
  if (what === 0x50) return { command: { type: 'qr-print' }, length: 4 };
  if (what === 0x53) {
    if (at + 6 > bytes.length) return null;
    return { command: qrSetting(bytes[at + 4] ?? 0, bytes[at + 5] ?? 0), length: 6 };
  }
  if (what !== 0x44) return { command: { type: 'unknown' }, length: 4 };
  if (at + 8 > bytes.length) return null;
  const length = 8 + (bytes[at + 6] ?? 0) + 256 * (bytes[at + 7] ?? 0);
  if (at + length > bytes.length) return null;
  return { command: { type: 'qr-store', data: bytes.slice(at + 8, at + length) }, length };
}

function qrSetting(which: number, n: number): Command {
  if (which % 48 === 1) return { type: 'qr-level', level: qrLevels[n % 48] ?? 'L' };
  return which % 48 === 2 ? { type: 'qr-module', dots: n } : nothing;
}

/** ESC * r X [digits] NUL: A in, B out, Y down by n dots; others set what a twin does not show. */
function readRasterMode(bytes: Uint8Array, at: number): Read | null {
  const letter = bytes[at + 3];
  if (letter === undefined) return null;
  if (bytes[at + 2] !== 0x72) return { command: { type: 'unknown' }, length: 3 };
  if (letter === 0x41) return { command: { type: 'raster-mode', on: true }, length: 4 };
  if (letter === 0x42) return { command: { type: 'raster-mode', on: false }, length: 4 };
  if (letter === 0x52 || letter === 0x43) return { command: nothing, length: 4 };
  let end = at + 4;
  while (end < bytes.length && end - at < 4 + digitsMax && isDigit(bytes[end] ?? 0)) end += 1;
  if (end >= bytes.length) return null;
  const n = Number(Buffer.from(bytes.subarray(at + 4, end)).toString('latin1'));
  const length = end - at + (bytes[end] === 0 ? 1 : 0);
  return { command: letter === 0x59 ? { type: 'down', dots: n } : nothing, length };
}

const isDigit = (byte: number) => byte >= 0x30 && byte <= 0x39;

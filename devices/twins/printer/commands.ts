/**
 * The command language as the printer reads it: bytes in, one command out. Written from the makers'
 * manuals, apart from our encoder and sharing nothing with it.
 */
export type Command =
  | { type: 'text'; bytes: Uint8Array; wide: boolean }
  | { type: 'line-feed' }
  | { type: 'initialise' }
  | { type: 'chinese'; on: boolean }
  | { type: 'code-page'; page: number }
  | { type: 'scale'; wide: number; high: number }
  | { type: 'align'; to: 'left' | 'center' | 'right' }
  | { type: 'bold'; on: boolean }
  | { type: 'underline'; dots: number }
  | { type: 'invert'; on: boolean }
  | { type: 'font'; narrow: boolean }
  | { type: 'spacing'; dots: number | null }
  | { type: 'feed-dots'; dots: number }
  | { type: 'feed-lines'; lines: number }
  | { type: 'cut'; feedToBlade: boolean; dots: number }
  | { type: 'qr-module'; dots: number }
  | { type: 'qr-level'; level: 'L' | 'M' | 'Q' | 'H' }
  | { type: 'qr-store'; data: Uint8Array }
  | { type: 'qr-print' }
  | { type: 'qr-whole'; level: 'L' | 'M' | 'Q' | 'H'; moduleDots: number; data: Uint8Array }
  | { type: 'report'; mask: number }
  | { type: 'ask-in-turn'; what: number }
  | { type: 'process-id'; id: Uint8Array }
  | { type: 'identify'; what: number }
  /** Dots, rows from the top, leftmost in the highest bit; each dot `wide` x `high`. */
  /** Graphics in the print buffer (GS ( L, GS 8 L): kept, then printed. */
  | { type: 'graphics-store'; rowBytes: number; rows: number; bits: Uint8Array }
  | { type: 'graphics-print' }
  | { type: 'bitmap'; rowBytes: number; rows: number; bits: Uint8Array; wide: number; high: number }
  /** The same as part of a text line (ESC *). */
  | { type: 'dots'; width: number; rows: number; bits: Uint8Array; wide: number; high: number }
  /** Star: into or out of raster mode, one row of dots, paper down, ETB, counter to n. */
  | { type: 'raster-mode'; on: boolean }
  | { type: 'dot-row'; bits: Uint8Array }
  | { type: 'down'; dots: number }
  | { type: 'count-up' }
  | { type: 'count-from'; count: number }
  /** Known, without effect on what a twin shows. */
  | { type: 'nothing' }
  | { type: 'unknown' };

export interface Read {
  command: Command;
  length: number;
}

export const nothing: Command = { type: 'nothing' };
const qrLevels = ['L', 'M', 'Q', 'H'] as const;
const aligns = ['left', 'center', 'right'] as const;

/** The command at `at`; null: its end has not arrived yet. `chinese`: Chinese mode is on. */
export function readCommand(bytes: Uint8Array, at: number, chinese: boolean): Read | null {
  const first = bytes[at];
  if (first === undefined) return null;
  switch (first) {
    case 0x0a:
      return { command: { type: 'line-feed' }, length: 1 };
    case 0x00:
    case 0x0d:
    case 0x09:
      return { command: nothing, length: 1 };
    case 0x10:
      return readRealTime(bytes, at);
    case 0x1b:
      return readEsc(bytes, at);
    case 0x1c:
      return readFs(bytes, at);
    case 0x1d:
      return readGs(bytes, at);
    default:
      return first < 0x20
        ? { command: { type: 'unknown' }, length: 1 }
        : readText(bytes, at, chinese);
  }
}

/** One character: ASCII, or two or four bytes of GB18030 in Chinese mode. */
export function readText(bytes: Uint8Array, at: number, chinese: boolean): Read | null {
  const first = bytes[at] ?? 0;
  if (first < 0x80 || !chinese) return text(bytes, at, 1, false);
  const second = bytes[at + 1];
  if (second === undefined) return null;
  return text(bytes, at, second >= 0x30 && second <= 0x39 ? 4 : 2, true);
}

function text(bytes: Uint8Array, at: number, length: number, wide: boolean): Read | null {
  if (at + length > bytes.length) return null;
  return { command: { type: 'text', bytes: bytes.slice(at, at + length), wide }, length };
}

/** Already carried out when they arrived; here they are only stepped over. */
function readRealTime(bytes: Uint8Array, at: number): Read | null {
  const second = bytes[at + 1];
  if (second === undefined) return null;
  if (second === 0x04 || second === 0x05) return fixed(bytes, at, 3, () => nothing);
  if (second !== 0x14) return { command: { type: 'unknown' }, length: 1 };
  const fn = bytes[at + 2];
  if (fn === undefined) return null;
  return fixed(bytes, at, fn === 8 ? 10 : 5, () => nothing);
}

export function fixed(
  bytes: Uint8Array,
  at: number,
  length: number,
  make: (n: number, m: number) => Command,
): Read | null {
  if (at + length > bytes.length) return null;
  return { command: make(bytes[at + 2] ?? 0, bytes[at + 3] ?? 0), length };
}

/** Length of ESC commands that change nothing a twin shows. */
const escIgnored = new Map<number, number>([
  [0x20, 3], // ESC SP: right-side spacing
  [0x3d, 3], // ESC =: select
  [0x52, 3], // ESC R: international set
  [0x56, 3], // ESC V: rotation
  [0x63, 4], // ESC c 3/4/5: sensors, panel button
  [0x70, 5], // ESC p: drawer
  [0x7b, 3], // ESC {: upside down
  [0x24, 4], // ESC $: absolute position
  [0x5c, 4], // ESC \: relative position
  [0x4c, 2], // ESC L: page mode is not played
]);

function readEsc(bytes: Uint8Array, at: number): Read | null {
  const code = bytes[at + 1];
  if (code === undefined) return null;
  switch (code) {
    case 0x40:
      return { command: { type: 'initialise' }, length: 2 };
    case 0x21:
      return fixed(bytes, at, 3, (n) => ({
        type: 'scale',
        wide: n & 0x20 ? 2 : 1,
        high: n & 0x10 ? 2 : 1,
      }));
    case 0x2d:
      return fixed(bytes, at, 3, (n) => ({ type: 'underline', dots: n % 48 }));
    case 0x32:
      return { command: { type: 'spacing', dots: null }, length: 2 };
    case 0x33:
      return fixed(bytes, at, 3, (n) => ({ type: 'spacing', dots: n }));
    case 0x45:
    case 0x47:
      return fixed(bytes, at, 3, (n) => ({ type: 'bold', on: (n & 1) === 1 }));
    case 0x4a:
      return fixed(bytes, at, 3, (n) => ({ type: 'feed-dots', dots: n }));
    case 0x4d:
      return fixed(bytes, at, 3, (n) => ({ type: 'font', narrow: n % 48 === 1 }));
    case 0x61:
      return fixed(bytes, at, 3, (n) => ({ type: 'align', to: aligns[n % 48] ?? 'left' }));
    case 0x64:
      return fixed(bytes, at, 3, (n) => ({ type: 'feed-lines', lines: n }));
    case 0x2a:
      return readColumns(bytes, at);
    case 0x74:
      return fixed(bytes, at, 3, (n) => ({ type: 'code-page', page: n }));
    case 0x5a:
      return readBoardQr(bytes, at);
    case 0x69:
    case 0x6d:
      return { command: { type: 'cut', feedToBlade: false, dots: 0 }, length: 2 };
    default:
      return ignored(bytes, at, escIgnored.get(code));
  }
}

export function ignored(bytes: Uint8Array, at: number, length: number | undefined): Read | null {
  if (length === undefined) return { command: { type: 'unknown' }, length: 2 };
  return at + length > bytes.length ? null : { command: nothing, length };
}

function readFs(bytes: Uint8Array, at: number): Read | null {
  switch (bytes[at + 1]) {
    case undefined:
      return null;
    case 0x26:
      return { command: { type: 'chinese', on: true }, length: 2 };
    case 0x2e:
      return { command: { type: 'chinese', on: false }, length: 2 };
    case 0x28:
      return readFsExtended(bytes, at);
    case 0x2d:
      return fixed(bytes, at, 3, (n) => ({ type: 'underline', dots: n % 48 }));
    case 0x21:
    case 0x43:
    case 0x57:
      return ignored(bytes, at, 3);
    case 0x53:
      return ignored(bytes, at, 4);
    default:
      return { command: { type: 'unknown' }, length: 2 };
  }
}

/** FS ( x pL pH ...: fonts of Kanji and the like, by their length. */
function readFsExtended(bytes: Uint8Array, at: number): Read | null {
  if (at + 5 > bytes.length) return null;
  return ignored(bytes, at, 5 + (bytes[at + 3] ?? 0) + 256 * (bytes[at + 4] ?? 0));
}

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

function readGs(bytes: Uint8Array, at: number): Read | null {
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

/** GS 8 L p1..p4: as GS ( L, for large pictures. */
function readLongGraphics(bytes: Uint8Array, at: number): Read | null {
  if (at + 7 > bytes.length) return null;
  const byte = (i: number) => bytes[at + i] ?? 0;
  const size = byte(3) + 256 * byte(4) + 65_536 * byte(5) + 16_777_216 * byte(6);
  if (byte(2) !== 0x4c || size > rasterBytesMax) return { command: { type: 'unknown' }, length: 3 };
  if (at + 7 + size > bytes.length) return null;
  return { command: graphics(bytes.slice(at + 7, at + 7 + size)), length: 7 + size };
}

/** Function 112: raster dots of one colour into the buffer; 50: print them. */
function graphics(data: Uint8Array): Command {
  const [, fn, , , , , xL = 0, xH = 0, yL = 0, yH = 0] = data;
  if (fn === 50 || fn === 2) return { type: 'graphics-print' };
  if (fn !== 112) return nothing;
  const rowBytes = Math.ceil((xL + 256 * xH) / 8);
  const rows = yL + 256 * yH;
  return { type: 'graphics-store', rowBytes, rows, bits: data.slice(10, 10 + rowBytes * rows) };
}

/** ESC Z version level size dL dH data: the QR command of domestic boards, whole in one piece. */
function readBoardQr(bytes: Uint8Array, at: number): Read | null {
  if (at + 7 > bytes.length) return null;
  const size = (bytes[at + 5] ?? 0) + 256 * (bytes[at + 6] ?? 0);
  if (at + 7 + size > bytes.length) return null;
  const level = String.fromCharCode(bytes[at + 3] ?? 0);
  const command: Command = {
    type: 'qr-whole',
    level: qrLevels.find((l) => l === level) ?? 'M',
    moduleDots: bytes[at + 4] ?? 3,
    data: bytes.slice(at + 7, at + 7 + size),
  };
  return { command, length: 7 + size };
}

/** No ticket has a picture larger than this: more is noise, not a picture to wait for. */
const rasterBytesMax = 128 * 1024;

/** GS v 0 m xL xH yL yH data. */
function readRaster(bytes: Uint8Array, at: number): Read | null {
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
function readColumns(bytes: Uint8Array, at: number): Read | null {
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

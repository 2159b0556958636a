/**
 * ESC/POS as the printer reads it: bytes in, one command out. Written from the makers' manuals, apart
 * from our encoder and sharing nothing with it.
 */
import { fixed, ignored, nothing, type Read } from './command.ts';
import { readEsc } from './esc-commands.ts';
import { readGs } from './gs-commands.ts';

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

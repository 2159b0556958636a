/**
 * A sign's frame by template: `40 {addr} {text} 0D`. The options' schema has checked its pieces;
 * text is GBK, whose bytes are never below 40 but for ASCII, and ASCII controls never come through.
 */
import { DeviceError } from '../../codes.ts';
import { lineBytes, shownLines } from '../content.ts';
import type { SignContent } from '../contract.ts';

export interface TextFrame {
  template: string;
  address: number;
  lineBreak: Uint8Array;
  /** Room for the text; null: any length. */
  textBytes: number | null;
}

const piece = /"([^"]*)"|\{([a-z]+)(?::?(\d))?\}|([0-9A-Fa-f]{2})/g;

/** @throws DeviceError SGN_CONTENT when the text has no room */
export function textFrame(frame: TextFrame, content: SignContent): Uint8Array {
  const bytes: number[] = [];
  for (const [, literal, field, digit, hex] of frame.template.matchAll(piece)) {
    if (literal !== undefined) bytes.push(...Buffer.from(literal, 'latin1'));
    else if (hex !== undefined) bytes.push(Number.parseInt(hex, 16));
    else bytes.push(...fieldBytes(field ?? '', digit, frame, content, bytes));
  }
  return Uint8Array.from(bytes);
}

function fieldBytes(
  field: string,
  digit: string | undefined,
  frame: TextFrame,
  content: SignContent,
  before: readonly number[],
): Iterable<number> {
  switch (field) {
    case 'addr':
      return digit === undefined
        ? [frame.address]
        : Buffer.from(String(frame.address).padStart(Number(digit), '0'), 'latin1');
    case 'text':
      return fitted(joined(shownLines(content), frame.lineBreak), frame.textBytes);
    case 'line':
      return fitted(lineBytes(shownLines(content)[Number(digit) - 1] ?? ''), frame.textBytes);
    case 'number':
      return fitted(lineBytes(content.number ?? ''), frame.textBytes);
    case 'xor':
      return [before.reduce((xor, byte) => xor ^ byte, 0)];
    default:
      return [before.reduce((sum, byte) => (sum + byte) & 0xff, 0)];
  }
}

function joined(lines: readonly string[], lineBreak: Uint8Array): Buffer {
  return Buffer.concat(
    lines.flatMap((line, i) => (i === 0 ? [lineBytes(line)] : [lineBreak, lineBytes(line)])),
  );
}

function fitted(bytes: Buffer, room: number | null): Buffer {
  if (room === null) return bytes;
  if (bytes.length > room) {
    throw new DeviceError('SGN_CONTENT', `${bytes.length} bytes of text, room for ${room}`);
  }
  return Buffer.concat([bytes, Buffer.alloc(room - bytes.length, 0x20)]);
}

/** Finds an answer of fixed bytes in whatever else comes; holds no more than one answer's length. */
export function createAnswerFinder(answer: Uint8Array): { push(chunk: Uint8Array): true[] } {
  const wanted = Buffer.from(answer);
  let held = Buffer.alloc(0);
  return {
    push(chunk) {
      held = Buffer.concat([held, chunk]);
      const found: true[] = [];
      for (let at = held.indexOf(wanted); at >= 0; at = held.indexOf(wanted)) {
        found.push(true);
        held = held.subarray(at + wanted.length);
      }
      held = Buffer.from(held.subarray(Math.max(0, held.length - wanted.length + 1)));
      return found;
    },
  };
}

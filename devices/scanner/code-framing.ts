/**
 * Codes in a stream of bytes: up to a line end or a tab, or up to a moment of silence. Total: what is
 * longer than any code is dropped up to the next end, and never more than one code is held.
 */
import type { CodeEnd } from './options.ts';
import { codeBytesMax } from './text.ts';

export type CodePiece =
  | { type: 'code'; bytes: Uint8Array }
  | { type: 'too-long' }
  /** Its end never came. */
  | { type: 'cut-short' };

export interface CodeFraming {
  push(chunk: Uint8Array): CodePiece[];
  /** The line has been quiet for as long as an end may take. */
  quiet(): CodePiece[];
  /** Something is held whose end has not come. */
  readonly open: boolean;
}

export function createCodeFraming(end: CodeEnd): CodeFraming {
  const held = new Uint8Array(codeBytesMax);
  let n = 0;
  let tooLong = false;

  const isEnd = (byte: number) =>
    end === 'line' ? byte === 0x0a || byte === 0x0d : end === 'tab' && byte === 0x09;

  function take(): CodePiece[] {
    const bytes = held.slice(0, n);
    const long = tooLong;
    held.fill(0, 0, n);
    n = 0;
    tooLong = false;
    if (long) return [{ type: 'too-long' }];
    return bytes.length === 0 ? [] : [{ type: 'code', bytes }];
  }

  return {
    push(chunk) {
      const out: CodePiece[] = [];
      for (const byte of chunk) {
        if (isEnd(byte)) out.push(...take());
        else if (n < codeBytesMax) {
          held[n] = byte;
          n += 1;
        } else tooLong = true;
      }
      return out;
    },
    quiet() {
      const pieces = take();
      if (end === 'gap' || pieces.length === 0) return pieces;
      return [{ type: 'cut-short' }];
    },
    get open() {
      return n > 0 || tooLong;
    },
  };
}

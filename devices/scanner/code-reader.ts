/** A stream of bytes read as codes, with the clock that ends or gives up one whose end is missing. */
import type { DeviceClock } from '../contract.ts';
import { type CodePiece, createCodeFraming } from './code-framing.ts';
import { type CodeEnd, textDefaults } from './options.ts';
import type { CodeOut } from './text.ts';

/** A code that is waited for an end longer than this will never have one. */
export const endWaitMs = 1000;

export interface CodeReader {
  push(chunk: Uint8Array): void;
  close(): void;
}

export function createCodeReader(
  clock: DeviceClock,
  out: CodeOut,
  o: { end?: CodeEnd | undefined; gap_ms?: number | undefined },
): CodeReader {
  const end = o.end ?? textDefaults.end;
  const waitMs = end === 'gap' ? (o.gap_ms ?? textDefaults.gapMs) : endWaitMs;
  const framing = createCodeFraming(end);
  let cancel: (() => void) | undefined;

  function tell(pieces: readonly CodePiece[]): void {
    for (const piece of pieces) {
      if (piece.type === 'code') out.code(piece.bytes);
      else out.fault(piece.type === 'too-long' ? 'SCN_TOO_LONG' : 'SCN_DAMAGED');
    }
  }

  return {
    push(chunk) {
      cancel?.();
      tell(framing.push(chunk));
      cancel = framing.open ? clock.after(waitMs, () => tell(framing.quiet())) : undefined;
    },
    close: () => cancel?.(),
  };
}

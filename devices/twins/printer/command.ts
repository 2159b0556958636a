/** What a printer is told, whatever its command language, and how the readers of each take it apart. */
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
  /** Graphics in the print buffer (GS ( L, GS 8 L): kept, then printed. */
  | { type: 'graphics-store'; rowBytes: number; rows: number; bits: Uint8Array }
  | { type: 'graphics-print' }
  /** Dots, rows from the top, leftmost in the highest bit; each dot `wide` x `high`. */
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
export const qrLevels = ['L', 'M', 'Q', 'H'] as const;
export const aligns = ['left', 'center', 'right'] as const;

/** A command of `length` bytes, made of its third and fourth; null: not all of it is here. */
export function fixed(
  bytes: Uint8Array,
  at: number,
  length: number,
  make: (n: number, m: number) => Command,
): Read | null {
  if (at + length > bytes.length) return null;
  return { command: make(bytes[at + 2] ?? 0, bytes[at + 3] ?? 0), length };
}

/** Stepped over; `length` undefined: nobody knows it. */
export function ignored(bytes: Uint8Array, at: number, length: number | undefined): Read | null {
  if (length === undefined) return { command: { type: 'unknown' }, length: 2 };
  return at + length > bytes.length ? null : { command: nothing, length };
}

/**
 * What turns printed lines into a printer's commands. One implementation per command dialect; the
 * printer's profile chooses. Layout, status and jobs know none of them.
 */
import type { TicketDocument } from '../contract.ts';
import type { LaidItem } from './layout.ts';

/**
 * Largest piece handed to the wire at once, bytes. Every piece is a number of whole commands, so
 * that 8,192 NULs get any parser out of a piece that broke off (protocol.ts, recovery).
 */
export const segmentBytesMax = 8192;

/**
 * How the printer is asked to say that all before this point is on paper. `etb`: Star's counter, one
 * byte 0x17 at the very end.
 */
export type JobToken =
  | { by: 'process-id'; id: Uint8Array }
  | { by: 'gs-r' }
  | { by: 'etb' }
  | { by: 'none' };

export interface TicketEncoder {
  /** A whole job: initialisation, the lines, cut, token. Each segment at most `segmentBytesMax`. */
  encode(items: readonly LaidItem[], token: JobToken): Uint8Array[];
}

/** An encoder that draws what its printer can not spell; drawing takes time and is done before. */
export interface DrawingEncoder extends TicketEncoder {
  /**
   * Draws what `document` needs and is not drawn yet; undefined: nothing, encode at once. Never
   * rejects: what could not be drawn (logged) prints with replacements, a logo is left out.
   */
  prepare(document: TicketDocument): Promise<void> | undefined;
  /** Lets go of the drawing process. Idempotent. */
  close(): void;
}

/** Packs whole commands into as few segments as possible. */
export function packSegments(commands: readonly Uint8Array[]): Uint8Array[] {
  const segments: Uint8Array[] = [];
  let open: Uint8Array[] = [];
  let size = 0;
  for (const command of commands) {
    if (size + command.byteLength > segmentBytesMax && size > 0) {
      segments.push(Buffer.concat(open));
      open = [];
      size = 0;
    }
    open.push(command);
    size += command.byteLength;
  }
  if (size > 0) segments.push(Buffer.concat(open));
  return segments;
}

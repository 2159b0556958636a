/**
 * The LED sign over a counter or on a wall: shows the number that is called and where to.
 *
 * A sign forgets at power-off, and a driver lives no longer than its wire. Whoever owns the content
 * therefore calls `show` again with the last one whenever the supervisor has opened the sign anew.
 * As long as one driver lives it repeats its last content itself (a sign that lost its power for a
 * second behind a serial server is seen by nobody else).
 */
import type { Device } from '../contract.ts';

export interface SignContent {
  /** The ticket's number as printed, e.g. `A015`; null: nobody is called. Digit signs show only it. */
  number: string | null;
  /** Text for signs that show text, top line first; a sign shows as many lines as it has. */
  lines: readonly string[];
  /** Draws the eye for a fresh call, where the sign can. */
  blink: boolean;
}
/** Longer content is refused with SGN_CONTENT. */
export const signLinesMax = 8;
export const signLineCharsMax = 64;

export interface WindowSign extends Device {
  readonly kind: 'window-sign';
  /**
   * Resolves when the sign has acknowledged, or, for signs that answer nothing, when the bytes have
   * left. Calls do not queue up: what waits is replaced by the newer content and ends as that does.
   * @throws DeviceError SGN_CONTENT, SGN_REFUSED, DEV_NO_ANSWER, DEV_CLOSED, DEV_WRITE_DEADLINE
   */
  show(content: SignContent): Promise<void>;
}

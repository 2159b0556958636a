/**
 * A cabinet of lockers. Boxes are numbered from 1 through all boards in the order of the options.
 * Doors come as events `{type:'door', box, open}` when they change.
 */
import type { DeviceCode } from '../codes.ts';
import type { Device } from '../contract.ts';

/**
 * opened: the lock itself reports that it is open. failed: the board answered and the lock stayed
 * shut, or the box does not exist. uncertain: the command left and nobody answered: look at the door.
 */
export type OpenOutcome =
  | { outcome: 'opened' }
  | { outcome: 'failed'; code: DeviceCode }
  | { outcome: 'uncertain'; code: DeviceCode };

export interface BoxState {
  box: number;
  /** `unknown`: its board has not answered lately. */
  open: boolean | 'unknown';
}

export interface Locker extends Device {
  readonly kind: 'locker';
  /** As last heard; asked again every `poll_ms`. */
  readonly boxes: readonly BoxState[];
  /** Opens one box; never repeated by itself. Openings queue (at most 24, then LCK_BUSY). */
  open(box: number): Promise<OpenOutcome>;
  /**
   * Asks the lock now.
   * @throws DeviceError LCK_NO_SUCH_BOX, LCK_BUSY, DEV_NO_ANSWER, DEV_CLOSED
   */
  query(box: number): Promise<boolean>;
}

/**
 * What restarts the program, or the whole machine, when it no longer says that it is well. The driver
 * only passes the word on; who is well is judged by the host, never by a bare timer here.
 */
import type { Device } from '../contract.ts';

export interface Watchdog extends Device {
  readonly kind: 'watchdog';
  /** Say that you are well at least this often, ms. */
  readonly feedEveryMs: number;
  /**
   * "I am well." The first one arms it. Rejects with a DeviceError when the word could not be passed
   * on. @param health some words for the service manager's status line
   */
  feed(health: string): Promise<void>;
  /** The host is not well and feeds no more: shown as the device's status. */
  withheld(why: string): void;
}

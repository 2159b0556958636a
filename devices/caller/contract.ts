/**
 * The clerks' callers of one bus: keys come as events `{type:'key', key, address}`, a small display
 * and a beeper stand beside the keys. `address` says which window's caller; the profile knows whose.
 *
 * Key names: `0`-`9`, `next`, `recall`, `evaluate`, `cancel`, `confirm`, `line` (一米线), `pause`,
 * `transfer`; digits typed before confirm or transfer go with it: `6-confirm`, `12-transfer`. A key
 * nobody has named is `key-XX` (its byte in hexadecimal).
 */
import type { Device } from '../contract.ts';

export interface CallerDisplay {
  /** Ticket at the window, e.g. `A015`: the hardware shows the last three digits. null: none. */
  number: string | null;
  /** People waiting, shown up to 999; null: not shown. */
  waiting: number | null;
}

/** Addresses on the bus: 0..254. */
export const callerAddressMax = 254;

export interface Caller extends Device {
  readonly kind: 'caller';
  /**
   * Writes the display. Resolves when the frame has left; the hardware confirms nothing. A newer
   * call for the same address replaces one that still waits for the bus.
   * @throws DeviceError CLR_ADDRESS, CLR_BUSY, DEV_CLOSED, DEV_WRITE_DEADLINE
   */
  show(address: number, display: CallerDisplay): Promise<void>;
  /** @throws as `show` */
  beep(address: number): Promise<void>;
}

/**
 * Evaluation keys (评价器). Every press that the profile gives a meaning comes as the event
 * `{type:'key', key, address}` where `key` IS the level, one of `evaluatorLevels`: which key means
 * what is a matter of the hardware and its sticker, so the map stands in the options of the device
 * (`levels: { "3": very-satisfied, ... }`) in the machine profile. Keys without a level are no event.
 * `address` is there for evaluators on a shared bus and left out for the others.
 */
import type { Device } from '../contract.ts';

/** Best first. The words are those of the bus. */
export const evaluatorLevels = [
  'very-satisfied',
  'satisfied',
  'basically-satisfied',
  'dissatisfied',
  'very-dissatisfied',
] as const;
export type EvaluatorLevel = (typeof evaluatorLevels)[number];

export interface Evaluator extends Device {
  readonly kind: 'evaluator';
  /**
   * Lights or speaks up so that the citizen sees the keys are waiting. true: the bytes have left;
   * false: this hardware has no such command. `address` null: the only one.
   * @throws DeviceError CLR_ADDRESS, CLR_BUSY, DEV_CLOSED, DEV_WRITE_DEADLINE
   */
  invite(address: number | null): Promise<boolean>;
}

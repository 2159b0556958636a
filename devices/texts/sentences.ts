/** Shape of the sentence files, one per language. */
import type { DeviceCode } from '../codes.ts';

export interface Sentences {
  /** What is wrong and what to do, for who has the cabinet key. */
  technician: string;
  /** What the person in front of the machine is told; null: not a citizen's business. */
  citizen: string | null;
}
export type DeviceTexts = Readonly<Record<DeviceCode, Sentences>>;

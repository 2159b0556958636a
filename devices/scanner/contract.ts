/** What a scanner is to the host: codes arrive as events `{type:'scan', text, symbology}`. */
import type { Device } from '../contract.ts';

export interface Scanner extends Device {
  readonly kind: 'scanner';
}

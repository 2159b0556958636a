/** What a presence radar is to the host: `{type:'presence', present, distanceCm}` on every change. */
import type { Device } from '../contract.ts';

export interface PresenceRadar extends Device {
  readonly kind: 'presence-radar';
}

/** From a profile to its encoder; loads the encoder's package on first need. */
import type { TicketEncoder } from './encoder.ts';
import type { PrinterProfile } from './printer-profile.ts';

export async function encoderFor(profile: PrinterProfile): Promise<TicketEncoder> {
  const { ntpEncoder } = await import('./ntp-encoder.ts');
  return ntpEncoder(profile);
}

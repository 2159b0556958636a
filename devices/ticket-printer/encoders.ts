/** From a profile to its encoder; loads the encoder's package on first need. */
import type { TicketEncoder } from './encoder.ts';
import type { PrinterProfile } from './printer-profile.ts';

export async function encoderFor(profile: PrinterProfile): Promise<TicketEncoder> {
  switch (profile.commands.encoder) {
    case 'node-thermal-printer':
      return (await import('./ntp-encoder.ts')).ntpEncoder(profile);
    case 'escpos':
      return (await import('./escpos-encoder.ts')).escposEncoder(profile);
    case 'star-line':
      return (await import('./star-encoder.ts')).starEncoder(profile);
  }
}

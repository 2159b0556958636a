/** From a profile to its encoder; loads the encoder's package on first need. */
import type { DrawingEncoder, TicketEncoder } from './encoder.ts';
import { type DrawingPorts, drawing } from './encoder-drawing.ts';
import type { PrinterProfile } from './printer-profile.ts';

/** Spells what its printer can spell; the rest is replaced or left out. */
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

/** As encoderFor, and draws the rest, in a process that is started when the first such ticket comes. */
export const drawingEncoderFor = async (
  profile: PrinterProfile,
  ports: DrawingPorts,
): Promise<DrawingEncoder> => drawing(await encoderFor(profile), profile, ports);

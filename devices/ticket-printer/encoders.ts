/** From a profile to its encoder; loads the encoder's package on first need. */
import type { DeviceClock, DeviceLog } from '../contract.ts';
import { checkedDocument } from './document.ts';
import type { DrawingEncoder, TicketEncoder } from './encoder.ts';
import { layOut } from './layout.ts';
import type { PrinterProfile } from './printer-profile.ts';
import { createRasterizer, type Rasterizer } from './raster.ts';
import { createPictures } from './raster-pictures.ts';

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

export interface DrawingPorts {
  clock: DeviceClock;
  log: DeviceLog;
  rasterizer?: Rasterizer;
}

/** As encoderFor, and draws the rest, in a process that is started when the first such ticket comes. */
export async function drawingEncoderFor(
  profile: PrinterProfile,
  { clock, log, rasterizer = createRasterizer(clock) }: DrawingPorts,
): Promise<DrawingEncoder> {
  const encoder = await encoderFor(profile);
  const qrBitmap =
    profile.qr.how === 'raster' ? (await import('./raster-qr.ts')).qrBitmap : undefined;
  const pictures = createPictures({ profile, rasterizer, clock, log, qrBitmap });
  return {
    encode: (items, token) => encoder.encode(pictures.place(items), token),
    prepare(document) {
      try {
        if (!pictures.mayNeed(document)) return undefined;
        return pictures.prepare(layOut(checkedDocument(document), profile));
      } catch {
        // Whoever prints it gets to hear why.
        return undefined;
      }
    },
    close: pictures.close,
  };
}

/** Tickets on the virtual printer's paper: from a document to what the bytes alone draw. */
import type { TicketDocument } from '../../devices/contract.ts';
import type { TicketEncoder } from '../../devices/ticket-printer/encoder.ts';
import { drawingEncoderFor } from '../../devices/ticket-printer/encoders.ts';
import { layOut } from '../../devices/ticket-printer/layout.ts';
import type { PrinterProfile } from '../../devices/ticket-printer/printer-profile.ts';
import type { Rasterizer } from '../../devices/ticket-printer/raster.ts';
import { PrinterEngine } from '../../devices/twins/printer/engine.ts';
import type { Sheet } from '../../devices/twins/printer/paper.ts';
import { realClock } from '../../kiosk-app/runtime/clock.ts';

export interface Paper {
  bytes: Buffer;
  sheet: Sheet;
  /** What the printer could not make sense of. */
  complaints: string[];
}

const log = {
  debug: () => undefined,
  info: () => undefined,
  warn: (fields: Record<string, unknown>, message: string) => console.error(message, fields),
};

/** Draws what has to be drawn, encodes and prints. */
export async function paperOf(
  profile: PrinterProfile,
  document: TicketDocument,
  rasterizer: Rasterizer,
): Promise<Paper> {
  const encoder = await drawingEncoderFor(profile, { clock: realClock, log, rasterizer });
  await encoder.prepare(document);
  return printed(profile, encoder, document);
}

function printed(profile: PrinterProfile, encoder: TicketEncoder, document: TicketDocument): Paper {
  const bytes = Buffer.concat(encoder.encode(layOut(document, profile), { by: 'none' }));
  const papers: { sheet: Sheet; complaints: string[] }[] = [];
  const engine = new PrinterEngine(
    {
      profile,
      clock: realClock,
      pace: 'instant',
      lowBelowMm: 0,
      reply: () => undefined,
      paperOff: (sheet, complaints) => papers.push({ sheet, complaints }),
      changed: () => undefined,
    },
    1_000_000,
  );
  // In pieces, as a printer with a small buffer gets it.
  for (let at = 0; at < bytes.length; ) {
    const piece = bytes.subarray(at, at + engine.roomBytes);
    engine.receive(piece);
    at += piece.length;
  }
  const [first] = papers;
  const paper = first ?? { sheet: engine.hanging, complaints: [] };
  engine.powerCycle();
  return { bytes, ...paper };
}

/**
 * A ticket from fields to bytes, without a printer: time to encode, bytes, their time on a serial
 * line, and a line with a rare character drawn by the process for that.
 */
import { join } from 'node:path';
import type { TicketDocument } from '../../devices/contract.ts';
import { checkedDocument } from '../../devices/ticket-printer/document.ts';
import type { DrawingEncoder } from '../../devices/ticket-printer/encoder.ts';
import { drawingEncoderFor } from '../../devices/ticket-printer/encoders.ts';
import { layOut } from '../../devices/ticket-printer/layout.ts';
import { loadPrinterProfile } from '../../devices/ticket-printer/load-profile.ts';
import { loadTicketTemplate } from '../../devices/ticket-printer/load-template.ts';
import { fillTemplate } from '../../devices/ticket-printer/template.ts';
import { realClock } from '../../kiosk-app/runtime/clock.ts';
import { p50 } from './stats.ts';

const profiles = join(import.meta.dirname, '..', '..', 'profiles');
const profile = loadPrinterProfile([join(profiles, 'printers')], 'generic-80');
const baud = 115_200;
/** Start bit, eight bits, stop bit. */
const bitsPerByte = 10;
/** Encoded together, so that the clock's grain does not count. */
const batch = 20;
const log = {
  debug: () => undefined,
  info: () => undefined,
  warn: (fields: Record<string, unknown>, message: string) => console.error(message, fields),
};

export async function measurePrint(rounds: number) {
  const encoder = await drawingEncoderFor(profile, { clock: realClock, log });
  const ticket = standardTicket();
  const bytes = bytesOf(encoder, ticket(false, 1));
  const bytesRated = bytesOf(encoder, ticket(true, 1));
  const encodeUs: number[] = [];
  for (let i = 0; i < rounds; i += 1) {
    const began = performance.now();
    for (let j = 0; j < batch; j += 1) bytesOf(encoder, ticket(false, i * batch + j));
    encodeUs.push(((performance.now() - began) * 1000) / batch);
  }
  const lineMs: number[] = [];
  // The first one starts the process and reads the fonts.
  for (let i = 0; i <= rounds / 10; i += 1) {
    const began = performance.now();
    await encoder.prepare({ title: '', blocks: [{ type: 'line', text: `申请人 张㛃𬌗䶮 ${i}` }] });
    lineMs.push(performance.now() - began);
  }
  encoder.close();
  return {
    'print.encode_us': p50(encodeUs),
    'print.bytes': bytes,
    'print.bytes_rated': bytesRated,
    'print.paper_ms_115200': (bytes * bitsPerByte * 1000) / baud,
    'print.raster_line_ms': p50(lineMs.slice(1)),
    'print.raster_first_ms': lineMs[0] ?? Number.NaN,
  };
}

/**
 * An ordinary citizen's ticket: 12 lines in Chinese and a QR code; `rated`: and one to rate with.
 * Number, people before and QR code are others on every ticket, as in a hall.
 */
function standardTicket(): (rated: boolean, nth: number) => TicketDocument {
  const template = loadTicketTemplate([join(profiles, 'tickets')], 'queue-ticket');
  const { class: _, wait: __, rate = '', qr = '', ...fields } = template.example ?? {};
  return (rated, nth) => {
    const number = `A${String(nth % 1000).padStart(3, '0')}`;
    const own = { number, ahead: String(10 + (nth % 90)), qr: qr.slice(0, -4) + number };
    return fillTemplate(template, { ...fields, ...own, ...(rated ? { rate } : {}) });
  };
}

/** All that print() does before the first byte. */
function bytesOf(encoder: DrawingEncoder, document: TicketDocument): number {
  if (encoder.prepare(document) !== undefined) throw new Error('a plain ticket was to be drawn');
  const segments = encoder.encode(layOut(checkedDocument(document), profile), { by: 'gs-r' });
  return segments.reduce((n, segment) => n + segment.byteLength, 0);
}

/** Opens an ESC/POS ticket printer: its profile, what draws for it, and its wire. */
import { DeviceError } from '../codes.ts';
import type { DeviceContext, TicketPrinter } from '../contract.ts';
import { openTransport } from '../transports/open.ts';
import { drawingEncoderFor } from './encoders.ts';
import { createEscposPrinter, usedMmName } from './escpos-printer.ts';
import { createRoll } from './near-end.ts';
import type { EscposOptions } from './options.ts';
import { warmUp } from './warm-up.ts';

/** @throws DeviceError of the wire, PRN_PROFILE, DEV_ABORTED */
export async function openEscpos(
  options: EscposOptions,
  context: DeviceContext,
  signal: AbortSignal,
): Promise<TicketPrinter> {
  const profile = await context.printerProfile(options.profile);
  const encoder = await drawingEncoderFor(profile, context);
  warmUp(encoder, profile);
  const transport = await openTransport(options.link, signal);
  const roll = createRoll(
    profile,
    options.roll_m ?? profile.paper.roll_m,
    context.memory?.get(usedMmName) ?? null,
  );
  const printer = createEscposPrinter({ transport, profile, encoder, context, roll });
  const abort = () => transport.abandon(new DeviceError('DEV_ABORTED', transport.name));
  signal.addEventListener('abort', abort, { once: true });
  try {
    await printer.ready;
    return printer;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

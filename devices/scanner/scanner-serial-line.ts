/** Scanner that sends every code as plain text, over a serial port or a TCP serial server. */
import { DeviceError } from '../codes.ts';
import type { DeviceContext } from '../contract.ts';
import { openTransport } from '../transports/open.ts';
import { createCodeReader } from './code-reader.ts';
import type { Scanner } from './contract.ts';
import { type ScannerSerialLineOptions, textDefaults } from './options.ts';
import { createCodeOut } from './text.ts';

/** @throws DeviceError of the wire, DEV_ABORTED */
export async function openScannerSerialLine(
  options: ScannerSerialLineOptions,
  context: DeviceContext,
  signal: AbortSignal,
): Promise<Scanner> {
  const transport = await openTransport(options.link, signal);
  const out = createCodeOut(context, {
    encoding: options.encoding ?? textDefaults.encoding,
    repeatMs: options.repeat_ms ?? textDefaults.repeatMs,
  });
  const reader = createCodeReader(context.clock, out, options);
  let gone = false;
  transport.onClose((error) => {
    gone = true;
    reader.close();
    if (error !== undefined) context.lost(error);
  });
  transport.onData((chunk) => reader.push(chunk));
  if (signal.aborted) {
    await transport.close();
    throw new DeviceError('DEV_ABORTED', transport.name);
  }
  const wire = { wire: transport.name };
  context.status({ state: 'ready', code: 'DEV_READY', detail: wire });
  return {
    kind: 'scanner',
    // It can not be asked anything: that its wire is open is all there is to know.
    selfTest: async () => [
      { step: 'scanner-wire', ok: !gone, code: gone ? 'DEV_CLOSED' : 'DEV_READY', detail: wire },
    ],
    close: () => transport.close(),
  };
}

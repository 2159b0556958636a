/**
 * Keypad or caller that sends the name of each pressed key as a line, over a serial port or a TCP
 * serial server. The protocol is Xuhao's own plain one (provenance: assumed): a microcontroller, a
 * vendor's converter or the virtual twin can speak it; makers' frames get drivers of their own.
 */
import { DeviceError } from '../codes.ts';
import type { DeviceContext, Keypad } from '../contract.ts';
import { openTransport } from '../transports/open.ts';
import { createLineFraming } from './line-framing.ts';
import { debounceMsDefault, type KeypadSerialOptions } from './options.ts';
import { createPressFilter } from './press-filter.ts';
import { keypadTest } from './self-test.ts';

/** @throws DeviceError of the wire */
export async function openKeypadSerial(
  options: KeypadSerialOptions,
  context: DeviceContext,
  signal: AbortSignal,
): Promise<Keypad> {
  const transport = await openTransport(options.link, signal);
  const framing = createLineFraming();
  const presses = createPressFilter(options.debounce_ms ?? debounceMsDefault);
  let gone = false;
  transport.onClose((error) => {
    gone = true;
    if (error !== undefined) context.lost(error);
  });
  transport.onData((chunk) => {
    const before = framing.dropped;
    for (const key of framing.push(chunk)) {
      if (presses.accepts(key, context.clock.mono())) context.event({ type: 'key', key });
    }
    if (framing.dropped !== before) {
      context.log.warn({ event: 'keypad-garbage', lines: framing.dropped }, 'not a key name');
    }
  });
  if (signal.aborted) {
    await transport.close();
    throw new DeviceError('DEV_ABORTED', transport.name);
  }
  context.status({ state: 'ready', code: 'DEV_READY', detail: { wire: transport.name } });
  return {
    kind: 'keypad',
    selfTest: async () => keypadTest(transport.name, gone),
    close: () => transport.close(),
  };
}

/** USB numeric keypad, read as raw reports: works without a focused window, a screen or a console. */
import { DeviceError } from '../codes.ts';
import type { DeviceContext, Keypad } from '../contract.ts';
import { type HidLibrary, openHid } from '../transports/hid.ts';
import { createHidKeys } from './hid-reports.ts';
import { debounceMsDefault, type KeypadHidOptions } from './options.ts';
import { createPressFilter } from './press-filter.ts';
import { keypadTest } from './self-test.ts';

/** @throws DeviceError DEV_LIBRARY_MISSING, DEV_NO_SUCH_PORT, DEV_NO_PERMISSION, DEV_ABORTED */
export async function openKeypadHid(
  options: KeypadHidOptions,
  context: DeviceContext,
  signal: AbortSignal,
  load?: () => Promise<HidLibrary>,
): Promise<Keypad> {
  const wire = await openHid(options.link, signal, load);
  const keys = createHidKeys();
  const presses = createPressFilter(options.debounce_ms ?? debounceMsDefault);
  let gone = false;
  wire.onClose((error) => {
    gone = true;
    if (error !== undefined)
      context.lost(new DeviceError('DEV_CLOSED', wire.name, { cause: error }));
  });
  wire.onReport((report) => {
    for (const key of keys.push(report)) {
      if (presses.accepts(key, context.clock.mono())) context.event({ type: 'key', key });
    }
  });
  context.status({ state: 'ready', code: 'DEV_READY', detail: { wire: wire.name } });
  return {
    kind: 'keypad',
    selfTest: async () => keypadTest(wire.name, gone),
    close: () => wire.close(),
  };
}

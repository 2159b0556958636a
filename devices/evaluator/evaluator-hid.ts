/** Evaluator that is a USB keyboard: its keys are read as raw reports, whatever window has the focus. */
import { DeviceError } from '../codes.ts';
import type { DeviceContext } from '../contract.ts';
import { createHidKeys } from '../keypad/hid-reports.ts';
import { debounceMsDefault } from '../keypad/options.ts';
import { createPressFilter } from '../keypad/press-filter.ts';
import { type HidLibrary, openHid } from '../transports/hid.ts';
import type { Evaluator } from './contract.ts';
import type { EvaluatorHidOptions } from './options.ts';

/** @throws DeviceError DEV_LIBRARY_MISSING, DEV_NO_SUCH_PORT, DEV_NO_PERMISSION, DEV_ABORTED */
export async function openEvaluatorHid(
  options: EvaluatorHidOptions,
  context: DeviceContext,
  signal: AbortSignal,
  load?: () => Promise<HidLibrary>,
): Promise<Evaluator> {
  const wire = await openHid(options.link, signal, load);
  const keys = createHidKeys();
  const presses = createPressFilter(options.debounce_ms ?? debounceMsDefault);
  wire.onClose((error) => {
    if (error !== undefined)
      context.lost(new DeviceError('DEV_CLOSED', wire.name, { cause: error }));
  });
  wire.onReport((report) => {
    for (const key of keys.push(report)) {
      const level = options.levels[key];
      if (level !== undefined && presses.accepts(key, context.clock.mono())) {
        context.event({ type: 'key', key: level });
      }
    }
  });
  context.status({ state: 'ready', code: 'DEV_READY', detail: { wire: wire.name } });
  return {
    kind: 'evaluator',
    invite: async () => false,
    selfTest: async () => [
      { step: 'evaluator-wire', ok: true, code: 'DEV_READY', detail: { wire: wire.name } },
    ],
    close: () => wire.close(),
  };
}

/**
 * USB scanner that types like a keyboard, read as raw reports. The kernel still types the same keys
 * into the focused window: the machine's udev rules must set LIBINPUT_IGNORE_DEVICE=1 for it.
 */
import { DeviceError } from '../codes.ts';
import type { DeviceClock, DeviceContext } from '../contract.ts';
import { type HidLibrary, openHid } from '../transports/hid.ts';
import { endWaitMs } from './code-reader.ts';
import type { Scanner } from './contract.ts';
import { type ScannerHidKeyboardOptions, textDefaults } from './options.ts';
import { type CodeOut, codeBytesMax, createCodeOut } from './text.ts';
import { createWedgeReports, type WedgeKey } from './wedge-reports.ts';

const keyboard = { page: 0x01, usage: 0x06 } as const;

/** @throws DeviceError DEV_LIBRARY_MISSING, DEV_NO_SUCH_PORT, DEV_NO_PERMISSION, DEV_ABORTED */
export async function openScannerHidKeyboard(
  options: ScannerHidKeyboardOptions,
  context: DeviceContext,
  signal: AbortSignal,
  load?: () => Promise<HidLibrary>,
): Promise<Scanner> {
  const wire = await openHid(options.link, signal, load, keyboard);
  const out = createCodeOut(context, {
    encoding: 'utf-8',
    repeatMs: options.repeat_ms ?? textDefaults.repeatMs,
  });
  const reports = createWedgeReports();
  const typed = createTyped(context.clock, out, options);
  let gone = false;
  wire.onClose((error) => {
    gone = true;
    typed.close();
    if (error !== undefined)
      context.lost(new DeviceError('DEV_CLOSED', wire.name, { cause: error }));
  });
  wire.onReport((report) => {
    for (const key of reports.push(report)) typed.key(key);
  });
  const detail = { wire: wire.name };
  context.status({ state: 'ready', code: 'DEV_READY', detail });
  return {
    kind: 'scanner',
    selfTest: async () => [
      { step: 'scanner-wire', ok: !gone, code: gone ? 'DEV_CLOSED' : 'DEV_READY', detail },
    ],
    close: () => wire.close(),
  };
}

/** Keys joined to codes. Bounded: what is longer than any code is no code. */
function createTyped(
  clock: DeviceClock,
  out: CodeOut,
  o: Pick<ScannerHidKeyboardOptions, 'end' | 'gap_ms'>,
) {
  const end = o.end ?? 'enter';
  let text = '';
  let bad = false;
  let cancel: (() => void) | undefined;

  function finish(whole: boolean): void {
    cancel?.();
    const scanned = text;
    const good = whole && !bad;
    const empty = scanned === '' && !bad;
    text = '';
    bad = false;
    if (empty) return;
    if (scanned.length > codeBytesMax) out.fault('SCN_TOO_LONG');
    else if (good) out.text(scanned);
    else out.fault('SCN_DAMAGED');
  }

  function add(key: WedgeKey): void {
    if (key.type === 'bad') bad = true;
    const char = key.type === 'char' ? key.char : key.type === 'tab' ? '\t' : '';
    if (text.length <= codeBytesMax) text += char;
    cancel?.();
    cancel =
      end === 'gap'
        ? clock.after(o.gap_ms ?? textDefaults.gapMs, () => finish(true))
        : clock.after(endWaitMs, () => finish(false));
  }

  return {
    key(key: WedgeKey) {
      if (key.type === end) finish(true);
      else if (key.type === 'enter' && end === 'gap') finish(true);
      else add(key);
    },
    close: () => cancel?.(),
  };
}

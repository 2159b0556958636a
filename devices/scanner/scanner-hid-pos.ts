/** USB scanner in HID POS mode: whole codes with their symbology, and nothing is typed anywhere. */
import { DeviceError } from '../codes.ts';
import type { DeviceContext } from '../contract.ts';
import { type HidLibrary, type HidWire, openHid } from '../transports/hid.ts';
import type { Scanner } from './contract.ts';
import { createPosReports, knownLayouts, type PosPiece } from './hid-pos-reports.ts';
import { type ScannerHidPosOptions, textDefaults } from './options.ts';
import { type PosLayout, readPosLayout } from './report-descriptor.ts';
import { type CodeOut, createCodeOut } from './text.ts';

/** Usage 01 of the same page belongs to keyboards of some makers. */
const posScanner = { page: 0x8c, usage: 0x02 } as const;
/** Honeywell: "enter HID POS mode". */
const enterHidPos = [0xfe, 0x01] as const;

/** @throws DeviceError DEV_LIBRARY_MISSING, DEV_NO_SUCH_PORT, DEV_NO_PERMISSION, DEV_ABORTED, SCN_NOT_POS */
export async function openScannerHidPos(
  options: ScannerHidPosOptions,
  context: DeviceContext,
  signal: AbortSignal,
  load?: () => Promise<HidLibrary>,
): Promise<Scanner> {
  const wire = await openHid(options.link, signal, load, posScanner);
  let layout: PosLayout | null;
  try {
    if (options.enter_hid_pos === true) await wire.sendFeature(enterHidPos);
    layout = layoutFor(options, wire);
  } catch (error) {
    await wire.close();
    throw error;
  }
  const reports = createPosReports(layout);
  const out = createCodeOut(context, {
    encoding: options.encoding ?? textDefaults.encoding,
    repeatMs: options.repeat_ms ?? textDefaults.repeatMs,
  });
  let gone = false;
  wire.onClose((error) => {
    gone = true;
    if (error !== undefined)
      context.lost(new DeviceError('DEV_CLOSED', wire.name, { cause: error }));
  });
  wire.onReport((report) => {
    for (const piece of reports.push(report, context.clock.mono())) tell(out, piece);
  });
  const detail = { wire: wire.name, reportBytes: layout?.reportBytes ?? 0 };
  context.status({ state: 'ready', code: 'DEV_READY', detail });
  return {
    kind: 'scanner',
    selfTest: async () => [
      { step: 'scanner-wire', ok: !gone, code: gone ? 'DEV_CLOSED' : 'DEV_READY', detail },
    ],
    close: () => wire.close(),
  };
}

/** null: the system shows no descriptor, so each report's length has to tell. */
function layoutFor(options: ScannerHidPosOptions, wire: HidWire): PosLayout | null {
  const named = options.layout ?? 'descriptor';
  if (named !== 'descriptor') return knownLayouts[named];
  if (wire.descriptor === null) return null;
  const layout = readPosLayout(wire.descriptor);
  if (layout === null) throw new DeviceError('SCN_NOT_POS', wire.name);
  return layout;
}

function tell(out: CodeOut, piece: PosPiece): void {
  if (piece.type === 'code') out.code(piece.bytes, piece.symbology);
  else out.fault(piece.type === 'too-long' ? 'SCN_TOO_LONG' : 'SCN_DAMAGED');
}

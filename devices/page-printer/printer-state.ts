/**
 * From what a printer says of itself (RFC 8011 5.4.11, 5.4.12; PWG 5100.1) to a status. Pure, total:
 * a reason that is not known here changes nothing but stands in the detail.
 */
import type { DeviceCode } from '../codes.ts';
import type { DeviceState, DeviceStatus } from '../contract.ts';
import type { IppGroup } from './ipp-codec.ts';

interface Meaning {
  state: DeviceState;
  code: DeviceCode;
}

/** The first that applies is shown: what a person can put right stands before what it leads to. */
const reasons: readonly (readonly [pattern: RegExp, meaning: Meaning])[] = [
  [/^(media-jam)/, { state: 'out', code: 'PGP_JAM' }],
  [/^(cover-open|door-open|interlock-open)/, { state: 'out', code: 'PGP_COVER_OPEN' }],
  [/^(media-empty|media-needed|input-tray-missing)/, { state: 'out', code: 'PGP_PAPER_OUT' }],
  [/^(toner-empty|marker-supply-empty|developer-empty)/, { state: 'out', code: 'PGP_TONER_OUT' }],
  [/^(output-area-full)/, { state: 'out', code: 'PGP_OUTPUT_FULL' }],
  [
    /^(offline|shutdown|connecting-to-device|timed-out|cups-missing-filter)/,
    { state: 'out', code: 'PGP_OFFLINE' },
  ],
  [/^(paused|moving-to-paused)/, { state: 'out', code: 'PGP_PAUSED' }],
  [/^(media-low)/, { state: 'attention', code: 'PGP_PAPER_LOW' }],
  [/^(toner-low|marker-supply-low|developer-low)/, { state: 'attention', code: 'PGP_TONER_LOW' }],
];

const stopped = 5;

export function printerStatus(printer: IppGroup): DeviceStatus {
  const said = strings(printer, 'printer-state-reasons').filter((r) => r !== 'none');
  const detail: DeviceStatus['detail'] = said.length === 0 ? {} : { reasons: said.join(' ') };
  if (printer.get('printer-is-accepting-jobs')?.[0] === false) {
    return { state: 'out', code: 'PGP_NOT_ACCEPTING', detail };
  }
  // A "-report" is told for information only, a "-warning" still prints.
  const serious = said.filter((r) => !r.endsWith('-report'));
  for (const [pattern, { state, code }] of reasons) {
    const found = serious.find((r) => pattern.test(r));
    if (found === undefined) continue;
    return { state: found.endsWith('-warning') ? 'attention' : state, code, detail };
  }
  if (printer.get('printer-state')?.[0] === stopped) {
    return { state: 'out', code: 'PGP_STOPPED', detail };
  }
  return { state: 'ready', code: 'DEV_READY', detail };
}

export function acceptsPdf(printer: IppGroup): boolean {
  const formats = strings(printer, 'document-format-supported');
  return formats.includes('application/pdf');
}

export function strings(group: IppGroup, name: string): string[] {
  return (group.get(name) ?? []).filter((v) => typeof v === 'string');
}

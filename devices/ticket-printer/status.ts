/**
 * From a printer's replies to what is true of it, and to what is shown of it. Pure. A doubtful bit
 * always counts as the worse: no reply that a manual does not define ever yields "paper ok".
 */
import type { DeviceCode } from '../codes.ts';
import type { DeviceState, PaperState, PrinterStatus } from '../contract.ts';
import type { EotQuestion } from './commands.ts';

export const nothingHeard: PrinterStatus = {
  online: 'unknown',
  paper: 'unknown',
  coverOpen: 'unknown',
  error: 'unknown',
  at: null,
};

const bit = (byte: number, n: number) => (byte & (1 << n)) !== 0;

/** The four ASB bytes: everything at once. `at`: clock.mono() of the reply, ms. */
export function fromAsb(bytes: readonly [number, number, number, number], at: number) {
  const [one, two, three] = bytes;
  return {
    online: !bit(one, 3),
    coverOpen: bit(one, 5),
    error: errorOf(two),
    paper: paperOf((three & 0x03) !== 0, (three & 0x0c) !== 0),
    at,
  } satisfies PrinterStatus;
}

/** Answers to DLE EOT 1..4 of one round, in that order. */
export function fromEot(answers: Record<EotQuestion, number>, at: number) {
  const offline = answers[2];
  const cause = errorOf(answers[3]);
  return {
    online: !bit(answers[1], 3),
    coverOpen: bit(offline, 2),
    // Offline cause says "error" and the error cause does not say which.
    error: cause === 'none' && bit(offline, 6) ? 'recoverable' : cause,
    paper: paperOf((answers[4] & 0x0c) !== 0, (answers[4] & 0x60) !== 0 || bit(offline, 5)),
    at,
  } satisfies PrinterStatus;
}

/**
 * The paper as an answer to GS r 1 tells it. null: one half of a sensor's bit pair, so damage and no
 * answer. `out`: some boards answer although nothing came out, so it proves nothing.
 */
export function paperInTurn(byte: number): PaperState | null {
  const low = byte & 0x03;
  const end = byte & 0x0c;
  if ((low !== 0 && low !== 0x03) || (end !== 0 && end !== 0x0c)) return null;
  return paperOf(low !== 0, end !== 0);
}

/** Same bits in ASB byte 2 and DLE EOT 3. */
function errorOf(byte: number): PrinterStatus['error'] {
  if (bit(byte, 5)) return 'unrecoverable';
  if (bit(byte, 3)) return 'cutter';
  return bit(byte, 2) || bit(byte, 6) ? 'recoverable' : 'none';
}

function paperOf(low: boolean, out: boolean): PaperState {
  if (out) return 'out';
  return low ? 'low' : 'ok';
}

/** Why nothing can be printed now; null when it can (or when nobody knows). */
export function obstacle(status: PrinterStatus): DeviceCode | null {
  if (status.error === 'unrecoverable') return 'PRN_UNRECOVERABLE';
  // An open cover lifts the paper sensor too: say what to do first.
  if (status.coverOpen === true) return 'PRN_COVER_OPEN';
  if (status.paper === 'out') return 'PRN_PAPER_OUT';
  if (status.error === 'cutter') return 'PRN_CUTTER';
  if (status.error === 'recoverable') return 'PRN_RECOVERABLE';
  return status.online === false ? 'PRN_OFFLINE' : null;
}

export function deviceState(status: PrinterStatus): { state: DeviceState; code: DeviceCode } {
  const code = obstacle(status);
  if (code !== null) return { state: 'out', code };
  if (status.paper === 'low') return { state: 'attention', code: 'PRN_PAPER_LOW' };
  if (status.at === null) return { state: 'unknown', code: 'PRN_NO_STATUS' };
  return { state: 'ready', code: 'DEV_READY' };
}

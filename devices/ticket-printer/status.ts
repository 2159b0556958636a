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
 * What the full status of a Custom printer (DLE EOT 20) adds to `known`. It has the sensors of a
 * kiosk: the ticket in the mouth, and the end of the roll by its length (virtual paper end).
 */
export function withFull(
  known: PrinterStatus,
  [paper, user, passing, broken]: readonly [number, number, number, number],
): PrinterStatus {
  const jam = bit(passing, 6) ? 'recoverable' : 'none';
  const head = bit(passing, 0) || bit(passing, 3) ? 'auto-recoverable' : jam;
  const error = (broken & 0x0c) !== 0 ? 'unrecoverable' : bit(broken, 0) ? 'cutter' : head;
  return {
    ...known,
    coverOpen: worstCover(known.coverOpen, (user & 0x03) !== 0 || bit(broken, 1)),
    error: worstError(known.error, error),
    paper: worstPaper(known.paper, paperOf((paper & 0x44) !== 0, bit(paper, 0))),
    ticketWaiting: bit(paper, 5),
  };
}

/** A Star packet, two headers first (line mode manual, 5-9 to 5-11). */
export function fromStar(bytes: readonly number[], at: number) {
  const [, , state = 0, fault = 0, more = 0, sensors = 0] = bytes;
  // Presenter jam, black mark not found: somebody has to look; they hide in the third status.
  const other = (more & 0x0c) !== 0 ? 'recoverable' : 'none';
  const own = errorOf(fault);
  return {
    online: !bit(state, 3),
    coverOpen: bit(state, 5) || bit(more, 1),
    error: own === 'none' ? other : own,
    paper: paperOf((sensors & 0x06) !== 0, bit(sensors, 3)),
    at,
  } satisfies PrinterStatus;
}

/** Star's counter of ETB commands carried out, 0..31; null: this packet is too short for it. */
export function starCount(bytes: readonly number[]): number | null {
  const byte = bytes[7];
  return byte === undefined ? null : ((byte >> 1) & 0x07) | ((byte >> 2) & 0x18);
}
export const starCounts = 32;

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

/** Same bits in ASB byte 2, DLE EOT 3 and Star's fourth byte. */
function errorOf(byte: number): PrinterStatus['error'] {
  if (bit(byte, 5)) return 'unrecoverable';
  if (bit(byte, 3)) return 'cutter';
  if (bit(byte, 2)) return 'recoverable';
  return bit(byte, 6) ? 'auto-recoverable' : 'none';
}

function paperOf(low: boolean, out: boolean): PaperState {
  if (out) return 'out';
  return low ? 'low' : 'ok';
}

/** Better ones first. */
const papers: readonly PaperState[] = ['ok', 'low', 'unknown', 'out'];
const errors: readonly PrinterStatus['error'][] = [
  'none',
  'unknown',
  'auto-recoverable',
  'recoverable',
  'cutter',
  'unrecoverable',
];
const worst =
  <T>(order: readonly T[]) =>
  (a: T, b: T): T =>
    order.indexOf(a) > order.indexOf(b) ? a : b;
const worstPaper = worst(papers);
const worstError = worst(errors);
const worstCover = worst<PrinterStatus['coverOpen']>([false, 'unknown', true]);
const worstOnline = worst<PrinterStatus['online']>([true, 'unknown', false]);

/**
 * What two reports in a row together are worth: bad news counts at once, good news when it was told
 * twice. A byte lost on the way can turn one report into a better one, hardly two.
 */
export function worseOf(before: PrinterStatus, now: PrinterStatus): PrinterStatus {
  return {
    ...now,
    online: worstOnline(before.online, now.online),
    coverOpen: worstCover(before.coverOpen, now.coverOpen),
    error: worstError(before.error, now.error),
    paper: worstPaper(before.paper, now.paper),
  };
}

/** Do two statuses say the same of the printer, whenever it was? */
export function sameTruth(a: PrinterStatus, b: PrinterStatus): boolean {
  const { online, coverOpen, error, paper } = a;
  return online === b.online && coverOpen === b.coverOpen && error === b.error && paper === b.paper;
}

/** Why nothing can be printed now; null when it can (or when nobody knows). */
export function obstacle(status: PrinterStatus): DeviceCode | null {
  if (status.error === 'unrecoverable') return 'PRN_UNRECOVERABLE';
  // An open cover lifts the paper sensor too: say what to do first.
  if (status.coverOpen === true) return 'PRN_COVER_OPEN';
  if (status.paper === 'out') return 'PRN_PAPER_OUT';
  if (status.error === 'cutter') return 'PRN_CUTTER';
  if (status.error === 'recoverable') return 'PRN_RECOVERABLE';
  if (status.error === 'auto-recoverable') return 'PRN_HEAD_HOT';
  return status.online === false ? 'PRN_OFFLINE' : null;
}

export function deviceState(status: PrinterStatus): { state: DeviceState; code: DeviceCode } {
  const code = obstacle(status);
  if (code !== null) return { state: 'out', code };
  if (status.paper === 'low') return { state: 'attention', code: 'PRN_PAPER_LOW' };
  if (status.at === null) return { state: 'unknown', code: 'PRN_NO_STATUS' };
  return { state: 'ready', code: 'DEV_READY' };
}

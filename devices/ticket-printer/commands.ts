/**
 * The ESC/POS commands that jobs, status and recovery need, as bytes. (Epson ESC/POS reference; the
 * same in the manuals of SNBC, HPRT, Zjiang, Bixolon boards.)
 */

/** ESC @: modes back to power-on; does not clear the receive buffer. */
export const initialise = Uint8Array.of(0x1b, 0x40);
/** FS &: Chinese mode on. */
export const chineseMode = Uint8Array.of(0x1c, 0x26);
/** GS a: report changes of on/offline, errors and paper by itself. Answers once at once. */
export const reportByItself = Uint8Array.of(0x1d, 0x61, 0x0e);
/** GS r 1: paper status, answered in its turn: when all before it was carried out. */
export const askInTurn = Uint8Array.of(0x1d, 0x72, 0x01);
/** DLE ENQ 1: resume after an error that somebody has cleared. */
export const resumeAfterError = Uint8Array.of(0x10, 0x05, 0x01);
/** More NULs than any command still open can swallow; a parser at rest ignores them. */
export const unblock = new Uint8Array(8192);

/** ETB (Star): the counter in the automatic status goes up when all before it is carried out. */
export const countUp = Uint8Array.of(0x17);
/** ESC ACK SOH (Star): status at once. */
export const askStar = Uint8Array.of(0x1b, 0x06, 0x01);
/** DLE EOT 20 (Custom): full status, six bytes, with the ticket in the mouth. */
export const askFull = Uint8Array.of(0x10, 0x04, 0x14);
/** DLE ENQ 2: drop what is held after an error that somebody has cleared. */
export const dropAfterError = Uint8Array.of(0x10, 0x05, 0x02);
/** DLE DC4 8: drop what is held, at once, also while offline. */
export const clearBuffer = Uint8Array.of(0x10, 0x14, 8, 1, 3, 20, 1, 6, 2, 8);

export type EotQuestion = 1 | 2 | 3 | 4;

/** DLE EOT n: 1 printer, 2 cause of offline, 3 cause of error, 4 paper. Answered at once. */
export function askNow(n: EotQuestion): Uint8Array {
  return Uint8Array.of(0x10, 0x04, n);
}

/** GS ( H fn 48: the printer sends these four bytes back when all before them is printed. */
export function processId(id: Uint8Array): Uint8Array {
  return Uint8Array.of(0x1d, 0x28, 0x48, 0x06, 0x00, 0x30, 0x30, ...id);
}

/** The id that stands before a job whose own id is `id`: never the same. */
export const beginId = (id: Uint8Array): Uint8Array => Uint8Array.from(id, (byte) => byte ^ 1);

const idChars = 64;
const idFirst = 0x30;

/** Four printable bytes that stand for a job (FNV-1a of its id, 24 bits). */
export function jobToken(jobId: string): Uint8Array {
  let hash = 0x811c9dc5;
  for (let i = 0; i < jobId.length; i++) {
    hash = Math.imul(hash ^ jobId.charCodeAt(i), 0x01000193);
  }
  return Uint8Array.from([0, 6, 12, 18], (shift) => idFirst + ((hash >>> shift) % idChars));
}

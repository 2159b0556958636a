/**
 * After opening: brings printer and driver into step. The job before may have broken off anywhere:
 * the printer may still swallow the rest of a command, or hold answers to questions long forgotten.
 *
 *   marker (answered in its turn) -> its answer -> a moment of silence -> in step
 *   no answer although the printer is online -> 8,192 NULs + marker, once -> else given up
 *
 * When the first answer after the NULs comes, nobody knows whose it is: the first marker may have been
 * swallowed, or have stood behind much paper. The second one's may then be as late as the NULs are
 * long, and would pass for the answer at the head of the next job.
 *
 * A printer that is offline (no paper, cover open) answers nothing in its turn: the marker waits
 * with it. (receiptio does the NULs the same way; segments are at most as long as they are.)
 */
import type { DeviceClock } from '../contract.ts';
import {
  askInTurn,
  countUp,
  initialise,
  jobToken,
  processId,
  reportByItself,
  unblock,
} from './commands.ts';
import type { PrinterProfile } from './printer-profile.ts';

/**
 * From the marker's last byte to its answer, when the printer is online: it may still be printing
 * what it held, 200 mm at 70 mm/s and a cut.
 */
export const markerWaitMs = 4000;
/** Answers to old questions come back to back: after so much silence all are through. */
export const settleMs = 250;
/** On a serial line, start and stop bit with it. */
const bitsPerByte = 10;

export type MarkerBy = 'process-id' | 'in-turn' | 'asb' | 'etb';
export const markerId = jobToken('in step?');

export interface SyncPorts {
  clock: DeviceClock;
  profile: PrinterProfile;
  send(bytes: Uint8Array): Promise<void>;
  inStep(): void;
  gaveUp(): void;
}

export interface Sync {
  readonly done: boolean;
  start(online: boolean): void;
  /** The printer went on or off line. */
  online(on: boolean): void;
  /** The printer was told to drop all it held, our marker with it. */
  dropped(): void;
  /** An answer that the printer gave in its turn; more of them prolong the silence needed. */
  answered(by: MarkerBy): void;
  close(): void;
}

/** What the profile's printer answers in its turn; null: nothing. */
export function markerOf(profile: PrinterProfile): MarkerBy | null {
  const { process_id, gs_r, asb, star_asb } = profile.status;
  if (star_asb) return 'etb';
  if (process_id) return 'process-id';
  if (gs_r) return 'in-turn';
  return asb ? 'asb' : null;
}

export function createSync(ports: SyncPorts): Sync {
  const by = markerOf(ports.profile);
  let phase: 'new' | 'waiting' | 'settling' | 'done' = 'new';
  let flushed = false;
  /** Markers sent and not answered. */
  let owed = 0;
  let online = false;
  let cancel: (() => void) | undefined;

  function timer(ms: number | null, f: () => void): void {
    cancel?.();
    cancel = ms === null ? undefined : ports.clock.after(ms, f);
  }

  function finish(): void {
    cancel?.();
    phase = 'done';
    ports.inStep();
  }

  /** The wait begins when the bytes have left: 8,192 of them take 8.5 s at 9600 baud. */
  function sendMarker(before: Uint8Array): void {
    timer(null, onSilence);
    owed += 1;
    ports.send(Buffer.concat([before, markerBytes(ports.profile)])).then(
      () => online && phase === 'waiting' && timer(markerWaitMs, onSilence),
      // A failed write means a lost wire, which is told elsewhere.
      () => undefined,
    );
  }

  function onSilence(): void {
    if (flushed) {
      ports.gaveUp();
      return;
    }
    flushed = true;
    sendMarker(unblock);
  }

  return {
    get done() {
      return phase === 'done';
    },
    start(on) {
      online = on;
      if (by === null) {
        finish();
        return;
      }
      phase = 'waiting';
      sendMarker(new Uint8Array(0));
    },
    online(on) {
      if (on === online) return;
      online = on;
      if (phase === 'waiting') timer(on ? markerWaitMs : null, onSilence);
    },
    dropped() {
      if (phase === 'waiting') sendMarker(new Uint8Array(0));
    },
    answered(what) {
      if (phase === 'settling' || (phase === 'waiting' && what === by)) {
        phase = 'settling';
        if (what === by) owed -= 1;
        // An id can not be mistaken for an older one.
        if (by === 'process-id') finish();
        else timer(flushed && owed > 0 ? settleMs + flushMs(ports.profile) : settleMs, finish);
      }
    },
    close() {
      phase = 'done';
      cancel?.();
    },
  };
}

/** A serial server takes them at once and passes them on at this speed. */
function flushMs({ link }: PrinterProfile): number {
  return (unblock.byteLength * bitsPerByte * 1000) / link.baud;
}

/** Only what every dialect knows beside the question itself: modes are set anew by each job. */
function markerBytes(profile: PrinterProfile): Uint8Array {
  const { process_id, gs_r, asb, star_asb } = profile.status;
  if (star_asb) return Buffer.concat([initialise, countUp]);
  return Buffer.concat([
    initialise,
    ...(asb ? [reportByItself] : []),
    ...(process_id ? [processId(markerId)] : gs_r ? [askInTurn] : []),
  ]);
}

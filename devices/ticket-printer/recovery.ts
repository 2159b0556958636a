/**
 * After a cutter jam or another fault that somebody clears: DLE ENQ 1 goes on where the printer
 * stopped, DLE ENQ 2 drops what it holds (TM-T88III manual: only these errors, settings survive).
 *
 *   a job of ours is under way   1: its paper is wanted, and its token will confirm it
 *   none is                      2: what the printer holds was given up long ago; going on would
 *                                put a ghost of it on paper, after a reprint perhaps
 *   no paper, cover open         neither: it goes on by itself, and 2 would tear a ticket apart
 *
 * While it still jams the printer just says so again.
 */
import type { DeviceCode } from '../codes.ts';
import type { DeviceClock } from '../contract.ts';
import { dropAfterError, initialise, resumeAfterError } from './commands.ts';

/** Between two tries: somebody has to take the jam away. */
export const resumeEveryMs = 3000;

export interface RecoveryPorts {
  clock: DeviceClock;
  send(bytes: Uint8Array): Promise<void>;
  /** A job of ours, or one that the host asks after, is in the printer. */
  jobUnderWay(): boolean;
  /** What the printer held is gone, our own questions with it. */
  dropped(): void;
}

/** Tell it every obstacle that the printer shows (status.ts `obstacle`). */
export function createRecovery(ports: RecoveryPorts): { blocked(by: DeviceCode): void } {
  const { clock } = ports;
  const opened = clock.mono();
  let nextAt = opened;

  function go(bytes: Uint8Array): void {
    // Not again before this one is on the wire.
    nextAt = Number.POSITIVE_INFINITY;
    const rest = () => {
      nextAt = clock.mono() + resumeEveryMs;
    };
    ports.send(bytes).then(rest, rest);
  }

  return {
    blocked(by) {
      if (by !== 'PRN_CUTTER' && by !== 'PRN_RECOVERABLE') return;
      const now = clock.mono();
      if (now < nextAt) return;
      if (ports.jobUnderWay()) {
        go(resumeAfterError);
        return;
      }
      // A host that has just started may still ask after a job of its last life.
      if (now - opened < resumeEveryMs) return;
      go(Buffer.concat([dropAfterError, initialise]));
      ports.dropped();
    },
  };
}

/** Remembers the highest epoch of the hall durably, and says once when a lower one speaks. */
import { messageOf } from './errors.ts';
import type { Log } from './log.ts';
import type { Spool } from './spool.ts';

/** Different old epochs that are told of. */
const toldMax = 16;

export interface EpochGuard {
  readonly highest: number;
  /** false: older than one seen before, so whatever came with it is not believed. */
  believes(epoch: number): boolean;
}

export function epochGuard({ spool, log }: { spool: Spool; log: Log }): EpochGuard {
  let highest = spool.epoch;
  const told = new Set<number>();
  return {
    get highest() {
      return highest;
    },
    believes(epoch) {
      if (epoch > highest) {
        highest = epoch;
        try {
          spool.setEpoch(epoch);
        } catch (error) {
          log.error({ code: 'SPL_IO', why: messageOf(error) }, 'the epoch could not be kept');
        }
      } else if (epoch < highest && !told.has(epoch) && told.size < toldMax) {
        told.add(epoch);
        log.error(
          { code: 'RUN_OLD_HALL', epoch, highest },
          'a hall older than one seen before speaks and is not believed; if the data of the hall ' +
            'were replaced on purpose, start this machine once with --new-hall',
        );
      }
      return epoch >= highest;
    },
  };
}

/**
 * What is believed of the printer. Bad news counts at once; good news must be told twice running, and
 * be what the printer answered when it was asked last: what it says by itself may have lost a byte
 * and borrowed another.
 */
import type { PrinterStatus } from '../contract.ts';
import { nothingHeard, sameTruth, worseOf } from './status.ts';

export interface Belief {
  readonly status: PrinterStatus;
  /** As it was told last, believed or not. */
  readonly newest: PrinterStatus;
  /** The last report brought nothing that has to be told once more. */
  readonly sure: boolean;
  /** A whole round of questions was answered so; `hear` it as well. */
  answered(status: PrinterStatus): void;
  /** Whole and new. @returns what is believed now */
  hear(next: PrinterStatus): PrinterStatus;
}

/** `asked`: it answers questions; `repeats`: it can be made to tell once more. */
export function createBelief({ asked, repeats }: { asked: boolean; repeats: boolean }): Belief {
  let status: PrinterStatus = nothingHeard;
  let newest: PrinterStatus = nothingHeard;
  let last: PrinterStatus = nothingHeard;
  return {
    get status() {
      return status;
    },
    get newest() {
      return newest;
    },
    get sure() {
      return sameTruth(status, newest);
    },
    answered(answer) {
      last = answer;
    },
    hear(next) {
      const twice = repeats ? worseOf(newest, next) : next;
      status = asked ? worseOf(last, twice) : twice;
      newest = next;
      return status;
    },
  };
}

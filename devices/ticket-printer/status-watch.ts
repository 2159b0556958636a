/**
 * Asks the printer how it is: a round of DLE EOT 1..4, one question at a time, again after a rest.
 * Answers carry no number, so the next question waits for the answer to the last one, and a round
 * counts only when it is whole: a lost answer can never shift the others into "paper ok".
 */
import type { DeviceClock, PrinterStatus } from '../contract.ts';
import { askNow, type EotQuestion } from './commands.ts';
import { fromEot } from './status.ts';

/** Rest between two rounds. With `replyWaitMs` a pulled plug is noticed within 2.5 s. */
export const heartbeatMs = 1000;
/** A printer answers DLE EOT within some ms, a serial line at 9600 baud in 10. */
export const replyWaitMs = 1500;

export interface StatusWatch {
  /** Starts a round now unless one is under way. */
  ask(): void;
  /** An answer to DLE EOT came. */
  answered(byte: number): void;
  /** A question is unanswered for longer than `replyWaitMs`. */
  readonly overdue: boolean;
  /** Gives the open question its time anew; `again`: puts it once more. */
  forgive(again: boolean): void;
  close(): void;
}

export interface StatusWatchPorts {
  clock: DeviceClock;
  send(bytes: Uint8Array): Promise<void>;
  /** May a question be put now? Not between the segments of a job. */
  mayAsk(): boolean;
  /** A whole round was answered. */
  heard(status: PrinterStatus): void;
  /** A question stayed unanswered; told once per question. */
  silent(): void;
}

const questions: readonly EotQuestion[] = [1, 2, 3, 4];

export function createStatusWatch(ports: StatusWatchPorts): StatusWatch {
  let answers: number[] = [];
  let asking = false;
  let overdue = false;
  let closed = false;
  let cancel: (() => void) | undefined;

  function later(ms: number, f: () => void): void {
    cancel?.();
    cancel = closed ? undefined : ports.clock.after(ms, f);
  }

  function rest(): void {
    asking = false;
    answers = [];
    later(heartbeatMs, ask);
  }

  function ask(): void {
    if (asking || closed) return;
    if (!ports.mayAsk()) {
      rest();
      return;
    }
    asking = true;
    put();
  }

  function put(): void {
    const question = questions[answers.length] ?? 1;
    later(replyWaitMs, onSilence);
    // A failed write means a lost wire, which is told elsewhere.
    ports.send(askNow(question)).catch(() => undefined);
  }

  function onSilence(): void {
    overdue = true;
    ports.silent();
  }

  return {
    ask,
    answered(byte) {
      // Nobody asked: an echo of noise, or of a round before.
      if (!asking || closed) return;
      overdue = false;
      answers.push(byte);
      if (answers.length < questions.length) {
        put();
        return;
      }
      const [one = 0, two = 0, three = 0, four = 0] = answers;
      rest();
      ports.heard(fromEot({ 1: one, 2: two, 3: three, 4: four }, ports.clock.mono()));
    },
    get overdue() {
      return overdue;
    },
    forgive(again) {
      overdue = false;
      if (!asking) return;
      if (again) put();
      else later(replyWaitMs, onSilence);
    },
    close() {
      closed = true;
      cancel?.();
    },
  };
}

/**
 * Asks the printer how it is: a round of questions (DLE EOT 1..4 and what more the model answers, or
 * Star's ESC ACK SOH), one at a time, again after a rest. Answers carry no number, so the next
 * question waits for the answer to the last one, and a round counts only when it is whole: a lost
 * answer can never shift the others into "paper ok".
 */
import type { DeviceClock, PrinterStatus } from '../contract.ts';
import { askFull, askNow, askStar } from './commands.ts';
import type { PrinterProfile } from './printer-profile.ts';
import type { Reply } from './replies.ts';
import { fromEot, fromStar, withFull } from './status.ts';

/** Rest between two rounds. With `replyWaitMs` a pulled plug is noticed within 2.5 s. */
export const heartbeatMs = 1000;
/** A printer answers DLE EOT within some ms, a serial line at 9600 baud in 10. */
export const replyWaitMs = 1500;

/** After a silence, before it is asked again. */
const afterSilenceMs = 100;

export interface Question {
  bytes: Uint8Array;
  answeredBy: 'eot' | 'full' | 'star';
}

/** What the profile's printer answers at any time; none: it is never asked. */
export function questionsFor({ status }: PrinterProfile): readonly Question[] {
  if (status.star_asb) return [{ bytes: askStar, answeredBy: 'star' }];
  if (!status.dle_eot) return [];
  const common = ([1, 2, 3, 4] as const).map((n): Question => {
    return { bytes: askNow(n), answeredBy: 'eot' };
  });
  const full: Question = { bytes: askFull, answeredBy: 'full' };
  return status.presenter === 'custom' ? [...common, full] : common;
}

export interface StatusWatch {
  /** Starts a round now unless one is under way. */
  ask(): void;
  /** The rest became shorter: unless a round is under way, the next one begins after it at the latest. */
  sooner(): void;
  /** false: nobody asked for this. */
  answered(reply: Reply): boolean;
  /** A question is unanswered for longer than `replyWaitMs`. */
  readonly overdue: boolean;
  /** Gives the open question its time anew; `again`: begins the round once more. */
  forgive(again: boolean): void;
  close(): void;
}

export interface StatusWatchPorts {
  clock: DeviceClock;
  questions: readonly Question[];
  send(bytes: Uint8Array): Promise<void>;
  /** May a question be put now? Not between the segments of a job. */
  mayAsk(): boolean;
  /** Rest until the next round, ms. */
  restMs(): number;
  /** A whole round was answered. */
  heard(status: PrinterStatus): void;
  /** An answer more than there were questions: those of the round before may have been shifted. */
  shifted(): void;
  /** A question stayed unanswered; told once per question. */
  silent(): void;
}

export function createStatusWatch(ports: StatusWatchPorts): StatusWatch {
  const { questions } = ports;
  let answers: Reply[] = [];
  let asking = false;
  let overdue = false;
  let closed = false;
  let cancel: (() => void) | undefined;
  /** When what was put off is due, clock.mono() in ms. */
  let dueAt = 0;

  function later(ms: number, f: () => void): void {
    cancel?.();
    dueAt = ports.clock.mono() + ms;
    cancel = closed ? undefined : ports.clock.after(ms, f);
  }

  function rest(): void {
    begin(ports.restMs());
  }

  function ask(): void {
    if (asking || closed || questions.length === 0) return;
    if (!ports.mayAsk()) {
      rest();
      return;
    }
    asking = true;
    put();
  }

  /** The round anew, after a rest in which late answers to the old one pass by unheard. */
  function begin(afterMs: number): void {
    asking = false;
    answers = [];
    later(afterMs, ask);
  }

  function put(): void {
    const question = questions[answers.length];
    if (question === undefined) return;
    later(replyWaitMs, onSilence);
    // A failed write means a lost wire, which is told elsewhere.
    ports.send(question.bytes).catch(() => undefined);
  }

  function onSilence(): void {
    overdue = true;
    ports.silent();
  }

  return {
    ask,
    sooner() {
      if (!asking && ports.clock.mono() + ports.restMs() < dueAt) rest();
    },
    answered(reply) {
      if (closed) return false;
      // Nobody asked: an echo of noise, of a round before, or a word of the printer's own.
      if (!asking && reply.type !== 'star') ports.shifted();
      if (!asking || reply.type !== questions[answers.length]?.answeredBy) return false;
      overdue = false;
      answers.push(reply);
      if (answers.length < questions.length) {
        put();
        return true;
      }
      const status = statusOf(answers, ports.clock.mono());
      rest();
      ports.heard(status);
      return true;
    },
    get overdue() {
      return overdue;
    },
    forgive(again) {
      overdue = false;
      if (!asking) return;
      if (again) begin(afterSilenceMs);
      else later(replyWaitMs, onSilence);
    },
    close() {
      closed = true;
      cancel?.();
    },
  };
}

/** Of one whole round, in the order of its questions. */
function statusOf(answers: readonly Reply[], at: number): PrinterStatus {
  const [first] = answers;
  if (first?.type === 'star') return fromStar(first.bytes, at);
  const [one = 0, two = 0, three = 0, four = 0] = answers.map((a) =>
    a.type === 'eot' ? a.byte : 0,
  );
  const common: PrinterStatus = fromEot({ 1: one, 2: two, 3: three, 4: four }, at);
  const full = answers.at(-1);
  return full?.type === 'full' ? withFull(common, full.bytes) : common;
}

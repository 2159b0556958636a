/** One log line per ticket with its stage times, and the budget of the last thousand. */
import type { Answer } from '../../broker-config/messages.ts';
import type { PrintOutcome } from '../../devices/contract.ts';
import type { Log } from '../runtime/log.ts';
import { type Budget, type PressTimes, pressBudget, rounded } from './budget.ts';

export interface PressLog {
  /** `pressMono`, `atMono`: clock.mono(). Only granted presses count. */
  answered(press: string, pressMono: number, atMono: number, answer: Answer<'take'>): void;
  printed(
    press: string,
    number: string,
    outcome: PrintOutcome & { firstByteAt: number | null },
    atMono: number,
  ): void;
  /** Writes the budget to the log. */
  summary(): void;
}

/** Presses between two lines of the budget. */
const summaryEvery = 100;
/** Presses under way at once; more would be a leak. */
const openMax = 64;

interface Open {
  pressMono: number;
  answeredMs: number;
  hallMs: number;
}

/** `paper` false: a press ends with the hall's answer. */
export function pressLog(log: Log, paper: boolean, budget: Budget = pressBudget()): PressLog {
  const open = new Map<string, Open>();
  let ended = 0;

  function end(times: PressTimes, number: string, outcome: string): void {
    budget.add(times);
    log.info({ event: 'ticket', number, outcome, ...roundedTimes(times) }, 'ticket');
    ended += 1;
    if (ended % summaryEvery === 0) summary();
  }

  function summary(): void {
    const figures = budget.summary();
    if (figures.presses > 0)
      log.info({ event: 'budget', ...figures }, 'budget of the last presses');
  }

  return {
    answered(press, pressMono, atMono, answer) {
      if (!answer.ok) return;
      const { queuedMs, decidedMs, committedMs } = answer.spans;
      const { number } = answer.result.ticket;
      const answeredMs = atMono - pressMono;
      const hallMs = queuedMs + decidedMs + committedMs;
      if (!paper) {
        end({ answeredMs, hallMs, firstByteMs: null, paperMs: null }, number, 'no-paper');
        return;
      }
      if (open.size < openMax) open.set(press, { pressMono, answeredMs, hallMs });
    },
    printed(press, number, outcome, atMono) {
      const begun = open.get(press);
      if (begun === undefined) return;
      open.delete(press);
      const since = (mono: number | null) => (mono === null ? null : mono - begun.pressMono);
      const { answeredMs, hallMs } = begun;
      const firstByteMs = since(outcome.firstByteAt);
      const times = { answeredMs, hallMs, firstByteMs, paperMs: since(atMono) };
      end(times, number, outcome.outcome);
    },
    summary,
  };
}

function roundedTimes(times: PressTimes): Record<keyof PressTimes, number | null> {
  const round = (ms: number | null) => (ms === null ? null : rounded(ms));
  return {
    answeredMs: round(times.answeredMs),
    hallMs: round(times.hallMs),
    firstByteMs: round(times.firstByteMs),
    paperMs: round(times.paperMs),
  };
}

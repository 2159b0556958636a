/**
 * A second paper with the same number (补打): only when somebody asks for it, only when the first one
 * ended in doubt, marked so by its template. It never changes the number, and never voids it.
 */
import type { PrintOutcome } from '../../devices/contract.ts';
import type { Moment } from '../runtime/ports.ts';
import type { Stepped } from '../runtime/stepper.ts';
import { mayReprint } from './may-reprint.ts';
import { type QueueEffect, type QueueState, queueLimits, type Reprint } from './state.ts';
import { reprintFields } from './ticket-fields.ts';

type Step = Stepped<QueueState, QueueEffect>;

/** Tries of a second paper; more would be somebody playing. */
const triesMax = 8;

/**
 * Id of the next try's job beside the ticket's own, so that all are kept apart on disk. A try that
 * failed left nothing in the printer. null: enough.
 */
export function nextReprintId(ticket: string, known: (jobId: string) => boolean): string | null {
  for (let paper = 2; paper < 2 + triesMax; paper += 1) {
    const jobId = `${ticket}#${paper}`;
    if (!known(jobId)) return jobId;
  }
  return null;
}

export function onReprint(state: QueueState, at: Moment): Step {
  const { phase } = state;
  if (phase.at !== 'done' || !mayReprint(state, phase)) return { state, effects: [] };
  const { issued } = phase;
  const ms = queueLimits.printPatienceMs;
  return {
    state: { ...state, phase: { ...phase, reprint: 'printing', until: at.now + ms } },
    effects: [
      { type: 'reprint', issued, fields: reprintFields(state, issued, at.now) },
      { type: 'timer', name: 'result', ms },
    ],
  };
}

/** The hall hears of it only when there is paper for sure: that is all it adds to what it knows. */
export function onReprinted(
  state: QueueState,
  input: { ticket: string; outcome: PrintOutcome },
  at: Moment,
): Step {
  const { outcome } = input.outcome;
  const tell: QueueEffect[] =
    outcome === 'confirmed'
      ? [
          {
            type: 'deliver',
            message: { op: 'confirm-printed', body: { ticket: input.ticket, outcome } },
          },
        ]
      : [];
  const { phase } = state;
  if (phase.at !== 'done' || phase.issued.ticket.id !== input.ticket) {
    return { state, effects: tell };
  }
  const ms = outcome === 'confirmed' ? state.config.resultS * 1000 : queueLimits.readWaitMs;
  const reprint: Reprint = outcome;
  return {
    state: { ...state, phase: { ...phase, reprint, until: at.now + ms } },
    effects: [...tell, { type: 'timer', name: 'result', ms }],
  };
}

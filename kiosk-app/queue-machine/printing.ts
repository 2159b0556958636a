/** From the hall's answer to the paper's truth. A number shown as valid is never taken back. */
import type { Moment } from '../runtime/ports.ts';
import type { Stepped } from '../runtime/stepper.ts';
import { sentence } from '../texts/sentence.ts';
import { done, fail } from './answers.ts';
import { failureOf, failureText, type PrintFailure } from './printer-health.ts';
import {
  type Issued,
  type Job,
  type QueueEffect,
  type QueueInput,
  type QueueState,
  queueLimits,
} from './state.ts';

type Step = Stepped<QueueState, QueueEffect>;
type Input<T extends QueueInput['type']> = Extract<QueueInput, { type: T }>;

/** false: the job was given up, nothing of it may reach the paper any more. */
export function mayBegin(state: QueueState, ticket: string): boolean {
  return state.jobs[ticket] === 'open';
}

export function onSending(state: QueueState, input: Input<'sending'>): Step {
  const { phase } = state;
  if (phase.at !== 'printing' || phase.issued.ticket.id !== input.ticket) {
    return { state, effects: [] };
  }
  return { state: { ...state, phase: { ...phase, sending: true } }, effects: [] };
}

export function onPrinted(state: QueueState, input: Input<'printed'>, at: Moment): Step {
  const job = state.jobs[input.ticket];
  if (job === undefined) return { state, effects: [] };
  const rest = withoutJob(state, input.ticket);
  const { outcome } = input;
  switch (job) {
    case 'given-up':
      return { state: rest, effects: [] };
    case 'shown':
      return onShownPrinted(rest, input.ticket, outcome.outcome === 'confirmed');
    case 'open':
      if (outcome.outcome === 'failed') return notPrinted(rest, input, failureOf(outcome.code), at);
      return paperOut(rest, input.ticket, outcome.outcome, at);
  }
}

/** The citizen reads the number already; whatever the printer says now, it stays valid. */
function onShownPrinted(state: QueueState, ticket: string, confirmed: boolean): Step {
  const effects = [confirmation(ticket, confirmed ? 'confirmed' : 'uncertain')];
  const { phase } = state;
  if (!confirmed || phase.at !== 'done' || phase.issued.ticket.id !== ticket) {
    return { state, effects };
  }
  return { state: { ...state, phase: { ...phase, paper: 'confirmed' } }, effects };
}

function paperOut(
  state: QueueState,
  ticket: string,
  outcome: 'confirmed' | 'uncertain',
  at: Moment,
): Step {
  const tell = confirmation(ticket, outcome);
  const issued = atPrinter(state, ticket);
  if (issued === null) return { state, effects: [tell] };
  const shown = done(state, issued, outcome, at);
  return { state: shown.state, effects: [tell, ...shown.effects] };
}

function notPrinted(
  state: QueueState,
  input: { ticket: string },
  reason: PrintFailure,
  at: Moment,
): Step {
  const tell: QueueEffect = {
    type: 'deliver',
    message: { op: 'print-failed', body: { ticket: input.ticket, reason } },
  };
  if (atPrinter(state, input.ticket) === null) return { state, effects: [tell] };
  const because = sentence('take.notPrinted.because', { cause: failureText(reason) });
  const shown = fail(state, because, sentence('take.notPrinted.todo'), at);
  return { state: shown.state, effects: [tell, ...shown.effects] };
}

/**
 * Nothing came from the printer for too long. Not begun: the job is given up and the ticket void.
 * Begun: the number is shown as valid, and the truth about the paper is told to the hall when it comes.
 */
export function onPatienceOver(state: QueueState, at: Moment): Step {
  const { phase } = state;
  if (phase.at !== 'printing') return { state, effects: [] };
  if (phase.sending) return showNumber(state, at);
  const ticket = phase.issued.ticket.id;
  const reason = state.printer.kind === 'out' ? state.printer.failure : 'offline';
  const given = withJob(state, ticket, 'given-up');
  return notPrinted(given, { ticket }, reason, at);
}

/** The printer stopped in the middle of a ticket: do not let the citizen stand before "printing". */
export function onPrinterStopped(state: QueueState, at: Moment): Step {
  const { phase } = state;
  if (phase.at !== 'printing' || !phase.sending) return { state, effects: [] };
  return showNumber(state, at);
}

function showNumber(state: QueueState, at: Moment): Step {
  const { phase } = state;
  if (phase.at !== 'printing') return { state, effects: [] };
  return done(withJob(state, phase.issued.ticket.id, 'shown'), phase.issued, 'uncertain', at);
}

/**
 * The power went in the middle of a paper. Who stood there finds the number, and the button of a second
 * paper; the hall has been told that the first is in doubt (recover.ts).
 */
export function onCutOff(state: QueueState, issued: Issued, at: Moment): Step {
  if (state.phase.at !== 'choose' || !state.config.printer) return { state, effects: [] };
  return done(state, issued, 'uncertain', at, queueLimits.cutOffShownMs);
}

export function onRecalled(state: QueueState, ticket: string): QueueState {
  const { phase } = state;
  const shown = phase.at === 'done' && phase.issued.ticket.id === ticket;
  return shown ? { ...state, phase: { ...phase, paper: 'confirmed' } } : state;
}

function atPrinter(state: QueueState, ticket: string): Issued | null {
  const { phase } = state;
  return phase.at === 'printing' && phase.issued.ticket.id === ticket ? phase.issued : null;
}

function confirmation(ticket: string, outcome: 'confirmed' | 'uncertain'): QueueEffect {
  return { type: 'deliver', message: { op: 'confirm-printed', body: { ticket, outcome } } };
}

function withJob(state: QueueState, ticket: string, job: Job): QueueState {
  return { ...state, jobs: { ...state.jobs, [ticket]: job } };
}

function withoutJob(state: QueueState, ticket: string): QueueState {
  const { [ticket]: _, ...jobs } = state.jobs;
  return { ...state, jobs };
}

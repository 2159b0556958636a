/** What the hall said to a press, said too late, or did not say. */
import type { Answer } from '../../broker-config/messages.ts';
import type { Moment } from '../runtime/ports.ts';
import type { Stepped } from '../runtime/stepper.ts';
import type { Sentence } from '../screens/contract.ts';
import { sentence } from '../texts/sentence.ts';
import { askOf, chooseAs, staysToChoose } from './press.ts';
import {
  type Issued,
  type Press,
  type QueueDelivery,
  type QueueEffect,
  type QueueInput,
  type QueueState,
  queueLimits,
} from './state.ts';
import { ticketFields } from './ticket-fields.ts';

type Step = Stepped<QueueState, QueueEffect>;
type Input<T extends QueueInput['type']> = Extract<QueueInput, { type: T }>;

export function onAnswer(state: QueueState, input: Input<'answer'>, at: Moment): Step {
  const { phase } = state;
  if (phase.at !== 'issuing' || phase.press.key !== input.press) {
    return onLateAnswer(state, input.answer);
  }
  const { answer } = input;
  if (!answer.ok) {
    const { zh, en, code } = answer.refusal;
    if (staysToChoose(state, code)) return chooseAs(state);
    return fail(state, { zh, en }, sentence('take.refused.todo'), at);
  }
  const { ticket, ahead, estimateMin, windows, evaluateUrl } = answer.result;
  // A ticket that was handed over before can only be this one asked for again: never a second paper.
  if (state.handed.includes(ticket.id)) return done(state, answer.result, 'uncertain', at);
  const issued: Issued = { ticket, ahead, estimateMin, windows, evaluateUrl };
  // Whose number it is stands in the hall; the machine forgets it.
  const given = { ...state, handed: remember(state.handed, ticket.id), visitor: null };
  const press = { ...phase.press, person: null, checkIn: null };
  if (!state.config.printer) return done(given, issued, 'none', at);
  return print(given, press, issued, at);
}

function print(state: QueueState, press: Press, issued: Issued, at: Moment): Step {
  return {
    state: {
      ...state,
      jobs: { ...state.jobs, [issued.ticket.id]: 'open' },
      phase: { at: 'printing', press, issued, since: at.now, sending: false },
    },
    effects: [
      { type: 'print', press, issued, fields: ticketFields(state, issued) },
      { type: 'timer', name: 'patience', ms: queueLimits.printPatienceMs },
    ],
  };
}

/**
 * A ticket came for a press whose citizen was told that there is none: it must not be called.
 */
export function onLateAnswer(state: QueueState, answer: Answer<'take'>): Step {
  if (!answer.ok || state.handed.includes(answer.result.ticket.id)) return { state, effects: [] };
  const { ticket } = answer.result;
  return {
    state: { ...state, handed: remember(state.handed, ticket.id) },
    effects: [
      { type: 'deliver', message: takenBack(ticket.id, state.config.printer) },
      {
        type: 'log',
        level: 'warn',
        fields: { event: 'late-ticket', ticket: ticket.id },
        message: 'a ticket came after its press was given up; it is taken back',
      },
    ],
  };
}

/** A ticket without paper counts as confirmed: it can only be cancelled. */
function takenBack(ticket: string, printer: boolean): QueueDelivery {
  return printer
    ? { op: 'print-failed', body: { ticket, reason: 'error' } }
    : { op: 'void', body: { ticket: { id: ticket } } };
}

export function onRequestFailed(
  state: QueueState,
  input: Input<'request-failed'>,
  at: Moment,
): Step {
  const { phase } = state;
  if (phase.at !== 'issuing' || phase.press.key !== input.press) return { state, effects: [] };
  const text = input.sent ? 'take.noAnswer' : 'take.offline';
  const failed = fail(state, sentence(`${text}.because`), sentence(`${text}.todo`), at);
  const log: QueueEffect = {
    type: 'log',
    level: 'warn',
    fields: { event: 'take-unanswered', press: input.press, code: input.code, sent: input.sent },
    message: 'no answer to a press',
  };
  if (!input.sent) return { state: failed.state, effects: [...failed.effects, log] };
  // The hall may have issued a ticket all the same: ask with the same key until it is known.
  const ask: QueueEffect = {
    type: 'deliver',
    message: { ...askOf(phase.press, state.config.printer), key: phase.press.key },
  };
  return { state: failed.state, effects: [ask, ...failed.effects, log] };
}

/** The last page of a press that came to nothing. */
export function fail(state: QueueState, because: Sentence, todo: Sentence, at: Moment): Step {
  const ms = Math.max(state.config.resultS * 1000, queueLimits.readWaitMs);
  return {
    state: { ...state, phase: { at: 'failed', because, todo, until: at.now + ms } },
    effects: [
      { type: 'cancel', name: 'patience' },
      { type: 'timer', name: 'result', ms },
    ],
  };
}

/** The last page of a press that gave a number. */
export function done(
  state: QueueState,
  issued: Issued,
  paper: 'confirmed' | 'uncertain' | 'none',
  at: Moment,
  unsureMs: number = queueLimits.readWaitMs,
): Step {
  const resultMs = state.config.resultS * 1000;
  const ms = paper === 'confirmed' ? resultMs : Math.max(resultMs, unsureMs);
  return {
    state: {
      ...state,
      phase: { at: 'done', issued, paper, reprint: 'not-asked', until: at.now + ms },
    },
    effects: [
      { type: 'cancel', name: 'patience' },
      { type: 'timer', name: 'result', ms },
    ],
  };
}

function remember(ids: readonly string[], id: string): readonly string[] {
  return [...ids, id].slice(-queueLimits.ticketsRememberedMax);
}

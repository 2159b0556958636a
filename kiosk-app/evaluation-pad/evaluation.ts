/**
 * The evaluation (好差评) of one finished service, from the question to the thank-you. Pure; a pad
 * runs it after each service, a self-service terminal at the end of its own.
 *
 *   ask --level--> keeping --on disk--> rated --done--> thanked --time--> closed
 *    |                |                   |  \___________________________/
 *    |                |                   +---- undo: back to ask, nothing was sent
 *    |                +-- disk refuses --> sending --granted--> thanked
 *    |                                       +---- refused, no answer --> failed
 *    +-- time, declined, given elsewhere --> closed: not evaluated, nothing is sent
 *
 * One touch of one face is a whole evaluation: it is on the disk before anybody is thanked, and what
 * follows (labels, words) only adds to it. It is held back while it may be undone, then released.
 * No level is ever made here that nobody pressed.
 */
import type { levels, RequestBody } from '../../broker-config/messages.ts';
import type { Moment } from '../runtime/ports.ts';
import type { Stepped } from '../runtime/stepper.ts';
import type { Sentence } from '../screens/contract.ts';
import { sentence } from '../texts/sentence.ts';
import { type Details, detailsOf } from './details.ts';
import type { EvaluationRules } from './rules.ts';

export type Level = (typeof levels)[number];

/** What is evaluated, by whom it was asked for. */
export interface Subject {
  ticket: string;
  number: string;
  service: string;
  channel: 'pad' | 'terminal';
}

export interface Rating extends Details {
  /** Made at the touch; the hall knows the evaluation by it. */
  key: string;
  level: Level;
  /** Own wall clock, ms. */
  pressedAt: number;
}

export type EvaluationPhase =
  | { at: 'ask' }
  | { at: 'keeping'; rating: Rating; by: Hand }
  | { at: 'rated'; rating: Rating }
  /** `sent`: the hall has it already, nothing can be taken back. */
  | { at: 'thanked'; rating: Rating; sent: boolean }
  | { at: 'sending'; rating: Rating }
  | { at: 'failed'; because: Sentence }
  | { at: 'closed'; as: 'rated' | 'declined' | 'not-evaluated' | 'elsewhere' | 'failed' };

export interface Evaluation {
  subject: Subject;
  phase: EvaluationPhase;
  /** Monotonic, ms: when the first question was shown. */
  openedMono: number;
  /** Monotonic, ms: when this phase ends by itself. */
  untilMono: number;
}

/** `page`: a finger on the glass, which can say more. `key`: one of five keys, which can not. */
export type Hand = 'page' | 'key';

export type EvaluationInput =
  | { type: 'level'; level: Level; press: string; by: Hand }
  | { type: 'details'; labels: readonly string[]; text: string }
  /** Somebody is there and needs more time (turned to large text, is writing). */
  | { type: 'stay' }
  | { type: 'done' }
  | { type: 'undo' }
  | { type: 'decline' }
  /** What became of writing the rating down. `online`: the hall may be asked instead. */
  | { type: 'kept'; key: string; ok: boolean; online: boolean }
  | { type: 'answer'; key: string; refusal: Sentence | null }
  | { type: 'unanswered'; key: string }
  | { type: 'time' }
  /** Given by phone, or withdrawn. */
  | { type: 'elsewhere' }
  /** The next service waits, or the machine ends. */
  | { type: 'end' };

export type EvaluationEffect =
  /** Write it down, or write it down anew; comes back as `kept`. */
  | { type: 'hold'; key: string; body: RequestBody<'evaluate'> }
  | { type: 'drop'; key: string }
  | { type: 'release'; key: string; body: RequestBody<'evaluate'> }
  | { type: 'request'; key: string; body: RequestBody<'evaluate'> };

export const evaluationLimits = {
  /** However often somebody asks for more time, the question closes after this. */
  askMsMax: 300_000,
  /** The thank-you can be read, also where nothing can be undone. */
  thanksMs: 3_000,
  failedMs: 12_000,
  /** The hall is asked directly because the disk refuses: somebody stands and waits. */
  answerWaitMs: 5_000,
} as const;

type Step = Stepped<Evaluation, EvaluationEffect>;

export function ask(subject: Subject, ms: number, at: Moment): Evaluation {
  const phase = { at: 'ask' } as const;
  return { subject, phase, openedMono: at.mono, untilMono: at.mono + ms };
}

export function evaluate(
  e: Evaluation,
  input: EvaluationInput,
  rules: EvaluationRules,
  at: Moment,
): Step {
  switch (e.phase.at) {
    case 'ask':
      return whileAsked(e, input, rules, at);
    case 'keeping':
    case 'sending':
      return whileUnderWay(e, e.phase, input, rules, at);
    case 'rated':
    case 'thanked':
      return whileHeld(e, e.phase, input, rules, at);
    case 'failed':
      return input.type === 'time' || input.type === 'end' ? closed(e, 'failed') : same(e);
    case 'closed':
      return same(e);
  }
}

const same = (e: Evaluation): Step => ({ state: e, effects: [] });
type Closed = Extract<EvaluationPhase, { at: 'closed' }>['as'];
const closed = (e: Evaluation, as: Closed, effects: EvaluationEffect[] = []): Step => ({
  state: { ...e, phase: { at: 'closed', as } },
  effects,
});

function whileAsked(
  e: Evaluation,
  input: EvaluationInput,
  rules: EvaluationRules,
  at: Moment,
): Step {
  switch (input.type) {
    case 'level': {
      const { press: key, level, by } = input;
      const rating: Rating = { key, level, labels: [], text: '', pressedAt: at.now };
      return {
        state: { ...e, phase: { at: 'keeping', rating, by } },
        effects: [{ type: 'hold', key, body: bodyOf(e.subject, rating) }],
      };
    }
    case 'stay': {
      const untilMono = Math.min(
        Math.max(e.untilMono, at.mono + rules.inviteMs),
        Math.max(e.untilMono, e.openedMono + evaluationLimits.askMsMax),
      );
      return same({ ...e, untilMono });
    }
    case 'decline':
      return closed(e, 'declined');
    case 'elsewhere':
      return closed(e, 'elsewhere');
    case 'time':
    case 'end':
      return closed(e, 'not-evaluated');
    default:
      return same(e);
  }
}

function whileUnderWay(
  e: Evaluation,
  phase: Extract<EvaluationPhase, { at: 'keeping' | 'sending' }>,
  input: EvaluationInput,
  rules: EvaluationRules,
  at: Moment,
): Step {
  const { rating } = phase;
  const { key } = rating;
  if ('key' in input && input.key !== key) return same(e);
  if (phase.at === 'keeping') {
    if (input.type !== 'kept') return same(e);
    if (input.ok) return held(e, rating, phase.by, rules, at);
    if (!input.online) return failed(e, sentence('evaluate.notKept'), at);
    const untilMono = at.mono + evaluationLimits.answerWaitMs;
    return {
      state: { ...e, phase: { at: 'sending', rating }, untilMono },
      effects: [{ type: 'request', key, body: bodyOf(e.subject, rating) }],
    };
  }
  if (input.type === 'answer' && input.refusal === null) {
    return thanked(e, rating, true, rules, at);
  }
  if (input.type === 'answer' && input.refusal !== null) return failed(e, input.refusal, at);
  if (input.type === 'unanswered' || input.type === 'time') {
    return failed(e, sentence('evaluate.notKept'), at);
  }
  return input.type === 'end' ? closed(e, 'failed') : same(e);
}

function whileHeld(
  e: Evaluation,
  phase: Extract<EvaluationPhase, { at: 'rated' | 'thanked' }>,
  input: EvaluationInput,
  rules: EvaluationRules,
  at: Moment,
): Step {
  const { rating } = phase;
  const { key } = rating;
  const sent = phase.at === 'thanked' && phase.sent;
  const mayUndo = !sent && rules.undoMs > 0;
  if (input.type === 'time' || input.type === 'end') {
    const body = bodyOf(e.subject, rating);
    return closed(e, 'rated', sent ? [] : [{ type: 'release', key, body }]);
  }
  if (input.type === 'undo' && mayUndo) {
    const again = ask(e.subject, rules.inviteMs, at);
    const state = { ...again, openedMono: e.openedMono };
    return { state, effects: [{ type: 'drop', key }] };
  }
  if (input.type === 'level' && input.by === 'key' && mayUndo && input.level !== rating.level) {
    const other = { ...rating, level: input.level, labels: [], text: '', pressedAt: at.now };
    return rewritten(thanked(e, other, false, rules, at).state, other);
  }
  if (phase.at === 'thanked') return same(e);
  switch (input.type) {
    case 'details': {
      const next = { ...rating, ...detailsOf(input, rating.level, rules) };
      const state = { ...e, phase: { at: 'rated', rating: next } as const };
      return rewritten({ ...state, untilMono: at.mono + rules.detailsMs }, next);
    }
    case 'stay':
      return same({ ...e, untilMono: at.mono + rules.detailsMs });
    case 'done':
      return thanked(e, rating, false, rules, at);
    default:
      return same(e);
  }
}

function held(e: Evaluation, rating: Rating, by: Hand, rules: EvaluationRules, at: Moment): Step {
  if (by === 'key') return thanked(e, rating, false, rules, at);
  return same({ ...e, phase: { at: 'rated', rating }, untilMono: at.mono + rules.detailsMs });
}

function thanked(
  e: Evaluation,
  rating: Rating,
  sent: boolean,
  rules: EvaluationRules,
  at: Moment,
): Step {
  const untilMono = at.mono + Math.max(rules.undoMs, evaluationLimits.thanksMs);
  return same({ ...e, phase: { at: 'thanked', rating, sent }, untilMono });
}

function failed(e: Evaluation, because: Sentence, at: Moment): Step {
  const untilMono = at.mono + evaluationLimits.failedMs;
  return same({ ...e, phase: { at: 'failed', because }, untilMono });
}

function rewritten(state: Evaluation, rating: Rating): Step {
  const body = bodyOf(state.subject, rating);
  return { state, effects: [{ type: 'hold', key: rating.key, body }] };
}

export function bodyOf(subject: Subject, rating: Rating): RequestBody<'evaluate'> {
  const { level, labels, text, pressedAt } = rating;
  const { ticket, channel } = subject;
  return { ticket, level, labels: [...labels], text, channel, pressedAt };
}

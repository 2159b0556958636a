/**
 * The conversation with a SAM as a pure state machine: answers, damage and time come in, what to
 * send and what to tell goes out.
 *
 *   asking --good answer--> asking (find -> select -> read) | resting --> asking ...
 *      └── late, damaged --> settling (line quiet) --> asking sam-status --> ...
 *
 * Answers carry no sign of what they answer. After any doubt the line must be quiet and the status
 * answered before a card is looked for again, so no late answer passes for another card's.
 */
import type { DeviceCode } from '../codes.ts';
import { judge, type SamAnswer, type SamRequest, samRequests } from './sam.ts';

export const samLimits = {
  /** Silence that ends a doubt, and the longest wait for it. */
  quietMs: 100,
  settleMsMax: 2000,
  /** Requests in a row without a good answer: the reader is gone. */
  missesMax: 3,
  /** While opening the host waits 2 s in all. */
  greetingMissesMax: 2,
  /** A card is given so many tries before its holder is asked to lay it anew. */
  attemptsMax: 3,
  /** Looks without a card that show it was lifted: one alone may be a flicker of the field. */
  liftedAfter: 2,
  /** A reader that finds a card again while it lies there has it compared this often. */
  compareEveryMs: 1500,
  /** The SAM's own health is asked this often. */
  healthEveryMs: 30_000,
  errandsMax: 8,
} as const;

export type SamInput =
  | { type: 'start' }
  | Exclude<SamAnswer, { type: 'card' }>
  /** `print` stands for the whole text of the card: equal for the same card. */
  | { type: 'card'; print: string }
  | { type: 'damaged' }
  /** Bytes that made no frame yet. */
  | { type: 'heard' }
  | { type: 'time' }
  /** A question of the self-test, asked when the line is free. */
  | { type: 'errand'; request: SamRequest };

export type SamEffect =
  | { type: 'send'; request: SamRequest }
  /** The card that was just read is a new one. */
  | { type: 'present' }
  /** The card that lies there can not be read; said once until it is lifted. */
  | { type: 'fault'; code: DeviceCode }
  /** null: well. */
  | { type: 'health'; code: DeviceCode | null }
  | { type: 'errand-done'; request: SamRequest; code: DeviceCode | null }
  | { type: 'lost'; code: DeviceCode };

export interface SamState {
  phase: 'new' | 'asking' | 'settling' | 'resting' | 'ended';
  findEveryMs: number;
  asked: { request: SamRequest; errand: boolean };
  /** When `time` must be told; settling: the silence ends. */
  until: number;
  settlingSince: number;
  misses: number;
  /** Answered since it was opened. */
  greeted: boolean;
  inStep: boolean;
  /** The SAM says that it can not work: cards are not looked for, only its health. */
  sick: boolean;
  healthAt: number;
  errands: readonly SamRequest[];
  /** Vain tries with the card that lies there. */
  attempts: number;
  trouble: DeviceCode | null;
  told: boolean;
  /** The card read last, until it is lifted. */
  held: { print: string; gaps: number; compareAt: number } | null;
}

export const newSam = (findEveryMs: number): SamState => ({
  phase: 'new',
  findEveryMs,
  asked: { request: 'sam-status', errand: false },
  until: 0,
  settlingSince: 0,
  misses: 0,
  greeted: false,
  inStep: false,
  sick: false,
  healthAt: 0,
  errands: [],
  attempts: 0,
  trouble: null,
  told: false,
  held: null,
});

export interface SamStep {
  state: SamState;
  effects: SamEffect[];
}

/** When `time` must be told next; null: nothing waits. */
export function wakeAt(state: SamState): number | null {
  return state.phase === 'new' || state.phase === 'ended' ? null : state.until;
}

/** `now`: monotonic ms. */
export function stepSam(state: SamState, input: SamInput, now: number): SamStep {
  if (state.phase === 'ended') return stay(state);
  switch (input.type) {
    case 'start':
      return state.phase === 'new' ? next(state, now) : stay(state);
    case 'errand':
      return errand(state, input.request, now);
    case 'time':
      return now < state.until ? stay(state) : timeUp(state, now);
    case 'heard':
      return stay(state.phase === 'settling' ? disturbed(state, now) : state);
    case 'damaged':
      if (state.phase === 'settling') return stay(disturbed(state, now));
      return state.phase === 'asking' ? missed(state, 'IDC_ANSWER_DAMAGED', now) : stay(state);
    default:
      if (state.phase === 'settling') return stay(disturbed(state, now));
      return state.phase === 'asking' ? answered(state, input, now) : stay(state);
  }
}

const stay = (state: SamState): SamStep => ({ state, effects: [] });
const after = (effects: SamEffect[], step: SamStep): SamStep => ({
  state: step.state,
  effects: [...effects, ...step.effects],
});

// ---------------------------------------------------------------- asking

function ask(state: SamState, request: SamRequest, isErrand: boolean, now: number): SamStep {
  const asked = { request, errand: isErrand };
  return {
    state: { ...state, phase: 'asking', asked, until: now + samRequests[request].waitMs },
    effects: [{ type: 'send', request }],
  };
}

/** The line is free: what matters most comes first. */
function next(state: SamState, now: number): SamStep {
  const [first] = state.errands;
  if (!state.inStep) return ask(state, 'sam-status', first === 'sam-status', now);
  if (first !== undefined) return ask(state, first, true, now);
  const aboutItself = state.sick || now >= state.healthAt;
  return ask(state, aboutItself ? 'sam-status' : 'find', false, now);
}

function rest(state: SamState, now: number): SamStep {
  const free: SamState = { ...state, phase: 'resting', until: now + state.findEveryMs };
  return state.errands.length > 0 ? next(free, now) : stay(free);
}

function errand(state: SamState, request: SamRequest, now: number): SamStep {
  if (state.errands.length >= samLimits.errandsMax)
    return { state, effects: [{ type: 'errand-done', request, code: 'DEV_WRITE_BUSY' }] };
  const queued: SamState = { ...state, errands: [...state.errands, request] };
  return state.phase === 'resting' ? next(queued, now) : stay(queued);
}

/** Ends the errand under way, if the question was one. */
function errandDone(state: SamState, code: DeviceCode | null): SamStep {
  if (!state.asked.errand) return stay(state);
  const { request } = state.asked;
  return {
    state: { ...state, errands: state.errands.slice(1) },
    effects: [{ type: 'errand-done', request, code }],
  };
}

// ---------------------------------------------------------------- doubts

function missed(state: SamState, code: DeviceCode, now: number): SamStep {
  const misses = state.misses + 1;
  const limit = state.greeted ? samLimits.missesMax : samLimits.greetingMissesMax;
  const done = errandDone({ ...state, misses, inStep: false }, code);
  if (misses >= limit)
    return after(done.effects, {
      state: { ...done.state, phase: 'ended' },
      effects: [{ type: 'lost', code }],
    });
  const settling: SamState = { ...done.state, phase: 'settling', settlingSince: now };
  return after(done.effects, stay(disturbed(settling, now)));
}

function disturbed(state: SamState, now: number): SamState {
  const latest = state.settlingSince + samLimits.settleMsMax;
  return { ...state, until: Math.min(now + samLimits.quietMs, latest) };
}

function timeUp(state: SamState, now: number): SamStep {
  return state.phase === 'asking' ? missed(state, 'DEV_NO_ANSWER', now) : next(state, now);
}

// ---------------------------------------------------------------- answers

type Answer = Extract<SamInput, { type: 'answer' | 'card' }>;

function answered(before: SamState, answer: Answer, now: number): SamStep {
  const { request } = before.asked;
  const verdict = judge(request, answer);
  if (verdict === 'stray') return stay(before);
  const code = typeof verdict === 'object' ? verdict.code : null;
  // The SAM did not understand: as bad as an answer that was not understood.
  if (code === 'IDC_COMMAND_DAMAGED') return missed(before, code, now);
  const done = errandDone({ ...before, misses: 0, greeted: true }, code);
  return after(done.effects, settled(done.state, request, verdict, answer, now));
}

function settled(
  state: SamState,
  request: SamRequest,
  verdict: ReturnType<typeof judge>,
  answer: Answer,
  now: number,
): SamStep {
  const code = typeof verdict === 'object' ? verdict.code : null;
  if (code !== null && isOfTheSam(code)) return unwell(state, code, now);
  switch (request) {
    case 'sam-status':
      return well(state, code, now);
    case 'find':
      if (code !== null) return cardTrouble(state, code, now);
      return verdict === 'no-card' ? nobody(state, now) : found(state, now);
    case 'select':
      return code === null ? ask(state, 'read', false, now) : cardTrouble(state, code, now);
    case 'read':
      if (answer.type !== 'card') return cardTrouble(state, code ?? 'IDC_STATUS_UNKNOWN', now);
      return read(state, answer.print, now);
    case 'reset':
      // It begins anew: first its status again.
      return rest({ ...state, inStep: false }, now);
    case 'sam-number':
      return rest(state, now);
  }
}

const isOfTheSam = (code: DeviceCode) =>
  code === 'IDC_SAM_FAULT' || code === 'IDC_SAM_NOT_AUTHORISED' || code === 'IDC_COMMAND_REFUSED';

function unwell(state: SamState, code: DeviceCode, now: number): SamStep {
  const sick: SamState = { ...state, inStep: true, sick: true };
  return after([{ type: 'health', code }], rest(sick, now));
}

function well(state: SamState, code: DeviceCode | null, now: number): SamStep {
  const healthAt = now + samLimits.healthEveryMs;
  // An answer it was, be it an unknown one: cards are looked for all the same.
  return after(
    [{ type: 'health', code }],
    rest({ ...state, inStep: true, sick: false, healthAt }, now),
  );
}

// ---------------------------------------------------------------- the card

function found(state: SamState, now: number): SamStep {
  if (state.held === null) return ask(state, 'select', false, now);
  const held = { ...state.held, gaps: 0 };
  if (now < held.compareAt) return rest({ ...state, held }, now);
  // Still the same card, or another one laid down quickly: the text tells.
  return ask({ ...state, held }, 'select', false, now);
}

function nobody(state: SamState, now: number): SamStep {
  const gaps = (state.held?.gaps ?? 0) + 1;
  const held =
    state.held === null || gaps >= samLimits.liftedAfter ? null : { ...state.held, gaps };
  // Taken away before it was read, or lying there and not found again: both need another try.
  const effects: SamEffect[] =
    state.trouble !== null && !state.told ? [{ type: 'fault', code: state.trouble }] : [];
  return after(effects, rest({ ...state, held, attempts: 0, trouble: null, told: false }, now));
}

function read(state: SamState, print: string, now: number): SamStep {
  const same = state.held?.print === print;
  const held = { print, gaps: 0, compareAt: now + samLimits.compareEveryMs };
  const free: SamState = { ...state, held, attempts: 0, trouble: null, told: false };
  return after(same ? [] : [{ type: 'present' }], rest(free, now));
}

function cardTrouble(state: SamState, code: DeviceCode, now: number): SamStep {
  // A card that was read already is being taken away.
  if (state.held !== null) return rest(state, now);
  const attempts = state.attempts + 1;
  const final = attempts >= samLimits.attemptsMax && !state.told;
  const effects: SamEffect[] = final ? [{ type: 'fault', code }] : [];
  const tried: SamState = { ...state, attempts, trouble: code, told: state.told || final };
  return after(effects, rest(tried, now));
}

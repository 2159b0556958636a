/**
 * The dialogue with a SYN chip, as a pure state machine: time, replies and ended writes come in,
 * what to do comes out. No clock, no wire.
 *
 * The rules it keeps: a gap between frames; nothing is sent while an answer is due; and never a speak
 * frame while the chip speaks, because a new one kills the old one in the middle of a word. The end
 * of speech is one bare byte (4F) that may get lost, come twice or come late; where it is missing or
 * comes too early to be true, the chip is asked.
 */
import type { DeviceCode } from '../../codes.ts';
import type { SynReply } from './framing.ts';

export interface SynRules {
  /** Rest between two frames. SYN6288 > 8 ms, SYN6658 > 15 ms (better 17). */
  gapMs: number;
  /** Time of one byte on the line; serial servers take bytes faster than they send them. */
  byteMs: number;
  /** The query frame, the same every time. */
  query: Uint8Array;
}

/** After 4F before the next speak frame (both manuals: 1 ms). */
const afterIdleMs = 1;
/** After power-up or wake-up before the next frame (SYN6288: 16 ms). */
const afterStartMs = 16;
/** A frame is answered at once; a serial server on a busy network may take this long. */
export const answerWaitMs = 400;
/** Silence to so many questions in a row: nobody is there. */
export const queriesMax = 3;
/** A frame is sent again so often when it was refused, not taken, or cut short by a power loss. */
export const retriesMax = 2;
/** While speech takes longer than expected the chip is asked this often. */
export const pollEveryMs = 1000;
/** An idle chip is asked this often whether it is still there. */
export const healthEveryMs = 5000;
/** No frame of 4096 bytes at the slowest speed takes this long. */
export const speechMsMax = 300_000;

/** A frame to be said, with the shortest time it can take and the time it should. */
export interface SpeechFrame {
  bytes: Uint8Array;
  leastMs: number;
  usualMs: number;
}

export type SynInput =
  | { type: 'say'; frames: readonly SpeechFrame[] }
  | { type: 'reply'; reply: SynReply }
  /** The write that was asked for has ended. */
  | { type: 'written' }
  | { type: 'time' };

export type SynEffect =
  | { type: 'write'; bytes: Uint8Array }
  /** The first answer: the chip is there. */
  | { type: 'greeted' }
  | { type: 'ended'; code: DeviceCode | null }
  | { type: 'lost'; code: DeviceCode };

/** A question that waits for the line to be free. */
const unasked = Number.NEGATIVE_INFINITY;

interface Query {
  tries: number;
  /** Answered with 41; 4E or 4F is still due. */
  accepted: boolean;
  until: number;
}
interface Job {
  frames: readonly SpeechFrame[];
  at: number;
  tries: number;
  /** turn: not sent yet. sent: its 41 is due. speaking: its 4F is due. */
  step: 'turn' | 'sent' | 'speaking';
  /** When this step began. */
  since: number;
}
export interface SynState {
  rules: SynRules;
  greeted: boolean;
  lost: boolean;
  writing: boolean;
  /** No frame before this time. */
  quietUntil: number;
  /** The chip speaks and it is not our job: what was begun before we opened. Since when. */
  foreignSince: number | null;
  query: Query | null;
  /** When the next question is due without other cause. */
  askAt: number;
  job: Job | null;
}

export interface SynStep {
  state: SynState;
  effects: SynEffect[];
}

/** Asks at once whether somebody is there. */
export const newSyn = (rules: SynRules, now: number): SynState => ({
  rules,
  greeted: false,
  lost: false,
  writing: false,
  quietUntil: now + rules.gapMs,
  foreignSince: null,
  query: null,
  askAt: now,
  job: null,
});

export function stepSyn(before: SynState, input: SynInput, now: number): SynStep {
  if (before.lost) return stay(before);
  const first = taken(before, input, now);
  const second = input.type === 'time' ? timeOut(first.state, now) : stay(first.state);
  const third = second.state.lost ? stay(second.state) : act(second.state, now);
  return { state: third.state, effects: [...first.effects, ...second.effects, ...third.effects] };
}

/** When `time` must be told next; null: only an input goes on from here. */
export function synWakeAt(state: SynState): number | null {
  if (state.lost || state.writing) return null;
  const { job, query } = state;
  if (query !== null) return Math.max(query.until, state.quietUntil);
  if (job?.step === 'sent') return job.since + answerWaitMs;
  const due = job?.step === 'turn' && state.foreignSince === null ? state.quietUntil : state.askAt;
  return Math.max(due, state.quietUntil);
}

const stay = (state: SynState): SynStep => ({ state, effects: [] });

// ---------------------------------------------------------------- what comes in

function taken(state: SynState, input: SynInput, now: number): SynStep {
  switch (input.type) {
    case 'say':
      return stay({
        ...state,
        job: { frames: input.frames, at: 0, tries: 0, step: 'turn', since: now },
      });
    case 'written':
      return stay(written(state, now));
    case 'time':
      return stay(state);
    case 'reply':
      return replied(state, input.reply, now);
  }
}

/** A link that took the bytes later than they need on the line moves the answer's time as well. */
function written(state: SynState, now: number): SynState {
  const { job, query, rules } = state;
  const quietUntil = later(state, now + rules.gapMs);
  return {
    ...state,
    writing: false,
    quietUntil,
    job: job?.step === 'sent' && query === null ? { ...job, since: quietUntil } : job,
    query:
      query === null || query.until === unasked
        ? query
        : { ...query, until: quietUntil + answerWaitMs },
  };
}

function replied(before: SynState, reply: SynReply, now: number): SynStep {
  const effects: SynEffect[] = before.greeted ? [] : [{ type: 'greeted' }];
  const state = { ...before, greeted: true };
  const next = onReply(state, reply, now);
  return { state: next.state, effects: [...effects, ...next.effects] };
}

function onReply(state: SynState, reply: SynReply, now: number): SynStep {
  switch (reply) {
    case 'started':
      return started(state, now);
    case 'accepted':
      return accepted(state, now);
    case 'refused':
      return refused(state, now);
    case 'busy':
      return busy(state, now);
    case 'idle':
      return idle(state, now);
  }
}

/** The chip has just got its power back: it has forgotten everything. */
function started(before: SynState, now: number): SynStep {
  const state: SynState = {
    ...before,
    query: null,
    foreignSince: null,
    quietUntil: later(before, now + afterStartMs),
    askAt: now + healthEveryMs,
  };
  return state.job === null || state.job.step === 'turn'
    ? stay(state)
    : again(state, 'VOC_RESTARTED', now);
}

function accepted(state: SynState, now: number): SynStep {
  if (state.query !== null) return stay({ ...state, query: { ...state.query, accepted: true } });
  return state.job?.step === 'sent' ? speaking(state, now) : stay(state);
}

function refused(state: SynState, now: number): SynStep {
  // SYN6288 at 38400 refuses half of what comes while it speaks: it is there, and not done.
  if (state.query !== null && state.job?.step === 'speaking') return busy(state, now);
  if (state.query !== null) return silent(state, now);
  return state.job?.step === 'sent' ? again(state, 'VOC_REFUSED', now) : stay(state);
}

function busy(before: SynState, now: number): SynStep {
  const state: SynState = { ...before, query: null, askAt: now + pollEveryMs };
  if (state.job?.step === 'sent') return speaking(state, now);
  if (state.job?.step === 'speaking') {
    return now - state.job.since < speechMsMax ? stay(state) : stuck(state);
  }
  const since = state.foreignSince ?? now;
  return now - since < speechMsMax ? stay({ ...state, foreignSince: since }) : stuck(state);
}

function idle(before: SynState, now: number): SynStep {
  const { query, job } = before;
  if (!query?.accepted && job?.step === 'speaking' && now < job.since + leastMs(job)) {
    // Too early to be true, a doubled or late byte perhaps. A wrong "end" would cut it off: ask.
    return stay({ ...before, askAt: now });
  }
  if (query === null && job?.step === 'sent') return stay(before);
  const state: SynState = {
    ...before,
    query: null,
    foreignSince: null,
    quietUntil: later(before, now + afterIdleMs),
    askAt: now + healthEveryMs,
  };
  if (job?.step === 'speaking') return saidFrame(state, job, now);
  if (job?.step === 'sent') return again(state, 'VOC_REFUSED', now);
  return stay(state);
}

// ---------------------------------------------------------------- the job

const leastMs = (job: Job): number => job.frames[job.at]?.leastMs ?? 0;

function speaking(state: SynState, now: number): SynStep {
  const { job } = state;
  if (job === null) return stay(state);
  const usualMs = job.frames[job.at]?.usualMs ?? 0;
  return stay({
    ...state,
    job: { ...job, step: 'speaking', since: now },
    askAt: now + Math.max(usualMs, pollEveryMs),
  });
}

function saidFrame(state: SynState, job: Job, now: number): SynStep {
  const at = job.at + 1;
  if (at < job.frames.length) {
    return stay({ ...state, job: { ...job, at, tries: 0, step: 'turn', since: now } });
  }
  return { state: { ...state, job: null }, effects: [{ type: 'ended', code: null }] };
}

/** The frame was not said: once more, but not for ever. */
function again(state: SynState, code: DeviceCode, now: number): SynStep {
  const { job } = state;
  if (job === null) return stay(state);
  if (job.tries < retriesMax) {
    return stay({ ...state, job: { ...job, tries: job.tries + 1, step: 'turn', since: now } });
  }
  return { state: { ...state, job: null }, effects: [{ type: 'ended', code }] };
}

function stuck(state: SynState): SynStep {
  return { state: { ...state, lost: true }, effects: [{ type: 'lost', code: 'VOC_STUCK' }] };
}

// ---------------------------------------------------------------- time

function timeOut(state: SynState, now: number): SynStep {
  if (state.writing) return stay(state);
  const { job, query } = state;
  if (query !== null) {
    const due = query.until !== unasked && now >= query.until;
    return due ? silent(state, now) : stay(state);
  }
  // No 41: did the frame get lost, or its answer?
  if (job?.step === 'sent' && now >= job.since + answerWaitMs)
    return stay({ ...state, askAt: now });
  return stay(state);
}

/** A question without an answer. */
function silent(state: SynState, now: number): SynStep {
  const { query } = state;
  if (query === null) return stay(state);
  if (query.tries < queriesMax) return ask(state, query.tries + 1, now);
  return { state: { ...state, lost: true }, effects: [{ type: 'lost', code: 'DEV_NO_ANSWER' }] };
}

// ---------------------------------------------------------------- what goes out

const later = (state: SynState, at: number): number => Math.max(state.quietUntil, at);

function act(state: SynState, now: number): SynStep {
  if (state.writing || now < state.quietUntil) return stay(state);
  if (state.query !== null) {
    return state.query.until === unasked ? ask(state, state.query.tries, now) : stay(state);
  }
  const { job } = state;
  const mayAsk = job?.step !== 'sent' || now >= job.since + answerWaitMs;
  if (mayAsk && now >= state.askAt) return ask(state, 1, now);
  const frame = job?.step === 'turn' ? job.frames[job.at] : undefined;
  if (job === null || frame === undefined || state.foreignSince !== null) return stay(state);
  const sent = write(state, frame.bytes, now);
  return {
    ...sent,
    state: { ...sent.state, job: { ...job, step: 'sent', since: sent.state.quietUntil } },
  };
}

/** Asks now, or notes that it has to be asked when the line may be used. */
function ask(state: SynState, tries: number, now: number): SynStep {
  const query: Query = { tries, accepted: false, until: unasked };
  if (state.writing || now < state.quietUntil) return stay({ ...state, query });
  const sent = write(state, state.rules.query, now);
  return {
    ...sent,
    state: { ...sent.state, query: { ...query, until: sent.state.quietUntil + answerWaitMs } },
  };
}

/** The line is busy until its last byte has left, and then for the gap. */
function write(state: SynState, bytes: Uint8Array, now: number): SynStep {
  const quietUntil = now + bytes.length * state.rules.byteMs + state.rules.gapMs;
  return { state: { ...state, writing: true, quietUntil }, effects: [{ type: 'write', bytes }] };
}

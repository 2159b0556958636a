/**
 * One print job from "may I?" to its honest outcome, as a pure state machine: time, status, token
 * and link are inputs, what to do comes out as effects. No clock, no wire.
 *
 *   preflight -> recording -> sending -> waiting -> confirmed | failed | uncertain
 *
 * failed: not one byte left. uncertain: bytes left and the printer did not say that all is on paper.
 * The job's clock stands still while the printer cannot print and somebody can help it (paper out,
 * cover open, cutter jam): it goes on from where it stopped, so nothing must be sent again.
 */
import type { DeviceCode } from '../codes.ts';
import type { PrinterStatus, PrintOutcome } from '../contract.ts';
import { obstacle } from './status.ts';

/** A known status as old as this still counts; an idle printer is heard about once a second. */
export const statusFreshMs = 2000;
/** Longest wait for a status before the first byte. */
export const preflightMs = 1500;
/** Longest time a begun job waits for somebody with paper; then the citizen is told to ask. */
export const stallMaxMs = 15 * 60_000;

export interface JobRules {
  /** Printing time allowed from the first byte on, ms. */
  deadlineMs: number;
  /** Can be asked at any time (DLE EOT); false: begins on what is known, be it nothing. */
  reports: boolean;
  /** false: this printer can not say that a job is printed. */
  confirms: boolean;
}

export type JobInput =
  | { type: 'start'; status: PrinterStatus }
  | { type: 'status'; status: PrinterStatus }
  /** The host has written down that bytes will now leave. */
  | { type: 'recorded'; status: PrinterStatus }
  | { type: 'not-recorded' }
  /** All segments were handed over. */
  | { type: 'sent' }
  /** The wire broke while sending. */
  | { type: 'send-failed' }
  | { type: 'token' }
  /** The token's place was reached but the printer says that paper had ended. */
  | { type: 'bad-token' }
  | { type: 'link-lost' }
  | { type: 'time' };

export type JobEffect =
  | { type: 'ask-status' }
  | { type: 'record' }
  | { type: 'send' }
  | { type: 'end'; outcome: PrintOutcome };

export type JobPhase = 'new' | 'preflight' | 'recording' | 'sending' | 'waiting' | 'ended';

export interface JobState {
  phase: JobPhase;
  rules: JobRules;
  /** When `preflight` began. */
  since: number;
  /** Why the printer stands still now; null: it prints. */
  stall: DeviceCode | null;
  /** Time counted so far, up to `countedTo`: printing, and standing still. */
  printingMs: number;
  stalledMs: number;
  countedTo: number;
}

export const newJob = (rules: JobRules): JobState => ({
  phase: 'new',
  rules,
  since: 0,
  stall: null,
  printingMs: 0,
  stalledMs: 0,
  countedTo: 0,
});

export interface JobStep {
  state: JobState;
  effects: JobEffect[];
}

/** `now`: monotonic ms. Inputs of an ended job change nothing. */
export function stepJob(before: JobState, input: JobInput, now: number): JobStep {
  const state = counted(before, now);
  switch (state.phase) {
    case 'new':
      return input.type === 'start' ? start(state, input.status, now) : stay(state);
    case 'preflight':
      return preflight(state, input, now);
    case 'recording':
      return recording(state, input, now);
    case 'sending':
    case 'waiting':
      return underway(state, input);
    case 'ended':
      return stay(before);
  }
}

/** When `time` must be told next; null: nothing waits. */
export function wakeAt(state: JobState): number | null {
  if (state.phase === 'preflight') return state.since + preflightMs;
  if (state.phase !== 'sending' && state.phase !== 'waiting') return null;
  if (state.stall === null) return state.countedTo + state.rules.deadlineMs - state.printingMs;
  return state.countedTo + stallMaxMs - state.stalledMs;
}

const stay = (state: JobState): JobStep => ({ state, effects: [] });

function end(state: JobState, outcome: PrintOutcome): JobStep {
  return { state: { ...state, phase: 'ended' }, effects: [{ type: 'end', outcome }] };
}
const fail = (state: JobState, code: DeviceCode) => end(state, { outcome: 'failed', code });
const doubt = (state: JobState, code: DeviceCode) => end(state, { outcome: 'uncertain', code });

function start(state: JobState, status: PrinterStatus, now: number): JobStep {
  const blocked = obstacle(status);
  if (blocked !== null) return fail(state, blocked);
  const known = status.at !== null && now - status.at <= statusFreshMs;
  if (known || !state.rules.reports) return record(state);
  return { state: { ...state, phase: 'preflight', since: now }, effects: [{ type: 'ask-status' }] };
}

const record = (state: JobState): JobStep => ({
  state: { ...state, phase: 'recording' },
  effects: [{ type: 'record' }],
});

function preflight(state: JobState, input: JobInput, now: number): JobStep {
  if (input.type === 'status') {
    const blocked = obstacle(input.status);
    return blocked === null ? record(state) : fail(state, blocked);
  }
  if (input.type === 'link-lost') return fail(state, 'DEV_CLOSED');
  if (input.type === 'time' && now - state.since >= preflightMs)
    return fail(state, 'DEV_NO_ANSWER');
  return stay(state);
}

/** The disk may take a while: the printer is looked at once more before the first byte. */
function recording(state: JobState, input: JobInput, now: number): JobStep {
  if (input.type === 'link-lost') return fail(state, 'DEV_CLOSED');
  if (input.type === 'not-recorded') return fail(state, 'PRN_NOT_RECORDED');
  if (input.type !== 'recorded') return stay(state);
  const blocked = obstacle(input.status);
  if (blocked !== null) return fail(state, blocked);
  return { state: { ...state, phase: 'sending', countedTo: now }, effects: [{ type: 'send' }] };
}

function underway(state: JobState, input: JobInput): JobStep {
  switch (input.type) {
    case 'sent':
      if (!state.rules.confirms) return doubt(state, 'PRN_NO_STATUS');
      return stay({ ...state, phase: 'waiting' });
    case 'token':
      return end(state, { outcome: 'confirmed' });
    case 'bad-token':
      return doubt(state, 'PRN_PAPER_OUT');
    case 'send-failed':
    case 'link-lost':
      return doubt(state, 'PRN_LINK_LOST');
    case 'status':
      return stalledBy(state, obstacle(input.status));
    case 'time':
      return timeUp(state);
    default:
      return stay(state);
  }
}

function stalledBy(state: JobState, stall: DeviceCode | null): JobStep {
  return stall === 'PRN_UNRECOVERABLE' ? doubt(state, stall) : stay({ ...state, stall });
}

function timeUp(state: JobState): JobStep {
  if (state.printingMs >= state.rules.deadlineMs) return doubt(state, 'PRN_NO_TOKEN');
  if (state.stalledMs >= stallMaxMs) return doubt(state, state.stall ?? 'PRN_NO_TOKEN');
  return stay(state);
}

/** Time since the last input goes to printing or to standing still. */
function counted(state: JobState, now: number): JobState {
  if (state.phase !== 'sending' && state.phase !== 'waiting') return state;
  const passed = Math.max(0, now - state.countedTo);
  return {
    ...state,
    countedTo: now,
    printingMs: state.printingMs + (state.stall === null ? passed : 0),
    stalledMs: state.stalledMs + (state.stall === null ? 0 : passed),
  };
}

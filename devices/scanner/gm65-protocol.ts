/**
 * One question at a time to a GM65, and its heartbeat: pure. Answers and time come in, what to send
 * and what to tell goes out.
 */
import type { DeviceCode } from '../codes.ts';
import { encodeGm65, gm65Types } from './gm65-framing.ts';

export const gm65Limits = {
  heartbeatEveryMs: 10_000,
  /** An answer is seven bytes; the module may be busy with a code. */
  replyWaitMs: 400,
  /** Heartbeats in a row without an answer: the module is gone. */
  missesMax: 3,
  /** After a missed one the next is sent sooner. */
  retryMs: 200,
  errandsMax: 8,
} as const;

export type Gm65Request = 'heartbeat' | 'trigger' | 'stop';

/** Zone 0002 bit 0: read now, in trigger mode. */
export function gm65Command(request: Gm65Request, crc: boolean): Uint8Array {
  if (request === 'heartbeat') return encodeGm65(gm65Types.heartbeat, 0, [0], crc);
  return encodeGm65(gm65Types.write, 0x0002, [request === 'trigger' ? 1 : 0], crc);
}

export type Gm65Input =
  | { type: 'start' }
  | { type: 'reply' }
  | { type: 'time' }
  | { type: 'errand'; request: Gm65Request };
export type Gm65Effect =
  | { type: 'send'; request: Gm65Request }
  | { type: 'well' }
  | { type: 'errand-done'; request: Gm65Request; code: DeviceCode | null }
  | { type: 'lost' };

export interface Gm65State {
  asked: { request: Gm65Request; errand: boolean } | null;
  until: number;
  misses: number;
  errands: readonly Gm65Request[];
  ended: boolean;
}
export const newGm65: Gm65State = { asked: null, until: 0, misses: 0, errands: [], ended: false };

export interface Gm65Step {
  state: Gm65State;
  effects: Gm65Effect[];
}

/** `now`: monotonic ms. */
export function stepGm65(state: Gm65State, input: Gm65Input, now: number): Gm65Step {
  if (state.ended) return { state, effects: [] };
  switch (input.type) {
    case 'start':
      return next(state, now);
    case 'errand':
      return errand(state, input.request, now);
    case 'reply':
      // Nobody asked: late or doubled, and a sign of life all the same.
      if (state.asked === null)
        return { state: { ...state, misses: 0 }, effects: [{ type: 'well' }] };
      return replied(state, now);
    case 'time':
      if (now < state.until) return { state, effects: [] };
      return state.asked === null ? next(state, now) : missed(state, now);
  }
}

function next(state: Gm65State, now: number): Gm65Step {
  const [first] = state.errands;
  const request = first ?? 'heartbeat';
  return {
    state: {
      ...state,
      asked: { request, errand: first !== undefined },
      until: now + gm65Limits.replyWaitMs,
    },
    effects: [{ type: 'send', request }],
  };
}

function errand(state: Gm65State, request: Gm65Request, now: number): Gm65Step {
  if (state.errands.length >= gm65Limits.errandsMax)
    return { state, effects: [{ type: 'errand-done', request, code: 'DEV_WRITE_BUSY' }] };
  const queued = { ...state, errands: [...state.errands, request] };
  return state.asked === null ? next(queued, now) : { state: queued, effects: [] };
}

function replied(state: Gm65State, now: number): Gm65Step {
  const until = now + gm65Limits.heartbeatEveryMs;
  const done = ended({ ...state, misses: 0, until }, null);
  const effects: Gm65Effect[] = [{ type: 'well' }, ...done.effects];
  if (done.state.errands.length === 0) return { state: done.state, effects };
  const step = next(done.state, now);
  return { state: step.state, effects: [...effects, ...step.effects] };
}

function missed(state: Gm65State, now: number): Gm65Step {
  const misses = state.misses + 1;
  const done = ended({ ...state, misses, until: now + gm65Limits.retryMs }, 'DEV_NO_ANSWER');
  if (misses < gm65Limits.missesMax) return done;
  return { state: { ...done.state, ended: true }, effects: [...done.effects, { type: 'lost' }] };
}

function ended(state: Gm65State, code: DeviceCode | null): Gm65Step {
  const { asked } = state;
  const free = { ...state, asked: null };
  if (asked === null || !asked.errand) return { state: free, effects: [] };
  return {
    state: { ...free, errands: state.errands.slice(1) },
    effects: [{ type: 'errand-done', request: asked.request, code }],
  };
}

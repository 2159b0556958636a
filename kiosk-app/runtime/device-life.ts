/**
 * The life of one device as the host sees it. Pure: what happened comes in, what to do comes out.
 *
 *   opening --opened--> open --lost--> resting --rested--> opening ...
 *      └──────failed / deadline──────────^
 *
 * A device object lives once: every opening is a new one with a number of its own (`life`), and
 * whatever an older one still says is not heard.
 */
import type { DeviceCode } from '../../devices/codes.ts';
import type { DeviceStatus } from '../../devices/contract.ts';

export const deviceLimits = {
  /** Connecting and the first handshake. With `rest` it keeps a replug under 3 s. */
  openMs: 2_000,
  /** Letting go of the wire (devices/contract.ts promises it). */
  closeMs: 2_000,
  /** Between attempts. */
  rest: { minMs: 100, maxMs: 900, factor: 2 },
  /** Opening and resting end by themselves long before; what does not is stuck. */
  stuckMs: 15_000,
  /** A device that was open this long was not flapping: its next rest is short again. */
  stableMs: 5_000,
} as const;

export type Phase = 'opening' | 'open' | 'resting' | 'closed';

export interface DeviceLife {
  phase: Phase;
  life: number;
  status: DeviceStatus;
  /** Wall clock since when state and code are what they are, ms. */
  since: number;
  /** clock.mono() of the last opening; for `stableMs`. */
  openedAt: number;
  /** What the driver said while it opened. */
  said: DeviceStatus | null;
}

export type LifeInput =
  | { type: 'opened'; life: number }
  | { type: 'failed'; life: number; code: DeviceCode }
  | { type: 'lost'; life: number; code: DeviceCode }
  | { type: 'status'; life: number; status: DeviceStatus }
  | { type: 'rested' }
  | { type: 'close' };

export type LifeEffect =
  | { type: 'open'; life: number }
  /** Give up the opening or let go of the device of this life. */
  | { type: 'release'; life: number }
  /** `fresh`: the row of rests starts over. */
  | { type: 'rest'; fresh: boolean }
  | { type: 'tell' };

export interface LifeMoment {
  now: number;
  mono: number;
}

export interface LifeStep {
  state: DeviceLife;
  effects: LifeEffect[];
}

export function newborn(at: LifeMoment): LifeStep {
  const state: DeviceLife = {
    phase: 'opening',
    life: 1,
    status: { state: 'unknown', code: 'DEV_OPENING', detail: {} },
    since: at.now,
    openedAt: 0,
    said: null,
  };
  return { state, effects: [{ type: 'open', life: 1 }] };
}

export function stepLife(state: DeviceLife, input: LifeInput, at: LifeMoment): LifeStep {
  if (state.phase === 'closed') return strayed(state, input);
  if (input.type === 'close') {
    const release: LifeEffect[] =
      state.phase === 'resting' ? [] : [{ type: 'release', life: state.life }];
    return { state: { ...state, phase: 'closed' }, effects: release };
  }
  if (input.type === 'rested') {
    if (state.phase !== 'resting') return { state, effects: [] };
    const life = state.life + 1;
    return {
      state: { ...state, phase: 'opening', life, said: null },
      effects: [{ type: 'open', life }],
    };
  }
  if (input.life !== state.life || state.phase === 'resting') return strayed(state, input);
  switch (input.type) {
    case 'opened': {
      if (state.phase !== 'opening') return { state, effects: [] };
      const ready: DeviceStatus = { state: 'ready', code: 'DEV_READY', detail: {} };
      const open: DeviceLife = { ...state, phase: 'open', openedAt: at.mono };
      return withStatus(open, state.said ?? ready, at, []);
    }
    case 'status':
      // Said during the handshake: counts once the handshake is done.
      if (state.phase === 'opening')
        return { state: { ...state, said: input.status }, effects: [] };
      return withStatus(state, input.status, at, []);
    case 'failed':
    case 'lost': {
      const lived = state.phase === 'open' ? at.mono - state.openedAt : 0;
      const out: DeviceStatus = { state: 'out', code: input.code, detail: {} };
      return withStatus({ ...state, phase: 'resting' }, out, at, [
        { type: 'release', life: state.life },
        { type: 'rest', fresh: lived >= deviceLimits.stableMs },
      ]);
    }
  }
}

/** An opening that ended after it was given up: nobody wants that device any more. */
function strayed(state: DeviceLife, input: LifeInput): LifeStep {
  return {
    state,
    effects: input.type === 'opened' ? [{ type: 'release', life: input.life }] : [],
  };
}

function withStatus(
  state: DeviceLife,
  status: DeviceStatus,
  at: LifeMoment,
  effects: LifeEffect[],
): LifeStep {
  const same = status.state === state.status.state && status.code === state.status.code;
  if (same && JSON.stringify(status.detail) === JSON.stringify(state.status.detail)) {
    return { state, effects };
  }
  const since = same ? state.since : at.now;
  return { state: { ...state, status, since }, effects: [...effects, { type: 'tell' }] };
}

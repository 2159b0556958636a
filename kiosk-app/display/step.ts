/** One step of the display's flow, and the instants at which its picture changes by itself. */

import { anchored, hallNow } from '../runtime/hall-time.ts';
import type { Moment } from '../runtime/ports.ts';
import type { Stepped } from '../runtime/stepper.ts';
import {
  type DisplayEffect,
  type DisplayInput,
  type DisplayState,
  displayLimits,
} from './state.ts';

export function step(
  state: DisplayState,
  input: DisplayInput,
  at: Moment,
): Stepped<DisplayState, DisplayEffect> {
  return withTimer(input.type === 'view' ? heard(state, input, at) : fired(state), at);
}

function fired(state: DisplayState): DisplayState {
  return { ...state, timerAtMono: null };
}

function heard(
  state: DisplayState,
  { view }: Extract<DisplayInput, { type: 'view' }>,
  at: Moment,
): DisplayState {
  return {
    ...state,
    view,
    // The offset says nothing before the hall has been heard.
    anchor: view.board === null ? state.anchor : anchored(state.anchor, view.hallClockOffsetMs, at),
    offlineSinceMono: view.online ? null : (state.offlineSinceMono ?? at.mono),
  };
}

/** How long the link has been lost, ms; 0 while it stands. */
export function lostMs(state: DisplayState, at: Moment): number {
  return state.offlineSinceMono === null ? 0 : at.mono - state.offlineSinceMono;
}

/** Time until the picture changes without a word from the hall, ms; null: never. */
function nextChangeMs(state: DisplayState, at: Moment): number | null {
  const now = hallNow(state.anchor, at);
  const waits = (state.view?.board?.calls ?? [])
    .map((call) => call.expiresAt - now)
    .concat(
      state.offlineSinceMono === null
        ? []
        : [
            displayLimits.staleAfterMs - lostMs(state, at),
            displayLimits.forgetAfterMs - lostMs(state, at),
          ],
    )
    .filter((ms) => ms > 0);
  // Whole milliseconds: a rest lost in rounding would fire for ever at the same instant.
  return waits.length === 0 ? null : Math.ceil(Math.min(...waits));
}

function withTimer(state: DisplayState, at: Moment): Stepped<DisplayState, DisplayEffect> {
  const ms = nextChangeMs(state, at);
  if (ms === null) {
    if (state.timerAtMono === null) return { state, effects: [] };
    return { state: { ...state, timerAtMono: null }, effects: [{ type: 'cancel' }] };
  }
  const timerAtMono = at.mono + ms;
  if (timerAtMono === state.timerAtMono) return { state, effects: [] };
  return { state: { ...state, timerAtMono }, effects: [{ type: 'timer', ms }] };
}

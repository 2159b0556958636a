/**
 * What the flow of an evaluation pad knows, hears and orders. Which service may be evaluated now is
 * the hall's word (view.pad): a pad that was off, or restarted in the middle, reads it again.
 */
import type { PadInvitation } from '../../broker-config/messages.ts';
import { type HallAnchor, noAnchor } from '../runtime/hall-time.ts';
import type { HallView, Moment } from '../runtime/ports.ts';
import type { EvaluationAction, Owner, Sentence } from '../screens/contract.ts';
import type { Evaluation, EvaluationEffect, Level } from './evaluation.ts';

export interface PadConfig {
  machine: string;
  owner: Owner;
  /** How long labels and words are waited for after the last touch, s. */
  detailsS: number;
  /** Large text for everybody. */
  elder: boolean;
  /** Names of the clerks' pictures that this pad has. */
  photos: ReadonlySet<string>;
}

export const padLimits = {
  /** Press keys remembered, so that a page that sends one again acts once. */
  pressesRememberedMax: 64,
  /** Services that were dealt with here, so that an old word of the hall asks for none again. */
  dealtRememberedMax: 64,
  /** The hall's clock is known to this. */
  clockSlackMs: 2_000,
} as const;

/** Dealt with: rated here (never asked again), or closed (asked again when the clerk asks again). */
export interface Dealt {
  ticket: string;
  /** Invitation that was closed; null: rated. */
  invitedAt: number | null;
}

export interface PadState {
  config: PadConfig;
  startedAt: Moment;
  view: HallView | null;
  anchor: HallAnchor;
  evaluation: Evaluation | null;
  /** The invitation that `evaluation` answers. */
  invitation: PadInvitation | null;
  dealt: readonly Dealt[];
  presses: readonly string[];
  /** Monotonic, ms: when the next timer fires; null: none is set. */
  timerAtMono: number | null;
}

/** A key of an evaluator or keypad, by its meaning. */
export type PadKey = Level | 'undo';

export type PadInput =
  | { type: 'view'; view: HallView }
  | { type: 'action'; action: EvaluationAction }
  /** `press` is made for every key, used or not. */
  | { type: 'key'; key: PadKey; press: string }
  | { type: 'kept'; key: string; ok: boolean; online: boolean }
  | { type: 'answer'; key: string; refusal: Sentence | null }
  | { type: 'unanswered'; key: string }
  | { type: 'timer' }
  | { type: 'stop' };

export type PadEffect =
  | EvaluationEffect
  /** A service is to be evaluated: keys light up, the voice says so. */
  | { type: 'prompt'; ms: number }
  | { type: 'timer'; ms: number }
  | { type: 'cancel' }
  | { type: 'log'; fields: Record<string, unknown>; message: string };

/** `rated`: tickets whose evaluations an earlier process left behind. */
export function initialState(
  config: PadConfig,
  rated: readonly string[],
  startedAt: Moment,
): PadState {
  return {
    config,
    startedAt,
    view: null,
    anchor: noAnchor,
    evaluation: null,
    invitation: null,
    dealt: rated.map((ticket) => ({ ticket, invitedAt: null })),
    presses: [],
    timerAtMono: null,
  };
}

/** The window this pad stands at, as the hall's directory says; null: not known or none. */
export function padWindow(state: PadState) {
  const windows = state.view?.directory?.windows ?? [];
  return windows.find((w) => w.pad === state.config.machine) ?? null;
}

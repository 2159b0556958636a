/**
 * What the flow of a clerk's window knows, hears and orders. The truth about the window is the hall's
 * (view.window, view.board); the flow adds only which key is under way and what the last one did.
 */
import type { Answer, RequestBody, WindowSnapshot } from '../../broker-config/messages.ts';
import type { windowKeyVerbs } from '../runtime/machine-profile.ts';
import type { HallView, Moment } from '../runtime/ports.ts';
import type { Owner, Sentence, WindowAction, WindowVerb } from '../screens/contract.ts';

export type WindowKeyVerb = (typeof windowKeyVerbs)[number];

export interface WindowConfig {
  machine: string;
  owner: Owner;
  /** This window's address on the callers' bus; null: it has none. */
  callerAddress: number | null;
  /** Key of a caller or keypad -> verb. */
  keys: Readonly<Record<string, WindowKeyVerb>>;
}

export const windowLimits = {
  /** Longest wait for the hall's answer; then the clerk is told that it is not known. */
  answerWaitMs: 4_000,
  /** A second "next" this soon is a bouncing key or a double click, not a second citizen. */
  nextRestMs: 500,
  /** The same key of a keypad this soon is a bounce. */
  keyBounceMs: 300,
  /** Press keys remembered, so that a page that sends one again acts once. */
  pressesRememberedMax: 64,
} as const;

export type WindowRequest = {
  [V in WindowVerb]: { op: V; body: RequestBody<V> };
}[WindowVerb];

export interface LastAction {
  verb: WindowVerb;
  ok: boolean;
  text: Sentence;
  /** Own wall clock, ms. */
  at: number;
}

export interface WindowFlowState {
  config: WindowConfig;
  startedAt: Moment;
  view: HallView | null;
  busy: { verb: WindowVerb; press: string } | null;
  lastAction: LastAction | null;
  presses: readonly string[];
  /** Monotonic, ms: when "next" was granted last with no other verb after it. */
  nextGrantedMono: number | null;
  lastKey: { key: string; mono: number } | null;
  /** Own wall clock for which the timer of the next recall is set; null: none. */
  recallTimerAt: number | null;
}

export type WindowInput =
  | { type: 'view'; view: HallView }
  | { type: 'action'; action: WindowAction }
  /** `press` is made for every key, used or not. */
  | { type: 'key'; key: string; press: string }
  | { type: 'answer'; press: string; answer: Answer<WindowVerb> }
  /** No answer came. `sent` false: surely nothing reached the hall. */
  | { type: 'request-failed'; press: string; code: string; sent: boolean }
  | { type: 'timer'; name: 'recall' };

export type WindowEffect =
  | { type: 'request'; press: string; request: WindowRequest }
  | { type: 'timer'; name: 'recall'; ms: number }
  | { type: 'cancel'; name: 'recall' }
  | { type: 'log'; level: 'info' | 'warn'; fields: Record<string, unknown>; message: string };

export function initialState(config: WindowConfig, startedAt: Moment): WindowFlowState {
  return {
    config,
    startedAt,
    view: null,
    busy: null,
    lastAction: null,
    presses: [],
    nextGrantedMono: null,
    lastKey: null,
    recallTimerAt: null,
  };
}

/** The window this machine works for, as the hall's directory says; null: not known or none. */
export function ownWindow(state: WindowFlowState) {
  const windows = state.view?.directory?.windows ?? [];
  return windows.find((w) => w.machine === state.config.machine) ?? null;
}

/** The window's own snapshot; one of another window (the profile was changed) is not shown. */
export function ownSnapshot(state: WindowFlowState): WindowSnapshot | null {
  const snapshot = state.view?.window ?? null;
  return snapshot !== null && snapshot.window === ownWindow(state)?.id ? snapshot : null;
}

/** The window's line on the board. */
export function ownBoardWindow(state: WindowFlowState) {
  const id = ownWindow(state)?.id;
  return state.view?.board?.windows.find((w) => w.id === id) ?? null;
}

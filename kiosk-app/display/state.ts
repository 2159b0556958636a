/** What the hall display knows and hears. It asks nothing: it shows what the hall says, while it is true. */

import { type HallAnchor, noAnchor } from '../runtime/hall-time.ts';
import type { HallView, Moment } from '../runtime/ports.ts';

export interface DisplayConfig {
  machine: string;
  /** Windows shown; null: all. */
  windows: readonly string[] | null;
  /** Last calls shown. */
  calls: number;
  language: 'zh' | 'zh-en';
}

export const displayLimits = {
  /** Link lost longer than this: the picture is marked as possibly old. */
  staleAfterMs: 10_000,
  /** Link lost longer than this: what was true then is not shown any more. */
  forgetAfterMs: 30 * 60_000,
} as const;

export interface DisplayState {
  config: DisplayConfig;
  startedAt: Moment;
  view: HallView | null;
  anchor: HallAnchor;
  /** Monotonic, ms: since when the link is lost; null: it stands. */
  offlineSinceMono: number | null;
  /** Monotonic, ms: when the next timer fires; null: none is set. */
  timerAtMono: number | null;
}

export type DisplayInput = { type: 'view'; view: HallView } | { type: 'timer' };

export type DisplayEffect = { type: 'timer'; ms: number } | { type: 'cancel' };

export function initialState(config: DisplayConfig, startedAt: Moment): DisplayState {
  return {
    config,
    startedAt,
    view: null,
    anchor: noAnchor,
    offlineSinceMono: startedAt.mono,
    timerAtMono: null,
  };
}

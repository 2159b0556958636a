/**
 * Whom the hall calls, read from its board in one way for all who tell it: hall screen, window signs
 * and voices. Pure.
 */
import type { Board, Call, Directory } from '../../broker-config/messages.ts';

export interface LiveCall extends Call {
  /** What citizens look for: the window's label; its id stands in when it is unknown. */
  label: string;
  /** Not expired, and the window has not gone on to another number. */
  fresh: boolean;
}

/**
 * Newest first, each number once: who was called to two windows in turn goes to the last one.
 * `windows`: only calls to these; null: all. `now`: the hall's clock, ms.
 */
export function liveCalls(
  board: Board,
  directory: Directory | null,
  windows: readonly string[] | null,
  now: number,
): LiveCall[] {
  return newestOfEach(board.calls)
    .filter((call) => windows === null || windows.includes(call.window))
    .map((call) => ({
      ...call,
      label: directory?.windows.find((w) => w.id === call.window)?.label ?? call.window,
      fresh: now < call.expiresAt && stillThere(board, call),
    }));
}

function newestOfEach(calls: readonly Call[]): Call[] {
  const seen = new Set<string>();
  return calls
    .toSorted((a, b) => b.seq - a.seq)
    .filter((call) => !seen.has(call.number) && seen.add(call.number));
}

/** A window that has gone on to another number calls nobody to it with the old one. */
function stillThere(board: Board, call: Call): boolean {
  const window = board.windows.find((w) => w.id === call.window);
  return window === undefined || window.number === call.number;
}

/** How far the calls have been told. */
export interface Told {
  epoch: number;
  /** Highest seq told; null: nothing heard yet. */
  seq: number | null;
}
export const nothingTold: Told = { epoch: 0, seq: null };

/** After a start only calls this young are told: the older ones were, before it. */
export const missedCallMs = 15_000;

/** Fresh calls that were not told yet, oldest first, and how far it is told then. */
export function untold(
  told: Told,
  board: Board,
  calls: readonly LiveCall[],
  now: number,
): { told: Told; calls: LiveCall[] } {
  // A hall whose data were put back counts from an earlier number: it is followed, nothing is repeated.
  const restored = told.seq !== null && board.epoch > told.epoch && board.seq < told.seq;
  const since = restored ? board.seq : told.seq;
  const newest = Math.max(since ?? 0, board.seq, ...calls.map((c) => c.seq));
  const fresh = calls
    .filter((c) => c.fresh && (since === null ? now - c.at < missedCallMs : c.seq > since))
    .toReversed();
  return { told: { epoch: board.epoch, seq: newest }, calls: fresh };
}

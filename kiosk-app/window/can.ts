/**
 * Which keys make sense now. The hall judges every request anyway; this only spares the clerk keys
 * that would surely be refused.
 */
import type { Moment } from '../runtime/ports.ts';
import type { WindowVerb } from '../screens/contract.ts';
import { ownBoardWindow, ownSnapshot, ownWindow, type WindowFlowState } from './state.ts';

/** In the order of the clerk's day. Empty when nothing can be asked (no link, no window). */
export function verbsOf(state: WindowFlowState, at: Moment): WindowVerb[] {
  const board = ownBoardWindow(state);
  const snapshot = ownSnapshot(state);
  if (state.view?.online !== true || board === null || snapshot === null) return [];
  const free = snapshot.current === null;
  const verbs: WindowVerb[] = [];
  if (board.state === 'open') verbs.push('call-next');
  if (snapshot.current !== null) verbs.push(...verbsAtWindow(state, snapshot.current.state, at));
  verbs.push(...verbsOfState(board.state, free));
  verbs.push(...verbsOfLists(state, board.state === 'open', free));
  if (mayInvite(state)) verbs.push('invite');
  if (ownWindow(state)?.kind === 'tidal') verbs.push('serve');
  verbs.push('void');
  return verbs;
}

function verbsAtWindow(state: WindowFlowState, ticket: string, at: Moment): WindowVerb[] {
  if (ticket === 'called') {
    const recall = recallOf(state);
    const again = recall !== null && recall.left > 0 && at.now >= recall.nextAt;
    return [...(again ? (['recall'] as const) : []), 'start', 'finish', 'miss', 'hold', 'transfer'];
  }
  return ['finish', 'hold', 'transfer'];
}

/** Who is at the window stays there through a pause, but keeps it from closing. */
function verbsOfState(state: 'closed' | 'open' | 'paused', free: boolean): WindowVerb[] {
  const close: WindowVerb[] = free ? ['close'] : [];
  if (state === 'open') return ['pause', ...close];
  return state === 'paused' ? ['open', ...close] : ['open'];
}

function verbsOfLists(state: WindowFlowState, open: boolean, free: boolean): WindowVerb[] {
  const snapshot = ownSnapshot(state);
  const verbs: WindowVerb[] = [];
  if (open && ownWindow(state)?.mayCallTicket === true) verbs.push('call-ticket');
  if (open && free && (snapshot?.held.length ?? 0) > 0) verbs.push('resume');
  // Back to the queue is possible at any time; to this window at once only when it is free.
  if ((snapshot?.missed.length ?? 0) > 0) verbs.push('return-missed');
  return verbs;
}

function mayInvite(state: WindowFlowState): boolean {
  const last = ownSnapshot(state)?.last;
  return last != null && last.state === 'done' && (ownWindow(state)?.pad ?? null) !== null;
}

/** Recalls left for the ticket that is called here, and when the next is allowed (own wall clock). */
export function recallOf(state: WindowFlowState): { left: number; nextAt: number } | null {
  const current = ownSnapshot(state)?.current ?? null;
  const rules = state.view?.directory?.rules;
  if (current === null || current.state !== 'called' || rules === undefined) return null;
  const spoken = state.view?.board?.calls.findLast(
    (c) => c.number === current.number && c.window === current.window,
  );
  const lastAt = Math.max(spoken?.at ?? 0, current.calledAt ?? 0);
  const offset = state.view?.hallClockOffsetMs ?? 0;
  return {
    left: Math.max(0, rules.recallLimit - current.recalls),
    nextAt: lastAt + rules.recallSpacingS * 1000 - offset,
  };
}

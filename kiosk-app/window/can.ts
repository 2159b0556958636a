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
  const verbs: WindowVerb[] = [];
  if (board.state === 'open') verbs.push('call-next');
  if (snapshot.current !== null) verbs.push(...verbsAtWindow(state, snapshot.current.state, at));
  verbs.push(...verbsOfState(board.state));
  if (snapshot.current === null && board.state === 'open') verbs.push(...verbsOfLists(state));
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

function verbsOfState(state: 'closed' | 'open' | 'paused'): WindowVerb[] {
  if (state === 'open') return ['pause', 'close'];
  return state === 'paused' ? ['open', 'close'] : ['open'];
}

function verbsOfLists(state: WindowFlowState): WindowVerb[] {
  const snapshot = ownSnapshot(state);
  const verbs: WindowVerb[] = [];
  if (ownWindow(state)?.mayCallTicket === true) verbs.push('call-ticket');
  if ((snapshot?.held.length ?? 0) > 0) verbs.push('resume');
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

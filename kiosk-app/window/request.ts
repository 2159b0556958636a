/** From what the clerk did to what the hall is asked. */
import type { WindowAction } from '../screens/contract.ts';
import type { WindowKeyVerb, WindowRequest } from './state.ts';

/**
 * `current`: id of the ticket at the window as this machine knows it (null: none); used for "next"
 * when the page does not say what it showed.
 */
export function requestOfAction(action: WindowAction, current: string | null): WindowRequest {
  switch (action.do) {
    case 'call-next':
      return {
        op: 'call-next',
        body: { expect: action.expect === undefined ? current : action.expect },
      };
    case 'pause':
      return { op: 'pause', body: { reason: action.reason } };
    case 'hold':
      return { op: 'hold', body: { kind: action.kind } };
    case 'transfer':
      return { op: 'transfer', body: { to: action.to, position: action.position } };
    case 'return-missed':
      return { op: 'return-missed', body: { ticket: action.ticket, to: action.to } };
    case 'call-ticket':
    case 'resume':
    case 'void':
      return { op: action.do, body: { ticket: action.ticket } };
    case 'serve':
      return { op: 'serve', body: { services: action.services } };
    case 'recall':
    case 'start':
    case 'finish':
    case 'miss':
    case 'invite':
    case 'open':
    case 'close':
      return { op: action.do, body: {} };
  }
}

/**
 * A key has no room for choices: "hold" means gone to fetch papers (may return to any window),
 * "pause" means a break; one key for both opens a window that is not open (`window`: its state). "next" says nothing of the ticket it follows: a keypad shows none.
 */
export function requestOfKey(
  verb: WindowKeyVerb,
  window: 'closed' | 'open' | 'paused' | null,
): WindowRequest {
  switch (verb) {
    case 'pause-or-open':
      return window === 'open'
        ? { op: 'pause', body: { reason: 'break' } }
        : { op: 'open', body: {} };
    case 'hold':
      return { op: 'hold', body: { kind: 'fetch-papers' } };
    case 'pause':
      return { op: 'pause', body: { reason: 'break' } };
    case 'call-next':
    case 'recall':
    case 'start':
    case 'finish':
    case 'miss':
    case 'open':
    case 'invite':
      return { op: verb, body: {} };
  }
}

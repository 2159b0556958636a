/** What the sign over a window says now. Pure; the words stand in texts/. */
import type { Board, Directory } from '../../broker-config/messages.ts';
import type { SignContent } from '../../devices/window-sign/contract.ts';
import { sentence } from '../texts/sentence.ts';
import { liveCalls } from './calls.ts';

export interface SignFace {
  content: SignContent;
  /** Hall clock when it changes by itself, ms; null: never. */
  changesAt: number | null;
}

/**
 * @param online false: nobody knows what is called now, so no number is shown
 * @param now the hall's clock, ms
 */
export function signFace(
  window: string,
  hall: { online: boolean; board: Board | null; directory: Directory | null },
  now: number,
): SignFace {
  const { board, directory, online } = hall;
  const live = board?.windows.find((w) => w.id === window);
  const known = directory?.windows.find((w) => w.id === window);
  const label = known?.label ?? window;
  const still = (text: string): SignFace => ({
    content: { number: null, lines: [text], blink: false },
    changesAt: null,
  });
  if (!online || board === null) return still(sentence('sign.offline', { label }).zh);
  if (live === undefined || live.state === 'closed') return still(sentence('sign.closed').zh);
  if (live.state === 'paused' && live.number === null) return still(sentence('sign.paused').zh);
  if (live.number === null) return still(sentence('sign.waiting', { label }).zh);
  const { number } = live;
  if (live.serving) {
    const lines = [sentence('sign.serving', { number, label }).zh];
    return { content: { number, lines, blink: false }, changesAt: null };
  }
  const call = liveCalls(board, directory, [window], now).find((c) => c.number === number);
  const lines = [sentence('sign.called', { number, label }).zh];
  const blink = call?.fresh === true;
  return { content: { number, lines, blink }, changesAt: blink ? call.expiresAt : null };
}

/** The hall screen, drawn from the flow's state. */
import type { Board, Directory } from '../../broker-config/messages.ts';
import { liveCalls } from '../runtime/calls.ts';
import { hallNow } from '../runtime/hall-time.ts';
import type { Moment } from '../runtime/ports.ts';
import type { DisplayScreen } from '../screens/contract.ts';
import { sentence } from '../texts/sentence.ts';
import { type DisplayState, displayLimits } from './state.ts';
import { lostMs } from './step.ts';

export function screenOf(state: DisplayState, at: Moment): DisplayScreen {
  const { config, view, startedAt } = state;
  const directory = view?.directory ?? null;
  const lost = lostMs(state, at);
  const forgotten = lost >= displayLimits.forgetAfterMs;
  const board = forgotten ? null : (view?.board ?? null);
  return {
    role: 'display',
    machine: config.machine,
    hallName: directory?.name ?? null,
    link: { online: view?.online ?? false, since: view?.onlineSince ?? startedAt.now },
    time: { timeZone: directory?.timeZone ?? null, offsetMs: view?.hallClockOffsetMs ?? 0 },
    stale: lost >= displayLimits.staleAfterMs,
    bilingual: config.language === 'zh-en',
    calls: callsOf(state, directory, board, hallNow(state.anchor, at)),
    windows: windowsOf(state, directory, board),
    services: servicesOf(directory, board),
    issuing: board?.issuing ?? false,
  };
}

function shown(state: DisplayState, window: string): boolean {
  return state.config.windows === null || state.config.windows.includes(window);
}

/** The same calls that signs and voices tell. */
function callsOf(
  state: DisplayState,
  directory: Directory | null,
  board: Board | null,
  now: number,
): DisplayScreen['calls'] {
  if (board === null) return [];
  return liveCalls(board, directory, state.config.windows, now)
    .slice(0, state.config.calls)
    .map((call) => ({
      seq: call.seq,
      number: call.number,
      window: call.label,
      serviceName: serviceName(directory, call.service),
      recall: call.kind === 'recall',
      at: call.at,
      fresh: call.fresh,
    }));
}

/** In the directory's order; a window nobody has heard of yet counts as closed. */
function windowsOf(
  state: DisplayState,
  directory: Directory | null,
  board: Board | null,
): DisplayScreen['windows'] {
  if (board === null) return [];
  return (directory?.windows ?? [])
    .filter((w) => shown(state, w.id))
    .map((w) => {
      const live = board.windows.find((b) => b.id === w.id);
      return {
        id: w.id,
        label: w.label,
        name: w.name,
        state: live?.state ?? 'closed',
        number: live?.number ?? null,
        serving: live?.serving ?? false,
      };
    });
}

function servicesOf(directory: Directory | null, board: Board | null): DisplayScreen['services'] {
  return (board?.services ?? []).map((s) => ({
    id: s.id,
    name: serviceName(directory, s.id),
    waiting: s.waiting,
    estimateMin: s.estimateMin,
    open: s.open,
  }));
}

function serviceName(directory: Directory | null, id: string) {
  const known = directory?.services.find((s) => s.id === id);
  return known?.name ?? sentence('unknown.service', { id });
}

/** The clerk's page, drawn from the flow's state. Instants of the hall stay in the hall's clock. */
import type { Board, BoardWindow, Directory, TicketView } from '../../broker-config/messages.ts';
import type { Moment } from '../runtime/ports.ts';
import type { WindowScreen, WindowTicketView } from '../screens/contract.ts';
import { sentence } from '../texts/sentence.ts';
import { recallOf, verbsOf } from './can.ts';
import { ownBoardWindow, ownSnapshot, ownWindow, type WindowFlowState } from './state.ts';

export function screenOf(state: WindowFlowState, at: Moment): WindowScreen {
  const { config, view, startedAt } = state;
  const directory = view?.directory ?? null;
  const snapshot = ownSnapshot(state);
  const named = (ticket: TicketView) => namedTicket(directory, ticket);
  return {
    role: 'window',
    machine: config.machine,
    hallName: directory?.name ?? null,
    link: { online: view?.online ?? false, since: view?.onlineSince ?? startedAt.now },
    time: { timeZone: directory?.timeZone ?? null, offsetMs: view?.hallClockOffsetMs ?? 0 },
    owner: config.owner,
    window: windowOf(state),
    current: snapshot?.current == null ? null : named(snapshot.current),
    last: snapshot?.last == null ? null : named(snapshot.last),
    held: (snapshot?.held ?? []).map(named),
    missed: (snapshot?.missed ?? []).map(named),
    servedToday: snapshot?.servedToday ?? 0,
    services: servicesOf(state),
    classes: (directory?.classes ?? []).map((c) => ({ id: c.id, name: c.name, kind: c.kind })),
    targets: targetsOf(state),
    can: verbsOf(state, at),
    recall: recallOf(state),
    busy: state.busy?.verb ?? null,
    lastAction: state.lastAction,
    alarms: (view?.board?.alarms ?? []).map((a) => ({ since: a.since, reason: a.reason })),
  };
}

function windowOf(state: WindowFlowState): WindowScreen['window'] {
  const own = ownWindow(state);
  const live = ownBoardWindow(state);
  if (own === null || live === null) return null;
  return {
    id: own.id,
    label: own.label,
    name: own.name,
    state: live.state,
    pauseReason: live.pauseReason,
    since: live.since,
  };
}

/** The services served here now, the first to be called first. */
function servicesOf(state: WindowFlowState): WindowScreen['services'] {
  const { directory, board } = state.view ?? { directory: null, board: null };
  const served = ownBoardWindow(state)?.services ?? [];
  return [...served]
    .sort((a, b) => a.level - b.level)
    .map(({ service, level }) => ({
      id: service,
      name: serviceName(directory, service),
      level,
      ...waitingOf(board, service),
    }));
}

function waitingOf(board: Board | null, service: string) {
  const live = board?.services.find((s) => s.id === service);
  return {
    waiting: live?.waiting ?? 0,
    byClass: live?.byClass ?? {},
    estimateMin: live?.estimateMin ?? null,
    longestSince: live?.longestSince ?? null,
    overCeiling: live?.overCeiling ?? 0,
  };
}

function targetsOf(state: WindowFlowState): WindowScreen['targets'] {
  const directory = state.view?.directory ?? null;
  const own = ownWindow(state)?.id;
  const service = ownSnapshot(state)?.current?.service;
  const live = state.view?.board?.windows ?? [];
  const stateOf = (id: string) => live.find((w) => w.id === id)?.state ?? 'closed';
  return {
    services: (directory?.services ?? [])
      .filter((s) => s.id !== service)
      .map((s) => ({ id: s.id, name: s.name })),
    windows: (directory?.windows ?? [])
      .filter((w) => w.id !== own)
      .map((w) => ({ id: w.id, label: w.label, name: w.name, state: stateOf(w.id) }))
      .toSorted((a, b) => servingFirst.indexOf(a.state) - servingFirst.indexOf(b.state)),
  };
}

/** To whom a citizen is sent: who serves now, who will be back, who is not there. */
const servingFirst: readonly BoardWindow['state'][] = ['open', 'paused', 'closed'];

function namedTicket(directory: Directory | null, ticket: TicketView): WindowTicketView {
  const known = directory?.classes.find((c) => c.id === ticket.class);
  return {
    ...ticket,
    serviceName: serviceName(directory, ticket.service),
    className: known?.name ?? sentence('unknown.class', { id: ticket.class }),
  };
}

function serviceName(directory: Directory | null, id: string) {
  const known = directory?.services.find((s) => s.id === id);
  return known?.name ?? sentence('unknown.service', { id });
}

/** The page of the queue machine, drawn from the flow's state. */
import type { Directory } from '../../broker-config/messages.ts';
import type { Moment } from '../runtime/ports.ts';
import type { QueueScreen, QueueStep, Sentence } from '../screens/contract.ts';
import { sentence } from '../texts/sentence.ts';
import { mayReprint } from './may-reprint.ts';
import { obstacleOf, offeredServices, serviceViews } from './offer.ts';
import { printerNotice } from './printer-health.ts';
import type { Phase, QueueState } from './state.ts';

type Done = Extract<Phase, { at: 'done' }>;

export function screenOf(state: QueueState, at: Moment): QueueScreen {
  const { config, view, startedAt } = state;
  const directory = view?.directory ?? null;
  return {
    role: 'queue-machine',
    machine: config.machine,
    hallName: directory?.name ?? null,
    link: { online: view?.online ?? false, since: view?.onlineSince ?? startedAt.now },
    time: { timeZone: directory?.timeZone ?? null, offsetMs: view?.hallClockOffsetMs ?? 0 },
    // A result is read to its end first; what stands in the way of the next number comes after it.
    obstacle: state.phase.at === 'choose' ? obstacleOf(state, at) : null,
    notice: config.printer ? printerNotice(state.printer) : null,
    groups: groupsOf(state, directory),
    classes: claimable(directory),
    step: stepOf(state),
    reads: config.reads,
    visitor: state.visitor === null ? null : { masked: state.visitor.masked },
    idleS: config.idleS,
    owner: config.owner,
  };
}

function groupsOf(state: QueueState, directory: Directory | null): QueueScreen['groups'] {
  if (directory === null) return [];
  const offered = Map.groupBy(offeredServices(state.config, directory), (s) => s.group);
  const board = state.view?.board ?? null;
  return directory.groups.flatMap(({ id, name }) => {
    const services = offered.get(id);
    return services === undefined
      ? []
      : [{ id, name, services: serviceViews(services, board, state) }];
  });
}

function claimable(directory: Directory | null): QueueScreen['classes'] {
  return (directory?.classes ?? [])
    .filter((c) => c.atMachine && c.kind !== 'ordinary')
    .map((c) => ({ id: c.id, name: c.name, proof: c.proof }));
}

function stepOf(state: QueueState): QueueStep {
  const { phase } = state;
  switch (phase.at) {
    case 'choose':
      return { at: 'choose' };
    case 'issuing': {
      const { service: id } = phase.press;
      const service = id === null ? sentence('take.checkIn') : serviceName(state, id);
      const since = phase.press.at.now;
      return { at: 'working', what: 'issuing', service, number: null, since };
    }
    case 'printing': {
      const { number, service: id } = phase.issued.ticket;
      const service = serviceName(state, id);
      return { at: 'working', what: 'printing', service, number, since: phase.since };
    }
    case 'done':
      return doneStep(state, phase);
    case 'failed':
      return phase;
  }
}

function doneStep(state: QueueState, phase: Done): QueueStep {
  const { issued, paper, until } = phase;
  const { number } = issued.ticket;
  const offered = mayReprint(state, phase);
  return {
    at: 'done',
    number,
    service: serviceName(state, issued.ticket.service),
    className: className(state, issued.ticket.class),
    ahead: issued.ahead,
    estimateMin: issued.estimateMin,
    windows: windowLabels(state, issued.windows),
    paper,
    note: doneNote(phase, offered),
    reprint: offered ? 'offered' : phase.reprint === 'printing' ? 'printing' : null,
    until,
  };
}

function doneNote({ issued, paper, reprint }: Done, offered: boolean): Sentence | null {
  const { number } = issued.ticket;
  if (paper === 'confirmed') return null;
  if (reprint !== 'not-asked') return sentence(`done.reprint.${reprint}.note`, { number });
  return sentence(offered ? 'done.reprint.offered.note' : `done.${paper}.note`, { number });
}

export function serviceName(state: QueueState, id: string): Sentence {
  const known = state.view?.directory?.services.find((s) => s.id === id);
  return known?.name ?? sentence('unknown.service', { id });
}

export function className(state: QueueState, id: string): Sentence {
  const known = state.view?.directory?.classes.find((c) => c.id === id);
  return known?.name ?? sentence('unknown.class', { id });
}

/** Labels as on the signs; a window the directory does not know is left out. */
export function windowLabels(state: QueueState, ids: readonly string[]): string[] {
  const windows = state.view?.directory?.windows ?? [];
  return windows.filter((w) => ids.includes(w.id)).map((w) => w.label);
}

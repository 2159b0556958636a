/** Which services this machine offers, and what stands in the way of taking a number here. */
import type { Board, BoardService, Directory } from '../../broker-config/messages.ts';
import type { Moment } from '../runtime/ports.ts';
import type { QueueObstacle, QueueServiceView, Sentence } from '../screens/contract.ts';
import { sentence } from '../texts/sentence.ts';
import { printerObstacle } from './printer-health.ts';
import { type QueueConfig, type QueueState, queueLimits } from './state.ts';

type DirectoryService = Directory['services'][number];

export function offeredServices(config: QueueConfig, directory: Directory): DirectoryService[] {
  const { groups } = config;
  return directory.services.filter((s) => groups === null || groups.includes(s.group));
}

/** The services as the page shows them: why one can not be pressed stands beside it. */
export function serviceViews(
  services: readonly DirectoryService[],
  board: Board | null,
  who: Pick<QueueState, 'visitor' | 'config'>,
): QueueServiceView[] {
  const lives = new Map(board?.services.map((s) => [s.id, s]));
  return services.map((service) => {
    const live = lives.get(service.id);
    const because = whyNot(service, live, who);
    return {
      id: service.id,
      name: service.name,
      waiting: live?.waiting ?? 0,
      estimateMin: live?.estimateMin ?? null,
      open: because === null,
      because,
    };
  });
}

function whyNot(
  service: DirectoryService,
  live: BoardService | undefined,
  { visitor, config }: Pick<QueueState, 'visitor' | 'config'>,
): Sentence | null {
  if (live === undefined) return sentence('unknown.board');
  if (!live.open) {
    const reason = live.closedBecause;
    return reason === null ? sentence('queue.closed.because') : { zh: reason.zh, en: reason.en };
  }
  if (!service.personRequired || visitor !== null) return null;
  return sentence(config.reads.card ? 'take.cardFirst.because' : 'take.personRequired.because');
}

/**
 * Why no number can be taken here now; null = all well. Checked before every press, so that no number
 * is given that could not be printed.
 */
export function obstacleOf(state: QueueState, at: Moment): QueueObstacle {
  return linkObstacle(state, at) ?? printer(state) ?? servicesObstacle(state);
}

function linkObstacle(state: QueueState, at: Moment): QueueObstacle {
  const { view, startedAt } = state;
  const heard = view !== null && view.directory !== null && view.board !== null;
  if (!heard && at.mono - startedAt.mono < queueLimits.connectWaitMs) {
    return obstacle('connecting', 'queue.connecting', startedAt.now);
  }
  if (!heard) return obstacle('hall-unreachable', 'queue.unreachable', startedAt.now);
  if (!view.online) return obstacle('hall-unreachable', 'queue.unreachable', view.onlineSince);
  if (view.board?.issuing === false) {
    return obstacle('hall-stopped', 'queue.stopped', view.board.at - view.hallClockOffsetMs);
  }
  return null;
}

function printer(state: QueueState): QueueObstacle {
  if (!state.config.printer) return null;
  const because = printerObstacle(state.printer);
  if (because === null) return null;
  return { kind: 'printer', because, todo: sentence('printer.todo'), since: state.printer.since };
}

function servicesObstacle(state: QueueState): QueueObstacle {
  const directory = state.view?.directory;
  const board = state.view?.board;
  if (directory == null || board == null) return null;
  const services = serviceViews(offeredServices(state.config, directory), board, state);
  const opens = (s: QueueServiceView) => s.open || needsCard(state, s.because);
  if (services.some(opens)) return null;
  const since = board.at - (state.view?.hallClockOffsetMs ?? 0);
  if (services.length === 0) {
    const because = sentence('queue.noServices.because');
    return { kind: 'closed', because, todo: sentence('queue.closed.todo'), since };
  }
  return obstacle('closed', 'queue.closed', since);
}

/** Closed to who has laid no card yet: a card opens it. */
function needsCard(state: QueueState, because: Sentence | null): boolean {
  return state.config.reads.card && because?.zh === sentence('take.cardFirst.because').zh;
}

function obstacle(
  kind: NonNullable<QueueObstacle>['kind'],
  text: 'queue.connecting' | 'queue.unreachable' | 'queue.stopped' | 'queue.closed',
  since: number,
): QueueObstacle {
  return { kind, because: sentence(`${text}.because`), todo: sentence(`${text}.todo`), since };
}

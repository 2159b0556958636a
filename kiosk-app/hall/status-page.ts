/**
 * Serves the hall's page for technicians, on loopback. The queue comes first: what changes only sets
 * a mark here; the state is made at most once per `everyMs`, and only while somebody looks at it.
 * A page that can not be served stops no hall.
 */
import { resolve } from 'node:path';
import type { Answer, RequestOp } from '../../broker-config/messages.ts';
import { en } from '../../devices/texts/en.ts';
import { zhCN } from '../../devices/texts/zh-CN.ts';
import { messageOf, RuntimeError } from '../runtime/errors.ts';
import type { Lifecycle } from '../runtime/lifecycle.ts';
import type { Log } from '../runtime/log.ts';
import type { Clock } from '../runtime/ports.ts';
import { serveScreen } from '../runtime/screen-server.ts';
import { HallAction, type HallScreen, type Sentence } from '../screens/contract.ts';
import type { SequencerPort } from './contract.ts';
import type { HallPort } from './hall.ts';
import type { HallBus } from './hall-bus.ts';
import { alarmsOf, type HallProfile } from './queue/index.ts';
import type { RatingsPort } from './ratings/index.ts';
import { hallScreen } from './status.ts';
import { hallBudget } from './status-budget.ts';

export const statusLimits = {
  /** Changes within this are one picture. */
  everyMs: 1_000,
  /** Counters and ages tell nobody that they change. */
  refreshMs: 5_000,
} as const;

export interface StatusPageParts {
  /** Port of the page; 0: any free one. */
  port: number;
  profile: HallProfile;
  /** Id of the hall server's own machine. */
  machine: string;
  owner: HallScreen['owner'];
  /** Name and version of the program. */
  version: string;
  bus: HallBus;
  brokerKind: HallScreen['broker']['kind'];
  hall: Pick<HallPort, 'machines' | 'onMachine' | 'counters' | 'onAnswered'>;
  sequencer: SequencerPort;
  ratings: RatingsPort;
  /** Folder of the built pages. */
  pagesDir: string;
  clock: Clock;
  log: Log;
  lifecycle: Pick<Lifecycle, 'onStop'>;
}

/** Where the built pages stand, seen from this file's folder. */
export const builtPages = resolve(import.meta.dirname, '../screens/dist');

/** @returns the page's address; null: it can not be served, and the log says why */
export async function serveStatus(o: StatusPageParts): Promise<string | null> {
  try {
    return await serve(o);
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    o.log.error({ code: error.code, why: messageOf(error) }, 'no status page; the hall goes on');
    return null;
  }
}

async function serve(o: StatusPageParts): Promise<string> {
  const { clock, sequencer } = o;
  const budget = hallBudget();
  const stateOf = screenMaker(o, budget.summary);
  const pace = paced(
    clock,
    () => screen.listeners > 0,
    () => screen.show(stateOf()),
  );
  const screen = await serveScreen<HallScreen, never>({
    ...{ role: 'hall', port: o.port, pagesDir: o.pagesDir, files: new Map(), action: HallAction },
    ...{ clock, log: o.log, onListen: pace.listen },
  });
  const { changed } = pace;
  o.hall.onMachine(changed);
  o.hall.onAnswered((op: RequestOp, answer: Answer) => {
    if (op === 'take' && answer.ok) budget.add(answer.spans);
  });
  sequencer.onCommitted(changed);
  sequencer.onIssuing(changed);
  o.ratings.onNews(changed);
  o.lifecycle.onStop('status page', async () => {
    pace.stop();
    await screen.close();
  });
  o.log.info({ url: screen.url }, 'page');
  return screen.url;
}

/** Everything of the state that does not change is gathered once. */
function screenMaker(o: StatusPageParts, presses: () => HallScreen['presses']): () => HallScreen {
  const { sequencer, clock, profile } = o;
  const names = new Map(profile.machines.map((m) => [m.id, m.name]));
  const place = profile.machines.find((m) => m.id === o.machine)?.place ?? null;
  const startedAt = sequencer.now();
  return () => {
    const { state } = sequencer;
    const now = sequencer.now();
    const { bus, requests } = o.hall.counters;
    return hallScreen({
      ...{ machines: o.hall.machines(), names, now, sentenceOf },
      alarms: state === null ? [] : alarmsOf(state),
      hall: {
        machine: o.machine,
        hallName: profile.name,
        time: { timeZone: profile.time_zone, offsetMs: now - clock.now() },
        ...{ owner: o.owner, place, version: o.version, startedAt },
        epoch: sequencer.epoch,
        seq: state?.seq ?? 0,
        issuing: sequencer.issuing,
        broker: { kind: o.brokerKind, online: o.bus.online },
        counters: {
          ...{ received: requests.received, answered: requests.answered },
          ...{ turnedAway: requests.refused, ...bus },
        },
        ratings: o.ratings.standing(),
        presses: presses(),
      },
    });
  };
}

function sentenceOf(code: string): Sentence | null {
  if (!Object.hasOwn(zhCN, code)) return null;
  const known = code as keyof typeof zhCN;
  return { zh: zhCN[known].technician, en: en[known].technician };
}

/** `show`, never more often than `everyMs`, never later than `refreshMs`, and only while `watched`. */
function paced(clock: Clock, watched: () => boolean, show: () => void) {
  let timer: { at: number; cancel: () => void } | null = null;
  let shownMono = Number.NEGATIVE_INFINITY;
  const plan = (at: number) => {
    if (timer !== null && timer.at <= at) return;
    timer?.cancel();
    timer = { at, cancel: clock.after(Math.max(0, at - clock.mono()), due) };
  };
  const run = () => {
    shownMono = clock.mono();
    show();
    plan(shownMono + statusLimits.refreshMs);
  };
  const due = () => {
    timer = null;
    if (watched()) run();
  };
  const soon = () => plan(Math.max(clock.mono(), shownMono + statusLimits.everyMs));
  return {
    changed: () => {
      if (watched()) soon();
    },
    /** Somebody begins to look: nothing older than `everyMs` may be what he sees first. */
    listen: () => {
      if (clock.mono() - shownMono >= statusLimits.everyMs) run();
      else soon();
    },
    stop: () => timer?.cancel(),
  };
}

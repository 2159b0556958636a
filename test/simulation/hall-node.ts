/**
 * The hall server: the real sequencer, views and bus port over the simulated disk and broker. It can
 * crash between any two steps and inside a commit, stop in order, and start again with a new epoch.
 */

import type { Answer } from '../../broker-config/messages.ts';
import type { SequencerPort, SubmittedRequest } from '../../kiosk-app/hall/contract.ts';
import { createHallPort, type HallPort } from '../../kiosk-app/hall/hall.ts';
import type { HallProfile } from '../../kiosk-app/hall/queue/index.ts';
import { compileRules } from '../../kiosk-app/hall/queue/index.ts';
import { createSequencer, type SequencerLimits } from '../../kiosk-app/hall/sequencer.ts';
import { createViews } from '../../kiosk-app/hall/views.ts';
import { messageOf } from '../../kiosk-app/runtime/errors.ts';
import type { Log } from '../../kiosk-app/runtime/log.ts';
import { embeddedBus, outerBus, type SimHallBus } from './hall-buses.ts';
import type { HallDisk } from './hall-disk.ts';
import { makeKey } from './keys.ts';
import type { Broker } from './network.ts';
import type { NodeClock } from './node-clock.ts';
import type { Random } from './random.ts';
import type { World } from './world.ts';

export interface HallWatch {
  started(epoch: number): void;
  submitted(request: SubmittedRequest): void;
  answered(request: SubmittedRequest, answer: Answer): void;
  published(topic: string, payload: Uint8Array): void;
  ended(how: string): void;
}

export interface HallNode {
  readonly up: boolean;
  start(): void;
  crash(): void;
  /** Orderly end, as for an update of the program. */
  stop(): void;
  /** The hall's own commands: appointments. */
  submit(op: 'book' | 'cancel-booking', body: unknown): void;
  readonly sequencer: SequencerPort | null;
}

export interface HallNodeOptions {
  world: World;
  random: Random;
  profile: HallProfile;
  disk: HallDisk;
  broker: Broker;
  /** The broker is in the hall's process, or not. */
  embedded: boolean;
  limits: SequencerLimits;
  clock: NodeClock;
  /** Mean time of a commit, ms. */
  commitMs(): number;
  log: Log;
  watch: HallWatch;
  /** Went down by itself (died in a commit): somebody has to start it again. */
  onDown(): void;
}

export function createHallNode(o: HallNodeOptions): HallNode {
  const rules = compileRules(o.profile);
  let running: { end(how: string): void; stop(): void; sequencer: SequencerPort } | null = null;

  const start = () => {
    if (running !== null) return;
    const { random } = o;
    const process = o.clock.process();
    const { clock } = process;
    let alive = true;
    let bus: SimHallBus | null = null;
    const end = (how: string) => {
      if (!alive) return;
      alive = false;
      running = null;
      process.end();
      bus?.crash();
      o.disk.crash();
      o.watch.ended(how);
    };
    const journal = o.disk.open({
      die: () => {
        end('died in a commit');
        o.onDown();
      },
    });
    o.watch.started(journal.epoch);
    const soon = (meanMs: number) => (f: () => void) => {
      process.soon(random.exponential(meanMs), f);
    };
    let sequencer: SequencerPort;
    try {
      const parts = { journal, rules, clock, log: o.log, limits: o.limits };
      sequencer = createSequencer({ ...parts, defer: soon(o.commitMs()) });
    } catch (error) {
      end(`did not start: ${messageOf(error)}`);
      o.onDown();
      return;
    }
    const watched = watchedSequencer(sequencer, o.watch, () => alive);
    const boot = makeKey(random, clock.now());
    bus = (o.embedded ? embeddedBus : outerBus)({
      ...{ hall: o.profile.hall, broker: o.broker, clock, random, boot },
      epoch: journal.epoch,
      published: o.watch.published,
    });
    const port: HallPort = createHallPort({
      ...{ profile: o.profile, bus, sequencer: watched, clock, log: o.log },
      views: createViews(sequencer, rules),
      boot,
      seq: journal.head,
      soon: soon(0.05),
    });
    const stop = () => {
      sequencer
        .stop()
        .then(() => port.stop())
        .then(() => {
          if (alive) journal.close();
          end('stopped');
        })
        .catch((error: unknown) => end(`stop failed: ${messageOf(error)}`));
    };
    running = { end, stop, sequencer: watched };
    port.start().catch((error: unknown) => end(`bus: ${messageOf(error)}`));
  };

  return {
    get up() {
      return running !== null;
    },
    get sequencer() {
      return running?.sequencer ?? null;
    },
    start,
    crash: () => running?.end('crashed'),
    stop: () => running?.stop(),
    submit: (op, body) => {
      const { random } = o;
      const key = makeKey(random, o.clock.now());
      const request = { op, dev: 'hall', key, body, epoch: 0, receivedMono: 0 };
      running?.sequencer.submit(request, () => {});
    },
  };
}

/** The same port, with everything that goes in and comes out told to the observer. */
function watchedSequencer(
  inner: SequencerPort,
  watch: HallWatch,
  alive: () => boolean,
): SequencerPort {
  return {
    get epoch() {
      return inner.epoch;
    },
    get state() {
      return inner.state;
    },
    get issuing() {
      return inner.issuing;
    },
    now: () => inner.now(),
    clockAheadMs: () => inner.clockAheadMs(),
    submit: (request, answered) => {
      watch.submitted(request);
      inner.submit(request, (answer, json) => {
        if (!alive()) return;
        watch.answered(request, answer);
        answered(answer, json);
      });
    },
    onCommitted: (f) => inner.onCommitted(f),
    onIssuing: (f) => inner.onIssuing(f),
    stop: () => inner.stop(),
  };
}

/** A sequencer on a fake disk and a virtual clock, whose commits happen when the test says so. */

import type { Answer } from '../../broker-config/messages.ts';
import type { Committed, SequencerPort } from '../../kiosk-app/hall/contract.ts';
import {
  emptyState,
  evolve,
  type QueueEvent,
  snapshotOf,
} from '../../kiosk-app/hall/queue/index.ts';
import {
  createSequencer,
  type Sequencer,
  type SequencerLimits,
  sequencerLimits,
} from '../../kiosk-app/hall/sequencer.ts';
import { answerOf } from '../harness/answer-of.ts';
import { FakeDisk } from '../harness/fake-journal.ts';
import { type MemoryLog, memoryLog } from '../harness/memory-log.ts';
import { VirtualClock } from '../harness/virtual-clock.ts';
import { bigRules } from './big-hall.ts';

export interface Rig {
  readonly disk: FakeDisk;
  readonly clock: VirtualClock;
  readonly log: MemoryLog;
  readonly sequencer: Sequencer;
  /** What happened, in order: `commit 3`, `committed 2..5`, `issuing false`. */
  readonly trace: string[];
  readonly committed: Committed[];
  /** Runs what was deferred, until nothing is. */
  run(): void;
  /** How many deferred runs wait. */
  readonly deferred: number;
  submit(request: Parameters<SequencerPort['submit']>[0]): Promise<Answer>;
  /** Ends this process without a word and starts the next one on the same disk. */
  restart(): Rig;
}

export interface RigParts {
  disk?: FakeDisk;
  clock?: VirtualClock;
  limits?: Partial<SequencerLimits>;
  windows?: number;
}

export function rig(parts: RigParts = {}): Rig {
  const disk = parts.disk ?? new FakeDisk();
  const clock = parts.clock ?? new VirtualClock();
  const log = memoryLog();
  const trace: string[] = [];
  const committed: Committed[] = [];
  let waiting: (() => void)[] = [];
  const journal = disk.open();
  const traced = {
    ...Object.getOwnPropertyDescriptors(journal),
    commit: {
      value(batch: Parameters<typeof journal.commit>[0]) {
        journal.commit(batch);
        trace.push(`commit ${batch.keys.length}`);
      },
    },
  };
  const sequencer = createSequencer({
    journal: Object.defineProperties({} as typeof journal, traced),
    rules: bigRules(parts.windows ?? 2),
    clock,
    defer: (f) => waiting.push(f),
    log,
    limits: { ...sequencerLimits, ...parts.limits },
  });
  sequencer.onCommitted((c) => {
    committed.push(c);
    trace.push(`committed ${c.prev + 1}..${c.seq}`);
  });
  sequencer.onIssuing((issuing) => trace.push(`issuing ${issuing}`));
  return {
    ...{ disk, clock, log, sequencer, trace, committed },
    get deferred() {
      return waiting.length;
    },
    run() {
      while (waiting.length > 0) {
        const now = waiting;
        waiting = [];
        for (const f of now) f();
      }
    },
    submit: (request) => answerOf(sequencer, { ...request, receivedMono: clock.mono() }),
    restart() {
      disk.crash({ chance: () => false });
      return rig({ ...parts, disk, clock });
    },
  };
}

/** Lets virtual time pass and runs what is deferred meanwhile. */
export async function pass(b: Rig, ms: number, stepMs = 100): Promise<void> {
  for (let left = ms; left > 0; left -= stepMs) {
    await b.clock.advance(Math.min(stepMs, left));
    b.run();
  }
}

/** The queue that the disk's events alone give, as a snapshot. */
export function replayed(disk: FakeDisk): string {
  const state = emptyState();
  for (const { json } of disk.events) evolve(state, JSON.parse(json) as QueueEvent);
  return snapshotOf(state);
}

/** Numbers of all tickets ever issued on the disk. */
export function numbers(disk: FakeDisk): string[] {
  return disk.events
    .map((e) => JSON.parse(e.json) as QueueEvent)
    .flatMap((e) => (e.type === 'issued' ? [e.ticket] : []));
}

export const codeOf = (answer: Answer): string => (answer.ok ? 'ok' : answer.refusal.code);

/**
 * What the hall says to everybody: changes at once, snapshots for those who come later.
 *
 * A call is news for everybody (`log`) at once, before its answer: signs and screens shall not wait
 * for the clerk's page. What only moves figures waits until the answers are written: 200 screens must
 * not stand between a press and its paper. One piece of news costs as much as it has hearers, so a
 * hall may say a few at once and then so many per second as its machines allow; what happens meanwhile
 * goes out in one. The board is the largest message and for newcomers, and for queue machines, whose
 * figures may be that old.
 */
import { encodeText } from '../../broker-config/codec.ts';
import { BusError } from '../../broker-config/errors.ts';
import type { HallState, Invite } from '../../broker-config/messages.ts';
import { type ParsedTopic, type TopicKind, topics } from '../../broker-config/topics.ts';
import type { Log } from '../runtime/log.ts';
import type { Clock } from '../runtime/ports.ts';
import type { Committed } from './contract.ts';
import type { HallBus } from './hall-bus.ts';
import { createThrottle } from './throttle.ts';
import type { HallViews } from './views.ts';

const publisherLimits = {
  /** The retained board follows a change within this, in a hall of few machines. */
  boardEveryMs: 200,
  /** In a larger hall within this for each machine: 2 s with 200. */
  boardMsPerMachine: 10,
  /** Pieces of news that may go out one after the other after some silence. */
  newsBurst: 10,
  /** Then one in this time for each machine: ten per second with 200. */
  newsMsPerMachine: 0.5,
  /** Windows' own snapshots, all windows together: clerks who press at once, and then per second. */
  windowBurst: 50,
  windowsPerS: 200,
} as const;

export interface PublisherOptions {
  hall: string;
  epoch: number;
  /** UUIDv7 of this process start. */
  boot: string;
  windows: readonly string[];
  /** Windows that have a pad. */
  pads: readonly string[];
  /** How many hear the news. */
  machines: number;
  bus: HallBus;
  views: HallViews;
  clock: Clock;
  log: Log;
  /** Runs f in the next turn of the event loop (setImmediate). */
  soon(f: () => void): void;
}

export interface Publisher {
  /** Everything retained: at the start, and when a broker may have forgotten. */
  everything(): void;
  /** Says again that this hall lives. */
  ready(): void;
  committed(c: Committed): void;
  /** Issuing began or stopped: told at once. */
  issuing(seq: number): void;
  /** A snapshot that this hall did not publish: of a window that is gone. */
  foreignSnapshot(topic: Extract<ParsedTopic, { kind: 'windowSnapshot' | 'padSnapshot' }>): void;
  /** The status of a device that its machine has no more: taken off the broker. */
  staleStatus(machine: string, device: string): void;
  /** To one machine. Goes out whatever else is silenced: who asks has to be told. */
  reply(topic: string, json: string): void;
  /** Orderly end: says so and publishes nothing more. */
  end(): void;
  /** A newer hall exists: publishes nothing more, and leaves the newer one's state alone. */
  silence(): void;
}

export function createPublisher(o: PublisherOptions): Publisher {
  const { hall, epoch, boot, views, clock } = o;
  let pending: { events: Committed['events'][number][]; prev: number; seq: number } | null = null;
  let cancelBoard: (() => void) | null = null;
  let silent = false;
  const { boardEveryMs, boardMsPerMachine, newsBurst, newsMsPerMachine } = publisherLimits;
  const machines = Math.max(1, o.machines);
  const boardMs = Math.max(boardEveryMs, boardMsPerMachine * machines);
  const pace = createThrottle(clock, 1000 / (newsMsPerMachine * machines), newsBurst);
  const windowPace = createThrottle(
    clock,
    publisherLimits.windowsPerS,
    publisherLimits.windowBurst,
  );
  /** Windows whose newest snapshot is on its way out. */
  const windowsDue = new Set<string>();

  const put = (kind: TopicKind, topic: string, message: unknown, retain: boolean) => {
    if (message !== null) putText(kind, topic, JSON.stringify(message), retain);
  };
  const putText = (kind: TopicKind, topic: string, json: string, retain: boolean) => {
    try {
      o.bus.publish(topic, encodeText(kind, json), { retain });
    } catch (error) {
      if (!(error instanceof BusError)) throw error;
      o.log.error({ code: error.code, topic }, error.message);
    }
  };
  const state = (s: HallState['s']) => {
    const message: HallState = { v: 1, s, boot, epoch, at: clock.now() };
    put('hallState', topics.hallState(hall), message, true);
  };
  const board = () => {
    cancelBoard?.();
    cancelBoard = null;
    put('board', topics.board(hall), views.board(), true);
  };
  const boardSoon = () => {
    cancelBoard ??= clock.after(boardMs, board);
  };
  const window = (id: string) =>
    put('windowSnapshot', topics.windowSnapshot(hall, id), views.window(id), true);
  /** What changes again before its turn comes goes out once. */
  const windowSoon = (id: string) => {
    if (windowsDue.has(id)) return;
    windowsDue.add(id);
    windowPace.pass(() => {
      windowsDue.delete(id);
      window(id);
    });
  };
  /** The broker writes the answers in its next turn: what can wait lets them pass. */
  const later = (f: () => void) => o.soon(() => o.soon(f));
  const closings = new Map<string, () => void>();
  /** What is pending ends with time: the pad that reads it later must not see it any more. */
  const pad = (id: string) => {
    closings.get(id)?.();
    closings.delete(id);
    const snapshot = views.pad(id);
    put('padSnapshot', topics.padSnapshot(hall, id), snapshot, true);
    if (snapshot === null || snapshot.pending === null) return;
    const leftMs = snapshot.pending.closesAt - views.now() + 1;
    closings.set(
      id,
      clock.after(Math.max(1, leftMs), () => pad(id)),
    );
  };
  const forgetClosings = () => {
    for (const cancel of closings.values()) cancel();
    closings.clear();
  };

  const news = () => {
    if (pending === null) return;
    const changes = pending;
    pending = null;
    put('log', topics.log(hall), views.log(changes), false);
    boardSoon();
  };
  /** What concerns one machine alone. */
  const single = (changes: Committed) => {
    if (silent) return;
    for (const id of views.touched(changes)) windowSoon(id);
    for (const id of views.padsTouched(changes)) pad(id);
    for (const event of changes.events) {
      if (event.type !== 'invited') continue;
      const { ticket, number, expiresAt } = event;
      const invite: Invite = {
        ...{ v: 1, epoch, seq: changes.seq },
        ...{ ticket, number, window: event.window, expiresAt },
      };
      put('machineCommand', topics.machineCommand(hall, event.pad, 'invite'), invite, false);
    }
  };

  return {
    everything: () => {
      if (silent) return;
      put('directory', topics.directory(hall), views.directory(), true);
      for (const id of o.windows) window(id);
      for (const id of o.pads) pad(id);
      board();
      state('ready');
    },
    ready: () => state('ready'),
    committed: (c) => {
      if (silent) return;
      const waiting = pending !== null;
      if (pending === null) pending = { events: [], prev: c.prev, seq: c.seq };
      pending.events.push(...c.events);
      pending.seq = c.seq;
      if (!waiting) {
        if (c.events.some(isCall)) pace.pass(news);
        else later(() => pace.pass(news));
      }
      later(() => single(c));
    },
    issuing: (seq) => {
      if (silent) return;
      news();
      put('log', topics.log(hall), views.log({ events: [], prev: seq, seq }), false);
      board();
    },
    foreignSnapshot: ({ kind, window: id }) => {
      const own = kind === 'padSnapshot' ? o.pads : o.windows;
      if (silent || own.includes(id)) return;
      o.bus.publish(topics[kind](hall, id), new Uint8Array(), { retain: true });
    },
    staleStatus: (machine, device) => {
      if (silent) return;
      o.bus.publish(topics.deviceStatus(hall, machine, device), new Uint8Array(), { retain: true });
    },
    reply: (topic, json) => putText('reply', topic, json, false),
    end: () => {
      if (silent) return;
      news();
      pace.stop();
      windowPace.stop();
      for (const id of windowsDue) window(id);
      board();
      state('disconnected');
      forgetClosings();
      silent = true;
    },
    silence: () => {
      silent = true;
      forgetClosings();
      pending = null;
      pace.stop();
      windowPace.stop();
      cancelBoard?.();
      cancelBoard = null;
    },
  };
}

const isCall = ({ type }: { type: string }) => type === 'called' || type === 'recalled';

/**
 * All a machine knows of its hall, kept right from the messages of the bus. Pure bookkeeping: no
 * bus, no timers; what has to be asked for is told by `wants`.
 *
 * Whoever speaks with an older epoch than was ever seen is a hall of yesterday (a restored copy, a
 * second server) and is not believed.
 */
import type {
  Answer,
  Board,
  Directory,
  HallState,
  LogEntry,
  PadSnapshot,
  WindowSnapshot,
} from '../../broker-config/messages.ts';
import { type BoardNews, emptyReading, hasGap, readBoard } from './board-reader.ts';
import type { HallView } from './ports.ts';

export interface HallKnowledge {
  readonly view: HallView;
  /** Birth, end or will of the hall. */
  hallState(state: HallState): void;
  /** The link to the broker came or went. */
  link(up: boolean): void;
  directory(directory: Directory): void;
  board(board: Board): void;
  /** `live`: not retained, so its `at` is now. */
  entry(entry: LogEntry): void;
  window(snapshot: WindowSnapshot): void;
  pad(snapshot: PadSnapshot): void;
  /** `at` of something the hall said this very moment; `delayMs`: half of what the way took. */
  hallClock(at: number, delayMs: number): void;
  /** The window that this machine or pad stands at, from the directory; null: none. */
  readonly ownWindow: string | null;
  /** A snapshot is needed: a gap, nothing yet, or the hall's clock is unknown. */
  readonly wantsSnapshot: boolean;
}

export interface KnowledgeOptions {
  machine: string;
  now: () => number;
  /** @returns false: the epoch is older than one seen before. Remembers newer ones. */
  believes: (epoch: number) => boolean;
  /** `view` is another object now. */
  changed: () => void;
}

export function hallKnowledge(o: KnowledgeOptions): HallKnowledge {
  let view: HallView = {
    online: false,
    onlineSince: o.now(),
    directory: null,
    board: null,
    window: null,
    pad: null,
    hallClockOffsetMs: 0,
  };
  let reading = emptyReading;
  let linkUp = false;
  let hall: HallState | null = null;
  let clockKnown = false;
  let ownWindow: string | null = null;

  function update(change: Partial<HallView>): void {
    view = { ...view, ...change };
    o.changed();
  }

  function judgeOnline(): void {
    const online = linkUp && hall?.s === 'ready';
    if (online !== view.online) update({ online, onlineSince: o.now() });
  }

  /** A hall that speaks lives, whatever an older will says. */
  function alive(epoch: number): void {
    if (hall === null || hall.s === 'ready' || epoch < hall.epoch) return;
    hall = { ...hall, s: 'ready' };
    judgeOnline();
  }

  function news(n: BoardNews): void {
    const next = readBoard(reading, n);
    const changed = next.board !== reading.board;
    reading = next;
    if (changed) update({ board: next.board });
  }

  function takeDirectory(directory: Directory): void {
    if (!o.believes(directory.epoch)) return;
    if (view.directory !== null && directory.epoch < view.directory.epoch) return;
    const own = directory.windows.find((w) => w.machine === o.machine || w.pad === o.machine);
    const window = own?.id ?? null;
    const other = window !== ownWindow;
    ownWindow = window;
    update(other ? { directory, window: null, pad: null } : { directory });
  }

  function takeWindow(snapshot: WindowSnapshot): void {
    if (!o.believes(snapshot.epoch) || snapshot.window !== ownWindow) return;
    if (!isOlder(snapshot, view.window)) update({ window: snapshot });
  }

  function takePad(snapshot: PadSnapshot): void {
    if (!o.believes(snapshot.epoch) || snapshot.window !== ownWindow) return;
    if (!isOlder(snapshot, view.pad)) update({ pad: snapshot });
  }

  function takeClock(at: number, delayMs: number): void {
    const offset = Math.round(at + delayMs - o.now());
    clockKnown = true;
    // Some ms of jitter are no news for anybody.
    if (Math.abs(offset - view.hallClockOffsetMs) >= clockJitterMs) {
      update({ hallClockOffsetMs: offset });
    }
  }

  return {
    get view() {
      return view;
    },
    get ownWindow() {
      return ownWindow;
    },
    get wantsSnapshot() {
      return view.online && (hasGap(reading) || view.board === null || !clockKnown);
    },
    hallState(state) {
      if (!o.believes(state.epoch)) return;
      const next = readHallState(hall, state);
      if (next === hall) return;
      hall = next;
      judgeOnline();
    },
    link(up) {
      linkUp = up;
      // What the hall is now is told anew after every connect (retained).
      if (!up) hall = null;
      judgeOnline();
    },
    directory: takeDirectory,
    board(board) {
      if (o.believes(board.epoch)) news({ kind: 'board', board });
    },
    entry(entry) {
      if (!o.believes(entry.epoch)) return;
      alive(entry.epoch);
      takeClock(entry.at, 0);
      news({ kind: 'entry', entry });
    },
    window: takeWindow,
    pad: takePad,
    hallClock: takeClock,
  };
}

export const clockJitterMs = 20;

interface Position {
  epoch: number;
  seq: number;
}
function isOlder(news: Position, held: Position | null): boolean {
  if (held === null || news.epoch !== held.epoch) return held !== null && news.epoch < held.epoch;
  return news.seq < held.seq;
}

/** A will counts only against the very process that was born last. */
export function readHallState(held: HallState | null, news: HallState): HallState {
  if (held === null || news.epoch > held.epoch) return news;
  if (news.epoch < held.epoch) return held;
  if (news.s === 'ready' || news.boot === held.boot) return news;
  return held;
}

/** May this answer tell the hall's time of now? A repeated key gets the answer of then. */
export function tellsTime(answer: Answer, sent: number, keyAgeMs: number): boolean {
  return sent === 1 && answer.at > 0 && keyAgeMs >= 0 && keyAgeMs < keyFreshMs;
}

/** A key made longer ago may have been answered before this process knew of it. */
export const keyFreshMs = 2_000;

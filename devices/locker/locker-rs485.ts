/**
 * Lockers behind 24- or 32-way lock boards on one RS-485 line. The boards say nothing by themselves:
 * they are asked in rounds, and a door that changed between two rounds is an event.
 */
import { codeOf, DeviceError } from '../codes.ts';
import type { DeviceContext } from '../contract.ts';
import { withoutLocalEcho } from '../transports/local-echo.ts';
import { openTransport } from '../transports/open.ts';
import { createLockBus, type LockBus } from './bus.ts';
import type { BoxState, Locker, OpenOutcome } from './contract.ts';
import type { Answer } from './framing.ts';
import {
  type LockerRs485Options,
  openGapMsDefault,
  pollMsDefault,
  waysDefault,
} from './options.ts';
import { isOpen, openLocks } from './protocol.ts';
import { testLocks } from './self-test.ts';

/** A pulse of 300 ms and a slow latch. */
const openWaitMs = 1500;
const openLookMs = 150;
/** Answers a board may miss in a row before it counts as silent. */
const missesMax = 3;

interface Place {
  box: number;
  board: number;
  lock: number;
}
type Board = LockerRs485Options['boards'][number];
const nothing = () => undefined;

/** @throws DeviceError of the wire; DEV_NO_ANSWER when no board answers */
export async function openLockerRs485(
  options: LockerRs485Options,
  context: DeviceContext,
  signal: AbortSignal,
): Promise<Locker> {
  const { clock } = context;
  const raw = await openTransport(options.link, signal);
  // An echoed opening looks like the answer "open": the reading that comes first shows the echo.
  const transport = withoutLocalEcho(raw, clock, options.local_echo === true ? 'always' : 'learn');
  let closed = false;
  let cancelRound: () => void = nothing;
  const bus = createLockBus(transport, clock, {
    pulseS: options.pulse_s ?? null,
    openGapMs: options.open_gap_ms ?? openGapMsDefault,
    closed(error) {
      closed = true;
      cancelRound();
      if (error !== undefined) context.lost(error);
    },
  });
  const locks = createLocks(options, bus, context);

  try {
    await locks.findOne(signal);
  } catch (error) {
    await transport.close();
    throw error;
  }

  async function round(): Promise<void> {
    for (const board of options.boards) {
      if (closed) return;
      await locks.readAll(board);
    }
    if (closed) return;
    if (locks.allSilent) {
      transport.abandon(new DeviceError('DEV_NO_ANSWER', transport.name));
      return;
    }
    cancelRound = clock.after(options.poll_ms ?? pollMsDefault, startRound);
  }
  function startRound(): void {
    round().catch((error: unknown) => {
      transport.abandon(error instanceof Error ? error : new Error(String(error)));
    });
  }
  startRound();

  return {
    kind: 'locker',
    get boxes() {
      return locks.boxes();
    },
    open: locks.open,
    query: locks.query,
    selfTest: (depth, abort) => testLocks({ options, bus, clock }, depth, abort),
    async close() {
      closed = true;
      cancelRound();
      await transport.close();
    },
  };
}

function placesOf(boards: readonly Board[]): Place[] {
  const places: Place[] = [];
  for (const { board, boxes } of boards) {
    for (let lock = 1; lock <= boxes; lock += 1)
      places.push({ box: places.length + 1, board, lock });
  }
  return places;
}

/** The boxes: what is known of them, and how one is opened. */
function createLocks(options: LockerRs485Options, bus: LockBus, context: DeviceContext) {
  const { clock } = context;
  const places = placesOf(options.boards);
  const known = new Map<number, boolean>();
  const misses = new Map<number, number>();
  let told: string | undefined;

  const isSilent = (board: number) => (misses.get(board) ?? 0) >= missesMax;

  function learn(box: number, open: boolean): void {
    const before = known.get(box);
    known.set(box, open);
    if (before !== undefined && before !== open) context.event({ type: 'door', box, open });
  }

  function tell(): void {
    const silent = options.boards.filter((b) => isSilent(b.board)).map((b) => b.board);
    if (silent.join() === told) return;
    told = silent.join();
    if (silent.length === options.boards.length) return;
    context.status(
      silent.length === 0
        ? { state: 'ready', code: 'DEV_READY', detail: { boxes: places.length } }
        : { state: 'attention', code: 'LCK_BOARD_SILENT', detail: { boards: silent.join(' ') } },
    );
  }

  /** Never rejects. true: the board answered. */
  async function readAll(b: Board): Promise<boolean> {
    let states: Answer;
    try {
      const stateBytes = (b.ways ?? waysDefault) / 8;
      states = await bus.ask({ ask: 'read-all', board: b.board, stateBytes }, 'round', nothing);
    } catch {
      misses.set(b.board, (misses.get(b.board) ?? 0) + 1);
      if (isSilent(b.board)) {
        for (const p of places) if (p.board === b.board) known.delete(p.box);
      }
      tell();
      return false;
    }
    misses.set(b.board, 0);
    const open = openLocks(states, options);
    for (const p of places) if (p.board === b.board) learn(p.box, open[p.lock - 1] ?? false);
    tell();
    return true;
  }

  function readOne(p: Place): Promise<boolean> {
    return bus
      .ask({ ask: 'read-one', board: p.board, lock: p.lock }, 'query', nothing)
      .then((state) => {
        const open = isOpen(state, options);
        learn(p.box, open);
        return open;
      });
  }

  const rest = () => new Promise<void>((resolve) => clock.after(openLookMs, resolve));

  async function open(box: number): Promise<OpenOutcome> {
    const p = places[box - 1];
    if (p === undefined) return { outcome: 'failed', code: 'LCK_NO_SUCH_BOX' };
    let sent = false;
    const sending = () => {
      sent = true;
    };
    const question = { ask: 'open', board: p.board, lock: p.lock } as const;
    try {
      if (isOpen(await bus.ask(question, 'open', sending), options)) {
        learn(box, true);
        return { outcome: 'opened' };
      }
    } catch (error) {
      const code = codeOf(error, 'DEV_CLOSED');
      if (!sent) return { outcome: 'failed', code };
      if (code !== 'DEV_NO_ANSWER') return { outcome: 'uncertain', code };
      // The answer may be lost and the lock open: the lock itself knows.
    }
    return watchOpening(p);
  }

  async function watchOpening(p: Place): Promise<OpenOutcome> {
    const until = clock.mono() + openWaitMs;
    let outcome: OpenOutcome;
    do {
      try {
        if (await readOne(p)) return { outcome: 'opened' };
        outcome = { outcome: 'failed', code: 'LCK_STUCK' };
      } catch (error) {
        outcome = { outcome: 'uncertain', code: codeOf(error, 'DEV_CLOSED') };
        if (outcome.code !== 'DEV_NO_ANSWER') return outcome;
      }
      await rest();
    } while (clock.mono() < until);
    return outcome;
  }

  return {
    readAll,
    open,
    /** Asks board by board until one answers. */
    async findOne(signal: AbortSignal): Promise<void> {
      for (const board of options.boards) {
        if (signal.aborted) throw new DeviceError('DEV_ABORTED', context.id);
        if (await readAll(board)) return;
      }
      throw new DeviceError('DEV_NO_ANSWER', `${context.id}: no lock board answers`);
    },
    async query(box: number): Promise<boolean> {
      const p = places[box - 1];
      if (p === undefined) throw new DeviceError('LCK_NO_SUCH_BOX', String(box));
      return readOne(p);
    },
    get allSilent() {
      return options.boards.every((b) => isSilent(b.board));
    },
    boxes: (): BoxState[] => places.map(({ box }) => ({ box, open: known.get(box) ?? 'unknown' })),
  };
}

/** What machines show: never ahead of the disk, never back, and always what was true at its position. */
import { decode } from '../../broker-config/codec.ts';
import type { Board, WindowSnapshot } from '../../broker-config/messages.ts';
import { parseTopic } from '../../broker-config/topics.ts';
import type { HallView } from '../../kiosk-app/runtime/ports.ts';
import { fingerprintOfBoard, fingerprintOfLedger } from './fingerprint.ts';
import type { Ledger } from './ledger.ts';
import type { Fail } from './ledger-book.ts';

export interface ViewCheck {
  /** The ledger has reached a new position. */
  moved(): void;
  published(topic: string, payload: Uint8Array): void;
  /** @param boot number of the machine's start: its memory begins anew */
  viewed(dev: string, boot: number, view: HallView): void;
  /** All is quiet: every machine knows everything. */
  quiet(views: ReadonlyMap<string, HallView>): void;
}

export function createViewCheck(
  ledger: Ledger,
  fail: Fail,
  count: (what: string) => void,
): ViewCheck {
  /** Position in the history -> what every board of it must show, and who stands at which window. */
  const truths = new Map<number, string>();
  const atWindows = new Map<number, ReadonlyMap<string, string | null>>();
  /** Whole boards that the hall published, by position: entries must add up to the same. */
  const published = new Map<string, string>();
  const boards = new Map<string, Board>();
  const windows = new Map<string, WindowSnapshot>();

  const notBack = (
    who: string,
    held: { epoch: number; seq: number } | undefined,
    next: { epoch: number; seq: number },
  ) => {
    if (held === undefined) return;
    const older = next.epoch < held.epoch || (next.epoch === held.epoch && next.seq < held.seq);
    if (older) fail('a view never goes back', `${who}: ${next.epoch}/${next.seq}`);
  };
  const checkBoard = (who: string, board: Board) => {
    if (board.seq > ledger.seq)
      fail('nothing is shown before it is durable', `${who} ${board.seq}`);
    const truth = truths.get(board.seq);
    if (truth === undefined) return;
    const shown = fingerprintOfBoard(board);
    if (shown !== truth) {
      fail('a board shows what is true', `${who} at ${board.seq}: ${shown} instead of ${truth}`);
    }
    count('boards compared');
  };
  /** A reader that put entries together has what the hall itself says at that position. */
  const checkWhole = (who: string, board: Board) => {
    const whole = published.get(positionOf(board));
    if (whole === undefined) return;
    const own = wholeOf(board);
    if (own !== whole) {
      const [a, b] = firstDifference(own, whole);
      fail('entries add up to the board', `${who} at ${board.seq}: ${a} instead of ${b}`);
    }
    count('whole boards compared');
  };
  const checkWindow = (who: string, { seq, window, current }: WindowSnapshot) => {
    if (seq > ledger.seq) fail('nothing is shown before it is durable', `${who} ${seq}`);
    const truth = atWindows.get(seq);
    if (truth === undefined) return;
    const id = truth.get(window) ?? null;
    if ((current?.id ?? null) !== id) {
      fail('a window shows who is there', `${who} at ${seq}: ${current?.id} instead of ${id}`);
    }
    count('windows compared');
  };
  const current = () =>
    new Map([...ledger.windows.values()].map((w) => [w.id, w.current?.id ?? null] as const));

  return {
    moved: () => {
      truths.set(ledger.seq, fingerprintOfLedger(ledger));
      atWindows.set(ledger.seq, current());
    },
    published: (topic, payload) => {
      const kind = parseTopic(topic)?.kind;
      if (kind !== 'board' && kind !== 'windowSnapshot' && kind !== 'log') return;
      const message = decode(kind, payload);
      if (!message.ok) {
        fail('the hall keeps to its own contract', `${kind} ${JSON.stringify(message.faults)}`);
      } else if (kind === 'board') {
        const board = message.value as Board;
        checkBoard('hall', board);
        checkWhole('hall', board);
        published.set(positionOf(board), wholeOf(board));
      }
      if (message.ok && kind === 'windowSnapshot')
        checkWindow('hall', message.value as WindowSnapshot);
    },
    viewed: (dev, boot, { board, window }) => {
      const process = `${dev} ${boot}`;
      if (board !== null && board !== boards.get(process)) {
        notBack(`${dev} board`, boards.get(process), board);
        boards.set(process, board);
        checkBoard(dev, board);
        checkWhole(dev, board);
      }
      if (window !== null && window !== windows.get(process)) {
        notBack(`${dev} window`, windows.get(process), window);
        windows.set(process, window);
        checkWindow(dev, window);
      }
    },
    quiet: (views) => {
      const truth = fingerprintOfLedger(ledger);
      for (const [dev, { online, board, window }] of views) {
        if (!online) fail('everybody is online again', dev);
        const shown = board === null ? 'nothing' : fingerprintOfBoard(board);
        if (shown !== truth || board?.seq !== ledger.seq) {
          fail('every board is right when all is quiet', `${dev}: ${shown} instead of ${truth}`);
        }
        const at = window === null ? undefined : current().get(window.window);
        if (window !== null && (window.current?.id ?? null) !== at) {
          fail('every window is right when all is quiet', `${dev}: ${window.current?.id}`);
        }
      }
    },
  };
}

const positionOf = ({ epoch, seq }: Board) => `${epoch}/${seq}`;

/** All that does not change with the hour alone. */
function wholeOf({ day, windows, services, calls, alarms }: Board): string {
  const lasting = services.map(({ byClass, ...s }) => ({
    ...s,
    ...{ byClass: Object.entries(byClass).sort(), estimateMin: null },
    ...{ open: null, closedBecause: null },
  }));
  return JSON.stringify({ day, windows, services: lasting, calls, alarms });
}

function firstDifference(a: string, b: string): [string, string] {
  let i = 0;
  while (i < a.length && a[i] === b[i]) i += 1;
  const from = Math.max(0, i - 60);
  return [a.slice(from, i + 60), b.slice(from, i + 60)];
}

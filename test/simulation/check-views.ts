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
      } else if (kind === 'board') checkBoard('hall', message.value as Board);
      else if (kind === 'windowSnapshot') checkWindow('hall', message.value as WindowSnapshot);
    },
    viewed: (dev, boot, { board, window }) => {
      const process = `${dev} ${boot}`;
      if (board !== null && board !== boards.get(process)) {
        notBack(`${dev} board`, boards.get(process), board);
        boards.set(process, board);
        checkBoard(dev, board);
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

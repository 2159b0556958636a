/**
 * Keeps one board right from whole boards (retained, or answered to `snapshot`) and log entries,
 * in whatever order and however often they come. Pure.
 *
 * A position is (epoch, seq). Older ones are ignored. An entry fits when the held seq lies in
 * [prev, seq): it names the full new value of everything that changed after `prev`, so what the held
 * board already knows is only said again. An entry that begins later shows a gap: it is kept aside
 * (a few) until a board arrives that it fits on.
 */
import { type Board, boardLimits, type LogEntry } from '../../broker-config/messages.ts';

export interface BoardReading {
  board: Board | null;
  /** Entries beyond a gap, oldest first; a snapshot must be asked for while any is here. */
  ahead: readonly LogEntry[];
}

export const emptyReading: BoardReading = { board: null, ahead: [] };

/** Entries kept over a gap; beyond it the oldest is dropped and the snapshot has to bring it. */
export const aheadMax = 64;

export type BoardNews = { kind: 'board'; board: Board } | { kind: 'entry'; entry: LogEntry };

/** @returns the same object when nothing changed. */
export function readBoard(reading: BoardReading, news: BoardNews): BoardReading {
  return news.kind === 'board' ? takeBoard(reading, news.board) : takeEntry(reading, news.entry);
}

/** A snapshot is needed: something between the held board and a later entry is missing. */
export const hasGap = (reading: BoardReading) => reading.ahead.length > 0;

function takeBoard(reading: BoardReading, board: Board): BoardReading {
  const held = reading.board;
  if (held !== null && !isNewer(board, held)) return reading;
  return catchUp(board, reading.ahead);
}

/** Of two boards of one position the later one counts: estimates change with time alone. */
function isNewer(a: Board, b: Board): boolean {
  if (a.epoch !== b.epoch) return a.epoch > b.epoch;
  if (a.seq !== b.seq) return a.seq > b.seq;
  return a.at > b.at;
}

function takeEntry(reading: BoardReading, entry: LogEntry): BoardReading {
  const fit = fits(reading.board, entry);
  if (fit === 'old') return reading;
  if (fit === 'ahead') return { board: reading.board, ahead: keepAside(reading.ahead, entry) };
  return catchUp(apply(reading.board as Board, entry), reading.ahead);
}

function fits(board: Board | null, entry: LogEntry): 'fits' | 'old' | 'ahead' {
  if (board === null || entry.epoch > board.epoch) return 'ahead';
  if (entry.epoch < board.epoch || entry.seq < board.seq) return 'old';
  if (entry.prev > board.seq) return 'ahead';
  // An entry without events (issuing stopped, an alarm of time): news only when it is later.
  if (entry.seq === board.seq) return entry.at > board.at ? 'fits' : 'old';
  return 'fits';
}

function catchUp(board: Board, ahead: readonly LogEntry[]): BoardReading {
  let at = board;
  const left: LogEntry[] = [];
  for (const entry of ahead) {
    const fit = fits(at, entry);
    if (fit === 'fits') at = apply(at, entry);
    else if (fit === 'ahead') left.push(entry);
  }
  return { board: at, ahead: left };
}

function keepAside(ahead: readonly LogEntry[], entry: LogEntry): LogEntry[] {
  if (ahead.some((e) => e.epoch === entry.epoch && e.prev === entry.prev && e.seq === entry.seq)) {
    return [...ahead];
  }
  const all = [...ahead, entry].sort((a, b) => a.epoch - b.epoch || a.prev - b.prev);
  return all.slice(-aheadMax);
}

function apply(board: Board, entry: LogEntry): Board {
  return {
    v: 1,
    epoch: entry.epoch,
    seq: entry.seq,
    day: entry.day,
    at: entry.at,
    issuing: entry.issuing,
    windows: replaced(board.windows, entry.windows, boardLimits.windowsMax),
    services: replaced(board.services, entry.services, boardLimits.servicesMax),
    // A new business day begins without calls; an entry does not name what is gone.
    calls: withCalls(entry.day === board.day ? board.calls : [], entry.calls),
    alarms: entry.alarms ?? board.alarms,
  };
}

function replaced<T extends { id: string }>(held: T[], news: readonly T[], max: number): T[] {
  if (news.length === 0) return held;
  const byId = new Map(news.map((n) => [n.id, n]));
  const kept = held.map((h) => {
    const n = byId.get(h.id);
    byId.delete(h.id);
    return n ?? h;
  });
  return [...kept, ...byId.values()].slice(0, max);
}

function withCalls(held: Board['calls'], news: Board['calls']): Board['calls'] {
  if (news.length === 0) return held;
  const bySeq = new Map([...held, ...news].map((c) => [c.seq, c]));
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq).slice(-boardLimits.callsMax);
}

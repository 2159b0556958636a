/**
 * Frames of the 24-way lock board (《485锁控板24路通讯协议》): last byte = XOR of all before it.
 *
 *   8A bb ll 11 X      open lock ll (00: all)      8A bb ll 11 ss X   for ss seconds
 *   80 bb ll 33 X      read one (00: all)          90 bb S1 S2 S3 X   open many
 *   answers: 8A bb ll st X · 80 bb ll st X · 80 bb S S S 33 X (32 ways: four S)
 *
 * Answers have no length and no mark of their own, and one of them looks like a command: they can
 * only be read knowing what was asked. So the parser waits for one answer at a time and drops what
 * is not it, byte by byte.
 */
const openHead = 0x8a;
const readHead = 0x80;
const manyHead = 0x90;
const openMark = 0x11;
const readMark = 0x33;

const xor = (bytes: readonly number[]) => bytes.reduce((x, b) => x ^ b, 0);
const framed = (...bytes: number[]) => Uint8Array.of(...bytes, xor(bytes));

/** `lock` 0 = all. `seconds` null: the board's own pulse. */
export function encodeOpen(board: number, lock: number, seconds: number | null): Uint8Array {
  return framed(openHead, board, lock, openMark, ...(seconds === null ? [] : [seconds]));
}
/** `lock` 0 = all. */
export const encodeRead = (board: number, lock: number) => framed(readHead, board, lock, readMark);
/** Locks 1 to 24. What the board answers is not published: no part of the driver sends it. */
export function encodeOpenMany(board: number, locks: readonly number[]): Uint8Array {
  const bits = [0, 0, 0].map((_, i) =>
    locks
      .filter((l) => Math.floor((l - 1) / 8) === i)
      .reduce((b, l) => b | (1 << ((l - 1) % 8)), 0),
  );
  return framed(manyHead, board, ...bits);
}

/** What is asked of a board, so that its answer can be told from noise. */
export type Question =
  | { ask: 'open' | 'read-one'; board: number; lock: number }
  | { ask: 'read-all'; board: number; stateBytes: number };

/** One state byte (11 or 00) of one lock, or the bit bytes of all, as they came. */
export type Answer = readonly number[];

export interface AnswerFraming {
  /** From now on this answer is waited for; null: none. What was held is dropped. */
  expect(question: Question | null): void;
  push(chunk: Uint8Array): Answer | undefined;
  /** Bytes that belonged to no answer. */
  readonly dropped: number;
}

export function createAnswerFraming(): AnswerFraming {
  let question: Question | null = null;
  let held: number[] = [];
  let dropped = 0;

  function take(byte: number): Answer | undefined {
    if (question === null) {
      dropped += 1;
      return undefined;
    }
    held.push(byte);
    while (held.length > 0) {
      const fits = question.ask === 'read-all' ? all(question) : one(question);
      if (fits === 'partly') return undefined;
      if (fits !== 'not') {
        held = [];
        question = null;
        return fits;
      }
      held.shift();
      dropped += 1;
    }
    return undefined;
  }

  function one(q: { ask: 'open' | 'read-one'; board: number; lock: number }) {
    const head = [q.ask === 'open' ? openHead : readHead, q.board, q.lock];
    if (head.some((b, i) => (held[i] ?? b) !== b)) return 'not';
    if (held.length < 5) return 'partly';
    const state = held[3] ?? 0;
    const known = state === 0x00 || state === 0x11;
    return known && held[4] === xor(held.slice(0, 4)) ? [state] : 'not';
  }

  function all(q: { board: number; stateBytes: number }) {
    if ([readHead, q.board].some((b, i) => (held[i] ?? b) !== b)) return 'not';
    const end = 2 + q.stateBytes;
    if (held.length < end + 2) return 'partly';
    const good = held[end] === readMark && held[end + 1] === xor(held.slice(0, end + 1));
    return good ? held.slice(2, end) : 'not';
  }

  return {
    expect(next) {
      dropped += held.length;
      held = [];
      question = next;
    },
    push(chunk) {
      let answer: Answer | undefined;
      // After its answer nothing is waited for: the rest of the chunk is dropped.
      for (const byte of chunk) answer = take(byte) ?? answer;
      return answer;
    },
    get dropped() {
      return dropped;
    },
  };
}

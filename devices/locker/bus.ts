/**
 * One question at a time on the wire of the lock boards. Openings go before single questions, those
 * before the round of all boards; between two openings the supply gets its rest. After a missing
 * answer the line is left alone for a while, so that a late one is not taken for the next.
 */
import { DeviceError } from '../codes.ts';
import type { DeviceClock, Transport } from '../contract.ts';
import {
  type Answer,
  createAnswerFraming,
  encodeOpen,
  encodeRead,
  type Question,
} from './framing.ts';

/** A board answers within some 20 ms; serial servers add theirs. */
const replyWaitMs = 300;
const lateWaitMs = 100;
/** Before the next question: boards need to let go of the line. */
const restMs = 10;
const writeDeadlineMs = 1000;
/** Questions of each rank that wait. */
export const questionsMax = 24;

export const ranks = ['open', 'query', 'round'] as const;
export type Rank = (typeof ranks)[number];

export interface LockBus {
  /**
   * `sending` is called when the first byte is about to leave.
   * @throws DeviceError LCK_BUSY, DEV_NO_ANSWER, DEV_CLOSED, DEV_WRITE_DEADLINE
   */
  ask(question: Question, rank: Rank, sending: () => void): Promise<Answer>;
}

interface Waiting {
  question: Question;
  sending: () => void;
  resolve: (answer: Answer) => void;
  reject: (error: Error) => void;
}

export function createLockBus(
  transport: Transport,
  clock: DeviceClock,
  o: { pulseS: number | null; openGapMs: number; closed: (error: Error | undefined) => void },
): LockBus {
  const framing = createAnswerFraming();
  const queues: Record<Rank, Waiting[]> = { open: [], query: [], round: [] };
  let current: Waiting | undefined;
  /** An answer may be here before the write has ended: the next one waits for both. */
  let writing = false;
  let cancelReply: (() => void) | undefined;
  let cancelWait: (() => void) | undefined;
  let freeAt = 0;
  let openAt = 0;
  let open = true;

  transport.onData((chunk) => {
    const answer = framing.push(chunk);
    const asked = current;
    if (answer === undefined || asked === undefined) return;
    ended(restMs);
    asked.resolve(answer);
    pump();
  });
  transport.onClose((error) => {
    open = false;
    cancelReply?.();
    cancelWait?.();
    const closed = new DeviceError('DEV_CLOSED', transport.name);
    current?.reject(closed);
    current = undefined;
    for (const rank of ranks) for (const w of queues[rank].splice(0)) w.reject(closed);
    o.closed(error);
  });

  function ended(rest: number): void {
    cancelReply?.();
    cancelReply = undefined;
    framing.expect(null);
    current = undefined;
    freeAt = clock.mono() + rest;
  }

  function pump(): void {
    cancelWait?.();
    cancelWait = undefined;
    if (current !== undefined || writing || !open) return;
    const now = clock.mono();
    const mayOpen = queues.open.length > 0 && now >= openAt;
    const rank = mayOpen ? 'open' : queues.query.length > 0 ? 'query' : 'round';
    const nothing = queues[rank].length === 0;
    if (nothing && queues.open.length === 0) return;
    const at = nothing ? Math.max(freeAt, openAt) : freeAt;
    if (at > now) {
      cancelWait = clock.after(at - now, pump);
      return;
    }
    const next = queues[rank].shift();
    if (next !== undefined) send(next);
  }

  function send(next: Waiting): void {
    current = next;
    const { question } = next;
    framing.expect(question);
    if (question.ask === 'open') openAt = clock.mono() + o.openGapMs;
    cancelReply = clock.after(writeDeadlineMs + replyWaitMs, missing);
    writing = true;
    next.sending();
    transport.write(encode(question), writeDeadlineMs).then(
      () => {
        writing = false;
        if (current !== next) return pump();
        cancelReply?.();
        cancelReply = clock.after(replyWaitMs, missing);
      },
      (error: Error) => {
        writing = false;
        if (current !== next) return;
        ended(0);
        next.reject(error);
      },
    );
  }

  function missing(): void {
    const asked = current;
    ended(lateWaitMs);
    const what = asked === undefined ? '' : `board ${asked.question.board}`;
    asked?.reject(new DeviceError('DEV_NO_ANSWER', `${transport.name} ${what}`));
    pump();
  }

  function encode(q: Question): Uint8Array {
    if (q.ask === 'open') return encodeOpen(q.board, q.lock, o.pulseS);
    return encodeRead(q.board, q.ask === 'read-all' ? 0 : q.lock);
  }

  return {
    ask(question, rank, sending) {
      if (!open) return Promise.reject(new DeviceError('DEV_CLOSED', transport.name));
      if (queues[rank].length >= questionsMax) {
        return Promise.reject(new DeviceError('LCK_BUSY', `${questionsMax} are waiting`));
      }
      return new Promise((resolve, reject) => {
        queues[rank].push({ question, sending, resolve, reject });
        pump();
      });
    },
  };
}

/**
 * One question at a time on a line that answers: gap, write, wait, again, and a coded end. An answer
 * nobody waits for is dropped. A question ends with its answer or with the wire, so that no late
 * answer can pass for the next one's.
 */
import { DeviceError } from '../codes.ts';
import type { DeviceClock } from '../contract.ts';
import type { Line } from './line.ts';

export interface LineRules {
  /** From the last byte on the line to the answer. */
  replyMs: number;
  /** Times a question is put before nobody is there. */
  tries: number;
  /** Silence on the line before a frame. */
  gapMs: number;
  /** Time of one byte on the line. */
  byteMs: number;
}

export interface Exchange<R> {
  /**
   * `accepts`: is this the answer? Questions wait for each other. `begin`: called before each try.
   * @throws DeviceError DEV_NO_ANSWER, DEV_CLOSED, DEV_WRITE_DEADLINE
   */
  ask(bytes: Uint8Array, accepts: (reply: R) => boolean, begin: () => void): Promise<R>;
  /** Something came in; `replies`: what of it was whole. */
  heard(replies: readonly R[]): void;
  /** Rejects the question in hand and all that come. Idempotent. */
  end(error: DeviceError): void;
  /** A rest on this line's clock. @throws what `end` was given */
  rest(ms: number): Promise<void>;
}

const writeDeadlineMs = 3000;
/** Questions in hand and waiting: content, health, a test. */
const questionsMax = 8;

export function createExchange<R>(o: {
  clock: DeviceClock;
  line: Line;
  rules: LineRules;
}): Exchange<R> {
  const { clock, line, rules } = o;
  const { quiet } = line;
  let ended: DeviceError | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  let questions = 0;
  let expected: { accepts: (reply: R) => boolean; take: (reply: R) => void } | undefined;
  const pauses = new Set<() => void>();
  /** Of the questions in hand: they end with the line, whoever has the floor. */
  const rejects = new Set<(error: DeviceError) => void>();

  /** Resolves after `ms`, or at once when all is over. */
  function pause(ms: number): { done: Promise<void>; cancel: () => void } {
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = () => {
      cancelTimer();
      pauses.delete(cancel);
      resolve();
    };
    const cancelTimer = clock.after(Math.max(0, ms), cancel);
    pauses.add(cancel);
    return { done: promise, cancel };
  }

  async function rest(ms: number): Promise<void> {
    if (ended === undefined && ms > 0) await pause(ms).done;
    if (ended !== undefined) throw ended;
  }

  /** Waits for the line to be quiet; not for ever, a line may babble. */
  async function silence(): Promise<void> {
    const latest = clock.mono() + 2 * rules.replyMs;
    for (;;) {
      const restMs = Math.min(quiet.until, latest) - clock.mono();
      await rest(restMs);
      if (restMs <= 0) return;
    }
  }

  /** One try, with the floor; undefined: no answer in time. */
  async function once(bytes: Uint8Array, accepts: (reply: R) => boolean): Promise<R | undefined> {
    const floor = line.floor();
    const giveBack = typeof floor === 'function' ? floor : await floor;
    try {
      if (quiet.until > clock.mono()) await silence();
      if (ended !== undefined) throw ended;
      return await spoken(bytes, accepts);
    } finally {
      expected = undefined;
      giveBack();
    }
  }

  async function spoken(bytes: Uint8Array, accepts: (reply: R) => boolean): Promise<R | undefined> {
    let answer: R | undefined;
    let answered = () => {};
    expected = {
      accepts,
      take(reply) {
        answer = reply;
        expected = undefined;
        answered();
      },
    };
    const lineFreeAt = clock.mono() + bytes.length * rules.byteMs;
    try {
      await line.write(bytes, writeDeadlineMs);
    } catch (error) {
      throw ended ?? error;
    }
    const freeAt = Math.max(lineFreeAt, clock.mono());
    quiet.until = Math.max(quiet.until, freeAt + rules.gapMs);
    if (answer === undefined && ended === undefined) {
      const wait = pause(freeAt + rules.replyMs - clock.mono());
      answered = wait.cancel;
      await wait.done;
    }
    if (answer === undefined && ended !== undefined) throw ended;
    return answer;
  }

  async function all(
    bytes: Uint8Array,
    accepts: (reply: R) => boolean,
    begin: () => void,
  ): Promise<R> {
    for (let n = 0; n < rules.tries; n++) {
      begin();
      const answer = await once(bytes, accepts);
      if (answer === undefined) continue;
      // Answers to the earlier tries may still come: they must not pass for the next question's.
      if (n > 0) quiet.until = Math.max(quiet.until, clock.mono() + rules.replyMs);
      return answer;
    }
    quiet.until = Math.max(quiet.until, clock.mono() + rules.replyMs);
    throw new DeviceError('DEV_NO_ANSWER', line.name);
  }

  return {
    rest,
    ask(bytes, accepts, begin) {
      if (ended !== undefined) return Promise.reject(ended);
      if (questions >= questionsMax) {
        return Promise.reject(new DeviceError('DEV_WRITE_BUSY', line.name));
      }
      questions += 1;
      const result = Promise.withResolvers<R>();
      rejects.add(result.reject);
      // With nothing before it the first byte leaves within this call.
      const turn =
        questions === 1 ? all(bytes, accepts, begin) : queue.then(() => all(bytes, accepts, begin));
      queue = turn.then(result.resolve, result.reject).finally(() => {
        rejects.delete(result.reject);
        questions -= 1;
      });
      return result.promise;
    },
    heard(replies) {
      quiet.until = Math.max(quiet.until, clock.mono() + rules.gapMs);
      for (const reply of replies) if (expected?.accepts(reply)) expected.take(reply);
    },
    end(error) {
      if (ended !== undefined) return;
      ended = error;
      expected = undefined;
      for (const cancel of [...pauses]) cancel();
      for (const reject of rejects) reject(error);
    },
  };
}

/** `begin` of a line whose parser needs no word of what is asked. */
export const nothing = (): void => undefined;

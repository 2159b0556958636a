/**
 * One question at a time on a line that answers: gap, write, wait, again, and a coded end. An answer
 * nobody waits for is dropped. A question ends with its answer or with the wire, so that no late
 * answer can pass for the next one's.
 */
import { DeviceError } from '../codes.ts';
import type { DeviceClock, Transport } from '../contract.ts';

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
  transport: Transport;
  rules: LineRules;
}): Exchange<R> {
  const { clock, transport, rules } = o;
  let ended: DeviceError | undefined;
  let quietUntil = clock.mono();
  let queue: Promise<unknown> = Promise.resolve();
  let questions = 0;
  let expected: { accepts: (reply: R) => boolean; take: (reply: R) => void } | undefined;
  const pauses = new Set<() => void>();

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
      const restMs = Math.min(quietUntil, latest) - clock.mono();
      await rest(restMs);
      if (restMs <= 0) return;
    }
  }

  /** One try; undefined: no answer in time. */
  async function once(bytes: Uint8Array, accepts: (reply: R) => boolean): Promise<R | undefined> {
    await silence();
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
      await transport.write(bytes, writeDeadlineMs);
    } catch (error) {
      throw ended ?? error;
    }
    const freeAt = Math.max(lineFreeAt, clock.mono());
    quietUntil = Math.max(quietUntil, freeAt + rules.gapMs);
    if (answer === undefined && ended === undefined) {
      const wait = pause(freeAt + rules.replyMs - clock.mono());
      answered = wait.cancel;
      await wait.done;
    }
    expected = undefined;
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
      if (n > 0) quietUntil = Math.max(quietUntil, clock.mono() + rules.replyMs);
      return answer;
    }
    throw new DeviceError('DEV_NO_ANSWER', transport.name);
  }

  return {
    rest,
    ask(bytes, accepts, begin) {
      if (ended !== undefined) return Promise.reject(ended);
      if (questions >= questionsMax) {
        return Promise.reject(new DeviceError('DEV_WRITE_BUSY', transport.name));
      }
      questions += 1;
      const result = queue.then(() => all(bytes, accepts, begin));
      queue = result
        .catch(() => undefined)
        .finally(() => {
          questions -= 1;
        });
      return result;
    },
    heard(replies) {
      quietUntil = Math.max(quietUntil, clock.mono() + rules.gapMs);
      for (const reply of replies) if (expected?.accepts(reply)) expected.take(reply);
    },
    end(error) {
      if (ended !== undefined) return;
      ended = error;
      expected = undefined;
      for (const cancel of [...pauses]) cancel();
    },
  };
}

/** `begin` of a line whose parser needs no word of what is asked. */
export const nothing = (): void => undefined;

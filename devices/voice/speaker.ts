/**
 * The part of a voice that all drivers share: the queue, one sentence at a time, each ends once.
 * What makes the sound is an engine; it is given one sentence and asked for the next when it ends.
 */
import { codeOf, type DeviceCode } from '../codes.ts';
import type { DeviceClock } from '../contract.ts';
import { type Sentence, type SentenceOutcome, sentenceCharsMax } from './contract.ts';
import { createSentenceQueue, type Waiting } from './sentence-queue.ts';

/** Resolves with null when the sentence was said to its end, else with why not. */
export interface SpeechEngine {
  speak(sentence: Sentence): Promise<DeviceCode | null>;
}

export interface Speaker {
  say(sentence: Sentence): Promise<SentenceOutcome>;
  /** Nobody is heard any more: refuses what waits and the one in hand. Idempotent. */
  end(code: DeviceCode): void;
  /** Waiting and being said. */
  readonly held: number;
}

export const timesMax = 3;

type Settle = (outcome: SentenceOutcome) => void;

export function createSpeaker(o: { clock: DeviceClock; engine: SpeechEngine }): Speaker {
  const queue = createSentenceQueue<Settle>();
  let current: Waiting<Settle> | undefined;
  let ended: DeviceCode | undefined;
  let cancelExpiry: (() => void) | undefined;

  function expire(): void {
    for (const old of queue.expire(o.clock.mono())) {
      old.tag({ outcome: 'expired', code: 'VOC_EXPIRED' });
    }
  }

  function watchExpiry(): void {
    cancelExpiry?.();
    const at = queue.expiresAt();
    cancelExpiry =
      at === null || at === Number.POSITIVE_INFINITY
        ? undefined
        : o.clock.after(Math.max(1, Math.ceil(at - o.clock.mono())), goOn);
  }

  function goOn(): void {
    expire();
    if (current === undefined && ended === undefined) begin();
    watchExpiry();
  }

  function begin(): void {
    const next = queue.take();
    if (next === undefined) return;
    current = next;
    const done = (code: DeviceCode | null) => {
      if (current !== next) return;
      current = undefined;
      next.tag(code === null ? { outcome: 'spoken' } : { outcome: 'refused', code });
      goOn();
    };
    o.engine.speak(next.sentence).then(done, (error: unknown) => done(codeOf(error, 'DEV_CLOSED')));
  }

  return {
    say(sentence) {
      if (ended !== undefined) return Promise.resolve({ outcome: 'refused', code: ended });
      if (!fits(sentence)) return Promise.resolve({ outcome: 'refused', code: 'VOC_TEXT' });
      const result = Promise.withResolvers<SentenceOutcome>();
      expire();
      const tooMany = queue.add({ sentence, tag: result.resolve });
      tooMany?.tag({ outcome: 'refused', code: 'VOC_BUSY' });
      goOn();
      return result.promise;
    },
    end(code) {
      if (ended !== undefined) return;
      ended = code;
      cancelExpiry?.();
      const rest = current === undefined ? queue.clear() : [current, ...queue.clear()];
      current = undefined;
      for (const waiting of rest) waiting.tag({ outcome: 'refused', code });
    },
    get held() {
      return queue.length + (current === undefined ? 0 : 1);
    },
  };
}

function fits(sentence: Sentence): boolean {
  const times = sentence.times ?? 1;
  return (
    sentence.text.trim() !== '' &&
    sentence.text.length <= sentenceCharsMax &&
    Number.isInteger(times) &&
    times >= 1 &&
    times <= timesMax
  );
}

/**
 * What a sign has to show, kept by one hand: the newest content is sent, what waits is overtaken by
 * what is newer, and what is shown is sent again now and then, since a sign forgets with its power.
 */
import { codeOf, type DeviceError } from '../codes.ts';
import type { DeviceClock, SelfTestStep } from '../contract.ts';
import { testSign } from '../texts/test-sentence.ts';
import { checkContent } from './content.ts';
import type { SignContent } from './contract.ts';

export interface SignKeeper {
  show(content: SignContent): Promise<void>;
  /** Shows a test for some seconds, then what was shown before. */
  test(signal: AbortSignal): Promise<SelfTestStep[]>;
  /** Nothing is shown any more: rejects what waits. Idempotent. */
  end(error: DeviceError): void;
}

/** Long enough to walk to the window's other side and look. */
const testShownMs = 4000;

const blank: SignContent = { number: null, lines: [], blink: false };

interface Waiting {
  content: SignContent;
  done: PromiseWithResolvers<void>;
}

export function createSignKeeper(o: {
  clock: DeviceClock;
  /** 0: never. */
  repeatMs: number;
  put(content: SignContent): Promise<void>;
}): SignKeeper {
  let last: SignContent | undefined;
  let waiting: Waiting | undefined;
  let putting = false;
  let ended: DeviceError | undefined;
  let cancelRepeat: (() => void) | undefined;

  function goOn(): void {
    const next = waiting;
    if (putting || ended !== undefined || next === undefined) return;
    waiting = undefined;
    putting = true;
    cancelRepeat?.();
    const after = (settle: () => void) => {
      putting = false;
      settle();
      repeatLater();
      goOn();
    };
    o.put(next.content).then(
      () =>
        after(() => {
          last = next.content;
          next.done.resolve();
        }),
      (error: unknown) => after(() => next.done.reject(ended ?? error)),
    );
  }

  function repeatLater(): void {
    if (o.repeatMs === 0 || ended !== undefined) return;
    cancelRepeat?.();
    cancelRepeat = o.clock.after(o.repeatMs, () => {
      // What it shows is known to the driver's owner; a sign that is gone is noticed by the driver.
      if (last !== undefined) send(last).catch(() => undefined);
    });
  }

  function send(content: SignContent): Promise<void> {
    if (ended !== undefined) return Promise.reject(ended);
    if (waiting === undefined) {
      waiting = { content, done: Promise.withResolvers() };
      // Several callers may share it, or none listen any more.
      waiting.done.promise.catch(() => undefined);
    } else waiting.content = content;
    const { promise } = waiting.done;
    goOn();
    return promise;
  }

  const rest = (ms: number, signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      const cancel = o.clock.after(ms, resolve);
      signal.addEventListener(
        'abort',
        () => {
          cancel();
          resolve();
        },
        { once: true },
      );
    });

  return {
    async show(content) {
      checkContent(content);
      await send(content);
    },
    async test(signal) {
      const before = last ?? blank;
      const step = (code: SelfTestStep['code'], ok: boolean): SelfTestStep[] => [
        { step: 'sign-shows', ok, code, detail: {} },
      ];
      if (signal.aborted) return step('DEV_ABORTED', false);
      try {
        await send(testSign);
        await rest(testShownMs, signal);
        // A call that came meanwhile stays.
        if (last === testSign && waiting === undefined) await send(before);
        return step('SGN_LOOK', true);
      } catch (error) {
        return step(codeOf(error, 'DEV_CLOSED'), false);
      }
    },
    end(error) {
      if (ended !== undefined) return;
      ended = error;
      cancelRepeat?.();
      waiting?.done.reject(error);
      waiting = undefined;
    },
  };
}

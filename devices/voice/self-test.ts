/** The deep test of a voice: it speaks in its turn, and somebody has to listen. */
import type { DeviceClock, SelfTestStep } from '../contract.ts';
import { testSentence } from '../texts/test-sentence.ts';
import type { Speaker } from './speaker.ts';

/** The test waits behind the calls in hand, but not for ever. */
const testWaitMs = 60_000;

/** Resolves early, with DEV_ABORTED, when the signal does; the sentence may still be said then. */
export async function listenTest(
  speaker: Speaker,
  clock: DeviceClock,
  signal: AbortSignal,
): Promise<SelfTestStep[]> {
  const step = (ok: boolean, code: SelfTestStep['code']): SelfTestStep[] => [
    { step: 'voice-speaks', ok, code, detail: {} },
  ];
  if (signal.aborted) return step(false, 'DEV_ABORTED');
  const given = Promise.withResolvers<'aborted'>();
  const abort = () => given.resolve('aborted');
  signal.addEventListener('abort', abort, { once: true });
  const said = speaker.say({
    text: testSentence['zh-CN'],
    lang: 'zh-CN',
    priority: 'notice',
    expiresAt: clock.mono() + testWaitMs,
  });
  const result = await Promise.race([said, given.promise]);
  signal.removeEventListener('abort', abort);
  if (result === 'aborted') return step(false, 'DEV_ABORTED');
  return result.outcome === 'spoken' ? step(true, 'VOC_LISTEN') : step(false, result.code);
}

/** What came of the last key, in words. */
import type { WindowScreen } from '../contract.ts';
import { Icon } from '../shared/icons.tsx';
import { useSay } from '../shared/language.ts';
import { ownTimeOfDay } from '../shared/time.ts';
import type { Clerk } from './clerk.ts';
import { useWindowTexts } from './texts.ts';

export function Result({ screen, clerk }: { screen: WindowScreen; clerk: Clerk }) {
  const t = useWindowTexts();
  const say = useSay();
  const { busy, lastAction } = screen;
  const { hint } = clerk;
  if (busy !== null) return <Line look="busy" text={t.busy(t.verbs[busy])} at="" />;
  if (hint !== null) {
    const words = hint.kind === 'cannot-now' ? t.cannotNow : t.notTaken;
    return <Line look="bad" text={words(t.verbs[hint.verb])} at="" />;
  }
  if (lastAction === null) return <Line look="none" text="" at="" />;
  return (
    <Line
      look={lastAction.ok ? 'good' : 'bad'}
      text={say(lastAction.text)}
      at={ownTimeOfDay(lastAction.at, screen.time)}
    />
  );
}

function Line({
  look,
  text,
  at,
}: {
  look: 'good' | 'bad' | 'busy' | 'none';
  text: string;
  at: string;
}) {
  const t = useWindowTexts();
  return (
    <section class="result" data-look={look} aria-label={t.resultTitle}>
      {look !== 'none' && (
        <Icon name={look === 'good' ? 'check' : look === 'bad' ? 'alert' : 'clock'} />
      )}
      <p role="status" aria-live="polite">
        {text}
      </p>
      <time>{at}</time>
    </section>
  );
}

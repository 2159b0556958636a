/** The keys of the clerk, each with its key cap. */
import type { WindowScreen } from '../contract.ts';
import { Button } from '../shared/button.tsx';
import type { Clerk } from './clerk.ts';
import { useWindowTexts } from './texts.ts';
import { type VerbKey, verbKeys } from './verbs.ts';

interface VerbBarProps {
  screen: WindowScreen;
  clerk: Clerk;
  alive: boolean;
}

export function VerbBar({ screen, clerk, alive }: VerbBarProps) {
  const t = useWindowTexts();
  const busy = screen.busy !== null || clerk.sending;
  return (
    <section class="verbs" aria-label={t.verbsTitle} aria-busy={busy}>
      {verbKeys.map((v) => (
        <VerbButton
          key={v.verb}
          of={v}
          off={!alive || busy || !screen.can.includes(v.verb)}
          doing={screen.busy === v.verb}
          onPress={() => clerk.press(v.verb)}
        />
      ))}
    </section>
  );
}

function VerbButton(props: { of: VerbKey; off: boolean; doing: boolean; onPress: () => void }) {
  const t = useWindowTexts();
  const { verb, key, row } = props.of;
  return (
    <Button
      class={`verb verb-${row}${props.doing ? ' verb-doing' : ''}`}
      id={verb}
      look={verb === 'call-next' ? 'main' : 'plain'}
      off={props.off}
      onPress={props.onPress}
      keepsFocusAway
    >
      <span>{t.verbs[verb]}</span>
      <kbd>{key === ' ' ? t.spaceKey : key.toUpperCase()}</kbd>
    </Button>
  );
}

import type { PaperKeypad } from '../demo-contract.ts';
import { Button } from '../shared/button.tsx';
import { useSay } from '../shared/language.ts';
import { useDemoTexts } from './texts.ts';
import { useAct } from './use-act.ts';

export function Keypad({ keypad }: { keypad: PaperKeypad }) {
  const say = useSay();
  const t = useDemoTexts();
  const [send, refused] = useAct();
  return (
    <article class="keypad" data-keypad={keypad.id}>
      <h2>
        {t.keypads} {keypad.machine}
      </h2>
      <div class="keys">
        {keypad.keys.map(({ key, label }) => (
          <Button key={key} id={`key-${key}`} onPress={() => send({ keypad: keypad.id, key })}>
            <kbd>{key}</kbd>
            {say(label)}
          </Button>
        ))}
      </div>
      <p class="refused" role="status">
        {refused && t.notTaken}
      </p>
    </article>
  );
}

/** A dialog with a handful of fixed choices, each with its digit. */
import { Button } from '../shared/button.tsx';
import { Dialog } from './dialog.tsx';
import { useWindowTexts } from './texts.ts';

interface ChoicesProps<C extends string> {
  title: string;
  choices: readonly C[];
  label: (choice: C) => string;
  onChoose: (choice: C) => void;
  onClose: () => void;
}

export function Choices<C extends string>(props: ChoicesProps<C>) {
  const t = useWindowTexts();
  const { choices, label, onChoose } = props;
  const onKey = (event: KeyboardEvent) => {
    if (event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
    const choice = choices[Number.parseInt(event.key, 10) - 1];
    if (choice !== undefined) {
      event.preventDefault();
      onChoose(choice);
    }
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      moveFocus(event.currentTarget as HTMLElement, step);
    }
  };
  return (
    <Dialog title={props.title} keys={t.dialog.keysShort} onClose={props.onClose} onKey={onKey}>
      <ul class="choices">
        {choices.map((choice, i) => (
          <li key={choice}>
            <Button class="choice" id={choice} onPress={() => onChoose(choice)}>
              <kbd>{i + 1}</kbd>
              {label(choice)}
            </Button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

function moveFocus(inside: HTMLElement, step: 1 | -1): void {
  const buttons = [...inside.querySelectorAll<HTMLElement>('.choice')];
  const focused = document.activeElement;
  const at = focused instanceof HTMLElement ? buttons.indexOf(focused) : -1;
  buttons[(at + step + buttons.length) % buttons.length]?.focus();
}

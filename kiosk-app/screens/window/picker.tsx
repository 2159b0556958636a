/**
 * A dialog that finds one of many: type to narrow the list, arrows to move, Enter to send. Where
 * `free` is given, what was typed counts even when the list does not hold it.
 */
import { useEffect, useRef, useState } from 'preact/hooks';
import { Button } from '../shared/button.tsx';
import { Dialog } from './dialog.tsx';
import { useWindowTexts } from './texts.ts';

export interface PickOption<T> {
  id: string;
  title: string;
  detail: string;
  value: T;
}

export interface PickAction<T> {
  id: string;
  label: string;
  run: (value: T) => void;
}

interface PickerProps<T> {
  title: string;
  /** Label of the field that narrows the list. */
  find: string;
  options: PickOption<T>[];
  /** What was typed, as a value; null: not one. undefined: only the list counts. */
  free?: (typed: string) => T | null;
  badFree?: string;
  /** First on Enter, second on Shift+Enter. */
  actions: [PickAction<T>] | [PickAction<T>, PickAction<T>];
  /** false: nothing is chosen until the clerk chooses it. */
  preselect: boolean;
  typed: string;
  warning?: string;
  onClose: () => void;
}

export function Picker<T>(props: PickerProps<T>) {
  const t = useWindowTexts();
  const [typed, setTyped] = useState(props.typed);
  const firstOf = (text: string) =>
    props.preselect ? props.options.find((o) => matches(o, text))?.id : undefined;
  // By its id: what comes, goes or moves in the list meanwhile changes nothing under the finger.
  const [picked, setPicked] = useState(() => firstOf(props.typed));
  const [wrong, setWrong] = useState('');
  const list = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLInputElement>(null);
  // The cursor stands behind what was typed to open the dialog.
  useEffect(() => field.current?.setSelectionRange(99, 99), []);
  const found = props.options.filter((o) => matches(o, typed));
  const chosen = found.find((o) => o.id === picked);

  const run = (action: PickAction<T> | undefined) => {
    if (action === undefined) return;
    const value = chosen?.value ?? props.free?.(plain(typed)) ?? null;
    if (value === null) {
      const mistyped = props.free !== undefined && found.length === 0;
      setWrong(mistyped ? (props.badFree ?? '') : t.dialog.nothingFound);
    } else action.run(value);
  };
  const move = (step: number) => {
    const at = chosen === undefined ? -1 : found.indexOf(chosen);
    const next = Math.max(0, Math.min(found.length - 1, at + step));
    setPicked(found[next]?.id);
    list.current?.children[next]?.scrollIntoView({ block: 'nearest' });
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    if (event.key === 'ArrowDown') move(1);
    else if (event.key === 'ArrowUp') move(-1);
    else if (event.key === 'Enter' && event.target instanceof HTMLInputElement && !event.repeat) {
      run(event.shiftKey ? props.actions[1] : props.actions[0]);
    } else return;
    event.preventDefault();
  };
  const optionId = (o: PickOption<T>) => `option-${o.id.replace(/[^a-zA-Z0-9-]/g, '-')}`;

  return (
    <Dialog
      title={props.title}
      keys={props.options.length > 0 ? t.dialog.keys : t.dialog.keysPlain}
      onClose={props.onClose}
      onKey={onKey}
      actions={props.actions.map((action, i) => (
        <Button
          key={action.id}
          id={action.id}
          look={i === 0 ? 'main' : 'plain'}
          onPress={() => run(action)}
        >
          {action.label} <kbd>{i === 0 ? 'Enter' : 'Shift+Enter'}</kbd>
        </Button>
      ))}
    >
      {props.warning !== undefined && <p class="dialog-warning">{props.warning}</p>}
      <label class="field">
        <span>{props.find}</span>
        <input
          ref={field}
          type="text"
          autocomplete="off"
          spellcheck={false}
          autoFocus
          role="combobox"
          aria-expanded="true"
          aria-controls="picker-list"
          aria-activedescendant={chosen === undefined ? undefined : optionId(chosen)}
          value={typed}
          onInput={(event) => {
            setTyped(event.currentTarget.value);
            setPicked(firstOf(event.currentTarget.value));
            setWrong('');
          }}
        />
      </label>
      <p class="dialog-wrong" role="status" aria-live="assertive">
        {wrong}
      </p>
      <div
        class="options"
        id="picker-list"
        role="listbox"
        aria-label={t.dialog.choices}
        tabIndex={-1}
        ref={list}
      >
        {found.map((o) => (
          // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus (combobox)
          // biome-ignore lint/a11y/useKeyWithClickEvents: keys are handled by the field
          <div
            key={o.id}
            id={optionId(o)}
            class="option"
            role="option"
            aria-selected={o === chosen}
            data-option={o.id}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => setPicked(o.id)}
          >
            <b>{o.title}</b>
            <span>{o.detail}</span>
          </div>
        ))}
      </div>
    </Dialog>
  );
}

/** Full-width letters and digits of a Chinese keyboard count as plain ones. */
const plain = (text: string) => text.normalize('NFKC').trim().toUpperCase();

function matches<T>(option: PickOption<T>, typed: string): boolean {
  const wanted = plain(typed);
  return plain(`${option.title} ${option.detail} ${option.id}`).includes(wanted);
}

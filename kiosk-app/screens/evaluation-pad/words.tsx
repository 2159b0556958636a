/** A few words. The tablet's own input method writes them; the box stands above its keyboard. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { Button } from '../shared/button.tsx';
import { Icon } from '../shared/icons.tsx';
import { useEvaluationTexts } from './texts.ts';

/** What was written so far is kept this soon after the last letter. */
const keepAfterMs = 600;
/** Somebody who thinks between two words is still there. */
const stayEveryMs = 3000;

export interface WordsProps {
  text: string;
  textMax: number;
  onText: (text: string) => void;
  onStay: () => void;
  onDone: () => void;
}

export function Words({ text, textMax, onText, onStay, onDone }: WordsProps) {
  const t = useEvaluationTexts();
  const [draft, setDraft] = useState(text);
  const box = useRef<HTMLTextAreaElement>(null);
  const keep = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const stayedAt = useRef(0);
  useEffect(() => {
    box.current?.focus();
    return () => clearTimeout(keep.current);
  }, []);
  const onInput = (value: string) => {
    setDraft(value);
    clearTimeout(keep.current);
    keep.current = setTimeout(() => onText(value), keepAfterMs);
    if (performance.now() - stayedAt.current < stayEveryMs) return;
    stayedAt.current = performance.now();
    onStay();
  };
  const done = () => {
    clearTimeout(keep.current);
    onText(draft);
    onDone();
  };
  return (
    <main class="evaluate" data-step="words">
      <h1>
        <label for="words">{t.wordsTitle}</label>
      </h1>
      <textarea
        id="words"
        class="words"
        ref={box}
        maxLength={textMax}
        value={draft}
        aria-describedby="words-hint words-left"
        onInput={(e) => onInput(e.currentTarget.value)}
      />
      <div class="words-below">
        <p id="words-left">{t.wordsLeft(Math.max(0, textMax - draft.length))}</p>
        <p id="words-hint">{t.wordsHint}</p>
        <Button id="words-done" look="main" onPress={done}>
          <Icon name="check" />
          {t.wordsDone}
        </Button>
      </div>
    </main>
  );
}

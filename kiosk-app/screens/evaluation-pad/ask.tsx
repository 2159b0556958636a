/** The question: five levels, all alike, none chosen before a person chooses. */
import { useEffect } from 'preact/hooks';
import { Button } from '../shared/button.tsx';
import { useFocusOnShow } from '../shared/focus.ts';
import { Icon } from '../shared/icons.tsx';
import { useSay } from '../shared/language.ts';
import { makeKey } from '../shared/post.ts';
import { Face, type Level, levelOrder } from './face.tsx';
import { type EvaluateProps, type Step, useOnce, useSecondsLeft } from './parts.tsx';
import { useEvaluationTexts } from './texts.ts';

export function Ask({ step, act, guarded }: EvaluateProps & { step: Step<'ask'> }) {
  const t = useEvaluationTexts();
  const say = useSay();
  const heading = useFocusOnShow(step.ticket);
  const left = useSecondsLeft(step.until);
  const { ticket } = step;
  const once = useOnce(ticket);
  const choose = (level: Level) =>
    once.press(level, () => act({ do: 'level', ticket, level, press: makeKey() }));
  useDigits((digit) => {
    const level = levelOrder[digit - 1];
    if (level !== undefined) guarded(() => choose(level))();
  });
  return (
    <main class="evaluate" data-step="ask">
      <div class="question">
        <h1 ref={heading} tabIndex={-1}>
          {t.ask}
        </h1>
        <p class="question-of">{t.askOf(step.number, say(step.service))}</p>
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms; each of these sends */}
      <div class="levels" role="group" aria-label={t.choices}>
        {levelOrder.map((level) => (
          <Button
            key={level}
            id={level}
            class={once.pressed === level ? 'level pressed' : 'level'}
            onPress={guarded(() => choose(level))}
          >
            <Face level={level} />
            <span class="level-name">{t.levels[level]}</span>
          </Button>
        ))}
      </div>
      <div class="below">
        {step.qr !== null && (
          <div class="qr">
            <Qr drawing={step.qr} name={t.qr} />
            <span>{t.qr}</span>
          </div>
        )}
        <p class="voluntary" role={once.failed ? 'alert' : undefined}>
          {once.failed ? t.notTaken : t.voluntary}
        </p>
        <div class="leave">
          <Button id="decline" onPress={guarded(() => void act({ do: 'decline', ticket }))}>
            <Icon name="cross" />
            {t.decline}
          </Button>
          <p aria-hidden="true">{t.closesIn(left)}</p>
        </div>
      </div>
    </main>
  );
}

/** A quiet zone of four modules, as the symbol's standard wants (ISO/IEC 18004). */
const quiet = 4;

function Qr({ drawing, name }: { drawing: { size: number; path: string }; name: string }) {
  const side = drawing.size + 2 * quiet;
  return (
    <svg viewBox={`${-quiet} ${-quiet} ${side} ${side}`} role="img" aria-label={name}>
      <path d={drawing.path} />
    </svg>
  );
}

/** 1 best ... 5 worst, for who has a keyboard. */
function useDigits(press: (digit: number) => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
      if (/^[1-5]$/.test(event.key)) press(Number(event.key));
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  });
}

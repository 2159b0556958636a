/**
 * The evaluation of one service as a citizen sees it, from the question to the thank-you. A pad
 * shows it after each service; a self-service terminal shows the same at the end of its own.
 */
import type { EvaluationStep } from '../contract.ts';
import { Button } from '../shared/button.tsx';
import { useFocusOnShow } from '../shared/focus.ts';
import { Icon } from '../shared/icons.tsx';
import { type Language, useSay } from '../shared/language.ts';
import { Ask } from './ask.tsx';
import { Chosen, type EvaluateProps, type Step, useSecondsLeft } from './parts.tsx';
import { Rated } from './rated.tsx';
import { evaluationTexts, useEvaluationTexts } from './texts.ts';

export function Evaluate({ step, act, guarded }: EvaluateProps) {
  if (step.at === 'ask') return <Ask step={step} act={act} guarded={guarded} />;
  if (step.at === 'rated') {
    const of = `${step.ticket} ${step.level}`;
    return <Rated key={of} step={step} act={act} guarded={guarded} />;
  }
  if (step.at === 'sending') return <Sending />;
  if (step.at === 'thanked') return <Thanked step={step} act={act} guarded={guarded} />;
  return <Failed step={step} act={act} guarded={guarded} />;
}

/** What a screen reader says when this step appears. */
export function evaluationSaid(step: EvaluationStep, language: Language): string {
  const t = evaluationTexts(language);
  if (step.at === 'ask') return t.said(t.ask, t.voluntary);
  if (step.at === 'rated') return t.ratedSaid(t.levels[step.level]);
  if (step.at === 'thanked') return t.thanked;
  if (step.at === 'sending') return t.sending;
  return step.at === 'failed' ? t.failed : '';
}

function Sending() {
  const t = useEvaluationTexts();
  const heading = useFocusOnShow('sending');
  return (
    <main class="evaluate end" data-step="sending">
      <h1 ref={heading} tabIndex={-1}>
        {t.sending}
      </h1>
      <p>{t.sendingTodo}</p>
    </main>
  );
}

function Thanked({ step, act, guarded }: EvaluateProps & { step: Step<'thanked'> }) {
  const t = useEvaluationTexts();
  const heading = useFocusOnShow('thanked');
  const left = useSecondsLeft(step.until);
  const undo = () => void act({ do: 'undo', ticket: step.ticket });
  return (
    <main class="evaluate end" data-step="thanked">
      <Chosen level={step.level} />
      <h1 ref={heading} tabIndex={-1}>
        {t.thanked}
      </h1>
      <p>{t.thankedWith(t.levels[step.level])}</p>
      <p>{t.secret}</p>
      {step.undo && (
        <Button id="undo" onPress={guarded(undo)} label={t.undo}>
          <Icon name="back" />
          {t.undoIn(left)}
        </Button>
      )}
    </main>
  );
}

function Failed({ step, act, guarded }: EvaluateProps & { step: Step<'failed'> }) {
  const t = useEvaluationTexts();
  const say = useSay();
  const heading = useFocusOnShow('failed');
  const close = () => void act({ do: 'done', ticket: step.ticket });
  return (
    <main class="evaluate end" data-step="failed">
      <Icon name="alert" />
      <h1 ref={heading} tabIndex={-1}>
        {t.failed}
      </h1>
      <p>{say(step.because)}</p>
      <p>{say(step.todo)}</p>
      <Button id="close" onPress={guarded(close)}>
        {t.close}
      </Button>
    </main>
  );
}

/**
 * The evaluation of one service as a citizen sees it, from the question to the thank-you. A pad
 * shows it after each service; a self-service terminal shows the same at the end of its own.
 */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { EvaluationAction, EvaluationStep } from '../contract.ts';
import { Button } from '../shared/button.tsx';
import { useFocusOnShow } from '../shared/focus.ts';
import type { Guarded } from '../shared/guard.ts';
import { Icon } from '../shared/icons.tsx';
import { type Language, useSay } from '../shared/language.ts';
import { useNow } from '../shared/time.ts';
import { Ask } from './ask.tsx';
import { Face, type Level } from './face.tsx';
import { Rated } from './rated.tsx';
import { evaluationTexts, useEvaluationTexts } from './texts.ts';

export type Step<At extends EvaluationStep['at']> = Extract<EvaluationStep, { at: At }>;
export type Act = (action: EvaluationAction) => Promise<boolean>;

export interface EvaluateProps {
  step: Exclude<EvaluationStep, { at: 'idle' }>;
  /** Sends an action to the flow. @returns whether it was taken */
  act: Act;
  guarded: Guarded;
}

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

export function Chosen({ level }: { level: Level }) {
  return (
    <span class="chosen">
      <Face level={level} />
    </span>
  );
}

/** Full seconds until an instant of the machine's own clock. */
export function useSecondsLeft(until: number): number {
  return Math.max(0, Math.ceil((until - useNow(1000)) / 1000));
}

/**
 * One press = one act: the lock closes at the first touch and opens when the step has changed or the
 * press was not taken.
 */
export function useOnce(step: string) {
  const locked = useRef(false);
  const [state, setState] = useState<{ pressed: string | null; failed: boolean }>(open);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const release = (failed: boolean) => {
    clearTimeout(timer.current);
    locked.current = false;
    setState({ pressed: null, failed });
  };
  useEffect(() => {
    release(false);
    return () => clearTimeout(timer.current);
  }, [step]);
  return {
    ...state,
    press(what: string, send: () => Promise<boolean>) {
      if (locked.current) return;
      locked.current = true;
      setState({ pressed: what, failed: false });
      void send().then((taken) => {
        if (!taken) release(true);
        else timer.current = setTimeout(() => release(false), noStepMs);
      });
    },
  };
}
const open = { pressed: null, failed: false };
/** Taken, but no step followed: the flow had nothing to do for us. */
const noStepMs = 4000;

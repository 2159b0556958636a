/** The level is safe; whoever wants to says why: labels of that level only, and words. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Button } from '../shared/button.tsx';
import { useFocusOnShow } from '../shared/focus.ts';
import type { Guarded } from '../shared/guard.ts';
import { Icon } from '../shared/icons.tsx';
import { useLanguage, useSay } from '../shared/language.ts';
import { usePages } from '../shared/pages.ts';
import { Chosen, type EvaluateProps, type Step } from './parts.tsx';
import { useEvaluationTexts } from './texts.ts';
import { Words } from './words.tsx';

type Props = EvaluateProps & { step: Step<'rated'> };

interface Details {
  labels: string[];
  text: string;
}

export function Rated({ step, act, guarded }: Props) {
  const t = useEvaluationTexts();
  const { ticket, level } = step;
  const [writing, setWriting] = useState(false);
  // Own copy: two quick touches must not both build on a state that is still on its way.
  const [details, setDetails] = useState<Details>({ labels: step.chosen, text: step.text });
  const { text } = details;
  const asked = step.labels.length > 0 && step.labelsMax > 0;
  const heading = useFocusOnShow(`rated ${writing}`);
  const change = (what: Partial<Details>) => {
    const next = { ...details, ...what };
    setDetails(next);
    void act({ do: 'details', ticket, ...next });
  };
  if (writing) {
    return (
      <Words
        text={text}
        textMax={step.textMax}
        onStay={() => void act({ do: 'stay', ticket })}
        onText={(words) => change({ text: words })}
        onDone={() => setWriting(false)}
      />
    );
  }
  const write = () => {
    setWriting(true);
    void act({ do: 'stay', ticket });
  };
  return (
    <main class="evaluate" data-step="rated">
      <div class="rated">
        <Chosen level={level} />
        <div>
          <h1 ref={heading} tabIndex={-1}>
            {t.rated(t.levels[level])}
          </h1>
          <p id="reasons">
            {t.kept}
            {asked && t.reasons}
            {asked && step.labelsMax < step.labels.length && t.reasonsMax(step.labelsMax)}
          </p>
        </div>
      </div>
      {asked ? (
        <Labels
          step={step}
          chosen={details.labels}
          onChange={(labels) => change({ labels })}
          guarded={guarded}
        />
      ) : (
        <div class="labels" />
      )}
      <div class="actions">
        {step.undo && (
          <Button id="undo" onPress={guarded(() => void act({ do: 'undo', ticket }))}>
            <Icon name="back" />
            {t.undo}
          </Button>
        )}
        {step.textMax > 0 && (
          <Button id="words" class="to-words" onPress={guarded(write)}>
            <Icon name="pen" />
            {text === '' ? t.words : <span class="words-shown">{t.wordsChange(text)}</span>}
          </Button>
        )}
        <Button id="done" look="main" onPress={guarded(() => void act({ do: 'done', ticket }))}>
          <Icon name="check" />
          {t.done}
        </Button>
      </div>
    </main>
  );
}

interface LabelsProps {
  step: Step<'rated'>;
  chosen: string[];
  onChange: (labels: string[]) => void;
  guarded: Guarded;
}

/** All at once where the glass holds them, else turned over in pages. */
function Labels(props: LabelsProps) {
  const language = useLanguage();
  const elder = document.documentElement.hasAttribute('data-elder');
  const look = `${props.step.level} ${language} ${elder}`;
  const [tooMany, setTooMany] = useState('');
  const shelf = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const e = shelf.current;
    if (e !== null && e.scrollHeight > e.clientHeight + 1) setTooMany(look);
  }, [look]);
  if (tooMany === look) return <LabelPages {...props} look={look} />;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms; these are switches
    <div class="labels" data-all role="group" aria-labelledby="reasons" ref={shelf}>
      <LabelButtons {...props} labels={props.step.labels} />
    </div>
  );
}

function LabelButtons({
  step,
  chosen,
  onChange,
  guarded,
  labels,
}: LabelsProps & { labels: Step<'rated'>['labels'] }) {
  const say = useSay();
  const full = chosen.length >= step.labelsMax;
  const toggle = (code: string) => {
    const on = chosen.includes(code);
    if (!on && full) return;
    onChange(on ? chosen.filter((c) => c !== code) : [...chosen, code]);
  };
  return labels.map(({ code, name }) => (
    <Button
      key={code}
      id={code}
      class="label"
      pressed={chosen.includes(code)}
      off={full && !chosen.includes(code)}
      onPress={guarded(() => toggle(code))}
    >
      <span class="label-mark">{chosen.includes(code) && <Icon name="check" />}</span>
      <span>{say(name)}</span>
    </Button>
  ));
}

function LabelPages({ look, ...props }: LabelsProps & { look: string }) {
  const t = useEvaluationTexts();
  const { guarded } = props;
  const { shelf, shown, page, pages, turn } = usePages(props.step.labels, look);
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms; these are switches */}
      <div class="labels" role="group" aria-labelledby="reasons" ref={shelf}>
        <LabelButtons {...props} labels={shown} />
      </div>
      {pages > 1 && (
        <div class="turn">
          <Button id="previous-page" off={page === 0} onPress={guarded(() => turn(-1))}>
            <Icon name="back" />
            {t.previousPage}
          </Button>
          <p aria-live="polite">{t.pageOf(page + 1, pages)}</p>
          <Button id="next-page" off={page === pages - 1} onPress={guarded(() => turn(1))}>
            {t.nextPage}
            <Icon name="next" />
          </Button>
        </div>
      )}
    </>
  );
}

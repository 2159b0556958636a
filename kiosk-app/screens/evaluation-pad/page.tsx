/** The pad's page: chooses the view for the state, keeps the citizen's own settings. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { EvaluationAction, PadScreen } from '../contract.ts';
import { Button } from '../shared/button.tsx';
import { type Guarded, useGuard } from '../shared/guard.ts';
import { Icon } from '../shared/icons.tsx';
import { useIdle } from '../shared/idle.ts';
import { type Language, LanguageContext, setDocumentLanguage, useSay } from '../shared/language.ts';
import { Live } from '../shared/live.tsx';
import { post } from '../shared/post.ts';
import { commonTexts, Halt, type PageProps } from '../shared/start.tsx';
import { ownTimeOfDay } from '../shared/time.ts';
import { Evaluate, evaluationSaid } from './evaluate.tsx';
import { Idle } from './idle.tsx';
import { usePadTexts } from './texts.ts';

/** Who turned the idle pad to large text or English may have gone. */
const idleS = 60;
/** A keyboard in use asks for more time this often. */
const stayEveryMs = 5000;

interface Settings {
  language: Language;
  elder: boolean;
}

const act = (action: EvaluationAction) => post('/act', action);

export function PadPage({ state, local }: PageProps<PadScreen>) {
  const { step } = state;
  const fresh: Settings = { language: 'zh', elder: state.elder };
  const [settings, setSettings] = useState(fresh);
  const set = (change: Partial<Settings>) => {
    const next = { ...settings, ...change };
    document.documentElement.toggleAttribute('data-elder', next.elder);
    setDocumentLanguage(next.language);
    setSettings(next);
  };
  useForget(step.at, () => set(fresh));
  useIdle(idleS, () => {
    if (step.at === 'idle') set(fresh);
  });
  const stay = () => {
    if (step.at === 'ask' || step.at === 'rated') void act({ do: 'stay', ticket: step.ticket });
  };
  useKeysStay(stay);

  const of = step.at === 'idle' ? '' : step.ticket;
  const guarded = useGuard(`${step.at} ${of} ${settings.elder} ${settings.language}`);
  const common = commonTexts(settings.language);
  const change = (what: Partial<Settings>) => {
    set(what);
    stay();
  };
  return (
    <LanguageContext.Provider value={settings.language}>
      <div class="pad" data-view={step.at}>
        <Top screen={state} settings={settings} change={change} guarded={guarded} />
        {!local.alive ? (
          <Halt icon="link" title={common.localLost} todo={common.localLostTodo} />
        ) : step.at === 'idle' ? (
          <Idle screen={state} />
        ) : (
          <Evaluate step={step} act={act} guarded={guarded} />
        )}
        {step.at === 'idle' && <Staff screen={state} />}
        <Live text={evaluationSaid(step, settings.language)} urgent={false} />
      </div>
    </LanguageContext.Provider>
  );
}

interface TopProps {
  screen: PadScreen;
  settings: Settings;
  change: (change: Partial<Settings>) => void;
  guarded: Guarded;
}

function Top({ screen, settings, change, guarded }: TopProps) {
  const t = usePadTexts();
  const say = useSay();
  const { hallName, window, step } = screen;
  const other = settings.language === 'zh' ? 'en' : 'zh';
  const label = window === null ? '' : window.label;
  return (
    <header class="top">
      <p class="top-name">
        {step.at === 'idle'
          ? hallName !== null && say(hallName)
          : label !== '' &&
            (settings.language === 'en'
              ? `${t.windowSuffix} ${label}`
              : `${label} ${t.windowSuffix}`)}
      </p>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms; these are switches */}
      <div class="switches" role="group" aria-label={t.settings}>
        <Button
          id="language"
          lang={t.languageTag}
          onPress={guarded(() => change({ language: other }))}
        >
          <Icon name="globe" />
          {t.language}
        </Button>
        <Button
          id="elder"
          pressed={settings.elder}
          onPress={guarded(() => change({ elder: !settings.elder }))}
        >
          <Icon name={settings.elder ? 'check' : 'text'} />
          {t.elder}
        </Button>
      </div>
    </header>
  );
}

/** Small: for staff. */
function Staff({ screen }: { screen: PadScreen }) {
  const t = usePadTexts();
  const { link, time, machine, owner } = screen;
  return (
    <footer class="staff">
      <p>
        {machine} {owner.name} {owner.phone}
      </p>
      {!link.online && (
        <p class="offline">
          <Icon name="link" />
          {t.offline(ownTimeOfDay(link.since, time))}
        </p>
      )}
    </footer>
  );
}

/** The person before has gone: language and size are forgotten. */
function useForget(at: string, forget: () => void): void {
  const before = useRef('');
  useEffect(() => {
    const begun = before.current === '';
    const gone = at === 'idle' && before.current !== 'idle';
    before.current = at;
    if (begun || gone) forget();
  }, [at]);
}

/** Who reads the page key by key (screen reader, switch) needs longer. */
function useKeysStay(stay: () => void): void {
  const latest = useRef(stay);
  latest.current = stay;
  const at = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const moves = event.key === 'Tab' || event.key.startsWith('Arrow');
      if (!moves || performance.now() - at.current < stayEveryMs) return;
      at.current = performance.now();
      latest.current();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}

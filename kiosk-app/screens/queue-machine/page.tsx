/** The queue machine's page: chooses the view for the state, keeps the citizen's own settings. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { QueueScreen, QueueServiceView } from '../contract.ts';
import { type Guarded, useGuard } from '../shared/guard.ts';
import { useIdle } from '../shared/idle.ts';
import { LanguageContext, say } from '../shared/language.ts';
import { Live } from '../shared/live.tsx';
import { post } from '../shared/post.ts';
import { commonTexts, Halt, type PageProps } from '../shared/start.tsx';
import { Choose } from './choose.tsx';
import { Staff, Switches, Top } from './frame.tsx';
import { ObstacleView } from './obstacle.tsx';
import { applySettings, fresh, type Settings } from './settings.ts';
import { Contact, DoneStep, FailedStep, WorkingStep } from './steps.tsx';
import { type Taking, useTaking } from './take.ts';
import { queueTexts } from './texts.ts';

export function QueuePage({ state, local }: PageProps<QueueScreen>) {
  const [settings, setSettings] = useState(fresh);
  const taking = useTaking(state);
  const set = (change: Partial<Settings>) => {
    const next = { ...settings, ...change };
    applySettings(next);
    setSettings(next);
  };
  useIdle(state.idleS, () => set(fresh));
  const onHome = useHome(state, taking, set);

  const view = viewOf(state, settings, taking);
  const guarded = useGuard(`${view} ${settings.elder} ${settings.lowReach}`);
  const common = commonTexts(settings.language);

  return (
    <LanguageContext.Provider value={settings.language}>
      <div class="kiosk" data-view={view}>
        <Top screen={state} />
        {local.alive ? (
          <View
            view={view}
            screen={state}
            settings={settings}
            taking={taking}
            set={set}
            guarded={guarded}
            onHome={onHome}
          />
        ) : (
          <Halt icon="link" title={common.localLost} todo={common.localLostTodo}>
            <Contact owner={state.owner} />
          </Halt>
        )}
        <Staff screen={state} contact={local.alive && isPlain(view)} />
        <Live text={announcement(state, settings, taking)} urgent={false} />
      </div>
    </LanguageContext.Provider>
  );
}

/** Name of what stands on the glass; changes exactly when something else appears. */
function viewOf(screen: QueueScreen, settings: Settings, taking: Taking): string {
  if (screen.step.at !== 'choose') return screen.step.at;
  if (screen.obstacle !== null) return `obstacle ${screen.obstacle.kind}`;
  if (taking.state.at === 'sent') return 'working';
  if (taking.state.at === 'not-taken') return 'not-taken';
  return settings.asking ? 'classes' : `choose ${settings.group ?? ''}`;
}

/** Views that do not name the person to ask by themselves, in large letters. */
const isPlain = (view: string) => /^(choose|classes|working|done)/.test(view);

interface ViewProps {
  view: string;
  screen: QueueScreen;
  settings: Settings;
  taking: Taking;
  set: (change: Partial<Settings>) => void;
  guarded: Guarded;
  onHome: () => void;
}

function View({ view, screen, settings, taking, set, guarded, onHome }: ViewProps) {
  const { step, owner } = screen;
  const switches = <Switches settings={settings} set={set} guarded={guarded} />;
  const below = <nav class="ways">{switches}</nav>;
  if (step.at === 'working') return <WorkingStep step={step} owner={owner} />;
  if (step.at === 'done') return <DoneStep step={step} guarded={guarded} onHome={onHome} />;
  if (step.at === 'failed') {
    return <FailedStep {...step} owner={owner} guarded={guarded} onHome={onHome} />;
  }
  if (screen.obstacle !== null) {
    return (
      <>
        <ObstacleView obstacle={screen.obstacle} owner={owner} time={screen.time} />
        {below}
      </>
    );
  }
  if (taking.state.at === 'sent') {
    const { service, since } = taking.state;
    const sent = { at: 'working', what: 'issuing', service: service.name, number: null, since };
    return <WorkingStep step={{ ...sent, at: 'working', what: 'issuing' }} owner={owner} />;
  }
  if (view === 'not-taken') {
    const t = queueTexts(settings.language);
    return (
      <FailedStep
        because={t.notSent}
        todo={t.notSentTodo}
        until={null}
        owner={owner}
        guarded={guarded}
        onHome={taking.dismiss}
      />
    );
  }
  const onTake = (service: QueueServiceView) => taking.take(service, settings.priority);
  return (
    <Choose
      screen={screen}
      settings={settings}
      set={set}
      guarded={guarded}
      onTake={onTake}
      switches={switches}
    />
  );
}

/**
 * The way back to the first page. Pressed by the person: they stay, and keep language and size.
 * Gone back by itself: they left, and everything they set is forgotten.
 */
function useHome(screen: QueueScreen, taking: Taking, set: (change: Partial<Settings>) => void) {
  const pressed = useRef(false);
  const before = useRef(screen.step.at);
  const step = screen.step.at;
  useEffect(() => {
    const ended = step === 'choose' && before.current !== 'choose';
    before.current = step;
    if (!ended) return;
    set(pressed.current ? { group: null, priority: null, asking: false } : fresh);
    pressed.current = false;
  }, [step]);
  return () => {
    pressed.current = true;
    taking.dismiss();
    void post('/act', { do: 'home' });
  };
}

/** What is a sentence already gets no second stop. */
const inOne = (parts: readonly string[], stop: string) =>
  parts
    .filter((part) => part !== '')
    .map((part) => part.replace(/[。.]$/u, ''))
    .join(stop) + stop.trim();

/** One sentence for ears, when something has happened. */
function announcement(screen: QueueScreen, settings: Settings, taking: Taking): string {
  const t = queueTexts(settings.language);
  const text = (s: { zh: string; en: string }) => say(s, settings.language);
  const { step, obstacle } = screen;
  if (step.at === 'working') return step.what === 'issuing' ? t.issuing : t.printing;
  if (step.at === 'done') {
    const paper = step.note == null ? t.paper[step.paper] : text(step.note);
    return `${t.doneSaid(step.number, step.ahead)}${paper}`;
  }
  if (step.at === 'failed') {
    return inOne([t.failed, text(step.because), text(step.todo)], t.stop);
  }
  if (obstacle !== null) {
    return inOne([t.obstacle[obstacle.kind], text(obstacle.because), text(obstacle.todo)], t.stop);
  }
  if (taking.state.at === 'sent') return t.issuing;
  if (taking.state.at === 'not-taken') return `${t.notSent}${t.stop}${t.notSentTodo}`;
  return '';
}

/** The clerk's page. */
import { useState } from 'preact/hooks';
import type { WindowScreen } from '../contract.ts';
import { Button } from '../shared/button.tsx';
import { Icon } from '../shared/icons.tsx';
import { type Language, LanguageContext, useSay } from '../shared/language.ts';
import { savedLanguage, saveLanguage } from '../shared/saved-language.ts';
import { Halt, type PageProps, useCommon } from '../shared/start.tsx';
import { ownTimeOfDay, timeOfDay, useNow } from '../shared/time.ts';
import { useClerk } from './clerk.ts';
import { Current } from './current.tsx';
import { ClerkDialog } from './dialogs.tsx';
import { Result } from './result.tsx';
import { Side } from './side.tsx';
import { useWindowTexts, windowTexts } from './texts.ts';
import { VerbBar } from './verb-bar.tsx';

const minuteMs = 60_000;

export function WindowPage({ state, local }: PageProps<WindowScreen>) {
  const [language, setLanguage] = useState<Language>(savedLanguage);
  const clerk = useClerk(state, local.alive);
  const choose = (next: Language) => {
    setLanguage(next);
    saveLanguage(next);
  };
  return (
    <LanguageContext.Provider value={language}>
      <div class="counter" data-window={state.window?.state ?? 'none'}>
        <div class="head">
          <Top screen={state} language={language} onLanguage={choose} />
          <Broken screen={state} local={local} />
        </div>
        {state.window === null ? (
          <NoWindow screen={state} language={language} />
        ) : (
          <>
            <main class="work">
              <Current screen={state} />
              <Result screen={state} clerk={clerk} />
              <VerbBar screen={state} clerk={clerk} alive={local.alive} />
            </main>
            <Side screen={state} clerk={clerk} />
          </>
        )}
        {clerk.dialog !== null && (
          <ClerkDialog key={clerk.dialog.verb} screen={state} clerk={clerk} dialog={clerk.dialog} />
        )}
      </div>
    </LanguageContext.Provider>
  );
}

function NoWindow({ screen, language }: { screen: WindowScreen; language: Language }) {
  const t = windowTexts(language);
  return screen.hallName === null ? (
    <Halt icon="clock" title={t.connecting} todo="" />
  ) : (
    <Halt icon="alert" title={t.noWindow} todo={t.noWindowTodo} />
  );
}

interface TopProps {
  screen: WindowScreen;
  language: Language;
  onLanguage: (language: Language) => void;
}

function Top({ screen, language, onLanguage }: TopProps) {
  const t = useWindowTexts();
  const say = useSay();
  const { window } = screen;
  return (
    <header class="top">
      <div class="top-window">
        {window !== null && (
          <>
            <h1>{t.windowLabel(window.label)}</h1>
            <p class="chip" data-look={window.state}>
              <Icon
                name={
                  window.state === 'open' ? 'check' : window.state === 'paused' ? 'pause' : 'closed'
                }
              />
              {t.state[window.state]}
              {window.state === 'paused' && <PauseReason code={window.pauseReason} />}
            </p>
            <p class="top-name">{say(window.name)}</p>
          </>
        )}
      </div>
      <p class="served">{t.servedToday(screen.servedToday)}</p>
      <Clock screen={screen} />
      <Button
        id="language"
        lang={t.languageTag}
        onPress={() => onLanguage(language === 'zh' ? 'en' : 'zh')}
        keepsFocusAway
      >
        {t.language}
      </Button>
    </header>
  );
}

function PauseReason({ code }: { code: string | null }) {
  const reasons: Record<string, string> = useWindowTexts().pauseReasons;
  const reason = code === null ? undefined : reasons[code];
  return reason === undefined ? null : <span>· {reason}</span>;
}

function Clock({ screen }: { screen: WindowScreen }) {
  const now = useNow(minuteMs, screen.time.offsetMs) + screen.time.offsetMs;
  return <time class="clock">{timeOfDay(now, screen.time)}</time>;
}

/** What is cut off, since when, and whom to call. */
function Broken({
  screen,
  local,
}: {
  screen: WindowScreen;
  local: { alive: boolean; since: number };
}) {
  const t = useWindowTexts();
  const common = useCommon();
  if (local.alive && screen.link.online) return <div class="broken" role="alert" />;
  const since = local.alive ? screen.link.since : local.since;
  return (
    <div class="broken" data-shown="" role="alert">
      <Icon name="link" />
      <p>
        <b>{local.alive ? t.offline : common.localLost}</b>{' '}
        {common.since(ownTimeOfDay(since, screen.time))}
      </p>
      <p>{t.offlineTodo}</p>
      <p>
        {common.help} <b>{screen.owner.name}</b> <b>{screen.owner.phone}</b>
      </p>
    </div>
  );
}

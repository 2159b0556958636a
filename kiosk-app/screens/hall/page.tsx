/** The technicians' page: in one minute what is wrong, since when, and who owns it. */
import { useState } from 'preact/hooks';
import type { HallScreen } from '../contract.ts';
import { Button } from '../shared/button.tsx';
import { Icon } from '../shared/icons.tsx';
import { type Language, LanguageContext, useSay } from '../shared/language.ts';
import { savedLanguage, saveLanguage } from '../shared/saved-language.ts';
import { type PageProps, useCommon } from '../shared/start.tsx';
import { ownTimeOfDay, timeOfDay, useNow } from '../shared/time.ts';
import { Trouble, Well } from './machines.tsx';
import { Side } from './side.tsx';
import { useHallTexts } from './texts.ts';

const minuteMs = 60_000;

export function HallPage({ state, local }: PageProps<HallScreen>) {
  const [language, setLanguage] = useState<Language>(savedLanguage);
  const choose = (next: Language) => {
    setLanguage(next);
    saveLanguage(next);
  };
  const now = {
    now: useNow(minuteMs, state.time.offsetMs) + state.time.offsetMs,
    time: state.time,
  };
  return (
    <LanguageContext.Provider value={language}>
      <div class="status">
        <Top screen={state} now={now.now} language={language} onLanguage={choose} />
        <main class="machines">
          <Broken local={local} screen={state} />
          <Verdict screen={state} />
          <Trouble machines={state.machines} {...now} />
          <Well machines={state.machines} {...now} />
        </main>
        <Side screen={state} {...now} />
      </div>
    </LanguageContext.Provider>
  );
}

interface TopProps {
  screen: HallScreen;
  now: number;
  language: Language;
  onLanguage: (language: Language) => void;
}

function Top({ screen, now, language, onLanguage }: TopProps) {
  const t = useHallTexts();
  const say = useSay();
  return (
    <header class="top">
      <h1>{t.title}</h1>
      <p class="top-hall">{say(screen.hallName)}</p>
      <time class="clock">{timeOfDay(now, screen.time)}</time>
      <Button
        id="language"
        lang={t.languageTag}
        onPress={() => onLanguage(language === 'zh' ? 'en' : 'zh')}
      >
        {t.language}
      </Button>
    </header>
  );
}

/** The page has lost the hall: what it shows is old, and says so. */
function Broken({ local, screen }: { local: PageProps<HallScreen>['local']; screen: HallScreen }) {
  const common = useCommon();
  if (local.alive) return <div class="banner" role="alert" />;
  return (
    <div class="banner" data-look="bad" role="alert">
      <Icon name="link" />
      <p>
        <b>{common.localLost}</b> {common.since(ownTimeOfDay(local.since, screen.time))}
      </p>
      <p>{common.localLostTodo}</p>
    </div>
  );
}

/** One sentence for the whole hall; what stops everybody stands before what stops one machine. */
function Verdict({ screen }: { screen: HallScreen }) {
  const t = useHallTexts();
  const { issuing, broker, owner } = screen;
  const count = (urgency: 'bad' | 'look') =>
    screen.machines.filter((m) => m.urgency === urgency).length;
  const bad = count('bad');
  const look = count('look');
  return (
    <div class="verdicts" role="status">
      {!issuing && <Banner title={t.verdict.stopped} todo={t.stoppedTodo} owner={owner} />}
      {!broker.online && <Banner title={t.brokerLost} todo={t.brokerLostTodo} owner={owner} />}
      {bad > 0 && (
        <p class="verdict" data-look="bad">
          <Icon name="cross" />
          {t.verdict.bad(bad)}
        </p>
      )}
      {look > 0 && (
        <p class="verdict" data-look="look">
          <Icon name="alert" />
          {t.verdict.look(look)}
        </p>
      )}
      {bad + look === 0 && issuing && broker.online && (
        <p class="verdict" data-look="good">
          <Icon name="check" />
          {t.verdict.good}
        </p>
      )}
    </div>
  );
}

interface BannerProps {
  title: string;
  todo: string;
  owner: HallScreen['owner'];
}

function Banner({ title, todo, owner }: BannerProps) {
  return (
    <div class="banner" data-look="bad">
      <Icon name="alert" />
      <p class="banner-title">
        <b>{title}</b>
      </p>
      <p class="owner">
        {owner.name} <b>{owner.phone}</b>
      </p>
      <p class="banner-todo">{todo}</p>
    </div>
  );
}

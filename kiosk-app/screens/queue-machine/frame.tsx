/** What stands round every view: whose hall, what time, the switches, a line for staff. */
import type { QueueScreen } from '../contract.ts';
import { Button } from '../shared/button.tsx';
import type { Guarded } from '../shared/guard.ts';
import { Icon } from '../shared/icons.tsx';
import { useSay } from '../shared/language.ts';
import { useCommon } from '../shared/start.tsx';
import { dayOf, ownTimeOfDay, useNow } from '../shared/time.ts';
import type { Settings } from './settings.ts';
import { Contact } from './steps.tsx';
import { useQueueTexts } from './texts.ts';

const minuteMs = 60_000;

export function Top({ screen }: { screen: QueueScreen }) {
  const t = useQueueTexts();
  const common = useCommon();
  const say = useSay();
  const now = useNow(minuteMs, screen.time.offsetMs);
  return (
    <header class="top">
      <div class="top-names">
        {screen.hallName !== null && <p class="hall">{say(screen.hallName)}</p>}
        <p class="what">{t.title}</p>
      </div>
      <p class="clock">
        <b>{ownTimeOfDay(now, screen.time)}</b>
        <span>{dayOf(now + screen.time.offsetMs, screen.time, common.locale)}</span>
      </p>
    </header>
  );
}

interface SwitchesProps {
  settings: Settings;
  set: (change: Partial<Settings>) => void;
  guarded: Guarded;
}

export function Switches({ settings, set, guarded }: SwitchesProps) {
  const t = useQueueTexts();
  const other = settings.language === 'zh' ? 'en' : 'zh';
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms; these are switches
    <div class="ways-group switches" role="group" aria-label={t.settings}>
      <Button id="language" lang={t.languageTag} onPress={guarded(() => set({ language: other }))}>
        <Icon name="globe" />
        {t.language}
      </Button>
      <Button
        id="elder"
        pressed={settings.elder}
        onPress={guarded(() => set({ elder: !settings.elder }))}
      >
        <Icon name={settings.elder ? 'check' : 'text'} />
        {t.elder}
      </Button>
      <Button
        id="low-reach"
        pressed={settings.lowReach}
        onPress={guarded(() => set({ lowReach: !settings.lowReach }))}
      >
        <Icon name={settings.lowReach ? 'check' : 'down'} />
        {t.lowReach}
      </Button>
    </div>
  );
}

/** Small: what staff should see to, and whom a citizen may call. */
export function Staff({ screen, contact }: { screen: QueueScreen; contact: boolean }) {
  const say = useSay();
  return (
    <footer class="staff">
      {contact && <Contact owner={screen.owner} />}
      {screen.notice !== null && (
        <p class="notice">
          <Icon name="alert" />
          {say(screen.notice)}
        </p>
      )}
      <p class="machine">{screen.machine}</p>
    </footer>
  );
}

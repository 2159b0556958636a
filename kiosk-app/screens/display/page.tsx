/** The hall's screen on the wall. It draws the whole state each time, so it is right after any sleep. */
import type { DisplayScreen } from '../contract.ts';
import { Icon } from '../shared/icons.tsx';
import { Live } from '../shared/live.tsx';
import type { PageProps } from '../shared/start.tsx';
import { dayOf, hallNow, ownTimeOfDay, timeOfDay, useNow } from '../shared/time.ts';
import { common } from '../texts/common.zh-CN.ts';
import { Name, Text, t } from './both.tsx';
import { Calls } from './calls.tsx';
import { Waiting } from './waiting.tsx';
import { Windows } from './windows.tsx';

const minuteMs = 60_000;
/** Cut off from its own process for this long: nothing here may pass for news any more. */
const untrustedAfterMs = 10_000;
/** For this long: rather nothing than something old. */
const emptyAfterMs = 60_000;

export function DisplayPage({ state, local }: PageProps<DisplayScreen>) {
  const silent = useSilence(local);
  const newest = state.calls[0];
  const trusted = silent < untrustedAfterMs;
  return (
    <div class="wall">
      <Top screen={state} />
      {silent >= emptyAfterMs || nothingKnown(state) ? (
        <Nothing
          title={silent >= emptyAfterMs || state.stale ? 'oldInformation' : 'connecting'}
          bilingual={state.bilingual}
        />
      ) : (
        <>
          <Calls screen={state} trusted={trusted} />
          {state.windows.length > 0 && <Windows screen={state} />}
          {state.services.length > 0 && <Waiting screen={state} />}
        </>
      )}
      <Mark screen={state} local={local} />
      <Live
        text={newest?.fresh === true && trusted ? t.said(newest.number, newest.window) : ''}
        urgent={false}
      />
    </div>
  );
}

/** The flow has let go of what it knew, or has not heard anything yet. */
const nothingKnown = (screen: DisplayScreen) =>
  screen.calls.length === 0 && screen.windows.length === 0;

function Top({ screen }: { screen: DisplayScreen }) {
  useNow(minuteMs, screen.time.offsetMs);
  const now = hallNow(screen.time);
  return (
    <header class="top">
      <h1>
        {screen.hallName === null ? (
          <Text of="title" bilingual={screen.bilingual} />
        ) : (
          <Name of={screen.hallName} bilingual={screen.bilingual} />
        )}
      </h1>
      <p class="day">{dayOf(now, screen.time, common.locale)}</p>
      <p class="clock">{timeOfDay(now, screen.time)}</p>
    </header>
  );
}

interface NothingProps {
  title: 'oldInformation' | 'connecting';
  bilingual: boolean;
}
/** Nothing is known, or nothing that is still true: then rather this than a lie. */
function Nothing({ title, bilingual }: NothingProps) {
  return (
    <main class="old">
      <p class="hero-none">
        <Text of={title} bilingual={bilingual} />
      </p>
      <p class="hero-todo">
        <Text of="oldInformationTodo" bilingual={bilingual} />
      </p>
    </main>
  );
}

/** Small, in a corner, for staff who know where to look. */
function Mark({
  screen,
  local,
}: {
  screen: DisplayScreen;
  local: { alive: boolean; since: number };
}) {
  const broken = !local.alive || screen.stale || !screen.link.online;
  const words = local.alive
    ? t.offline(ownTimeOfDay(screen.link.since, screen.time))
    : t.localLost(ownTimeOfDay(local.since, screen.time));
  return (
    <footer class="mark">
      {broken && (
        <p data-mark={local.alive ? 'hall' : 'local'}>
          <Icon name="link" />
          {screen.machine} {words}
        </p>
      )}
    </footer>
  );
}

/** How long the own process has been silent, ms; 0 while it speaks. */
function useSilence(local: { alive: boolean; since: number }): number {
  const now = useNow(1000);
  return local.alive ? 0 : Math.max(0, now - local.since);
}

/** Nobody is asked: which window this is, who sits there, and whether it serves. */
import type { PadScreen } from '../contract.ts';
import { Icon } from '../shared/icons.tsx';
import { useLanguage, useSay } from '../shared/language.ts';
import { Halt } from '../shared/start.tsx';
import { usePadTexts } from './texts.ts';

export function Idle({ screen }: { screen: PadScreen }) {
  const t = usePadTexts();
  const { window, clerk, known } = screen;
  if (window === null) {
    return known ? (
      <Halt icon="alert" title={t.noWindow} todo={t.noWindowTodo} />
    ) : (
      <Halt icon="clock" title={t.connecting} todo={t.connectingTodo} />
    );
  }
  return (
    <main class="idle" data-step="idle" data-state={window.state} data-clerk={clerk !== null}>
      <WindowName window={window} />
      {clerk !== null && window.state !== 'closed' && <Clerk clerk={clerk} />}
      <Notice state={window.state} />
    </main>
  );
}

function WindowName({ window }: { window: NonNullable<PadScreen['window']> }) {
  const t = usePadTexts();
  const say = useSay();
  const number = <b style={{ '--label-length': String(window.label.length) }}>{window.label}</b>;
  const suffix = <span>{t.windowSuffix}</span>;
  const before = useLanguage() === 'en';
  return (
    <div class="idle-window">
      <h1>
        {before && suffix}
        {number}
        {!before && suffix}
      </h1>
      <p>{say(window.name)}</p>
    </div>
  );
}

function Clerk({ clerk }: { clerk: NonNullable<PadScreen['clerk']> }) {
  const t = usePadTexts();
  const say = useSay();
  return (
    <section class="clerk" aria-label={t.clerk}>
      {clerk.photo !== null && <img src={clerk.photo} alt={t.photo} />}
      <div>
        <p class="clerk-title">{t.clerk}</p>
        {clerk.name !== null && <p class="clerk-name">{say(clerk.name)}</p>}
        {clerk.post !== null && <p>{say(clerk.post)}</p>}
        {clerk.badge !== null && <p>{t.badge(clerk.badge)}</p>}
      </div>
    </section>
  );
}

function Notice({ state }: { state: 'open' | 'paused' | 'closed' }) {
  const t = usePadTexts();
  if (state === 'open') {
    return (
      <div class="idle-notice">
        <p class="idle-what">{t.idle}</p>
        <p>{t.idleTodo}</p>
      </div>
    );
  }
  const paused = state === 'paused';
  return (
    <div class="idle-notice" data-look="off">
      <p class="idle-what">
        <Icon name={paused ? 'pause' : 'closed'} />
        {paused ? t.paused : t.closed}
      </p>
      <p>{paused ? t.pausedTodo : t.closedTodo}</p>
    </div>
  );
}

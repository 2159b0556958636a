/** Who goes where now: the newest call as large as the glass allows, the ones before it below. */
import type { DisplayScreen } from '../contract.ts';
import { Icon } from '../shared/icons.tsx';
import { timeOfDay } from '../shared/time.ts';
import { Name, Text, t, tEn } from './both.tsx';

type Call = DisplayScreen['calls'][number];

interface CallsProps {
  screen: DisplayScreen;
  /** false: nothing on this glass may be called new. */
  trusted: boolean;
}

/** Rows under the newest call; more would be too small to read from the seats. */
const recentMax = 5;

export function Calls({ screen, trusted }: CallsProps) {
  const [newest, ...before] = screen.calls;
  const { bilingual } = screen;
  return (
    <main class="calls">
      {newest === undefined ? (
        <section class="hero" data-look="none">
          <p class="hero-none">
            <Text of="noCalls" bilingual={bilingual} />
          </p>
          <p class="hero-todo">
            <Text of="noCallsTodo" bilingual={bilingual} />
          </p>
        </section>
      ) : (
        <Hero key={newest.seq} call={newest} fresh={newest.fresh && trusted} screen={screen} />
      )}
      {before.length > 0 && (
        <section class="recent" aria-label={t.recent}>
          <h2>
            <Text of="recent" bilingual={bilingual} />
          </h2>
          <ol>
            {before.slice(0, recentMax).map((call) => (
              <Recent key={call.seq} call={call} fresh={call.fresh && trusted} screen={screen} />
            ))}
          </ol>
        </section>
      )}
    </main>
  );
}

interface CallProps {
  call: Call;
  fresh: boolean;
  screen: DisplayScreen;
}

/** `key` is the call: a new one is a new element, so its one short brightening plays once. */
function Hero({ call, fresh, screen }: CallProps) {
  const { bilingual } = screen;
  const title = fresh ? (call.recall ? 'again' : 'callTitle') : 'lastOne';
  return (
    <section class="hero" data-look={fresh ? 'fresh' : 'past'} data-seq={call.seq}>
      <p class="hero-title">
        <span>
          <Text of={title} bilingual={bilingual} />
        </span>
        <span class="hero-service">
          <Name of={call.serviceName} bilingual={bilingual} />
        </span>
      </p>
      <p
        class="hero-call"
        style={{ '--call-length': String(call.number.length + call.window.length) }}
      >
        <span class="hero-number">{call.number}</span>
        <Icon name="next" />
        <span class="hero-window">
          {call.window}
          <span class="hero-suffix">
            {t.windowSuffix}
            {bilingual && <small lang="en">{tEn.windowSuffix}</small>}
          </span>
        </span>
      </p>
    </section>
  );
}

function Recent({ call, fresh, screen }: CallProps) {
  return (
    <li
      data-look={fresh ? 'fresh' : 'past'}
      style={{ '--call-length': String(call.number.length + call.window.length) }}
    >
      <span class="recent-number">{call.number}</span>
      <Icon name="next" />
      <span class="recent-window">
        <b>{call.window}</b> {t.windowSuffix}
      </span>
      {fresh ? <em>{t.called}</em> : <time>{timeOfDay(call.at, screen.time)}</time>}
    </li>
  );
}

/** Index of the demonstration hall: every screen, and where things run. */
import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { DemoIndex, DemoScreen } from '../demo-contract.ts';
import { useSay } from '../shared/language.ts';
import { Desk, NotRunning } from './desk.tsx';
import { useDemoTexts } from './texts.ts';

const askAgainMs = 2000;

function IndexPage() {
  const index = useIndex();
  return (
    <Desk>
      {index === 'lost' && <NotRunning />}
      {index !== 'lost' && index !== null && <Index index={index} />}
    </Desk>
  );
}

/** Asks until there is an answer; then the index does not change any more. */
function useIndex(): DemoIndex | 'lost' | null {
  const [index, setIndex] = useState<DemoIndex | 'lost' | null>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async () => {
      try {
        const answer = await fetch('/demo.json', { cache: 'no-store' });
        if (!answer.ok) throw new TypeError(`HTTP ${answer.status}`);
        setIndex((await answer.json()) as DemoIndex);
      } catch {
        setIndex('lost');
        timer = setTimeout(() => void ask(), askAgainMs);
      }
    };
    void ask();
    return () => clearTimeout(timer);
  }, []);
  return index;
}

function Index({ index }: { index: DemoIndex }) {
  const t = useDemoTexts();
  const say = useSay();
  return (
    <main>
      <p class="desk-hall">{say(index.hallName)}</p>
      <h1>{t.title}</h1>
      <p class="lead">{t.lead}</p>
      <ol class="try">
        {t.try.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      <section aria-labelledby="screens">
        <h2 id="screens">{t.screens}</h2>
        <ul class="screens">
          {index.screens.map((screen) => (
            <ScreenLink key={screen.machine} screen={screen} />
          ))}
          <li>
            <a class="screen" data-role="paper" href={index.paperUrl} target="xuhao-paper">
              <b>{t.paper}</b>
              <span>{t.paperLead}</span>
            </a>
          </li>
        </ul>
      </section>
      <section aria-labelledby="running">
        <h2 id="running">{t.running}</h2>
        <dl class="running">
          <div>
            <dt>{t.broker}</dt>
            <dd>
              <code>{index.broker.url}</code>
            </dd>
          </div>
          <div>
            <dt>{t.data}</dt>
            <dd>
              <code>{index.dataDir}</code>
            </dd>
          </div>
        </dl>
      </section>
    </main>
  );
}

/** Every machine opens in a tab of its own, the same one each time. */
function ScreenLink({ screen }: { screen: DemoScreen }) {
  const t = useDemoTexts();
  const say = useSay();
  return (
    <li>
      <a
        class="screen"
        data-role={screen.role}
        href={screen.url}
        target={`xuhao-${screen.machine}`}
        rel="noopener"
      >
        <b>{say(screen.title)}</b>
        <span>
          {t.roles[screen.role]} · {screen.machine}
        </span>
      </a>
    </li>
  );
}

const root = document.getElementById('page');
if (root !== null) render(<IndexPage />, root);

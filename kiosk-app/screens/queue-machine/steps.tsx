/** What happens after the press: working, done, failed. */
import type { ComponentChildren } from 'preact';
import type { Owner, QueueStep, Sentence } from '../contract.ts';
import { Button } from '../shared/button.tsx';
import { useFocusOnShow } from '../shared/focus.ts';
import type { Guarded } from '../shared/guard.ts';
import { Icon } from '../shared/icons.tsx';
import { useSay } from '../shared/language.ts';
import { post } from '../shared/post.ts';
import { useCommon } from '../shared/start.tsx';
import { useNow } from '../shared/time.ts';
import { useQueueTexts } from './texts.ts';

/** Longer than this is unusual, and the page says so. */
const slowAfterMs = 8000;

type Working = Extract<QueueStep, { at: 'working' }>;
type Done = Extract<QueueStep, { at: 'done' }>;

export function WorkingStep({ step, owner }: { step: Working; owner: Owner }) {
  const t = useQueueTexts();
  const say = useSay();
  const now = useNow(1000);
  const title = step.what === 'issuing' ? t.issuing : t.printing;
  const heading = useFocusOnShow('working');
  return (
    <main class="stage step" data-step="working">
      <p class="step-service">{say(step.service)}</p>
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      {step.number !== null && <TicketNumber number={step.number} />}
      <Progress at={step.what === 'issuing' ? 0 : 1} />
      <p class="step-todo">{now - step.since > slowAfterMs ? t.slow : t.keepWaiting}</p>
      {now - step.since > slowAfterMs && <Contact owner={owner} />}
    </main>
  );
}

/** Three named stages; the current one is told by words and mark, not by colour alone. */
function Progress({ at }: { at: number }) {
  const t = useQueueTexts();
  return (
    <ol class="progress" aria-label={t.progress}>
      {t.steps.map((name, i) => (
        <li key={name} data-at={i < at ? 'done' : i === at ? 'now' : 'later'}>
          <span class="progress-mark">{i < at ? <Icon name="check" /> : i + 1}</span>
          {name}
          {i <= at && <span class="sr-only">{i < at ? t.stepDone : t.stepNow}</span>}
        </li>
      ))}
    </ol>
  );
}

interface EndProps {
  guarded: Guarded;
  onHome: () => void;
}

export function DoneStep({ step, guarded, onHome }: { step: Done } & EndProps) {
  const t = useQueueTexts();
  const common = useCommon();
  const say = useSay();
  const heading = useFocusOnShow('done');
  return (
    <main class="stage step" data-step="done">
      <div class="done-number">
        <h1 ref={heading} tabIndex={-1} class="step-good">
          <Icon name="check" />
          {t.done}
        </h1>
        <p class="number-label">{t.yourNumber}</p>
        <TicketNumber number={step.number} />
        <p class="paper" data-paper={step.paper}>
          <Icon name={step.paper === 'confirmed' ? 'ticket' : 'alert'} />
          {step.note == null ? t.paper[step.paper] : say(step.note)}
        </p>
      </div>
      <dl class="facts">
        <Fact name={t.service}>{say(step.service)}</Fact>
        <Fact name={t.className}>{say(step.className)}</Fact>
        <Fact name={t.ahead}>{t.aheadCount(step.ahead)}</Fact>
        {step.estimateMin !== null && <Fact name={t.wait}>{common.minutes(step.estimateMin)}</Fact>}
        {step.windows.length > 0 && <Fact name={t.windows}>{common.windows(step.windows)}</Fact>}
      </dl>
      <GoHome until={step.until} label={t.home} guarded={guarded} onHome={onHome}>
        {step.reprint === 'offered' && (
          <Button look="plain" id="reprint" onPress={guarded(onReprint)}>
            <Icon name="ticket" />
            {t.reprint}
          </Button>
        )}
      </GoHome>
    </main>
  );
}

/** The flow shows what comes of it. */
const onReprint = () => {
  void post('/act', { do: 'reprint' });
};

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Ticket number as large as the glass allows, whatever its length. */
function TicketNumber({ number }: { number: string }) {
  return (
    <p class="number" style={{ '--number-length': String(number.length) }}>
      {number}
    </p>
  );
}

export interface FailedProps extends EndProps {
  because: Sentence | string;
  todo: Sentence | string;
  /** Wall clock when the page goes back by itself; null: it waits for the person. */
  until: number | null;
  owner: Owner;
}

export function FailedStep({ because, todo, until, owner, guarded, onHome }: FailedProps) {
  const t = useQueueTexts();
  const say = useSay();
  const text = (s: Sentence | string) => (typeof s === 'string' ? s : say(s));
  const heading = useFocusOnShow('failed');
  return (
    <main class="stage step" data-step="failed">
      <span class="step-sign" data-look="bad">
        <Icon name="cross" />
      </span>
      <h1 ref={heading} tabIndex={-1}>
        {t.failed}
      </h1>
      <p class="step-because">{text(because)}</p>
      <p class="step-todo">{text(todo)}</p>
      <Contact owner={owner} />
      <GoHome until={until} label={t.again} guarded={guarded} onHome={onHome} />
    </main>
  );
}

function GoHome({
  until,
  label,
  guarded,
  onHome,
  children,
}: { until: number | null; label: string; children?: ComponentChildren } & EndProps) {
  const t = useQueueTexts();
  const left = Math.max(0, Math.ceil(((until ?? 0) - useNow(1000)) / 1000));
  return (
    <div class="go-home">
      <Button look="main" id="home" onPress={guarded(onHome)}>
        <Icon name="home" />
        {label}
      </Button>
      {children}
      {until !== null && <p aria-hidden="true">{t.homeIn(left)}</p>}
    </div>
  );
}

/** Whom to ask: a person with a name. */
export function Contact({ owner }: { owner: Owner }) {
  const common = useCommon();
  return (
    <p class="contact">
      {common.help} <b>{owner.name}</b> <b>{owner.phone}</b>
    </p>
  );
}

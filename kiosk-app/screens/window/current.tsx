/** Who is at the window now, very large, and why it was this number. */
import type { ComponentChildren } from 'preact';
import type { HallTime, WindowScreen, WindowTicketView } from '../contract.ts';
import { Icon } from '../shared/icons.tsx';
import { useSay } from '../shared/language.ts';
import { hallNow, stopwatch, useNow } from '../shared/time.ts';
import { useWindowTexts } from './texts.ts';

const minuteMs = 60_000;

export function Current({ screen }: { screen: WindowScreen }) {
  const t = useWindowTexts();
  const { current } = screen;
  return (
    <section class="current" aria-label={t.current} data-state={current?.state ?? 'none'}>
      {current === null ? <Nobody screen={screen} /> : <Ticket screen={screen} ticket={current} />}
    </section>
  );
}

function Nobody({ screen }: { screen: WindowScreen }) {
  const t = useWindowTexts();
  const state = screen.window?.state ?? 'closed';
  const todo = { open: t.nobodyOpen, paused: t.nobodyPaused, closed: t.nobodyClosed }[state];
  return (
    <div class="nobody">
      <p class="nobody-title">{state === 'open' ? t.nobody : t.state[state]}</p>
      <p>{todo}</p>
    </div>
  );
}

function Ticket({ screen, ticket }: { screen: WindowScreen; ticket: WindowTicketView }) {
  const t = useWindowTexts();
  const say = useSay();
  const calledAt = ticket.calledAt ?? hallNow(screen.time);
  const waitedMin = Math.max(0, Math.floor((calledAt - ticket.waitingSince) / minuteMs));
  return (
    <>
      <div class="current-head">
        <p class="current-number" style={{ '--number-length': String(ticket.number.length) }}>
          {ticket.number}
        </p>
        <div class="current-state">
          <p class="chip" data-look={ticket.state}>
            <Icon name={ticket.state === 'serving' ? 'check' : 'people'} />
            {t.ticketState[ticket.state]}
          </p>
          <Elapsed since={ticket.startedAt ?? ticket.calledAt} time={screen.time} />
          {!ticket.paperConfirmed && (
            <p class="current-paper">
              <Icon name="alert" />
              {t.unconfirmedPaper}
            </p>
          )}
          {screen.recall !== null && <Recalls recall={screen.recall} />}
        </div>
      </div>
      <dl class="current-facts">
        <Fact name={t.service}>{say(ticket.serviceName)}</Fact>
        <Fact name={t.className}>{say(ticket.className)}</Fact>
        <Fact name={t.waited}>{t.minutes(waitedMin)}</Fact>
        <Fact name={t.calledTimes}>{t.times(ticket.calls, ticket.recalls)}</Fact>
        {ticket.why !== null && (
          <Fact name={t.why} wide>
            {say(ticket.why)}
          </Fact>
        )}
      </dl>
    </>
  );
}

interface FactProps {
  name: string;
  wide?: boolean;
  children: ComponentChildren;
}
function Fact({ name, wide, children }: FactProps) {
  return (
    <div data-wide={wide === true ? '' : undefined}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Ticks by itself, so that the rest of the page stands still. */
function Elapsed({ since, time }: { since: number | null; time: HallTime }) {
  const t = useWindowTexts();
  const now = useNow(1000);
  if (since === null) return null;
  return (
    <p class="elapsed">
      {t.inState} <b>{stopwatch(now + time.offsetMs - since)}</b>
    </p>
  );
}

function Recalls({ recall }: { recall: NonNullable<WindowScreen['recall']> }) {
  const t = useWindowTexts();
  const waitS = Math.ceil((recall.nextAt - useNow(1000)) / 1000);
  return (
    <p class="recalls">
      {t.recallsLeft(recall.left)}
      {recall.left > 0 && waitS > 0 && <span>{t.recallIn(waitS)}</span>}
    </p>
  );
}

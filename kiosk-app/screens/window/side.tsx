/** Who waits, who is held, who missed the call: what the clerk looks at between two citizens. */
import type { WindowScreen, WindowTicketView } from '../contract.ts';
import { Icon } from '../shared/icons.tsx';
import { useSay } from '../shared/language.ts';
import { timeOfDay, useNow } from '../shared/time.ts';
import type { Clerk } from './clerk.ts';
import { useWindowTexts } from './texts.ts';

const minuteMs = 60_000;

export function Side({ screen, clerk }: { screen: WindowScreen; clerk: Clerk }) {
  return (
    <aside class="side">
      <Alarms screen={screen} />
      <Waiting screen={screen} />
      <div class="side-lists">
        <Tickets kind="held" tickets={screen.held} clerk={clerk} />
        <Tickets kind="missed" tickets={screen.missed} clerk={clerk} />
      </div>
    </aside>
  );
}

function Alarms({ screen }: { screen: WindowScreen }) {
  const t = useWindowTexts();
  const say = useSay();
  if (screen.alarms.length === 0) return null;
  return (
    <section class="alarms" aria-label={t.alarmsTitle}>
      <ul>
        {screen.alarms.map((alarm) => (
          <li key={`${alarm.reason.code} ${alarm.since}`}>
            <Icon name="alert" />
            <span>{say(alarm.reason)}</span>
            <time>{timeOfDay(alarm.since, screen.time)}</time>
          </li>
        ))}
      </ul>
    </section>
  );
}

type Service = WindowScreen['services'][number];

function Waiting({ screen }: { screen: WindowScreen }) {
  const t = useWindowTexts();
  return (
    <section class="panel waiting">
      <h2>{t.waitingTitle}</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: scrolled by keys when it is long */}
      <section class="scroll" tabIndex={0} aria-label={t.waitingTitle}>
        {screen.services.every((s) => s.waiting === 0) ? (
          <p class="empty">{t.waitingNobody}</p>
        ) : (
          <table>
            <thead>
              <tr>
                <th scope="col">{t.waitingHead.service}</th>
                <th scope="col">{t.waitingHead.waiting}</th>
                <th scope="col">{t.waitingHead.longest}</th>
              </tr>
            </thead>
            <tbody>
              {screen.services.map((s) => (
                <WaitingRow key={s.id} service={s} screen={screen} />
              ))}
            </tbody>
          </table>
        )}
      </section>
    </section>
  );
}

function WaitingRow({ service, screen }: { service: Service; screen: WindowScreen }) {
  const t = useWindowTexts();
  const say = useSay();
  const now = useNow(minuteMs, screen.time.offsetMs) + screen.time.offsetMs;
  const classes = screen.classes.filter((c) => (service.byClass[c.id] ?? 0) > 0);
  // One class alone says nothing that the sum does not say.
  const split = classes.length > 1 || classes.some((c) => c.kind !== 'ordinary');
  return (
    <tr>
      <th scope="row">
        {say(service.name)}
        {split && (
          <small>
            {classes.map((c) => (
              <span key={c.id}>{t.byClass(say(c.name), service.byClass[c.id] ?? 0)}</span>
            ))}
          </small>
        )}
      </th>
      <td class="people">{t.people(service.waiting)}</td>
      <td>
        {service.longestSince === null
          ? '–'
          : t.minutes(Math.max(0, Math.floor((now - service.longestSince) / minuteMs)))}
        {service.overCeiling > 0 && (
          <small class="over">
            <Icon name="alert" />
            {t.overCeiling(service.overCeiling)}
          </small>
        )}
      </td>
    </tr>
  );
}

interface TicketsProps {
  kind: 'held' | 'missed';
  tickets: WindowTicketView[];
  clerk: Clerk;
}

/** A row is pressed to bring that citizen back. */
function Tickets({ kind, tickets, clerk }: TicketsProps) {
  const t = useWindowTexts();
  const say = useSay();
  const verb = kind === 'held' ? 'resume' : 'return-missed';
  const title = kind === 'held' ? t.heldTitle : t.missedTitle;
  return (
    <section class="panel tickets" data-of={kind}>
      <h2>
        {title} <span class="count">{t.count(tickets.length)}</span>
      </h2>
      {tickets.length === 0 ? (
        <p class="empty">{t.none}</p>
      ) : (
        <div class="scroll">
          <ul>
            {tickets.map((ticket) => (
              <li key={ticket.id}>
                <button
                  type="button"
                  class="row"
                  onMouseDown={(e) => e.preventDefault()}
                  onClick={() => clerk.press(verb, ticket.number)}
                >
                  <b>{ticket.number}</b>
                  <small>
                    {ticket.hold === null ? say(ticket.serviceName) : t.holdKinds[ticket.hold.kind]}
                  </small>
                </button>
              </li>
            ))}
          </ul>
        </div>
      )}
    </section>
  );
}

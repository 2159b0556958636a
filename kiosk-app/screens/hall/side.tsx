/** What concerns the hall as a whole: standing alarms, the hall server, the bus, where time goes. */
import type { HallScreen } from '../contract.ts';
import { Icon } from '../shared/icons.tsx';
import { useSay } from '../shared/language.ts';
import { type Now, Since, useInstant } from './since.tsx';
import { useHallTexts } from './texts.ts';

interface SideProps extends Now {
  screen: HallScreen;
}

export function Side(props: SideProps) {
  const { screen } = props;
  return (
    <aside class="side">
      <Alarms {...props} />
      <Ratings screen={screen} />
      <Server {...props} />
      <Counters screen={screen} />
      <Presses screen={screen} />
    </aside>
  );
}

function Alarms({ screen, ...now }: SideProps) {
  const t = useHallTexts();
  const say = useSay();
  return (
    <section class="panel alarms" aria-labelledby="alarms">
      <h2 id="alarms">{t.alarms}</h2>
      {screen.alarms.length === 0 ? (
        <p class="empty">{t.noAlarms}</p>
      ) : (
        <ul>
          {screen.alarms.map((alarm) => (
            <li key={alarm.id}>
              <Icon name="alert" />
              <p>
                {say(alarm.reason)}
                <br />
                <Since at={alarm.since} {...now} />
              </p>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** 好差评: what waits for a person. Who was rated and how is told by the command it names, not here. */
function Ratings({ screen: { ratings } }: { screen: HallScreen }) {
  const t = useHallTexts();
  if (ratings === null) return null;
  const { badOpen, badOverdue, due, waiting, dead } = ratings;
  const calls = [
    badOpen > 0 && t.badOpen(badOpen, due ?? '–'),
    badOverdue > 0 && t.badOverdue(badOverdue),
    dead > 0 && t.deadLetters(dead),
  ].filter((call) => call !== false);
  return (
    <section class="panel alarms ratings" aria-labelledby="ratings" aria-live="polite">
      <h2 id="ratings">{t.ratings}</h2>
      {calls.length === 0 ? (
        <p class="empty">{t.noBadRatings}</p>
      ) : (
        <ul>
          {calls.map((call) => (
            <li key={call}>
              <Icon name="alert" />
              <p>{call}</p>
            </li>
          ))}
        </ul>
      )}
      {waiting > 0 && <p class="empty">{t.toProvince(waiting)}</p>}
    </section>
  );
}

function Server({ screen, ...now }: SideProps) {
  const t = useHallTexts();
  const instant = useInstant(now);
  const { issuing, broker, owner } = screen;
  const lines: [string, string][] = [
    [t.issuing, issuing ? t.issuingYes : t.issuingNo],
    [t.broker, `${t.brokerKind[broker.kind]} · ${broker.online ? t.online : t.offline}`],
    [t.startedAt, instant(screen.startedAt)],
    [t.position, `${screen.epoch} / ${screen.seq}`],
    [t.version, screen.version],
    [t.place, screen.place ?? '–'],
    [t.owner, `${owner.name} ${owner.phone}`],
  ];
  return (
    <section class="panel" aria-labelledby="server">
      <h2 id="server">{t.server}</h2>
      <dl>
        {lines.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

const counterNames = [
  'received',
  'answered',
  'turnedAway',
  'denied',
  'refused',
  'cut',
  'throttled',
  'dropped',
] as const;

function Counters({ screen }: { screen: HallScreen }) {
  const t = useHallTexts();
  return (
    <section class="panel" aria-labelledby="counters">
      <h2 id="counters">{t.counters}</h2>
      <dl class="counters">
        {counterNames.map((name) => (
          <div key={name} data-counter={name}>
            <dt>{t.counter[name]}</dt>
            <dd>{screen.counters[name]}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

const stages = ['queuedMs', 'decidedMs', 'committedMs'] as const;

function Presses({ screen: { presses } }: { screen: HallScreen }) {
  const t = useHallTexts();
  return (
    <section class="panel" aria-labelledby="presses">
      <h2 id="presses">{t.presses}</h2>
      {presses === null ? (
        <p class="empty">{t.noPresses}</p>
      ) : (
        <table class="presses">
          <caption>{t.pressesOf(presses.count)}</caption>
          <thead>
            <tr>
              <th scope="col">{t.stage}</th>
              <th scope="col">p50</th>
              <th scope="col">p99</th>
            </tr>
          </thead>
          <tbody>
            {stages.map((stage) => (
              <tr key={stage}>
                <th scope="row">{t[stage]}</th>
                <td>{presses[stage].p50.toFixed(2)}</td>
                <td>{presses[stage].p99.toFixed(2)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

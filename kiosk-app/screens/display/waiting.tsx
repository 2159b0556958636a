/** How many wait for what. */
import type { DisplayScreen } from '../contract.ts';
import { Icon } from '../shared/icons.tsx';
import { common } from '../texts/common.zh-CN.ts';
import { Name, Text, t } from './both.tsx';
import { useParts } from './turning.ts';

type Service = DisplayScreen['services'][number];

const cellsMax = 5;

export function Waiting({ screen }: { screen: DisplayScreen }) {
  const { items, part, parts } = useParts(screen.services, cellsMax);
  return (
    <section class="waiting" aria-label={t.waiting}>
      <h2>
        <Text of="waiting" bilingual={screen.bilingual} />
        {parts > 1 && <span class="part">{t.page(part + 1, parts)}</span>}
        {!screen.issuing && (
          <span class="stopped">
            <Icon name="alert" />
            <Text of="stoppedIssuing" bilingual={screen.bilingual} />
          </span>
        )}
      </h2>
      <ul>
        {items.map((s) => (
          <Cell key={s.id} service={s} bilingual={screen.bilingual} />
        ))}
      </ul>
    </section>
  );
}

function Cell({ service, bilingual }: { service: Service; bilingual: boolean }) {
  return (
    <li>
      <span class="waiting-name">
        <Name of={service.name} bilingual={bilingual} />
      </span>
      <span class="waiting-count">
        <b>{t.people(service.waiting)}</b>
        {service.open ? (
          service.waiting > 0 &&
          service.estimateMin !== null && <span>{common.minutes(service.estimateMin)}</span>
        ) : (
          <span class="waiting-closed">{t.serviceClosed}</span>
        )}
      </span>
    </li>
  );
}

/** The cards a citizen presses: groups, services, priority classes. */
import type { QueueScreen, QueueServiceView } from '../contract.ts';
import { Button } from '../shared/button.tsx';
import { Icon } from '../shared/icons.tsx';
import { useSay } from '../shared/language.ts';
import { useCommon } from '../shared/start.tsx';
import { useQueueTexts } from './texts.ts';

/** Names longer than this are set smaller, so that they stay whole. Wide characters count double. */
const longName = 26;
const widthOf = (text: string) =>
  [...text].reduce((sum, c) => sum + ((c.codePointAt(0) ?? 0) > 0x2e7f ? 2 : 1), 0);

function Name({ text }: { text: string }) {
  return (
    <span class="card-name" data-long={widthOf(text) > longName ? '' : undefined}>
      {text}
    </span>
  );
}

export function ServiceCard({
  service,
  onPress,
}: {
  service: QueueServiceView;
  onPress: () => void;
}) {
  const t = useQueueTexts();
  const common = useCommon();
  const say = useSay();
  if (!service.open) {
    return (
      <Button class="card" off id={service.id} onPress={onPress}>
        <Name text={say(service.name)} />
        <span class="card-facts">
          <span class="fact">
            <Icon name="closed" />
            <b>{t.closed}</b>
          </span>
          {service.because !== null && <span class="card-because">{say(service.because)}</span>}
        </span>
      </Button>
    );
  }
  return (
    <Button class="card" id={service.id} onPress={onPress}>
      <Name text={say(service.name)} />
      <span class="card-facts">
        <span class="fact">
          <Icon name="people" />
          {t.waiting(service.waiting)}
        </span>
        {service.waiting > 0 && service.estimateMin !== null && (
          <span class="fact">
            <Icon name="clock" />
            {common.estimate(service.estimateMin)}
          </span>
        )}
      </span>
    </Button>
  );
}

export function GroupCard({
  group,
  onPress,
}: {
  group: QueueScreen['groups'][number];
  onPress: () => void;
}) {
  const t = useQueueTexts();
  const say = useSay();
  const open = group.services.filter((service) => service.open);
  const waiting = open.reduce((sum, service) => sum + service.waiting, 0);
  return (
    <Button class="card" id={group.id} onPress={onPress}>
      <Name text={say(group.name)} />
      <span class="card-facts">
        <span class="fact">
          <Icon name="ticket" />
          {t.services(group.services.length)}
        </span>
        {open.length === 0 ? (
          <span class="fact">
            <Icon name="closed" />
            {t.closed}
          </span>
        ) : (
          <span class="fact">
            <Icon name="people" />
            {t.waiting(waiting)}
          </span>
        )}
      </span>
    </Button>
  );
}

export function ClassCard({
  of,
  onPress,
}: {
  of: QueueScreen['classes'][number];
  onPress: () => void;
}) {
  const t = useQueueTexts();
  const say = useSay();
  return (
    <Button class="card" id={of.id} onPress={onPress}>
      <Name text={say(of.name)} />
      {of.proof !== null && (
        <span class="card-facts">
          <span class="card-because">{t.priorityProof(say(of.proof))}</span>
        </span>
      )}
    </Button>
  );
}

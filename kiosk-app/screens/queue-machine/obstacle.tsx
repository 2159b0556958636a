/** The machine can not issue now: why, since when, what to do, whom to ask. */
import type { HallTime, Owner, QueueObstacle } from '../contract.ts';
import { useFocusOnShow } from '../shared/focus.ts';
import { Icon, type IconName } from '../shared/icons.tsx';
import { useSay } from '../shared/language.ts';
import { useCommon } from '../shared/start.tsx';
import { ownTimeOfDay } from '../shared/time.ts';
import { Contact } from './steps.tsx';
import { useQueueTexts } from './texts.ts';

type Obstacle = NonNullable<QueueObstacle>;

const icons: Record<Obstacle['kind'], IconName> = {
  connecting: 'clock',
  'hall-unreachable': 'link',
  'hall-stopped': 'pause',
  printer: 'printer',
  closed: 'closed',
};

export function ObstacleView({
  obstacle,
  owner,
  time,
}: {
  obstacle: Obstacle;
  owner: Owner;
  time: HallTime;
}) {
  const t = useQueueTexts();
  const common = useCommon();
  const say = useSay();
  const heading = useFocusOnShow(obstacle.kind);
  const calm = obstacle.kind === 'closed' || obstacle.kind === 'connecting';
  return (
    <main class="stage step" data-step="obstacle" data-obstacle={obstacle.kind}>
      <span class="step-sign" data-look={calm ? 'calm' : 'warn'}>
        <Icon name={icons[obstacle.kind]} />
      </span>
      <h1 ref={heading} tabIndex={-1}>
        {t.obstacle[obstacle.kind]}
      </h1>
      <p class="step-because">{say(obstacle.because)}</p>
      <p class="step-todo">{say(obstacle.todo)}</p>
      {obstacle.kind !== 'connecting' && <Contact owner={owner} />}
      {!calm && <p class="step-since">{common.since(ownTimeOfDay(obstacle.since, time))}</p>}
    </main>
  );
}

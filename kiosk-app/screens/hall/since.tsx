/** Since when, by the hall's clock, and for how long. */
import type { HallTime } from '../contract.ts';
import { useCommon } from '../shared/start.tsx';
import { dayOf, timeOfDay } from '../shared/time.ts';
import { useHallTexts } from './texts.ts';

const minuteMs = 60_000;
/** From here on the time of day alone could be taken for today's. */
const dayNamedMs = 18 * 60 * minuteMs;

export interface Now {
  /** Hall clock, ms. */
  now: number;
  time: HallTime;
}

export function useInstant({ now, time }: Now): (at: number) => string {
  const { locale } = useCommon();
  return (at) => {
    const clock = timeOfDay(at, time);
    return now - at < dayNamedMs ? clock : `${dayOf(at, time, locale)} ${clock}`;
  };
}

export function Since({ at, ...now }: Now & { at: number }) {
  const t = useHallTexts();
  const instant = useInstant(now);
  const minutes = Math.max(0, Math.floor((now.now - at) / minuteMs));
  return <span class="since">{t.since(instant(at), t.age(minutes))}</span>;
}

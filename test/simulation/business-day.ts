/** Business days, worked out apart from the queue core. For halls in China: there is no summer time. */
import type { HallProfile } from '../../kiosk-app/hall/queue/index.ts';

const shanghaiOffsetMs = 8 * 3_600_000;
const dayMs = 86_400_000;

/** `HH:MM` -> ms since local midnight. */
function ofDay(text: string): number {
  const [hours = 0, minutes = 0] = text.split(':').map(Number);
  return (hours * 60 + minutes) * 60_000;
}

/** @returns YYYY-MM-DD */
export function businessDayOf(profile: HallProfile, at: number): string {
  const shifted = at + shanghaiOffsetMs - ofDay(profile.day.starts);
  return new Date(shifted).toISOString().slice(0, 10);
}

/** Instant of a time of day within a business day: what comes before its start is of the next date. */
export function instantOf(profile: HallProfile, day: string, time: string): number {
  const midnight = Date.parse(`${day}T00:00:00Z`) - shanghaiOffsetMs;
  const ms = ofDay(time);
  return midnight + (ms < ofDay(profile.day.starts) ? ms + dayMs : ms);
}

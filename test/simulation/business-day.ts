/** The business day of an instant, worked out apart from the queue core. China has no summer time. */
import type { HallProfile } from '../../kiosk-app/hall/queue/hall-profile.ts';

const shanghaiOffsetMs = 8 * 3_600_000;

/** @returns YYYY-MM-DD. Only for halls in Asia/Shanghai. */
export function businessDayOf(profile: HallProfile, at: number): string {
  const [hours = 0, minutes = 0] = profile.day.starts.split(':').map(Number);
  const startsMs = (hours * 60 + minutes) * 60_000;
  return new Date(at + shanghaiOffsetMs - startsMs).toISOString().slice(0, 10);
}

/** From some 10 reports a second to "somebody is there" and "gone": pure, time comes in. */
import type { RadarReport } from './framing.ts';

export interface PresenceRules {
  rangeCm: number;
  appearMs: number;
  leaveMs: number;
}
export interface Presence {
  present: boolean;
  /** Since when it is seen (not there yet) or not seen (still there); null: neither. */
  changingSince: number | null;
  distanceCm: number | null;
}
export const nobody: Presence = { present: false, changingSince: null, distanceCm: null };

/** Nearest of what it sees; null: nothing within range. */
export function nearest(report: RadarReport, rangeCm: number): number | null {
  const seen = [
    ...(report.state === 'moving' || report.state === 'both' ? [report.movingCm] : []),
    ...(report.state === 'still' || report.state === 'both'
      ? // Some reports give a still target no distance of its own.
        [report.stillCm === 0 ? report.detectCm || report.movingCm : report.stillCm]
      : []),
  ].filter((cm) => cm <= rangeCm);
  return seen.length === 0 ? null : Math.min(...seen);
}

/** `changed`: tell the host. */
export function stepPresence(
  before: Presence,
  distanceCm: number | null,
  now: number,
  rules: PresenceRules,
): { state: Presence; changed: boolean } {
  const seen = distanceCm !== null;
  if (seen === before.present)
    return { state: { ...before, changingSince: null, distanceCm }, changed: false };
  const since = before.changingSince ?? now;
  const neededMs = before.present ? rules.leaveMs : rules.appearMs;
  if (now - since < neededMs) return { state: { ...before, changingSince: since }, changed: false };
  return { state: { present: seen, changingSince: null, distanceCm }, changed: true };
}

/**
 * The hall's local time. Offsets come from Intl (part of the language, no Node module) and are
 * remembered per quarter of an hour: every zone changes its offset on such a boundary.
 */
export const minuteMs = 60_000;
export const dayMs = 86_400_000;
const quarterMs = 15 * minuteMs;
const offsetsMax = 512;

export interface LocalTime {
  /** Days since 1970-01-01 in local time. */
  dayNumber: number;
  /** Minute of the day, 0..1439. */
  minute: number;
  /** 1 Monday ... 7 Sunday. */
  weekday: number;
}

export interface TimeZone {
  local(t: number): LocalTime;
  /** Instant of a local day and minute; where the clock skips it, the instant just after the gap. */
  instant(dayNumber: number, minute: number): number;
  /** `HH:MM`, with the date before it when that is another day than `today`. */
  text(t: number, today: number): string;
}

/** @throws RangeError when the runtime does not know the zone */
export function timeZone(name: string): TimeZone {
  const offsetOf = offsets(name);
  const local = (t: number): LocalTime => {
    const shifted = t + offsetOf(t);
    const dayNumber = Math.floor(shifted / dayMs);
    const minute = Math.floor((shifted - dayNumber * dayMs) / minuteMs);
    // 1970-01-01 was a Thursday.
    const weekday = ((((dayNumber + 3) % 7) + 7) % 7) + 1;
    return { dayNumber, minute, weekday };
  };
  const instant = (dayNumber: number, minute: number): number => {
    const wall = dayNumber * dayMs + minute * minuteMs;
    const guess = wall - offsetOf(wall);
    return wall - offsetOf(guess);
  };
  const text = (t: number, today: number): string => {
    const at = local(t);
    const hour = String(Math.floor(at.minute / 60)).padStart(2, '0');
    const time = `${hour}:${String(at.minute % 60).padStart(2, '0')}`;
    return at.dayNumber === local(today).dayNumber ? time : `${dayText(at.dayNumber)} ${time}`;
  };
  return { local, instant, text };
}

/** `YYYY-MM-DD` of a local day number. */
export function dayText(dayNumber: number): string {
  return new Date(dayNumber * dayMs).toISOString().slice(0, 10);
}

/** Inverse of `dayText`. */
export function dayNumberOf(day: string): number {
  return Math.round(Date.parse(`${day}T00:00:00Z`) / dayMs);
}

/** `HH:MM` -> minute of the day. */
export function minuteOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
}

function offsets(name: string): (t: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: name,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  const known = new Map<number, number>();
  return (t) => {
    const quarter = Math.floor(t / quarterMs);
    let offset = known.get(quarter);
    if (offset === undefined) {
      // Forgetting all at once is rare and cheap: a day has 96 quarters.
      if (known.size >= offsetsMax) known.clear();
      offset = wallOf(format, quarter * quarterMs) - quarter * quarterMs;
      known.set(quarter, offset);
    }
    return offset;
  };
}

/** Local wall time as if it were UTC, ms. */
function wallOf(format: Intl.DateTimeFormat, t: number): number {
  const part: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(t)) part[type] = Number(value);
  return Date.UTC(
    part.year ?? 1970,
    (part.month ?? 1) - 1,
    part.day ?? 1,
    part.hour ?? 0,
    part.minute ?? 0,
    part.second ?? 0,
  );
}

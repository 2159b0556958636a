/**
 * What the clock does by itself: business days, opening hours, clearing. All in the hall's zone.
 */
import type { HallProfile, Service } from './hall-profile.ts';
import { dayNumberOf, dayText, minuteOf, type TimeZone } from './time-zone.ts';

const minutesPerDay = 1440;
/** A week and a day: hours repeat by weekday. */
const lookAheadDays = 8;

interface Span {
  from: number;
  to: number;
  /** null: every day. */
  days: ReadonlySet<number> | null;
}

/** One scheduled instant and what it means. */
export interface Turn {
  at: number;
  clear: 'waiting' | 'all-open' | null;
  /** Services that open or close then. */
  services: string[];
}

export interface Schedule {
  /** Business day of an instant: the local date, counted from `day.starts`. */
  dayOf(t: number): string;
  /** Instant at which a business day begins. */
  startOf(day: string): number;
  /** Instant at which the day after it begins. */
  endOf(day: string): number;
  openAt(service: string, t: number): boolean;
  /** Next instant after `t` at which the service opens; null: never. */
  nextOpening(service: string, t: number): number | null;
  /** First scheduled clearing or change of hours after `t`; null: there is none. */
  turnAfter(t: number): Turn | null;
}

export function schedule(profile: HallProfile, zone: TimeZone): Schedule {
  const starts = minuteOf(profile.day.starts);
  const spans = new Map(profile.services.map((s) => [s.id, spansOf(s)]));
  const clears = new Map<number, 'waiting' | 'all-open'>();
  for (const { at, states } of profile.day.clear) clears.set(minuteOf(at), states);
  const minutes = turningMinutes(spans, clears);

  const openAt = (service: string, t: number): boolean => {
    const hours = spans.get(service);
    if (hours === undefined) return false;
    if (hours === null) return true;
    const { minute, weekday } = zone.local(t);
    return hours.some((h) => onDay(h, weekday) && h.from <= minute && minute < h.to);
  };

  const turnAt = (at: number, minute: number): Turn | null => {
    const services: string[] = [];
    for (const [id, hours] of spans) {
      if (hours !== null && openAt(id, at) !== openAt(id, at - 1)) services.push(id);
    }
    const clear = clears.get(minute) ?? null;
    return clear === null && services.length === 0 ? null : { at, clear, services };
  };

  const search = (t: number): Turn | null => {
    const today = zone.local(t).dayNumber;
    for (let day = today; day <= today + lookAheadDays; day += 1) {
      for (const minute of minutes) {
        const at = zone.instant(day, minute);
        const turn = at > t ? turnAt(at, minute % minutesPerDay) : null;
        if (turn !== null) return turn;
      }
    }
    return null;
  };

  return {
    dayOf: (t) => {
      const { dayNumber, minute } = zone.local(t);
      return dayText(minute < starts ? dayNumber - 1 : dayNumber);
    },
    startOf: (day) => zone.instant(dayNumberOf(day), starts),
    endOf: lastOnly((day) => zone.instant(dayNumberOf(day) + 1, starts)),
    openAt,
    nextOpening: (service, t) => {
      const hours = spans.get(service) ?? [];
      const { dayNumber, weekday } = zone.local(t);
      for (let ahead = 0; ahead <= lookAheadDays; ahead += 1) {
        const day = ((weekday - 1 + ahead) % 7) + 1;
        const opening = hours
          .filter((h) => onDay(h, day))
          .map((h) => zone.instant(dayNumber + ahead, h.from))
          .filter((at) => at > t);
        if (opening.length > 0) return Math.min(...opening);
      }
      return null;
    },
    turnAfter: remembered(search),
  };
}

/** The answer holds until the turn it names, so it is kept: asked at every command. */
function remembered(search: (t: number) => Turn | null): (t: number) => Turn | null {
  let from = 0;
  let to = 0;
  let turn: Turn | null = null;
  return (t) => {
    if (t >= from && t < to) return turn;
    turn = search(t);
    from = t;
    to = turn === null ? t + 1 : turn.at;
    return turn;
  };
}

/** Asked at every command, and always for the same day. */
function lastOnly(f: (day: string) => number): (day: string) => number {
  let last = { day: '', value: 0 };
  return (day) => {
    if (day !== last.day) last = { day, value: f(day) };
    return last.value;
  };
}

function spansOf(service: Service): Span[] | null {
  if (service.hours === undefined) return null;
  return service.hours.map((h) => ({
    from: minuteOf(h.from),
    // `to: 00:00` is the end of the day, not its beginning.
    to: minuteOf(h.to) === 0 ? minutesPerDay : minuteOf(h.to),
    days: h.days === undefined ? null : new Set(h.days),
  }));
}

function onDay(span: Span, weekday: number): boolean {
  return span.days === null || span.days.has(weekday);
}

function turningMinutes(
  spans: ReadonlyMap<string, Span[] | null>,
  clears: ReadonlyMap<number, unknown>,
): number[] {
  const minutes = new Set(clears.keys());
  for (const hours of spans.values()) {
    for (const h of hours ?? []) {
      minutes.add(h.from);
      minutes.add(h.to % minutesPerDay);
    }
  }
  return [...minutes].sort((a, b) => a - b);
}

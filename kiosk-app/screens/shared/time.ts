/** Times as the hall's own clock shows them. */
import { useEffect, useState } from 'preact/hooks';
import type { HallTime } from '../contract.ts';

const formats = new Map<string, Intl.DateTimeFormat>();

function format(locale: string, zone: string | null, options: Intl.DateTimeFormatOptions) {
  const key = `${locale} ${zone ?? ''} ${Object.keys(options).join()}`;
  let found = formats.get(key);
  if (found === undefined) {
    found = make(locale, zone, options);
    formats.set(key, found);
  }
  return found;
}

function make(locale: string, zone: string | null, options: Intl.DateTimeFormatOptions) {
  try {
    return new Intl.DateTimeFormat(
      locale,
      zone === null ? options : { ...options, timeZone: zone },
    );
  } catch {
    // A zone this browser does not know: the machine's own is better than no clock.
    return new Intl.DateTimeFormat(locale, options);
  }
}

/** `HH:MM` of an instant of the hall's clock, ms. */
export function timeOfDay(at: number, time: HallTime): string {
  return format('en-GB', time.timeZone, { hour: '2-digit', minute: '2-digit' }).format(at);
}

/** Same for an instant of the machine's own clock. */
export function ownTimeOfDay(at: number, time: HallTime): string {
  return timeOfDay(at + time.offsetMs, time);
}

/** Day and weekday, e.g. `11月22日 星期日`. */
export function dayOf(at: number, time: HallTime, locale: string): string {
  const options = { month: 'long', day: 'numeric', weekday: 'long' } as const;
  return format(locale, time.timeZone, options).format(at);
}

export const hallNow = (time: HallTime) => Date.now() + time.offsetMs;

/**
 * Draws again every full period of the hall's clock (`offsetMs` ahead of this machine's own; left out:
 * of the own one). @returns own wall clock, ms
 */
export function useNow(everyMs: number, offsetMs = 0): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    // An effect runs some frames after its drawing: a period that ended in between is not waited for
    // once more, or what is drawn would be one period late. The offset moves by some ms now and then:
    // drawn in the own clock's periods, a minute could begin and be taken back until it is over.
    const at = Date.now() + offsetMs;
    const ended = Math.floor(at / everyMs) !== Math.floor((now + offsetMs) / everyMs);
    const timer = setTimeout(() => setNow(Date.now()), ended ? 0 : everyMs - (at % everyMs));
    return () => clearTimeout(timer);
  }, [now, everyMs, offsetMs]);
  return now;
}

/** `m:ss`, or `h:mm:ss` from one hour on. */
export function stopwatch(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1000));
  const two = (n: number) => String(n).padStart(2, '0');
  const h = Math.floor(s / 3600);
  const tail = `${two(s % 60)}`;
  return h > 0 ? `${h}:${two(Math.floor(s / 60) % 60)}:${tail}` : `${Math.floor(s / 60)}:${tail}`;
}

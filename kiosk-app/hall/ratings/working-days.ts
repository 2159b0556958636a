/** Working days of a calendar: Monday to Friday, without holidays, with the days worked in exchange (调休). */
import { type Static, Type } from '@sinclair/typebox';

const Day = Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' });

/** `profiles/calendars/*.yaml` */
export const Calendar = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 80 }),
    through: Type.Unsafe<string>({
      ...Day,
      description: 'Last day this file knows of; later only Saturdays and Sundays are free',
    }),
    holidays: Type.Array(
      Type.Object(
        { from: Day, to: Day, name: Type.Optional(Type.String({ maxLength: 40 })) },
        { additionalProperties: false },
      ),
      { maxItems: 400, description: 'Free days, both ends included' },
    ),
    worked: Type.Array(Day, {
      maxItems: 400,
      description: 'Saturdays and Sundays that are worked',
    }),
  },
  { additionalProperties: false, $id: 'calendar.schema.json', title: 'Xuhao working-day calendar' },
);
export type Calendar = Static<typeof Calendar>;

const dayMs = 86_400_000;
/** Longer runs of free days do not exist: a calendar that says so is wrong. */
const searchMaxDays = 400;

/** `YYYY-MM-DD` so many days later. */
export function dayPlus(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10);
}

export function isWorkingDay(day: string, calendar: Calendar): boolean {
  if (calendar.worked.includes(day)) return true;
  if (calendar.holidays.some(({ from, to }) => from <= day && day <= to)) return false;
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return weekday !== 0 && weekday !== 6;
}

/**
 * The last day of a limit of `count` working days that begins with the day after `day`.
 * @param count >= 1
 */
export function workingDayAfter(day: string, count: number, calendar: Calendar): string {
  let left = count;
  let at = day;
  for (let i = 0; left > 0 && i < searchMaxDays; i += 1) {
    at = dayPlus(at, 1);
    if (isWorkingDay(at, calendar)) left -= 1;
  }
  return at;
}

/** Last day of the limit of what came on a day. `beyond` is told of one that the calendar does not know. */
export function dueRule(
  { workingDays, calendar }: { workingDays: number; calendar: Calendar },
  beyond: (due: string) => void,
): (day: string) => string {
  return (day) => {
    const due = workingDayAfter(day, workingDays, calendar);
    if (due > calendar.through) beyond(due);
    return due;
  };
}

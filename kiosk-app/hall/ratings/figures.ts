/**
 * What offices publish: per window and clerk group the services, the share that was rated, the
 * levels, and the bad ratings with their limits. Read from the book; the sums are pure.
 */
import { levels } from '../../../broker-config/messages.ts';
import type { Level } from '../queue/events.ts';
import type { HallProfile } from '../queue/hall-profile.ts';
import { isBad } from './book.ts';
import { csvText } from './csv.ts';
import type { RatingsDb } from './tables.ts';
import { dayPlus } from './working-days.ts';

/** First and last business day, both included. */
export interface Period {
  from: string;
  to: string;
}

export interface Line {
  id: string;
  name: string;
  services: number;
  /** Services rated (additions not counted). */
  rated: number;
  /** rated / services, 0..1; null: no service. */
  rate: number | null;
  levels: Record<Level, number>;
  /** Not bad / rated, 0..1, after 误评 and 恶意差评 are left out; null: nothing rated. */
  satisfied: number | null;
  /** Of `rated`: left out of the levels after somebody looked into it (误评, 恶意差评). */
  excluded: number;
  badOpen: number;
  badOverdue: number;
  badClosed: number;
  /** 追评. */
  followUps: number;
}

export interface Report extends Period {
  hall: string;
  total: Line;
  windows: Line[];
  groups: Line[];
  /** `bad`: without what was found 误评 or 恶意差评, as in the lines. */
  days: { day: string; services: number; rated: number; bad: number }[];
}

interface ServiceRow {
  day: string;
  window: string;
  clerk: string;
  n: number;
}
interface RatingRow {
  day: string;
  window: string;
  clerk: string;
  level: Level;
  round: number;
  due: string | null;
  closed: number | null;
  outcome: string | null;
}

/** The month `YYYY-MM`: from its first day, or from the 25th of the month before to the 24th. */
export function monthPeriod(month: string, starts: number): Period {
  const first = `${month}-01`;
  if (starts === 1) {
    const next = dayPlus(first, 31).slice(0, 7);
    return { from: first, to: dayPlus(`${next}-01`, -1) };
  }
  const two = String(starts).padStart(2, '0');
  const before = dayPlus(first, -1).slice(0, 7);
  return { from: `${before}-${two}`, to: dayPlus(`${month}-${two}`, -1) };
}

export const periodDaysMax = 400;

/** @param today business day, for what is overdue. `hall` null: ids stand for names */
export function reportOf(
  db: RatingsDb,
  hall: HallProfile | null,
  { from, to }: Period,
  today: string,
): Report {
  const services = db
    .prepare<[string, string], ServiceRow>('SELECT * FROM services WHERE day BETWEEN ? AND ?')
    .all(from, to);
  const ratings = db
    .prepare<[string, string], RatingRow>(
      `SELECT day, window, clerk, level, round, due, closed_at AS closed, outcome
       FROM ratings LEFT JOIN rectifications USING (seq) WHERE day BETWEEN ? AND ?`,
    )
    .all(from, to);
  const names = namesOf(hall);
  const lines = (kind: 'window' | 'group', known: readonly string[]) => {
    const idOf = (r: { window: string; clerk: string }) =>
      kind === 'window' ? r.window : names.groupOf(r.clerk);
    const ids = new Set([...known, ...services.map(idOf), ...ratings.map(idOf)]);
    return [...ids].map((id) =>
      lineOf(
        id,
        names[kind](id),
        services.filter((r) => idOf(r) === id),
        ratings.filter((r) => idOf(r) === id),
        today,
      ),
    );
  };
  return {
    ...{ from, to, hall: hall?.name.zh ?? '' },
    total: lineOf('total', '合计', services, ratings, today),
    windows: lines('window', hall?.windows.map((w) => w.id) ?? []),
    groups: lines('group', hall?.clerk_groups?.map((g) => g.id) ?? []),
    days: daysOf({ from, to }, services, ratings),
  };
}

function namesOf(hall: HallProfile | null) {
  return {
    window: (id: string) => {
      const window = hall?.windows.find((w) => w.id === id);
      return window === undefined ? id : `${window.label} ${window.name.zh}`;
    },
    group: (id: string) =>
      id === '' ? '未分组' : (hall?.clerk_groups?.find((g) => g.id === id)?.name.zh ?? id),
    groupOf: (clerk: string) => hall?.clerks?.find((c) => c.id === clerk)?.group ?? '',
  };
}

const isExcluded = (r: RatingRow) => r.outcome === 'mistaken' || r.outcome === 'malicious';

function lineOf(
  id: string,
  name: string,
  services: readonly ServiceRow[],
  ratings: readonly RatingRow[],
  today: string,
): Line {
  const first = ratings.filter((r) => r.round === 1);
  const counted = first.filter((r) => !isExcluded(r));
  const done = services.reduce((sum, r) => sum + r.n, 0);
  const bad = ratings.filter((r) => r.due !== null);
  const open = bad.filter((r) => r.closed === null);
  const good = counted.filter((r) => !isBad(r.level)).length;
  return {
    ...{ id, name, services: done, rated: first.length },
    rate: done === 0 ? null : first.length / done,
    levels: Object.fromEntries(
      levels.map((level) => [level, counted.filter((r) => r.level === level).length]),
    ) as Record<Level, number>,
    satisfied: counted.length === 0 ? null : good / counted.length,
    excluded: first.length - counted.length,
    badOpen: open.length,
    badOverdue: open.filter((r) => (r.due ?? '') < today).length,
    badClosed: bad.length - open.length,
    followUps: ratings.length - first.length,
  };
}

function daysOf(
  { from, to }: Period,
  services: readonly ServiceRow[],
  ratings: readonly RatingRow[],
): Report['days'] {
  const days = new Map<string, Report['days'][number]>();
  for (let day = from; day <= to && days.size < periodDaysMax; day = dayPlus(day, 1)) {
    days.set(day, { day, services: 0, rated: 0, bad: 0 });
  }
  for (const { day, n } of services) {
    const entry = days.get(day);
    if (entry !== undefined) entry.services += n;
  }
  for (const rating of ratings) {
    const entry = days.get(rating.day);
    if (entry === undefined || rating.round !== 1) continue;
    entry.rated += 1;
    if (isBad(rating.level) && !isExcluded(rating)) entry.bad += 1;
  }
  return [...days.values()];
}

const percent = (share: number | null) => (share === null ? '' : (share * 100).toFixed(1));

/** One line per window, then per group, then the total. */
export function csvOf(report: Report): string {
  const head = [
    ...['kind', 'id', 'name', 'services', 'rated', 'rate_percent', ...levels],
    ...['satisfied_percent', 'excluded', 'bad_open', 'bad_overdue', 'bad_closed', 'follow_ups'],
  ];
  const row = (kind: string, l: Line) => [
    ...[kind, l.id, l.name, l.services, l.rated, percent(l.rate)],
    ...levels.map((level) => l.levels[level]),
    ...[percent(l.satisfied), l.excluded, l.badOpen, l.badOverdue, l.badClosed, l.followUps],
  ];
  const rows = [
    head,
    ...report.windows.map((l) => row('window', l)),
    ...report.groups.map((l) => row('group', l)),
    row('total', report.total),
  ];
  return csvText(rows);
}

/** 差评整改: what is open, until when, and how it ended. */
import type { Evaluated } from '../queue/events.ts';
import { csvText } from './csv.ts';
import { RatingsError } from './errors.ts';
import type { Period } from './figures.ts';
import type { RatingsDb } from './tables.ts';

/**
 * How a bad rating was closed after a person looked into it. `mistaken` (误评) and `malicious`
 * (恶意差评) are left out of the figures; the record itself stays in the chain and with the province.
 */
export const outcomes = ['rectified', 'explained', 'mistaken', 'malicious'] as const;
export type Outcome = (typeof outcomes)[number];

export interface Rectification {
  seq: number;
  /** Last day of the limit, YYYY-MM-DD. */
  due: string;
  overdue: boolean;
  record: Evaluated;
}

interface Row {
  seq: number;
  due: string;
  json: string;
}

const noteMax = 500;

/** One bad rating from the day it came to how it ended, for whoever has to prove it. */
export interface RectificationLine {
  seq: number;
  day: string;
  number: string;
  window: string;
  clerk: string;
  service: string;
  level: string;
  labels: string;
  text: string;
  due: string;
  state: 'open' | 'overdue' | 'closed' | 'closed-late';
  /** Business day; null: not closed. */
  closedOn: string | null;
  outcome: string | null;
  note: string | null;
}

interface LineRow extends Row {
  day: string;
  clerk: string;
  closed: number | null;
  outcome: string | null;
  note: string | null;
}

/** All bad ratings of services of the period, closed or not, in the order in which they came. */
export function rectificationsOf(
  db: RatingsDb,
  { from, to }: Period,
  { today, dayOf }: { today: string; dayOf(at: number): string },
): RectificationLine[] {
  const rows = db
    .prepare<[string, string], LineRow>(
      `SELECT seq, due, day, clerk, closed_at AS closed, outcome, note, json
       FROM rectifications JOIN ratings USING (seq) WHERE day BETWEEN ? AND ? ORDER BY seq`,
    )
    .all(from, to);
  return rows.map(({ seq, due, day, clerk, closed, outcome, note, json }) => {
    const { window, service, level, labels, text, number = '' } = JSON.parse(json) as Evaluated;
    const closedOn = closed === null ? null : dayOf(closed);
    const late = (closedOn ?? today) > due;
    const state = closedOn === null ? (late ? 'overdue' : 'open') : late ? 'closed-late' : 'closed';
    return {
      ...{ seq, day, number, window, clerk, service, level, labels: labels.join(' '), text },
      ...{ due, state, closedOn, outcome, note },
    };
  });
}

const columns = [
  ...(['seq', 'day', 'number', 'window', 'clerk', 'service', 'level', 'labels', 'text'] as const),
  ...(['due', 'state', 'closedOn', 'outcome', 'note'] as const),
];

export function rectificationsCsv(lines: readonly RectificationLine[]): string {
  return csvText([columns, ...lines.map((line) => columns.map((name) => line[name]))]);
}

/** Open ones, the most urgent first. */
export function openRectifications(db: RatingsDb, today: string): Rectification[] {
  const rows = db
    .prepare<[], Row>(
      `SELECT seq, due, json FROM rectifications JOIN ratings USING (seq)
       WHERE closed_at IS NULL ORDER BY due, seq`,
    )
    .all();
  return rows.map(({ seq, due, json }) => ({
    ...{ seq, due, overdue: due < today },
    record: JSON.parse(json) as Evaluated,
  }));
}

/** @throws RatingsError RAT_UNKNOWN: not there, or closed already */
export function closeRectification(
  db: RatingsDb,
  seq: number,
  how: { outcome: Outcome; note: string; at: number },
): void {
  const { changes } = db
    .prepare(
      'UPDATE rectifications SET closed_at = ?, outcome = ?, note = ? WHERE seq = ? AND closed_at IS NULL',
    )
    .run(how.at, how.outcome, how.note.slice(0, noteMax), seq);
  if (changes === 0) throw new RatingsError('RAT_UNKNOWN', `no open bad rating ${seq}`);
}

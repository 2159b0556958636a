/**
 * What of the evaluations waits for a person: bad ratings with their clock, records that the province
 * does not take. Counts alone, so that whoever sees them learns of no window and no citizen.
 */
import type { HallRatingsView } from '../../screens/contract.ts';
import type { RatingsDb } from './tables.ts';

interface Open {
  badOpen: number;
  badOverdue: number;
  due: string | null;
}

/** @returns reads it as it is now; `today`: business day, for what is overdue */
export function standingOf(db: RatingsDb): (today: string) => HallRatingsView {
  const open = db.prepare<[string], Open>(
    `SELECT count(*) AS badOpen, count(*) FILTER (WHERE due < ?) AS badOverdue, min(due) AS due
     FROM rectifications WHERE closed_at IS NULL`,
  );
  // By the index: what was sent in all the years is not counted along.
  const inState = db
    .prepare<[string], number>('SELECT count(*) FROM outbox WHERE state = ?')
    .pluck();
  return (today) => ({
    ...(open.get(today) ?? { badOpen: 0, badOverdue: 0, due: null }),
    waiting: inState.get('waiting') ?? 0,
    dead: inState.get('dead') ?? 0,
  });
}

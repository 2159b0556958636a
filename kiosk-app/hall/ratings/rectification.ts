/** 差评整改: what is open, until when, and how it ended. */
import type { Evaluated } from '../queue/events.ts';
import { RatingsError } from './errors.ts';
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

/** State of each record on its way to the province. Order of sending = order of the journal. */
import type { Evaluated } from '../queue/events.ts';
import { RatingsError } from './errors.ts';
import type { RatingsDb } from './tables.ts';

export type OutboxState = 'waiting' | 'sent' | 'dead';

export interface Outgoing {
  seq: number;
  attempts: number;
  record: Evaluated;
}

export interface OutboxLine {
  seq: number;
  state: OutboxState;
  attempts: number;
  triedAt: number | null;
  error: string | null;
}

export interface Outbox {
  /** Oldest waiting record; null: nothing to send. */
  next(): Outgoing | null;
  sent(seq: number, at: number, receipt: string): void;
  /** Stays waiting. `counts`: the attempt brings it nearer to the dead-letter list. */
  failed(seq: number, at: number, error: string, counts: boolean): void;
  dead(seq: number, at: number, error: string): void;
  counts(): Record<OutboxState, number>;
  /** At most `limit`, oldest first. */
  list(state: OutboxState, limit: number): OutboxLine[];
  /** A dead letter is tried again, before all newer ones. @throws RatingsError RAT_UNKNOWN */
  requeue(seq: number): void;
  /** All of them, after what the province did not like was mended for all. @returns how many */
  requeueAll(): number;
}

const errorMax = 300;

export function outboxOf(db: RatingsDb): Outbox {
  const next = db.prepare<[], { seq: number; attempts: number; json: string }>(
    `SELECT seq, attempts, json FROM outbox JOIN ratings USING (seq)
     WHERE state = 'waiting' ORDER BY seq LIMIT 1`,
  );
  const move = db.prepare(
    'UPDATE outbox SET state = ?, attempts = attempts + ?, tried_at = ?, error = ?, receipt = ? WHERE seq = ?',
  );
  const again = db.prepare(
    "UPDATE outbox SET state = 'waiting', attempts = 0 WHERE seq = ? AND state = 'dead'",
  );
  const all = db.prepare("UPDATE outbox SET state = 'waiting', attempts = 0 WHERE state = 'dead'");
  return {
    next() {
      const row = next.get();
      if (row === undefined) return null;
      const { seq, attempts, json } = row;
      return { seq, attempts, record: JSON.parse(json) as Evaluated };
    },
    sent: (seq, at, receipt) => void move.run('sent', 1, at, null, receipt.slice(0, errorMax), seq),
    failed: (seq, at, error, counts) =>
      void move.run('waiting', counts ? 1 : 0, at, error.slice(0, errorMax), null, seq),
    dead: (seq, at, error) => void move.run('dead', 1, at, error.slice(0, errorMax), null, seq),
    counts() {
      const rows = db
        .prepare<[], { state: OutboxState; n: number }>(
          'SELECT state, count(*) AS n FROM outbox GROUP BY state',
        )
        .all();
      const found = { waiting: 0, sent: 0, dead: 0 };
      for (const { state, n } of rows) found[state] = n;
      return found;
    },
    list: (state, limit) =>
      db
        .prepare<[string, number], OutboxLine>(
          `SELECT seq, state, attempts, tried_at AS triedAt, error FROM outbox
           WHERE state = ? ORDER BY seq LIMIT ?`,
        )
        .all(state, limit),
    requeue(seq) {
      if (again.run(seq).changes === 0) {
        throw new RatingsError('RAT_UNKNOWN', `no dead letter ${seq}`);
      }
    },
    requeueAll: () => all.run().changes,
  };
}

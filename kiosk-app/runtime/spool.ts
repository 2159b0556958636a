/** What a machine must not forget when its power goes: undelivered messages, print jobs, epoch. */
import type { RequestOp } from '../../broker-config/messages.ts';
import type { TicketDocument } from '../../devices/contract.ts';

export const jobStates = ['queued', 'sending', 'sent', 'confirmed', 'failed', 'uncertain'] as const;
export type JobState = (typeof jobStates)[number];

/** One paper. `queued`: no byte has left for the printer; from `sending` on it may be on paper. */
export interface PrintJob {
  jobId: string;
  /** Ticket id, `<day>/<number>`. */
  ticket: string;
  document: TicketDocument;
  state: JobState;
  /** Device code that explains `failed` and `uncertain`; null otherwise. */
  code: string | null;
  /** Own wall clock of the last change, ms. */
  at: number;
}

export interface OutboxItem {
  key: string;
  op: RequestOp;
  body: unknown;
  createdAt: number;
}

/**
 * All calls are synchronous and durable when they return.
 * @throws RuntimeError SPL_FULL (limit reached), SPL_IO (disk), SPL_CLOSED
 */
export interface Spool {
  readonly outbox: {
    /** Adds at the end; a key that is already there is left alone. */
    add(item: OutboxItem): void;
    /** The oldest, or undefined. */
    first(): OutboxItem | undefined;
    remove(key: string): void;
    /** Moves an item that the hall never answers behind the others. */
    defer(key: string): void;
    readonly size: number;
  };
  readonly jobs: {
    add(job: { jobId: string; ticket: string; document: TicketDocument }): void;
    setState(jobId: string, state: JobState, code: string | null): void;
    get(jobId: string): PrintJob | undefined;
    /** Jobs that were `queued`, `sending` or `sent` (e.g. when the power went), oldest first. */
    unfinished(): PrintJob[];
  };
  /** Highest epoch of the hall ever seen; 0 = none. */
  readonly epoch: number;
  setEpoch(epoch: number): void;
  close(): void;
}

/**
 * The seams inside the hall process:
 *
 *   bus port (hall.ts) -> Sequencer (sequencer.ts) -> queue core (queue/, pure) -> Journal (journal/)
 *
 * Nothing is answered before it is durable: the Sequencer collects what arrives while a commit runs,
 * performs it, commits one batch, then releases the answers.
 */
import type { Answer, RequestOp } from '../../broker-config/messages.ts';
import type { QueueEvent } from './queue/events.ts';

/** One event as the journal keeps it. `json` is what the checksum covers, with seq and at. */
export interface JournalEvent {
  seq: number;
  /** Hall clock, ms. */
  at: number;
  json: string;
}

/** A command's key with the answer it got; written in the same transaction as its events. */
export interface JournalKey {
  key: string;
  /** Digest of op, machine and body: the same key with another content is an error. */
  digest: string;
  /** Answer without spans, as JSON. */
  answer: string;
  day: string;
}

export interface JournalBatch {
  events: JournalEvent[];
  keys: JournalKey[];
}

/** Durable log. All calls are synchronous: one writer, one flush per commit. */
export interface Journal {
  /** Number of this start; durable before the journal is handed out, rises with every start. */
  readonly epoch: number;
  /** seq of the newest committed event, 0 = none. */
  readonly head: number;
  /** What a new process has to know: newest good snapshot (JSON of queue state) and the events after it. */
  load(): { snapshot: string | null; snapshotSeq: number; events: Iterable<JournalEvent> };
  find(key: string): { digest: string; answer: string } | undefined;
  /**
   * Durable when it returns.
   * @throws JournalError JRN_FULL, JRN_IO: nothing of the batch may be answered
   */
  commit(batch: JournalBatch): void;
  saveSnapshot(seq: number, json: string): void;
  /** Moves ended days into the archive and deletes what is older than the profile keeps. */
  archive(beforeDay: string, keepDays: number): void;
  close(): void;
}

export interface SubmittedRequest {
  op: RequestOp;
  /** Machine id, proven by the broker. */
  dev: string;
  key: string;
  /** Already checked against its schema. */
  body: unknown;
  /** Highest epoch the machine has seen. */
  epoch: number;
  /** clock.mono() when it came in. */
  receivedMono: number;
}

/** What one commit changed; handed to the bus port after the commit, before the answers. */
export interface Committed {
  events: readonly QueueEvent[];
  /** seq before and after. */
  prev: number;
  seq: number;
}

export interface SequencerPort {
  readonly epoch: number;
  /**
   * Always resolves: granted, refused (Reason), or refused as `storage-unavailable` /`hall-busy`
   * without effect (safe to send again with the same key).
   */
  submit(request: SubmittedRequest): Promise<Answer>;
  onCommitted(f: (committed: Committed) => void): void;
  /** false while the journal can not be written. */
  readonly issuing: boolean;
  onIssuing(f: (issuing: boolean) => void): void;
  stop(): Promise<void>;
}

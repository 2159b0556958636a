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
import type { QueueState } from './queue/state.ts';

/** One event as the journal keeps it. `json` is what the checksum covers, with seq and at. */
export interface JournalEvent {
  seq: number;
  /** Hall clock, ms. */
  at: number;
  /** Business day it belongs to, YYYY-MM-DD; never goes back. */
  day: string;
  json: string;
}

/** A command's key with the answer it got; written in the same transaction as its events. */
export interface JournalKey {
  key: string;
  /** Digest of op, machine and body: the same key with another content is an error. */
  digest: string;
  /** Answer without epoch and spans, as JSON. */
  answer: string;
  /** seq of the newest event when it was answered: tells the business day. */
  seq: number;
}

export interface JournalBatch {
  events: readonly JournalEvent[];
  keys: readonly JournalKey[];
}

/** What a new process has to know: a snapshot (JSON of queue state) and the events after it. */
export interface JournalContent {
  snapshot: string | null;
  /** 0 without a snapshot. */
  snapshotSeq: number;
  /** Checked while read: without a gap, up to `head`. @throws JournalError JRN_CORRUPT, JRN_IO */
  events: Iterable<JournalEvent>;
}

/** Durable log. All calls are synchronous: one writer, one flush per commit. */
export interface Journal {
  /** Number of this start; durable before the journal is handed out, rises with every start. */
  readonly epoch: number;
  /** seq of the newest committed event, 0 = none. */
  readonly head: number;
  /** Written since the last complete checkpoint, bytes (estimate). */
  readonly walBytes: number;
  /** Newest good snapshot with seq < `belowSeq` (Infinity: the newest) and what follows it. */
  load(belowSeq: number): JournalContent;
  /**
   * Events after `seq` up to `head`, checked while read; days already deleted from the archive are
   * left out. @throws JournalError JRN_CORRUPT, JRN_IO
   */
  since(seq: number): Iterable<JournalEvent>;
  /**
   * Looks up what is stored under these keys, all in one read: a batch pays for it once.
   * @returns tells of one of them. @throws JournalError JRN_CORRUPT: its row is damaged
   * @throws JournalError JRN_IO, JRN_CLOSED
   */
  find(keys: readonly string[]): Find;
  /**
   * Durable when it returns. When it throws, the batch may or may not be durable: nothing of it may
   * be answered, and `recover` has to succeed before the next commit.
   * @throws JournalError JRN_FULL, JRN_IO, JRN_BUSY, JRN_CORRUPT, JRN_SEQUENCE
   */
  commit(batch: JournalBatch): void;
  /**
   * After a failed commit: opens the files anew and proves by durable writes that commits work
   * again. Afterwards `head`, `find` and `load` tell what survived.
   * @throws JournalError as `commit`: not yet
   */
  recover(): void;
  saveSnapshot(seq: number, json: string): void;
  /** Moves what was committed from the write-ahead log into the database file. */
  checkpoint(): void;
  /**
   * One bounded piece of housekeeping: moves ended days into the archive, deletes archived days
   * beyond the newest `keepDays`, forgets keys older than the business day before.
   * @returns true when there is more to do
   */
  archive(keepDays: number): boolean;
  close(): void;
}

/** undefined: the key stands for nothing yet. */
export type Find = (key: string) => { digest: string; answer: string } | undefined;

export interface SubmittedRequest {
  /** `book`, `cancel-booking` and `alarm` come from the hall itself (`dev` is `hallDev`). */
  op: RequestOp | 'book' | 'cancel-booking' | 'alarm';
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

/** An answer, and the same as JSON: most of it was written for the journal already. */
export interface Outgoing {
  answer: Answer;
  json: string;
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
   * For reading only (boardOf, windowSnapshotOf, ...). Outside of the sequencer it never holds
   * anything that is not durable; null while a failing disk can not even be read.
   */
  readonly state: QueueState | null;
  /** The hall's time, ms since 1970: never steps back, see hall-clock.ts. */
  now(): number;
  /** How far that is ahead of the wall clock, ms: after the wall clock was set back. */
  clockAheadMs(): number;
  /**
   * `answered` is called once, with the answer and the same as JSON, in this call or later: granted, refused (Reason), or refused without
   * effect and unstored (`storage-unavailable`, `hall-busy`: safe to send again with the same key).
   * A callback and no promise: nothing comes between the commit and the answer.
   */
  submit(request: SubmittedRequest, answered: (answer: Answer, json: string) => void): void;
  onCommitted(f: (committed: Committed) => void): void;
  /** false while the journal can not be written; `state` is the durable one when listeners run. */
  readonly issuing: boolean;
  onIssuing(f: (issuing: boolean) => void): void;
  /** Answers what is queued, refuses what comes later (`hall-stopping`); closes no journal. */
  stop(): Promise<void>;
}

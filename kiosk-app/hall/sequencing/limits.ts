/** Every bound of the sequencer. Compositions take `sequencerLimits`, tests their own. */
export interface SequencerLimits {
  /** Requests that may wait for a commit; the next is refused `hall-busy`. */
  queueMax: number;
  /** Requests in one commit. */
  batchMax: number;
  /** The wall clock may step: time is looked at again at least this often. */
  tickWaitMaxMs: number;
  /** After a tick that had nothing to do although it was due. */
  tickRetryMs: number;
  /** After a failed commit: first and longest wait before the next attempt. */
  recoverFirstMs: number;
  recoverMaxMs: number;
  /** No commit for so long: housekeeping may take its turn. */
  quietMs: number;
  /** After housekeeping failed. */
  housekeepingRetryMs: number;
  /** After ended days could not be archived. */
  archiveRetryMs: number;
  /** Events since the last snapshot: a new one when quiet, and a new one whatever happens. */
  snapshotEventsQuiet: number;
  snapshotEventsForced: number;
  /** A quiet snapshot waits this many times as long as the last one took: 500 = 0.2 % of the time. */
  snapshotRest: number;
  /** Write-ahead log: emptied when quiet, and emptied whatever happens. */
  walBytesQuiet: number;
  walBytesForced: number;
  /** With so many tickets a restore or a snapshot leaves memory behind that is worth some 100 ms. */
  compactTickets: number;
  /** Requests that made the queue core fail, remembered so that they do it only once. */
  faultyKeysMax: number;
}

export const sequencerLimits: SequencerLimits = {
  queueMax: 10_000,
  batchMax: 256,
  tickWaitMaxMs: 5_000,
  tickRetryMs: 1_000,
  recoverFirstMs: 200,
  recoverMaxMs: 5_000,
  quietMs: 200,
  housekeepingRetryMs: 60_000,
  archiveRetryMs: 60 * 60_000,
  snapshotEventsQuiet: 5_000,
  snapshotEventsForced: 60_000,
  compactTickets: 20_000,
  snapshotRest: 500,
  walBytesQuiet: 512 * 1024,
  walBytesForced: 4 * 1024 * 1024,
  faultyKeysMax: 1_000,
};

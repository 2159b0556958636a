/** Every bound of the journal, in one place. */
export const journalLimits = {
  /** How long a commit waits for a technician who holds the write lock; it blocks the hall. */
  lockWaitMs: 200,
  /** Rows read at once while replaying. */
  replayRows: 2000,
  /** Rows moved, compared or deleted in one step of housekeeping: some 10 ms. */
  housekeepingRows: 2000,
  /** An archive copy that does not compare equal is made anew so often, then given up. */
  copyAttempts: 3,
  snapshotsKept: 2,
  /** Starts remembered for technicians. */
  startsKept: 1000,
  /** Size of the write-ahead log from the start on: sequencerLimits.walBytesForced. */
  logBytes: 4 * 1024 * 1024,
  /** Free space that has to be there before commits are tried again after a failure. */
  probeBytes: 1024 * 1024,
} as const;

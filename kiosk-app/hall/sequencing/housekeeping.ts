/**
 * What the journal needs from time to time: snapshots, an emptied write-ahead log, ended days
 * archived. All of it stops the hall for some milliseconds (a snapshot of 100,000 tickets for some
 * hundred), so it waits until nobody has asked anything for `quietMs`, one piece at a time. Only when
 * it never gets quiet are log and snapshot forced.
 */
import type { Log } from '../../runtime/log.ts';
import type { Clock } from '../../runtime/ports.ts';
import type { Journal } from '../contract.ts';
import { JournalError } from '../journal/errors.ts';
import type { QueueEvent, QueueState } from '../queue/index.ts';
import { snapshotOf } from '../queue/index.ts';
import type { SequencerLimits } from './limits.ts';

export interface HousekeepingParts {
  journal: Journal;
  clock: Clock;
  defer: (f: () => void) => void;
  log: Log;
  limits: SequencerLimits;
  keepDays: number;
  /** null: not now, the disk fails. */
  state: () => QueueState | null;
  /** Gives memory back that a large restore or snapshot has left behind; see runtime/heap.ts. */
  compact: () => void;
}

/** `untried`: since the start; else how the last attempt to archive ended days went. */
export type ArchiveState = 'untried' | 'ok' | { fault: string };

export interface Housekeeping {
  readonly archive: ArchiveState;
  /** After every commit, when its answers are out. */
  committed(events: readonly QueueEvent[]): void;
  /** The state was rebuilt from the journal: at the start, whose memory the composition gives back. */
  begun(tail: number): void;
  /** ... and after trouble. */
  rebuilt(tail: number): void;
  /** Orderly end: the next start shall have nothing to replay. */
  finish(): void;
}

export function housekeeping(o: HousekeepingParts): Housekeeping {
  const { journal, clock, log, limits } = o;
  let tail = 0;
  let dayEnded = true;
  let archiveWanted = true;
  let archive: ArchiveState = 'untried';
  let archiveAgain = Number.POSITIVE_INFINITY;
  let compactWanted = false;
  let lastActivity = clock.mono();
  let restUntil = Number.NEGATIVE_INFINITY;
  let finished = false;
  let failedUntil = Number.NEGATIVE_INFINITY;
  let cancelTimer: (() => void) | undefined;

  function snapshot(state: QueueState): void {
    const began = clock.mono();
    const json = snapshotOf(state);
    journal.saveSnapshot(state.seq, json);
    const ms = clock.mono() - began;
    log.info({ seq: state.seq, events: tail, bytes: json.length, ms }, 'snapshot saved');
    tail = 0;
    dayEnded = false;
    compactWanted = true;
    restUntil = clock.mono() + ms * limits.snapshotRest;
  }

  function snapshotDue(): boolean {
    if (tail === 0) return false;
    return dayEnded || (tail >= limits.snapshotEventsQuiet && clock.mono() >= restUntil);
  }

  /** @returns true when there may be more */
  function piece(state: QueueState): boolean {
    if (snapshotDue()) snapshot(state);
    else if (archiveWanted) archiveStep();
    else if (journal.walBytes >= limits.walBytesQuiet) {
      journal.checkpoint();
      return journal.walBytes < limits.walBytesQuiet;
    } else if (compactWanted) {
      compactWanted = false;
      if (state.tickets.size >= limits.compactTickets) o.compact();
      return false;
    } else return false;
    return true;
  }

  function archiveStep(): void {
    archiveWanted = false;
    try {
      archiveWanted = journal.archive(o.keepDays);
    } catch (e) {
      archive = { fault: e instanceof JournalError ? e.code : String(e).slice(0, 100) };
      // A damaged old day is not mended by that, a full disk perhaps.
      archiveAgain = clock.mono() + limits.archiveRetryMs;
      throw e;
    }
    archiveAgain = Number.POSITIVE_INFINITY;
    if (!archiveWanted) archive = 'ok';
  }

  function forced(state: QueueState): boolean {
    if (journal.walBytes >= limits.walBytesForced) journal.checkpoint();
    if (tail >= limits.snapshotEventsForced) snapshot(state);
    return false;
  }

  /** Runs `work`; trouble here stops no request, it is told and tried again later. */
  function attempt(work: (state: QueueState) => boolean): void {
    const state = o.state();
    if (state === null || finished || clock.mono() < failedUntil) return;
    try {
      if (work(state)) arm(limits.quietMs);
    } catch (e) {
      log.error({ error: String(e) }, 'housekeeping of the journal failed');
      failedUntil = clock.mono() + limits.housekeepingRetryMs;
      arm(limits.housekeepingRetryMs);
    }
  }

  function arm(ms: number): void {
    if (cancelTimer !== undefined) return;
    cancelTimer = clock.after(ms, () => {
      cancelTimer = undefined;
      const quietFor = clock.mono() - lastActivity;
      if (quietFor < limits.quietMs) arm(limits.quietMs - quietFor);
      else attempt(piece);
    });
  }

  return {
    get archive() {
      return archive;
    },
    committed(events) {
      lastActivity = clock.mono();
      tail += events.length;
      if (lastActivity >= archiveAgain) {
        archiveAgain = Number.POSITIVE_INFINITY;
        archiveWanted = true;
      }
      if (events.some((e) => e.type === 'day-started')) {
        dayEnded = true;
        archiveWanted = true;
      }
      const full = journal.walBytes >= limits.walBytesForced;
      // Not here: the answers of this commit leave first.
      if (full || tail >= limits.snapshotEventsForced) o.defer(() => attempt(forced));
      arm(limits.quietMs);
    },
    begun(newTail) {
      tail = newTail;
      arm(limits.quietMs);
    },
    rebuilt(newTail) {
      tail = newTail;
      compactWanted = true;
      arm(limits.quietMs);
    },
    finish() {
      cancelTimer?.();
      failedUntil = Number.NEGATIVE_INFINITY;
      attempt((state) => {
        if (tail > 0) snapshot(state);
        journal.checkpoint();
        return false;
      });
      finished = true;
      cancelTimer?.();
    },
  };
}

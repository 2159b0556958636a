/** The queue as the journal knows it: newest snapshot that can be read, and the events after it. */
import type { Log } from '../../runtime/log.ts';
import type { Journal } from '../contract.ts';
import {
  emptyState,
  evolve,
  QueueError,
  type QueueEvent,
  type QueueState,
  restoreState,
} from '../queue/index.ts';

export interface Rebuilt {
  state: QueueState;
  /** Events that came after the snapshot. */
  tail: number;
}

/**
 * @throws JournalError JRN_CORRUPT, JRN_IO
 * @throws QueueError QUE_EVENT: journal and program do not fit together
 */
export function rebuild(journal: Journal, log: Log): Rebuilt {
  let belowSeq = Number.POSITIVE_INFINITY;
  for (;;) {
    const { snapshot, snapshotSeq, events } = journal.load(belowSeq);
    const state = restored(snapshot, snapshotSeq, log);
    if (state !== undefined) {
      // The checksum says that these bytes are the ones this program's kind wrote.
      for (const event of events) evolve(state, JSON.parse(event.json) as QueueEvent);
      if (state.seq !== journal.head) {
        throw new QueueError('QUE_EVENT', `replay ends at ${state.seq}, not ${journal.head}`);
      }
      return { state, tail: journal.head - snapshotSeq };
    }
    belowSeq = snapshotSeq;
  }
}

/** undefined: written by another version; older history has to do. */
function restored(snapshot: string | null, seq: number, log: Log): QueueState | undefined {
  if (snapshot === null) return emptyState();
  try {
    const state = restoreState(snapshot);
    if (state.seq === seq) return state;
    log.error({ seq, found: state.seq }, 'snapshot has another number than its row, passed over');
  } catch (e) {
    if (!(e instanceof QueueError && e.code === 'QUE_SNAPSHOT')) throw e;
    log.error({ seq, error: e.message }, 'snapshot can not be read, passed over');
  }
  return undefined;
}

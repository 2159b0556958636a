/**
 * The one writer of the hall. Requests that arrive while a commit runs go into the next one; every
 * one of them is decided in order, the batch becomes durable in one commit, then listeners hear of
 * it, then the answers go out. Nothing is answered before it is durable.
 *
 *   submit -> queue -> [defer] flush: find key | perform -> commit -> onCommitted -> answers
 *
 * Same key, same answer: what was decided is stored under its key, granted or **refused**. A refusal
 * has no effect of its own, but the network may bring the same press a second time after the machine
 * has told the citizen "no"; were it granted then, a ticket would exist that nobody holds. Only what
 * was never decided (`hall-busy`, `hall-stopping`, `storage-unavailable`, `stale-hall`, `key-reused`)
 * is not stored: the same key may be sent again.
 *
 * A commit that fails is answered `storage-unavailable`. It may be durable all the same, so the
 * queue is rebuilt from the journal, and a repetition of the key finds the stored answer.
 */
import type { Answer, Reason } from '../../broker-config/messages.ts';
import { reasonOf } from '../../broker-config/reasons.ts';
import type { Log } from '../runtime/log.ts';
import type { Clock } from '../runtime/ports.ts';
import type { Committed, Journal, Outgoing, SequencerPort, SubmittedRequest } from './contract.ts';
import { hallClock } from './hall-clock.ts';
import { JournalError } from './journal/errors.ts';
import { hallDev, nextDue, type QueueState, type Rules, snapshotAnswer } from './queue/index.ts';
import { alarm } from './sequencing/alarm.ts';
import {
  outgoing,
  type ShellRefusal,
  type StoredAnswer,
  type Waiting,
} from './sequencing/answers.ts';
import { type Batch, newBatch } from './sequencing/batch.ts';
import { type ArchiveState, housekeeping } from './sequencing/housekeeping.ts';
import type { SequencerLimits } from './sequencing/limits.ts';
import { rebuild } from './sequencing/rebuild.ts';

export { type SequencerLimits, sequencerLimits } from './sequencing/limits.ts';

export interface SequencerParts {
  /** Stays the caller's: `stop` does not close it. */
  journal: Journal;
  rules: Rules;
  clock: Clock;
  /** Runs `f` after what has already arrived was read: setImmediate. */
  defer: (f: () => void) => void;
  /** Gives memory back when it is quiet; left out: whenever the system likes. */
  compact?: () => void;
  log: Log;
  limits: SequencerLimits;
}

export interface Sequencer extends SequencerPort {
  /** Whether ended days find their way into the archive. */
  readonly archive: ArchiveState;
}

/**
 * Rebuilds the queue from the journal and takes over.
 * @throws JournalError JRN_CORRUPT, JRN_IO; QueueError QUE_EVENT: the hall must not start
 */
export function createSequencer(parts: SequencerParts): Sequencer {
  const { journal, rules, clock, defer, log, limits } = parts;
  const first = rebuild(journal, log);
  const hall = hallClock(clock, first.state.lastAt);
  let state: QueueState | null = first.state;
  let issuing = true;
  let stopping = false;
  let flushPlanned = false;
  let tickWanted = false;
  let queue: Waiting[] = [];
  let cancelRecovery: (() => void) | undefined;
  const faultyKeys = new Set<string>();
  const committedListeners: ((c: Committed) => void)[] = [];
  const issuingListeners: ((issuing: boolean) => void)[] = [];

  const keeper = housekeeping({
    journal,
    clock,
    defer,
    log,
    limits,
    compact: parts.compact ?? (() => {}),
    keepDays: rules.profile.journal.keep_days,
    state: () => state,
  });

  const tickAlarm = alarm({
    clock,
    limits,
    untilDue() {
      if (state === null || !issuing || stopping) return null;
      const now = hall.now();
      const due = nextDue(state, rules, now);
      return due === null ? null : due - now;
    },
    ring() {
      tickWanted = true;
      planFlush();
    },
  });

  // ------------------------------------------------------------ one commit

  function planFlush(): void {
    if (flushPlanned) return;
    flushPlanned = true;
    defer(flush);
  }

  function flush(): void {
    flushPlanned = false;
    if (state === null || !issuing || stopping) return;
    const prev = state.seq;
    const taken = queue.splice(0, limits.batchMax);
    const ticked = tickWanted;
    tickWanted = false;
    const keys = taken.map((w) => w.request.key);
    const batch = newBatch(journal, keys, rules, clock, state, hall.now());
    if (!decideAll(batch, taken, ticked)) return;
    if (batch.keys.length > 0 || batch.events.length > 0) {
      try {
        journal.commit({ events: batch.journalEvents, keys: batch.keys });
      } catch (e) {
        storageFailed(e, taken);
        return;
      }
    }
    release(batch, prev, state.seq);
    // A tick that was due and did nothing must not turn into a loop.
    tickAlarm.set(ticked && batch.events.length === 0 ? limits.tickRetryMs : 0);
    if (queue.length > 0) planFlush();
  }

  /** @returns false: given up, everything is already seen to */
  function decideAll(batch: Batch, taken: readonly Waiting[], ticked: boolean): boolean {
    let at: Waiting | undefined;
    try {
      if (ticked) batch.tick();
      for (at of taken) {
        if (!batch.judge(at)) at.resolve(refused(at.request, 'key-reused'));
      }
      return true;
    } catch (e) {
      coreFailed(e, at, taken);
      return false;
    }
  }

  function release(batch: Batch, prev: number, seq: number): void {
    const done = clock.mono();
    if (batch.events.length > 0) tell(committedListeners, { events: batch.events, prev, seq });
    for (const { waiting, answer, json, begun, decided } of batch.outcomes) {
      const received = waiting.request.receivedMono;
      const times = { received, begun, decided, done };
      waiting.resolve(outgoing(answer, json, journal.epoch, times));
    }
    keeper.committed(batch.events);
  }

  function tell<T>(listeners: readonly ((value: T) => void)[], value: T): void {
    for (const f of listeners) {
      try {
        f(value);
      } catch (e) {
        log.error({ error: String(e), stack: stackOf(e) }, 'a listener of the sequencer failed');
      }
    }
  }

  /** Whoever hears an answer must not stop the others from hearing theirs. */
  function once(answered: (answer: Answer, json: string) => void): (out: Outgoing) => void {
    let told = false;
    return (out) => {
      if (told) return;
      told = true;
      tell([({ answer, json }: Outgoing) => answered(answer, json)], out);
    };
  }

  // ------------------------------------------------------------ trouble

  /** The journal did not take the batch: nobody is told "yes", and nothing more is issued. */
  function storageFailed(e: unknown, taken: readonly Waiting[]): void {
    log.error({ error: String(e) }, 'the journal failed: nothing is issued until it works');
    issuing = false;
    tickAlarm.off();
    reload();
    const unanswered = [...taken, ...queue];
    queue = [];
    tell(issuingListeners, false);
    for (const { request, resolve } of unanswered) resolve(refused(request, 'storage-unavailable'));
    recoverIn(limits.recoverFirstMs);
  }

  /** @returns false: the disk can not even be read; `state` stays null */
  function reload(): boolean {
    state = null;
    try {
      const rebuilt = rebuild(journal, log);
      state = rebuilt.state;
      keeper.rebuilt(rebuilt.tail);
      return true;
    } catch (e) {
      log.error({ error: String(e) }, 'the queue can not be rebuilt from the journal');
      return false;
    }
  }

  function recoverIn(ms: number): void {
    if (stopping) return;
    cancelRecovery = clock.after(ms, () => {
      if (!recovered()) {
        recoverIn(Math.min(ms * 2, limits.recoverMaxMs));
        return;
      }
      log.info({ head: journal.head }, 'the journal works again');
      issuing = true;
      tell(issuingListeners, true);
      tickAlarm.set(0);
    });
  }

  function recovered(): boolean {
    try {
      journal.recover();
    } catch (e) {
      log.warn({ error: String(e) }, 'the journal does not work yet');
      return false;
    }
    // The batch that failed may be durable after all.
    return state?.seq === journal.head || reload();
  }

  /**
   * `perform` or `find` threw: a fault of the program or of a stored row. The state may be half
   * changed, so it is rebuilt; the request that did it is refused for good, the others go on.
   */
  function coreFailed(e: unknown, culprit: Waiting | undefined, taken: readonly Waiting[]): void {
    if (e instanceof JournalError && e.code !== 'JRN_CORRUPT') {
      storageFailed(e, taken);
      return;
    }
    const { op, dev, key } = culprit?.request ?? { op: 'tick', dev: hallDev, key: '' };
    log.error({ op, dev, key, error: String(e), stack: stackOf(e) }, 'a command failed inside');
    if (culprit !== undefined) {
      if (faultyKeys.size < limits.faultyKeysMax) faultyKeys.add(key);
      culprit.resolve(faulty(culprit.request));
    }
    // Whoever was refused `key-reused` before is resolved already; resolving again does nothing.
    queue = [...taken.filter((w) => w !== culprit), ...queue];
    if (!reload()) {
      storageFailed(e, []);
      return;
    }
    tickAlarm.set(limits.tickRetryMs);
    if (queue.length > 0) planFlush();
  }

  // ------------------------------------------------------------ answers without a commit

  function atOnce(
    request: SubmittedRequest,
    about: { ok: false; refusal: Reason } | { ok: true; result: unknown },
  ): Outgoing {
    // Not the state's: in the middle of a batch that is ahead of the disk.
    const seq = journal.head;
    const stored: StoredAnswer = { v: 1, key: request.key, seq, at: hall.now(), ...about };
    const done = clock.mono();
    const times = { received: request.receivedMono, begun: done, decided: done, done };
    return outgoing(stored, JSON.stringify(stored), journal.epoch, times);
  }
  const refused = (request: SubmittedRequest, code: ShellRefusal) =>
    atOnce(request, { ok: false, refusal: reasonOf(code, {}) });
  const faulty = (request: SubmittedRequest) =>
    atOnce(request, {
      ok: false,
      refusal: reasonOf('bad-request', { detail: 'failed inside the hall, see its log' }),
    });
  const snapshot = (request: SubmittedRequest, queueState: QueueState) =>
    atOnce(request, {
      ok: true,
      result: snapshotAnswer(queueState, rules, journal.epoch, issuing, request.dev, hall.now()),
    });

  /** undefined: it has to be decided. */
  function answerWithoutCommit(request: SubmittedRequest): Outgoing | undefined {
    if (stopping) return refused(request, 'hall-stopping');
    if (request.epoch > journal.epoch) {
      log.error(
        { dev: request.dev, theirs: request.epoch, epoch: journal.epoch },
        'a machine has heard a newer hall: is another one running, or was an old backup restored?',
      );
      return refused(request, 'stale-hall');
    }
    if (request.op === 'snapshot' && state !== null) return snapshot(request, state);
    if (!issuing) return refused(request, 'storage-unavailable');
    if (faultyKeys.has(request.key)) return faulty(request);
    if (queue.length >= limits.queueMax) return refused(request, 'hall-busy');
    return undefined;
  }

  /** `submit` always resolves, also when a snapshot can not be made. */
  function guarded(request: SubmittedRequest): Outgoing | undefined {
    try {
      return answerWithoutCommit(request);
    } catch (e) {
      const { op, dev, key } = request;
      log.error({ op, dev, key, error: String(e), stack: stackOf(e) }, 'a command failed inside');
      return faulty(request);
    }
  }

  keeper.begun(first.tail);
  tickAlarm.set(0);

  return {
    get epoch() {
      return journal.epoch;
    },
    get state() {
      return state;
    },
    get issuing() {
      return issuing;
    },
    now: () => hall.now(),
    clockAheadMs: () => hall.aheadMs(),
    get archive() {
      return keeper.archive;
    },
    submit(request, answered) {
      const answer = guarded(request);
      if (answer !== undefined) {
        answered(answer.answer, answer.json);
        return;
      }
      queue.push({ request, resolve: once(answered) });
      planFlush();
    },
    onCommitted(f) {
      committedListeners.push(f);
    },
    onIssuing(f) {
      issuingListeners.push(f);
    },
    stop() {
      while (queue.length > 0 && issuing) flush();
      stopping = true;
      tickAlarm.off();
      cancelRecovery?.();
      keeper.finish();
      return Promise.resolve();
    },
  };
}

const stackOf = (e: unknown) => (e instanceof Error ? e.stack : undefined);

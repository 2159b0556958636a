/**
 * Sends the outbox to the province, one record at a time and in order. Not reached: tried again with
 * growing waits, for ever, and nothing overtakes. An answer that is neither yes nor no counts; after
 * `retry.attempts` of them the record goes to the dead-letter list, where a person finds it, and the
 * next one goes out. What the province may have and did not confirm is sent again under the same case
 * number: it answers `duplicate`.
 */
import { messageOf } from '../../runtime/errors.ts';
import type { Log } from '../../runtime/log.ts';
import type { Clock } from '../../runtime/ports.ts';
import type { HallCode } from '../codes.ts';
import type { Evaluated } from '../queue/events.ts';
import type { Outbox, Outgoing } from '../ratings/outbox.ts';
import type { Post, PostResult } from './post.ts';
import type { ProvinceProfile } from './province-profile.ts';

export interface UploaderParts {
  outbox: Outbox;
  post: Post;
  recordOf(e: Evaluated): Record<string, string>;
  retry: ProvinceProfile['retry'];
  clock: Clock;
  log: Log;
  /** Even in [0, 1): halls of one province must not come back in step. */
  random(): number;
}

export interface Uploader {
  /** There may be something to send. */
  wake(): void;
  /** Gives the record under way up: it stays waiting, and the province knows it by its number. */
  stop(): Promise<void>;
}

/** Share of a wait that is random. */
const jitter = 0.25;
/** After a fault of our own (the store can not be written). */
const storeRetryMs = 10_000;
/** Somebody else may have laid something into the store (a dead letter tried again). */
const lookEveryMs = 60_000;

export function createUploader(o: UploaderParts): Uploader {
  let failures = 0;
  let cancel: (() => void) | null = null;
  let running: Promise<void> | null = null;
  let stopped = false;
  const stopping = new AbortController();

  function later(ms: number): void {
    cancel?.();
    cancel = null;
    if (stopped) return;
    cancel = o.clock.after(ms, () => {
      cancel = null;
      begin();
    });
  }

  function backOffMs(): number {
    const { first_s: first, max_s: max } = o.retry;
    const wait = Math.min(max, first * 2 ** Math.min(failures - 1, 30)) * 1000;
    return wait * (1 - jitter * o.random());
  }

  function settle({ seq, attempts }: Outgoing, result: PostResult): 'next' | 'wait' {
    const at = o.clock.now();
    if (result.kind === 'taken') {
      o.outbox.sent(seq, at, result.receipt);
      failures = 0;
      return 'next';
    }
    const last = result.kind === 'unclear' && attempts + 1 >= o.retry.attempts;
    if (result.kind === 'refused' || last) {
      const fields = { code: 'HALL_DEAD_LETTER' satisfies HallCode, seq, why: result.why };
      o.log.error(fields, 'the province does not take an evaluation: see the dead-letter list');
      o.outbox.dead(
        seq,
        at,
        `${result.kind === 'refused' ? 'UPL_REFUSED' : 'UPL_ANSWER'}: ${result.why}`,
      );
      failures = 0;
      return 'next';
    }
    const counts = result.kind === 'unclear';
    o.outbox.failed(seq, at, `${counts ? 'UPL_ANSWER' : 'UPL_UNREACHABLE'}: ${result.why}`, counts);
    failures += 1;
    if (failures === 1) {
      const fields = { code: 'HALL_UPLOAD' satisfies HallCode, seq, why: result.why };
      o.log.warn(fields, 'evaluations can not be uploaded; kept and tried again');
    }
    return 'wait';
  }

  async function work(): Promise<void> {
    for (;;) {
      const outgoing = stopped ? null : o.outbox.next();
      if (outgoing === null) return later(lookEveryMs);
      const result = await o.post(o.recordOf(outgoing.record), stopping.signal);
      if (settle(outgoing, result) === 'wait') return later(backOffMs());
    }
  }

  function begin(): void {
    if (stopped || running !== null) return;
    cancel?.();
    cancel = null;
    running = work()
      .catch((error: unknown) => {
        const fields = { code: 'HALL_UPLOAD' satisfies HallCode, error: messageOf(error) };
        o.log.error(fields, 'the upload of evaluations failed inside; tried again');
        later(storeRetryMs);
      })
      .finally(() => {
        running = null;
      });
  }

  return {
    wake() {
      // While the province does not answer, news wait for the next attempt like the rest.
      if (failures === 0) begin();
    },
    async stop() {
      stopped = true;
      stopping.abort();
      cancel?.();
      await running;
    },
  };
}

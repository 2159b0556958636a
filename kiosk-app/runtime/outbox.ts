/**
 * Delivers what must reach the hall whatever happens: from the spool, oldest first, one at a time,
 * each removed only when the hall has answered. Repetition is harmless: the hall knows the keys.
 */
import { BusError } from '../../broker-config/errors.ts';
import { type BackoffLimits, backoff } from './backoff.ts';
import { messageOf } from './errors.ts';
import type { Log } from './log.ts';
import type { Clock, Delivered } from './ports.ts';
import type { Answered, Requests } from './requests.ts';
import type { OutboxItem, Spool } from './spool.ts';

export const outboxLimits = {
  /** One attempt: the request table repeats it meanwhile. */
  attemptMs: 10_000,
  /** Between attempts when the hall says "not now". */
  pause: { minMs: 500, maxMs: 30_000, factor: 2 } satisfies BackoffLimits,
  /** An item that a hall which is there never answers makes room for the others after this. */
  stuckMs: 120_000,
} as const;

/** Refusals without effect: the same key may be sent again (kiosk-app/hall/contract.ts). */
const notNow: ReadonlySet<string> = new Set([
  'storage-unavailable',
  'hall-busy',
  'hall-stopping',
  'stale-hall',
]);

export interface OutboxOptions {
  spool: Spool;
  clock: Clock;
  log: Log;
  random: () => number;
  ask: Requests['ask'];
  /** The hall is there, and the flow is ready to hear what it answers. */
  online: () => boolean;
  /** What the hall answered for good. Told before the item leaves the spool. */
  delivered: (delivered: Delivered) => void;
}

export interface Outbox {
  /** Something was added. */
  added(): void;
  /** The hall is there (again): whatever made the outbox wait is over. */
  online(): void;
  close(): void;
}

export function deliverOutbox(o: OutboxOptions): Outbox {
  let state: 'idle' | 'busy' | 'paused' | 'closed' = 'idle';
  let cancelPause = () => {};
  let pauses = backoff(outboxLimits.pause, o.random);
  /** Since when the oldest item goes unanswered by a hall that is there. */
  let tried = { key: '', since: 0 };

  function next(): void {
    if (state !== 'idle' || !o.online()) return;
    state = 'busy';
    deliverOldest().then(
      (outcome) => {
        if (state === 'closed') return;
        state = 'idle';
        if (outcome !== 'nothing') next();
      },
      (error: unknown) => pause(messageOf(error)),
    );
  }

  /** @throws what makes the outbox wait for a while */
  async function deliverOldest(): Promise<'nothing' | 'next' | 'again'> {
    const item = o.spool.outbox.first();
    if (item === undefined) return 'nothing';
    if (item.key !== tried.key) tried = { key: item.key, since: o.clock.mono() };
    const { op, key } = item;
    // The body was checked when it was made; the spool gave back what it got.
    const body = item.body as Parameters<Requests['ask']>[1];
    const request = { key, deadlineMs: outboxLimits.attemptMs };
    try {
      settle(item, await o.ask(op, body, request, 'outbox'));
      return 'next';
    } catch (error) {
      return failed(item, error);
    }
  }

  /** @throws NotNow, or what the flow or the spool threw */
  function settle(item: OutboxItem, { answer }: Answered): void {
    if (!answer.ok && notNow.has(answer.refusal.code)) throw new NotNow(answer.refusal.code);
    if (!answer.ok) {
      const fields = { op: item.op, key: item.key, refusal: answer.refusal.code };
      o.log.warn(fields, 'the hall refused a message of the outbox for good');
    }
    o.delivered({ op: item.op, body: item.body, key: item.key, answer });
    o.spool.outbox.remove(item.key);
    pauses = backoff(outboxLimits.pause, o.random);
  }

  function failed(item: OutboxItem, error: unknown): 'again' {
    const code = error instanceof BusError ? error.code : undefined;
    if (code === 'BUS_CLOSED') return 'again';
    // While the hall is away, or says that it can not, no item is to blame.
    if (!o.online() || error instanceof NotNow) tried = { key: '', since: 0 };
    const stuck = tried.key !== '' && o.clock.mono() - tried.since >= outboxLimits.stuckMs;
    if (code === 'BUS_DEADLINE' && !stuck) return 'again';
    if (stuck || code === 'BUS_MESSAGE' || code === 'BUS_TOO_LARGE') {
      tried = { key: '', since: 0 };
      o.log.error(
        { code: 'RUN_UNANSWERED', op: item.op, key: item.key, why: messageOf(error) },
        'a message of the outbox can not be delivered; the others go first',
      );
      o.spool.outbox.defer(item.key);
    }
    throw error;
  }

  function pause(why: string): void {
    if (state === 'closed') return;
    state = 'paused';
    o.log.warn({ why, waiting: o.spool.outbox.size }, 'the outbox has to wait');
    cancelPause = o.clock.after(pauses.next().value, resume);
  }

  function resume(): void {
    cancelPause();
    if (state !== 'paused') return;
    state = 'idle';
    next();
  }

  return {
    added: next,
    online() {
      pauses = backoff(outboxLimits.pause, o.random);
      if (state === 'paused') resume();
      else next();
    },
    close() {
      state = 'closed';
      cancelPause();
    },
  };
}

/** The hall said: not now. */
class NotNow extends Error {}

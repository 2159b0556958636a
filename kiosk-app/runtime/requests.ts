/**
 * Requests under way: one table, keyed by the request's key. Each is sent again, with the same key,
 * until it is answered or its deadline passes; the hall makes sure that a repetition has one effect.
 */
import { encode } from '../../broker-config/codec.ts';
import { BusError } from '../../broker-config/errors.ts';
import {
  type Answer,
  type Request,
  type RequestBody,
  type RequestOp,
  requestResults,
} from '../../broker-config/messages.ts';
import { topics } from '../../broker-config/topics.ts';
import { check, faultLine } from '../../broker-config/validate.ts';
import { type BackoffLimits, backoff } from './backoff.ts';
import type { Clock, RequestOptions } from './ports.ts';

export const requestLimits = {
  /** Requests of flows that wait for their answers at once; the outbox has a place of its own. */
  requestsWaitingMax: 32,
  /** Sent again after 200..400 ms, later less often: a slow hall is not helped by a storm. */
  repeat: { minMs: 400, maxMs: 2_000, factor: 1.3 } satisfies BackoffLimits,
} as const;

export interface Answered {
  answer: Answer;
  /** How often it was sent; only an answer to the first sending tells the hall's time of now. */
  sent: number;
  /** From first sending to answer. */
  tookMs: number;
}

/** Who asks: a flow, or the outbox, which has one place of its own so that flows never lock it out. */
export type Asker = 'flow' | 'outbox';

interface Pending {
  asker: Asker;
  op: RequestOp;
  topic: string;
  text: string;
  body: RequestBody<RequestOp>;
  resolve: (answered: Answered) => void;
  reject: (error: BusError) => void;
  promise: Promise<Answered>;
  sent: number;
  firstSentAt: number;
  waits: Iterator<number, never>;
  cancelRepeat: () => void;
  cancelDeadline: () => void;
}

export interface RequestsOptions {
  hall: string;
  machine: string;
  clock: Clock;
  random: () => number;
  /** @returns false: there is no link */
  send: (topic: string, payload: Buffer) => boolean;
  /** Highest epoch seen. */
  epoch: () => number;
}

export interface Requests {
  /** @throws BusError BUS_QUEUE_FULL, BUS_DEADLINE, BUS_CLOSED, BUS_MESSAGE, BUS_TOO_LARGE */
  ask<Op extends RequestOp>(
    op: Op,
    body: RequestBody<Op>,
    o: RequestOptions,
    asker: Asker,
  ): Promise<Answered>;
  /** An answer came in; one that nobody waits for (any more) is let go. */
  answered(answer: Answer): void;
  /** The link came up: everything that waits is sent now. */
  sendAll(): void;
  close(): void;
}

export function requestTable(o: RequestsOptions): Requests {
  const pending = new Map<string, Pending>();
  let closed = false;

  function send(key: string, p: Pending): void {
    p.cancelRepeat();
    const request: Request = { v: 1, key, epoch: o.epoch(), body: p.body };
    const payload = encode('request', request);
    p.cancelRepeat = o.clock.after(p.waits.next().value, () => send(key, p));
    if (p.sent === 0) p.firstSentAt = o.clock.mono();
    p.sent += 1;
    // Last: a bus within this process may bring the answer before `send` returns.
    if (!o.send(p.topic, payload)) p.sent -= 1;
  }

  const waitingOfFlows = () => [...pending.values()].filter((p) => p.asker === 'flow').length;

  function forget(key: string, p: Pending): void {
    pending.delete(key);
    p.cancelRepeat();
    p.cancelDeadline();
  }

  function add(
    op: RequestOp,
    body: RequestBody<RequestOp>,
    r: RequestOptions,
    asker: Asker,
  ): Pending {
    const { promise, resolve, reject } = Promise.withResolvers<Answered>();
    const p: Pending = {
      asker,
      op,
      topic: topics.request(o.hall, op, o.machine),
      text: JSON.stringify(body),
      body,
      resolve,
      reject,
      promise,
      sent: 0,
      firstSentAt: 0,
      waits: backoff(requestLimits.repeat, o.random),
      cancelRepeat: () => {},
      cancelDeadline: o.clock.after(r.deadlineMs, () => {
        forget(r.key, p);
        const tried = p.sent === 0 ? 'never sent' : `sent ${p.sent} times`;
        reject(new BusError('BUS_DEADLINE', `${op}: no answer in ${r.deadlineMs} ms, ${tried}`));
      }),
    };
    return p;
  }

  return {
    async ask(op, body, r, asker) {
      if (closed) throw new BusError('BUS_CLOSED', 'the link is closed');
      const same = pending.get(r.key);
      if (same !== undefined) {
        if (same.op === op && same.text === JSON.stringify(body)) return same.promise;
        throw new BusError('BUS_MESSAGE', `the key ${r.key} already stands for another request`);
      }
      if (asker === 'flow' && waitingOfFlows() >= requestLimits.requestsWaitingMax) {
        throw new BusError('BUS_QUEUE_FULL', `${pending.size} requests wait for their answers`);
      }
      const p = add(op, body, r, asker);
      pending.set(r.key, p);
      try {
        send(r.key, p);
      } catch (error) {
        // Too large: nothing left, nothing to wait for.
        forget(r.key, p);
        throw error;
      }
      return p.promise;
    },
    answered(answer) {
      const p = pending.get(answer.key);
      if (p === undefined) return;
      forget(answer.key, p);
      const result = answer.ok ? check(requestResults[p.op], answer.result) : undefined;
      if (result?.ok === false) {
        const why = faultLine(result.faults);
        p.reject(new BusError('BUS_MESSAGE', `the answer to ${p.op} has a wrong result: ${why}`));
        return;
      }
      p.resolve({ answer, sent: p.sent, tookMs: o.clock.mono() - p.firstSentAt });
    },
    sendAll() {
      for (const [key, p] of pending) send(key, p);
    },
    close() {
      closed = true;
      for (const [key, p] of pending) {
        forget(key, p);
        p.reject(new BusError('BUS_CLOSED', 'the link was closed'));
      }
    },
  };
}

/**
 * Requests as they come off the bus: judged for shape, sender and role before the sequencer sees
 * them. Whoever asked wrongly is told on his own reply topic what is wrong and what was expected.
 */
import { type Identity, mayRequest } from '../../broker-config/access.ts';
import { decodeRequest, readKey } from '../../broker-config/codec.ts';
import { type Answer, type RequestOp, requestOps, requests } from '../../broker-config/messages.ts';
import { type ReasonData, type RefusalCode, reasonOf } from '../../broker-config/reasons.ts';
import { type ParsedTopic, parseTopic, requestSender, topics } from '../../broker-config/topics.ts';
import { check, faultLine } from '../../broker-config/validate.ts';
import type { Log } from '../runtime/log.ts';
import type { Clock } from '../runtime/ports.ts';
import type { SequencerPort } from './contract.ts';
import type { DeniedPublish } from './hall-bus.ts';
import { createSeldom } from './seldom.ts';

const requestLimits = {
  /** Characters of a sentence that tells what is wrong; the rest of a long list is left out. */
  detailMax: 180,
  logEveryMs: 10_000,
} as const;

export interface RequestsOptions {
  hall: string;
  identities: ReadonlyMap<string, Identity>;
  sequencer: SequencerPort;
  clock: Clock;
  log: Log;
  /** seq of the newest durable event. */
  seq(): number;
  /** true: a newer hall exists, nothing may be decided here. */
  steppedDown(): boolean;
  /** A machine has seen a newer hall. */
  onNewerHall(dev: string, epoch: number): void;
  /** What is wrong with a machine, for the inventory. */
  onFault(dev: string, what: string): void;
  /** @param json an Answer */
  send(topic: string, json: string): void;
  /** After the answer was sent. */
  onAnswered(op: RequestOp, answer: Answer): void;
}

export interface Requests {
  receive(topic: string, payload: Uint8Array): void;
  /** The broker let it through no further; the sender is proven. */
  denied(d: DeniedPublish): void;
  readonly counters: Readonly<{ received: number; refused: number; answered: number }>;
}

/**
 * Compiles the validators of all requests, one per turn of the event loop, so that nobody's first
 * press of the day waits for it.
 */
export function warmUp(soon: (f: () => void) => void): void {
  const ops = [...requestOps];
  const next = () => {
    const op = ops.shift();
    if (op === undefined) return;
    check(requests[op], null);
    soon(next);
  };
  soon(next);
}

export function createRequests(o: RequestsOptions): Requests {
  const counters = { received: 0, refused: 0, answered: 0 };
  const warn = createSeldom(o.clock, requestLimits.logEveryMs, (f, m) => o.log.warn(f, m));

  /** Refused here, without the sequencer: no effect, nothing stored. */
  const refuse = <C extends RefusalCode>(
    dev: string,
    key: string | undefined,
    code: C,
    data: ReasonData<C>,
  ) => {
    counters.refused += 1;
    const detail = Object.values(data).join(' ');
    o.onFault(dev, `${code} ${detail}`.trim());
    warn.write(`${code} ${dev}`, { code, dev, detail, key }, 'request refused');
    if (key === undefined) return;
    const answer: Answer = {
      ...{ v: 1, key, epoch: o.sequencer.epoch, seq: o.seq(), at: o.sequencer.now() },
      spans: { queuedMs: 0, decidedMs: 0, committedMs: 0 },
      ...{ ok: false, refusal: reasonOf(code, data) },
    };
    o.send(topics.reply(o.hall, dev), JSON.stringify(answer));
  };

  const receive = (topic: string, payload: Uint8Array, parsed: ParsedTopic | undefined) => {
    const receivedMono = o.clock.mono();
    counters.received += 1;
    const decoded = decodeRequest(topic, payload, parsed);
    if (!decoded.ok) {
      const { dev, key, faults } = decoded;
      const detail = faultLine(faults).slice(0, requestLimits.detailMax);
      if (dev !== undefined) refuse(dev, key, 'bad-request', { detail });
      return;
    }
    const { op, dev, request } = decoded;
    const { key, epoch, body } = request;
    const who = o.identities.get(dev);
    if (who === undefined) return refuse(dev, key, 'unknown-machine', {});
    if (!mayRequest(who.role, op)) return refuse(dev, key, 'not-allowed', {});
    if (epoch > o.sequencer.epoch) o.onNewerHall(dev, epoch);
    if (o.steppedDown()) return refuse(dev, key, 'stale-hall', {});
    o.sequencer.submit({ op, dev, key, body, epoch, receivedMono }, (answer, json) => {
      counters.answered += 1;
      o.send(topics.reply(o.hall, dev), json);
      o.onAnswered(op, answer);
    });
  };

  return {
    counters,
    receive: (topic, payload) => {
      const parsed = parseTopic(topic);
      const dev = parsed === undefined ? requestSender(topic) : undefined;
      if (dev !== undefined) {
        refuse(dev, readKey(payload), 'request-unknown', {});
      } else receive(topic, payload, parsed);
    },
    denied: ({ dev, topic, payload }) => {
      const named = requestSender(topic);
      if (named === undefined) o.onFault(dev, `published to ${topic.slice(0, 80)}`);
      else if (named === dev) refuse(dev, readKey(payload), 'request-unknown', {});
      else refuse(dev, readKey(payload), 'not-allowed', {});
    },
  };
}

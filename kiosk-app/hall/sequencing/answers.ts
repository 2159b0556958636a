/** Answers on their way: what is stored under a key, and what is added each time it goes out. */
import type { Answer, Reason } from '../../../broker-config/messages.ts';
import type { RefusalCode } from '../../../broker-config/reasons.ts';
import type { Outgoing, SubmittedRequest } from '../contract.ts';

/** An answer as stored: who speaks (epoch) and how long it took differ with every repetition. */
export type StoredAnswer = { v: 1; key: string; seq: number; at: number } & (
  | { ok: true; result: unknown }
  | { ok: false; refusal: Reason }
);

export interface Waiting {
  request: SubmittedRequest;
  resolve: (answer: Outgoing) => void;
}

/** A request with its answer, held back until it is durable. Instants are clock.mono(). */
export interface Outcome {
  waiting: Waiting;
  answer: StoredAnswer;
  /** As stored. */
  json: string;
  begun: number;
  decided: number;
}

/** Refusals of the shell itself; none of them takes data, none is stored. */
export type ShellRefusal = Extract<
  RefusalCode,
  'hall-busy' | 'hall-stopping' | 'storage-unavailable' | 'stale-hall' | 'key-reused'
>;

/**
 * @param json `stored` as it is stored: what is added stands at its end, and nothing is written twice
 * @param done clock.mono() when it was durable
 */
export function outgoing(
  stored: StoredAnswer,
  json: string,
  epoch: number,
  times: { received: number; begun: number; decided: number; done: number },
): Outgoing {
  const spans = {
    queuedMs: Math.max(0, times.begun - times.received),
    decidedMs: times.decided - times.begun,
    committedMs: times.done - times.decided,
  };
  // What is stored was made by perform for this op, or is a Reason.
  const answer = { ...stored, epoch, spans } as Answer;
  const added = `,"epoch":${epoch},"spans":${JSON.stringify(spans)}}`;
  return { answer, json: json.slice(0, -1) + added };
}

/** One commit in the making: requests are decided in order, or their stored answers found. */
import type { Clock } from '../../runtime/ports.ts';
import type { Journal, JournalEvent, JournalKey, SubmittedRequest } from '../contract.ts';
import {
  type Command,
  hallDev,
  type Performed,
  perform,
  type QueueEvent,
  type QueueState,
  type Rules,
} from '../queue/index.ts';
import type { Outcome, StoredAnswer, Waiting } from './answers.ts';
import { digestOf } from './digest.ts';

export interface Batch {
  readonly events: readonly QueueEvent[];
  readonly journalEvents: readonly JournalEvent[];
  readonly keys: readonly JournalKey[];
  readonly outcomes: readonly Outcome[];
  tick(): void;
  /** @returns false: the key stands for another command */
  judge(waiting: Waiting): boolean;
}

/**
 * `state` moves on with every decision; when the commit fails it has to be thrown away.
 * @param now hall time, the same for the whole batch
 */
export function newBatch(
  journal: Pick<Journal, 'find'>,
  rules: Rules,
  clock: Pick<Clock, 'mono'>,
  state: QueueState,
  now: number,
): Batch {
  const events: QueueEvent[] = [];
  const journalEvents: JournalEvent[] = [];
  const keys: JournalKey[] = [];
  const outcomes: Outcome[] = [];
  const byKey = new Map<string, { digest: string; answer: StoredAnswer }>();

  function run(command: Command): Performed {
    let { seq, day } = state;
    const performed = perform(state, rules, command, now);
    // A refusal may carry events too: what time alone had made due.
    for (const event of performed.events) {
      seq += 1;
      if (event.type === 'day-started') day = event.day;
      events.push(event);
      journalEvents.push({ seq, at: event.at, day, json: JSON.stringify(event) });
    }
    return performed;
  }

  function decide({ op, dev, key, body }: SubmittedRequest, digest: string): StoredAnswer {
    const performed = run({ op, dev, body });
    const about = { v: 1 as const, key, seq: state.seq, at: now };
    const answer: StoredAnswer = performed.ok
      ? { ...about, ok: true, result: performed.result }
      : { ...about, ok: false, refusal: performed.refusal };
    keys.push({ key, digest, answer: JSON.stringify(answer), seq: state.seq });
    byKey.set(key, { digest, answer });
    return answer;
  }

  function stored(key: string): { digest: string; answer: StoredAnswer } | undefined {
    const found = journal.find(key);
    if (found === undefined) return undefined;
    // Its checksum says that these are the bytes this program's kind wrote.
    return { digest: found.digest, answer: JSON.parse(found.answer) as StoredAnswer };
  }

  return {
    events,
    journalEvents,
    keys,
    outcomes,
    tick() {
      run({ op: 'tick', dev: hallDev, body: {} });
    },
    judge(waiting) {
      const begun = clock.mono();
      const digest = digestOf(waiting.request);
      const known = byKey.get(waiting.request.key) ?? stored(waiting.request.key);
      if (known !== undefined && known.digest !== digest) return false;
      const answer = known?.answer ?? decide(waiting.request, digest);
      outcomes.push({ waiting, answer, begun, decided: clock.mono() });
      return true;
    },
  };
}

/** One commit in the making: requests are decided in order, or their stored answers found. */
import type { Clock } from '../../runtime/ports.ts';
import type { Find, Journal, JournalEvent, JournalKey, SubmittedRequest } from '../contract.ts';
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

/** What a key stands for, and its answer, also as it is stored. */
interface Judged {
  digest: string;
  answer: StoredAnswer;
  json: string;
}

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
 * @param keysExpected of all that will be judged: looked up in the journal together
 * @param now hall time, the same for the whole batch
 */
export function newBatch(
  journal: Pick<Journal, 'find'>,
  keysExpected: readonly string[],
  rules: Rules,
  clock: Pick<Clock, 'mono'>,
  state: QueueState,
  now: number,
): Batch {
  const events: QueueEvent[] = [];
  const journalEvents: JournalEvent[] = [];
  const keys: JournalKey[] = [];
  const outcomes: Outcome[] = [];
  let find: Find | undefined;
  const byKey = new Map<string, Judged>();

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

  function decide({ op, dev, key, body }: SubmittedRequest, digest: string): Judged {
    const performed = run({ op, dev, body });
    const about = { v: 1 as const, key, seq: state.seq, at: now };
    const answer: StoredAnswer = performed.ok
      ? { ...about, ok: true, result: performed.result }
      : { ...about, ok: false, refusal: performed.refusal };
    const json = JSON.stringify(answer);
    keys.push({ key, digest, answer: json, seq: state.seq });
    const judged = { digest, answer, json };
    byKey.set(key, judged);
    return judged;
  }

  function stored(key: string): Judged | undefined {
    find ??= journal.find(keysExpected);
    const found = find(key);
    if (found === undefined) return undefined;
    // Its checksum says that these are the bytes this program's kind wrote.
    const { digest, answer: json } = found;
    return { digest, answer: JSON.parse(json) as StoredAnswer, json };
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
      const { answer, json } = known ?? decide(waiting.request, digest);
      outcomes.push({ waiting, answer, json, begun, decided: clock.mono() });
      return true;
    },
  };
}

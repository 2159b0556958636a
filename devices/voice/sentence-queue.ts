/**
 * Sentences that wait for their turn. Pure; time comes in. Urgent before call before notice, the
 * older first within each; bounded; what is too old never comes out as `next`.
 */
import { type Sentence, type SentencePriority, sentencePriorities } from './contract.ts';

export const sentencesMax = 32;

export interface Waiting<T> {
  sentence: Sentence;
  /** What the owner hangs on it. */
  tag: T;
}

export interface SentenceQueue<T> {
  /** The one that found no room: the newest of the least priority, perhaps the new one itself. */
  add(item: Waiting<T>): Waiting<T> | undefined;
  /** Takes out everything that is too old at `now`. */
  expire(now: number): Waiting<T>[];
  /** Takes out whoever is next. Call `expire` first. */
  take(): Waiting<T> | undefined;
  /** Takes out everything. */
  clear(): Waiting<T>[];
  /** When the next one becomes too old; null: nobody waits. */
  expiresAt(): number | null;
  readonly length: number;
}

export function createSentenceQueue<T>(): SentenceQueue<T> {
  const lanes = new Map<SentencePriority, Waiting<T>[]>(sentencePriorities.map((p) => [p, []]));
  const all = () => [...lanes.values()].flat();
  const count = () => [...lanes.values()].reduce((sum, lane) => sum + lane.length, 0);

  function leastImportant(): Waiting<T> | undefined {
    for (const priority of sentencePriorities.toReversed()) {
      const last = lanes.get(priority)?.pop();
      if (last !== undefined) return last;
    }
    return undefined;
  }

  return {
    add(item) {
      lanes.get(item.sentence.priority)?.push(item);
      return count() > sentencesMax ? leastImportant() : undefined;
    },
    expire(now) {
      const old: Waiting<T>[] = [];
      for (const [priority, lane] of lanes) {
        old.push(...lane.filter((w) => w.sentence.expiresAt <= now));
        lanes.set(
          priority,
          lane.filter((w) => w.sentence.expiresAt > now),
        );
      }
      return old;
    },
    take() {
      for (const lane of lanes.values()) {
        const first = lane.shift();
        if (first !== undefined) return first;
      }
      return undefined;
    },
    clear() {
      const rest = all();
      for (const lane of lanes.values()) lane.length = 0;
      return rest;
    },
    expiresAt() {
      const times = all().map((w) => w.sentence.expiresAt);
      return times.length === 0 ? null : Math.min(...times);
    },
    get length() {
      return count();
    },
  };
}

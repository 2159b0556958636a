/**
 * Who hears what is said to all, in the order in which they shall hear it. aedes would go by who
 * subscribed first; a call belongs to the hall's screens and voices before anybody's page of figures.
 * The first write wakes its reader and may cost the hall some 0.3 ms on a small machine.
 */
import type { Client } from 'aedes';
import type { Role } from '../../broker-config/messages.ts';

const order: readonly Role[] = ['display', 'window', 'terminal', 'queue-machine', 'evaluation-pad'];

export interface Hearers {
  subscribed(client: Client, topics: readonly string[]): void;
  unsubscribed(client: Client, topics: readonly string[]): void;
  left(client: Client): void;
  /** Subscribers of exactly this topic: displays first. */
  of(topic: string): readonly Client[];
}

/** @param only told apart: the topics that matter here, others are nobody's business */
export function createHearers(
  only: (topic: string) => boolean,
  roleOf: (machine: string) => Role | undefined,
): Hearers {
  const byTopic = new Map<string, Client[]>();
  const rank = (client: Client) => {
    const role = roleOf(client.id);
    const at = role === undefined ? -1 : order.indexOf(role);
    return at < 0 ? order.length : at;
  };
  const remove = (client: Client, topic: string) => {
    const left = (byTopic.get(topic) ?? []).filter((c) => c !== client);
    if (left.length > 0) byTopic.set(topic, left);
    else byTopic.delete(topic);
  };
  return {
    subscribed(client, topics) {
      for (const topic of topics.filter(only)) {
        remove(client, topic);
        const all = [...(byTopic.get(topic) ?? []), client];
        byTopic.set(
          topic,
          all.sort((a, b) => rank(a) - rank(b)),
        );
      }
    },
    unsubscribed(client, topics) {
      for (const topic of topics) remove(client, topic);
    },
    left(client) {
      for (const topic of [...byTopic.keys()]) remove(client, topic);
    },
    of: (topic) => byTopic.get(topic) ?? [],
  };
}

/**
 * Who gets through the embedded broker's door and what he may say there: aedes' hooks, made from
 * broker-config/access.ts.
 *
 * Only the hall reads what machines publish (a test holds the access table to that). Such a packet
 * therefore ends here: the hall gets it in the very call that took it off the socket, and the
 * broker's own copy is turned into `nowhere`, which nobody may subscribe to. The same happens, minus
 * the hall, to a publish that is not allowed. It must not be refused with an error: aedes would cut
 * the link, and the client would send the packet again after every reconnect, for ever.
 */
import type { AedesOptions, AuthenticateError, Client, PublishPacket } from 'aedes';
import { type Identity, mayPublish, maySubscribe } from '../../broker-config/access.ts';
import type { CredentialStore } from '../../broker-config/credentials.ts';
import { parseTopic } from '../../broker-config/topics.ts';
import type { Clock } from '../runtime/ports.ts';
import type { BusCounters, BusMessage, DeniedPublish } from './hall-bus.ts';
import type { Seldom } from './seldom.ts';
import { createThrottle, type Throttle } from './throttle.ts';

export interface GateOptions {
  identities: ReadonlyMap<string, Identity>;
  credentials: CredentialStore;
  clock: Clock;
  counters: BusCounters;
  warn: Seldom;
  keepaliveMaxS: number;
  publishesPerSMax: number;
  publishBurstMax: number;
  onMessage(message: BusMessage): void;
  onDenied(denied: DeniedPublish): void;
}

export interface Gate {
  hooks: Required<
    Pick<AedesOptions, 'preConnect' | 'authenticate' | 'authorizePublish' | 'authorizeSubscribe'>
  >;
  /** The machine's connection ended. */
  left(id: string): void;
  close(): void;
}

/** Where a publish goes that has ended here; broker.ts takes it no further. */
export const nowhere = '$xuhao/nowhere';

/** CONNACK return codes, MQTT 3.1.1 section 3.2.2.3. */
type Refusal = { returnCode: 2 | 4 | 5; why: string };

export function createGate(o: GateOptions): Gate {
  const throttles = new Map<string, Throttle>();
  const problems = new WeakMap<Client, string>();
  let closed = false;

  const together = createTogether();

  const receive = (client: Client, who: Identity, topic: string, payload: Uint8Array) => {
    if (closed) return;
    const parsed = parseTopic(topic);
    if (mayPublish(who, topic, parsed)) {
      o.onMessage({ topic, payload, retained: false });
      if (parsed?.kind === 'request') together.hold(client.conn);
      return;
    }
    o.counters.denied += 1;
    const fields = { code: 'BUS_DENIED', dev: who.id, topic: topic.slice(0, 200) };
    o.warn.write(`publish ${who.id}`, fields, 'publish not allowed; swallowed');
    o.onDenied({ dev: who.id, topic, payload });
  };

  const throttleOf = (id: string): Throttle => {
    const known = throttles.get(id);
    if (known !== undefined) return known;
    const made = createThrottle(o.clock, o.publishesPerSMax, o.publishBurstMax);
    throttles.set(id, made);
    return made;
  };

  return {
    hooks: {
      preConnect: (client, packet, done) => {
        const problem = connectProblem(packet, o.identities, o.keepaliveMaxS);
        if (problem !== undefined) problems.set(client, problem);
        done(null, true);
      },

      authenticate: (client, username, password, done) => {
        const refusal = refusalOf(client, username, password, o, problems.get(client));
        if (refusal === undefined) {
          done(null, true);
          return;
        }
        o.counters.refused += 1;
        const dev = o.identities.has(client.id) ? client.id : 'unknown';
        const fields = { code: 'BUS_REFUSED', dev, why: refusal.why };
        o.warn.write(`refused ${dev}`, fields, 'connection refused');
        const error = Object.assign(new Error(refusal.why), { returnCode: refusal.returnCode });
        done(error as AuthenticateError, null);
      },

      authorizePublish: (client, packet, done) => {
        if (packet.qos === 2) {
          done(new Error('QoS 2 is not used on this bus'));
          return;
        }
        const who = client === null ? undefined : o.identities.get(client.id);
        const { topic, payload } = taken(packet);
        const pass = () => {
          if (client !== null && who !== undefined) receive(client, who, topic, payload);
          done(null);
        };
        if (who === undefined) pass();
        else if (!throttleOf(who.id).pass(pass)) {
          o.counters.throttled += 1;
          const fields = { code: 'BUS_TOO_FAST', dev: who.id, perS: o.publishesPerSMax };
          o.warn.write(`fast ${who.id}`, fields, 'machine publishes too fast; held back');
        }
      },

      authorizeSubscribe: (client, subscription, done) => {
        const who = o.identities.get(client.id);
        if (who !== undefined && maySubscribe(who, subscription.topic)) {
          done(null, subscription);
          return;
        }
        o.counters.denied += 1;
        const filter = subscription.topic.slice(0, 200);
        const fields = { code: 'BUS_DENIED', dev: client.id, filter };
        o.warn.write(`subscribe ${client.id}`, fields, 'subscription not allowed');
        // null: SUBACK 128, the link stays.
        done(null, null);
      },
    },
    left: (id) => {
      throttles.get(id)?.stop();
      throttles.delete(id);
    },
    close: () => {
      closed = true;
      for (const throttle of throttles.values()) throttle.stop();
    },
  };
}

function refusalOf(
  client: Client,
  username: string | undefined,
  password: Buffer | undefined,
  o: Pick<GateOptions, 'credentials' | 'identities'>,
  problem: string | undefined,
): Refusal | undefined {
  if (!o.credentials.verify(username ?? '', password)) {
    return { returnCode: 4, why: 'unknown machine or wrong password' };
  }
  if (username !== client.id) {
    return { returnCode: 2, why: `client id is not the user name ${username}` };
  }
  const role = o.identities.get(client.id)?.role;
  // The hall itself is in this process; a second one has nothing to do here.
  if (role === undefined || role === 'hall') {
    return { returnCode: 5, why: 'not a machine of this hall' };
  }
  return problem === undefined ? undefined : { returnCode: 5, why: problem };
}

/** What a CONNECT packet asks that this bus does not offer; undefined: nothing. */
function connectProblem(
  packet: { clean?: boolean; keepalive?: number; clientId?: string; will?: { topic: string } },
  identities: ReadonlyMap<string, Identity>,
  keepaliveMaxS: number,
): string | undefined {
  const { clean, keepalive = 0, clientId = '', will } = packet;
  // Kept sessions would deliver yesterday's orders; state comes back by retained snapshots.
  if (clean !== true) return 'persistent sessions are not offered: connect with clean session';
  if (keepalive < 1 || keepalive > keepaliveMaxS) {
    return `keep alive must be 1 to ${keepaliveMaxS} s`;
  }
  const who = identities.get(clientId);
  if (will !== undefined && who !== undefined && !mayPublish(who, will.topic)) {
    return 'the will is for a topic this machine may not publish';
  }
  return undefined;
}

/**
 * A request's acknowledgement says nothing to anybody (the answer does), and its answer is mostly
 * there two turns of the event loop later: one write for both instead of two, and the machine wakes
 * once. Held for exactly those two turns, whatever comes of the request.
 *
 *   turn 1  request read, submitted        -> hold
 *   turn 2  hall decides, commits, answers -> broker plans the delivery
 *   turn 3  broker writes the answer       -> let go
 */
function createTogether() {
  let held: Holdable[] = [];
  const letGo = (streams: Holdable[]) => {
    for (const stream of streams) stream.uncork();
  };
  return {
    hold: (stream: Holdable) => {
      stream.cork();
      held.push(stream);
      if (held.length > 1) return;
      setImmediate(() => {
        const now = held;
        held = [];
        setImmediate(letGo, now);
      });
    },
  };
}

type Holdable = { cork(): void; uncork(): void };

/** Takes topic and payload out of the packet and points what is left at `nowhere`. */
function taken(packet: PublishPacket): { topic: string; payload: Uint8Array } {
  const { topic, payload } = packet;
  packet.topic = nowhere;
  packet.payload = '';
  packet.retain = false;
  return { topic, payload: typeof payload === 'string' ? Buffer.from(payload) : payload };
}

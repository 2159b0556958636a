/**
 * The broker inside the hall process (aedes), the shortest path there is: no second hop, and the
 * hall reads a request in the very call that took it off the socket (broker-gate.ts).
 */
import { Aedes, type Client, type PublishPacket } from 'aedes';
import type { Identity } from '../../broker-config/access.ts';
import type { CredentialStore } from '../../broker-config/credentials.ts';
import { BusError } from '../../broker-config/errors.ts';
import { packetBytesMax } from '../../broker-config/mosquitto.ts';
import { parseTopic } from '../../broker-config/topics.ts';
import type { Log } from '../runtime/log.ts';
import type { Clock } from '../runtime/ports.ts';
import { createGate, nowhere } from './broker-gate.ts';
import { createBrokerServer, listen } from './broker-server.ts';
import { type HallBus, newCounters, newListeners } from './hall-bus.ts';
import { createHearers } from './hearers.ts';
import { createSeldom } from './seldom.ts';

export const brokerLimits = {
  /** Open connections, strangers included. A hall has at most 500 machines. */
  connectionsMax: 1000,
  /** A connection has to say who it is within this. */
  connectWaitMs: 5000,
  /** A machine has to be heard this often; the broker waits 1.5 times as long. */
  keepaliveMaxS: 60,
  /** A subscriber that does not read is cut after this; the aedes default of 60 s stops the hall. */
  drainWaitMs: 3000,
  /** Messages on their way to subscribers; the aedes default of 100 stops the hall. */
  emitsMax: 10_000,
  /** One machine, sustained. The busiest honest one, asking as fast as it is answered, stays below. */
  publishesPerSMax: 2000,
  publishBurstMax: 4000,
  packetBytesMax,
  /** One line per fault and machine. */
  logEveryMs: 10_000,
  /** What was said last may still leave when the hall stops. */
  goodbyeWaitMs: 500,
} as const;
export type BrokerLimits = { readonly [K in keyof typeof brokerLimits]: number };

export interface BrokerOptions {
  host: string;
  /** 0: any free one. */
  port: number;
  identities: ReadonlyMap<string, Identity>;
  credentials: CredentialStore;
  clock: Clock;
  log: Log;
  limits: BrokerLimits;
}

/** SUBACK return code of a refused subscription, MQTT 3.1.1 section 3.9.3. */
const refusedQos = 0x80;

/** What has ended at the gate is looked up for nobody: its search would cost as much as its way in. */
class Broker extends Aedes {
  override publish(packet: PublishPacket, ...how: Publishing): void {
    const done = how.at(-1);
    if (packet.topic === nowhere && typeof done === 'function') done();
    else super.publish(packet, ...(how as [(error?: Error) => void]));
  }
}
/** As aedes calls it for a machine, and as its types know it. */
type Done = (error?: Error) => void;
type Publishing = [Done] | [client: Client | null, done: Done];

export interface EmbeddedBroker extends HallBus {
  /** The port in use; 0 before `start`. */
  readonly port: number;
}

/** `start` throws BusError BUS_PORT_TAKEN, BUS_LISTEN. */
export async function createEmbeddedBroker(o: BrokerOptions): Promise<EmbeddedBroker> {
  const { clock, identities, limits } = o;
  const counters = newCounters();
  const listeners = newListeners();
  const warn = createSeldom(clock, limits.logEveryMs, (fields, text) => o.log.warn(fields, text));
  const gate = createGate({
    ...{ identities, clock, counters, warn, credentials: o.credentials },
    keepaliveMaxS: limits.keepaliveMaxS,
    publishesPerSMax: limits.publishesPerSMax,
    publishBurstMax: limits.publishBurstMax,
    onMessage: (message) => listeners.message(message),
    onDenied: (denied) => listeners.denied(denied),
  });
  const aedes = new Broker({
    concurrency: limits.emitsMax,
    drainTimeout: limits.drainWaitMs,
    connectTimeout: limits.connectWaitMs,
    ...gate.hooks,
  });
  await aedes.listen();

  /** aedes tells of a drain time-out once per message that waited. */
  const wasCut = new WeakSet<Client>();
  const cut = (client: Client, error: Error) => {
    if (wasCut.has(client)) return;
    wasCut.add(client);
    counters.cut += 1;
    // Typed as always there, but null until CONNECT was read.
    const dev = identities.has(client.id ?? '') ? client.id : 'unknown';
    const code = error instanceof BusError ? error.code : 'BUS_CUT';
    warn.write(`cut ${dev}`, { code, dev, why: error.message }, 'connection cut');
  };
  aedes.on('clientError', cut);
  aedes.on('connectionError', cut);
  const hearers = createHearers(goesStraight, (id) => identities.get(id)?.role);
  aedes.on('subscribe', (subscriptions, client) => {
    // Also those that the gate has refused.
    const topics = subscriptions.filter((s) => s.qos < refusedQos).map((s) => s.topic);
    hearers.subscribed(client, topics);
  });
  aedes.on('unsubscribe', (topics, client) => hearers.unsubscribed(client, topics));
  aedes.on('clientDisconnect', (client) => {
    gate.left(client.id);
    hearers.left(client);
  });

  const { packetBytesMax: bytesMax, connectionsMax } = limits;
  const sockets = createBrokerServer(aedes.handle, bytesMax, connectionsMax);
  const { server } = sockets;
  const outgoing = countOutgoing();
  server.on('drop', () => {
    counters.refused += 1;
    warn.write('full', { code: 'BUS_REFUSED', connectionsMax }, 'too many connections');
  });
  let closing: Promise<void> | null = null;
  const close = () => {
    closing ??= (async () => {
      gate.close();
      // The goodbye goes out first; a reader that does not read is not waited for.
      await withDeadline(clock, limits.goodbyeWaitMs, outgoing.idle());
      sockets.close();
      await new Promise<void>((resolve) => aedes.close(() => resolve()));
    })();
    return closing;
  };

  return {
    counters,
    get online() {
      return server.listening;
    },
    get port() {
      const address = server.address();
      return typeof address === 'object' && address !== null ? address.port : 0;
    },
    publish: (topic, payload, { retain }) => {
      const sent = (error?: Error) => {
        outgoing.end();
        if (error) counters.dropped += 1;
      };
      const packet = packetOf(topic, payload, retain);
      if (retain || !goesStraight(topic)) {
        outgoing.begin();
        aedes.publish(packet, sent);
        return;
      }
      for (const hearer of hearers.of(topic)) {
        outgoing.begin();
        hearer.publish(packet, sent);
      }
    },
    ...listeners.setters,
    /** State first, then the door: whoever connects finds everything in place. */
    start: async () => {
      listeners.online();
      try {
        await listen(server, o.host, o.port);
      } catch (error) {
        // aedes' timers would keep the process alive.
        await close();
        throw error;
      }
    },
    close,
  };
}

/**
 * Nothing of these is retained and nobody subscribes to them by a pattern: they go to their hearers
 * without a search through all subscriptions.
 */
const goesStraight = (topic: string): boolean => {
  const kind = parseTopic(topic)?.kind;
  return kind === 'log' || kind === 'reply';
};

const packetOf = (topic: string, payload: Uint8Array, retain: boolean): PublishPacket => ({
  cmd: 'publish',
  topic,
  payload: Buffer.isBuffer(payload) ? payload : Buffer.from(payload),
  qos: 1,
  retain,
  dup: false,
});

/** Messages on their way into subscribers' sockets. */
function countOutgoing() {
  let count = 0;
  let idle: (() => void) | null = null;
  return {
    begin: () => {
      count += 1;
    },
    end: () => {
      count -= 1;
      if (count === 0) idle?.();
    },
    idle: () =>
      new Promise<void>((resolve) => {
        if (count === 0) resolve();
        else idle = resolve;
      }),
  };
}

async function withDeadline(clock: Clock, waitMs: number, ended: Promise<void>): Promise<void> {
  let cancel = () => {};
  const late = new Promise<void>((resolve) => {
    cancel = clock.after(waitMs, resolve);
  });
  await Promise.race([ended, late]);
  cancel();
}

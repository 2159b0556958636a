/**
 * The hall as a client of an outer broker (Mosquitto).
 *
 * One MQTT.js client per connection, thrown away with its stream: nothing the library keeps (store
 * of unacknowledged packets, offline queue) goes out late on a later connection. The retained state
 * is published anew each time.
 */
import type { Duplex } from 'node:stream';
import { type IClientOptions, MqttClient } from 'mqtt';
import { type Identity, subscriptionsOf } from '../../broker-config/access.ts';
import { backoff } from '../runtime/backoff.ts';
import { linkTrouble } from '../runtime/broker-tls.ts';
import { messageOf } from '../runtime/errors.ts';
import type { Log } from '../runtime/log.ts';
import type { Clock } from '../runtime/ports.ts';
import { type HallBus, newCounters, newListeners } from './hall-bus.ts';
import { createSeldom } from './seldom.ts';

const outerBusLimits = {
  /** Wait before connecting again; half of it random. */
  reconnect: { minMs: 250, maxMs: 5000, factor: 2 },
  /** Stream, CONNACK and subscriptions together. */
  connectWaitMs: 5000,
  /** The broker cuts a silent link after 1.5 times this; so does this side. */
  keepaliveS: 5,
  /** Messages the broker has not acknowledged; beyond it they are dropped. */
  unackedMax: 10_000,
  logEveryMs: 10_000,
  closeWaitMs: 2000,
} as const;

export interface OuterBusOptions {
  /** Makes the stream of one connection: `streamTo(url)`, with Nagle's algorithm off. */
  connect: () => Duplex;
  /** The hall's own entry in the inventory. */
  identity: Identity;
  password: string;
  /** Published by the broker when the hall is lost. Retained. */
  will: { topic: string; payload: Uint8Array };
  clock: Clock;
  log: Log;
  /** Even in [0, 1). */
  random(): number;
}

/** `start` resolves at once: a hall works without its broker and is there when it comes. */
export function createOuterBus(o: OuterBusOptions): HallBus {
  const limits = outerBusLimits;
  const { clock } = o;
  const counters = newCounters();
  const listeners = newListeners();
  const warn = createSeldom(clock, limits.logEveryMs, (fields, text) => o.log.warn(fields, text));
  const trouble = (why: string) => {
    counters.refused += 1;
    warn.write(why, { code: 'BUS_REFUSED', why }, 'the broker can not be reached');
  };
  let waits = backoff(limits.reconnect, o.random);
  let client: MqttClient | null = null;
  let up = false;
  let unacked = 0;
  let cancelWait = () => {};
  let closing: Promise<void> | null = null;

  const lost = () => {
    client = null;
    unacked = 0;
    if (up && closing === null) o.log.warn({ code: 'BUS_OFFLINE' }, 'no link to the broker');
    up = false;
    if (closing === null) cancelWait = clock.after(waits.next().value, connect);
  };
  const ready = () => {
    up = true;
    waits = backoff(limits.reconnect, o.random);
    o.log.info({}, 'connected to the broker');
    listeners.online();
  };

  const connect = () => {
    const mine = new MqttClient(() => o.connect() as MqttClient['stream'], clientOptions(o));
    client = mine;
    const limit = clock.after(limits.connectWaitMs, () => {
      trouble(`no connection within ${limits.connectWaitMs} ms`);
      mine.stream.destroy();
    });
    mine.on('error', (error) => trouble(linkTrouble(error)));
    mine.on('message', (topic, payload, packet) =>
      listeners.message({ topic, payload, retained: packet.retain }),
    );
    mine.on('connect', () => {
      mine.subscribe(subscriptionsOf(o.identity), { qos: 1 }, (error, granted) => {
        limit();
        const denied = (granted ?? []).filter((g) => g.qos > 2).map((g) => g.topic);
        if (error === null && denied.length === 0) ready();
        else {
          trouble(error ? messageOf(error) : `the broker refuses ${denied.join(', ')}`);
          mine.stream.destroy();
        }
      });
    });
    mine.on('close', () => {
      limit();
      mine.stream.destroy();
      if (client === mine) lost();
    });
  };

  return {
    counters,
    get online() {
      return up;
    },
    publish: (topic, payload, { retain }) => {
      // What the broker kept is heard before the subscriptions are granted, and may want an answer.
      if (client === null || !client.connected || unacked >= limits.unackedMax) {
        counters.dropped += 1;
        return;
      }
      const mine = client;
      unacked += 1;
      mine.publish(topic, Buffer.from(payload), { qos: 1, retain }, (error) => {
        if (client === mine) unacked -= 1;
        if (error) counters.dropped += 1;
      });
    },
    ...listeners.setters,
    start: async () => connect(),
    close: () => {
      cancelWait();
      closing ??= client === null ? Promise.resolve() : end(client, clock, limits.closeWaitMs);
      return closing;
    },
  };
}

/** Every option whose default would break something is written out. */
function clientOptions(o: OuterBusOptions): IClientOptions {
  return {
    // MQTT 3.1.1: all that this bus needs, and all that every broker speaks.
    protocolVersion: 4,
    clientId: o.identity.id,
    username: o.identity.id,
    password: o.password,
    // A kept session would queue old orders; retained snapshots bring the state back.
    clean: true,
    keepalive: outerBusLimits.keepaliveS,
    connectTimeout: outerBusLimits.connectWaitMs,
    // The library's own reconnect is off: this object dies with its stream.
    reconnectPeriod: 0,
    resubscribe: false,
    // Default true: messages of an outage would go out minutes late.
    queueQoSZero: false,
    will: { ...o.will, payload: Buffer.from(o.will.payload), qos: 1, retain: true },
  };
}

/** Waits for what is not yet acknowledged, says DISCONNECT (so no will), lets go in any case. */
function end(client: MqttClient, clock: Clock, waitMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(waitMs, () => {
      client.stream.destroy();
      resolve();
    });
    client.end(false, {}, () => {
      cancel();
      client.stream.destroy();
      resolve();
    });
  });
}

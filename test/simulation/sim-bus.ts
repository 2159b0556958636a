/**
 * A machine's bus over the simulated network: what mqtt-link.ts does with MQTT.js, done with the
 * simulated broker. One connection at a time; nothing is kept for a later one but retained values.
 */
import { encode } from '../../broker-config/codec.ts';
import type { MachineState } from '../../broker-config/messages.ts';
import { topics } from '../../broker-config/topics.ts';
import type { Bus } from '../../kiosk-app/runtime/bus.ts';
import type { Clock } from '../../kiosk-app/runtime/ports.ts';
import type { Broker, ClientConnection } from './network.ts';
import type { Random } from './random.ts';

export interface SimBusOptions {
  hall: string;
  machine: string;
  boot: string;
  broker: Broker;
  clock: Clock;
  random: Random;
}

const reconnectMs = { least: 200, most: 5_000 };

export function createSimBus(o: SimBusOptions): Bus & { end(): void } {
  const { hall, machine, boot, broker, clock, random } = o;
  const wanted = new Set<string>();
  const kept = new Map<string, Uint8Array>();
  let connection: ClientConnection | null = null;
  let up = false;
  let ended = false;
  const onMessage: ((topic: string, payload: Uint8Array, retained: boolean) => void)[] = [];
  const onLink: ((up: boolean) => void)[] = [];
  const link = (value: boolean) => {
    for (const f of onLink) f(value);
  };

  const state = (s: MachineState['s']): Uint8Array =>
    encode('machineState', { v: 1, s, boot, at: clock.now() });

  const message = (topic: string, payload: Uint8Array, retained: boolean) => {
    for (const f of onMessage) if (!ended) f(topic, payload, retained);
  };
  const gone = () => {
    connection = null;
    if (ended) return;
    if (up) {
      up = false;
      link(false);
    }
    clock.after(random.int(reconnectMs.least, reconnectMs.most), connect);
  };
  const connected = (made: ClientConnection) => {
    if (ended) return made.close();
    connection = made;
    subscribeAll(made, new Set());
  };
  /** Again for what was added while the broker thought; then the link is up. */
  const subscribeAll = (made: ClientConnection, asked: Set<string>) => {
    if (ended || connection !== made) return;
    const next = [...wanted].filter((topic) => !asked.has(topic));
    if (next.length === 0) return greet(made);
    for (const topic of next) asked.add(topic);
    made.subscribe(next, () => subscribeAll(made, asked));
  };
  const greet = (made: ClientConnection) => {
    up = true;
    made.publish(topics.machineState(hall, machine), state('ready'), true);
    for (const [topic, payload] of kept) made.publish(topic, payload, true);
    link(true);
  };
  const connect = () => {
    if (ended) return;
    broker.connect(
      machine,
      { topic: topics.machineState(hall, machine), payload: state('lost') },
      { message, gone },
      connected,
    );
  };
  clock.after(0, connect);

  return {
    get up() {
      return up;
    },
    send: (topic, payload) => {
      if (ended || !up || connection === null) return false;
      connection.publish(topic, payload, false);
      return true;
    },
    retain: (topic, payload) => {
      if (ended) return;
      kept.set(topic, payload);
      if (up) connection?.publish(topic, payload, true);
    },
    subscribe: (topic) => {
      if (ended || wanted.has(topic)) return;
      wanted.add(topic);
      if (up) connection?.subscribe([topic], () => {});
    },
    unsubscribe: (topic) => {
      wanted.delete(topic);
    },
    onMessage: (f) => void onMessage.push(f),
    onLink: (f) => void onLink.push(f),
    close: async () => {
      connection?.publish(topics.machineState(hall, machine), state('disconnected'), true);
      connection?.close();
      ended = true;
    },
    /** The process died: nothing more goes out, nothing comes in. */
    end: () => {
      ended = true;
    },
  };
}

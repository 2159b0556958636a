/** The bus as the hall has it: the broker in its own process, or one somewhere else. */
import { type Identity, subscriptionsOf } from '../../broker-config/access.ts';
import { encode } from '../../broker-config/codec.ts';
import { topics } from '../../broker-config/topics.ts';
import { type HallBus, newCounters, newListeners } from '../../kiosk-app/hall/hall-bus.ts';
import type { Clock } from '../../kiosk-app/runtime/ports.ts';
import type { Broker, ClientConnection } from './network.ts';
import type { Random } from './random.ts';

export interface SimHallBus extends HallBus {
  /** The process died. */
  crash(): void;
}

export interface HallBusOptions {
  hall: string;
  broker: Broker;
  clock: Clock;
  random: Random;
  boot: string;
  epoch: number;
  published(topic: string, payload: Uint8Array): void;
}

/** The hall's own client id on an outer broker. */
export const hallClient = 'hall';
const goodbyeMsMax = 2_000;
const reconnectMs = { least: 250, most: 5_000 };

/** The broker lives and dies with the hall. */
export function embeddedBus({ broker, published }: HallBusOptions): SimHallBus {
  const listeners = newListeners();
  let alive = true;
  return {
    counters: newCounters(),
    get online() {
      return alive;
    },
    publish: (topic, payload, { retain }) => {
      if (!alive) return;
      published(topic, payload);
      broker.local.publish(topic, payload, retain);
    },
    ...listeners.setters,
    start: async () => {
      broker.start();
      broker.local.onMessage((topic, payload) => {
        if (alive) listeners.message({ topic, payload, retained: false });
      });
      listeners.online();
    },
    close: async () => {},
    crash: () => {
      alive = false;
      broker.crash();
    },
  };
}

/** The hall is a client like all others; the broker keeps what is retained. */
export function outerBus(o: HallBusOptions): SimHallBus {
  const { broker, clock, random, hall } = o;
  const identity: Identity = { hall, id: hallClient, role: 'hall', windows: [] };
  const listeners = newListeners();
  let alive = true;
  let connection: ClientConnection | null = null;
  let online = false;

  const connect = () => {
    if (!alive) return;
    const lost = { v: 1, s: 'lost', boot: o.boot, epoch: o.epoch, at: clock.now() };
    broker.connect(
      hallClient,
      { topic: topics.hallState(hall), payload: encode('hallState', lost) },
      {
        message: (topic, payload, retained) => {
          if (alive) listeners.message({ topic, payload, retained });
        },
        gone: () => {
          connection = null;
          online = false;
          if (alive) clock.after(random.int(reconnectMs.least, reconnectMs.most), connect);
        },
      },
      connected,
    );
  };
  const connected = (made: ClientConnection) => {
    if (!alive) {
      made.close();
      return;
    }
    connection = made;
    made.subscribe(subscriptionsOf(identity), () => {
      if (!alive || connection !== made) return;
      online = true;
      listeners.online();
    });
  };

  return {
    counters: newCounters(),
    get online() {
      return online;
    },
    publish: (topic, payload, { retain }) => {
      if (!alive || !online) return;
      o.published(topic, payload);
      connection?.publish(topic, payload, retain);
    },
    ...listeners.setters,
    start: async () => connect(),
    // The goodbye is given a moment to get through, as long as anything does.
    close: () =>
      new Promise((resolve) => {
        clock.after(random.int(0, goodbyeMsMax), () => {
          connection?.close();
          resolve();
        });
      }),
    crash: () => {
      alive = false;
      broker.cut(hallClient);
    },
  };
}

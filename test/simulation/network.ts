/**
 * The broker and the links to it, as MQTT 3.1.1 over TCP behaves when the network does not:
 *
 *   - one connection keeps its order and loses nothing until it is cut;
 *   - a cut loses what was in flight, or delivers it late, behind what the next connection brings;
 *   - either end may go on believing in a dead connection for a while (half-open);
 *   - QoS 1 may deliver twice; sessions are clean; only the last retained message survives;
 *   - the will is published when the broker notices, possibly after the next birth.
 */
import type { Random } from './random.ts';
import type { World } from './world.ts';

export interface LinkWeather {
  /** One way, mean, ms. */
  linkMs: number;
  duplicate: number;
  /** Chance per message to the broker that it comes once more, much later. */
  replay: number;
  /** Chance that a message in flight when the link is cut arrives all the same, late. */
  late: number;
}

export type Receive = (topic: string, payload: Uint8Array, retained: boolean) => void;

export interface Will {
  topic: string;
  payload: Uint8Array;
}

/** A client's end of one connection. Single-use. */
export interface ClientConnection {
  publish(topic: string, payload: Uint8Array, retain: boolean): void;
  /** Resolved by `done` when the broker's answer is back. */
  subscribe(filters: readonly string[], done: () => void): void;
  /** Orderly end: the will is not published. */
  close(): void;
}

export interface ClientEvents {
  message: Receive;
  /** The client has noticed that the connection is gone. */
  gone(): void;
}

export interface Broker {
  /**
   * Opens a connection; `connected` is called when the broker has accepted it. undefined: nobody
   * listens (the broker is down) or there is no route.
   */
  connect(
    clientId: string,
    will: Will | null,
    events: ClientEvents,
    connected: (connection: ClientConnection) => void,
  ): void;
  /** The link of one client breaks now; both ends notice later, each in its own time. */
  cut(clientId: string): void;
  /** No new connection of this client comes through while false. */
  route(clientId: string, open: boolean): void;
  /** Messages as the process that holds the broker (the hall) sees them, in process. */
  local: {
    publish(topic: string, payload: Uint8Array, retain: boolean): void;
    onMessage(f: (topic: string, payload: Uint8Array, clientId: string) => void): void;
  };
  /** The broker dies with all it holds in memory; listeners in its process die with it. */
  crash(): void;
  start(): void;
  readonly up: boolean;
  retained(topic: string): Uint8Array | undefined;
}

interface Session {
  clientId: string;
  will: Will | null;
  events: ClientEvents;
  filters: string[];
  /** Both directions deliver. */
  whole: boolean;
  clientKnowsGone: boolean;
  brokerKnowsGone: boolean;
  /** Earliest time of the next delivery per direction: keeps the order. */
  upFreeAt: number;
  downFreeAt: number;
  inFlight: Set<InFlight>;
}

interface InFlight {
  cancel: () => void;
  deliver: () => void;
  up: boolean;
}

/** How long the ends take to notice a cut, longest, ms: 1.5 x keepalive. */
const noticeMsMax = 8_000;
/** How late a late message comes, longest, ms. */
const lateMsMax = 30_000;
const replayMsMax = 600_000;

export function createBroker(world: World, random: Random, weather: () => LinkWeather): Broker {
  const sessions = new Map<string, Session>();
  const retained = new Map<string, Uint8Array>();
  const noRoute = new Set<string>();
  const locals: ((topic: string, payload: Uint8Array, clientId: string) => void)[] = [];
  let up = false;

  const carry = (session: Session, isUp: boolean, deliver: () => void): void => {
    const free = isUp ? session.upFreeAt : session.downFreeAt;
    const at = Math.max(free, world.time + random.exponential(weather().linkMs));
    if (isUp) session.upFreeAt = at;
    else session.downFreeAt = at;
    const item: InFlight = { cancel: () => {}, deliver, up: isUp };
    item.cancel = world.after(at - world.time, () => {
      session.inFlight.delete(item);
      deliver();
    });
    session.inFlight.add(item);
  };

  const forward = (
    session: Session,
    topic: string,
    payload: Uint8Array,
    isRetained: boolean,
  ): void => {
    if (session.brokerKnowsGone || !session.whole) return;
    const times = !isRetained && random.chance(weather().duplicate) ? 2 : 1;
    for (let i = 0; i < times; i++) {
      carry(session, false, () => {
        if (!session.clientKnowsGone) session.events.message(topic, payload, isRetained);
      });
    }
  };

  const spread = (
    topic: string,
    payload: Uint8Array,
    retain: boolean,
    from: string | null,
  ): void => {
    if (!up) return;
    if (retain) {
      if (payload.length === 0) retained.delete(topic);
      else retained.set(topic, payload);
    }
    for (const session of sessions.values()) {
      if (session.filters.some((f) => matches(f, topic))) forward(session, topic, payload, false);
    }
    if (from !== null) for (const f of locals) f(topic, payload, from);
  };

  /** The broker lets a session go; its will is told unless the client said goodbye. */
  const drop = (session: Session, sayWill: boolean): void => {
    if (session.brokerKnowsGone) return;
    session.brokerKnowsGone = true;
    if (sessions.get(session.clientId) === session) sessions.delete(session.clientId);
    if (sayWill && session.will !== null) {
      spread(session.will.topic, session.will.payload, true, session.clientId);
    }
  };

  const lose = (session: Session): void => {
    if (session.clientKnowsGone) return;
    session.clientKnowsGone = true;
    session.events.gone();
  };

  const breakLink = (session: Session): void => {
    if (!session.whole) return;
    session.whole = false;
    for (const item of [...session.inFlight]) {
      item.cancel();
      // Only what goes up can come late: the client that waited for the rest no longer listens.
      if (item.up && random.chance(weather().late)) {
        world.after(random.int(0, lateMsMax), () => {
          if (up) item.deliver();
        });
      }
    }
    session.inFlight.clear();
  };

  const connect: Broker['connect'] = (clientId, will, events, connected) => {
    const session: Session = {
      clientId,
      will,
      events,
      filters: [],
      whole: true,
      clientKnowsGone: false,
      brokerKnowsGone: false,
      upFreeAt: 0,
      downFreeAt: 0,
      inFlight: new Set(),
    };
    world.after(random.exponential(weather().linkMs) * 2, () => {
      if (!up || noRoute.has(clientId)) {
        lose(session);
        return;
      }
      const older = sessions.get(clientId);
      if (older !== undefined) {
        // Take-over [MQTT-3.1.4-2]: the older connection is closed and its will published.
        drop(older, true);
        breakLink(older);
        world.after(random.int(0, noticeMsMax), () => lose(older));
      }
      sessions.set(clientId, session);
      connected(endOf(session));
    });
  };

  const endOf = (session: Session): ClientConnection => ({
    publish: (topic, payload, retain) => {
      if (session.clientKnowsGone || !session.whole) return;
      const times = random.chance(weather().duplicate) ? 2 : 1;
      for (let i = 0; i < times; i++) {
        carry(session, true, () => spread(topic, payload, retain, session.clientId));
      }
      if (retain || !random.chance(weather().replay)) return;
      world.after(random.int(0, replayMsMax), () => {
        // Not after the storm.
        if (weather().replay > 0) spread(topic, payload, false, session.clientId);
      });
    },
    subscribe: (filters, done) => {
      if (session.clientKnowsGone || !session.whole) return;
      carry(session, true, () => {
        if (session.brokerKnowsGone || !session.whole) return;
        session.filters.push(...filters);
        for (const [topic, payload] of retained) {
          if (filters.some((f) => matches(f, topic))) forward(session, topic, payload, true);
        }
        carry(session, false, () => {
          if (!session.clientKnowsGone) done();
        });
      });
    },
    close: () => {
      session.clientKnowsGone = true;
      drop(session, false);
      breakLink(session);
    },
  });

  return {
    connect,
    cut: (clientId) => {
      const session = sessions.get(clientId);
      if (session === undefined) return;
      breakLink(session);
      world.after(random.int(0, noticeMsMax), () => drop(session, true));
      world.after(random.int(0, noticeMsMax), () => lose(session));
    },
    route: (clientId, open) => {
      if (open) noRoute.delete(clientId);
      else noRoute.add(clientId);
    },
    local: {
      publish: (topic, payload, retain) => spread(topic, payload, retain, null),
      onMessage: (f) => {
        locals.push(f);
      },
    },
    crash: () => {
      up = false;
      retained.clear();
      for (const session of [...sessions.values()]) {
        session.brokerKnowsGone = true;
        breakLink(session);
        world.after(random.int(0, noticeMsMax), () => lose(session));
      }
      sessions.clear();
      locals.length = 0;
    },
    start: () => {
      up = true;
    },
    get up() {
      return up;
    },
    retained: (topic) => retained.get(topic),
  };
}

/** MQTT topic filters [MQTT-4.7]: `+` one level, `#` the rest. */
export function matches(filter: string, topic: string): boolean {
  if (filter === topic) return true;
  if (!filter.includes('+') && !filter.includes('#')) return false;
  const f = filter.split('/');
  const t = topic.split('/');
  for (let i = 0; i < f.length; i++) {
    if (f[i] === '#') return true;
    if (t[i] === undefined || (f[i] !== '+' && f[i] !== t[i])) return false;
  }
  return f.length === t.length;
}

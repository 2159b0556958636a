/**
 * The only file of a machine that knows MQTT.js.
 *
 * One client object per connection: it is thrown away with its stream and a new one is made. So
 * nothing that the library keeps (its store of unacknowledged packets, its offline queue, its
 * resubscriptions) reaches a later connection: a request of before the outage is never sent late,
 * and a publish that the broker refuses by hanging up is not repeated for ever.
 */
import { connect as connectTcp } from 'node:net';
import type { Duplex } from 'node:stream';
import { type IClientOptions, MqttClient } from 'mqtt';
import { encode } from '../../broker-config/codec.ts';
import { BusError } from '../../broker-config/errors.ts';
import type { MachineState } from '../../broker-config/messages.ts';
import { topics } from '../../broker-config/topics.ts';
import { type BackoffLimits, backoff } from './backoff.ts';
import { linkTrouble } from './broker-tls.ts';
import { type Bus, busLimits } from './bus.ts';
import { messageOf } from './errors.ts';
import type { Log } from './log.ts';
import type { Clock } from './ports.ts';

export const mqttLimits = {
  /** A dead link is noticed within 1.5 x this. */
  keepaliveS: 5,
  /** Stream, CONNACK, subscriptions and birth together. */
  connectMs: 5_000,
  backoff: { minMs: 200, maxMs: 5_000, factor: 2 } satisfies BackoffLimits,
  /** A connection that lasted less was perhaps taken over by a twin with the same id. */
  shortLifeMs: 10_000,
  shortLivesMax: 3,
  takenOver: { minMs: 60_000, maxMs: 300_000, factor: 2 } satisfies BackoffLimits,
  /** Saying `disconnected` and having it acknowledged. */
  goodbyeMs: 1_000,
} as const;

export interface MqttLinkOptions {
  hall: string;
  machine: string;
  /** UUIDv7 of this process start. */
  boot: string;
  password: string;
  /** Makes the stream of one connection. */
  connect: () => Duplex;
  clock: Clock;
  log: Log;
  /** Even in [0, 1). */
  random: () => number;
}

/**
 * `mqtt://host:port` or `mqtts://...` -> maker of streams. Nagle off: it costs 40 ms a message.
 * @param ca certificates (PEM) that alone may have signed the broker's; left out: those of Node
 */
export function streamTo(brokerUrl: string, ca?: string): () => Duplex {
  const url = new URL(brokerUrl);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (url.protocol === 'mqtts:') {
    const port = Number(url.port || 8883);
    // Loaded when used: it costs 2 MB in every machine.
    const tls = process.getBuiltinModule('node:tls');
    const { isIP } = process.getBuiltinModule('node:net');
    // An address is no server name (RFC 6066, 3); it is still held against the certificate.
    const name = isIP(host) === 0 ? { servername: host } : {};
    const trust = ca === undefined ? {} : { ca };
    return () => tls.connect({ host, port, ...name, ...trust }).setNoDelay(true);
  }
  const port = Number(url.port || 1883);
  return () => connectTcp({ host, port, noDelay: true });
}

export function mqttLink(o: MqttLinkOptions): Bus {
  const retained = new Map<string, Buffer>();
  const subscriptions = new Set<string>();
  const onMessage: ((topic: string, payload: Uint8Array, retained: boolean) => void)[] = [];
  const onLink: ((up: boolean) => void)[] = [];
  const { clock, log } = o;
  const stateTopic = topics.machineState(o.hall, o.machine);
  const state = (s: MachineState['s']) =>
    encode('machineState', { v: 1, s, boot: o.boot, at: clock.now() } satisfies MachineState);

  let client: MqttClient | undefined;
  let up = false;
  let closed = false;
  let upAt = 0;
  let shortLives = 0;
  let waits = backoff(mqttLimits.backoff, o.random);
  let cancelWait = () => {};
  let lastTrouble = '';

  function setUp(value: boolean): void {
    if (up === value) return;
    up = value;
    for (const f of onLink) f(value);
  }

  function connect(): void {
    const mine = newClient(o, state('lost'));
    client = mine;
    // Its PUBACK is a write of its own: what waits for the message goes first, a paper's first byte.
    mine.handleMessage = (_packet, acknowledge) => void setImmediate(acknowledge);
    const limit = clock.after(mqttLimits.connectMs, () => {
      trouble(`no connection within ${mqttLimits.connectMs} ms`);
      mine.stream.destroy();
    });
    mine.on('error', (error) => trouble(linkTrouble(error)));
    mine.on('message', (topic, payload, packet) => {
      for (const f of onMessage) f(topic, payload, packet.retain === true);
    });
    mine.on('connect', () => {
      subscribeAll(mine).then(
        () => {
          limit();
          if (client === mine && mine.connected && !closed) greet(mine);
        },
        (error: unknown) => {
          trouble(messageOf(error));
          mine.stream.destroy();
        },
      );
    });
    mine.on('close', () => {
      limit();
      // The library ends the stream, but a half-open one may stay: throw it away for good.
      mine.stream.destroy();
      if (client === mine) lost();
    });
  }

  async function subscribeAll(mine: MqttClient): Promise<void> {
    const asked = new Set<string>();
    // Again for what was added while the broker thought.
    for (let next = [...subscriptions]; next.length > 0; ) {
      for (const topic of next) asked.add(topic);
      // Denied = 128, or nothing but silence (Mosquitto).
      const granted = await mine.subscribeAsync(next, { qos: 1 });
      const refused = granted.filter((g) => g.qos > 2).map((g) => g.topic);
      if (refused.length > 0) {
        throw new BusError('BUS_REFUSED', `the broker refuses ${refused.join(', ')}`);
      }
      next = [...subscriptions].filter((topic) => !asked.has(topic));
    }
  }

  function greet(mine: MqttClient): void {
    upAt = clock.mono();
    lastTrouble = '';
    publish(mine, stateTopic, state('ready'), true);
    for (const [topic, payload] of retained) publish(mine, topic, payload, true);
    log.info({}, 'connected to the broker');
    setUp(true);
  }

  function lost(): void {
    const wasUp = up;
    client = undefined;
    setUp(false);
    if (closed) return;
    if (wasUp) countLife(clock.mono() - upAt);
    const waitMs = waits.next().value;
    log[wasUp ? 'warn' : 'debug']({ waitMs: Math.round(waitMs) }, 'no link to the broker');
    cancelWait = clock.after(waitMs, connect);
  }

  /** Twins with one id kick each other out for ever; 3.1.1 gives no reason, so count. */
  function countLife(lifeMs: number): void {
    shortLives = lifeMs < mqttLimits.shortLifeMs ? shortLives + 1 : 0;
    if (shortLives === 0) waits = backoff(mqttLimits.backoff, o.random);
    if (shortLives !== mqttLimits.shortLivesMax) return;
    waits = backoff(mqttLimits.takenOver, o.random);
    log.error(
      { code: 'RUN_TAKEN_OVER', closes: shortLives },
      `the broker ended ${shortLives} connections of ${o.machine} right after they began: ` +
        'does another machine use the same profile?',
    );
  }

  /** Said once per cause, however often it comes. */
  function trouble(message: string): void {
    if (closed || message === lastTrouble) return;
    lastTrouble = message;
    log.warn({ why: message }, 'the broker can not be reached');
  }

  // The first connect waits for one turn, so that whoever made the link can subscribe first.
  cancelWait = clock.after(0, connect);

  return {
    get up() {
      return up;
    },
    send(topic, payload) {
      if (!up || client === undefined) return false;
      publish(client, topic, payload, false);
      return true;
    },
    retain(topic, payload) {
      if (!retained.has(topic) && retained.size >= busLimits.retainedMax) {
        throw new BusError('BUS_QUEUE_FULL', `more than ${busLimits.retainedMax} retained topics`);
      }
      retained.set(topic, payload);
      if (up && client !== undefined) publish(client, topic, payload, true);
    },
    subscribe(topic) {
      if (subscriptions.has(topic)) return;
      if (subscriptions.size >= busLimits.subscriptionsMax) {
        throw new BusError('BUS_QUEUE_FULL', `more than ${busLimits.subscriptionsMax} topics`);
      }
      subscriptions.add(topic);
      if (!up) return;
      client?.subscribe(topic, { qos: 1 }, (error, granted) => {
        const refused = error !== null || granted?.some((g) => g.qos > 2);
        if (refused && up) log.error({ code: 'BUS_REFUSED', topic }, 'the broker refuses a topic');
      });
    },
    unsubscribe(topic) {
      if (subscriptions.delete(topic) && up) client?.unsubscribe(topic);
    },
    onMessage: (f) => void onMessage.push(f),
    onLink: (f) => void onLink.push(f),
    async close() {
      if (closed) return;
      const wasUp = up;
      closed = true;
      cancelWait();
      const last = client;
      if (last !== undefined && wasUp)
        await goodbye(last, stateTopic, state('disconnected'), clock);
      last?.stream.destroy();
      client = undefined;
      setUp(false);
    },
  };
}

function newClient(o: MqttLinkOptions, will: Buffer): MqttClient {
  const options: IClientOptions = {
    // MQTT 3.1.1: the embedded broker speaks nothing newer.
    protocolVersion: 4,
    clientId: o.machine,
    username: o.machine,
    password: o.password,
    // Sessions that last would replay calls of an hour ago; state comes back by snapshot.
    clean: true,
    keepalive: mqttLimits.keepaliveS,
    // The library's own reconnect is off: this object dies with its stream.
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    connectTimeout: mqttLimits.connectMs,
    // The default keeps 65,536 prepared numbers in memory: 7 MB to save a microsecond.
    writeCache: false,
    will: {
      topic: topics.machineState(o.hall, o.machine),
      payload: will,
      qos: 1,
      retain: true,
    },
    timerVariant: intervals(o.clock),
  };
  return new MqttClient(() => o.connect() as MqttClient['stream'], options);
}

/** The library's keep-alive on our clock. */
function intervals(clock: Clock): {
  set: (f: () => void, ms: number) => number;
  clear(id: number): void;
} {
  const running = new Map<number, () => void>();
  let last = 0;
  return {
    set(f, ms) {
      last += 1;
      const id = last;
      const again = () => {
        running.set(
          id,
          clock.after(ms, () => {
            again();
            f();
          }),
        );
      };
      again();
      return id;
    },
    clear(id) {
      running.get(id)?.();
      running.delete(id);
    },
  };
}

function publish(client: MqttClient, topic: string, payload: Buffer, retain: boolean): void {
  // Nobody waits for the PUBACK: it proves nothing about the hall (and never comes after a cut).
  client.publish(topic, payload, { qos: 1, retain }, () => {});
}

/** Birth's counterpart, then DISCONNECT: the broker drops the will. */
function goodbye(client: MqttClient, topic: string, payload: Buffer, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    const limit = clock.after(mqttLimits.goodbyeMs, resolve);
    client.publish(topic, payload, { qos: 1, retain: true }, () => {
      client.end(false, {}, () => {
        limit();
        resolve();
      });
    });
  });
}

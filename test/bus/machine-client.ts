/** A machine of the tests: MQTT.js as bare as it gets, so that a broker's own behaviour shows. */
import { connect as connectTcp, type Socket } from 'node:net';
import { type IClientOptions, MqttClient } from 'mqtt';
import { decode, encode } from '../../broker-config/codec.ts';
import type { Answer, RequestBody, RequestOp } from '../../broker-config/messages.ts';
import { topics } from '../../broker-config/topics.ts';
import { within } from '../harness/until.ts';
import { newKey } from './hall-fixture.ts';

export const waitMs = 5000;

export interface Received {
  topic: string;
  payload: Buffer;
  retain: boolean;
}

export interface Machine {
  id: string;
  boot: string;
  client: MqttClient;
  socket: Socket;
  received: Received[];
  /** Messages on this topic so far. */
  on(topic: string): Received[];
  publish(topic: string, payload: string | Buffer, retain?: boolean): void;
  subscribe(...filters: string[]): Promise<number[]>;
  /** Sends a request and waits for the answer under its key. */
  ask<Op extends RequestOp>(op: Op, body: RequestBody<Op>, epoch?: number): Promise<Answer<Op>>;
  /** The answer to something sent by hand under this key; ask before it is sent. */
  answer(key: string): Promise<Answer>;
  birth(): void;
  /** The link breaks without a word. */
  kill(): void;
  end(): Promise<void>;
}

export interface MachineOptions {
  port: number;
  id: string;
  password: string;
  /** Anything else than a well-behaved machine would set. */
  options?: Partial<IClientOptions>;
  noDelay?: boolean;
}

/** Connects and subscribes to its answers. Rejects when the broker refuses. */
export async function openMachine(o: MachineOptions): Promise<Machine> {
  const { id, port } = o;
  const boot = newKey();
  const sockets: Socket[] = [];
  const client = new MqttClient(
    () => {
      const socket = connectTcp({ host: '127.0.0.1', port, noDelay: o.noDelay ?? true });
      sockets.push(socket);
      return socket as MqttClient['stream'];
    },
    {
      ...{ protocolVersion: 4, clientId: id, username: id, password: o.password },
      ...{ clean: true, keepalive: 10, reconnectPeriod: 0, queueQoSZero: false },
      will: {
        topic: topics.machineState('h', id),
        payload: encode('machineState', { v: 1, s: 'lost', boot, at: 0 }),
        ...{ qos: 1, retain: true },
      },
      ...o.options,
    },
  );
  const received: Received[] = [];
  client.on('message', (topic, payload, packet) => {
    received.push({ topic, payload, retain: packet.retain });
  });
  await within(
    new Promise<void>((resolve, reject) => {
      client.once('connect', () => resolve());
      client.once('error', reject);
      client.once('close', () => reject(new Error('closed')));
    }),
    waitMs,
    `connection of ${id}`,
  );
  client.on('error', () => {});
  const [socket] = sockets;
  if (socket === undefined) throw new Error('no socket');

  const waiting = new Map<string, (answer: Answer) => void>();
  client.on('message', (topic, payload) => {
    if (topic !== topics.reply('h', id)) return;
    const decoded = decode('reply', payload);
    if (decoded.ok) waiting.get(decoded.value.key)?.(decoded.value as Answer);
  });
  const answer = (key: string): Promise<Answer> =>
    within(new Promise((resolve) => waiting.set(key, resolve)), waitMs, `answer to ${id}`);

  const machine: Machine = {
    ...{ id, boot, client, socket, received, answer },
    on: (topic) => received.filter((r) => r.topic === topic),
    publish: (topic, payload, retain = false) => {
      client.publish(topic, payload, { qos: 1, retain }, () => {});
    },
    subscribe: async (...filters) => {
      const granted = await new Promise<{ qos: number }[]>((resolve) => {
        client.subscribe(filters, { qos: 1 }, (_, all) => resolve(all ?? []));
      });
      return granted.map((g) => g.qos);
    },
    ask: async (op, body, epoch = 0) => {
      const key = newKey();
      const request = encode('request', { v: 1, key, epoch, body });
      const answered = answer(key);
      machine.publish(topics.request('h', op, id), request);
      return (await answered) as Answer<typeof op>;
    },
    birth: () => {
      const birth = encode('machineState', { v: 1, s: 'ready', boot, at: 0 });
      machine.publish(topics.machineState('h', id), birth, true);
    },
    kill: () => socket.destroy(),
    end: () =>
      new Promise((resolve) => {
        client.end(true, {}, () => resolve());
      }),
  };
  return machine;
}

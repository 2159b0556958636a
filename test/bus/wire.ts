/** A client of bare bytes: what is sent and what comes back stands in the test as it is on the wire. */
import { connect } from 'node:net';
import { until } from '../harness/until.ts';
import { waitMs } from './machine-client.ts';

export interface Wire {
  send(...parts: (Buffer | readonly number[])[]): void;
  /** Waits until exactly these bytes came next. */
  expect(...bytes: number[]): Promise<void>;
  /** Bytes not yet expected. */
  readonly rest: Buffer;
  /** What has come so far, as it was read from the socket. */
  readonly chunks: readonly Buffer[];
  /** The other side hung up. */
  closed(): Promise<void>;
  /** Reads nothing any more. */
  freeze(): void;
  destroy(): void;
}

export async function openWire(port: number): Promise<Wire> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  let rest = Buffer.alloc(0);
  let ended = false;
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => {
    chunks.push(chunk);
    rest = Buffer.concat([rest, chunk]);
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    ended = true;
  });
  await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
  return {
    send: (...parts) => {
      for (const part of parts) socket.write(Buffer.from(part));
    },
    expect: async (...bytes) => {
      await until(() => rest.length >= bytes.length || ended, waitMs, `bytes ${bytes}`);
      const got = [...rest.subarray(0, bytes.length)];
      rest = rest.subarray(bytes.length);
      if (got.join(' ') !== bytes.join(' ')) throw new Error(`expected ${bytes}, got ${got}`);
    },
    get rest() {
      return rest;
    },
    chunks,
    closed: async () => {
      await until(() => ended, waitMs, 'hang-up');
    },
    freeze: () => {
      socket.pause();
    },
    destroy: () => socket.destroy(),
  };
}

/** UTF-8 string with its length in two bytes (MQTT 3.1.1, 1.5.3). */
const text = (s: string | Buffer) => {
  const bytes = Buffer.from(s);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
};

/** Fixed header and body; bodies here stay below 16,384 bytes. */
export function packet(type: number, ...body: Buffer[]): Buffer {
  const all = Buffer.concat(body);
  const length =
    all.length < 128 ? [all.length] : [(all.length & 0x7f) | 0x80, Math.floor(all.length / 128)];
  return Buffer.concat([Buffer.from([type, ...length]), all]);
}

export interface ConnectFields {
  id: string;
  user?: string;
  password?: string;
  clean?: boolean;
  keepaliveS?: number;
  level?: number;
}

/** CONNECT, 3.1. */
export function connectPacket(c: ConnectFields): Buffer {
  const { id, user = id, password = '', clean = true, keepaliveS = 10, level = 4 } = c;
  const flags = 0xc0 | (clean ? 0x02 : 0);
  const head = Buffer.concat([
    text('MQTT'),
    Buffer.from([level, flags, keepaliveS >> 8, keepaliveS & 0xff]),
    // Version 5 has properties here: none.
    ...(level === 5 ? [Buffer.from([0])] : []),
  ]);
  return packet(0x10, head, text(id), text(user), text(password));
}

/** PUBLISH with QoS 1, 3.3. */
export const publishPacket = (topic: string, messageId: number, payload: string) =>
  packet(0x32, text(topic), Buffer.from([messageId >> 8, messageId & 0xff]), Buffer.from(payload));

/** SUBSCRIBE with QoS 1, 3.8. */
export const subscribePacket = (messageId: number, ...filters: string[]) =>
  packet(
    0x82,
    Buffer.from([messageId >> 8, messageId & 0xff]),
    ...filters.flatMap((f) => [text(f), Buffer.from([1])]),
  );

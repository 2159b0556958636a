/** A real broker (aedes) whose connections are pairs of streams in memory, with a hand on the wire. */
import { type Duplex, duplexPair } from 'node:stream';
import { Aedes, type AedesOptions } from 'aedes';

export interface Published {
  topic: string;
  payload: string;
  retain: boolean;
}

export interface MemoryBroker {
  readonly aedes: Aedes;
  /** Everything clients published, in order; wills too. */
  readonly published: Published[];
  /** As a machine's link takes it. While `down`, a connection breaks at once. */
  connect(): Duplex;
  down: boolean;
  /** Breaks every connection without a word. */
  cut(): void;
  /** Nothing passes any more, but nobody is told: a cable pulled out. */
  freeze(): void;
  readonly connections: number;
  publish(topic: string, payload: string | Buffer, retain?: boolean): Promise<void>;
  close(): Promise<void>;
}

export async function memoryBroker(options: AedesOptions = {}): Promise<MemoryBroker> {
  const aedes = await Aedes.createBroker({ drainTimeout: 3000, concurrency: 10_000, ...options });
  const published: Published[] = [];
  const ends = new Set<Duplex>();
  let connections = 0;
  aedes.on('publish', (packet, client) => {
    if (client === null && packet.topic.startsWith('$SYS')) return;
    published.push({
      topic: packet.topic,
      payload: packet.payload.toString(),
      retain: packet.retain,
    });
  });
  const broker: MemoryBroker = {
    aedes,
    published,
    down: false,
    connect() {
      connections += 1;
      const [near, far] = duplexPair();
      if (broker.down) {
        setImmediate(() =>
          near.destroy(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })),
        );
        return near;
      }
      // A real socket tells the other end that it is gone; a pair in memory has to be told.
      near.on('close', () => far.destroy());
      far.on('close', () => near.destroy());
      far.on('error', () => {});
      ends.add(near);
      near.on('close', () => ends.delete(near));
      aedes.handle(far);
      return near;
    },
    cut() {
      for (const end of [...ends]) end.destroy();
    },
    freeze() {
      for (const end of ends) {
        end.removeAllListeners('data');
        end.unpipe();
        end.pause();
      }
    },
    get connections() {
      return connections;
    },
    publish: (topic, payload, retain = false) =>
      new Promise((resolve, reject) => {
        aedes.publish({ cmd: 'publish', topic, payload, qos: 1, retain, dup: false }, (error) =>
          error ? reject(error) : resolve(),
        );
      }),
    close: () => new Promise((resolve) => aedes.close(() => resolve())),
  };
  return broker;
}

/** What no system can go below on this machine, taken in the same run as what is compared with it. */
import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { uuidv7 } from 'uuidv7';
import { credentialFile, readSecret } from '../../broker-config/credentials.ts';
import { topics } from '../../broker-config/topics.ts';
import type { Bus } from '../../kiosk-app/runtime/bus.ts';
import { realClock } from '../../kiosk-app/runtime/clock.ts';
import { createLog } from '../../kiosk-app/runtime/log.ts';
import { mqttLink, streamTo } from '../../kiosk-app/runtime/mqtt-link.ts';
import { hall } from './hall-profile.ts';

/** A request of the usual size, and what SQLite's log grows by in one commit of one press. */
const syncBytes = 4096;
const echoWaitMs = 10_000;

export interface Echo {
  /** One QoS 1 message there and back, ms. */
  once(): Promise<number>;
  close(): Promise<void>;
}

export async function connectEcho(
  machine: string,
  broker: { port: number; dataDir: string },
): Promise<Echo> {
  const bus: Bus = mqttLink({
    hall,
    machine,
    boot: uuidv7(),
    clock: realClock,
    log: createLog('silent', process.stdout),
    random: Math.random,
    password: readSecret(credentialFile(broker.dataDir, machine)),
    connect: streamTo(`mqtt://127.0.0.1:${broker.port}`),
  });
  let heard = () => {};
  bus.onMessage(() => heard());
  bus.subscribe(topics.reply(hall, machine));
  await new Promise<void>((resolve) => bus.onLink((up) => up && resolve()));
  const body = { service: 'tax', paper: true, source: 'touch' };
  return {
    once() {
      const began = performance.now();
      const payload = Buffer.from(JSON.stringify({ v: 1, key: uuidv7(), epoch: 1, body }));
      return new Promise((resolve, reject) => {
        const late = setTimeout(() => reject(new Error('an echo was lost')), echoWaitMs);
        heard = () => {
          clearTimeout(late);
          resolve(performance.now() - began);
        };
        bus.send(topics.request(hall, 'take', machine), payload);
      });
    },
    close: () => bus.close(),
  };
}

export interface Sync {
  /** Append and fdatasync, ms. */
  once(): number;
  close(): void;
}

export function openSync4k(dir: string): Sync {
  const fd = openSync(join(dir, 'floor.bin'), 'a');
  const bytes = Buffer.alloc(syncBytes, 0x5a);
  return {
    once() {
      const began = performance.now();
      writeSync(fd, bytes);
      fdatasyncSync(fd);
      return performance.now() - began;
    },
    close: () => closeSync(fd),
  };
}

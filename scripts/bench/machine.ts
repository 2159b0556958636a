/** A machine of the benchmark: the real link to the hall, without devices and without a disk. */
import { uuidv7 } from 'uuidv7';
import { credentialFile, readSecret } from '../../broker-config/credentials.ts';
import type { RequestBody, RequestOp, RequestResult, Role } from '../../broker-config/messages.ts';
import { realClock } from '../../kiosk-app/runtime/clock.ts';
import { hallLink, type MachineLink } from '../../kiosk-app/runtime/hall-link.ts';
import type { Log } from '../../kiosk-app/runtime/log.ts';
import { mqttLink, streamTo } from '../../kiosk-app/runtime/mqtt-link.ts';
import type { HallView } from '../../kiosk-app/runtime/ports.ts';
import type { Spool } from '../../kiosk-app/runtime/spool.ts';
import { hall } from './hall-profile.ts';

export const requestWaitMs = 10_000;
const onlineWaitMs = 10_000;

export interface BenchMachine {
  link: MachineLink;
  ask<Op extends RequestOp>(op: Op, body: RequestBody<Op>): Promise<RequestResult<Op>>;
  close(): Promise<void>;
}

export async function connectMachine(
  machine: string,
  role: Role,
  broker: { port: number; dataDir: string },
): Promise<BenchMachine> {
  const parts = { hall, machine, clock: realClock, log: silent, random: Math.random };
  const bus = mqttLink({
    ...parts,
    boot: uuidv7(),
    password: readSecret(credentialFile(broker.dataDir, machine)),
    connect: streamTo(`mqtt://127.0.0.1:${broker.port}`),
  });
  const link = hallLink({ ...parts, role, bus, spool: noSpool(), makeKey: uuidv7 });
  link.begin();
  await seen(link, (view) => view.online && view.directory !== null && view.board !== null);
  return {
    link,
    async ask(op, body) {
      const answer = await link.request(op, body, { key: uuidv7(), deadlineMs: requestWaitMs });
      if (!answer.ok) throw new Error(`${machine} ${op}: ${answer.refusal.code}`);
      return answer.result;
    },
    async close() {
      link.close();
      await bus.close();
    },
  };
}

/** Resolves as soon as the machine's view of the hall satisfies `good`. */
export function seen(link: MachineLink, good: (view: HallView) => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error('not seen in time')), onlineWaitMs);
    const unwatch = link.watch((view) => {
      if (!good(view)) return;
      clearTimeout(limit);
      setImmediate(() => unwatch());
      resolve();
    });
  });
}

const silent: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: (fields, text) => console.error(text, fields),
  fatal: (fields, text) => console.error(text, fields),
  child: () => silent,
};

/** Nothing is delivered durably by a benchmark's machine, so nothing has to be kept. */
function noSpool(): Spool {
  let epoch = 0;
  return {
    outbox: {
      add: () => undefined,
      first: () => undefined,
      remove: () => undefined,
      defer: () => undefined,
      all: () => [],
      size: 0,
    },
    held: { put: () => undefined, remove: () => undefined, all: () => [] },
    jobs: {
      add: () => undefined,
      setState: () => undefined,
      get: () => undefined,
      unfinished: () => [],
    },
    get epoch() {
      return epoch;
    },
    setEpoch: (value) => {
      epoch = value;
    },
    close: () => undefined,
  };
}

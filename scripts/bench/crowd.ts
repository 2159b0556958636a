/**
 * A machine of the crowd: hears everything that a real one of its role hears, and reads only the
 * answers to its own requests. Two hundred machines stand in one process here; what each of them would
 * do with the news on its own board is not the hall's load.
 */
import { uuidv7 } from 'uuidv7';
import { credentialFile, readSecret } from '../../broker-config/credentials.ts';
import type { RequestBody, RequestOp, RequestResult } from '../../broker-config/messages.ts';
import { topics } from '../../broker-config/topics.ts';
import type { Bus } from '../../kiosk-app/runtime/bus.ts';
import { realClock } from '../../kiosk-app/runtime/clock.ts';
import { createLog } from '../../kiosk-app/runtime/log.ts';
import { mqttLink, streamTo } from '../../kiosk-app/runtime/mqtt-link.ts';
import { hall } from './hall-profile.ts';
import { requestWaitMs } from './machine.ts';

/** As broker-config's Answer, read without a check: the hall's own words to a benchmark. */
type Heard = { key: string } & (
  | { ok: true; result: unknown }
  | { ok: false; refusal: { code: string } }
);

export interface CrowdMachine {
  /** @throws Error with the refusal's code */
  ask<Op extends RequestOp>(op: Op, body: RequestBody<Op>): Promise<RequestResult<Op>>;
  close(): Promise<void>;
}

/** @param window its window when it is one; null: a queue machine */
export async function connectCrowdMachine(
  machine: string,
  window: string | null,
  broker: { port: number; dataDir: string },
): Promise<CrowdMachine> {
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
  const asked = new Map<string, (answer: Heard) => void>();
  const replies = topics.reply(hall, machine);
  bus.onMessage((topic, payload) => {
    if (topic !== replies) return;
    const answer: Heard = JSON.parse(Buffer.from(payload).toString());
    asked.get(answer.key)?.(answer);
    asked.delete(answer.key);
  });
  bus.subscribe(replies);
  for (const of of ['hallState', 'directory', 'board'] as const) bus.subscribe(topics[of](hall));
  if (window !== null) {
    bus.subscribe(topics.log(hall));
    bus.subscribe(topics.windowSnapshot(hall, window));
  }
  await new Promise<void>((resolve) => bus.onLink((up) => up && resolve()));
  return {
    async ask<Op extends RequestOp>(op: Op, body: RequestBody<Op>) {
      const key = uuidv7();
      const payload = Buffer.from(JSON.stringify({ v: 1, key, epoch: 0, body }));
      const answer = await new Promise<Heard>((resolve, reject) => {
        const late = setTimeout(() => reject(new Error('an answer was lost')), requestWaitMs);
        asked.set(key, (heard) => {
          clearTimeout(late);
          resolve(heard);
        });
        bus.send(topics.request(hall, op, machine), payload);
      });
      if (!answer.ok) throw new Error(`${machine} ${op}: ${answer.refusal.code}`);
      return answer.result as RequestResult<Op>;
    },
    close: () => bus.close(),
  };
}

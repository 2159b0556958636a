/**
 * Does it get slower as it fills? Two halls side by side, one with few and one with very many
 * waiting, called in turns; and the memory of the full one.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hallProfile, writeHall } from './hall-profile.ts';
import { type BenchMachine, connectMachine } from './machine.ts';
import { preload } from './preload.ts';
import { freePort, residentMb, type Started } from './process.ts';
import { p50 } from './stats.ts';
import { startHall } from './world.ts';

const few = 10;
/** As for a queue machine: what counts is what it holds through the day. Beside it, while it is pressed. */
const restMs = 3_000;

export async function measureGrowth(dir: string, many: number, calls: number) {
  const small = await hallWith(join(dir, 'small'), few + calls);
  const large = await hallWith(join(dir, 'large'), many);
  const samples: { small: number[]; large: number[] } = { small: [], large: [] };
  for (let i = 0; i < calls; i += 1) {
    samples.small.push(await call(small.window));
    samples.large.push(await call(large.window));
  }
  const busyMb = residentMb(large.process.pid);
  await sleep(restMs);
  const hallMb = residentMb(large.process.pid);
  for (const h of [small, large]) {
    await h.window.close();
    await h.process.stop();
  }
  return {
    'growth.few_p50_ms': p50(samples.small),
    'growth.many_p50_ms': p50(samples.large),
    'growth.ratio': p50(samples.large) / p50(samples.small),
    'growth.waiting': many,
    'memory.hall_mb': hallMb,
    'memory.hall_busy_mb': busyMb,
  };
}

async function hallWith(
  dir: string,
  waiting: number,
): Promise<{ window: BenchMachine; process: Started }> {
  mkdirSync(dir, { recursive: true });
  const profile = hallProfile({ queueMachines: 1, windows: 1, displays: 1 });
  const dataDir = join(dir, 'data');
  await preload(dataDir, profile, { waiting, served: 0, days: 1 });
  const port = await freePort();
  const process = await startHall(writeHall(dir, profile, port), dataDir);
  return { process, window: await connectMachine('window-0', 'window', { port, dataDir }) };
}

async function call(window: BenchMachine): Promise<number> {
  const began = performance.now();
  await window.ask('call-next', {});
  return performance.now() - began;
}

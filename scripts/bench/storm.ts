/**
 * Everybody at once: half of the machines take numbers, half call, each pressing again as soon as it
 * has its answer. Against the bare echo at the same concurrency. Counts every number given or called
 * twice.
 */

import { type CrowdMachine, connectCrowdMachine } from './crowd.ts';
import { connectEcho } from './floor.ts';
import { service } from './hall-profile.ts';
import { p99 } from './stats.ts';
import type { World } from './world.ts';

const connectAtOnce = 20;

export async function measureStorm(world: World, machines: number, seconds: number) {
  const names = Array.from({ length: machines / 2 }, (_, i) => [
    `queue-${i}`,
    `window-${i}`,
  ]).flat();
  const echoPerS = await echoRate(world, names, seconds);
  const hall = await connectAll(names, (name) =>
    connectCrowdMachine(name, isWindow(name) ? name.replace('window-', 'w') : null, world.hall),
  );
  await Promise.all(hall.map(([name, m]) => (isWindow(name) ? m.ask('open', {}) : undefined)));
  const issued: string[] = [];
  const called: string[] = [];
  const { perS, latencies } = await press(hall, seconds, async (name, machine) => {
    if (isWindow(name)) await callNext(machine, called);
    else issued.push(await take(machine));
  });
  for (const [, machine] of hall) await machine.close();
  return {
    'storm.echo_per_s': echoPerS,
    'storm.per_s': perS,
    'storm.ratio': perS / echoPerS,
    'storm.p99_ms': p99(latencies),
    'storm.issued': issued.length,
    'storm.duplicates': issued.length - new Set(issued).size + called.length - new Set(called).size,
  };
}

const isWindow = (name: string) => name.startsWith('window');

async function take(machine: CrowdMachine): Promise<string> {
  const { ticket } = await machine.ask('take', { service, paper: false, source: 'touch' });
  return ticket.id;
}

/** Nobody waiting is an answer too: the windows are faster than the queue machines now and then. */
async function callNext(machine: CrowdMachine, called: string[]): Promise<void> {
  try {
    called.push((await machine.ask('call-next', {})).ticket.id);
  } catch (error) {
    if (!(error instanceof Error && error.message.includes('nobody-waiting'))) throw error;
  }
}

async function echoRate(world: World, names: string[], seconds: number): Promise<number> {
  const echoes = await connectAll(names, (name) => connectEcho(name, world.floor));
  const { perS } = await press(echoes, seconds, async (_name, echo) => {
    await echo.once();
  });
  for (const [, echo] of echoes) await echo.close();
  return perS;
}

async function press<T>(
  all: (readonly [string, T])[],
  seconds: number,
  once: (name: string, machine: T) => Promise<void>,
) {
  const began = performance.now();
  const until = began + seconds * 1000;
  const latencies: number[] = [];
  await Promise.all(
    all.map(async ([name, machine]) => {
      while (performance.now() < until) {
        const pressed = performance.now();
        await once(name, machine);
        latencies.push(performance.now() - pressed);
      }
    }),
  );
  return { perS: (latencies.length * 1000) / (performance.now() - began), latencies };
}

async function connectAll<T>(names: string[], connect: (name: string) => Promise<T>) {
  const all: (readonly [string, T])[] = [];
  for (let i = 0; i < names.length; i += connectAtOnce) {
    const some = names.slice(i, i + connectAtOnce);
    all.push(...(await Promise.all(some.map(async (n) => [n, await connect(n)] as const))));
  }
  return all;
}

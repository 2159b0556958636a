/**
 * One press at a time. issue.*: the request leaves a machine's process -> the durable answer is
 * there. call.*: a window asks for the next citizen -> another process, the display, has the call.
 * Both against the floor of the same run: an echo through the same broker plus one fdatasync.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { connectEcho, openSync4k } from './floor.ts';
import { service } from './hall-profile.ts';
import { connectMachine } from './machine.ts';
import { startHelper } from './process.ts';
import { p50, p99 } from './stats.ts';
import type { World } from './world.ts';

/** People do not press in step: a random pause between presses, ms. */
const pauseMaxMs = 8;
const showWaitMs = 10_000;

export async function measureLatency(world: World, rounds: number, perRound: number) {
  const echo = await connectEcho('queue-0', world.floor);
  const sync = openSync4k(world.dir);
  const queue = await connectMachine('queue-0', 'queue-machine', world.hall);
  const window = await connectMachine('window-0', 'window', world.hall);
  await window.ask('open', {});
  const display = await startHelper('display.ts', [
    'display-0',
    String(world.hall.port),
    world.hall.dataDir,
  ]);
  const heard = hearCalls(display.onLine);
  const samples = { echo: [], sync: [], issue: [], call: [] } as Record<string, number[]>;
  const put = (name: string, ms: number) => samples[name]?.push(ms);

  // In turns, so that a busy moment of the machine hits floor and product alike.
  for (let round = 0; round < rounds; round += 1) {
    for (let i = 0; i < perRound; i += 1) {
      await sleep(Math.random() * pauseMaxMs);
      put('echo', await echo.once());
      put('sync', sync.once());
      await sleep(Math.random() * pauseMaxMs);
      const began = performance.now();
      await queue.ask('take', { service, paper: false, source: 'touch' });
      put('issue', performance.now() - began);
      await sleep(Math.random() * pauseMaxMs);
      const pressed = process.hrtime.bigint();
      const { ticket } = await window.ask('call-next', {});
      const shown = await heard(ticket.number);
      put('call', Number(shown - pressed) / 1e6);
    }
  }
  await Promise.all([echo.close(), queue.close(), window.close(), display.stop()]);
  sync.close();
  const of = (name: string) => samples[name] ?? [];
  const floor = p50(of('echo')) + p50(of('sync'));
  return {
    'floor.echo_p50_ms': p50(of('echo')),
    'floor.sync_p50_ms': p50(of('sync')),
    'issue.p50_ms': p50(of('issue')),
    'issue.p99_ms': p99(of('issue')),
    'issue.ratio_p50': p50(of('issue')) / floor,
    'call.p50_ms': p50(of('call')),
    'call.p99_ms': p99(of('call')),
    'call.ratio_p50': p50(of('call')) / floor,
  };
}

/** number -> when the display process had it. */
function hearCalls(onLine: (f: (line: string) => void) => void) {
  const times = new Map<string, bigint>();
  let wake = () => {};
  onLine((line) => {
    const [number, ns] = line.split(' ');
    if (number === undefined || ns === undefined) return;
    times.set(number, BigInt(ns));
    wake();
  });
  return async (number: string): Promise<bigint> => {
    for (;;) {
      const at = times.get(number);
      if (at !== undefined) return at;
      await new Promise<void>((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`${number} was not shown`)), showWaitMs);
        wake = () => {
          clearTimeout(late);
          resolve();
        };
      });
    }
  };
}

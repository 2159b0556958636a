/**
 * How long a hall with a long history takes to be back: process spawned -> machines may connect. The
 * history is a season of a very large hall; what has to be restored is its day.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { hallProfile, writeHall } from './hall-profile.ts';
import { preload } from './preload.ts';
import { freePort } from './process.ts';
import { p50 } from './stats.ts';
import { startHall } from './world.ts';

const eventsPerServed = 3;
/** The largest halls give out some 5,000 numbers a day: a million events are a season. */
const ticketsADay = 5000;
const starts = 3;

export async function measureRestart(dir: string, events: number) {
  mkdirSync(dir, { recursive: true });
  const profile = hallProfile({ queueMachines: 1, windows: 4, displays: 1 });
  const dataDir = join(dir, 'data');
  const served = Math.ceil(events / eventsPerServed);
  const written = await preload(dataDir, profile, {
    waiting: 100,
    served,
    days: Math.max(1, Math.round(served / ticketsADay)),
  });
  const file = writeHall(dir, profile, await freePort());
  const times: number[] = [];
  for (let i = 0; i < starts; i += 1) {
    const hall = await startHall(file, dataDir);
    times.push(hall.readyMs);
    await hall.stop();
  }
  return { 'restart.ms': p50(times), 'restart.events': written };
}

/** A hall (the real program) and the floor's broker, side by side, on one machine. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { hallProfile, type Size, writeHall } from './hall-profile.ts';
import { freePort, type Started, startHelper, startRole } from './process.ts';

export interface World {
  dir: string;
  hall: { port: number; dataDir: string; process: Started };
  floor: { port: number; dataDir: string; process: Started };
  stop(): Promise<void>;
}

export async function startWorld(dir: string, size: Size): Promise<World> {
  mkdirSync(dir, { recursive: true });
  const hallPort = await freePort();
  const machineFile = writeHall(dir, hallProfile(size), hallPort);
  const floorPort = await freePort();
  const floor = await startHelper('floor-broker.ts', [dir, String(floorPort)]);
  const dataDir = join(dir, 'data');
  const hall = await startHall(machineFile, dataDir);
  return {
    dir,
    hall: { port: hallPort, dataDir, process: hall },
    floor: { port: floorPort, dataDir: dir, process: floor },
    async stop() {
      await hall.stop();
      await floor.stop();
    },
  };
}

export const startHall = (machineFile: string, dataDir: string): Promise<Started> =>
  startRole(['hall', '--profile', machineFile, '--data', dataDir, '--log-level', 'info']);

/** A real queue machine with a printer's twin on TCP: how soon it is there, how much memory it takes. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse, stringify } from 'yaml';
import { credentialFile } from '../../broker-config/credentials.ts';
import { loadPrinterProfile } from '../../devices/ticket-printer/load-profile.ts';
import type { VirtualPrinter } from '../../devices/twins/contract.ts';
import { createVirtualPrinter } from '../../devices/twins/virtual-printer.ts';
import { realClock } from '../../kiosk-app/runtime/clock.ts';
import type { MachineProfile } from '../../kiosk-app/runtime/machine-profile.ts';
import type { QueueScreen } from '../../kiosk-app/screens/contract.ts';
import { openPage } from '../lib/page-client.ts';
import { hall, service } from './hall-profile.ts';
import { freePort, residentMb, startRole } from './process.ts';
import { p50 } from './stats.ts';
import type { World } from './world.ts';

const profiles = join(import.meta.dirname, '..', '..', 'profiles');
const starts = 3;
/** A machine tidies up after its start; what counts is what it holds through the day. */
const restMs = 3_000;

export async function measureQueueMachine(world: World, tickets: number) {
  const twin = printerTwin();
  const { port } = await twin.listenTcp({ host: '127.0.0.1', port: 0 });
  const screenPort = await freePort();
  const file = writeProfile(world, port, screenPort);
  const args = ['queue-machine', '--profile', file, '--data', join(world.dir, 'queue-machine')];
  const readyMs: number[] = [];
  let mb = 0;
  for (let i = 0; i < starts; i += 1) {
    const machine = await startRole(args);
    readyMs.push(machine.readyMs);
    // The figure that counts is the one after work, not the one of a fresh process.
    if (i === starts - 1) {
      await printTickets(`http://127.0.0.1:${screenPort}`, tickets);
      await sleep(restMs);
      mb = residentMb(machine.pid);
    }
    await machine.stop();
  }
  await twin.close();
  return { 'start.queue_machine_ms': p50(readyMs), 'memory.queue_machine_mb': mb };
}

export function printerTwin(): VirtualPrinter {
  return createVirtualPrinter({
    profile: loadPrinterProfile([join(profiles, 'printers')], 'generic-80'),
    clock: realClock,
    pace: 'instant',
    paperMm: 1_000_000,
    lowBelowMm: 100,
    replies: { delayMs: 0, chunkBytesMax: 64 },
  });
}

export function writeProfile(world: World, printerPort: number, screenPort: number): string {
  const template: MachineProfile = parse(
    readFileSync(join(profiles, 'machines', 'queue-1.yaml'), 'utf8'),
  );
  const link = { via: 'tcp', host: '127.0.0.1', port: printerPort };
  const machine = 'queue-0';
  const profile: MachineProfile = {
    machine,
    role: 'queue-machine',
    hall,
    owner: template.owner,
    broker: {
      url: `mqtt://127.0.0.1:${world.hall.port}`,
      credential_file: credentialFile(world.hall.dataDir, machine),
    },
    screen: { port: screenPort },
    devices: [{ id: 'printer', driver: 'escpos', options: { profile: 'generic-80', link } }],
    queue_machine: {
      idle_s: 30,
      result_s: 3,
      printer: 'printer',
      ticket: template.queue_machine?.ticket ?? 'queue-ticket',
    },
  };
  mkdirSync(world.dir, { recursive: true });
  const file = join(world.dir, 'queue-machine.yaml');
  writeFileSync(file, stringify(profile, { aliasDuplicateObjects: false }));
  return file;
}

/** Presses as the page does, and waits for each paper to be confirmed. */
async function printTickets(url: string, tickets: number): Promise<void> {
  const page = await openPage<QueueScreen>(`${url}/state`, `${url}/act`);
  for (let i = 0; i < tickets; i += 1) {
    await page.until((s) => s.obstacle === null && s.step.at === 'choose', 'ready for a press');
    await page.act({ do: 'take', service, class: null, press: '' });
    await page.until((s) => s.step.at === 'done' && s.step.paper === 'confirmed', 'a paper');
    await page.act({ do: 'home' });
  }
  page.close();
}

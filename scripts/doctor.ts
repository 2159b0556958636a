/**
 * `npm run doctor`: every device of one machine asked on its wire, and what to do about it.
 * Options: doctor/options.ts. Exit code by the worst state: doctor/report.ts.
 */
import { join, resolve } from 'node:path';
import { secretLoader } from '../devices/load-secret.ts';
import { drivers } from '../devices/registry.ts';
import { printerProfileLoader } from '../devices/ticket-printer/load-profile.ts';
import { realClock } from '../kiosk-app/runtime/clock.ts';
import { RuntimeError } from '../kiosk-app/runtime/errors.ts';
import type { MachineProfile } from '../kiosk-app/runtime/machine-profile.ts';
import { loadAnyMachineProfile, profileFolders } from '../kiosk-app/runtime/profile.ts';
import { examine } from './doctor/examine.ts';
import { look } from './doctor/found.ts';
import { askHall, hallStates } from './doctor/hall.ts';
import { listText } from './doctor/list.ts';
import { type DoctorOptions, parseDoctorOptions } from './doctor/options.ts';
import { printQueues } from './doctor/print-queues.ts';
import { exitCodeOf, type MachineReport, usageExitCode, worst } from './doctor/report.ts';
import { moveIn } from './doctor/running.ts';
import { hallText, reportText, wordsOf } from './doctor/table.ts';

/** Cells of a terminal that tells no width. */
const widthDefault = 120;

async function main(o: DoctorOptions): Promise<void> {
  const profile =
    o.profileFile === null ? undefined : loadAnyMachineProfile(resolve(o.profileFile), drivers);
  if (o.list) return list(o, profile);
  if (profile === undefined) return;
  const report = await examineMachine(o, profile);
  const hall = profile.role === 'hall' ? await askHall(profile.screen?.port) : null;
  const width = process.stdout.columns ?? widthDefault;
  if (o.json) console.log(JSON.stringify(hall === null ? report : { ...report, hall }, null, 2));
  else {
    console.log(reportText(report, o.lang, width));
    if (hall !== null) console.log(`\n${hallText(hall, o.lang, width)}`);
  }
  const states = report.devices.map((d) => d.state);
  process.exitCode = exitCodeOf(worst(hall === null ? states : [...states, ...hallStates(hall)]));
}

async function examineMachine(o: DoctorOptions, profile: MachineProfile): Promise<MachineReport> {
  const dataDir = resolve(o.dataDir ?? join('.data', profile.machine));
  const tenancy = moveIn(dataDir);
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  try {
    return await examine({
      ...{ profile, drivers, tenancy, clock: realClock },
      depth: o.deep ? 'deep' : 'safe',
      log: { debug: () => undefined, info: () => undefined, warn: () => undefined },
      printerProfile: printerProfileLoader(profileFolders(o.profileFile ?? '', 'printers')),
      secret: secretLoader(join(dataDir, 'secrets')),
      signal: interrupted.signal,
      found: (f) => {
        if (process.stderr.isTTY) console.error(`${f.device} ...`);
      },
    });
  } finally {
    tenancy.release();
  }
}

async function list(o: DoctorOptions, profile: MachineProfile | undefined): Promise<void> {
  const found = look();
  const queues = await printQueues();
  if (o.json) return console.log(JSON.stringify({ ...found, queues }, null, 2));
  const { list: words } = wordsOf(o.lang);
  console.log(listText({ found, queues, drivers, devices: profile?.devices ?? [], words }));
}

try {
  const options = parseDoctorOptions(process.argv.slice(2));
  if (options === 'help') console.log(`${wordsOf('zh-CN').help}\n${wordsOf('en').help}`);
  else await main(options);
  // A library that keeps a handle open must not keep the technician waiting.
  process.exit();
} catch (error) {
  const known =
    error instanceof RangeError || error instanceof TypeError || error instanceof RuntimeError;
  if (!known) throw error;
  console.error(error.message);
  process.exit(usageExitCode);
}

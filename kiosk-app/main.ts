/** Role -> composition, nothing else. Started by xuhao.mjs. */
import { resolve } from 'node:path';
import type { Role } from '../broker-config/messages.ts';
import { drivers } from '../devices/registry.ts';
import { realClock } from './runtime/clock.ts';
import { parseCommandLine, type RunCommand } from './runtime/command-line.ts';
import { type RoleStart, startMachine, version } from './runtime/compose.ts';
import { codeOf, messageOf } from './runtime/errors.ts';
import { keepHeapCompact } from './runtime/heap.ts';
import { createLifecycle, endOnSignals } from './runtime/lifecycle.ts';
import { type ProcessLog, processLog } from './runtime/log.ts';
import { loadMachineProfile, overridden } from './runtime/profile.ts';

const machines: Partial<Record<Role, () => Promise<{ start: RoleStart }>>> = {
  'queue-machine': () => import('./queue-machine/index.ts'),
  window: () => import('./window/index.ts'),
  display: () => import('./display/index.ts'),
  'evaluation-pad': () => import('./evaluation-pad/index.ts'),
};
const available = ['hall', ...Object.keys(machines)];

/** Mistakes of the command line end with 2, everything else that stops a start with 1. */
const usageCodes: ReadonlySet<string> = new Set(['CFG_USAGE', 'CFG_ROLE']);

/** @param words what stands after `xuhao` */
export async function main(words: readonly string[]): Promise<void> {
  let log: ProcessLog | undefined;
  try {
    const command = parseCommandLine(words, { available, version });
    if (command.do === 'print') return console.log(command.text);
    log = processLog(command.logLevel);
    await run(command, log);
  } catch (error) {
    const code = codeOf(error);
    // Coded errors are sentences for technicians; anything else is ours and needs its stack.
    console.error(code === undefined && error instanceof Error ? error.stack : messageOf(error));
    log?.flush();
    process.exit(usageCodes.has(code ?? '') ? 2 : 1);
  }
}

async function run(command: RunCommand, to: ProcessLog): Promise<void> {
  const profileFile = resolve(command.profileFile);
  const loaded = loadMachineProfile(profileFile, command.role, drivers);
  const profile = overridden(loaded, command.overrides);
  const { role, machine, hall } = profile;
  const dataDir = resolve(command.dataDir ?? `.data/${machine}`);
  const log = Object.assign(to.child({ hall, dev: machine }), { flush: () => to.flush() });
  const lifecycle = createLifecycle(realClock, log);
  endOnSignals(lifecycle, { clock: realClock, log, process });
  log.info({ role, version, dataDir, pid: process.pid }, 'starting');
  try {
    const composition = machines[role];
    if (composition === undefined) {
      const { startHall } = await import('./hall/index.ts');
      const program = `xuhao ${version}`;
      await startHall({ profile, profileFile, dataDir, program, clock: realClock, log, lifecycle });
    } else {
      const { start } = await composition();
      const { newHall } = command;
      await startMachine(profile, { profileFile, dataDir, log, lifecycle, newHall }, start);
      // The hall does it when nobody is asking.
      lifecycle.onStop('heap', keepHeapCompact(realClock));
    }
  } catch (error) {
    await lifecycle.stop('the start failed');
    throw error;
  }
  log.info({ ms: Math.round(process.uptime() * 1000) }, 'ready');
}

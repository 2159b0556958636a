/**
 * The watchdog of the service manager (sd_notify(3), sd_watchdog_enabled(3)). Node has no datagram
 * sockets of the unix kind, so `systemd-notify` carries the word; the unit needs NotifyAccess=all.
 */
import { type DeviceCode, DeviceError } from '../codes.ts';
import type { DeviceContext } from '../contract.ts';
import { type RunProgram, runProgram } from '../transports/program.ts';
import type { Watchdog } from './contract.ts';
import type { WatchdogSystemdOptions } from './options.ts';

/** What systemd puts into the environment of a service. */
export interface ServiceEnvironment {
  NOTIFY_SOCKET?: string | undefined;
  WATCHDOG_USEC?: string | undefined;
  WATCHDOG_PID?: string | undefined;
}
export interface ServiceWorld {
  env: ServiceEnvironment;
  /** This process and its parent: the launcher may have been the one that systemd started. */
  pids: readonly number[];
  run: RunProgram;
}

const notifyMs = 3_000;
const outputBytesMax = 10_000;
/** Without a watchdog to feed nobody counts; the host's rhythm is then this one. */
const idleEveryMs = 10_000;

const realWorld = (): ServiceWorld => ({
  env: process.env,
  pids: [process.pid, process.ppid],
  run: runProgram,
});

export async function openSystemdWatchdog(
  _options: WatchdogSystemdOptions,
  context: DeviceContext,
  signal: AbortSignal,
  world: ServiceWorld = realWorld(),
): Promise<Watchdog> {
  if (signal.aborted) throw new DeviceError('DEV_ABORTED', 'systemd');
  const everyMs = intervalMs(world);
  if (everyMs === null) return unwatched(context);
  let announced = false;
  let withheldBecause: string | null = null;
  const ending = new AbortController();
  const ready = () =>
    context.status({ state: 'ready', code: 'DEV_READY', detail: { feedEveryMs: everyMs } });

  async function notify(lines: readonly string[], limit: AbortSignal): Promise<void> {
    const ran = await world.run({
      ...{ command: 'systemd-notify', args: lines, input: new Uint8Array(0), signal: limit },
      ...{ deadlineMs: notifyMs, outputBytesMax },
    });
    if (ran.end === 'exit' && ran.code === 0) return;
    const code: DeviceCode = ran.end === 'missing' ? 'DEV_PROGRAM_MISSING' : 'DEV_NO_ANSWER';
    throw new DeviceError(code, `systemd-notify: ${ran.end === 'exit' ? ran.stderr : ran.end}`);
  }

  ready();
  return {
    kind: 'watchdog',
    feedEveryMs: everyMs,
    async feed(health) {
      const first = announced ? [] : ['READY=1'];
      await notify([...first, 'WATCHDOG=1', `STATUS=${oneLine(health)}`], ending.signal);
      announced = true;
      if (withheldBecause !== null) ready();
      withheldBecause = null;
    },
    withheld(why) {
      withheldBecause = why;
      context.status({ state: 'out', code: 'WDG_WITHHELD', detail: { why } });
    },
    async selfTest() {
      const detail = { feedEveryMs: everyMs };
      return [{ step: 'watchdog-state', ok: true, code: 'DEV_READY', detail }];
    },
    async close() {
      ending.abort();
      // An orderly end is no hang: the manager waits for the process, not for its word.
      if (announced) await notify(['STOPPING=1'], new AbortController().signal).catch(() => {});
    },
  };
}

/** Half of what systemd grants, as sd_watchdog_enabled(3) advises; null: nobody watches this process. */
function intervalMs({ env, pids }: ServiceWorld): number | null {
  const usec = Number(env.WATCHDOG_USEC);
  if (!env.NOTIFY_SOCKET || !Number.isFinite(usec) || usec <= 0) return null;
  if (env.WATCHDOG_PID !== undefined && !pids.includes(Number(env.WATCHDOG_PID))) return null;
  return Math.max(100, Math.floor(usec / 2000));
}

function unwatched(context: DeviceContext): Watchdog {
  context.status({ state: 'unknown', code: 'WDG_NO_SYSTEMD', detail: {} });
  return {
    kind: 'watchdog',
    feedEveryMs: idleEveryMs,
    feed: () => Promise.resolve(),
    withheld: () => undefined,
    selfTest: async () => [
      { step: 'watchdog-state', ok: false, code: 'WDG_NO_SYSTEMD', detail: {} },
    ],
    close: () => Promise.resolve(),
  };
}

const oneLine = (text: string) => text.replace(/\p{Cc}/gu, ' ').slice(0, 200);

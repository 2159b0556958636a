/**
 * Tells the watchdogs that the machine is well, as long as it is: its event loop runs in time, and no
 * device has been hanging in one step of its life. A machine that hangs altogether tells nothing, and
 * that is what a watchdog waits for; one that is not well is silent on purpose.
 */
import type { DeviceSupervisor } from './device-supervisor.ts';
import { messageOf } from './errors.ts';
import type { Log } from './log.ts';
import type { Clock } from './ports.ts';

export const healthLimits = {
  beatEveryMs: 1_000,
  /** A beat that comes later than this: nobody's press was heard in the meantime. */
  lateMsMax: 5_000,
  /** A watchdog that is not open yet is looked for again. */
  lookEveryMs: 1_000,
} as const;

export interface HealthPorts {
  clock: Clock;
  log: Log;
  devices: Pick<DeviceSupervisor, 'get' | 'stuck'>;
  /** Ids of the watchdogs. */
  watchdogs: readonly string[];
}

/** What is wrong, in words; null: all is well. Pure. */
export function unwell(seen: { lateMs: number; stuck: readonly string[] }): string | null {
  if (seen.lateMs > healthLimits.lateMsMax) return `event loop ${Math.round(seen.lateMs)} ms late`;
  return seen.stuck.length === 0 ? null : `stuck: ${seen.stuck.join(', ')}`;
}

/** @returns ends it; the watchdogs are let go by the supervisor */
export function watchHealth({ clock, log, devices, watchdogs }: HealthPorts): () => void {
  const cancels = new Map<string, () => void>();
  let worstLateMs = 0;
  let due = clock.mono() + healthLimits.beatEveryMs;
  let last: string | null = null;

  function every(name: string, ms: number, f: () => void): void {
    cancels.set(name, clock.after(ms, f));
  }

  function beat(): void {
    const now = clock.mono();
    worstLateMs = Math.max(worstLateMs, now - due);
    due = now + healthLimits.beatEveryMs;
    every('beat', healthLimits.beatEveryMs, beat);
  }

  function feed(id: string): void {
    const watchdog = devices.get(id, 'watchdog');
    every(id, watchdog?.feedEveryMs ?? healthLimits.lookEveryMs, () => feed(id));
    if (watchdog === undefined) return;
    const why = unwell({ lateMs: worstLateMs, stuck: devices.stuck() });
    worstLateMs = 0;
    tell(why);
    if (why !== null) {
      watchdog.withheld(why);
      return;
    }
    watchdog.feed('well').catch((error: unknown) => {
      log.warn({ event: 'watchdog', device: id, why: messageOf(error) }, 'it was not told');
    });
  }

  function tell(why: string | null): void {
    if (why === last) return;
    last = why;
    if (why !== null)
      log.error({ event: 'unwell', why }, 'the watchdogs are not told that all is well');
    else log.info({ event: 'well' }, 'well again');
  }

  every('beat', healthLimits.beatEveryMs, beat);
  for (const id of watchdogs) feed(id);
  return () => {
    for (const cancel of cancels.values()) cancel();
  };
}

/**
 * Whether anybody draws this machine's page. A browser that died leaves a dark glass, and the process
 * behind it would be called well for ever. For the technicians' page the browser is a device of its
 * machine: `screen`, out with DEV_NO_PAGE.
 */
import type { DeviceStatusMessage } from '../../broker-config/messages.ts';
import type { DeviceCode } from '../../devices/codes.ts';
import type { Clock } from './ports.ts';

export const screenDevice = { id: 'screen', kind: 'screen', driver: 'browser' } as const;

export const screenWatchLimits = {
  lookMs: 1_000,
  /** A browser that starts with its machine, or starts anew, takes less. */
  goneAfterMs: 20_000,
} as const;

export interface ScreenWatchParts {
  clock: Clock;
  /** `name phone`. */
  owner: string;
  /** Pages that listen now. */
  listeners(): number;
  /** At once, and on every change. */
  tell(status: DeviceStatusMessage): void;
}

/** @returns ends it */
export function watchScreen({ clock, owner, listeners, tell }: ScreenWatchParts): () => void {
  let seenMono = clock.mono();
  let said: DeviceCode | undefined;
  let cancel = () => {};

  function say(state: DeviceStatusMessage['state'], code: DeviceCode): void {
    if (code === said) return;
    said = code;
    const { id: device, kind } = screenDevice;
    tell({ v: 1, device, kind, state, code, since: clock.now(), owner, detail: {} });
  }

  function look(): void {
    cancel = clock.after(screenWatchLimits.lookMs, look);
    if (listeners() > 0) {
      seenMono = clock.mono();
      say('ready', 'DEV_READY');
    } else if (clock.mono() - seenMono >= screenWatchLimits.goneAfterMs) {
      say('out', 'DEV_NO_PAGE');
    }
  }
  say('unknown', 'DEV_OPENING');
  look();
  return () => cancel();
}

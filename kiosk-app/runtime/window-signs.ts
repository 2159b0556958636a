/** Keeps the signs of windows right: one sign at a counter, or many on a wall. */
import type { Device } from '../../devices/contract.ts';
import type { SignContent, WindowSign } from '../../devices/window-sign/contract.ts';
import type { DeviceSupervisor } from './device-supervisor.ts';
import { anchored, type HallAnchor, hallNow, noAnchor } from './hall-time.ts';
import type { Log } from './log.ts';
import type { Clock, HallLink, HallView } from './ports.ts';
import { type ShownOn, shownOn } from './shown-on.ts';
import { signFace } from './sign-face.ts';
import { namedTimers } from './stepper.ts';

export interface SignPorts {
  clock: Clock;
  log: Log;
  link: Pick<HallLink, 'watch'>;
  devices: Pick<DeviceSupervisor, 'get' | 'watch'>;
}
/** Device of the sign, and the window it belongs to as the hall's directory is at the moment. */
export interface SignPlace {
  device: string;
  window(view: HallView): string | null;
}

/** @returns stops it; the signs keep what they show */
export function keepSigns(ports: SignPorts, places: readonly SignPlace[]): () => void {
  const { clock, link } = ports;
  let view: HallView | undefined;
  let anchor: HallAnchor = noAnchor;
  const signs = places.map((place) => ({ place, shown: keeper(ports, place.device) }));
  const timers = namedTimers<'expiry'>(clock, () => draw());

  function draw(): void {
    if (view === undefined) return;
    const now = hallNow(anchor, { now: clock.now(), mono: clock.mono() });
    let next = Number.POSITIVE_INFINITY;
    for (const { place, shown } of signs) {
      const window = place.window(view);
      if (window === null) continue;
      const face = signFace(window, view, now);
      shown.show(face.content);
      next = Math.min(next, face.changesAt ?? next);
    }
    if (Number.isFinite(next)) timers.start('expiry', Math.max(1, Math.ceil(next - now)));
    else timers.cancel('expiry');
  }

  const unwatch = link.watch((seen) => {
    view = seen;
    const at = { now: clock.now(), mono: clock.mono() };
    if (seen.board !== null) anchor = anchored(anchor, seen.hallClockOffsetMs, at);
    draw();
  });
  return () => {
    unwatch();
    timers.close();
    for (const { shown } of signs) shown.close();
  };
}

function keeper({ devices, log }: SignPorts, device: string): ShownOn<SignContent> {
  return shownOn<WindowSign & Device, SignContent>({
    ...{ device, log },
    open: () => devices.get(device, 'window-sign'),
    watch: (f) => devices.watch(f),
    show: (sign, content) => sign.show(content),
  });
}

/** The devices on and over the counter: the sign, and the small display of the caller. */
import type { CallerDisplay } from '../../devices/caller/contract.ts';
import type { HallView } from '../runtime/ports.ts';
import { shownOn } from '../runtime/shown-on.ts';
import { keepSigns, type SignPorts } from '../runtime/window-signs.ts';

export interface CounterConfig {
  machine: string;
  /** Id of the sign; null: none. */
  sign: string | null;
  /** Device of the callers' bus, and this window's address on it; null: none. */
  caller: { device: string; address: number } | null;
}

/** @returns stops it */
export function runCounter(ports: SignPorts, config: CounterConfig): () => void {
  const { sign, caller, machine } = config;
  const window = (view: HallView) =>
    view.directory?.windows.find((w) => w.machine === machine)?.id ?? null;
  const ends = [
    ...(sign === null ? [] : [keepSigns(ports, [{ device: sign, window }])]),
    ...(caller === null ? [] : [keepCaller(ports, caller, window)]),
  ];
  return () => {
    for (const end of ends) end();
  };
}

function keepCaller(
  { devices, link, log }: SignPorts,
  { device, address }: { device: string; address: number },
  window: (view: HallView) => string | null,
): () => void {
  const shown = shownOn({
    ...{ device, log },
    open: () => devices.get(device, 'caller'),
    watch: (f) => devices.watch(f),
    show: (caller, display: CallerDisplay) => caller.show(address, display),
  });
  const unwatch = link.watch((view) => shown.show(callerDisplay(view, window(view))));
  return () => {
    unwatch();
    shown.close();
  };
}

/** Without a link nobody knows how many wait: nothing is shown rather than an old number. */
export function callerDisplay(view: HallView, window: string | null): CallerDisplay {
  const live = view.board?.windows.find((w) => w.id === window);
  if (!view.online || live === undefined) return { number: null, waiting: null };
  const served = new Set(live.services.map((s) => s.service));
  const waiting = (view.board?.services ?? [])
    .filter((s) => served.has(s.id))
    .reduce((sum, s) => sum + s.waiting, 0);
  return { number: live.number, waiting };
}

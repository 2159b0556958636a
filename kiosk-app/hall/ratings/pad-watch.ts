/**
 * Every window has a *working* pad (豫审信〔2024〕44号): one that is dead, or whose keys are, is an
 * alarm on the board with its window, since when, and whom to call. The broker tells of a dead link
 * 1.5 keep-alives after its last sign of life; from there it is one commit.
 */
import type { Clock } from '../../runtime/ports.ts';
import type { MachineView } from '../inventory.ts';
import type { AlarmBody } from '../queue/command.ts';

export const padWatchLimits = {
  /** After the hall's start, before a pad that never came counts as dead. */
  graceMs: 15_000,
  /** Looked at again, should an alarm not have been taken (failing disk). */
  againMs: 5_000,
} as const;

export interface PadWatchParts {
  windows: readonly { id: string; label: string; pad: string }[];
  machines(): readonly MachineView[];
  /** At an open or paused window a pad has to be there; at a closed one it may be switched off. */
  inUse(window: string): boolean;
  /** Ids of the alarms that stand. */
  standing(): readonly string[];
  /** Resolves to whether it was taken. */
  alarm(body: AlarmBody): Promise<boolean>;
  /** With the date: an alarm of the evening is still there, and its words the same, in the morning. */
  timeText(at: number): string;
  clock: Clock;
}

export interface PadWatch {
  /** A machine or a window changed. */
  look(): void;
  stop(): void;
}

/** null: nothing is wrong. */
const wrongIn = ({ state }: AlarmBody) => state && `${state.code} ${state.data.fault ?? ''}`;

const padAlarm = (window: string) => `pad/${window}`;

export function createPadWatch(o: PadWatchParts): PadWatch {
  const startedMono = o.clock.mono();
  /** What the hall was last told of each window. */
  const told = new Map<string, string | null>();
  let cancel: (() => void) | null = null;
  let stopped = false;

  function judge(window: PadWatchParts['windows'][number], view: MachineView | undefined) {
    const young = o.clock.mono() - startedMono < padWatchLimits.graceMs;
    const missing = view === undefined || view.state === 'absent' || view.state === 'disconnected';
    const dead = view?.state === 'lost' || (missing && o.inUse(window.id) && !young);
    const out = view?.devices.find((d) => d.status?.state === 'out')?.status ?? null;
    if (view === undefined || (!dead && (missing || out === null))) return null;
    const about = {
      window: window.label,
      machine: view.id,
      since: o.timeText(dead || out === null ? view.since : out.since),
      owner: view.owner.name,
      phone: view.owner.phone,
    };
    return dead || out === null
      ? { code: 'pad-lost' as const, data: about }
      : { code: 'pad-out' as const, data: { ...about, fault: out.code } };
  }

  function tell(window: string, body: AlarmBody): void {
    const wrong = wrongIn(body);
    const before = told.get(window);
    if (before === wrong) return;
    // At the start: nothing stands and nothing is wrong.
    const nothing = wrong === null && !told.has(window) && !o.standing().includes(body.id);
    told.set(window, wrong);
    if (nothing) return;
    // The hall keeps an alarm of the same kind as it stands: another fault needs the first one's end.
    const ending = wrong !== null && before != null ? [o.alarm({ ...body, state: null })] : [];
    const again = () => {
      if (before === undefined) told.delete(window);
      else told.set(window, before);
    };
    Promise.all([...ending, o.alarm(body)])
      .then((taken) => {
        if (taken.includes(false)) again();
      })
      .catch(again);
  }

  function look(): void {
    if (stopped) return;
    const machines = new Map(o.machines().map((m) => [m.id, m]));
    for (const window of o.windows) {
      const state = judge(window, machines.get(window.pad));
      tell(window.id, { id: padAlarm(window.id), state });
    }
    // Of a window that the profile no longer has.
    const own = new Set(o.windows.map((w) => padAlarm(w.id)));
    for (const id of o.standing()) {
      if (id.startsWith(padAlarm('')) && !own.has(id)) tell(id, { id, state: null });
    }
  }

  function lookAgain(): void {
    look();
    if (!stopped) cancel = o.clock.after(padWatchLimits.againMs, lookAgain);
  }
  lookAgain();

  return {
    look,
    stop() {
      stopped = true;
      cancel?.();
    },
  };
}

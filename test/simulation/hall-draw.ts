/** A hall drawn from a seed: rules, services, windows, machines. Always one that may be started. */
import type {
  HallProfile,
  Machine,
  PriorityClass,
  Service,
  Window,
} from '../../kiosk-app/hall/queue/hall-profile.ts';
import type { Random } from './random.ts';

const two = (zh: string) => ({ zh, en: zh });
const hhmm = (minuteOfDay: number): string => {
  const m = ((minuteOfDay % 1440) + 1440) % 1440;
  return `${String(Math.floor(m / 60)).padStart(2, '0')}:${String(m % 60).padStart(2, '0')}`;
};

/** @param at minutes of the day at which the business day starts and the noon clearing comes */
export function drawProfile(
  random: Random,
  at: { dayStartMin: number; clearMin: number },
): HallProfile {
  const classes = drawClasses(random);
  const services = drawServices(random);
  const windows = drawWindows(random, services);
  const machines = drawMachines(windows, random.int(1, 2));
  return {
    hall: 'h1',
    name: two('模拟大厅'),
    time_zone: 'Asia/Shanghai',
    day: { starts: hhmm(at.dayStartMin), clear: drawClearing(random, at.clearMin) },
    numbering: drawNumbering(random),
    ...(services.some((s) => s.prefix === 'A') && random.chance(0.3)
      ? { numbering_of_prefix: { A: drawNumbering(random) } }
      : {}),
    groups: [{ id: 'g1', name: two('综合') }],
    services,
    classes,
    rules: drawRules(random, classes),
    appointments: {
      class: 'appointed',
      early_min: 30,
      late_min: 30,
      late: random.pick(['refuse', 'ordinary'] as const),
    },
    evaluation: { invite_on_finish: random.chance(0.5), within_min: random.pick([1, 60, 20_160]) },
    windows,
    machines,
    journal: { keep_days: random.pick([1, 7, 365]) },
  };
}

function drawClasses(random: Random): PriorityClass[] {
  const special: PriorityClass[] = [
    { id: 'green', name: two('绿色通道'), kind: 'green', at_machine: false },
    { id: 'appointed', name: two('预约'), kind: 'appointment', at_machine: true },
    { id: 'elder', name: two('优先'), kind: 'priority', at_machine: true },
  ];
  const ordinary: PriorityClass = {
    id: 'ordinary',
    name: two('普通'),
    kind: 'ordinary',
    at_machine: true,
  };
  // The class of appointments has to exist, even where nobody books.
  return [...special.filter((c) => c.id === 'appointed' || random.chance(0.6)), ordinary];
}

function drawServices(random: Random): Service[] {
  const prefixes = random.pick([['A'], ['A', 'B'], ['A', 'A', 'B'], ['', 'A', 'B']]);
  return Array.from({ length: random.int(1, 4) }, (_, i) => ({
    id: `s${i + 1}`,
    name: two(`事项${i + 1}`),
    prefix: random.pick(prefixes),
    group: 'g1',
    ...(random.chance(0.15)
      ? { hours: [{ from: '08:30', to: '17:00', days: [1, 2, 3, 4, 5] }] }
      : {}),
    ...(random.chance(0.25) ? { quota_per_day: random.pick([5, 20, 200]) } : {}),
    ...(random.chance(0.25)
      ? {
          per_person: {
            active_max: random.int(1, 2),
            day_max: random.int(2, 4),
            required: random.chance(0.5),
          },
        }
      : {}),
    typical_min: random.int(1, 20),
  }));
}

function drawWindows(random: Random, services: readonly Service[]): Window[] {
  const count = random.int(1, 3);
  const windows: Window[] = Array.from({ length: count }, (_, i) => ({
    id: `w${i + 1}`,
    label: String(i + 1),
    name: two(`${i + 1}号窗口`),
    kind: random.pick(['comprehensive', 'tidal', 'certificate'] as const),
    machine: `wm${i + 1}`,
    ...(random.chance(0.6) ? { pad: `pad${i + 1}` } : {}),
    services: random
      .some(services, 0.6)
      .map((s) => ({ service: s.id, level: random.chance(0.7) ? 1 : random.int(1, 3) })),
    may_call_ticket: random.chance(0.7),
  }));
  // Every service needs at least one window, or the hall could never drain.
  for (const service of services) {
    const served = windows.some((w) => w.services.some((s) => s.service === service.id));
    if (!served) random.pick(windows).services.push({ service: service.id, level: 1 });
  }
  return windows;
}

function drawMachines(windows: readonly Window[], queueMachines: number): Machine[] {
  const machine = (id: string, role: Machine['role']): Machine => ({
    id,
    role,
    name: two(id),
    place: 'hall',
    owner: { name: 'Owner', phone: '12345' },
  });
  return [
    ...Array.from({ length: queueMachines }, (_, i) => machine(`qm${i + 1}`, 'queue-machine')),
    ...windows.flatMap((w) => (w.machine === undefined ? [] : [machine(w.machine, 'window')])),
    ...windows.flatMap((w) => (w.pad === undefined ? [] : [machine(w.pad, 'evaluation-pad')])),
    machine('d1', 'display'),
    machine('tm1', 'terminal'),
  ];
}

function drawNumbering(random: Random): HallProfile['numbering'] {
  const wrap = random.pick(['refuse', 'reuse-finished'] as const);
  // Small ranges make counters run out within a run.
  return random.weighted({ wide: 3, narrow: 2 }) === 'wide'
    ? { digits: 3, first: 1, last: 999, wrap }
    : { digits: 2, first: random.pick([0, 1, 90]), last: random.pick([95, 99]), wrap };
}

function drawClearing(random: Random, clearMin: number): HallProfile['day']['clear'] {
  if (random.chance(0.4)) return [];
  const noon = { at: hhmm(clearMin), states: random.pick(['waiting', 'all-open'] as const) };
  return random.chance(0.5) ? [noon] : [noon, { at: '23:50', states: 'all-open' as const }];
}

function drawRules(random: Random, classes: readonly PriorityClass[]): HallProfile['rules'] {
  const ceiling = random.pick([1, 5, 30]);
  return {
    between: drawBetween(random, classes),
    ageing: random.chance(0.5) ? { bound_min: random.pick([1, ceiling]) } : null,
    wait_ceiling_min: ceiling,
    missed: random.pick([
      { kind: 'void' as const },
      { kind: 'tail' as const },
      { kind: 'after' as const, numbers: random.int(1, 4) },
      { kind: 'keep' as const, minutes: random.pick([1, 30]) },
    ]),
    misses_allowed: random.int(2, 4),
    recall: { limit: random.int(0, 3), spacing_s: random.pick([0, 5, 30]) },
    on_next: {
      called: random.pick(['refuse', 'finish', 'miss'] as const),
      serving: random.pick(['refuse', 'finish'] as const),
    },
    hold_limit_min: random.pick([0, 1, 30]),
    call_expires_s: random.pick([5, 30]),
    print_confirm_s: random.pick([5, 20, 60]),
  };
}

function drawBetween(
  random: Random,
  classes: readonly PriorityClass[],
): HallProfile['rules']['between'] {
  const ids = classes.map((c) => c.id);
  if (ids.length < 2 || random.chance(0.5)) return { kind: 'strict' };
  const cut = random.int(1, ids.length - 1);
  return {
    kind: 'proportion',
    turns: [
      { classes: ids.slice(0, cut), take: random.int(1, 3) },
      { classes: ids.slice(cut), take: random.int(1, 2) },
    ],
  };
}

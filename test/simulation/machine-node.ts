/**
 * One machine of the hall: the real hall link and the real flow of its role, over the simulated
 * network, disk, clock and printer. It can crash between any two steps and inside a write to its
 * disk, and starts again with what was durable.
 */

import type { Role } from '../../broker-config/messages.ts';
import type { TicketDocument } from '../../devices/contract.ts';
import { runDisplay } from '../../kiosk-app/display/flow.ts';
import { runPad } from '../../kiosk-app/evaluation-pad/flow.ts';
import { runQueueMachine } from '../../kiosk-app/queue-machine/flow.ts';
import { pressLog } from '../../kiosk-app/queue-machine/press-log.ts';
import type { TicketFields } from '../../kiosk-app/queue-machine/ticket-fields.ts';
import type { SupervisedStatus } from '../../kiosk-app/runtime/device-supervisor.ts';
import { messageOf } from '../../kiosk-app/runtime/errors.ts';
import { hallLink, type MachineLink } from '../../kiosk-app/runtime/hall-link.ts';
import type { Log } from '../../kiosk-app/runtime/log.ts';
import type { Clock, HallView, Screen } from '../../kiosk-app/runtime/ports.ts';
import type {
  DisplayScreen,
  EvaluationAction,
  PadScreen,
  QueueAction,
  QueueScreen,
  WindowAction,
  WindowScreen,
} from '../../kiosk-app/screens/contract.ts';
import { runWindow } from '../../kiosk-app/window/flow.ts';
import { makeKey } from './keys.ts';
import type { Broker } from './network.ts';
import type { NodeClock } from './node-clock.ts';
import type { SimPrinter } from './printer.ts';
import type { Random } from './random.ts';
import { createSimBus } from './sim-bus.ts';
import { createSpoolDisk, type SpoolDisk, type SpoolFate } from './sim-spool.ts';

/** What people see and press at a machine that runs. */
export interface Face {
  clock: Clock;
  link: MachineLink;
  newKey(): string;
  queue: { screen: QueueScreen | null; act(action: QueueAction): void };
  window: { screen: WindowScreen | null; act(action: WindowAction): void };
  pad: { screen: PadScreen | null; act(action: EvaluationAction): void };
}

export interface MachineNode {
  readonly id: string;
  readonly role: Role;
  /** null while it is down. */
  readonly face: Face | null;
  readonly disk: SpoolDisk;
  readonly clock: NodeClock;
  readonly printer: SimPrinter | null;
  readonly view: HallView | null;
  start(): void;
  crash(): void;
  /** Orderly end, as for an update of the program. */
  stop(): void;
}

export interface MachineNodeOptions {
  id: string;
  role: Role;
  hall: string;
  random: Random;
  broker: Broker;
  clock: NodeClock;
  printer: SimPrinter | null;
  log: Log;
  /** What happens to the next write to its disk. */
  fate(): SpoolFate;
  viewed(dev: string, boot: number, view: HallView): void;
  /** A message of the outbox counts as delivered. */
  delivered(dev: string, key: string): void;
  /** What stands on the glass of a pad. */
  padShows(dev: string, screen: PadScreen): void;
  ended(how: string): void;
  onDown(): void;
}

const owner = { name: 'Owner', phone: '12345' };

export function createMachineNode(o: MachineNodeOptions): MachineNode {
  const { id, role, random } = o;
  const disk = createSpoolDisk();
  let boots = 0;
  let running: { face: Face; end(how: string): void; stop(): void } | null = null;
  let view: HallView | null = null;

  const start = () => {
    if (running !== null) return;
    boots += 1;
    const boot = boots;
    const process = o.clock.process();
    const { clock } = process;
    const newKey = () => makeKey(random, clock.now());
    let alive = true;
    const end = (how: string) => {
      if (!alive) return;
      alive = false;
      running = null;
      view = null;
      process.end();
      spool.end();
      bus.end();
      o.broker.cut(id);
      o.ended(how);
    };
    const spool = disk.process({
      now: clock.now,
      fate: o.fate,
      removed: (key) => o.delivered(id, key),
      die: () => {
        end('died in a write');
        o.onDown();
      },
    });
    const bus = createSimBus({
      ...{ hall: o.hall, machine: id, broker: o.broker, clock, random },
      boot: newKey(),
    });
    const link = hallLink({
      ...{ hall: o.hall, machine: id, role, bus, clock, log: o.log, makeKey: newKey },
      spool: spool.spool,
      random: () => random.unit(),
    });
    const face: Face = {
      ...{ clock, link, newKey },
      queue: { screen: null, act: () => {} },
      window: { screen: null, act: () => {} },
      pad: { screen: null, act: () => {} },
    };
    /** Ends what runs the role; set as soon as it runs. */
    let endRole: () => Promise<void> = async () => {};
    const stop = () => {
      endRole()
        .then(() => {
          link.close();
          return bus.close();
        })
        .then(
          () => end('stopped'),
          (error: unknown) => end(`stop failed: ${messageOf(error)}`),
        );
    };
    running = { face, end, stop };
    link.watch((v) => {
      if (!alive) return;
      view = v;
      o.viewed(id, boot, v);
    });
    try {
      endRole = runRole(o, face, spool.spool, () => alive);
      link.begin();
    } catch (error) {
      // It died in a write of its start, or it does not start: then it is started again.
      if (!alive) return;
      end(`did not start: ${messageOf(error)}`);
      o.onDown();
    }
  };

  return {
    ...{ id, role, disk, clock: o.clock, printer: o.printer },
    get face() {
      return running?.face ?? null;
    },
    get view() {
      return view;
    },
    start,
    crash: () => running?.end('crashed'),
    stop: () => running?.stop(),
  };
}

function runRole(
  o: MachineNodeOptions,
  face: Face,
  spool: Parameters<typeof hallLink>[0]['spool'],
  alive: () => boolean,
): () => Promise<void> {
  const { clock, link } = face;
  const base = { clock, link, log: o.log, makeKey: face.newKey };
  if (o.role === 'queue-machine') {
    const flow = runQueueMachine(
      {
        ...base,
        jobs: spool.jobs,
        devices: devicesOf(o.printer, clock, alive),
        screen: screenOf<QueueScreen, QueueAction>(face.queue, alive),
        printer: o.printer === null ? null : 'printer',
        document: documentOf,
        reprint: documentOf,
        presses: pressLog(o.log, o.printer !== null),
        citizenText: () => null,
      },
      {
        ...{ machine: o.id, owner, groups: null, idleS: 60, resultS: 10 },
        ...{ printer: o.printer !== null, reprint: true, keys: {} },
        reads: { card: false, code: false },
      },
    );
    return () => flow.stop();
  }
  if (o.role === 'window') {
    const screen = screenOf<WindowScreen, WindowAction>(face.window, alive);
    const devices = { get: () => undefined, onEvent: () => () => {} };
    const end = runWindow(
      { ...base, devices, screen },
      { machine: o.id, owner, keys: {}, callerAddress: null },
    );
    return async () => end();
  }
  if (o.role === 'display') {
    const screen: Pick<Screen<DisplayScreen, never>, 'show'> = { show: () => {} };
    const config = { machine: o.id, windows: null, calls: 5, language: 'zh' as const };
    const end = runDisplay({ clock, link, screen }, config);
    return async () => end();
  }
  if (o.role === 'evaluation-pad') {
    const screen = screenOf<PadScreen, EvaluationAction>(face.pad, alive);
    const end = runPad(
      {
        ...{ ...base, held: spool.held, outbox: spool.outbox, keyOf: () => null, prompt: () => {} },
        devices: { onEvent: () => () => {} },
        screen: {
          ...screen,
          show: (state) => {
            screen.show(state);
            // Dead, it draws nothing any more.
            if (alive()) o.padShows(o.id, state);
          },
        },
      },
      { machine: o.id, owner, detailsS: 15, elder: false, photos: new Set() },
    );
    return async () => end();
  }
  // The terminal has no flow here: strangers.ts speaks through its link.
  return async () => {};
}

function screenOf<State, Action>(
  place: { screen: State | null; act(action: Action): void },
  alive: () => boolean,
): Screen<State, Action> {
  return {
    show: (state) => {
      place.screen = state;
    },
    onAction: (f) => {
      place.act = (action) => {
        if (alive()) f(action);
      };
    },
  };
}

function documentOf(fields: TicketFields): TicketDocument {
  return { title: fields.hall, blocks: [{ type: 'number', text: fields.number }] };
}

/** One printer, never lost; a device supervisor would only open it again. */
function devicesOf(printer: SimPrinter | null, clock: Clock, alive: () => boolean) {
  const opened = printer?.open(clock);
  const status = (): SupervisedStatus => ({
    ...(printer?.status ?? { state: 'unknown', code: 'DEV_CLOSED', detail: {} }),
    ...{ device: 'printer', kind: 'ticket-printer', since: clock.now(), owner: owner.name },
  });
  function get(id: string): typeof opened {
    return id === 'printer' ? opened : undefined;
  }
  return {
    // The supervisor's `get` is typed by kind; there is one kind here.
    get: get as never,
    watch: (f: (s: SupervisedStatus) => void) => {
      if (printer !== null) f(status());
      printer?.onStatus(() => {
        if (alive()) f(status());
      });
      return () => {};
    },
    onEvent: () => () => {},
  };
}

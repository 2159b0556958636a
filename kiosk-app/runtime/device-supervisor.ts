/**
 * Opens every device of a machine, re-opens it when it is lost, and tells what state it is in. One
 * supervisor for all drivers; what to do when is decided in device-life.ts.
 */

import type { DeviceStatusMessage } from '../../broker-config/messages.ts';
import type { Caller } from '../../devices/caller/contract.ts';
import type { CardDispenser } from '../../devices/card-dispenser/contract.ts';
import { codeOf, type DeviceCode } from '../../devices/codes.ts';
import type {
  Device,
  DeviceContext,
  DeviceEvent,
  DeviceKind,
  DeviceMemory,
  DeviceStatus,
  DriverEntry,
  Keypad,
  TicketPrinter,
} from '../../devices/contract.ts';
import type { DocumentCamera } from '../../devices/document-camera/contract.ts';
import type { Evaluator } from '../../devices/evaluator/contract.ts';
import type { Locker } from '../../devices/locker/contract.ts';
import type { PagePrinter } from '../../devices/page-printer/contract.ts';
import type { Voice } from '../../devices/voice/contract.ts';
import type { Watchdog } from '../../devices/watchdog/contract.ts';
import type { WindowSign } from '../../devices/window-sign/contract.ts';
import { backoff } from './backoff.ts';
import {
  type DeviceLife,
  deviceLimits,
  type LifeEffect,
  type LifeInput,
  newborn,
  stepLife,
} from './device-life.ts';
import { messageOf } from './errors.ts';
import type { Log } from './log.ts';
import type { DeviceEntry } from './machine-profile.ts';
import type { Clock } from './ports.ts';

/** A device's status with what the host adds. */
export interface SupervisedStatus extends DeviceStatus {
  device: string;
  kind: DeviceKind;
  /** Own wall clock when this state and code began, ms. */
  since: number;
  owner: string;
}

interface Commanded {
  'ticket-printer': TicketPrinter;
  keypad: Keypad;
  caller: Caller;
  evaluator: Evaluator;
  locker: Locker;
  'card-dispenser': CardDispenser;
  voice: Voice;
  'window-sign': WindowSign;
  'document-camera': DocumentCamera;
  'page-printer': PagePrinter;
  watchdog: Watchdog;
}
/** Kinds that take commands have their own interface; the others only tell what happens at them. */
export type DeviceOfKind = Commanded & Record<Exclude<DeviceKind, keyof Commanded>, Device>;

export interface DeviceSupervisor {
  /**
   * The device as it is open now. undefined: not open (yet, or lost), unknown, or of another kind.
   * Ask each time: after a loss the object is another one.
   */
  get<K extends DeviceKind>(id: string, kind: K): DeviceOfKind[K] | undefined;
  get(id: string): Device | undefined;
  /** undefined only for an id that the profile does not name. */
  status(id: string): SupervisedStatus | undefined;
  /** Called at once for every device and again on every change. */
  watch(f: (status: SupervisedStatus) => void): () => void;
  /** Devices that hang in opening or resting: a driver or a wire that does not come back at all. */
  stuck(): string[];
  /** What happens at the devices. */
  onEvent(f: (device: string, event: DeviceEvent) => void): () => void;
  close(): Promise<void>;
}

export interface SupervisorOptions {
  devices: readonly DeviceEntry[];
  drivers: Readonly<Record<string, DriverEntry>>;
  owner: string;
  clock: Clock;
  log: Log;
  /** Even in [0, 1). */
  random: () => number;
  printerProfile: DeviceContext['printerProfile'];
  /** What a device keeps over restarts; left out: nothing. */
  memory?: (device: string) => DeviceMemory;
  /** Left out: drivers that need a secret do not open. */
  secret?: NonNullable<DeviceContext['secret']>;
}

/** Starts opening at once. Drivers and options were checked with the profile. */
export function superviseDevices(o: SupervisorOptions): DeviceSupervisor {
  const watchers = new Set<(status: SupervisedStatus) => void>();
  const listeners = new Set<(device: string, event: DeviceEvent) => void>();
  const supervised = new Map<string, Supervised>();
  const tell = (id: string) => {
    const status = supervised.get(id)?.status();
    if (status !== undefined) for (const f of watchers) f(status);
  };
  for (const entry of o.devices) {
    const driver = o.drivers[entry.driver];
    if (driver === undefined) continue;
    const one = superviseOne(o, entry, driver, {
      tell: () => tell(entry.id),
      event: (event) => {
        for (const f of listeners) f(entry.id, event);
      },
    });
    supervised.set(entry.id, one);
  }

  return {
    get<K extends DeviceKind>(id: string, kind?: K) {
      const device = supervised.get(id)?.device();
      if (kind !== undefined && device?.kind !== kind) return undefined;
      return device as DeviceOfKind[K] | undefined;
    },
    status: (id) => supervised.get(id)?.status(),
    stuck: () => [...supervised].flatMap(([id, one]) => (one.stuck() ? [id] : [])),
    watch(f) {
      watchers.add(f);
      for (const one of supervised.values()) f(one.status());
      return () => {
        watchers.delete(f);
      };
    },
    onEvent(f) {
      listeners.add(f);
      return () => {
        listeners.delete(f);
      };
    },
    async close() {
      await Promise.all([...supervised.values()].map((one) => one.close()));
    },
  };
}

/** As it is told on the bus (retained); of the detail only what the message allows. */
export function statusMessage(s: SupervisedStatus): DeviceStatusMessage {
  const detail = Object.entries(s.detail)
    .filter(([key]) => /^[a-zA-Z][a-zA-Z0-9_-]{0,31}$/.test(key))
    .slice(0, 32)
    .map(([key, value]) => [key, typeof value === 'string' ? value.slice(0, 200) : value]);
  return {
    ...{ v: 1, device: s.device, kind: s.kind, state: s.state, code: s.code, since: s.since },
    ...{ owner: s.owner, detail: Object.fromEntries(detail) },
  };
}

interface Supervised {
  device(): Device | undefined;
  stuck(): boolean;
  status(): SupervisedStatus;
  close(): Promise<void>;
}

/** One opening and what came of it. */
interface Life {
  abort: AbortController;
  cancelDeadline: () => void;
  device: Device | undefined;
  /** Opened, or failed. */
  settled: Promise<void>;
}

function superviseOne(
  o: SupervisorOptions,
  entry: DeviceEntry,
  driver: DriverEntry,
  out: { tell: () => void; event: (event: DeviceEvent) => void },
): Supervised {
  const { clock } = o;
  const log = o.log.child({ device: entry.id });
  const lives = new Map<number, Life>();
  /** Wires that are being let go; a new opening waits for them, the port is one. */
  const releasing = new Set<Promise<void>>();
  let rests = backoff(deviceLimits.rest, o.random);
  let cancelRest = () => {};
  let lastFailure = '';
  /** Opens and goes again and again (a far end that hangs up): said once, not once a second. */
  let flapping = false;

  const moment = () => ({ now: clock.now(), mono: clock.mono() });
  const first = newborn(moment());
  let state: DeviceLife = first.state;
  /** Monotonic, ms: when it came into its phase. */
  let movedAt = clock.mono();

  function dispatch(input: LifeInput): void {
    const before = state;
    const step = stepLife(state, input, moment());
    state = step.state;
    if (before.phase !== state.phase || before.life !== state.life) movedAt = clock.mono();
    if (before.phase !== 'open' && state.phase === 'open') {
      lastFailure = '';
      log[flapping ? 'debug' : 'info']({ driver: entry.driver }, 'device open');
    }
    step.effects.forEach(perform);
  }

  function perform(effect: LifeEffect): void {
    if (effect.type === 'open') open(effect.life);
    else if (effect.type === 'release') release(effect.life);
    else if (effect.type === 'rest') rest(effect.fresh);
    else out.tell();
  }

  function rest(fresh: boolean): void {
    if (fresh) rests = backoff(deviceLimits.rest, o.random);
    const rested = () => dispatch({ type: 'rested' });
    cancelRest = clock.after(rests.next().value, () => {
      Promise.all(releasing).then(rested, rested);
    });
  }

  function open(number: number): void {
    const abort = new AbortController();
    const life: Life = {
      abort,
      device: undefined,
      settled: Promise.resolve(),
      cancelDeadline: clock.after(deviceLimits.openMs, () => {
        abort.abort();
        failed(number, 'DEV_CONNECT_DEADLINE', `not open after ${deviceLimits.openMs} ms`);
      }),
    };
    lives.set(number, life);
    life.settled = driver.open(entry.options, contextOf(number), abort.signal).then(
      (device) => {
        life.cancelDeadline();
        life.device = device;
        dispatch({ type: 'opened', life: number });
      },
      (error: unknown) => {
        life.cancelDeadline();
        lives.delete(number);
        failed(number, codeOf(error, 'DEV_UNREACHABLE'), messageOf(error));
      },
    );
  }

  function failed(number: number, code: DeviceCode, why: string): void {
    // An attempt a second for days: each cause is said once.
    if (number === state.life && state.phase === 'opening' && lastFailure !== code) {
      lastFailure = code;
      log.warn({ code, why }, 'the device can not be opened');
    }
    dispatch({ type: 'failed', life: number, code });
  }

  function contextOf(number: number): DeviceContext {
    return {
      id: entry.id,
      clock,
      log,
      status: (status) => dispatch({ type: 'status', life: number, status }),
      event: (event) => {
        if (number === state.life && state.phase === 'open') out.event(event);
      },
      lost: (error) => {
        const code = codeOf(error, 'DEV_CLOSED');
        if (number === state.life && state.phase === 'open') {
          log[flapping ? 'debug' : 'warn']({ code, why: messageOf(error) }, 'the device is gone');
          flapping = clock.mono() - state.openedAt < deviceLimits.stableMs;
        }
        dispatch({ type: 'lost', life: number, code });
      },
      printerProfile: o.printerProfile,
      ...(o.memory === undefined ? {} : { memory: o.memory(entry.id) }),
      ...(o.secret === undefined ? {} : { secret: o.secret }),
    };
  }

  function release(number: number): void {
    const life = lives.get(number);
    if (life === undefined) return;
    life.cancelDeadline();
    life.abort.abort();
    const { device } = life;
    // Still opening: it is let go when (and if) it opens after all.
    if (device === undefined) return;
    lives.delete(number);
    const released: Promise<void> = withinLimit(clock, device.close())
      .catch((error: unknown) => {
        log.warn({ why: messageOf(error) }, 'the device did not close well');
      })
      .then(() => {
        releasing.delete(released);
      });
    releasing.add(released);
  }

  first.effects.forEach(perform);
  return {
    stuck: () =>
      (state.phase === 'opening' || state.phase === 'resting') &&
      clock.mono() - movedAt > deviceLimits.stuckMs,
    device: () => (state.phase === 'open' ? lives.get(state.life)?.device : undefined),
    status: () => ({
      ...{ device: entry.id, kind: driver.kind, owner: o.owner, since: state.since },
      ...state.status,
    }),
    async close() {
      cancelRest();
      const opening = state.phase === 'opening' ? lives.get(state.life)?.settled : undefined;
      dispatch({ type: 'close' });
      // What opens after all is let go as soon as it is there.
      if (opening !== undefined) await withinLimit(clock, opening).catch(() => {});
      await Promise.all(releasing);
    },
  };
}

/** @throws what `closing` throws, or that it took too long */
function withinLimit(clock: Clock, closing: Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(deviceLimits.closeMs, () => {
      reject(new Error(`not closed after ${deviceLimits.closeMs} ms`));
    });
    closing.then(resolve, reject).finally(cancel);
  });
}

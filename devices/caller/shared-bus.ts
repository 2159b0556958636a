/**
 * A port is opened once, whoever of the machine's devices needs it: callers and evaluators hang on
 * the same two wires. The last one to leave closes it; a new one waits until it is closed.
 */
import { DeviceError } from '../codes.ts';
import type { DeviceClock, Transport } from '../contract.ts';
import { withoutLocalEcho } from '../transports/local-echo.ts';
import { openTransport } from '../transports/open.ts';
import type { SerialLink, TcpLink } from '../transports/options.ts';
import { type Bus, type BusMember, createBus } from './bus.ts';
import { gapMsDefault } from './options.ts';

export interface BusChoice {
  link: SerialLink | TcpLink;
  gap_ms?: number | undefined;
  local_echo?: boolean | undefined;
}

interface Shared {
  /** How it was opened: the next one has to want the same. */
  choice: string;
  bus: Promise<Bus>;
  members: number;
}

/** By port, not by bus: two entries that disagree on the speed of one port are a mistake. */
const shared = new Map<string, Shared>();
/** Ports being let go. */
const closing = new Map<string, Promise<void>>();

export interface BusSeat {
  readonly bus: Bus;
  /** Idempotent. */
  leave(): Promise<void>;
}

/** @throws DeviceError of the wire; DEV_OPTIONS when the port is in use with other settings */
export async function joinBus(
  choice: BusChoice,
  member: BusMember,
  clock: DeviceClock,
  signal: AbortSignal,
): Promise<BusSeat> {
  const { link } = choice;
  const port = link.via === 'tcp' ? `${link.host}:${link.port}` : link.path;
  await closing.get(port);
  const wanted = JSON.stringify([link, choice.gap_ms, choice.local_echo === true]);
  const there = shared.get(port);
  if (there !== undefined && there.choice !== wanted) {
    throw new DeviceError('DEV_OPTIONS', `${port} is in use with other settings`);
  }
  const entry = there ?? { choice: wanted, bus: open(choice, clock, signal), members: 0 };
  shared.set(port, entry);
  entry.members += 1;
  const bus = await entry.bus.catch((error: unknown) => {
    if (shared.get(port) === entry) shared.delete(port);
    throw error;
  });
  const leaveBus = bus.join({
    hear: (frame) => member.hear(frame),
    lost(error) {
      if (shared.get(port) === entry) shared.delete(port);
      member.lost(error);
    },
  });
  let left: Promise<void> | undefined;
  const seat: BusSeat = {
    bus,
    leave() {
      left ??= leave();
      return left;
    },
  };
  if (signal.aborted) {
    await seat.leave();
    throw new DeviceError('DEV_ABORTED', bus.name);
  }
  return seat;

  async function leave(): Promise<void> {
    entry.members -= 1;
    if (entry.members > 0 || shared.get(port) !== entry) return leaveBus();
    shared.delete(port);
    const gone = leaveBus().finally(() => {
      if (closing.get(port) === gone) closing.delete(port);
    });
    closing.set(port, gone);
    await gone;
  }
}

async function open(choice: BusChoice, clock: DeviceClock, signal: AbortSignal): Promise<Bus> {
  const raw: Transport = await openTransport(choice.link, signal);
  const transport = choice.local_echo === true ? withoutLocalEcho(raw, clock, 'always') : raw;
  return createBus(transport, clock, choice.gap_ms ?? gapMsDefault);
}

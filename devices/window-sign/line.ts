/**
 * A line with one or more signs on it: a row of windows often hangs on one RS-485 pair or one serial
 * server. The port is opened once; every sign has a tap that looks like a wire of its own, and one
 * of them has the floor at a time, from its question to the end of its answer. A sign that falls
 * silent leaves its tap; the wire stays for the others.
 */
import { DeviceError } from '../codes.ts';
import type { DeviceClock, Transport } from '../contract.ts';
import { withoutLocalEcho } from '../transports/local-echo.ts';
import { openTransport } from '../transports/open.ts';
import type { SerialLink, TcpLink } from '../transports/options.ts';

export interface Line extends Transport {
  /**
   * The floor, at once where nobody has it: a call must not wait for a turn of the event loop before
   * its first byte. What is received meanwhile is others'. Call the result to give it back.
   */
  floor(): (() => void) | Promise<() => void>;
  /** Silence on the line until then (mono ms), whoever spoke. Signs write it, signs keep to it. */
  readonly quiet: { until: number };
}

export interface Trunk {
  /** A tap for one more sign. */
  tap(): Line;
}

/** `emptied`: the last tap has left. */
export function createTrunk(transport: Transport, emptied: () => void): Trunk {
  interface Tap {
    data: (chunk: Uint8Array) => void;
    end: (error: Error | undefined) => void;
  }
  const taps = new Set<Tap>();
  const quiet = { until: Number.NEGATIVE_INFINITY };
  let speaker: Tap | undefined;
  let taken = false;
  const waiting: (() => void)[] = [];
  let gone: { error: Error | undefined } | undefined;

  transport.onData((chunk) => speaker?.data(chunk));
  transport.onClose((error) => {
    gone = { error };
    for (const tap of [...taps]) tap.end(error);
  });

  function tap(): Line {
    let told: ((error: Error | undefined) => void) | undefined;
    let ended: { error: Error | undefined } | undefined;
    let last = false;
    const own: Tap = {
      data: () => undefined,
      end(error) {
        if (ended !== undefined) return;
        ended = { error };
        taps.delete(own);
        last = taps.size === 0;
        if (last) emptied();
        told?.(error);
      },
    };
    taps.add(own);
    if (gone !== undefined) own.end(gone.error);

    function give(): () => void {
      taken = true;
      speaker = own;
      let given = true;
      return () => {
        if (!given) return;
        given = false;
        taken = false;
        speaker = undefined;
        waiting.shift()?.();
      };
    }

    return {
      name: transport.name,
      quiet,
      onData(f) {
        own.data = f;
      },
      onClose(f) {
        told = f;
        if (ended !== undefined) f(ended.error);
      },
      floor() {
        if (!taken) return give();
        const { promise, resolve } = Promise.withResolvers<() => void>();
        waiting.push(() => resolve(give()));
        return promise;
      },
      write(bytes, deadlineMs) {
        if (ended !== undefined)
          return Promise.reject(new DeviceError('DEV_CLOSED', transport.name));
        return transport.write(bytes, deadlineMs);
      },
      abandon(error) {
        own.end(error);
        if (last) transport.abandon(error);
      },
      async close() {
        own.end(undefined);
        if (last) await transport.close();
      },
    };
  }

  return { tap };
}

export interface LineChoice {
  link: SerialLink | TcpLink;
  local_echo?: boolean | undefined;
}
interface Shared {
  choice: string;
  trunk: Promise<Trunk>;
}
/** By port: two devices that disagree on the speed of one port are a mistake. */
const shared = new Map<string, Shared>();
/** Ports being let go: a new one waits for it. */
const closing = new Map<string, Promise<void>>();

/** @throws DeviceError of the wire; DEV_OPTIONS when the port is in use with other settings */
export async function joinLine(
  choice: LineChoice,
  clock: DeviceClock,
  signal: AbortSignal,
): Promise<Line> {
  const { link } = choice;
  const port = link.via === 'tcp' ? `${link.host}:${link.port}` : link.path;
  await closing.get(port);
  const wanted = JSON.stringify([link, choice.local_echo === true]);
  const there = shared.get(port);
  if (there !== undefined && there.choice !== wanted) {
    throw new DeviceError('DEV_OPTIONS', `${port} is in use with other settings`);
  }
  const entry: Shared = there ?? { choice: wanted, trunk: open() };
  shared.set(port, entry);
  const forget = () => {
    if (shared.get(port) === entry) shared.delete(port);
  };

  async function open(): Promise<Trunk> {
    const raw = await openTransport(link, signal);
    const wire = choice.local_echo === true ? withoutLocalEcho(raw, clock, 'always') : raw;
    const kept: Transport = {
      ...wire,
      close() {
        const done = wire.close().finally(() => {
          if (closing.get(port) === done) closing.delete(port);
        });
        closing.set(port, done);
        return done;
      },
    };
    return createTrunk(kept, () => forget());
  }

  const trunk = await entry.trunk.catch((error: unknown) => {
    forget();
    throw error;
  });
  const line = trunk.tap();
  if (signal.aborted) {
    await line.close();
    throw new DeviceError('DEV_ABORTED', line.name);
  }
  return line;
}

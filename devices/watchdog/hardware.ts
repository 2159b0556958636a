/**
 * A watchdog chip (torvalds/linux, Documentation/watchdog/watchdog-api.rst): opening its file arms it,
 * every byte written feeds it, and 'V' just before the close disarms it where the driver can. So the
 * file is opened with the first feeding and not before: looking at a machine must not arm anything.
 */
import { constants } from 'node:fs';
import { access, type FileHandle, open, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DeviceError } from '../codes.ts';
import type { DeviceContext, DeviceStatus, SelfTestStep } from '../contract.ts';
import { fileError } from '../transports/device-file.ts';
import type { Watchdog } from './contract.ts';
import type { WatchdogHardwareOptions } from './options.ts';

/** linux/watchdog.h: the last start was this chip's doing. */
const cardReset = 0x0020;
const feedMs = 1_000;

/** @param sys where the kernel tells of its watchdogs; tests hand in a folder of their own */
export async function openHardwareWatchdog(
  options: WatchdogHardwareOptions,
  context: DeviceContext,
  signal: AbortSignal,
  sys = '/sys/class/watchdog',
): Promise<Watchdog> {
  const { path } = options.link;
  const name = `watchdog ${path}`;
  if (signal.aborted) throw new DeviceError('DEV_ABORTED', name);
  try {
    await access(path, constants.W_OK);
  } catch (cause) {
    throw fileError(cause, name);
  }
  const known = await told(join(sys, basename(path)));
  const { clock } = context;
  let file: FileHandle | undefined;
  let closed = false;
  let withheld = false;
  context.status(statusOf(known));

  async function feed(): Promise<void> {
    if (closed) throw new DeviceError('DEV_CLOSED', name);
    try {
      file ??= await open(path, 'w');
      await limited(file.write('K'));
    } catch (cause) {
      if (cause instanceof DeviceError) throw cause;
      throw fileError(cause, name);
    }
    if (withheld) context.status(statusOf(known));
    withheld = false;
  }

  /** A chip that does not take a byte is no chip; the write itself can not be called back. */
  function limited(write: Promise<unknown>): Promise<void> {
    return new Promise((resolve, reject) => {
      const late = () => reject(new DeviceError('DEV_WRITE_DEADLINE', `${name}, ${feedMs} ms`));
      const cancel = clock.after(feedMs, late);
      write.then(() => resolve(), reject).finally(cancel);
    });
  }

  return {
    kind: 'watchdog',
    feedEveryMs: options.feed_s * 1000,
    feed,
    withheld(why) {
      withheld = true;
      context.status({ state: 'out', code: 'WDG_WITHHELD', detail: { why } });
    },
    async selfTest() {
      return [stepOf(await told(join(sys, basename(path))))];
    },
    async close() {
      if (closed) return;
      closed = true;
      const held = file;
      if (held === undefined) return;
      // Without it the countdown goes on after the close: a stopped program would reset the machine.
      if (options.magic_close !== false) await limited(held.write('V')).catch(() => undefined);
      await held.close().catch(() => undefined);
    },
  };
}

interface Told {
  identity: string;
  timeoutS: number;
  resetByIt: boolean;
}

/** Not every kernel shows it (CONFIG_WATCHDOG_SYSFS): then nothing is known. */
async function told(dir: string): Promise<Told | null> {
  const read = async (name: string) => (await readFile(join(dir, name), 'utf8')).trim();
  try {
    const boot = Number(await read('bootstatus'));
    return {
      identity: await read('identity'),
      timeoutS: Number(await read('timeout')),
      resetByIt: (boot & cardReset) !== 0,
    };
  } catch {
    return null;
  }
}

function statusOf(known: Told | null): DeviceStatus {
  const detail = known === null ? {} : { identity: known.identity, timeoutS: known.timeoutS };
  return known?.resetByIt === true
    ? { state: 'attention', code: 'WDG_LAST_RESET', detail }
    : { state: 'ready', code: 'DEV_READY', detail };
}

function stepOf(known: Told | null): SelfTestStep {
  const { code, detail } = statusOf(known);
  return { step: 'watchdog-state', ok: true, code, detail };
}

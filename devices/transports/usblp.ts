/**
 * Bytes to a USB printer through the kernel driver usblp (`/dev/usb/lp*`).
 *
 * A blocking write there lasts as long as the printer says "not now", for ever without paper, and
 * takes one of libuv's four threads with it. So the file is opened O_NONBLOCK and read and written
 * with the synchronous calls, which never wait: one write starts one USB transfer of at most 8,192
 * bytes; while it runs every further write gives EAGAIN; a write of nothing succeeds when it is
 * done. (Linux drivers/usb/class/usblp.c: usblp_write, usblp_wwait.)
 */
import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs';
import { DeviceError } from '../codes.ts';
import type { Transport } from '../contract.ts';
import { fileError } from './device-file.ts';
import type { UsblpLink } from './options.ts';
import { makeWire } from './wire.ts';

/** USBLP_BUF_SIZE: larger writes are cut there by the driver. */
const transferBytesMax = 8192;
const retryMs = 2;
/** The driver offers no wake-up for non-blocking reads to plain Node. */
const readEveryMs = 10;
const readBytesMax = 512;

/** The four system calls; tests hand in a kernel of their own. */
export interface UsblpCalls {
  open(path: string): number;
  /** Bytes taken; throws an errno error. */
  write(fd: number, bytes: Uint8Array): number;
  /** Bytes read; throws an errno error. */
  read(fd: number, into: Uint8Array): number;
  close(fd: number): void;
}

export const kernelCalls: UsblpCalls = {
  open: (path) => openSync(path, constants.O_RDWR | constants.O_NONBLOCK | constants.O_NOCTTY),
  write: (fd, bytes) => writeSync(fd, bytes),
  read: (fd, into) => readSync(fd, into),
  close: (fd) => closeSync(fd),
};

/** @throws DeviceError DEV_NO_SUCH_PORT, DEV_NO_PERMISSION, DEV_PORT_BUSY, DEV_UNREACHABLE, DEV_ABORTED */
export async function openUsblp(
  link: UsblpLink,
  signal: AbortSignal,
  calls: UsblpCalls = kernelCalls,
): Promise<Transport> {
  const name = `usblp ${link.path}`;
  if (signal.aborted) throw new DeviceError('DEV_ABORTED', name);
  let fd: number;
  try {
    fd = calls.open(link.path);
  } catch (cause) {
    throw fileError(cause, name);
  }
  return usblpWire(fd, name, calls);
}

function usblpWire(fd: number, name: string, calls: UsblpCalls): Transport {
  let open = true;
  let reader: NodeJS.Timeout | undefined;

  /** Tries now and every `retryMs` until the driver stops saying EAGAIN. */
  function whenTaken(bytes: Uint8Array): Promise<number> {
    return new Promise((resolve, reject) => {
      const attempt = () => {
        if (!open) return reject(new DeviceError('DEV_CLOSED', name));
        try {
          resolve(calls.write(fd, bytes));
        } catch (error) {
          if (errnoOf(error) === 'EAGAIN') setTimeout(attempt, retryMs);
          else reject(error instanceof Error ? error : new Error(String(error)));
        }
      };
      attempt();
    });
  }

  async function send(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.byteLength; ) {
      at += await whenTaken(bytes.subarray(at, at + transferBytesMax));
    }
    await whenTaken(new Uint8Array(0));
  }

  function drop(): void {
    if (!open) return;
    open = false;
    clearInterval(reader);
    // Kills a transfer under way: its bytes never print.
    calls.close(fd);
  }

  function readOnce(f: (chunk: Uint8Array) => void): void {
    const into = new Uint8Array(readBytesMax);
    try {
      const n = calls.read(fd, into);
      if (n > 0) f(into.subarray(0, n));
    } catch (error) {
      const errno = errnoOf(error);
      if (errno === 'EAGAIN') return;
      // EINVAL: the printer has no way back to the host (unidirectional interface). It stays so.
      if (errno === 'EINVAL') {
        clearInterval(reader);
        return;
      }
      drop();
      wire.gone(new DeviceError('DEV_CLOSED', name, { cause: error }));
    }
  }

  const wire = makeWire({
    name,
    read(f) {
      reader = setInterval(() => readOnce(f), readEveryMs);
    },
    send,
    drop,
    shut: () => Promise.resolve(),
  });
  return wire;
}

function errnoOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

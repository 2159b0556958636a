/**
 * Bytes over a serial port, by `serialport` 13. Four of its habits are kept away from drivers:
 * - a write on a closed port waits for the *next* open, so a ticket could print hours later:
 *   `isOpen` is asked before every write;
 * - `drain()` is tcdrain in a pool thread: a printer that holds CTS or XOFF keeps the thread for
 *   ever, four such ports stop all file access of the process. It is never called; writes are paced
 *   by the line's own byte clock instead, and the driver's token tells what was really printed;
 * - `close()` waits in the kernel for bytes that flow control holds back: they are flushed first;
 * - a port that hangs up while a read is under way reads zero bytes from then on, and the library
 *   reads again for ever, at full speed, without a word: the port is asked for its signals now and
 *   then, which a hung-up one refuses.
 */
import { realpath } from 'node:fs/promises';
import { SerialPort } from 'serialport';
import { DeviceError } from '../codes.ts';
import type { Transport } from '../contract.ts';
import { mustBeUsable } from './device-file.ts';
import type { SerialLink } from './options.ts';
import { makeWire, withinDeadline } from './wire.ts';

const openDeadlineMs = 3000;
const hangUpLookMs = 500;

/** @throws DeviceError DEV_NO_SUCH_PORT, DEV_NO_PERMISSION, DEV_PORT_BUSY, DEV_UNREACHABLE, DEV_ABORTED */
export async function openSerial(link: SerialLink, signal: AbortSignal): Promise<Transport> {
  const name = `serial ${link.path} ${link.baud}`;
  await mustBeUsable(link.path, name);
  const port = new SerialPort({
    path: link.path,
    baudRate: link.baud,
    dataBits: link.data_bits ?? 8,
    parity: link.parity ?? 'none',
    stopBits: 1,
    rtscts: link.flow === 'rtscts',
    xon: link.flow === 'xonxoff',
    xoff: link.flow === 'xonxoff',
    // TIOCEXCL: a second program gets EBUSY instead of half of the bytes. A pty (demonstration,
    // tests) keeps the mark after its close, so that it could never be opened again.
    lock: !(await isPty(link.path)),
    autoOpen: false,
  });
  return withinDeadline<Transport>(name, openDeadlineMs, signal, (done, fail) => {
    let given = false;
    let cancelled = false;
    port.open((error) => {
      if (error) return fail(openError(error, name));
      if (cancelled) return letGo(port);
      given = true;
      done(serialWire(port, name, byteMs(link)));
    });
    return {
      cancel() {
        cancelled = true;
        if (given) letGo(port);
      },
    };
  });
}

async function isPty(path: string): Promise<boolean> {
  return (await realpath(path)).startsWith('/dev/pts/');
}

/** Time of one byte on the line: start bit, data, parity, stop bit. */
export function byteMs(link: SerialLink): number {
  const bits = 2 + (link.data_bits ?? 8) + ((link.parity ?? 'none') === 'none' ? 0 : 1);
  return (bits * 1000) / link.baud;
}

/** The library tells causes by text only: the lock is the one that names itself. */
function openError(cause: Error, name: string): DeviceError {
  const busy = /lock port|resource busy/i.test(cause.message);
  return new DeviceError(busy ? 'DEV_PORT_BUSY' : 'DEV_UNREACHABLE', name, { cause });
}

function serialWire(port: SerialPort, name: string, msPerByte: number): Transport {
  let lineFreeAt = 0;

  async function send(bytes: Uint8Array): Promise<void> {
    if (!port.isOpen) throw new DeviceError('DEV_CLOSED', name);
    const begun = performance.now();
    await new Promise<void>((resolve, reject) => {
      // A copy is not needed: the caller waits for this write before it makes the next.
      port.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), (error) =>
        error ? reject(error) : resolve(),
      );
    });
    lineFreeAt = Math.max(lineFreeAt, begun) + bytes.byteLength * msPerByte;
    const restMs = lineFreeAt - performance.now();
    if (restMs > 1) await new Promise((resolve) => setTimeout(resolve, restMs));
  }

  const wire = makeWire({
    name,
    read: (f) => port.on('data', f),
    send,
    drop: () => letGo(port),
    shut: () =>
      new Promise((resolve) => {
        if (!port.isOpen) return resolve();
        port.once('close', () => resolve());
        letGo(port);
      }),
  });
  let failure: Error | undefined;
  port.on('error', (error) => {
    failure = error;
  });
  const look = setInterval(() => {
    if (!port.isOpen) return;
    port.get((error) => {
      if (error && port.isOpen && isHungUp(error)) {
        wire.abandon(new DeviceError('DEV_CLOSED', `${name}: hung up`, { cause: error }));
      }
    });
  }, hangUpLookMs);
  port.on('close', (error: Error | null | undefined) => {
    clearInterval(look);
    wire.gone(new DeviceError('DEV_CLOSED', name, { cause: error ?? failure }));
  });
  return wire;
}

/** EIO or ENODEV. A pty has no signals and says so in other words. */
function isHungUp(error: Error): boolean {
  return /input\/output error|no such device/i.test(error.message);
}

/** Throws away what the kernel still holds, then closes. Safe to call twice. */
function letGo(port: SerialPort): void {
  if (!port.isOpen) return;
  port.flush(() => {
    if (port.isOpen) port.close(() => undefined);
  });
}

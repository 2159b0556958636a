import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DeviceError } from '../../devices/codes.ts';
import { openUsblp, type UsblpCalls } from '../../devices/transports/usblp.ts';
import { ptyPair } from '../harness/pty.ts';
import { until, within } from '../harness/until.ts';

const test = suite('usblp transport');
const never = new AbortController().signal;
const link = { via: 'usblp', path: '/dev/usb/lp0' } as const;
const waitMs = 5000;

function errno(code: string): Error {
  return Object.assign(new Error(code), { code });
}

/** The driver as usblp.c has it: one transfer at a time, EAGAIN while it runs. */
class FakeUsblp implements UsblpCalls {
  readonly transfers: number[] = [];
  readonly incoming: Uint8Array[] = [];
  busy = false;
  /** Transfers end by themselves after so many tries; null: the printer takes nothing. */
  triesUntilDone: number | null = 1;
  closed = 0;
  readFault = 'EAGAIN';
  #tries = 0;

  open(): number {
    return 7;
  }
  write(_fd: number, bytes: Uint8Array): number {
    if (this.closed > 0) throw errno('EBADF');
    if (this.busy) {
      this.#tries += 1;
      if (this.triesUntilDone !== null && this.#tries > this.triesUntilDone) this.busy = false;
      throw errno('EAGAIN');
    }
    if (bytes.length === 0) return 0;
    const taken = Math.min(bytes.length, 8192);
    this.transfers.push(taken);
    this.busy = true;
    this.#tries = 0;
    return taken;
  }
  read(_fd: number, into: Uint8Array): number {
    const next = this.incoming.shift();
    if (next === undefined) throw errno(this.readFault);
    into.set(next);
    return next.length;
  }
  close(): void {
    this.closed += 1;
  }
}

async function codeFrom(promise: Promise<unknown>): Promise<string> {
  try {
    await within(promise, waitMs, 'the rejection');
    return 'resolved';
  } catch (error) {
    return error instanceof DeviceError ? error.code : String(error);
  }
}

test('one transfer of at most 8,192 bytes at a time, and the write ends when the last is done', async () => {
  const kernel = new FakeUsblp();
  const wire = await openUsblp(link, never, kernel);
  await within(wire.write(new Uint8Array(20_000), waitMs), waitMs, 'the write');
  assert.equal(kernel.transfers, [8192, 8192, 3616]);
  assert.not.ok(kernel.busy);
  await wire.close();
  assert.is(kernel.closed, 1);
});

test('a printer without paper takes nothing: deadline, closed at once, the transfer dies', async () => {
  const kernel = new FakeUsblp();
  kernel.triesUntilDone = null;
  const wire = await openUsblp(link, never, kernel);
  let closedWith: Error | undefined;
  wire.onClose((error) => {
    closedWith = error;
  });
  assert.is(await codeFrom(wire.write(new Uint8Array(100), 50)), 'DEV_WRITE_DEADLINE');
  assert.is(kernel.closed, 1);
  assert.instance(closedWith, DeviceError);
  assert.is(await codeFrom(wire.write(new Uint8Array(1), 50)), 'DEV_CLOSED');
});

test('what the printer says is heard; a printer without a way back is left in peace', async () => {
  const kernel = new FakeUsblp();
  const wire = await openUsblp(link, never, kernel);
  const heard: number[] = [];
  wire.onData((chunk) => heard.push(...chunk));
  kernel.incoming.push(Uint8Array.of(0x12, 0x16), Uint8Array.of(0x12));
  await until(() => heard.length === 3, waitMs);
  assert.equal(heard, [0x12, 0x16, 0x12]);
  kernel.readFault = 'EINVAL';
  await within(wire.write(new Uint8Array(3), waitMs), waitMs, 'the write');
  await wire.close();
});

test('pulled out: the next look at it ends the wire', async () => {
  const kernel = new FakeUsblp();
  kernel.readFault = 'ENODEV';
  const wire = await openUsblp(link, never, kernel);
  let closed = false;
  wire.onClose(() => {
    closed = true;
  });
  wire.onData(() => undefined);
  await until(() => closed, waitMs);
  assert.is(kernel.closed, 1);
});

test('a missing or forbidden device file says which', async () => {
  const failing = (code: string): UsblpCalls =>
    Object.assign(new FakeUsblp(), {
      open() {
        throw errno(code);
      },
    });
  assert.is(await codeFrom(openUsblp(link, never, failing('ENOENT'))), 'DEV_NO_SUCH_PORT');
  assert.is(await codeFrom(openUsblp(link, never, failing('EACCES'))), 'DEV_NO_PERMISSION');
  assert.is(await codeFrom(openUsblp(link, never, failing('EBUSY'))), 'DEV_PORT_BUSY');
  assert.is(await codeFrom(openUsblp(link, AbortSignal.abort(), new FakeUsblp())), 'DEV_ABORTED');
});

test('the real system calls on a real character device: both ways, EAGAIN survived, no thread held', async () => {
  const pair = await ptyPair();
  const near = await openUsblp({ via: 'usblp', path: pair.near }, never);
  const far = await openUsblp({ via: 'usblp', path: pair.far }, never);
  let heard = 0;
  near.onData(() => undefined);
  // Far more than the line holds: the writer meets EAGAIN until the reader has caught up.
  const writing = near.write(new Uint8Array(60_000).fill(0x41), 20_000);
  far.onData((chunk) => {
    heard += chunk.length;
  });
  await within(writing, 20_000, 'the write');
  await until(() => heard === 60_000, 20_000, 'the last byte');
  await Promise.all([near.close(), far.close()]);
  await pair.unplug();
});

test('a stuck printer does not keep the process from its files', async () => {
  const pair = await ptyPair();
  const wires = await Promise.all(
    [1, 2, 3, 4, 5].map(() => openUsblp({ via: 'usblp', path: pair.near }, never)),
  );
  // Nobody reads the far end: all five writers stand, more than libuv has threads.
  const stuck = wires.map((wire) => codeFrom(wire.write(new Uint8Array(200_000), 1500)));
  let ended = false;
  const all = Promise.all(stuck).finally(() => {
    ended = true;
  });
  const { readFile } = await import('node:fs/promises');
  assert.ok((await readFile(import.meta.filename)).length > 0);
  assert.not.ok(ended, 'the file came while all five stood');
  assert.equal(await all, new Array(5).fill('DEV_WRITE_DEADLINE'));
  await pair.unplug();
});

test.run();

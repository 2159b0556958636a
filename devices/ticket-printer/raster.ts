/**
 * Draws in a process of its own (raster-child.ts): started on first need, one order at a time, ended
 * after a rest or when an order takes too long. The next order starts a new one.
 */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { DeviceError } from '../codes.ts';
import type { DeviceClock } from '../contract.ts';
import type { Bitmap } from './raster-bitmap.ts';
import type { DrawAnswer, DrawOrder } from './raster-protocol.ts';

/** Waiting and current order together; a ticket of a board without Chinese has some 20. */
export const ordersMax = 200;
/** From order to bitmap; the first one also starts the process and reads the fonts (some 0.5 s). */
export const drawDeadlineMs = 4000;
/** So many processes lost one after the other: no sharp here, or fonts that hang. */
export const lossesMax = 3;
/** Then every order is refused for so long: no ticket waits for what does not come. */
export const drawPauseMs = 60_000;
/** The process ends when nothing was drawn for so long. */
export const drawRestMs = 30_000;

export interface Rasterizer {
  /**
   * One bitmap, as wide as ordered.
   * @throws DeviceError PRN_PICTURE: too many orders, too slow, process lost, no picture
   */
  draw(order: Omit<DrawOrder, 'id'>): Promise<Bitmap>;
  /** Ends the process; orders not done are refused. Idempotent. */
  close(): void;
}

/** The far end of the drawing process. */
export interface DrawProcess {
  send(order: DrawOrder): void;
  onAnswer(f: (answer: DrawAnswer) => void): void;
  onEnd(f: (why: string) => void): void;
  end(): void;
}

interface Job {
  order: DrawOrder;
  resolve(bitmap: Bitmap): void;
  reject(error: DeviceError): void;
}

export function createRasterizer(
  clock: DeviceClock,
  start: () => DrawProcess = startProcess,
): Rasterizer {
  const waiting: Job[] = [];
  let current: Job | undefined;
  let process: DrawProcess | undefined;
  let cancel: () => void = () => undefined;
  let lastId = 0;
  let losses = 0;
  let pausedUntil = Number.NEGATIVE_INFINITY;
  let closed = false;

  function next(): void {
    if (current !== undefined) return;
    cancel();
    const job = waiting.shift();
    if (job === undefined) {
      if (process !== undefined) cancel = clock.after(drawRestMs, letGo);
      return;
    }
    current = job;
    cancel = clock.after(drawDeadlineMs, () => lose(`no picture within ${drawDeadlineMs} ms`));
    try {
      process ??= started();
      process.send(job.order);
    } catch (error) {
      lose(String(error));
    }
  }

  function started(): DrawProcess {
    const own = start();
    own.onAnswer((answer) => {
      if (own === process && answer.id === current?.order.id) settle(answer);
    });
    own.onEnd((why) => {
      if (own === process) lose(why);
    });
    return own;
  }

  function settle(answer: DrawAnswer): void {
    const job = current;
    current = undefined;
    losses = 0;
    if ('bitmap' in answer) job?.resolve(answer.bitmap);
    else job?.reject(refused(answer.fault));
    next();
  }

  /** The process is of no use any more; the order it had is refused, the others go on in a new one. */
  function lose(why: string): void {
    letGo();
    const job = current;
    current = undefined;
    job?.reject(refused(why));
    if (job !== undefined) losses += 1;
    if (losses >= lossesMax) {
      losses = 0;
      pausedUntil = clock.mono() + drawPauseMs;
      refuseWaiting(why);
    }
    next();
  }

  function refuseWaiting(why: string): void {
    for (const job of waiting.splice(0)) job.reject(refused(why));
  }

  function letGo(): void {
    cancel();
    const own = process;
    process = undefined;
    own?.end();
  }

  return {
    draw(order) {
      if (closed) return Promise.reject(refused('closed'));
      if (clock.mono() < pausedUntil) {
        return Promise.reject(refused(`${lossesMax} processes were lost, resting`));
      }
      if (waiting.length + (current === undefined ? 0 : 1) >= ordersMax) {
        return Promise.reject(refused(`more than ${ordersMax} orders`));
      }
      lastId += 1;
      const id = lastId;
      return new Promise((resolve, reject) => {
        waiting.push({ order: { ...order, id }, resolve, reject });
        next();
      });
    },
    close() {
      closed = true;
      refuseWaiting('closed');
      lose('closed');
    },
  };
}

const refused = (why: string) => new DeviceError('PRN_PICTURE', why);

function startProcess(): DrawProcess {
  const child = fork(join(import.meta.dirname, 'raster-child.ts'), [], {
    // Bitmaps travel as bytes; the parent's loaders and inspector are not for the child.
    serialization: 'advanced',
    execArgv: [],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  // It never keeps its parent alive.
  child.unref();
  child.channel?.unref();
  return {
    send(order) {
      child.send(order, () => undefined);
    },
    onAnswer: (f) => void child.on('message', (message) => f(message as DrawAnswer)),
    onEnd(f) {
      child.once('error', (error) => f(error.message));
      child.once('exit', (code, signal) => f(`the drawing process ended (${signal ?? code})`));
    },
    end: () => void child.kill('SIGKILL'),
  };
}

/**
 * The rules every wire keeps, once for all kinds: one write at a time, a deadline on each, closed
 * once and for good, coded errors. What is peculiar to TCP, serial or usblp stands in RawWire.
 */
import { DeviceError } from '../codes.ts';
import type { Transport } from '../contract.ts';

/** The peculiar part of a wire. */
export interface RawWire {
  readonly name: string;
  /** Starts handing over received bytes. Called at most once. */
  read(f: (chunk: Uint8Array) => void): void;
  /** Resolves when the link took the bytes and, as far as it can tell, passed them on. */
  send(bytes: Uint8Array): Promise<void>;
  /** Abandons the wire at once: what did not leave yet must never leave. */
  drop(): void;
  /** Lets go in good order. May take long or never end: the caller limits it. */
  shut(): Promise<void>;
}

/** An orderly close may take this long, then the wire is dropped. */
export const closeWaitMs = 1000;

export interface Wire extends Transport {
  /** The raw side found the wire gone. */
  gone(error: Error | undefined): void;
}

export function makeWire(raw: RawWire): Wire {
  let open = true;
  let failWrite: ((error: Error) => void) | undefined;
  let closing: Promise<void> | undefined;
  let told = false;
  let tell: ((error: Error | undefined) => void) | undefined;
  let reason: { error: Error | undefined } | undefined;

  function gone(error: Error | undefined): void {
    open = false;
    // Whatever the far end does once we let go is our own doing.
    reason ??= { error: closing === undefined ? error : undefined };
    failWrite?.(new DeviceError('DEV_CLOSED', raw.name, { cause: error }));
    if (told || tell === undefined) return;
    told = true;
    tell(reason.error);
  }

  function dropWith(error: Error): void {
    raw.drop();
    gone(error);
  }

  function write(bytes: Uint8Array, deadlineMs: number): Promise<void> {
    if (!open) return Promise.reject(new DeviceError('DEV_CLOSED', raw.name));
    if (failWrite !== undefined) return Promise.reject(new DeviceError('DEV_WRITE_BUSY', raw.name));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        const late = new DeviceError('DEV_WRITE_DEADLINE', `${raw.name}, ${deadlineMs} ms`);
        end(() => reject(late));
        dropWith(late);
      }, deadlineMs);
      const end = (settle: () => void) => {
        if (failWrite === undefined) return;
        clearTimeout(timer);
        failWrite = undefined;
        settle();
      };
      failWrite = (error) => end(() => reject(error));
      raw.send(bytes).then(
        () => end(resolve),
        (error: unknown) => {
          const coded =
            error instanceof DeviceError
              ? error
              : new DeviceError('DEV_CLOSED', raw.name, { cause: error });
          end(() => reject(coded));
          if (open) dropWith(coded);
        },
      );
    });
  }

  async function letGo(): Promise<void> {
    const wasOpen = open;
    open = false;
    if (!wasOpen) return raw.drop();
    const timeOut = Promise.withResolvers<void>();
    const timer = setTimeout(timeOut.resolve, closeWaitMs);
    // A wire that can not even be shut in good order is dropped below all the same.
    await Promise.race([raw.shut().catch(() => undefined), timeOut.promise]);
    clearTimeout(timer);
    raw.drop();
    gone(undefined);
  }

  return {
    name: raw.name,
    onData: (f) => raw.read(f),
    onClose(f) {
      tell = f;
      if (reason === undefined) return;
      told = true;
      f(reason.error);
    },
    write,
    abandon(error) {
      if (open) dropWith(error);
    },
    close() {
      closing ??= letGo();
      return closing;
    },
    gone,
  };
}

/** Opens with a deadline and the host's signal; `cancel` undoes a half-open wire. */
export function withinDeadline<T>(
  what: string,
  deadlineMs: number,
  signal: AbortSignal,
  start: (done: (value: T) => void, fail: (error: Error) => void) => { cancel: () => void },
): Promise<T> {
  if (signal.aborted) return Promise.reject(new DeviceError('DEV_ABORTED', what));
  return new Promise((resolve, reject) => {
    let ended = false;
    const end = (settle: () => void) => {
      if (ended) return;
      ended = true;
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      settle();
    };
    const giveUp = (error: Error) =>
      end(() => {
        attempt.cancel();
        reject(error);
      });
    const onAbort = () => giveUp(new DeviceError('DEV_ABORTED', what));
    const timer = setTimeout(
      () => giveUp(new DeviceError('DEV_CONNECT_DEADLINE', `${what}, ${deadlineMs} ms`)),
      deadlineMs,
    );
    signal.addEventListener('abort', onAbort, { once: true });
    const attempt = start(
      (value) => end(() => resolve(value)),
      (error) => end(() => reject(error)),
    );
  });
}

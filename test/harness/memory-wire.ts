/** A wire without a wire: what the driver writes comes out here, what the test feeds goes in. */
import { DeviceError } from '../../devices/codes.ts';
import type { Transport } from '../../devices/contract.ts';

export class MemoryWire implements Transport {
  readonly name = 'memory';
  readonly written: Uint8Array[] = [];
  /** Called with every write, after it was recorded. */
  onWrite: (bytes: Uint8Array) => void = () => undefined;
  /** false: writes never end, as with a printer that takes nothing. */
  takes = true;
  closedWith: { error: Error | undefined } | undefined;
  #data: (chunk: Uint8Array) => void = () => undefined;
  #close: (error: Error | undefined) => void = () => undefined;
  #fail: ((error: Error) => void) | undefined;

  onData(f: (chunk: Uint8Array) => void): void {
    this.#data = f;
  }
  onClose(f: (error: Error | undefined) => void): void {
    this.#close = f;
  }
  write(bytes: Uint8Array): Promise<void> {
    if (this.closedWith !== undefined)
      return Promise.reject(new DeviceError('DEV_CLOSED', 'memory'));
    if (this.#fail !== undefined)
      return Promise.reject(new DeviceError('DEV_WRITE_BUSY', 'memory'));
    this.written.push(Uint8Array.from(bytes));
    return new Promise((resolve, reject) => {
      this.#fail = reject;
      if (!this.takes) return;
      // No wire answers within the write itself.
      queueMicrotask(() => {
        if (this.closedWith === undefined) this.onWrite(bytes);
        if (this.#fail !== reject) return;
        this.#fail = undefined;
        resolve();
      });
    });
  }
  abandon(error: Error): void {
    this.#end(error);
  }
  async close(): Promise<void> {
    this.#end(undefined);
  }

  /** From the far end. */
  feed(bytes: Uint8Array): void {
    if (this.closedWith === undefined) this.#data(bytes);
  }
  /** The far end hangs up. */
  hangUp(): void {
    this.#end(new DeviceError('DEV_CLOSED', 'memory: hung up'));
  }
  /** Everything written so far, and from now on nothing of it. */
  take(): Buffer {
    return Buffer.concat(this.written.splice(0));
  }

  #end(error: Error | undefined): void {
    if (this.closedWith !== undefined) return;
    this.closedWith = { error };
    this.#fail?.(new DeviceError('DEV_CLOSED', 'memory'));
    this.#fail = undefined;
    this.#close(error);
  }
}

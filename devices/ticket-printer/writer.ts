/** Puts writes on the wire one after the other; the first one goes at once, in the same turn. */
import type { Transport } from '../contract.ts';

export interface Writer {
  /** As Transport.write; waits for its turn first. */
  send(bytes: Uint8Array, deadlineMs: number): Promise<void>;
  readonly busy: boolean;
}

export function createWriter(transport: Transport): Writer {
  let last: Promise<void> | undefined;
  return {
    get busy() {
      return last !== undefined;
    },
    send(bytes, deadlineMs) {
      const write = () => transport.write(bytes, deadlineMs);
      // A write that failed took the wire with it: the next one fails by itself.
      const turn = last === undefined ? write() : last.then(write, write);
      last = turn;
      const done = () => {
        if (last === turn) last = undefined;
      };
      turn.then(done, done);
      return turn;
    },
  };
}

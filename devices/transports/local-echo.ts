/**
 * Two-wire RS-485 adapters whose receiver stays on while they send hand the host its own bytes
 * back. Drops them: as many as were sent, as long as they are equal and come in time.
 */
import type { DeviceClock, Transport } from '../contract.ts';

/** Own bytes that have not come back after this never will (adapter without echo, collision). */
const echoWaitMs = 200;

export function withoutLocalEcho(transport: Transport, clock: DeviceClock): Transport {
  let expected: number[] = [];
  let until = 0;

  function strip(chunk: Uint8Array): Uint8Array {
    if (clock.mono() > until) expected = [];
    let at = 0;
    while (at < chunk.length && expected.length > 0) {
      if (chunk[at] !== expected[0]) {
        // Another spoke at the same time: what is left of the echo can not be told from the rest.
        expected = [];
        break;
      }
      expected.shift();
      at += 1;
    }
    return chunk.subarray(at);
  }

  return {
    name: transport.name,
    onData(f) {
      transport.onData((chunk) => {
        const rest = strip(chunk);
        if (rest.length > 0) f(rest);
      });
    },
    onClose: (f) => transport.onClose(f),
    write(bytes, deadlineMs) {
      expected = [...bytes];
      until = clock.mono() + deadlineMs;
      return transport.write(bytes, deadlineMs).finally(() => {
        until = clock.mono() + echoWaitMs;
      });
    },
    abandon: (error) => transport.abandon(error),
    close: () => transport.close(),
  };
}

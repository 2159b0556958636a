/**
 * Two-wire RS-485 adapters whose receiver stays on while they send hand the host its own bytes
 * back. Drops them: as many as were sent, as long as they are equal and come in time.
 */
import type { DeviceClock, Transport } from '../contract.ts';

/** Own bytes that have not come back after this never will (adapter without echo, collision). */
const echoWaitMs = 200;

/**
 * `always`: the adapter is known to do so. `learn`: what comes after the first write decides it for
 * good; that write must be a question whose answer can not look like it.
 */
export type EchoMode = 'always' | 'learn';

export function withoutLocalEcho(
  transport: Transport,
  clock: DeviceClock,
  mode: EchoMode,
): Transport {
  let sent: Uint8Array = new Uint8Array();
  /** How much of `sent` has come back. */
  let back = 0;
  let until = 0;
  let echoes: boolean | 'unknown' = mode === 'always' ? true : 'unknown';

  function strip(chunk: Uint8Array): Uint8Array {
    if (echoes === false || clock.mono() > until) return chunk;
    let at = 0;
    while (at < chunk.length && back < sent.length && chunk[at] === sent[back]) {
      at += 1;
      back += 1;
    }
    if (back === sent.length && sent.length > 0) echoes = true;
    else if (at < chunk.length) {
      // While it is being learnt: no echo. Later: another spoke at the same time, and what is left
      // of the echo can not be told from the rest.
      if (echoes === 'unknown') echoes = false;
      const begun = sent.subarray(0, back - at);
      back = sent.length;
      return echoes ? chunk.subarray(at) : Buffer.concat([begun, chunk]);
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
      sent = Uint8Array.from(bytes);
      back = 0;
      until = clock.mono() + deadlineMs;
      return transport.write(bytes, deadlineMs).finally(() => {
        until = clock.mono() + echoWaitMs;
      });
    },
    abandon: (error) => transport.abandon(error),
    close: () => transport.close(),
  };
}

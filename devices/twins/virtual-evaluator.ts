/**
 * An evaluator with keys on a serial line that is not there. What a press looks like and what the
 * host has to say after it differ by maker, so they are handed in; the twin says a press again until
 * it hears its acknowledgement.
 */
import type { DeviceClock } from '../contract.ts';
import type { TwinWires } from './contract.ts';
import { createStand } from './stand.ts';

export interface VirtualEvaluatorOptions {
  clock: DeviceClock;
  /** Bytes of a press. */
  press: (key: string) => Uint8Array;
  /** What the host says to a press; null: this maker wants nothing. */
  acknowledge: ((key: string) => Uint8Array) | null;
  resend: { waitMs: number; timesMax: number };
}

export interface VirtualEvaluator extends TwinWires {
  readonly hosts: number;
  /** All the host sent that was no acknowledgement, the last `heardBytesMax` of it. */
  readonly heard: Uint8Array;
  /** Presses that no host ever acknowledged. */
  readonly unheard: number;
  press(key: string): void;
  noise(bytes: Uint8Array): void;
  onChange(f: () => void): () => void;
  pullPlug(): Promise<void>;
  putPlug(): Promise<void>;
}

export const heardBytesMax = 1024;

export function createVirtualEvaluator(o: VirtualEvaluatorOptions): VirtualEvaluator {
  let heard = Buffer.alloc(0);
  let unheard = 0;
  let saying: { key: string; tries: number } | undefined;
  const waiting: string[] = [];

  const stand = createStand(() => ({
    data(bytes) {
      heard = Buffer.concat([heard, bytes]);
      const wanted = saying === undefined ? undefined : o.acknowledge?.(saying.key);
      const at = wanted === undefined ? -1 : heard.indexOf(wanted);
      if (wanted !== undefined && at >= 0) {
        heard = Buffer.concat([heard.subarray(0, at), heard.subarray(at + wanted.length)]);
        next();
      }
      heard = heard.subarray(-heardBytesMax);
      stand.changed();
    },
    gone: () => undefined,
  }));

  function next(): void {
    const key = waiting.shift();
    saying = key === undefined ? undefined : { key, tries: 0 };
    say();
  }

  function say(): void {
    const now = saying;
    if (now === undefined) return;
    if (o.acknowledge !== null && now.tries >= o.resend.timesMax) {
      unheard += 1;
      next();
      return;
    }
    now.tries += 1;
    const { tries } = now;
    for (const host of stand.hosts) host.send(o.press(now.key));
    if (o.acknowledge === null) {
      next();
      return;
    }
    o.clock.after(o.resend.waitMs, () => {
      if (saying === now && now.tries === tries) say();
    });
  }

  return {
    get hosts() {
      return stand.hosts.size;
    },
    get heard() {
      return heard;
    },
    get unheard() {
      return unheard;
    },
    press(key) {
      waiting.push(key);
      if (saying === undefined) next();
      stand.changed();
    },
    noise(bytes) {
      for (const host of stand.hosts) host.send(bytes);
    },
    onChange: (f) => stand.onChange(f),
    pullPlug: () => stand.power(false),
    putPlug: () => stand.power(true),
    listenTcp: (at) => stand.listenTcp(at),
    holdSerial: (at) => stand.holdSerial(at),
    close() {
      waiting.length = 0;
      saying = undefined;
      return stand.close();
    },
  };
}

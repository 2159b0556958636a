/**
 * A bus of callers and four-key evaluators that are not there (FF 68 frames, 9600 8N1). Each says a
 * key again until it hears its frame back, shows what it is sent, and counts its beeps. Written from
 * the byte table, apart from the driver.
 */
import type { DeviceClock } from '../contract.ts';
import type { TwinWires } from './contract.ts';
import { createStand } from './stand.ts';

/** What is printed on the keys of the keypad -> its byte. */
export const callerKeyBytes = {
  ...{ '0': 0, '1': 1, '2': 2, '3': 3, '4': 4, '5': 5, '6': 6, '7': 7, '8': 8, '9': 9 },
  evaluate: 0x0b,
  next: 0x0c,
  recall: 0x0d,
  cancel: 0x0e,
  confirm: 0x0f,
  line: 0x11,
  pause: 0x12,
  transfer: 0x13,
} as const;
export type CallerKey = keyof typeof callerKeyBytes;

export interface VirtualCallerOptions {
  clock: DeviceClock;
  callers: readonly number[];
  evaluators: readonly number[];
  /** Function byte of key frames; sites differ, anything but 11. */
  keyFunc: number;
  /** A key that is not echoed is said again after `waitMs`, `timesMax` times in all. */
  resend: { waitMs: number; timesMax: number };
}

export interface VirtualCallerState {
  address: number;
  /** What the two windows of the display read, three places each; dark is a space. */
  waiting: string;
  ticket: string;
  beeps: number;
  /** Keys that no host ever acknowledged. */
  unheard: number;
}
export interface VirtualEvaluatorState {
  address: number;
  stars: number;
  /** Asked to be pressed. */
  started: boolean;
  beeps: number;
  unheard: number;
}

export interface VirtualCallerBus extends TwinWires {
  readonly callers: readonly VirtualCallerState[];
  readonly evaluators: readonly VirtualEvaluatorState[];
  readonly hosts: number;
  /** Bytes from the host that were no frame. */
  readonly garbage: number;
  press(address: number, key: CallerKey): void;
  /** The keypad collects digits and sends them with the key in one frame. */
  pressTogether(address: number, ...keys: CallerKey[]): void;
  /** One of the four keys, 0..3. */
  evaluate(address: number, key: number): void;
  /** Bytes that nobody meant (a lamp is switched on beside the cable). */
  noise(bytes: Uint8Array): void;
  onChange(f: () => void): () => void;
  pullPlug(): Promise<void>;
  putPlug(): Promise<void>;
}

interface Said {
  frame: Buffer;
  /** What the host says when it has heard. */
  echo: string;
  tries: number;
  owner: { unheard: number };
}

const darkPlaces = '   ';

function frameOf(address: number, func: number, data: readonly number[]): Buffer {
  const body = [address, func, ...data];
  const sum = body.reduce((a, b) => a + b, 0) % 256;
  return Buffer.from([0xff, 0x68, body.length, body.length, 0x68, ...body, sum, 0x16]);
}

export function createVirtualCallers(o: VirtualCallerOptions): VirtualCallerBus {
  const callers = o.callers.map((address) => ({
    ...{ address, waiting: darkPlaces, ticket: darkPlaces, beeps: 0, unheard: 0 },
  }));
  const evaluators = o.evaluators.map((address) => ({
    ...{ address, stars: 5, started: false, beeps: 0, unheard: 0 },
  }));
  /** Keys of one device are said one after the other. */
  const saying = new Map<object, Said[]>();
  let garbage = 0;

  const stand = createStand(() => {
    let held = Buffer.alloc(0);
    return {
      data(bytes) {
        held = Buffer.concat([held, bytes]);
        held = held.subarray(readFrames(held));
        stand.changed();
      },
      gone: () => undefined,
    };
  });

  /** Carries out what is whole; how many bytes are done with. */
  function readFrames(bytes: Buffer): number {
    let at = 0;
    while (bytes.length - at >= 9) {
      const length = bytes.readUInt8(at + 2);
      const begins = bytes.readUInt16BE(at) === 0xff68 && bytes[at + 4] === 0x68;
      if (begins && bytes[at + 3] === length && length >= 2 && length <= 8) {
        if (bytes.length - at < length + 7) break;
        const body = bytes.subarray(at + 5, at + 5 + length);
        const sum = body.reduce((a, b) => a + b, 0) % 256;
        if (bytes[at + 5 + length] === sum && bytes[at + 6 + length] === 0x16) {
          hear(body.readUInt8(0), body.readUInt8(1), [...body.subarray(2)]);
          at += length + 7;
          continue;
        }
      }
      garbage += 1;
      at += 1;
    }
    return at;
  }

  function hear(address: number, func: number, data: number[]): void {
    const said = frameOf(address, func, data).toString('hex');
    for (const [device, queue] of saying) {
      if (queue[0]?.echo !== said) continue;
      queue.shift();
      speak(device);
      // The start key's echo is at the same time the start command for the evaluator beside it.
      if (data[0] !== 0x0b) return;
    }
    const caller = callers.find((c) => c.address === address);
    const evaluator = evaluators.find((e) => e.address === address);
    if (func === 0x03) {
      if (caller !== undefined) caller.beeps += 1;
      if (evaluator !== undefined) evaluator.beeps += 1;
    } else if (func === 0x02 && data.length === 6 && caller !== undefined) {
      caller.waiting = read(data.slice(0, 3));
      caller.ticket = read(data.slice(3));
    } else if (func === 0x02 && data.length === 1 && evaluator !== undefined) {
      evaluator.stars = data[0] ?? 0;
    } else if (func === 0x01 && data[0] === 0x0b && evaluator !== undefined) {
      evaluator.started = true;
    }
  }

  /** 0A is a dark place. */
  const read = (places: number[]) => places.map((p) => (p === 0x0a ? ' ' : String(p))).join('');

  function say(device: { unheard: number } | undefined, frame: Buffer, echo: Buffer): void {
    if (device === undefined) return;
    const queue = saying.get(device) ?? [];
    saying.set(device, queue);
    queue.push({ frame, echo: echo.toString('hex'), tries: 0, owner: device });
    if (queue.length === 1) speak(device);
  }

  function speak(device: object): void {
    const queue = saying.get(device);
    const next = queue?.[0];
    if (next === undefined) return;
    if (next.tries >= o.resend.timesMax) {
      next.owner.unheard += 1;
      queue?.shift();
      stand.changed();
      speak(device);
      return;
    }
    next.tries += 1;
    const { tries } = next;
    for (const host of stand.hosts) host.send(next.frame);
    o.clock.after(o.resend.waitMs, () => {
      if (queue?.[0] === next && next.tries === tries) speak(device);
    });
  }

  function key(address: number, data: number[]): void {
    const frame = frameOf(address, o.keyFunc, data);
    say(
      callers.find((c) => c.address === address),
      frame,
      frame,
    );
  }

  return {
    callers,
    evaluators,
    get hosts() {
      return stand.hosts.size;
    },
    get garbage() {
      return garbage;
    },
    press: (address, name) => key(address, [callerKeyBytes[name]]),
    pressTogether: (address, ...names) =>
      key(
        address,
        names.map((name) => callerKeyBytes[name]),
      ),
    evaluate(address, pressed) {
      const device = evaluators.find((e) => e.address === address);
      if (device !== undefined) device.started = false;
      say(device, frameOf(address, 0x11, [pressed]), frameOf(address, 0x01, [pressed]));
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
      for (const queue of saying.values()) queue.length = 0;
      return stand.close();
    },
  };
}

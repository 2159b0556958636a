/**
 * FF 68 frames of the RS-485 caller bus, between devices and host:
 *
 *   FF 68 L L 68 ADDR FUNC DATA.. CS 16      L = 2 + data bytes, twice; CS = (ADDR + FUNC + ΣDATA) & FF
 *
 * The parser is total: it goes on at the next byte that can begin a frame, whatever came before, and
 * holds no more than one frame. The hall program this protocol is known from does not look at CS;
 * here a frame with a wrong one is dropped, and the device, left without its echo, says it again.
 */
export interface BusFrame {
  address: number;
  func: number;
  data: readonly number[];
}

const head = 0xff;
const mark = 0x68;
const tail = 0x16;
/** Bytes around ADDR FUNC DATA. */
const overheadBytes = 7;
/** From a keypad or evaluator: one to three data bytes; anything else is not one of theirs. */
const lengthMin = 3;
const lengthMax = 5;

const checksum = (f: BusFrame) => f.data.reduce((sum, b) => sum + b, f.address + f.func) & 0xff;

export function encodeFrame(f: BusFrame): Uint8Array {
  const length = 2 + f.data.length;
  return Uint8Array.of(
    ...[head, mark, length, length, mark, f.address, f.func],
    ...[...f.data, checksum(f), tail],
  );
}

export interface BusFraming {
  push(chunk: Uint8Array): BusFrame[];
  /** A frame has begun and not ended: somebody is speaking. */
  readonly speaking: boolean;
  /** Bytes that belonged to no good frame. */
  readonly dropped: number;
}

export function createBusFraming(): BusFraming {
  let held: number[] = [];
  let dropped = 0;

  /** undefined: not decided yet. */
  function candidate(): BusFrame | 'bad' | undefined {
    const [b0, b1, length, again, b4] = held;
    if (b0 !== head || (b1 ?? mark) !== mark) return 'bad';
    if (length === undefined) return undefined;
    if (length < lengthMin || length > lengthMax || (again ?? length) !== length) return 'bad';
    if ((b4 ?? mark) !== mark) return 'bad';
    if (held.length < length + overheadBytes) return undefined;
    const [address = 0, func = 0, ...data] = held.slice(5, 5 + length);
    const frame: BusFrame = { address, func, data };
    const good = held[5 + length] === checksum(frame) && held[6 + length] === tail;
    return good ? frame : 'bad';
  }

  function take(byte: number): BusFrame | undefined {
    held.push(byte);
    while (held.length > 0) {
      const found = candidate();
      if (found === undefined) return undefined;
      if (found !== 'bad') {
        held = [];
        return found;
      }
      held.shift();
      dropped += 1;
    }
    return undefined;
  }

  return {
    push: (chunk) => [...chunk].flatMap((byte) => take(byte) ?? []),
    get speaking() {
      return held.length > 0;
    },
    get dropped() {
      return dropped;
    },
  };
}

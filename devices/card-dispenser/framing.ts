/**
 * Frames of CRT-571 and MTK-F31:
 *
 *   host  F2 ADDR LenH LenL 43 CM PM DATA.. 03 BCC              Len = from 43 through DATA
 *   unit  06 (taken) · 15 (not taken)                           BCC = XOR from F2 through 03
 *   unit  F2 ADDR LenH LenL 50 CM PM ST0 ST1 ST2 DATA.. 03 BCC  done
 *   unit  F2 ADDR LenH LenL 4E CM PM E1 E0 DATA.. 03 BCC        not done (older units: 45)
 *   host  06
 *
 * 03 and F2 stand in data too, so frames are cut by length. A length that lies would keep the parser
 * waiting for bytes that never come: after a silence whoever feeds it calls `giveUp`.
 */
const start = 0xf2;
const end = 0x03;
const command = 0x43;
const good = 0x50;
const bad: readonly number[] = [0x4e, 0x45];
export const ack = 0x06;
const nak = 0x15;
const headBytes = 4;
const tailBytes = 2;
/** CM PM and the error or the three state bytes. */
const lengthMin = 5;
/** A card's answer is at most 258 bytes; nothing else is longer. */
const lengthMax = 6 + 258;

export interface UnitCommand {
  cm: number;
  pm: number;
  data: readonly number[];
}

export type UnitToken =
  | { token: 'ack' }
  | { token: 'nak' }
  /** `state`: ST0 ST1 ST2 as characters. */
  | { token: 'good'; cm: number; pm: number; state: string; data: readonly number[] }
  /** `error`: E1 E0 as characters. */
  | { token: 'bad'; cm: number; pm: number; error: string; data: readonly number[] };

const xor = (bytes: readonly number[]) => bytes.reduce((x, b) => x ^ b, 0);

export function encodeCommand(address: number, c: UnitCommand): Uint8Array {
  const length = 3 + c.data.length;
  const body = [start, address, length >> 8, length & 0xff, command, c.cm, c.pm, ...c.data, end];
  return Uint8Array.of(...body, xor(body));
}

export interface UnitFraming {
  push(chunk: Uint8Array): UnitToken[];
  /** Nothing more comes: what is held is no frame, but there may be one within it. */
  giveUp(): UnitToken[];
  /** A frame has begun and not ended. */
  readonly waiting: boolean;
  /** Bytes that belonged to nothing. */
  readonly dropped: number;
}

export function createUnitFraming(address: number): UnitFraming {
  let held: number[] = [];
  let dropped = 0;

  function candidate(): UnitToken | 'partly' | 'not' {
    const [b0, b1, high, low, kind] = held;
    if (b0 !== start || (b1 ?? address) !== address) return 'not';
    if (high === undefined || low === undefined) return 'partly';
    const length = high * 256 + low;
    if (length < lengthMin || length > lengthMax) return 'not';
    if (kind !== undefined && kind !== good && !bad.includes(kind)) return 'not';
    const whole = headBytes + length + tailBytes;
    if (held.length < whole) return 'partly';
    const frame = held.slice(0, whole);
    const bcc = frame.pop();
    return frame.at(-1) === end && xor(frame) === bcc ? read(frame.slice(0, -1)) : 'not';
  }

  /** The first `second` bytes were part of a frame that was none. */
  function push(chunk: Iterable<number>, second: number): UnitToken[] {
    const tokens: UnitToken[] = [];
    let secondLooks = second;
    const todo = [...chunk].reverse();
    for (let byte = todo.pop(); byte !== undefined; byte = todo.pop()) {
      // Within what was taken for a frame a 06 or 15 is no word of the unit: a 15 made up of data
      // would send a movement again.
      const again = secondLooks > 0;
      if (again) secondLooks -= 1;
      if (held.length === 0 && !again && (byte === ack || byte === nak)) {
        tokens.push({ token: byte === ack ? 'ack' : 'nak' });
        continue;
      }
      held.push(byte);
      const found = candidate();
      if (found === 'partly') continue;
      if (found === 'not') {
        // From its second byte on there may be a frame.
        dropped += 1;
        secondLooks += held.length - 1;
        todo.push(...held.slice(1).reverse());
      } else {
        tokens.push(found);
      }
      held = [];
    }
    return tokens;
  }

  return {
    push: (chunk) => push(chunk, 0),
    giveUp() {
      const tokens: UnitToken[] = [];
      while (held.length > 0) {
        const rest = held.slice(1);
        held = [];
        dropped += 1;
        tokens.push(...push(rest, rest.length));
      }
      return tokens;
    },
    get waiting() {
      return held.length > 0;
    },
    get dropped() {
      return dropped;
    },
  };
}

const text = (bytes: readonly number[]) => String.fromCharCode(...bytes);

/** `frame`: whole and right, without 03 and BCC. */
function read(frame: readonly number[]): UnitToken | 'not' {
  const [, , , , kind, cm = 0, pm = 0] = frame;
  if (kind !== good) {
    return { token: 'bad', cm, pm, error: text(frame.slice(7, 9)), data: frame.slice(9) };
  }
  if (frame.length < 10) return 'not';
  return { token: 'good', cm, pm, state: text(frame.slice(7, 10)), data: frame.slice(10) };
}

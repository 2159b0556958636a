/**
 * A Modbus-RTU digit sign: one register per digit (10: dark), one that makes it blink. Answers
 * functions 3, 6 and 16 for its unit; exceptions 1 (function), 2 (address), 3 (value).
 */
import type { SignInside, SignPorts } from './contract.ts';
import { refuses } from './contract.ts';

const frameBytesMax = 256;

export function createModbusBoard(
  o: { unit: number; first: number; count: number; blinkRegister: number | null },
  ports: SignPorts,
): SignInside {
  const registers = new Map<number, number>();
  let held = Buffer.alloc(0);

  /**
   * A real board knows a frame by the silence before it. Without a clock: a frame begins wherever a
   * whole one with a good CRC does, so that half of one from before hinders nobody.
   */
  function receive(chunk: Uint8Array): void {
    held = Buffer.concat([held, chunk]);
    for (let at = 0; at + 8 <= held.length; at++) {
      const length = held[at + 1] === 0x10 ? 9 + (held[at + 6] ?? 0) : 8;
      const frame = Buffer.from(held.subarray(at, at + length));
      if (frame.length < length || crc(frame.subarray(0, -2)) !== frame.readUInt16LE(length - 2)) {
        continue;
      }
      if (at > 0) ports.complain(`${at} bytes outside a frame`);
      held = held.subarray(at + length);
      at = -1;
      if (frame[0] === o.unit) answer(obey(frame));
    }
    held = Buffer.from(held.subarray(Math.max(0, held.length - frameBytesMax)));
  }

  /** What is answered, without unit and CRC. */
  function obey(frame: Buffer): number[] {
    const code = frame[1] ?? 0;
    if (refuses(ports.mood)) return [code | 0x80, ports.mood.refuseWith];
    const at = frame.readUInt16BE(2);
    const value = frame.readUInt16BE(4);
    const echo = [code, ...frame.subarray(2, 6)];
    if (code === 0x03) return read(at, value);
    if (code === 0x06) return write(at, [value], echo);
    if (code !== 0x10) return [code | 0x80, 1];
    const room = (frame.length - 9) / 2;
    if (value !== room) return [0x90, 3];
    return write(
      at,
      Array.from({ length: value }, (_, i) => frame.readUInt16BE(7 + i * 2)),
      echo,
    );
  }

  const known = (at: number) => (at >= o.first && at < o.first + o.count) || at === o.blinkRegister;

  function read(at: number, count: number): number[] {
    const wanted = Array.from({ length: Math.min(count, 125) }, (_, i) => at + i);
    if (!wanted.every(known)) return [0x83, 2];
    const values = wanted.map((register) => registers.get(register) ?? 0);
    return [0x03, values.length * 2, ...values.flatMap((v) => [v >> 8, v & 0xff])];
  }

  function write(at: number, values: number[], good: number[]): number[] {
    if (!values.every((_, i) => known(at + i))) return [(good[0] ?? 0) | 0x80, 2];
    for (const [i, value] of values.entries()) registers.set(at + i, value);
    face();
    return good;
  }

  function face(): void {
    const digits = Array.from({ length: o.count }, (_, i) => {
      const value = registers.get(o.first + i) ?? 10;
      return value < 10 ? String(value) : ' ';
    });
    const blinking = o.blinkRegister !== null && (registers.get(o.blinkRegister) ?? 0) !== 0;
    ports.show([digits.join('').trim()], blinking);
  }

  function answer(body: number[]): void {
    const frame = [o.unit, ...body];
    const sum = crc(Buffer.from(frame));
    ports.send(Uint8Array.from([...frame, sum & 0xff, sum >> 8]));
  }

  return {
    receive,
    powerUp() {
      held = Buffer.alloc(0);
      registers.clear();
      for (let i = 0; i < o.count; i++) registers.set(o.first + i, 10);
      face();
    },
  };
}

/** CRC-16/MODBUS by its definition, bit by bit from the low end. */
function crc(bytes: Uint8Array): number {
  let sum = 0xffff;
  for (const byte of bytes) {
    for (let mask = 1; mask < 0x100; mask <<= 1) {
      const carry = (sum & 1) !== ((byte & mask) === 0 ? 0 : 1);
      sum = carry ? (sum >> 1) ^ 0xa001 : sum >> 1;
    }
  }
  return sum;
}

/**
 * Modbus-RTU as a sign needs it: read (3), write one (6), write several (16). A frame is
 * `unit function ... CRC`, CRC-16/MODBUS (A001, initial FFFF), low byte first. There is no mark at
 * its beginning: an answer is found by its unit, its function, the length both give it, and its CRC.
 */

export interface ModbusRequest {
  bytes: Uint8Array;
  unit: number;
  code: number;
  /** Length of the good answer; an exception has 5 bytes. */
  answerBytes: number;
}
export type ModbusAnswer =
  | { type: 'good'; unit: number; code: number; data: Uint8Array }
  | { type: 'exception'; unit: number; code: number; exception: number };

const exceptionBytes = 5;
/** Longest frame of Modbus-RTU. */
export const frameBytesMax = 256;

export function crcModbus(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  }
  return crc;
}

function request(unit: number, code: number, body: number[], answerBytes: number): ModbusRequest {
  const head = Uint8Array.of(unit, code, ...body);
  const crc = crcModbus(head);
  return { bytes: Uint8Array.of(...head, crc & 0xff, crc >> 8), unit, code, answerBytes };
}
const word = (value: number) => [value >> 8, value & 0xff];

export const readRegisters = (unit: number, first: number, count: number): ModbusRequest =>
  request(unit, 0x03, [...word(first), ...word(count)], 5 + 2 * count);

export const writeRegister = (unit: number, at: number, value: number): ModbusRequest =>
  request(unit, 0x06, [...word(at), ...word(value)], 8);

/** At most 123 values (Modbus application protocol, 6.12). */
export const writeRegisters = (unit: number, first: number, values: readonly number[]) =>
  request(
    unit,
    0x10,
    [...word(first), ...word(values.length), values.length * 2, ...values.flatMap(word)],
    8,
  );

/** Does the answer repeat what was asked (6: all of it, 16: where and how many, 3: how many bytes)? */
export function answers(to: ModbusRequest, answer: ModbusAnswer): boolean {
  if (answer.unit !== to.unit || answer.code !== to.code) return false;
  if (answer.type === 'exception') return true;
  if (to.code === 0x03) return answer.data[0] === to.answerBytes - 5;
  return answer.data.every((byte, i) => byte === to.bytes[i + 2]);
}

export interface ModbusParser {
  /** Whose answer is due from now on; null: nobody's. */
  expect(request: ModbusRequest | null): void;
  push(chunk: Uint8Array): ModbusAnswer[];
  /** Bytes held back for an answer that is not whole yet. */
  readonly held: number;
}

export function createModbusParser(): ModbusParser {
  let due: ModbusRequest | null = null;
  let held = Buffer.alloc(0);

  /** A frame that begins here and is whole. */
  function frameAt(at: number): { answer: ModbusAnswer; bytes: number } | undefined {
    if (due === null || held[at] !== due.unit) return undefined;
    const code = held[at + 1];
    const isException = code === (due.code | 0x80);
    if (code !== due.code && !isException) return undefined;
    const bytes = isException ? exceptionBytes : due.answerBytes;
    const frame = held.subarray(at, at + bytes);
    if (frame.length < bytes) return undefined;
    if (crcModbus(frame.subarray(0, bytes - 2)) !== frame.readUInt16LE(bytes - 2)) return undefined;
    const { unit } = due;
    const answer: ModbusAnswer = isException
      ? { type: 'exception', unit, code: due.code, exception: frame[2] ?? 0 }
      : { type: 'good', unit, code: due.code, data: Uint8Array.from(frame.subarray(2, bytes - 2)) };
    return { answer, bytes };
  }

  return {
    expect(request) {
      due = request;
      held = Buffer.alloc(0);
    },
    push(chunk) {
      if (due === null) return [];
      held = Buffer.concat([held, chunk]);
      for (let at = 0; at < held.length; at++) {
        const found = frameAt(at);
        if (found === undefined) continue;
        // One question, one answer: what comes behind it is a repetition or noise.
        due = null;
        held = Buffer.alloc(0);
        return [found.answer];
      }
      held = Buffer.from(held.subarray(Math.max(0, held.length - frameBytesMax)));
      return [];
    },
    get held() {
      return held.length;
    },
  };
}

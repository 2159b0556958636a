/** A scanner on a serial wire that is not there: hold a code before it. */
import iconv from 'iconv-lite';
import type { VirtualScanner, VirtualScannerOptions } from './contract.ts';
import { createStand } from './stand.ts';

const tails = { cr: '\r', lf: '\n', crlf: '\r\n', tab: '\t', none: '' } as const;
/** The longest command there is: head, type, length, address, 255 bytes, check. */
const commandBytesMax = 263;

export function createVirtualScanner(o: VirtualScannerOptions): VirtualScanner {
  const complaints: string[] = [];
  /** Settings of a GM65 by address; one byte each, 0 at first. */
  const zones = new Map<number, number>([
    [0x002a, 0x39],
    [0x002b, 0x01],
  ]);
  let answering = true;
  let plugged = true;

  const stand = createStand((line) => {
    let held: number[] = [];
    return {
      data(bytes) {
        if (o.protocol === 'line') return;
        for (const byte of bytes) {
          held.push(byte);
          held = carryOut(held, (reply) => answering && line.send(reply));
        }
      },
      gone: () => undefined,
    };
  });

  /** What is left of the bytes when a whole command was taken from them. */
  function carryOut(held: number[], reply: (bytes: Uint8Array) => void): number[] {
    if (held[0] !== 0x7e || (held.length > 1 && held[1] !== 0)) return held.slice(1);
    const length = held[3];
    if (length === undefined) return held;
    // A read frame carries one byte: how many are wanted.
    const whole = 6 + length + 2;
    if (held.length < whole && whole <= commandBytesMax) return held;
    const frame = held.slice(0, whole);
    const [a = 0, b = 0] = frame.slice(-2);
    const sum = xmodem(frame.slice(2, -2));
    if ((a === 0xab && b === 0xcd) || a * 256 + b === sum) obey(frame, reply);
    else complaints.push(Buffer.from(frame).toString('hex'));
    return [];
  }

  function obey(frame: readonly number[], reply: (bytes: Uint8Array) => void): void {
    const [, , type = 0, , high = 0, low = 0, first = 0] = frame;
    const address = high * 256 + low;
    const data = frame.slice(6, -2);
    switch (type) {
      case 0x07:
        reply(
          answer(
            0x02,
            Array.from({ length: first }, (_, i) => zones.get(address + i) ?? 0),
          ),
        );
        break;
      case 0x08:
        for (const [i, byte] of data.entries()) zones.set(address + i, byte);
        if (address === 0x00d9) zones.clear();
        reply(answer(0x02, [0]));
        break;
      case 0x09:
        reply(answer(0x02, [0]));
        break;
      case 0x0a:
        reply(answer(0x03, [0]));
        break;
      default:
        complaints.push(Buffer.from(frame).toString('hex'));
    }
    stand.changed();
  }

  function bytesOf(text: string): Buffer {
    return iconv.encode(text + tails[o.tail], o.encoding);
  }
  function send(bytes: Uint8Array): void {
    zones.delete(0x0002);
    for (const host of stand.hosts) host.send(bytes);
    stand.changed();
  }
  async function power(on: boolean): Promise<void> {
    plugged = on;
    await stand.power(on);
  }

  return {
    get state() {
      return { hosts: stand.hosts.size, triggered: zones.get(0x0002) === 1, plugged };
    },
    complaints,
    onChange: stand.onChange,
    scan: (text) => send(bytesOf(text)),
    scanCut: (text, bytes) => send(bytesOf(text).subarray(0, bytes)),
    answers(on) {
      answering = on;
    },
    pullPlug: () => power(false),
    putPlug: () => power(true),
    listenTcp: (at) => stand.listenTcp(at),
    holdSerial: (at) => stand.holdSerial(at),
    close: () => stand.close(),
  };
}

/** As in the manual: 02 00 | 00 len data | CRC; the heartbeat's begins with 03. */
function answer(head: number, data: readonly number[]): Uint8Array {
  const body = [0, data.length, ...data];
  const sum = xmodem(body);
  return Uint8Array.of(head, 0, ...body, sum >> 8, sum & 255);
}

/** CRC-16/XMODEM by the manual's own way: bit by bit, polynomial 1021. */
function xmodem(bytes: readonly number[]): number {
  let crc = 0;
  for (const byte of bytes) {
    for (let bit = 0x80; bit !== 0; bit >>= 1) {
      const carry = (crc & 0x8000) !== 0;
      crc = (crc << 1) & 0xffff;
      if (carry !== ((byte & bit) !== 0)) crc ^= 0x1021;
    }
  }
  return crc;
}

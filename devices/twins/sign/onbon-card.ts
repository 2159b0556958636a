/**
 * An Onbon BX-5K/6K font card without a card. Reads frames by the published table: everything from
 * the A5s to the 5A, escapes undone, length at 12, CRC-16/ARC at the end. Answers as a public
 * driver's structure says, in a frame of the same shape: A0, 00 taken | 01 not, error, 00 00.
 */
import iconv from 'iconv-lite';
import type { SignInside, SignPorts } from './contract.ts';
import { refuses } from './contract.ts';

const heldBytesMax = 4096;
const errors = { ok: 0, group: 1, command: 2 } as const;

export function createOnbonCard(
  o: { columns: number; rows: number },
  ports: SignPorts,
): SignInside {
  let held = '';

  function receive(bytes: Uint8Array): void {
    held += Buffer.from(bytes).toString('latin1');
    for (let end = held.indexOf('\x5a'); end >= 0; end = held.indexOf('\x5a')) {
      const start = held.lastIndexOf('\xa5', end);
      if (start >= 0) frame(held.slice(start + 1, end));
      else ports.complain('bytes outside a frame');
      held = held.slice(end + 1);
    }
    if (held.length > heldBytesMax) held = '';
  }

  function frame(escaped: string): void {
    const plain = escaped.replace(/\xa6([\s\S])|\x5b([\s\S])/g, (_, a?: string, b?: string) => {
      if (a !== undefined) return a === '\x02' ? '\xa5' : '\xa6';
      return b === '\x02' ? '\x5a' : '\x5b';
    });
    const body = Buffer.from(plain, 'latin1');
    if (body.length < 16 || body.readUInt16LE(12) !== body.length - 16) {
      ports.complain('length');
      return;
    }
    if (arc(body.subarray(0, -2)) !== body.readUInt16LE(body.length - 2)) {
      ports.complain('CRC');
      return;
    }
    const data = body.subarray(14, -2);
    const error = refuses(ports.mood) ? ports.mood.refuseWith : obey(data);
    if (data[2] === 0x01) answer(error);
  }

  function obey(data: Buffer): number {
    const [group, command] = data;
    if (group === 0xa2 && (command === 0x00 || command === 0x03)) return errors.ok;
    if (group === 0xa2 && command === 0x01) {
      powerUp();
      return errors.ok;
    }
    if (group === 0xa3 && command === 0x06) return dynamicArea(data);
    return group === 0xa2 || group === 0xa3 ? errors.command : errors.group;
  }

  /** A3 06 response mode 00 | areas to delete | areas | {length, area}. */
  function dynamicArea(data: Buffer): number {
    let at = 6 + (data[5] ?? 0);
    const areas = data[at] ?? 0;
    at += 1;
    for (let n = 0; n < areas; n++) {
      const length = data.readUInt16LE(at);
      const area = data.subarray(at + 2, at + 2 + length);
      const text = area.subarray(27, 27 + area.readUInt32LE(23));
      // Offset 18: 1 new lines only where the text says so, 2 wherever the area ends.
      const width = area[18] === 2 ? o.columns : text.length;
      const rows = Array.from({ length: o.rows }, (_, row) =>
        iconv.decode(text.subarray(row * width, (row + 1) * width), 'gbk').trimEnd(),
      );
      ports.show(rows, false);
      at += 2 + length;
    }
    return errors.ok;
  }

  function answer(error: number): void {
    const data = [0xa0, error === 0 ? 0x00 : 0x01, error, 0x00, 0x00];
    const head = [0x00, 0x80, 0x01, 0x00, 0, 0, 0, 0, 0, 0, 0xfe, 0x02, data.length, 0x00];
    const crc = arc(Buffer.from([...head, ...data]));
    const body = [...head, ...data, crc & 0xff, crc >> 8];
    const escaped = body.flatMap((byte) => {
      if (byte === 0xa5) return [0xa6, 0x02];
      if (byte === 0xa6) return [0xa6, 0x01];
      if (byte === 0x5a) return [0x5b, 0x02];
      return byte === 0x5b ? [0x5b, 0x01] : [byte];
    });
    ports.send(Uint8Array.from([...Array(8).fill(0xa5), ...escaped, 0x5a]));
  }

  function powerUp(): void {
    held = '';
    ports.show(Array(o.rows).fill(''), false);
  }

  return { receive, powerUp };
}

/** CRC-16/ARC by its definition, bit by bit from the low end. */
function arc(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    for (let mask = 1; mask < 0x100; mask <<= 1) {
      const carry = (crc & 1) !== ((byte & mask) === 0 ? 0 : 1);
      crc = carry ? (crc >> 1) ^ 0xa001 : crc >> 1;
    }
  }
  return crc;
}

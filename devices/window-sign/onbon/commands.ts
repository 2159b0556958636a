/** Commands of Onbon BX-5K/6K font cards: ping, dynamic area (A3 06), and the card's answer. */
import { DeviceError } from '../../codes.ts';
import { lineBytes } from '../content.ts';
import { type ShowMode, showModes } from './modes.ts';

export const ping = Uint8Array.of(0xa2, 0x00, 0x01, 0x00, 0x00);

/** Bit 15 of X and width: counted in pixels, not in bytes of eight. */
const pixels = 0x8000;

export interface DynamicArea {
  x: number;
  y: number;
  width: number;
  height: number;
  areaId: number;
  /** Seconds the card keeps it without news, by its run mode 0 (round and round) for ever. */
  timeoutS: number;
  mode: ShowMode;
  /** 0 fast .. 63 slow. */
  speed: number;
  /** Half seconds a page stays. */
  stay: number;
  /** 1: only where the text says so, 2: where the area ends. */
  newline: 1 | 2;
  /** GBK, with the card's own escapes already dealt with. */
  text: Uint8Array;
}

const areaHeaderBytes = 27;

/** A dynamic area lives in the card's RAM: no wear of its flash, and gone with the power. */
export function dynamicArea(area: DynamicArea): Uint8Array {
  const head = Uint8Array.of(0xa3, 0x06, 0x01, 0x00, 0x00, 0x00, 0x01);
  const body = Buffer.alloc(areaHeaderBytes + area.text.length);
  body.writeUInt16LE(area.x | pixels, 1);
  body.writeUInt16LE(area.y, 3);
  body.writeUInt16LE(area.width | pixels, 5);
  body.writeUInt16LE(area.height, 7);
  body[9] = area.areaId;
  body.writeUInt16LE(area.timeoutS, 12);
  body[17] = 2;
  body[18] = area.newline;
  body[19] = showModes.indexOf(area.mode) + 1;
  body[21] = area.speed;
  body[22] = area.stay;
  body.writeUInt32LE(area.text.length, 23);
  body.set(area.text, areaHeaderBytes);
  const length = Buffer.alloc(2);
  length.writeUInt16LE(body.length);
  return Buffer.concat([head, length, body]);
}

/**
 * Lines as one text. One line stands alone; several are filled up with blanks to the width of the
 * area, so that each begins where the one before has ended: how the card spells a new line is in no
 * published table. `\` opens the card's escapes (colour, font), so none may come from the content.
 * @throws DeviceError SGN_CONTENT when a line is wider than the area
 */
export function areaText(lines: readonly string[], columns: number, mode: ShowMode): Buffer {
  const rows = lines.map((line) => lineBytes(line.replaceAll('\\', '＼')));
  const scrolls = rows.length === 1 && (mode === 'left' || mode === 'right');
  if (!scrolls && rows.some((row) => row.length > columns)) {
    throw new DeviceError('SGN_CONTENT', `a line is wider than ${columns} columns`);
  }
  if (rows.length === 1) return Buffer.concat(rows);
  return Buffer.concat(
    rows.map((row) => Buffer.concat([row, Buffer.alloc(columns - row.length, 0x20)])),
  );
}

/** `A0 00 err` taken, `A0 01 err` not. Other data is no answer. */
export interface OnbonAnswer {
  taken: boolean;
  error: number;
}
export const busyError = 3;

export function readAnswer(data: Uint8Array): OnbonAnswer | undefined {
  const [group, command, error] = data;
  if (group !== 0xa0 || error === undefined || (command !== 0 && command !== 1)) return undefined;
  return { taken: command === 0 && error === 0, error };
}

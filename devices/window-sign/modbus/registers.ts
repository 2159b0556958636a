/** From content to the values of a sign's registers, by the map in its options. */
import { DeviceError } from '../../codes.ts';
import { lineBytes, shownLines } from '../content.ts';
import type { SignContent } from '../contract.ts';
import type { registerFormats } from '../options.ts';

export interface RegisterMap {
  format: (typeof registerFormats)[number];
  /** Registers of the display. */
  count: number;
  /** For an empty place; undefined: the format's own. */
  blank: number | undefined;
  letters: Readonly<Record<string, number>>;
  lowWordFirst: boolean;
}

/**
 * One value for each of `count` registers.
 * @throws DeviceError SGN_CONTENT when it does not fit: half a number would call somebody else
 */
export function registerValues(map: RegisterMap, content: SignContent): number[] {
  switch (map.format) {
    case 'digit':
      return digitValues(map, content.number);
    case 'bcd':
      return bcdValues(map, content.number);
    case 'value':
      return wholeValue(map, content.number);
    case 'gbk':
      return textValues(map, content);
  }
}

const tooLong = (what: string) => new DeviceError('SGN_CONTENT', `no room for ${what}`);

/** Places for what the sign can show of the number, right-aligned; letters only where mapped. */
function places(number: string | null, room: number, letters: RegisterMap['letters']): string[] {
  const shown = [...(number ?? '')].filter((c) => /\d/.test(c) || letters[c] !== undefined);
  if (number !== null && shown.length === 0) throw tooLong(`"${number}": it has no digit`);
  if (shown.length > room) throw tooLong(`"${number}" in ${room} places`);
  return [...Array<string>(room - shown.length).fill(' '), ...shown];
}

function digitValues({ count, blank = 10, letters }: RegisterMap, number: string | null) {
  return places(number, count, letters).map((c) =>
    c === ' ' ? blank : (letters[c] ?? Number.parseInt(c, 10)),
  );
}

function bcdValues({ count, blank = 15 }: RegisterMap, number: string | null) {
  const nibbles = places(number, count * 4, {}).map((c) => (c === ' ' ? blank & 15 : Number(c)));
  return Array.from({ length: count }, (_, i) =>
    nibbles.slice(i * 4, i * 4 + 4).reduce((sum, nibble) => sum * 16 + nibble, 0),
  );
}

function wholeValue({ count, blank = 0, lowWordFirst }: RegisterMap, number: string | null) {
  const digits = (number ?? '').replace(/\D/g, '');
  if (number !== null && digits === '') throw tooLong(`"${number}": it has no digit`);
  const value = number === null ? blank : Number(digits);
  if (value >= 2 ** (16 * Math.min(count, 2))) throw tooLong(`${value}`);
  if (count === 1) return [value];
  const words = [Math.floor(value / 0x10000), value % 0x10000];
  const ordered = lowWordFirst ? words.reverse() : words;
  // A longer map than two registers: the number stands at its end.
  return [...Array<number>(count - 2).fill(0), ...ordered];
}

function textValues({ count }: RegisterMap, content: SignContent) {
  const text = Buffer.concat(
    shownLines(content).flatMap((line, i) =>
      i === 0 ? [lineBytes(line)] : [Buffer.from(' '), lineBytes(line)],
    ),
  );
  if (text.length > count * 2) throw tooLong(`${text.length} bytes in ${count} registers`);
  const filled = Buffer.concat([text, Buffer.alloc(count * 2 - text.length, 0x20)]);
  return Array.from({ length: count }, (_, i) => filled.readUInt16BE(i * 2));
}

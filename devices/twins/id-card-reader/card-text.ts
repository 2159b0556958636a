/**
 * The 256 bytes that a card carries, put together from the table of the standard: UTF-16LE, fields
 * one after the other, each filled up with spaces. Widths in bytes.
 */
import type { TwinCard } from '../contract.ts';

type Column = readonly [bytes: number, value: (card: TwinCard) => string | undefined];

const col = (bytes: number, value: Column[1]): Column => [bytes, value];
const reserved = (bytes: number) => col(bytes, () => '');
const chineseName = col(30, (c) => c.name);
const sex = col(2, (c) => c.sex);
const birth = col(16, (c) => c.birth);
const address = col(70, (c) => c.address);
const number = col(36, (c) => c.number);
const authority = col(30, (c) => c.authority);
const validFrom = col(16, (c) => c.validFrom);
const validTo = col(16, (c) => c.validTo);
const country = col(6, (c) => c.country);
const letter = (which: string) => col(2, () => which);
/** The English name of the 2023 card has two places: 35 characters, then 11. */
const splitAt = 35;

const tables: Record<TwinCard['type'], readonly Column[]> = {
  citizen: [
    ...[chineseName, sex, col(4, (c) => c.nation), birth, address, number, authority],
    ...[validFrom, validTo, reserved(36)],
  ],
  'hk-mo-tw': [
    ...[chineseName, sex, reserved(4), birth, address, number, authority, validFrom, validTo],
    ...[col(18, (c) => c.passNumber), col(4, (c) => c.issueCount), reserved(6)],
    ...[letter('J'), reserved(6)],
  ],
  'foreigner-2017': [
    ...[col(120, (c) => c.englishName), sex, col(30, (c) => c.number), country, chineseName],
    ...[validFrom, validTo, birth, col(4, () => '01'), col(8, () => '0000')],
    ...[letter('I'), reserved(6)],
  ],
  'foreigner-2023': [
    ...[chineseName, sex, col(4, () => '00'), birth],
    ...[col(70, (c) => c.englishName?.slice(0, splitAt)), number, reserved(30)],
    ...[validFrom, validTo, col(22, (c) => c.englishName?.slice(splitAt)), country],
    ...[letter('Y'), reserved(6)],
  ],
};

export function cardText(card: TwinCard): Uint8Array {
  const columns = tables[card.type].map(([bytes, value]) => {
    const filled = (value(card) ?? '').padEnd(bytes / 2, ' ').slice(0, bytes / 2);
    return Buffer.from(filled, 'utf16le');
  });
  return Buffer.concat(columns);
}

/** A photo nobody took, with the beginning of a frame inside: who looks for frames there fails. */
export function testPhoto(): Uint8Array {
  const photo = Uint8Array.from({ length: 1024 }, (_, i) => (i * 7 + 3) & 255);
  photo.set([0xaa, 0xaa, 0xaa, 0x96, 0x69], 100);
  return photo;
}

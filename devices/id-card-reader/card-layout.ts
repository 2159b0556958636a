/**
 * The 256 bytes of text on a card: UTF-16LE, fixed fields filled up with spaces. The letter at 248
 * tells which of the four layouts it is.
 */
import type { DeviceCode } from '../codes.ts';
import { dateOf, isForeignerNumber, isIdNumber } from './card-number.ts';
import type { CardType } from './contract.ts';
import { textBytes } from './framing.ts';
import { nations } from './nations.ts';

/** Offset and length in bytes; a field in two places is read as one. */
type Place = readonly (readonly [offset: number, bytes: number])[];
interface Layout {
  nameChinese: Place;
  nameEnglish?: Place;
  sex: Place;
  nation?: Place;
  birth: Place;
  address?: Place;
  number: Place;
  country?: Place;
  validFrom: Place;
  validTo: Place;
}

const validity = { validFrom: [[188, 16]], validTo: [[204, 16]] } as const;

const layouts: Record<CardType, Layout> = {
  citizen: {
    nameChinese: [[0, 30]],
    sex: [[30, 2]],
    nation: [[32, 4]],
    birth: [[36, 16]],
    address: [[52, 70]],
    number: [[122, 36]],
    ...validity,
  },
  'hk-mo-tw': {
    nameChinese: [[0, 30]],
    sex: [[30, 2]],
    birth: [[36, 16]],
    address: [[52, 70]],
    number: [[122, 36]],
    ...validity,
  },
  'foreigner-2017': {
    nameEnglish: [[0, 120]],
    sex: [[120, 2]],
    number: [[122, 30]],
    country: [[152, 6]],
    nameChinese: [[158, 30]],
    birth: [[220, 16]],
    ...validity,
  },
  'foreigner-2023': {
    nameChinese: [[0, 30]],
    sex: [[30, 2]],
    birth: [[36, 16]],
    nameEnglish: [
      [52, 70],
      [220, 22],
    ],
    number: [[122, 36]],
    country: [[242, 6]],
    ...validity,
  },
};

const letterPlace: Place = [[248, 2]];
const typeOfLetter = new Map<string, CardType>([
  ['', 'citizen'],
  ['J', 'hk-mo-tw'],
  ['I', 'foreigner-2017'],
  ['Y', 'foreigner-2023'],
]);

/** Everything that may be asked for, in the clear: stays within the driver. */
export interface CardContent {
  cardType: CardType;
  /** Chinese where the card has it, else English. */
  name: string;
  number: string;
  sex: 'male' | 'female' | 'unknown';
  birthDate: string | undefined;
  nation: string | undefined;
  country: string | undefined;
  address: string | undefined;
  validFrom: string | undefined;
  validUntil: string | undefined;
}

/**
 * A card without a good number or name is refused; a date or nation that makes no sense is only
 * left out: its holder is served all the same.
 */
export function parseCard(text: Uint8Array): CardContent | DeviceCode {
  if (text.length !== textBytes) return 'IDC_CARD_DATA';
  const cardType = typeOfLetter.get(fieldAt(text, letterPlace));
  if (cardType === undefined) return 'IDC_CARD_UNKNOWN';
  const layout = layouts[cardType];
  const field = (place: Place | undefined) => (place === undefined ? '' : fieldAt(text, place));
  const number = field(layout.number).toUpperCase();
  const name = field(layout.nameChinese) || field(layout.nameEnglish);
  const goodNumber = cardType === 'foreigner-2017' ? isForeignerNumber : isIdNumber;
  if (!goodNumber(number) || name === '') return 'IDC_CARD_DATA';
  const validTo = field(layout.validTo);
  return {
    ...{ cardType, name, number, sex: sexOf(field(layout.sex)) },
    birthDate: dateOf(field(layout.birth)),
    nation: nations.get(field(layout.nation)),
    country: /^[A-Z]{3}$/.exec(field(layout.country))?.[0],
    address: field(layout.address) || undefined,
    validFrom: dateOf(field(layout.validFrom)),
    validUntil: validTo === '长期' ? 'long' : dateOf(validTo),
  };
}

/** Without the filling. Control characters have no business on a card. */
function fieldAt(text: Uint8Array, place: Place): string {
  const whole = place
    .map(([offset, bytes]) =>
      Buffer.from(text.subarray(offset, offset + bytes)).toString('utf16le'),
    )
    .join('');
  return whole.replace(/\p{Cc}/gu, ' ').trim();
}

/** GB/T 2261.1: 0 not known, 1 male, 2 female, 9 not said. */
function sexOf(digit: string): CardContent['sex'] {
  if (digit === '1') return 'male';
  return digit === '2' ? 'female' : 'unknown';
}

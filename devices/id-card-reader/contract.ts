/**
 * What an ID-card reader hands out: only the fields its options ask for, each already masked or
 * digested where the whole would be personal data. The number itself never leaves the driver, and
 * photo and fingerprint never leave its framing.
 */
import type { Device } from '../contract.ts';

export const cardTypes = ['citizen', 'hk-mo-tw', 'foreigner-2017', 'foreigner-2023'] as const;
export type CardType = (typeof cardTypes)[number];

/** What a profile may ask for, and the field of `IdCard` it fills. */
export const cardFields = {
  person_token: 'personToken',
  masked_number: 'maskedNumber',
  masked_name: 'maskedName',
  name: 'name',
  sex: 'sex',
  birth_date: 'birthDate',
  nation: 'nation',
  country: 'country',
  address: 'address',
  valid_from: 'validFrom',
  valid_until: 'validUntil',
} as const satisfies Record<string, keyof IdCard>;
export type CardField = keyof typeof cardFields;

/** A field that was not asked for, or that this kind of card does not have, is left out. */
export interface IdCard {
  /** Which of the card layouts (GA 467 and its later parts) the card follows. */
  cardType: CardType;
  /** Keyed digest (HMAC over SHA-256 or SM3, 64 hex digits) of the number: same person, same token. */
  personToken?: string;
  /** E.g. `41**************1X`: for paper and screen. */
  maskedNumber?: string;
  /** E.g. `王**`. */
  maskedName?: string;
  name?: string;
  sex?: 'male' | 'female' | 'unknown';
  /** YYYY-MM-DD. */
  birthDate?: string;
  /** Name of the nation, e.g. `汉`; only citizens' cards have one. */
  nation?: string;
  /** GB/T 2659 letters, e.g. `FRA`; only foreigners' cards have one. */
  country?: string;
  address?: string;
  /** YYYY-MM-DD. */
  validFrom?: string;
  /** YYYY-MM-DD or `long` for 长期. */
  validUntil?: string;
}

/** Cards arrive as events `{type:'card', card}`, once until the card is lifted. */
export interface IdCardReader extends Device {
  readonly kind: 'id-card-reader';
}

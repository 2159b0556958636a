/** From what a card says to what may leave the driver. */
import { createHmac, getHashes } from 'node:crypto';
import { DeviceError } from '../codes.ts';
import type { CardContent } from './card-layout.ts';
import type { CardField, IdCard } from './contract.ts';
import type { TokenDigest } from './options.ts';

/** Same number, same token; without the key nobody can try all numbers. 64 hex digits. */
export type Tokenise = (number: string) => string;

const hashOf: Record<TokenDigest, string> = { 'hmac-sha256': 'sha256', 'hmac-sm3': 'sm3' };
/** There are only some 10^14 numbers: a key that can be guessed protects none of them. */
export const tokenKeyBytesMin = 32;

/**
 * HMAC (RFC 2104) over the number as it stands on the card, capitals, ASCII. Whoever else must
 * reach the same token (an appointment system) does the same with the same key.
 * @throws DeviceError IDC_TOKEN_KEY
 */
export function tokeniser(key: Uint8Array, digest: TokenDigest): Tokenise {
  if (key.length < tokenKeyBytesMin)
    throw new DeviceError('IDC_TOKEN_KEY', `shorter than ${tokenKeyBytesMin} bytes`);
  const hash = hashOf[digest];
  if (!getHashes().includes(hash))
    throw new DeviceError('IDC_TOKEN_KEY', `${digest} is not on this platform`);
  return (number) => createHmac(hash, key).update(number, 'ascii').digest('hex');
}

export interface NumberMask {
  /** Places left readable at either end. */
  first: number;
  last: number;
}

export function maskNumber(number: string, { first, last }: NumberMask): string {
  const hidden = Math.max(0, number.length - first - last);
  return number.slice(0, first) + '*'.repeat(hidden) + number.slice(number.length - last);
}

/** Chinese: the first character stays. With letters: the first of each word. */
export function maskName(name: string): string {
  if (/[A-Za-z]/.test(name)) return name.replace(/(?<=[^\s,])[^\s,]/gu, '*');
  const [first = '', ...rest] = name;
  return first + '*'.repeat(rest.length);
}

export interface HandOutRules {
  fields: readonly CardField[];
  mask: NumberMask;
  /** undefined: no field asks for it. */
  tokenise: Tokenise | undefined;
}

/** Only what was asked for, and never the number. */
export function handOut(card: CardContent, rules: HandOutRules): IdCard {
  const out: IdCard = { cardType: card.cardType };
  for (const field of rules.fields) Object.assign(out, fieldOf(card, field, rules));
  return out;
}

function fieldOf(card: CardContent, field: CardField, rules: HandOutRules): Partial<IdCard> {
  switch (field) {
    case 'person_token':
      return rules.tokenise === undefined ? {} : { personToken: rules.tokenise(card.number) };
    case 'masked_number':
      return { maskedNumber: maskNumber(card.number, rules.mask) };
    case 'masked_name':
      return { maskedName: maskName(card.name) };
    case 'name':
      return { name: card.name };
    case 'sex':
      return { sex: card.sex };
    case 'birth_date':
      return card.birthDate === undefined ? {} : { birthDate: card.birthDate };
    case 'nation':
      return card.nation === undefined ? {} : { nation: card.nation };
    case 'country':
      return card.country === undefined ? {} : { country: card.country };
    case 'address':
      return card.address === undefined ? {} : { address: card.address };
    case 'valid_from':
      return card.validFrom === undefined ? {} : { validFrom: card.validFrom };
    case 'valid_until':
      return card.validUntil === undefined ? {} : { validUntil: card.validUntil };
  }
}

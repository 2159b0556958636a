/**
 * What an ID-card reader hands out: only the fields its options ask for, each already masked or
 * digested where the whole would be personal data. The number itself never leaves the driver.
 */
import type { Device } from '../contract.ts';

export interface IdCard {
  /** Which of the card layouts (GA 467 and its later parts) the card follows. */
  cardType: 'citizen' | 'foreigner-2017' | 'foreigner-2023' | 'hk-mo-tw';
  /** Keyed digest (HMAC-SHA-256 or SM3, hex) of the number: same person, same token. */
  personToken?: string;
  /** E.g. `41**************1X`: for paper and screen. */
  maskedNumber?: string;
  /** E.g. `王**`. */
  maskedName?: string;
  name?: string;
  sex?: 'male' | 'female' | 'unknown';
  /** YYYY-MM-DD. */
  birthDate?: string;
  /** Name of the nation, e.g. `汉`. */
  nation?: string;
  /** YYYY-MM-DD or `long` for 长期. */
  validUntil?: string;
}

/** Cards arrive as events `{type:'card', card}`, once until the card is lifted. */
export interface IdCardReader extends Device {
  readonly kind: 'id-card-reader';
}

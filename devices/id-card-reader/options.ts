/** Options of the ID-card reader in a machine profile. */
import { type Static, Type } from '@sinclair/typebox';
import { oneOf } from '../check.ts';
import { SerialLink, TcpLink } from '../transports/options.ts';
import { type CardField, cardFields } from './contract.ts';

const closed = { additionalProperties: false } as const;

export const tokenDigests = ['hmac-sha256', 'hmac-sm3'] as const;
export type TokenDigest = (typeof tokenDigests)[number];

export const IdCardSamOptions = Type.Object(
  {
    link: Type.Union([SerialLink, TcpLink]),
    fields: Type.Array(oneOf(Object.keys(cardFields) as CardField[]), {
      uniqueItems: true,
      maxItems: Object.keys(cardFields).length,
      description: 'What is taken from a card; everything else is forgotten within the driver',
    }),
    token_key: Type.Optional(
      Type.String({
        pattern: '^[a-z0-9][a-z0-9-]{0,62}$',
        description:
          'Name of the secret that keys person_token (the host keeps it in a file of its own, never in a profile). One hall, one key: the same person has the same token at every machine',
      }),
    ),
    token_digest: Type.Optional(
      oneOf(tokenDigests, 'Same in the whole hall. Left out: hmac-sha256'),
    ),
    number_mask: Type.Optional(
      Type.Object(
        {
          first: Type.Integer({ minimum: 0, maximum: 6 }),
          last: Type.Integer({ minimum: 0, maximum: 4 }),
        },
        { ...closed, description: 'Places left readable in masked_number. Left out: 2 and 2' },
      ),
    ),
    find_every_ms: Type.Optional(
      Type.Integer({
        minimum: 100,
        maximum: 2000,
        description: 'Rest between two looks for a card. Left out: 300',
      }),
    ),
  },
  { ...closed, title: 'ID-card reader with a SAM (GA 467) on a serial port or serial server' },
);
export type IdCardSamOptions = Static<typeof IdCardSamOptions>;

export const findEveryMsDefault = 300;
export const numberMaskDefault = { first: 2, last: 2 } as const;

/**
 * Signs an upload: over `<timestamp>\n<nonce>\n<body>`, sent in headers beside app id, time and nonce.
 *
 * SM3 comes with OpenSSL. SM2 does not through Node: its SM2 takes no user id, and GB/T 32918.2 puts
 * the id into what is signed, so every province would refuse it. sm-crypto takes one, but needs some
 * 50 ms for a signature: it works in a thread of its own, or every tenth press would wait for it.
 */
import { createHmac } from 'node:crypto';
import { RatingsError } from '../ratings/errors.ts';
import type { ProvinceProfile } from './province-profile.ts';
import { type Sm2Signer, sm2Thread } from './sm2-thread.ts';

export const signatureHeaders = {
  appId: 'x-app-id',
  timestamp: 'x-timestamp',
  nonce: 'x-nonce',
  signature: 'x-signature',
} as const;

export interface Signer {
  headers(body: string, at: number, nonce: string): Promise<Record<string, string>>;
  close(): Promise<void>;
}

/**
 * @param readKey content of a key file of the data directory, trimmed
 * @throws RatingsError UPL_PROFILE: the key is not usable
 */
export function signerOf(sign: ProvinceProfile['sign'], readKey: (file: string) => string): Signer {
  if (sign.kind === 'none') return { headers: async () => ({}), close: async () => {} };
  const key = readKey(sign.key_file);
  if (key === '') throw new RatingsError('UPL_PROFILE', `${sign.key_file} is empty`);
  const { digest, close } = sign.kind === 'sm2-sm3' ? sm2Of(sign, key) : hmacOf(sign, key);
  return {
    async headers(body, at, nonce) {
      return {
        [signatureHeaders.appId]: sign.app_id,
        [signatureHeaders.timestamp]: String(at),
        [signatureHeaders.nonce]: nonce,
        [signatureHeaders.signature]: await digest(signedText(body, at, nonce)),
      };
    },
    close,
  };
}

export const signedText = (body: string, at: number, nonce: string) => `${at}\n${nonce}\n${body}`;

type Sm2 = Extract<ProvinceProfile['sign'], { kind: 'sm2-sm3' }>;
type Hmac = Exclude<ProvinceProfile['sign'], Sm2 | { kind: 'none' }>;

interface Digest {
  digest(text: string): Promise<string>;
  close(): Promise<void>;
}

function hmacOf(sign: Hmac, key: string): Digest {
  const algorithm = sign.kind === 'hmac-sm3' ? 'sm3' : 'sha256';
  const digest = async (text: string) =>
    createHmac(algorithm, key).update(text).digest(sign.encoding);
  return { digest, close: async () => {} };
}

function sm2Of(sign: Sm2, key: string): Digest {
  if (!/^[0-9a-fA-F]{64}$/.test(key)) {
    throw new RatingsError('UPL_PROFILE', `${sign.key_file} is not a private key of 64 hex digits`);
  }
  let thread: Sm2Signer | null = null;
  return {
    async digest(text) {
      thread ??= sm2Thread(key, sign.user_id);
      const hex = await thread.sign(text);
      return sign.encoding === 'hex' ? hex : Buffer.from(hex, 'hex').toString('base64');
    },
    close: async () => thread?.close(),
  };
}

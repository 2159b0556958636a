/**
 * Signs an upload: over `<timestamp>\n<nonce>\n<body>`, sent in headers beside app id, time and nonce.
 *
 * SM3 comes with OpenSSL. SM2 does not through Node: its SM2 takes no user id, and GB/T 32918.2 puts
 * the id into what is signed, so every province would refuse it. sm-crypto takes one.
 */
import { createHmac } from 'node:crypto';
import smCrypto from 'sm-crypto';
import { RatingsError } from '../ratings/errors.ts';
import type { ProvinceProfile } from './province-profile.ts';

export const signatureHeaders = {
  appId: 'x-app-id',
  timestamp: 'x-timestamp',
  nonce: 'x-nonce',
  signature: 'x-signature',
} as const;

export type Signer = (body: string, at: number, nonce: string) => Record<string, string>;

/**
 * @param readKey content of a key file of the data directory, trimmed
 * @throws RatingsError UPL_PROFILE: the key is not usable
 */
export function signerOf(sign: ProvinceProfile['sign'], readKey: (file: string) => string): Signer {
  if (sign.kind === 'none') return () => ({});
  const key = readKey(sign.key_file);
  if (key === '') throw new RatingsError('UPL_PROFILE', `${sign.key_file} is empty`);
  const digest = sign.kind === 'sm2-sm3' ? sm2Of(sign, key) : hmacOf(sign, key);
  return (body, at, nonce) => ({
    [signatureHeaders.appId]: sign.app_id,
    [signatureHeaders.timestamp]: String(at),
    [signatureHeaders.nonce]: nonce,
    [signatureHeaders.signature]: digest(signedText(body, at, nonce)),
  });
}

export const signedText = (body: string, at: number, nonce: string) => `${at}\n${nonce}\n${body}`;

type Sm2 = Extract<ProvinceProfile['sign'], { kind: 'sm2-sm3' }>;
type Hmac = Exclude<ProvinceProfile['sign'], Sm2 | { kind: 'none' }>;

function hmacOf(sign: Hmac, key: string): (text: string) => string {
  const algorithm = sign.kind === 'hmac-sm3' ? 'sm3' : 'sha256';
  return (text) => createHmac(algorithm, key).update(text).digest(sign.encoding);
}

function sm2Of(sign: Sm2, key: string): (text: string) => string {
  if (!/^[0-9a-fA-F]{64}$/.test(key)) {
    throw new RatingsError('UPL_PROFILE', `${sign.key_file} is not a private key of 64 hex digits`);
  }
  const options = { der: true, hash: true, userId: sign.user_id } as const;
  return (text) => {
    const bytes = [...Buffer.from(text)];
    const hex = smCrypto.sm2.doSignature(bytes, key, options);
    return sign.encoding === 'hex' ? hex : Buffer.from(hex, 'hex').toString('base64');
  };
}

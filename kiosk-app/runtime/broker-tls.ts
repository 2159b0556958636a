/**
 * A broker over TLS: which certificates are trusted, and in words why one was not. Used by machines
 * and by a hall on an outer broker.
 */
import { readFileSync } from 'node:fs';
import { BusError } from '../../broker-config/errors.ts';
import { codeOf, messageOf } from './errors.ts';

/** A handful of certificates; a bundle of a whole trust store is 220 KB. */
const caBytesMax = 512 * 1024;

/**
 * Certificates (PEM) that alone are trusted as signers of the broker's.
 * @throws BusError BUS_CA
 */
export function readCa(file: string): string {
  let pem: string;
  try {
    pem = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new BusError('BUS_CA', `${file}: ${messageOf(cause)}`, { cause });
  }
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g);
  if (pem.length > caBytesMax || blocks === null) {
    throw new BusError('BUS_CA', `${file} holds no certificate in PEM form`);
  }
  const { X509Certificate } = process.getBuiltinModule('node:crypto');
  for (const [i, block] of blocks.entries()) {
    try {
      new X509Certificate(block);
    } catch (cause) {
      throw new BusError('BUS_CA', `${file}: certificate ${i + 1} is damaged`, { cause });
    }
  }
  return pem;
}

const untrusted: ReadonlySet<string> = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_SIGNATURE_FAILURE',
]);
const untimely: ReadonlySet<string> = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID']);

/** Why there is no link, with what a technician can do about a certificate. */
export function linkTrouble(error: unknown): string {
  const code = codeOf(error) ?? '';
  const message = messageOf(error);
  if (untrusted.has(code)) {
    return `the broker's certificate is not signed by the CA of broker.ca_file (${code}: ${message})`;
  }
  if (untimely.has(code)) {
    return `the broker's certificate is out of its time, or this machine's clock is wrong (${code})`;
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return `the broker's certificate is for another name than the one in broker.url (${message})`;
  }
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG') {
    return `the broker does not speak TLS on this port (${code})`;
  }
  return message;
}

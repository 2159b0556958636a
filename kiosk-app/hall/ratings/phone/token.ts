/**
 * The citizen's own right to evaluate one service: a ticket, an end, and a keyed digest over both
 * (HMAC-SHA256, 128 bits of it). Nothing is stored for it, and nobody without the key can make one.
 *
 *   20261122A001.1k3p9z.Zm9vYmFyYmF6cXV4MTIz
 *   day, number   end   digest (base64url)
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { TicketId } from '../../../../broker-config/messages.ts';
import { check } from '../../../../broker-config/validate.ts';
import { codeOf } from '../../../runtime/errors.ts';
import { RatingsError } from '../errors.ts';

const minuteMs = 60_000;
const keyBytes = 32;
/** Of 32: a QR code on thermal paper should not grow for digits nobody can guess anyway. */
const digestBytes = 16;
const tokenCharsMax = 80;

export type TokenReading =
  | { ok: true; ticket: string }
  | { ok: false; why: 'token-bad' | 'token-expired' };

export interface Tokens {
  /** @param until instant, ms; kept to the minute, rounded up */
  make(ticket: string, until: number): string;
  read(token: string, now: number): TokenReading;
}

export function createTokens(key: Buffer, hall: string): Tokens {
  const digestOf = (ticket: string, end: string) =>
    createHmac('sha256', key)
      .update(`${hall}\n${ticket}\n${end}`)
      .digest()
      .subarray(0, digestBytes);
  return {
    make(ticket, until) {
      const end = Math.ceil(until / minuteMs).toString(36);
      return `${shortOf(ticket)}.${end}.${digestOf(ticket, end).toString('base64url')}`;
    },
    read(token, now) {
      const [short = '', end = '', digest = '', ...rest] = token.slice(0, tokenCharsMax).split('.');
      const ticket = ticketOf(short);
      const given = Buffer.from(digest, 'base64url');
      const bad = { ok: false, why: 'token-bad' } as const;
      if (ticket === null || rest.length > 0 || given.length !== digestBytes) return bad;
      if (!timingSafeEqual(given, digestOf(ticket, end))) return bad;
      // Only now is `end` ours, and so a number.
      const expired = now > Number.parseInt(end, 36) * minuteMs;
      return expired ? { ok: false, why: 'token-expired' } : { ok: true, ticket };
    },
  };
}

/** `2026-11-22/A001~2` -> `20261122A001~2`; every character may stand in an address. */
const shortOf = (ticket: string) => ticket.replaceAll('-', '').replace('/', '');

function ticketOf(short: string): string | null {
  const [, y, m, d, number] = /^(\d{4})(\d{2})(\d{2})(.+)$/.exec(short) ?? [];
  const checked = check(TicketId, `${y}-${m}-${d}/${number}`);
  return checked.ok ? checked.value : null;
}

/**
 * The hall's key, made at the first start, readable by the hall's own user alone.
 * @throws RatingsError RAT_KEY
 */
export function phoneKey(file: string): Buffer {
  try {
    writeFileSync(file, `${randomBytes(keyBytes).toString('hex')}\n`, { flag: 'wx', mode: 0o600 });
  } catch (e) {
    if (codeOf(e) !== 'EEXIST')
      throw new RatingsError('RAT_KEY', `${file}: ${String(e)}`, { cause: e });
  }
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (e) {
    throw new RatingsError('RAT_KEY', `${file}: ${String(e)}`, { cause: e });
  }
  const key = Buffer.from(text, 'hex');
  if (key.length === keyBytes && text.length === 2 * keyBytes) return key;
  throw new RatingsError('RAT_KEY', `${file} is not a key of ${keyBytes} bytes in hex`);
}

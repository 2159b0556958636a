/**
 * The chain of evaluations: each record carries the hash of the one before it, so that nobody can
 * change, drop, insert or reorder one afterwards without every later record saying so.
 *
 *   hash(n) = SHA-256( canonical JSON of record n, with n and prev = hash(n - 1), without hash )
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { ChainLink, Evaluated } from './events.ts';
import type { ChainEnd } from './state.ts';

export type Unchained = Omit<Evaluated, 'chain'>;

/** The record with its link to the chain's end. */
export function chained(event: Unchained, end: ChainEnd): Evaluated {
  const n = end.n + 1;
  const prev = end.hash;
  return { ...event, chain: { n, prev, hash: linkHash(event, { n, prev }) } };
}

/** Hash that a record must carry. Any property but `chain.hash` changes it. */
export function linkHash(event: Unchained, { n, prev }: Pick<ChainLink, 'n' | 'prev'>): string {
  const { chain: _chain, ...rest } = event as Evaluated;
  return bytesToHex(sha256(utf8ToBytes(canonical({ ...rest, chain: { n, prev } }))));
}

/** JSON with the names in order: a record may have been through a database and back. */
function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const parts = Object.entries(value)
    .filter(([, v]) => v !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, v]) => `${JSON.stringify(name)}:${canonical(v)}`);
  return `{${parts.join(',')}}`;
}

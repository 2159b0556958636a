/** What a key stands for: the same key with another digest is another command, and an error. */
import { hash } from 'node:crypto';
import type { SubmittedRequest } from '../contract.ts';

export function digestOf({ op, dev, body }: Pick<SubmittedRequest, 'op' | 'dev' | 'body'>): string {
  return hash('sha256', `${op}\n${dev}\n${canonical(body)}`, 'base64url');
}

/** JSON with the names in order: a machine that restarts may write its body in another order. */
function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const parts = Object.entries(value)
    .filter(([, v]) => v !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, v]) => `${JSON.stringify(name)}:${canonical(v)}`);
  return `{${parts.join(',')}}`;
}

/** UUIDv7 (RFC 9562, 5.7) from the simulation's own chance and the node's own clock. */
import type { Random } from './random.ts';

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');

/** @param now wall clock of the machine, ms since 1970 */
export function makeKey(random: Random, now: number): string {
  const time = hex(Math.max(0, Math.floor(now)), 12).slice(-12);
  const a = random.next();
  const tail = hex(random.next(), 8) + hex(random.next(), 8).slice(0, 4);
  const third = `7${hex(a & 0xfff, 3)}`;
  const fourth = hex(0x8000 | ((a >>> 12) & 0x3fff), 4);
  return `${time.slice(0, 8)}-${time.slice(8)}-${third}-${fourth}-${tail}`;
}

/** A driver's host without a hall: its context, what it said to it, bytes and chunks for parsers. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DeviceError } from '../../devices/codes.ts';
import type {
  DeviceClock,
  DeviceContext,
  DeviceEvent,
  DeviceStatus,
} from '../../devices/contract.ts';
import { noLog } from './printer-bench.ts';

export interface DeviceHost {
  context: DeviceContext;
  statuses: DeviceStatus[];
  events: DeviceEvent[];
  lost: Error[];
}

export function deviceHost(id: string, clock: DeviceClock): DeviceHost {
  const host = { statuses: [], events: [], lost: [] } as Omit<DeviceHost, 'context'>;
  const context: DeviceContext = {
    ...{ id, clock, log: noLog },
    status: (s) => host.statuses.push(s),
    event: (e) => host.events.push(e),
    lost: (e) => host.lost.push(e),
    printerProfile: () => Promise.reject(new DeviceError('PRN_PROFILE', 'no printer here')),
  };
  return { ...host, context };
}

export interface Vector {
  name: string;
  direction: 'host->device' | 'device->host';
  hex: string;
  fields?: Record<string, string | number>;
}

/** Published and computed frames of a device, `vectors/<device>.json`. */
export const vectorsOf = (device: string): Vector[] =>
  JSON.parse(
    readFileSync(join(import.meta.dirname, '..', 'devices', 'vectors', `${device}.json`), 'utf8'),
  );

export const hexOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes).toString('hex').toUpperCase();
export const ofHex = (hex: string): Buffer => Buffer.from(hex, 'hex');

/** The code of a rejection, or what came instead. */
export const codeFrom = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'resolved',
    (error: unknown) => (error instanceof DeviceError ? error.code : String(error)),
  );

/** The same pseudo-random bytes for the same seed. */
export function* randomChunks(seed: number, chunks: number, size: number): Generator<Uint8Array> {
  let state = seed;
  for (let n = 0; n < chunks; n++) {
    yield Uint8Array.from({ length: size }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state >>> 24;
    });
  }
}

/** Cuts at the given sizes, over and over. */
export function cutInto(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let at = 0, n = 0; at < bytes.length; n++) {
    const size = Math.max(1, sizes[n % sizes.length] ?? 1);
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return chunks;
}

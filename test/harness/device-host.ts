/** A host for one driver that keeps everything the driver says. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DeviceError } from '../../devices/codes.ts';
import type {
  DeviceClock,
  DeviceContext,
  DeviceEvent,
  DeviceLog,
  DeviceStatus,
} from '../../devices/contract.ts';

export interface DeviceHost {
  context: DeviceContext;
  events: DeviceEvent[];
  statuses: DeviceStatus[];
  lost: Error[];
  /** Everything said so far: statuses, events, errors, log lines, as one text. */
  everything(): string;
}

export function deviceHost(
  clock: DeviceClock,
  secret?: (name: string) => Promise<Uint8Array>,
): DeviceHost {
  const events: DeviceEvent[] = [];
  const statuses: DeviceStatus[] = [];
  const lost: Error[] = [];
  const lines: string[] = [];
  const write: DeviceLog['debug'] = (fields, message) => {
    lines.push(JSON.stringify({ ...fields, message }));
  };
  return {
    events,
    statuses,
    lost,
    context: {
      id: 'device',
      clock,
      log: { debug: write, info: write, warn: write },
      status: (status) => statuses.push(status),
      event: (event) => events.push(event),
      lost: (error) => lost.push(error),
      printerProfile: () => Promise.reject(new DeviceError('PRN_PROFILE', 'no printer here')),
      ...(secret === undefined ? {} : { secret }),
    },
    everything: () =>
      [
        ...events.map((event) => JSON.stringify(event)),
        ...statuses.map((status) => JSON.stringify(status)),
        ...lost.map((error) => `${error.message} ${error.stack ?? ''} ${String(error.cause)}`),
        ...lines,
      ].join('\n'),
  };
}

/** One row of test/devices/vectors/*.json: bytes as published, or computed from verified rules. */
export interface Vector {
  name: string;
  direction: 'host->device' | 'device->host';
  hex: string;
  meaning: string;
  fields: Record<string, string | number | boolean>;
  provenance: 'datasheet' | 'field' | 'computed';
}

export function vectors(device: string): Vector[] {
  const file = join(import.meta.dirname, '..', 'devices', 'vectors', `${device}.json`);
  const rows = JSON.parse(readFileSync(file, 'utf8')) as Vector[];
  return rows.map((row) => ({ ...row, fields: row.fields ?? {} }));
}

export function vectorBytes(rows: readonly Vector[], name: string): Buffer {
  const row = rows.find((vector) => vector.name === name);
  if (row === undefined) throw new Error(`no vector ${name}`);
  return Buffer.from(row.hex, 'hex');
}

/** The same bytes every run, spread over all values. */
export function* noise(chunks: number, chunkBytes: number, seed = 3): Generator<Uint8Array> {
  let state = seed;
  for (let n = 0; n < chunks; n += 1) {
    yield Uint8Array.from({ length: chunkBytes }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state >>> 24;
    });
  }
}

/** Cut into pieces of these sizes, over and over. */
export function pieces(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const out: Uint8Array[] = [];
  for (let at = 0, i = 0; at < bytes.length; i += 1) {
    const size = sizes[i % sizes.length] ?? 1;
    out.push(bytes.subarray(at, at + size));
    at += size;
  }
  return out;
}

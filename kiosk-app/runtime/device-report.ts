/**
 * What state the devices of a running machine are in, as a file in its data directory: the doctor
 * reads it, for a wire that is in use is asked by nobody else. It also keeps since-when over the end
 * of the process. Written on change, whole and atomically; nothing depends on it.
 */
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Static, Type } from '@sinclair/typebox';
import { DeviceStatusMessage } from '../../broker-config/messages.ts';
import { type SupervisedStatus, statusMessage } from './device-supervisor.ts';
import { messageOf } from './errors.ts';
import type { Log } from './log.ts';
import type { Clock } from './ports.ts';

export const deviceReportFile = 'devices.json';

export const DeviceReport = Type.Object(
  {
    v: Type.Literal(1),
    /** Own wall clock when it was written, ms. */
    at: Type.Integer({ minimum: 0 }),
    devices: Type.Array(DeviceStatusMessage, { maxItems: 64 }),
  },
  { additionalProperties: false },
);
export type DeviceReport = Static<typeof DeviceReport>;

export const reportLimits = {
  /** Changes within this time are one write: a device that flaps costs no more. */
  everyMs: 1_000,
} as const;

export interface ReportOptions {
  devices: { watch(f: (status: SupervisedStatus) => void): () => void };
  dataDir: string;
  clock: Clock;
  log: Log;
}

/** @returns ends it; the last state is written before that resolves */
export function reportDevices(o: ReportOptions): () => Promise<void> {
  const latest = new Map<string, SupervisedStatus>();
  let cancel: (() => void) | undefined;
  let writing = Promise.resolve();
  const unwatch = o.devices.watch((status) => {
    latest.set(status.device, status);
    cancel ??= o.clock.after(reportLimits.everyMs, () => {
      cancel = undefined;
      writing = writing.then(write);
    });
  });

  async function write(): Promise<void> {
    const devices = [...latest.values()].map(statusMessage);
    const report: DeviceReport = { v: 1, at: o.clock.now(), devices };
    const file = join(o.dataDir, deviceReportFile);
    try {
      await writeFile(`${file}.new`, `${JSON.stringify(report)}\n`, { mode: 0o640 });
      await rename(`${file}.new`, file);
    } catch (error) {
      o.log.warn({ event: 'device-report', why: messageOf(error) }, 'states were not written');
    }
  }

  return async () => {
    unwatch();
    cancel?.();
    cancel = undefined;
    writing = writing.then(write);
    await writing;
  };
}

/**
 * Is the machine's own program running? It holds the lock of its data directory as long as it lives.
 * While the doctor asks the wires it holds the lock itself, so that the program can not start in the
 * middle and talk across.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { check } from '../../broker-config/validate.ts';
import { lockData } from '../../kiosk-app/runtime/data-lock.ts';
import { DeviceReport, deviceReportFile } from '../../kiosk-app/runtime/device-report.ts';
import { codeOf } from '../../kiosk-app/runtime/errors.ts';

export interface Tenancy {
  running: boolean;
  /** What the program wrote of its devices last, also when it has ended; null: nothing. */
  report: DeviceReport | null;
  /** Lets the program start again. */
  release(): void;
}

/** @throws RuntimeError SPL_IO */
export function moveIn(dataDir: string): Tenancy {
  const report = lastReport(dataDir);
  // No lock file: the machine has never run here, and nothing of ours must stand in its place.
  if (!existsSync(join(dataDir, 'lock.sqlite'))) {
    return { running: false, report, release: () => undefined };
  }
  try {
    return { running: false, report, release: lockData(dataDir) };
  } catch (error) {
    if (codeOf(error) !== 'SPL_LOCKED') throw error;
    return { running: true, report, release: () => undefined };
  }
}

function lastReport(dataDir: string): DeviceReport | null {
  try {
    const data: unknown = JSON.parse(readFileSync(join(dataDir, deviceReportFile), 'utf8'));
    const checked = check(DeviceReport, data);
    return checked.ok ? checked.value : null;
  } catch {
    return null;
  }
}

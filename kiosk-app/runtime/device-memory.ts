/**
 * Numbers that devices keep over restarts (how much of the paper roll is used). Worth a file, not a
 * flush: written some seconds later and at an orderly stop; what a power cut takes is reckoned anew.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Type } from '@sinclair/typebox';
import { check } from '../../broker-config/validate.ts';
import type { DeviceMemory } from '../../devices/contract.ts';
import { messageOf } from './errors.ts';
import type { Log } from './log.ts';
import type { Clock } from './ports.ts';

const fileName = 'device-memory.json';
const writeAfterMs = 5_000;
const Kept = Type.Record(Type.String({ maxLength: 200 }), Type.Number(), { maxProperties: 1000 });

export interface DeviceMemories {
  of(device: string): DeviceMemory;
  /** Writes what is not written yet. */
  close(): void;
}

export function deviceMemory(dataDir: string, clock: Clock, log: Log): DeviceMemories {
  const file = join(dataDir, fileName);
  const kept = new Map(Object.entries(read(file)));
  let cancel: (() => void) | null = null;

  function write(): void {
    cancel?.();
    cancel = null;
    try {
      writeFileSync(`${file}.new`, JSON.stringify(Object.fromEntries(kept)));
      renameSync(`${file}.new`, file);
    } catch (error) {
      log.warn({ file, error: messageOf(error) }, 'device memory not written');
    }
  }

  return {
    of: (device) => ({
      get: (name) => kept.get(`${device} ${name}`) ?? null,
      set(name, value) {
        kept.set(`${device} ${name}`, value);
        cancel ??= clock.after(writeAfterMs, write);
      },
    }),
    close() {
      if (cancel !== null) write();
    },
  };
}

/** A file that is missing or damaged is an empty memory. */
function read(file: string): Record<string, number> {
  try {
    const checked = check(Kept, JSON.parse(readFileSync(file, 'utf8')));
    return checked.ok ? checked.value : {};
  } catch {
    return {};
  }
}

/** Five keys beside a screen, or instead of one: what an event of a device means to the pad. */
import type { DeviceEvent } from '../../devices/contract.ts';
import type { DeviceSupervisor } from '../runtime/device-supervisor.ts';
import { isLevel } from './levels.ts';
import type { PadKey } from './state.ts';

export type KeyReader = (device: string, event: DeviceEvent) => PadKey | null;

export interface KeyMaps {
  /** Key of a keypad -> meaning. An evaluator's driver names levels by itself. */
  keys: Readonly<Record<string, PadKey>>;
  /** Which of several evaluators on one bus; null: the only one. */
  address: number | null;
}

export function keyReader(devices: Pick<DeviceSupervisor, 'get'>, maps: KeyMaps): KeyReader {
  return (device, event) => {
    if (event.type !== 'key') return null;
    const kind = devices.get(device)?.kind;
    if (kind === 'keypad')
      return Object.hasOwn(maps.keys, event.key) ? (maps.keys[event.key] ?? null) : null;
    if (kind !== 'evaluator') return null;
    if (maps.address !== null && event.address !== maps.address) return null;
    return isLevel(event.key) ? event.key : null;
  };
}

/**
 * Which machines of the hall live, what they are, how their devices are: what the machines say of
 * themselves beside what the hall profile says of them. In memory only; machines say it again
 * whenever they connect, and an outer broker keeps it.
 *
 * A broker's `lost` may arrive after the birth that follows it. It carries the boot id of the
 * connection that was lost, and counts only if that is the machine's present boot.
 */

import { decode } from '../../broker-config/codec.ts';
import type { DeviceStatusMessage, MachineDescription } from '../../broker-config/messages.ts';
import type { ParsedTopic } from '../../broker-config/topics.ts';
import { type Checked, faultLine } from '../../broker-config/validate.ts';
import type { HallProfile } from './queue/index.ts';

export const inventoryLimits = {
  /** Devices kept per machine; as many as a description may name. */
  devicesMax: 64,
  /** Devices of earlier lives included, whose status is still to be taken back. */
  keptMax: 256,
  /** This many births of different boots within the time: two programs use one machine's name. */
  contestedBirths: 3,
  contestedMs: 60_000,
} as const;

export type MachineTopic = Extract<
  ParsedTopic,
  { kind: 'machineState' | 'machineDescription' | 'deviceStatus' }
>;

export interface MachineView {
  id: string;
  role: string;
  place: string;
  owner: { name: string; phone: string };
  /** `absent`: not heard of since the hall started. */
  state: 'absent' | 'ready' | 'disconnected' | 'lost';
  /** Hall clock, ms; since when it is in this state. */
  since: number;
  version: string | null;
  /** Devices it described, with their last status; null: none yet. */
  devices: { id: string; kind: string; driver: string; status: DeviceStatusMessage | null }[];
  /** Births follow each other too quickly: its name is used twice, or it crashes on start. */
  contested: boolean;
  /** Newest thing it did wrong; null: nothing. */
  fault: { at: number; what: string } | null;
}

export interface Inventory {
  /** @returns false for what was ignored */
  heard(topic: MachineTopic, payload: Uint8Array): boolean;
  fault(machine: string, what: string): void;
  machines(): MachineView[];
  /** Called after every change with the machine's id. */
  onChange(f: (machine: string) => void): void;
  /** A broker keeps the status of a device that its machine has no more. */
  onStale(f: (machine: string, device: string) => void): void;
}

type Owner = HallProfile['machines'][number];

interface Entry {
  owner: Owner;
  state: MachineView['state'];
  since: number;
  boot: string | null;
  description: MachineDescription | null;
  statuses: Map<string, DeviceStatusMessage>;
  /** Devices whose status a broker may keep, from earlier lives too. */
  kept: Set<string>;
  /** Times of the latest births of new boots, hall clock. */
  births: number[];
  fault: MachineView['fault'];
}

/** @param now hall clock, ms */
export function createInventory(machines: readonly Owner[], now: () => number): Inventory {
  const listeners: ((machine: string) => void)[] = [];
  const changed = (machine: string) => {
    for (const f of listeners) f(machine);
  };
  let stale: (machine: string, device: string) => void = () => {};
  const entries = new Map<string, Entry>(
    machines.map((owner) => [owner.id, newEntry(owner, now())]),
  );

  const fault = (machine: string, what: string) => {
    const entry = entries.get(machine);
    if (entry === undefined) return;
    entry.fault = { at: now(), what };
    changed(machine);
  };
  const wrong = (topic: MachineTopic, faults: Checked<unknown> & { ok: false }) => {
    fault(topic.dev, `${topic.kind}: ${faultLine(faults.faults).slice(0, 200)}`);
    return false;
  };

  const heard = (topic: MachineTopic, payload: Uint8Array): boolean => {
    const entry = entries.get(topic.dev);
    if (entry === undefined) return false;
    switch (topic.kind) {
      case 'machineState': {
        const message = decode('machineState', payload);
        return message.ok ? heardState(entry, message.value, now()) : wrong(topic, message);
      }
      case 'machineDescription': {
        const message = decode('machineDescription', payload);
        if (!message.ok) return wrong(topic, message);
        entry.description = message.value;
        const { role } = message.value;
        if (role === entry.owner.role) return true;
        fault(topic.dev, `runs as ${role}, the hall profile says ${entry.owner.role}`);
        return true;
      }
      case 'deviceStatus': {
        // Taken back, by the machine or by this hall.
        if (payload.length === 0) {
          entry.kept.delete(topic.device);
          return entry.statuses.delete(topic.device);
        }
        const message = decode('deviceStatus', payload);
        if (!message.ok) return wrong(topic, message);
        const known = entry.statuses.has(topic.device);
        if (!known && entry.statuses.size >= inventoryLimits.devicesMax) return false;
        entry.statuses.set(topic.device, message.value);
        if (entry.kept.size < inventoryLimits.keptMax) entry.kept.add(topic.device);
        return true;
      }
    }
  };

  return {
    heard: (topic, payload) => {
      const counts = heard(topic, payload);
      const entry = entries.get(topic.dev);
      if (counts && entry !== undefined) {
        for (const device of notItsOwn(entry)) {
          entry.statuses.delete(device);
          entry.kept.delete(device);
          stale(topic.dev, device);
        }
        changed(topic.dev);
      }
      return counts;
    },
    fault,
    machines: () => [...entries.values()].map((entry) => viewOf(entry, now())),
    onChange: (f) => void listeners.push(f),
    onStale: (f) => {
      stale = f;
    },
  };
}

const newEntry = (owner: Owner, at: number): Entry => ({
  owner,
  state: 'absent',
  since: at,
  boot: null,
  description: null,
  statuses: new Map(),
  kept: new Set(),
  births: [],
  fault: null,
});

function heardState(
  entry: Entry,
  { s, boot }: { s: 'ready' | 'disconnected' | 'lost'; boot: string },
  at: number,
): boolean {
  if (s === 'ready') {
    if (boot !== entry.boot) {
      entry.births = [...entry.births, at].slice(-inventoryLimits.contestedBirths);
      entry.statuses.clear();
    }
    entry.boot = boot;
  } else if (entry.boot !== null && boot !== entry.boot) return false;
  if (entry.state !== s) entry.since = at;
  entry.state = s;
  return true;
}

/**
 * Devices with a status that the machine of this boot has not described. Of another boot's description
 * nothing follows: the new one is on its way, before the statuses of its devices.
 */
function notItsOwn({ boot, description, kept }: Entry): string[] {
  if (boot === null || description?.boot !== boot) return [];
  const own = new Set(description.devices.map((d) => d.id));
  return [...kept].filter((id) => !own.has(id));
}

function viewOf(entry: Entry, at: number): MachineView {
  const { owner, description, statuses } = entry;
  const { contestedBirths, contestedMs } = inventoryLimits;
  const recent = entry.births.filter((birth) => at - birth < contestedMs);
  return {
    id: owner.id,
    role: owner.role,
    place: owner.place,
    owner: owner.owner,
    state: entry.state,
    since: entry.since,
    version: description?.version ?? null,
    devices: (description?.devices ?? []).map((device) => ({
      ...device,
      status: statuses.get(device.id) ?? null,
    })),
    contested: recent.length >= contestedBirths,
    fault: entry.fault,
  };
}

/** Loads the profile of one machine: shape, sense, and the options of each device. */
import { dirname, resolve } from 'node:path';
import type { Role } from '../../broker-config/messages.ts';
import type { Fault } from '../../broker-config/validate.ts';
import type { DeviceKind, DriverEntry } from '../../devices/contract.ts';
import { RuntimeError } from './errors.ts';
import { type DeviceEntry, MachineProfile } from './machine-profile.ts';
import { nearest, readableFaults } from './schema-faults.ts';
import { screenDevice } from './screen-watch.ts';
import { loadYaml } from './yaml-file.ts';

/** What is asked of devices/registry.ts. */
export type Drivers = Readonly<Record<string, Pick<DriverEntry, 'kind' | 'options'>>>;

/** What the command line may change of a profile. */
export interface ProfileOverrides {
  brokerUrl?: string | undefined;
  /** Port of the hall's embedded broker. */
  brokerPort?: number | undefined;
  screenPort?: number | undefined;
}

/** Section of the profile that belongs to each role. */
const sectionOf = {
  hall: 'hall_server',
  'queue-machine': 'queue_machine',
  window: 'window',
  display: 'display',
  'evaluation-pad': 'evaluation_pad',
} as const satisfies Partial<Record<Role, keyof MachineProfile>>;

/**
 * @throws RuntimeError CFG_FILE, CFG_ROLE; ProfileError CFG_SYNTAX, CFG_PROFILE with every mistake
 */
export function loadMachineProfile(file: string, role: Role, drivers: Drivers): MachineProfile {
  const profile = loadAnyMachineProfile(file, drivers);
  if (profile.role !== role) {
    throw new RuntimeError(
      'CFG_ROLE',
      `${file} is the profile of a ${profile.role}, not of a ${role}: start \`xuhao ${profile.role}\` with it`,
    );
  }
  return profile;
}

/** The profiles that come with the program, seen from this file's folder. */
const programProfiles = resolve(import.meta.dirname, '../../profiles');

/**
 * Where a machine looks for its ticket templates or printer profiles: first in the folder of that
 * name beside the folder its own profile lies in (`/etc/xuhao/machines/queue-1.yaml` ->
 * `/etc/xuhao/tickets`), which no update of the program touches, then in the program's.
 */
export function profileFolders(machineFile: string, kind: 'tickets' | 'printers'): string[] {
  const own = resolve(dirname(machineFile), '..', kind);
  return [...new Set([own, resolve(programProfiles, kind)])];
}

/**
 * The profile of a machine of whatever role: for commands that look at machines and run none.
 * @throws RuntimeError CFG_FILE; ProfileError CFG_SYNTAX, CFG_PROFILE
 */
export function loadAnyMachineProfile(file: string, drivers: Drivers): MachineProfile {
  return loadYaml(MachineProfile, file, (p) => [
    ...senseOfSections(p),
    ...senseOfDevices(p, drivers),
    ...senseOfUses(p, drivers),
  ]);
}

function senseOfSections(p: MachineProfile): Fault[] {
  const faults: Fault[] = [];
  for (const [role, section] of Object.entries(sectionOf)) {
    if (role === p.role && p[section] === undefined && role !== 'window') {
      faults.push({ pointer: `/${section}`, expected: `is required for the role ${role}` });
    }
    if (role !== p.role && p[section] !== undefined) {
      faults.push({
        pointer: `/${section}`,
        expected: `belongs to the role ${role}, but this is the profile of a ${p.role}`,
      });
    }
  }
  const ownBroker = p.hall_server?.embedded_broker !== undefined;
  if (p.broker === undefined && !ownBroker && (p.role !== 'hall' || p.hall_server !== undefined)) {
    faults.push({
      pointer: '/broker',
      expected:
        p.role === 'hall'
          ? 'is required when hall_server has no embedded_broker'
          : "is required: the url of the hall's broker and the file with this machine's password",
    });
  }
  if (p.broker?.ca_file !== undefined && !p.broker.url.startsWith('mqtts:')) {
    // Otherwise the password would go over the wire readable, and nobody would notice.
    const expected = 'needs a url that begins with mqtts://';
    faults.push({ pointer: '/broker/ca_file', expected });
  }
  return faults;
}

function senseOfDevices(p: MachineProfile, drivers: Drivers): Fault[] {
  const faults: Fault[] = [];
  const seen = new Map<string, number>();
  if (p.screen?.watched === true) {
    const pointer = '/screen/watched';
    if (p.role === 'hall') faults.push({ pointer, expected: 'is for machines, not for the hall' });
    if (p.devices.some((d) => d.id === screenDevice.id)) {
      faults.push({ pointer, expected: `must have no device "${screenDevice.id}" beside it` });
    }
  }
  p.devices.forEach((device, i) => {
    const first = seen.get(device.id);
    if (first !== undefined) {
      faults.push({
        pointer: `/devices/${i}/id`,
        expected: `must be unique on this machine, devices[${first}] has it too`,
      });
    }
    seen.set(device.id, first ?? i);
    faults.push(...senseOfDevice(device, `/devices/${i}`, drivers));
  });
  return faults;
}

function senseOfDevice(device: DeviceEntry, pointer: string, drivers: Drivers): Fault[] {
  const driver = Object.hasOwn(drivers, device.driver) ? drivers[device.driver] : undefined;
  if (driver === undefined) {
    const names = Object.keys(drivers);
    const near = nearest(device.driver, names);
    const hint = near === undefined ? `known: ${names.join(', ')}` : `did you mean "${near}"?`;
    return [{ pointer: `${pointer}/driver`, expected: `is not a driver; ${hint}` }];
  }
  return readableFaults(driver.options, device.options).map((f) => ({
    ...f,
    pointer: `${pointer}/options${f.pointer}`,
  }));
}

/** Where a section names a device of its machine, and of which kind it has to be. */
function usesOf({ queue_machine, window, display }: MachineProfile) {
  const uses: { pointer: string; device: string | null | undefined; kind: DeviceKind }[] = [
    { pointer: '/queue_machine/printer', device: queue_machine?.printer, kind: 'ticket-printer' },
    { pointer: '/window/sign', device: window?.sign, kind: 'window-sign' },
    { pointer: '/window/caller/device', device: window?.caller?.device, kind: 'caller' },
    { pointer: '/display/voice/device', device: display?.voice?.device, kind: 'voice' },
  ];
  for (const device of Object.keys(display?.signs ?? {})) {
    uses.push({ pointer: `/display/signs/${device}`, device, kind: 'window-sign' });
  }
  return uses;
}

function senseOfUses(p: MachineProfile, drivers: Drivers): Fault[] {
  return usesOf(p).flatMap(({ pointer, device: id, kind }) => {
    if (id === undefined || id === null) return [];
    const device = p.devices.find((d) => d.id === id);
    if (device === undefined) {
      const ids = p.devices.map((d) => d.id).join(', ');
      const expected = `must be the id of a device of this machine: ${ids || 'none'}`;
      return [{ pointer, expected }];
    }
    const found = Object.hasOwn(drivers, device.driver) ? drivers[device.driver]?.kind : undefined;
    if (found === undefined || found === kind) return [];
    return [{ pointer, expected: `must be a ${kind}, but that device is a ${found}` }];
  });
}

/** The profile with what the command line said. */
export function overridden(p: MachineProfile, o: ProfileOverrides): MachineProfile {
  const changed: MachineProfile = { ...p };
  if (o.brokerUrl !== undefined) {
    if (p.broker === undefined) {
      throw new RuntimeError('CFG_USAGE', '--broker: this profile uses its own embedded broker');
    }
    changed.broker = { ...p.broker, url: o.brokerUrl };
  }
  if (o.brokerPort !== undefined) {
    const embedded = p.hall_server?.embedded_broker;
    if (p.hall_server === undefined || embedded === undefined) {
      throw new RuntimeError('CFG_USAGE', '--broker-port: this profile has no embedded broker');
    }
    changed.hall_server = {
      ...p.hall_server,
      embedded_broker: { ...embedded, port: o.brokerPort },
    };
  }
  if (o.screenPort !== undefined) changed.screen = { ...p.screen, port: o.screenPort };
  return changed;
}

/**
 * The machines of the demonstration: profiles/machines as a technician would install them, with the
 * wires leading to virtual twins and the ports of this run. Written to DATA/profiles, so that
 * anybody can look at them, or start one of the machines alone.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { stringify } from 'yaml';
import type { Role } from '../../broker-config/messages.ts';
import { check } from '../../broker-config/validate.ts';
import { KeypadSerialOptions } from '../../devices/keypad/options.ts';
import { drivers } from '../../devices/registry.ts';
import { loadPrinterProfile } from '../../devices/ticket-printer/load-profile.ts';
import { EscposOptions } from '../../devices/ticket-printer/options.ts';
import { createVirtualKeypad } from '../../devices/twins/virtual-keypad.ts';
import { createVirtualPrinter } from '../../devices/twins/virtual-printer.ts';
import type { HallProfile } from '../../kiosk-app/hall/queue/index.ts';
import type { DeviceEntry, MachineProfile } from '../../kiosk-app/runtime/machine-profile.ts';
import { loadMachineProfile } from '../../kiosk-app/runtime/profile.ts';
import {
  type KeypadOnBench,
  lowBelowMm,
  type PanelOnBench,
  type PrinterOnBench,
  rollMm,
} from './bench.ts';
import { panelOf } from './panels.ts';
import { type RatingPorts, withRatings } from './ratings.ts';
import { keyLabel } from './texts.ts';
import { connectTwin, type Wire, type WireMaker } from './wires.ts';

export interface DemoPlaces {
  /** Folder of profiles/. */
  profiles: string;
  dataDir: string;
  brokerUrl: string;
  brokerPort: number;
  hall: HallProfile;
  ratings: RatingPorts;
}

/** What stands at the far end of the wires, filled while profiles are rewired. */
export interface FarEnds {
  printers: PrinterOnBench[];
  keypads: KeypadOnBench[];
  panels: PanelOnBench[];
  wires: Wire[];
}

export interface DemoMachine {
  id: string;
  role: Role;
  profileFile: string;
  screenPort: number | undefined;
}

/** Reads one machine's profile, connects its devices to twins, writes the profile of this run. */
export async function prepareMachine(
  id: string,
  role: Role,
  screenPort: number | undefined,
  places: DemoPlaces,
  maker: WireMaker,
  far: FarEnds,
): Promise<DemoMachine> {
  const source = join(places.profiles, 'machines', `${id}.yaml`);
  const profile = loadMachineProfile(source, role, drivers);
  const devices: DeviceEntry[] = [];
  for (const device of profile.devices) {
    devices.push(await withTwin(device, profile, places, maker, far));
  }
  const run: MachineProfile = { ...profile, devices };
  if (screenPort !== undefined) run.screen = { port: screenPort };
  if (role === 'hall') atHall(run, profile, places);
  else run.broker = { url: places.brokerUrl, credential_file: credentialOf(places, id) };
  const profileFile = join(places.dataDir, 'profiles', `${id}.yaml`);
  mkdirSync(join(places.dataDir, 'profiles'), { recursive: true });
  writeFileSync(profileFile, stringify(run));
  if (role !== 'hall') writeTokenKey(join(places.dataDir, id), profile);
  return { id, role, profileFile, screenPort };
}

/** The hall's key of person tokens: the same at every machine with a reader, here one for the demonstration. */
function writeTokenKey(machineDir: string, profile: MachineProfile): void {
  const name = profile.devices.map((d) => d.options.token_key).find((k) => typeof k === 'string');
  if (typeof name !== 'string') return;
  const dir = join(machineDir, 'secrets');
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const demoKey = Buffer.from('xuhao demonstration, no secret!!').toString('hex');
  writeFileSync(join(dir, `${name}.key`), `${demoKey}\n`, { mode: 0o600 });
}

const credentialOf = (places: DemoPlaces, id: string) =>
  resolve(places.dataDir, 'hall', 'credentials', id);

function atHall(run: MachineProfile, profile: MachineProfile, places: DemoPlaces): void {
  if (profile.hall_server === undefined) return;
  run.hall_server = {
    ...withRatings(places.hall, places, places.ratings),
    embedded_broker: { host: '127.0.0.1', port: places.brokerPort },
  };
}

/** The device entry with a link that leads to a twin. Kinds without a twin stay as they are. */
async function withTwin(
  device: DeviceEntry,
  profile: MachineProfile,
  places: DemoPlaces,
  maker: WireMaker,
  far: FarEnds,
): Promise<DeviceEntry> {
  const id = `${profile.machine}-${device.id}`;
  const printer = check(EscposOptions, device.options);
  if (device.driver === 'escpos' && printer.ok) {
    const twin = createVirtualPrinter({
      profile: loadPrinterProfile([join(places.profiles, 'printers')], printer.value.profile),
      clock: maker.clock,
      pace: 'profile',
      paperMm: rollMm,
      lowBelowMm,
      replies: { delayMs: 0, chunkBytesMax: 64 },
    });
    const wire = await connectTwin(twin, printer.value.link, id, maker);
    far.wires.push(wire);
    far.printers.push({ id, machine: profile.machine, wire: wire.name, twin });
    return { ...device, options: { ...printer.value, link: wire.link } };
  }
  const keypad = check(KeypadSerialOptions, device.options);
  if (device.driver === 'keypad-serial' && keypad.ok) {
    const twin = createVirtualKeypad();
    const wire = await connectTwin(twin, keypad.value.link, id, maker);
    far.wires.push(wire);
    const keyMap =
      profile.window?.keys ?? profile.queue_machine?.keys ?? profile.evaluation_pad?.keys ?? {};
    const keys = Object.entries(keyMap).map(([key, does]) => ({
      key,
      label: keyLabel(does, places.hall.services),
    }));
    far.keypads.push({ id, machine: profile.machine, twin, keys });
    return { ...device, options: { ...keypad.value, link: wire.link } };
  }
  const panel = panelOf(device, profile, maker.clock);
  if (panel === null) return device;
  const wire = await connectTwin(panel.twin, panel.link, id, maker);
  far.wires.push(wire);
  const { machine } = profile;
  far.panels.push({ id, machine, wire: wire.name, plugged: true, panel });
  return { ...device, options: { ...device.options, link: wire.link } };
}

/**
 * Wires one machine to the real world and hands it to its role.
 *
 *   data lock -> spool -> bus -> hall link ┐
 *                         devices ─────────┼-> role's start -> deliveries begin
 *                         screen (on demand)┘
 *
 * The end runs the other way round.
 */
import { resolve } from 'node:path';
import type { TSchema } from '@sinclair/typebox';
import { uuidv7 } from 'uuidv7';
import { encode } from '../../broker-config/codec.ts';
import { readSecret } from '../../broker-config/credentials.ts';
import type { MachineDescription } from '../../broker-config/messages.ts';
import { topics } from '../../broker-config/topics.ts';
import type { DeviceContext } from '../../devices/contract.ts';
import { drivers, isDriverName } from '../../devices/registry.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { readCa } from './broker-tls.ts';
import type { Bus } from './bus.ts';
import { realClock } from './clock.ts';
import { lockData } from './data-lock.ts';
import { deviceMemory } from './device-memory.ts';
import { reportDevices } from './device-report.ts';
import { type DeviceSupervisor, statusMessage, superviseDevices } from './device-supervisor.ts';
import { RuntimeError } from './errors.ts';
import { hallLink, type MachineLink } from './hall-link.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { Log } from './log.ts';
import type { MachineProfile } from './machine-profile.ts';
import { mqttLink, streamTo } from './mqtt-link.ts';
import type { Clock, HallLink, MakeKey, Screen } from './ports.ts';
import { profileFolders } from './profile.ts';
import type { PageFile } from './screen-pages.ts';
import { screenDevice, watchScreen } from './screen-watch.ts';
import { openSpool, type Spool } from './spool.ts';

/** Handed to the `start` of a role (kiosk-app/<role>/index.ts). Link and devices already run. */
export interface MachineParts {
  profile: MachineProfile;
  clock: Clock;
  log: Log;
  makeKey: MakeKey;
  link: HallLink;
  spool: Spool;
  devices: DeviceSupervisor;
  lifecycle: Lifecycle;
  dataDir: string;
  /** Folders of ticket templates, a site's own first. */
  ticketFolders: readonly string[];
  /**
   * Opens the machine's page (at most once). `schema`: what the page may send; anything else is
   * refused before it reaches the flow. A profile without `screen` gets one that nobody sees.
   * `files`: what this machine serves beside the built page, by path.
   * @throws RuntimeError SCR_PORT_TAKEN, SCR_PAGES
   */
  screen<State, Action>(
    schema: TSchema,
    files?: ReadonlyMap<string, PageFile>,
  ): Promise<Screen<State, Action>>;
}

/** Every role module exports `start: RoleStart`; it returns when the role runs. */
export type RoleStart = (parts: MachineParts) => Promise<void>;

export interface MachineOptions {
  /** Path of the machine's profile: what a site has of its own stands near it. */
  profileFile: string;
  dataDir: string;
  log: Log;
  lifecycle: Lifecycle;
  /** Forget the highest epoch of the hall. */
  newHall: boolean;
}

/** Where the built pages stand, seen from this file's folder. */
const pagesDir = resolve(import.meta.dirname, '../screens/dist');

export const version: string = packageJson.version;

/**
 * Starts a machine and its role. Returns when the role runs.
 * @throws RuntimeError SPL_LOCKED, SPL_IO, CFG_PROFILE and what the role throws; BusError
 *   BUS_CREDENTIALS. What was begun is registered with the lifecycle: stop it in any case.
 */
export async function startMachine(
  profile: MachineProfile,
  options: MachineOptions,
  start: RoleStart,
): Promise<void> {
  const { log, lifecycle } = options;
  const clock = realClock;
  lifecycle.onStop('data lock', lockData(options.dataDir));
  const spool = openSpool(options.dataDir, clock, log);
  lifecycle.onStop('spool', () => spool.close());
  if (options.newHall) spool.setEpoch(0);
  const { bus, link } = openLink(profile, options, spool);
  const devices = openDevices(profile, options, bus);
  let screenOpened = false;
  await start({
    ...{ profile, clock, log, makeKey: uuidv7, link, spool, devices, lifecycle },
    dataDir: options.dataDir,
    ticketFolders: profileFolders(options.profileFile, 'tickets'),
    async screen<State, Action>(schema: TSchema, files: ReadonlyMap<string, PageFile> = new Map()) {
      if (screenOpened) throw new Error('the screen is opened once');
      screenOpened = true;
      return openScreen<State, Action>(profile, schema, files, options, bus);
    },
  });
  link.begin();
  await feedWatchdogs(profile, devices, options);
}

/** Last of all: a machine that could not start must not be called well. */
async function feedWatchdogs(
  profile: MachineProfile,
  devices: DeviceSupervisor,
  { log, lifecycle }: MachineOptions,
): Promise<void> {
  const kindOf = (driver: string) => (isDriverName(driver) ? drivers[driver].kind : undefined);
  const watchdogs = profile.devices.filter((d) => kindOf(d.driver) === 'watchdog').map((d) => d.id);
  if (watchdogs.length === 0) return;
  const { watchHealth } = await import('./health-watch.ts');
  lifecycle.onStop('health', watchHealth({ clock: realClock, log, devices, watchdogs }));
}

function openLink(
  profile: MachineProfile,
  { dataDir, log, lifecycle }: MachineOptions,
  spool: Spool,
): { bus: Bus; link: MachineLink } {
  const { machine, hall, role, broker } = profile;
  if (broker === undefined) {
    throw new RuntimeError('CFG_PROFILE', `${machine} has no broker in its profile`);
  }
  const ca = broker.ca_file === undefined ? undefined : readCa(resolve(dataDir, broker.ca_file));
  const boot = uuidv7();
  const common = { hall, machine, clock: realClock, random: Math.random };
  const bus = mqttLink({
    ...common,
    boot,
    password: readSecret(resolve(dataDir, broker.credential_file)),
    connect: streamTo(broker.url, ca),
    log: log.child({ part: 'bus' }),
  });
  lifecycle.onStop('bus', () => bus.close());
  const description: MachineDescription = {
    ...{ v: 1, role, version, boot, owner: ownerText(profile) },
    devices: profile.devices.map(({ id, driver }) => ({
      ...{ id, driver },
      kind: (drivers as Partial<Record<string, { kind: string }>>)[driver]?.kind ?? 'unknown',
    })),
  };
  if (profile.screen?.watched === true) description.devices.push({ ...screenDevice });
  bus.retain(topics.machineDescription(hall, machine), encode('machineDescription', description));
  const link = hallLink({
    ...common,
    ...{ role, bus, spool, log: log.child({ part: 'hall' }), makeKey: uuidv7 },
  });
  lifecycle.onStop('hall link', () => link.close());
  return { bus, link };
}

const ownerText = ({ owner }: MachineProfile) => `${owner.name} ${owner.phone}`.trim();

function openDevices(
  profile: MachineProfile,
  { profileFile, dataDir, log, lifecycle }: MachineOptions,
  bus: Bus,
): DeviceSupervisor {
  const memory = deviceMemory(dataDir, realClock, log);
  lifecycle.onStop('device memory', async () => memory.close());
  const devices = superviseDevices({
    devices: profile.devices,
    drivers,
    owner: ownerText(profile),
    clock: realClock,
    log: log.child({ part: 'devices' }),
    random: Math.random,
    printerProfile: printerProfiles(profileFile),
    secret: secrets(dataDir),
    memory: memory.of,
  });
  lifecycle.onStop('devices', () => devices.close());
  const report = { devices, dataDir, clock: realClock, log: log.child({ part: 'devices' }) };
  lifecycle.onStop('device report', reportDevices(report));
  devices.watch((status) => {
    const topic = topics.deviceStatus(profile.hall, profile.machine, status.device);
    bus.retain(topic, encode('deviceStatus', statusMessage(status)));
  });
  return devices;
}

/** Secrets that profiles name stand in `<data>/secrets/<name>.key`. */
function secrets(dataDir: string): NonNullable<DeviceContext['secret']> {
  return async (name) => {
    const { secretLoader } = await import('../../devices/load-secret.ts');
    return secretLoader(resolve(dataDir, 'secrets'))(name);
  };
}

/** Loads the loader when a printer asks; most machines have none. */
function printerProfiles(machineFile: string): DeviceContext['printerProfile'] {
  let loader: DeviceContext['printerProfile'] | undefined;
  return async (name) => {
    if (loader === undefined) {
      const { printerProfileLoader } = await import('../../devices/ticket-printer/load-profile.ts');
      loader = printerProfileLoader(profileFolders(machineFile, 'printers'));
    }
    return loader(name);
  };
}

async function openScreen<State, Action>(
  profile: MachineProfile,
  action: TSchema,
  files: ReadonlyMap<string, PageFile>,
  { log, lifecycle }: MachineOptions,
  bus: Bus,
): Promise<Screen<State, Action>> {
  const { role, screen } = profile;
  if (screen === undefined) return { show: () => {}, onAction: () => {} };
  // The web server is the heaviest part: loaded by machines that have a page.
  const { serveScreen } = await import('./screen-server.ts');
  const server = await serveScreen<State, Action>({
    ...{ role, port: screen.port, pagesDir, files, action, clock: realClock },
    log: log.child({ part: 'screen' }),
  });
  lifecycle.onStop('screen', () => server.close());
  if (screen.watched === true) {
    const topic = topics.deviceStatus(profile.hall, profile.machine, screenDevice.id);
    const watched = watchScreen({
      ...{ clock: realClock, owner: ownerText(profile), listeners: () => server.listeners },
      tell: (status) => bus.retain(topic, encode('deviceStatus', status)),
    });
    lifecycle.onStop('screen watch', watched);
  }
  log.info({ url: server.url }, 'page');
  return server;
}

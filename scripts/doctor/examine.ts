/** All devices of one machine: whom to ask, whom not to ask, and what was known before. */
import { type DeviceCode, deviceCodes } from '../../devices/codes.ts';
import type { DeviceClock, DeviceContext, DriverEntry } from '../../devices/contract.ts';
import type { DeviceReport } from '../../kiosk-app/runtime/device-report.ts';
import type { DeviceEntry, MachineProfile } from '../../kiosk-app/runtime/machine-profile.ts';
import { holderOfWire } from './holders.ts';
import { probe } from './probe.ts';
import type { DeviceFinding, MachineReport } from './report.ts';
import type { Tenancy } from './running.ts';
import { type WireName, wireName } from './wire-name.ts';

export interface ExamineOptions {
  profile: MachineProfile;
  drivers: Readonly<Record<string, DriverEntry>>;
  tenancy: Tenancy;
  depth: 'safe' | 'deep';
  clock: DeviceClock;
  log: DeviceContext['log'];
  printerProfile: DeviceContext['printerProfile'];
  secret?: NonNullable<DeviceContext['secret']>;
  signal: AbortSignal;
  /** Called as soon as a device is known, in no order. */
  found(finding: DeviceFinding): void;
}

interface Patient {
  entry: DeviceEntry;
  driver: DriverEntry;
  wire: WireName;
}

export async function examine(o: ExamineOptions): Promise<MachineReport> {
  const { profile, tenancy, clock } = o;
  const patients = profile.devices.flatMap((entry): Patient[] => {
    const driver = o.drivers[entry.driver];
    return driver === undefined ? [] : [{ entry, driver, wire: wireName(entry.options) }];
  });
  const findings = tenancy.running
    ? patients.map((p) => asReported(p, tenancy.report, clock.now()))
    : await askAll(patients, o);
  if (tenancy.running) findings.forEach(o.found);
  return {
    machine: profile.machine,
    role: profile.role,
    owner: `${profile.owner.name} ${profile.owner.phone}`.trim(),
    at: clock.now(),
    depth: o.depth,
    running: tenancy.running,
    devices: profile.devices.flatMap((d) => findings.find((f) => f.device === d.id) ?? []),
  };
}

/** Buses side by side, the devices of one bus in turn. Deep: all in turn, so that one can look on. */
async function askAll(patients: readonly Patient[], o: ExamineOptions): Promise<DeviceFinding[]> {
  const byBus = Map.groupBy(patients, (p) => (o.depth === 'deep' ? '' : p.wire.bus || p.entry.id));
  const ask = async (p: Patient) => {
    const finding = await examineOne(p, o);
    o.found(finding);
    return finding;
  };
  const rows = [...byBus.values()].map(async (bus) => {
    const findings: DeviceFinding[] = [];
    for (const p of bus) findings.push(await ask(p));
    return findings;
  });
  return (await Promise.all(rows)).flat();
}

async function examineOne(p: Patient, o: ExamineOptions): Promise<DeviceFinding> {
  const { entry, driver, wire } = p;
  const named = { device: entry.id, driver: entry.driver, kind: driver.kind, port: wire.text };
  const holder = await holderOfWire(wire);
  if (holder !== undefined) {
    return {
      ...{ ...named, state: 'unknown', code: 'DEV_PORT_BUSY', since: o.clock.now(), detail: {} },
      ...{ steps: [], source: { by: 'holder', ...holder }, why: null },
    };
  }
  const { clock, log, printerProfile, secret, depth, signal } = o;
  const found = await probe({
    ...{ id: entry.id, driver, options: entry.options, depth, signal },
    context: { clock, log, printerProfile, ...(secret === undefined ? {} : { secret }) },
  });
  const since = sinceOf(o.tenancy.report, entry.id, found) ?? clock.now();
  return { ...named, ...found, since, source: { by: 'probe' } };
}

/** A fault that the running program had seen already is as old as it said. */
function sinceOf(
  report: DeviceReport | null,
  device: string,
  now: { state: string; code: string },
): number | undefined {
  const before = report?.devices.find((d) => d.device === device);
  return before?.state === now.state && before.code === now.code ? before.since : undefined;
}

function asReported(p: Patient, report: DeviceReport | null, now: number): DeviceFinding {
  const said = report?.devices.find((d) => d.device === p.entry.id);
  const code = said !== undefined && isDeviceCode(said.code) ? said.code : 'DEV_PORT_BUSY';
  return {
    device: p.entry.id,
    driver: p.entry.driver,
    kind: p.driver.kind,
    port: p.wire.text,
    state: said?.state ?? 'unknown',
    code,
    since: said?.since ?? now,
    detail: said?.detail ?? {},
    steps: [],
    source: { by: 'running', at: report?.at ?? null },
    why: null,
  };
}

const isDeviceCode = (code: string): code is DeviceCode => Object.hasOwn(deviceCodes, code);

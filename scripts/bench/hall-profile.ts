/** Halls that the benchmark runs, made to size. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Role } from '../../broker-config/messages.ts';
import type { HallProfile } from '../../kiosk-app/hall/queue/index.ts';

export const hall = 'bench';
export const service = 'tax';
const named = (zh: string) => ({ zh, en: zh });
const owner = { name: 'bench', phone: '' };

export interface Size {
  queueMachines: number;
  windows: number;
  displays: number;
  /** The first windows have an evaluation pad: pad-0.. */
  pads?: number;
}

/** Machines: queue-0.., window-0.., display-0... Every window serves the one service. */
export function hallProfile(size: Size): HallProfile {
  const machine = (role: Role, id: string) => ({
    id,
    role,
    name: named(id),
    place: '',
    owner,
  });
  const list = (n: number, prefix: string) => Array.from({ length: n }, (_, i) => `${prefix}-${i}`);
  const windows = list(size.windows, 'window');
  const pads = list(size.pads ?? 0, 'pad');
  return {
    hall,
    name: named('bench'),
    time_zone: 'Asia/Shanghai',
    day: { starts: '04:00', clear: [] },
    numbering: { digits: 6, first: 1, last: 999_999, wrap: 'refuse' },
    groups: [{ id: 'all', name: named('all') }],
    services: [{ id: service, name: named(service), prefix: 'A', group: 'all', typical_min: 5 }],
    classes: [
      { id: 'appointment', name: named('appointment'), kind: 'appointment', at_machine: false },
      { id: 'ordinary', name: named('ordinary'), kind: 'ordinary', at_machine: true },
    ],
    rules: {
      between: { kind: 'strict' },
      ageing: { bound_min: 30 },
      wait_ceiling_min: 30,
      missed: { kind: 'void' },
      misses_allowed: 1,
      recall: { limit: 3, spacing_s: 0 },
      on_next: { called: 'finish', serving: 'finish' },
      hold_limit_min: 60,
      call_expires_s: 60,
      print_confirm_s: 60,
    },
    appointments: { class: 'appointment', early_min: 30, late_min: 15, late: 'ordinary' },
    evaluation: { invite_on_finish: pads.length > 0, within_min: 30 },
    windows: windows.map((id, i) => ({
      id: `w${i}`,
      label: String(i + 1),
      name: named(id),
      kind: 'comprehensive',
      machine: id,
      ...(pads[i] === undefined ? {} : { pad: pads[i] }),
      services: [{ service, level: 1 }],
      may_call_ticket: true,
    })),
    machines: [
      machine('hall', 'hall'),
      ...list(size.queueMachines, 'queue').map((id) => machine('queue-machine', id)),
      ...windows.map((id) => machine('window', id)),
      ...pads.map((id) => machine('evaluation-pad', id)),
      ...list(size.displays, 'display').map((id) => machine('display', id)),
    ],
    journal: { keep_days: 7 },
  };
}

/** Writes hall.yaml and machine.yaml into `dir`; returns the machine profile's file. */
export function writeHall(dir: string, profile: HallProfile, brokerPort: number): string {
  writeFileSync(join(dir, 'hall.yaml'), stringify(profile, { aliasDuplicateObjects: false }));
  const machine = {
    machine: 'hall',
    role: 'hall',
    hall,
    owner,
    devices: [],
    hall_server: {
      profile: 'hall.yaml',
      embedded_broker: { host: '127.0.0.1', port: brokerPort },
    },
  };
  const file = join(dir, 'machine.yaml');
  writeFileSync(file, stringify(machine, { aliasDuplicateObjects: false }));
  return file;
}

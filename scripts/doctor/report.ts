/** What the doctor found, as data: `--json` prints it, table.ts draws it. */
import type { DeviceCode } from '../../devices/codes.ts';
import type { DeviceKind, DeviceState, SelfTestStep } from '../../devices/contract.ts';

/** Where a finding comes from. */
export type Source =
  /** Asked on its wire just now. */
  | { by: 'probe' }
  /** The machine's program is running and holds the wire; this is what it said last. */
  | { by: 'running'; at: number | null }
  /** Another process has the port open; nothing was asked. */
  | { by: 'holder'; pid: number; command: string };

export interface DeviceFinding {
  device: string;
  driver: string;
  kind: DeviceKind;
  /** The wire as a technician names it, e.g. `serial /dev/ttyUSB0 115200`. */
  port: string;
  state: DeviceState;
  code: DeviceCode;
  /** Own wall clock since when this state and code are known, ms. */
  since: number;
  detail: Record<string, string | number | boolean>;
  steps: SelfTestStep[];
  source: Source;
  /** What an error said, in the words of the program; null: nothing. */
  why: string | null;
}

export interface MachineReport {
  machine: string;
  role: string;
  owner: string;
  /** Own wall clock, ms. */
  at: number;
  depth: 'safe' | 'deep';
  /** true: its program is running, so nothing was asked. */
  running: boolean;
  devices: DeviceFinding[];
}

const severities: readonly DeviceState[] = ['ready', 'attention', 'out', 'unknown'];
const rank: Record<DeviceState, number> = { ready: 0, attention: 1, unknown: 2, out: 3 };

/** `ready` when there is nothing. */
export function worst(states: readonly DeviceState[]): DeviceState {
  return severities.reduce((worse, s) => (states.includes(s) && rank[s] > rank[worse] ? s : worse));
}

/** Exit codes: 0 all ready, 1 attention, 2 unknown, 3 out. Mistakes of usage or profile: 64. */
export const exitCodeOf = (state: DeviceState): number => rank[state];
export const usageExitCode = 64;

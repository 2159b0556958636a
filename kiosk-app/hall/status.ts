/**
 * The state of the whole hall as one page for technicians: what is wrong, since when, and who owns
 * it; the worst first. Pure: made from what the inventory and the sequencer know. It holds nothing
 * of citizens: no ticket, no number, no name but those of the owners of machines.
 */
import type { Alarm } from '../../broker-config/messages.ts';
import {
  type HallDeviceView,
  type HallMachineView,
  type HallScreen,
  type HallUrgency,
  hallUrgencies,
  type Sentence,
} from '../screens/contract.ts';
import type { MachineView } from './inventory.ts';

/** A wrong message or request of a machine is news for so long. */
export const faultFreshMs = 60 * 60_000;

export interface StatusParts {
  machines: readonly MachineView[];
  /** Machine id -> its name in the hall profile. */
  names: ReadonlyMap<string, Sentence>;
  alarms: readonly Alarm[];
  /** Hall clock, ms. */
  now: number;
  /** What a technician has to know and do about a device's code; null: an unknown code. */
  sentenceOf(code: string): Sentence | null;
  /** All that is known without looking. */
  hall: Omit<HallScreen, 'role' | 'machines' | 'alarms'>;
}

export function hallScreen(o: StatusParts): HallScreen {
  const machines = o.machines.map((m) => machineView(o, m));
  return {
    role: 'hall',
    ...o.hall,
    machines: machines.sort(worstFirst),
    alarms: o.alarms
      .map(({ id, since, reason }) => ({ id, since, reason: { zh: reason.zh, en: reason.en } }))
      .sort((a, b) => b.since - a.since),
  };
}

function machineView(o: StatusParts, m: MachineView): HallMachineView {
  const fault = m.fault !== null && o.now - m.fault.at < faultFreshMs ? m.fault : null;
  return {
    id: m.id,
    role: m.role,
    name: o.names.get(m.id) ?? { zh: m.id, en: m.id },
    place: m.place,
    owner: m.owner,
    urgency: urgencyOf(m, fault !== null),
    link: m.state,
    since: m.since,
    version: m.version,
    contested: m.contested,
    fault,
    devices: m.devices
      .map((d) => deviceView(o, m, d))
      .sort((a, b) => deviceOrder[a.state] - deviceOrder[b.state]),
  };
}

/** What a machine's devices said counts only while it is there to say otherwise. */
function urgencyOf(m: MachineView, faulty: boolean): HallUrgency {
  if (m.state === 'lost' || m.contested) return 'bad';
  if (m.state === 'disconnected') return 'off';
  if (m.devices.some((d) => d.status?.state === 'out')) return 'bad';
  if (m.state === 'absent' || faulty) return 'look';
  return m.devices.every((d) => d.status?.state === 'ready') ? 'good' : 'look';
}

type Device = MachineView['devices'][number];

function deviceView(o: StatusParts, m: MachineView, { id, kind, status }: Device): HallDeviceView {
  if (status === null) {
    return { id, kind, state: 'unknown', code: null, sentence: null, since: null, owner: null };
  }
  const { state, code, since, owner } = status;
  return {
    ...{ id, kind, state, code, since },
    sentence: state === 'ready' ? null : o.sentenceOf(code),
    owner: owner === '' || owner === `${m.owner.name} ${m.owner.phone}`.trim() ? null : owner,
  };
}

const deviceOrder = { out: 0, attention: 1, unknown: 2, ready: 3 } as const;
const linkOrder = { lost: 0, ready: 1, absent: 2, disconnected: 3 } as const;

/** Among equals, what has been wrong for longest; what is well, by name. */
function worstFirst(a: HallMachineView, b: HallMachineView): number {
  const byUrgency = hallUrgencies.indexOf(a.urgency) - hallUrgencies.indexOf(b.urgency);
  if (byUrgency !== 0) return byUrgency;
  if (a.urgency !== 'good' && a.urgency !== 'off') {
    const byLink = linkOrder[a.link] - linkOrder[b.link];
    if (byLink !== 0) return byLink;
    if (a.since !== b.since) return a.since - b.since;
  }
  return a.id < b.id ? -1 : 1;
}

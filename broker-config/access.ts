/**
 * Who may say what on the bus: one table by role. The embedded broker's hooks, the Mosquitto ACL
 * (mosquitto.ts), the filters a client subscribes to, and the README's table all come from it.
 *
 * The broker proves identity: a machine publishes only under its own id and reads only what is meant
 * for it. Which request ops a role may use is judged by the hall (`mayRequest`), so that the answer is
 * the same coded refusal whichever broker carries it; Mosquitto drops a denied publish silently.
 */
import { channels } from './channels.ts';
import { type RequestOp, type Role, requestOps } from './messages.ts';
import { type ParsedTopic, parseTopic, type TopicKind } from './topics.ts';

export interface RoleAccess {
  publishes: readonly TopicKind[];
  subscribes: readonly TopicKind[];
  requests: readonly RequestOp[];
}

const aboutItself = ['request', 'machineState', 'machineDescription', 'deviceStatus'] as const;
const ofTheHall = ['hallState', 'board', 'directory', 'log', 'reply', 'machineCommand'] as const;

const takes: readonly RequestOp[] = [
  'take',
  'check-in',
  'confirm-printed',
  'print-failed',
  'void',
  'snapshot',
];

export const access: Record<Role, RoleAccess> = {
  hall: {
    publishes: [
      'hallState',
      'board',
      'directory',
      'windowSnapshot',
      'padSnapshot',
      'log',
      'reply',
      'machineCommand',
      // Only to take back what a machine has left behind.
      'deviceStatus',
    ],
    /** Its own state and snapshots too: to see a newer hall, and what an older one left behind. */
    subscribes: [
      'request',
      'machineState',
      'machineDescription',
      'deviceStatus',
      'hallState',
      'windowSnapshot',
      'padSnapshot',
    ],
    requests: [],
  },
  'queue-machine': { publishes: aboutItself, subscribes: ofTheHall, requests: takes },
  terminal: { publishes: aboutItself, subscribes: ofTheHall, requests: [...takes, 'evaluate'] },
  'evaluation-pad': {
    publishes: aboutItself,
    subscribes: [...ofTheHall, 'padSnapshot'],
    requests: ['evaluate', 'snapshot'],
  },
  window: {
    publishes: aboutItself,
    subscribes: [...ofTheHall, 'windowSnapshot'],
    requests: requestOps.filter(
      (op) => op !== 'confirm-printed' && op !== 'print-failed' && op !== 'evaluate',
    ),
  },
  display: { publishes: aboutItself, subscribes: ofTheHall, requests: ['snapshot'] },
};

/** Somebody who may connect: a machine of the hall's inventory. */
export interface Identity {
  hall: string;
  /** Machine id = user name = client id. */
  id: string;
  role: Role;
  /** Windows whose snapshot it may read: a clerk's machine's, a pad's; empty for the others. */
  windows: readonly string[];
}

/** The parts of a hall profile that decide who may connect as what. */
export interface Inventory {
  hall: string;
  machines: readonly { id: string; role: Role }[];
  windows: readonly { id: string; machine?: string | undefined; pad?: string | undefined }[];
}

export function identitiesOf(inventory: Inventory): Map<string, Identity> {
  const { hall } = inventory;
  return new Map(
    inventory.machines.map(({ id, role }) => {
      const own = inventory.windows.filter((w) => w.machine === id || w.pad === id);
      const windows = own.map((w) => w.id);
      return [id, { hall, id, role, windows }];
    }),
  );
}

/** May this machine publish to this topic? false for every topic that does not exist. */
export function mayPublish(
  who: Identity,
  topic: string,
  parsed: ParsedTopic | undefined = parseTopic(topic),
): boolean {
  if (parsed === undefined || parsed.hall !== who.hall) return false;
  if (!access[who.role].publishes.includes(parsed.kind)) return false;
  return who.role === 'hall' || ('dev' in parsed && parsed.dev === who.id);
}

/** May this machine use this verb? Asked by the hall before anything is decided. */
export function mayRequest(role: Role, op: RequestOp): boolean {
  return access[role].requests.includes(op);
}

/**
 * Topic filters this machine may read, none overlapping another: exactly what a client subscribes
 * to. (Overlapping filters deliver twice, and upset aedes.)
 */
export function subscriptionsOf(who: Identity): string[] {
  return access[who.role].subscribes.flatMap((kind) => filtersOf(who, kind));
}

/** Topic filters this machine may write to. */
export function publicationsOf(who: Identity): string[] {
  return access[who.role].publishes.flatMap((kind) => filtersOf(who, kind));
}

/** May this machine subscribe to this filter? To those of `subscriptionsOf`, or to one topic of them. */
export function maySubscribe(who: Identity, filter: string): boolean {
  const granted = subscriptionsOf(who);
  if (granted.includes(filter)) return true;
  return parseTopic(filter) !== undefined && granted.some((g) => matches(g, filter));
}

/** Does the topic match the filter? Filters here have no `#`. */
function matches(filter: string, topic: string): boolean {
  const allowed = filter.split('/');
  const levels = topic.split('/');
  return (
    allowed.length === levels.length &&
    allowed.every((level, i) => level === '+' || level === levels[i])
  );
}

/** Machines: their own levels filled in, the rest open. The hall: everything of the kind. */
function filtersOf(who: Identity, kind: TopicKind): string[] {
  const address = channels[kind].address.replace('{hall}', who.hall);
  if (who.role === 'hall') return [open(address)];
  if (kind === 'windowSnapshot' || kind === 'padSnapshot') {
    return who.windows.map((w) => address.replace('{window}', w));
  }
  return [open(address.replace('{dev}', who.id))];
}

const open = (address: string) => address.replaceAll(/\{[a-z]+\}/g, '+');

/**
 * Every topic that may be used on the hall's bus, as typed builders and one parser.
 *
 * Shape: `hall/<hall>/v1/...`. The sender's id is always a level of its own, so that an access rule
 * can prove who sent (see access.ts). No person's data ever stands in a topic.
 *
 * Ids: 1..32 characters of `a-z 0-9 -`, starting with a letter or digit. That excludes the MQTT
 * wildcards, the separator and every character that needs escaping in an ACL file.
 */
import { BusError } from './errors.ts';
import { type RequestOp, requestOps } from './messages.ts';

export const idPattern = '^[a-z0-9][a-z0-9-]{0,31}$';
const idRegExp = new RegExp(idPattern);

/** Number of levels of the longest topic below; the embedded broker refuses deeper ones. */
export const topicLevelsMax = 8;
export const topicBytesMax = 160;

/** Topic parsed into its parts; `kind` names the builder in `topics` that made it. */
export type ParsedTopic =
  | { kind: 'hallState'; hall: string }
  | { kind: 'board'; hall: string }
  | { kind: 'directory'; hall: string }
  | { kind: 'windowSnapshot'; hall: string; window: string }
  | { kind: 'padSnapshot'; hall: string; window: string }
  | { kind: 'log'; hall: string }
  | { kind: 'request'; hall: string; op: RequestOp; dev: string }
  | { kind: 'reply'; hall: string; dev: string }
  | { kind: 'machineState'; hall: string; dev: string }
  | { kind: 'machineDescription'; hall: string; dev: string }
  | { kind: 'deviceStatus'; hall: string; dev: string; device: string }
  | { kind: 'machineCommand'; hall: string; dev: string; command: MachineCommand };

export type TopicKind = ParsedTopic['kind'];

/** Orders the hall gives to one machine. `invite`: show the evaluation of a finished service. */
export const machineCommands = ['invite'] as const;
export type MachineCommand = (typeof machineCommands)[number];

function id(value: string, what: string): string {
  if (!idRegExp.test(value)) {
    throw new BusError('BUS_TOPIC_ID', `${what} "${value}" is not an id (${idPattern})`);
  }
  return value;
}

const root = (hall: string) => `hall/${id(hall, 'hall')}/v1`;
const ofMachine = (hall: string, dev: string) => `${root(hall)}/dev/${id(dev, 'machine')}`;

export const topics = {
  /** Birth and will of the hall process itself. Retained. */
  hallState: (hall: string) => `${root(hall)}/seq/state`,
  /** What every screen may know: windows, last calls, waiting per service. Retained. */
  board: (hall: string) => `${root(hall)}/seq/snap/board`,
  /** Names of services, classes and windows. Retained. */
  directory: (hall: string) => `${root(hall)}/seq/snap/directory`,
  /** What one window's clerk may know beyond the board: current, held, missed. Retained. */
  windowSnapshot: (hall: string, window: string) =>
    `${root(hall)}/seq/snap/window/${id(window, 'window')}`,
  /** What one window's evaluation pad has to show: the service that may be evaluated now. Retained. */
  padSnapshot: (hall: string, window: string) =>
    `${root(hall)}/seq/snap/pad/${id(window, 'window')}`,
  /** Changes of the board, one message per commit. Not retained. */
  log: (hall: string) => `${root(hall)}/seq/log`,
  /** A machine asks the sequencer. */
  request: (hall: string, op: RequestOp, dev: string) =>
    `${root(hall)}/seq/req/${op}/${id(dev, 'machine')}`,
  /** The sequencer answers; the only topic a machine has to subscribe to before it may ask. */
  reply: (hall: string, dev: string) => `${ofMachine(hall, dev)}/re`,
  /** Birth (`ready`), orderly end (`disconnected`) and will (`lost`) of a machine. Retained. */
  machineState: (hall: string, dev: string) => `${ofMachine(hall, dev)}/state`,
  /** Role, version, devices. Retained. */
  machineDescription: (hall: string, dev: string) => `${ofMachine(hall, dev)}/desc`,
  /** State of one device of a machine. Retained. */
  deviceStatus: (hall: string, dev: string, device: string) =>
    `${ofMachine(hall, dev)}/status/${id(device, 'device')}`,
  /** The hall tells one machine to do something. Not retained. */
  machineCommand: (hall: string, dev: string, command: MachineCommand) =>
    `${ofMachine(hall, dev)}/cmd/${command}`,
} as const;

/** A hall hears the same few topics again and again, and looks at each in several places. */
const known = new Map<string, ParsedTopic>();
/** Twice what 500 machines use; a stranger's inventions only empty it. */
const knownMax = 8192;

/**
 * Takes a received topic apart.
 * @returns undefined for anything that no builder above could have made.
 */
export function parseTopic(topic: string): Readonly<ParsedTopic> | undefined {
  const before = known.get(topic);
  if (before !== undefined) return before;
  const parsed = takenApart(topic);
  if (parsed === undefined) return undefined;
  if (known.size >= knownMax) known.clear();
  known.set(topic, Object.freeze(parsed));
  return parsed;
}

function takenApart(topic: string): ParsedTopic | undefined {
  if (topic.length > topicBytesMax) return undefined;
  const levels = topic.split('/');
  if (levels.length > topicLevelsMax) return undefined;
  const [h, hall, v, area, a, b, c, ...rest] = levels;
  if (h !== 'hall' || v !== 'v1' || hall === undefined || !idRegExp.test(hall)) return undefined;
  if (rest.length > 0) return undefined;
  if (area === 'seq') return parseSequencer(hall, a, b, c);
  if (area === 'dev' && a !== undefined && idRegExp.test(a)) return parseMachine(hall, a, b, c);
  return undefined;
}

/** Machine that a request topic names, also when its verb does not exist. */
export function requestSender(topic: string): string | undefined {
  const levels = topic.split('/');
  const [h, , v, area, req, , dev] = levels;
  const shaped =
    levels.length === 7 && h === 'hall' && v === 'v1' && area === 'seq' && req === 'req';
  return shaped && topic.length <= topicBytesMax && dev !== undefined && idRegExp.test(dev)
    ? dev
    : undefined;
}

function parseSequencer(hall: string, a?: string, b?: string, c?: string): ParsedTopic | undefined {
  if (a === 'state' && b === undefined) return { kind: 'hallState', hall };
  if (a === 'log' && b === undefined) return { kind: 'log', hall };
  if (a === 'snap' && b === 'board' && c === undefined) return { kind: 'board', hall };
  if (a === 'snap' && b === 'directory' && c === undefined) return { kind: 'directory', hall };
  if (a === 'snap' && b === 'window' && c !== undefined && idRegExp.test(c)) {
    return { kind: 'windowSnapshot', hall, window: c };
  }
  if (a === 'snap' && b === 'pad' && c !== undefined && idRegExp.test(c)) {
    return { kind: 'padSnapshot', hall, window: c };
  }
  if (a === 'req' && c !== undefined && idRegExp.test(c) && isRequestOp(b)) {
    return { kind: 'request', hall, op: b, dev: c };
  }
  return undefined;
}

function parseMachine(hall: string, dev: string, b?: string, c?: string): ParsedTopic | undefined {
  if (c === undefined) {
    if (b === 're') return { kind: 'reply', hall, dev };
    if (b === 'state') return { kind: 'machineState', hall, dev };
    if (b === 'desc') return { kind: 'machineDescription', hall, dev };
    return undefined;
  }
  if (b === 'status' && idRegExp.test(c)) return { kind: 'deviceStatus', hall, dev, device: c };
  if (b === 'cmd' && (machineCommands as readonly string[]).includes(c)) {
    return { kind: 'machineCommand', hall, dev, command: c as MachineCommand };
  }
  return undefined;
}

const requestOpSet: ReadonlySet<string> = new Set(requestOps);
function isRequestOp(op: string | undefined): op is RequestOp {
  return op !== undefined && requestOpSet.has(op);
}

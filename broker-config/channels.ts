/**
 * One row per kind of topic: its address, how it is sent, and what it carries. The codec, the access
 * rules, `asyncapi.yaml` and the README's table all read this record; a kind missing here does not
 * compile.
 *
 * QoS is 1 for everything and never 2: a hop-by-hop promise that dies with the session can not
 * replace the request's key (MQTT 3.1.1, 4.3.3). Retained means: the last state, never an event.
 */
import type { TSchema } from '@sinclair/typebox';
import {
  Answer,
  Board,
  DeviceStatusMessage,
  Directory,
  HallState,
  Invite,
  LogEntry,
  MachineDescription,
  MachineState,
  machineMessageBytesMax,
  PadSnapshot,
  payloadBytesMax,
  requestBytesMax,
  WindowSnapshot,
} from './messages.ts';
import type { MachineCommand, TopicKind } from './topics.ts';

export interface Channel {
  /** Topic with `{parameters}`. */
  address: string;
  retain: boolean;
  qos: 1;
  /** Largest payload, bytes. */
  bytesMax: number;
  summary: string;
}

export const channels = {
  hallState: {
    address: 'hall/{hall}/v1/seq/state',
    retain: true,
    qos: 1,
    bytesMax: machineMessageBytesMax,
    summary: 'Birth, orderly end and will of the hall process, with its epoch.',
  },
  board: {
    address: 'hall/{hall}/v1/seq/snap/board',
    retain: true,
    qos: 1,
    bytesMax: payloadBytesMax,
    summary: 'What every screen may know: windows, last calls, waiting per service.',
  },
  directory: {
    address: 'hall/{hall}/v1/seq/snap/directory',
    retain: true,
    qos: 1,
    bytesMax: payloadBytesMax,
    summary: 'Names of services, classes and windows, and the rules that screens explain.',
  },
  windowSnapshot: {
    address: 'hall/{hall}/v1/seq/snap/window/{window}',
    retain: true,
    qos: 1,
    bytesMax: payloadBytesMax,
    summary: "What one window's clerk may know beyond the board: current, last, held, missed.",
  },
  padSnapshot: {
    address: 'hall/{hall}/v1/seq/snap/pad/{window}',
    retain: true,
    qos: 1,
    bytesMax: machineMessageBytesMax,
    summary: "What one window's evaluation pad has to show: the service that may be evaluated now.",
  },
  log: {
    address: 'hall/{hall}/v1/seq/log',
    retain: false,
    qos: 1,
    bytesMax: payloadBytesMax,
    summary: 'Changes of the board, one message per commit.',
  },
  request: {
    address: 'hall/{hall}/v1/seq/req/{op}/{dev}',
    retain: false,
    qos: 1,
    bytesMax: requestBytesMax,
    summary: 'A machine asks the sequencer; the last level proves which machine.',
  },
  reply: {
    address: 'hall/{hall}/v1/dev/{dev}/re',
    retain: false,
    qos: 1,
    bytesMax: payloadBytesMax,
    summary: "The sequencer's answers to one machine. Subscribed before the first request.",
  },
  machineState: {
    address: 'hall/{hall}/v1/dev/{dev}/state',
    retain: true,
    qos: 1,
    bytesMax: machineMessageBytesMax,
    summary: 'Birth, orderly end and will of a machine, with its boot id.',
  },
  machineDescription: {
    address: 'hall/{hall}/v1/dev/{dev}/desc',
    retain: true,
    qos: 1,
    bytesMax: machineMessageBytesMax,
    summary: 'Role, version and devices of a machine.',
  },
  deviceStatus: {
    address: 'hall/{hall}/v1/dev/{dev}/status/{device}',
    retain: true,
    qos: 1,
    bytesMax: machineMessageBytesMax,
    summary: 'State of one device: ready, attention, out or unknown, with a code and since when.',
  },
  machineCommand: {
    address: 'hall/{hall}/v1/dev/{dev}/cmd/{command}',
    retain: false,
    qos: 1,
    bytesMax: machineMessageBytesMax,
    summary: 'The hall tells one machine to do something; expired orders are not carried out.',
  },
} as const satisfies Record<TopicKind, Channel>;

/** Kinds that carry exactly one type of message. Requests and orders differ by op and by command. */
export const messageSchemas = {
  hallState: HallState,
  board: Board,
  directory: Directory,
  windowSnapshot: WindowSnapshot,
  padSnapshot: PadSnapshot,
  log: LogEntry,
  reply: Answer,
  machineState: MachineState,
  machineDescription: MachineDescription,
  deviceStatus: DeviceStatusMessage,
} as const satisfies Record<Exclude<TopicKind, 'request' | 'machineCommand'>, TSchema>;

export const commandSchemas = { invite: Invite } as const satisfies Record<MachineCommand, TSchema>;

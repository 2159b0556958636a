/**
 * `asyncapi.yaml`, made from the channel table, the access table and the schemas. The document speaks
 * for the hall process: it *receives* what machines publish and *sends* what they read.
 */
import { KindGuard, type TSchema, Type } from '@sinclair/typebox';
import { stringify } from 'yaml';
import { access, type RoleAccess } from './access.ts';
import { channels, commandSchemas, messageSchemas } from './channels.ts';
import * as messages from './messages.ts';
import { type RequestOp, requestOps } from './messages.ts';
import { idPattern, machineCommands, type TopicKind } from './topics.ts';

const bindingVersion = '0.2.0';
const kinds = Object.keys(channels) as TopicKind[];

/** Schemas that have a name of their own, by identity: written once, referred to elsewhere. */
const named = new Map<unknown, string>(
  Object.entries(messages)
    .filter(([, value]) => KindGuard.IsSchema(value))
    .map(([name, schema]) => [schema, name]),
);

/** Plain JSON Schema; every named schema below the top becomes a reference. */
function schemaOf(schema: unknown, top: boolean): unknown {
  const name = named.get(schema);
  if (!top && name !== undefined) return { $ref: `#/components/schemas/${name}` };
  if (Array.isArray(schema)) return schema.map((s) => schemaOf(s, false));
  if (typeof schema !== 'object' || schema === null) return schema;
  return Object.fromEntries(Object.entries(schema).map(([k, v]) => [k, schemaOf(v, false)]));
}

interface MessageDoc {
  summary?: string;
  payload: unknown;
}

const ref = (pointer: string) => ({ $ref: `#/${pointer}` });
const capital = (s: string) =>
  s.replaceAll(/(^|-)([a-z])/g, (_, _dash, letter: string) => letter.toUpperCase());

const requestName = (op: RequestOp) => `request${capital(op)}`;
const answerName = (op: RequestOp) => `answer${capital(op)}`;

/** An answer whose result is the one of this verb. */
function answerSchema(op: RequestOp): TSchema {
  const [granted, refused] = messages.Answer.anyOf;
  return Type.Union([
    Type.Object(
      { ...granted.properties, result: messages.requestResults[op] },
      { additionalProperties: false },
    ),
    refused,
  ]);
}

/** All messages, grouped by the kind of topic that carries them. */
function messagesByKind(): Record<TopicKind, Record<string, MessageDoc>> {
  const single = (kind: keyof typeof messageSchemas) => ({
    [kind]: { payload: schemaOf(messageSchemas[kind], false) },
  });
  return {
    hallState: single('hallState'),
    board: single('board'),
    directory: single('directory'),
    windowSnapshot: single('windowSnapshot'),
    padSnapshot: single('padSnapshot'),
    log: single('log'),
    machineState: single('machineState'),
    machineDescription: single('machineDescription'),
    deviceStatus: single('deviceStatus'),
    request: Object.fromEntries(
      requestOps.map((op) => [
        requestName(op),
        {
          summary: `Asked by: ${rolesWith((a) => a.requests.includes(op)).join(', ')}.`,
          payload: schemaOf(messages.requests[op], true),
        },
      ]),
    ),
    reply: Object.fromEntries(
      requestOps.map((op) => [answerName(op), { payload: schemaOf(answerSchema(op), true) }]),
    ),
    machineCommand: Object.fromEntries(
      machineCommands.map((c) => [c, { payload: schemaOf(commandSchemas[c], false) }]),
    ),
  };
}

function rolesWith(f: (a: RoleAccess) => boolean): string[] {
  return messages.roles.filter((role) => f(access[role]));
}

const parameterDocs: Record<string, object> = {
  hall: { description: `Id of the hall, ${idPattern}` },
  dev: { description: `Id of the machine, ${idPattern}; its user name and client id` },
  device: { description: `Id of a device within its machine, ${idPattern}` },
  window: { description: `Id of a window, ${idPattern}` },
  op: { description: 'What is asked', enum: [...requestOps] },
  command: { description: 'What is ordered', enum: [...machineCommands] },
};

function channelDoc(kind: TopicKind, carried: Record<string, MessageDoc>): object {
  const { address, summary, bytesMax } = channels[kind];
  const parameters = [...address.matchAll(/\{([a-z]+)\}/g)].map(([, name = '']) => name);
  return {
    address,
    summary,
    description: [
      `Published by: ${rolesWith((a) => a.publishes.includes(kind)).join(', ')}.`,
      `Read by: ${rolesWith((a) => a.subscribes.includes(kind)).join(', ')}.`,
      `At most ${bytesMax} bytes.`,
    ].join(' '),
    parameters: Object.fromEntries(parameters.map((name) => [name, parameterDocs[name]])),
    messages: Object.fromEntries(
      Object.keys(carried).map((name) => [name, ref(`components/messages/${name}`)]),
    ),
  };
}

const bindings = (kind: TopicKind) => ({
  mqtt: { qos: channels[kind].qos, retain: channels[kind].retain, bindingVersion },
});

function operations(): Record<string, object> {
  const asked = requestOps.map((op) => [
    op,
    {
      action: 'receive',
      channel: ref('channels/request'),
      messages: [ref(`channels/request/messages/${requestName(op)}`)],
      bindings: bindings('request'),
      reply: {
        channel: ref('channels/reply'),
        messages: [ref(`channels/reply/messages/${answerName(op)}`)],
      },
    },
  ]);
  const other = kinds
    .filter((kind) => kind !== 'request' && kind !== 'reply')
    .map((kind) => [
      kind,
      {
        action: access.hall.publishes.includes(kind) ? 'send' : 'receive',
        channel: ref(`channels/${kind}`),
        bindings: bindings(kind),
      },
    ]);
  return Object.fromEntries([...asked, ...other]);
}

/** The document as plain data. */
function asyncApiDocument(): object {
  const carried = messagesByKind();
  return {
    asyncapi: '3.0.0',
    info: {
      title: "Xuhao: a service hall's bus",
      version: '1',
      description:
        'What may be said between the hall and its machines, over MQTT 3.1.1 with clean sessions. ' +
        'Seen from the hall process. Generated from the schemas beside this file; do not edit.',
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: 'application/json',
    servers: {
      broker: {
        host: 'hall-server:1883',
        protocol: 'mqtt',
        protocolVersion: '3.1.1',
        description: 'The broker inside the hall process, or Mosquitto 2.',
        security: [ref('components/securitySchemes/machine')],
        bindings: {
          mqtt: {
            clientId: '<machine id>',
            cleanSession: true,
            keepAlive: 10,
            lastWill: {
              topic: channels.machineState.address,
              qos: 1,
              message: 'machineState with s = lost and the boot id of this connection',
              retain: true,
            },
            bindingVersion,
          },
        },
      },
    },
    channels: Object.fromEntries(kinds.map((kind) => [kind, channelDoc(kind, carried[kind])])),
    operations: operations(),
    components: {
      securitySchemes: {
        machine: {
          type: 'userPassword',
          description: 'User name and client id are the machine id; one password per machine.',
        },
      },
      messages: Object.fromEntries(
        kinds.flatMap((kind) =>
          Object.entries(carried[kind]).map(([name, message]) => [name, { name, ...message }]),
        ),
      ),
      schemas: Object.fromEntries(
        [...named].map(([schema, name]) => [name, schemaOf(schema, true)]),
      ),
    },
  };
}

export function asyncApiYaml(): string {
  const head = '# Generated by `npm run generate` from broker-config/*.ts; do not edit.\n';
  return head + stringify(asyncApiDocument(), { aliasDuplicateObjects: false, lineWidth: 120 });
}

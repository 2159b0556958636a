/**
 * What one machine is: role, hall, broker, screen, devices. Loaded from `profiles/machines/*.yaml`
 * (schema: `profiles/schemas/machine.schema.json`). The options of each device are checked against
 * its driver's own schema from devices/registry.ts.
 */
import { type Static, Type } from '@sinclair/typebox';
import { Id, levels, oneOf, roles } from '../../broker-config/messages.ts';
import type { DeviceKind } from '../../devices/contract.ts';

const closed = { additionalProperties: false } as const;
/** Of a ticket template: the name of its file. */
const templateName = '^[a-z0-9][a-z0-9-]{0,47}$';
const Port = Type.Integer({ minimum: 0, maximum: 65_535, description: '0 = any free port' });

export const DeviceEntry = Type.Object(
  {
    id: Id,
    driver: Type.String({
      minLength: 1,
      maxLength: 32,
      description: 'Name in devices/registry.ts',
    }),
    options: Type.Record(Type.String(), Type.Unknown()),
  },
  closed,
);
export type DeviceEntry = Static<typeof DeviceEntry>;

/** profile.ts checks that the device is there and of this kind. */
const DeviceId = (kind: DeviceKind, description: string) =>
  Type.Unsafe<string>({ ...Id, description: `${description}: id of a ${kind} of this machine` });

/** A key of a keypad -> what it does. */
const KeyMap = <T extends string>(verbs: readonly T[], description: string) =>
  Type.Record(Type.String({ minLength: 1, maxLength: 16 }), oneOf(verbs), { description });

export const windowKeyVerbs = [
  'call-next',
  'recall',
  'start',
  'finish',
  'miss',
  'hold',
  'pause',
  'pause-or-open',
  'open',
  'invite',
] as const;

export const MachineProfile = Type.Object(
  {
    machine: Id,
    role: oneOf(roles),
    hall: Id,
    owner: Type.Object(
      { name: Type.String({ minLength: 1, maxLength: 60 }), phone: Type.String({ maxLength: 30 }) },
      { ...closed, description: 'Shown on every fault of this machine' },
    ),
    broker: Type.Optional(
      Type.Object(
        {
          url: Type.String({ pattern: '^mqtts?://.+', maxLength: 200 }),
          credential_file: Type.String({
            maxLength: 300,
            description:
              "File with the machine's password, one line; relative to the data directory",
          }),
          ca_file: Type.Optional(
            Type.String({
              minLength: 1,
              maxLength: 300,
              description:
                "For mqtts://: the CA that signed the broker's certificate, PEM; relative to the data directory. Left out: the public CAs",
            }),
          ),
        },
        { ...closed, description: 'All roles but a hall with its own embedded broker' },
      ),
    ),
    screen: Type.Optional(
      Type.Object(
        {
          port: Port,
          watched: Type.Optional(
            Type.Boolean({
              description:
                'A browser has to have the page open; without one the device `screen` is out. Left out: nobody looks',
            }),
          ),
        },
        { ...closed, description: 'Page of this machine, on loopback only' },
      ),
    ),
    devices: Type.Array(DeviceEntry, { maxItems: 64 }),
    hall_server: Type.Optional(
      Type.Object(
        {
          profile: Type.String({ description: 'Hall profile, relative to this file' }),
          embedded_broker: Type.Optional(
            Type.Object(
              {
                host: Type.String({
                  maxLength: 100,
                  description: "127.0.0.1, or 0.0.0.0 for the hall's network",
                }),
                port: Port,
              },
              { ...closed, description: 'Left out: the broker of `broker` (Mosquitto) is used' },
            ),
          ),
          phone_page: Type.Optional(
            Type.Object(
              { host: Type.String({ maxLength: 100 }), port: Port },
              {
                ...closed,
                description:
                  "Where the evaluation page for citizens' phones listens, behind the public address of the hall profile",
              },
            ),
          ),
          province_url: Type.Optional(
            Type.String({
              pattern: '^https?://[^\\s]+$',
              maxLength: 300,
              description: "Instead of the address in the province's file",
            }),
          ),
        },
        { ...closed, description: 'Role hall' },
      ),
    ),
    queue_machine: Type.Optional(
      Type.Object(
        {
          groups: Type.Optional(
            Type.Array(Id, { maxItems: 50, description: 'Left out: all of the hall' }),
          ),
          idle_s: Type.Integer({
            minimum: 5,
            maximum: 600,
            description: 'Back to the first page after this',
          }),
          result_s: Type.Integer({
            minimum: 3,
            maximum: 120,
            description: 'How long the number stays on the screen',
          }),
          printer: Type.Union([Id, Type.Null()], {
            description: 'Device that prints; null: no paper (number on screen only)',
          }),
          ticket: Type.String({
            pattern: templateName,
            description:
              'Ticket template, without .yaml: in ../tickets from this file, else in profiles/tickets',
          }),
          reprint: Type.Optional(
            Type.String({
              pattern: templateName,
              description:
                'Template of a second paper, asked for when the first is in doubt; left out: no button',
            }),
          ),
          keys: Type.Optional(
            Type.Record(Type.String({ minLength: 1, maxLength: 16 }), Id, {
              description: 'Key of a keypad -> service',
            }),
          ),
        },
        { ...closed, description: 'Role queue-machine' },
      ),
    ),
    window: Type.Optional(
      Type.Object(
        {
          keys: Type.Optional(KeyMap(windowKeyVerbs, 'Key of a caller or keypad -> verb')),
          sign: Type.Optional(DeviceId('window-sign', 'The sign over this window')),
          caller: Type.Optional(
            Type.Object(
              {
                device: DeviceId('caller', 'The bus that the caller hangs on'),
                address: Type.Integer({
                  minimum: 0,
                  maximum: 254,
                  description: "Address switch of this window's caller",
                }),
              },
              { ...closed, description: 'RS-485 caller; its keys stand in `keys`' },
            ),
          ),
        },
        { ...closed, description: 'Role window; which window it is stands in the hall profile' },
      ),
    ),
    evaluation_pad: Type.Optional(
      Type.Object(
        {
          details_s: Type.Integer({
            minimum: 5,
            maximum: 120,
            description:
              'How long labels and words are waited for after the last touch; then the evaluation is sent as it is',
          }),
          elder: Type.Optional(
            Type.Boolean({ description: '大字版 for everybody; left out: by the button' }),
          ),
          photos: Type.Optional(
            Type.String({
              minLength: 1,
              maxLength: 300,
              description:
                "Folder of the clerks' pictures (the hall profile names the files); relative to the data directory",
            }),
          ),
          keys: Type.Optional(
            KeyMap([...levels, 'undo'] as const, 'Key of a keypad -> level, or undo'),
          ),
          address: Type.Optional(
            Type.Integer({
              minimum: 0,
              maximum: 255,
              description: 'Which of several evaluators on one bus; left out: the only one',
            }),
          ),
        },
        {
          ...closed,
          description: 'Role evaluation-pad; which window it is stands in the hall profile',
        },
      ),
    ),
    display: Type.Optional(
      Type.Object(
        {
          windows: Type.Optional(Type.Array(Id, { maxItems: 200, description: 'Left out: all' })),
          calls: Type.Integer({ minimum: 1, maximum: 20, description: 'Last calls shown' }),
          language: oneOf(['zh', 'zh-en'] as const),
          voice: Type.Optional(
            Type.Object(
              {
                device: DeviceId('voice', 'Says every call'),
                languages: Type.Array(oneOf(['zh-CN', 'en'] as const), {
                  minItems: 1,
                  maxItems: 2,
                  uniqueItems: true,
                  description: 'In this order',
                }),
                times: Type.Integer({ minimum: 1, maximum: 3, description: 'Each sentence' }),
              },
              { ...closed, description: 'Left out: this display is silent' },
            ),
          ),
          signs: Type.Optional(
            Type.Record(Id, Id, {
              description: 'Signs that hang on this machine: device -> window of the hall profile',
            }),
          ),
        },
        { ...closed, description: 'Role display' },
      ),
    ),
  },
  { ...closed, $id: 'machine.schema.json', title: 'Xuhao machine profile' },
);
export type MachineProfile = Static<typeof MachineProfile>;

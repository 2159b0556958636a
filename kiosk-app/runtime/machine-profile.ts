/**
 * What one machine is: role, hall, broker, screen, devices. Loaded from `profiles/machines/*.yaml`
 * (schema: `profiles/schemas/machine.schema.json`). The options of each device are checked against
 * its driver's own schema from devices/registry.ts.
 */
import { type Static, Type } from '@sinclair/typebox';
import { Id, oneOf, roles } from '../../broker-config/messages.ts';

const closed = { additionalProperties: false } as const;
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
        },
        { ...closed, description: 'All roles but a hall with its own embedded broker' },
      ),
    ),
    screen: Type.Optional(
      Type.Object(
        { port: Port },
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
            description: 'Ticket template in profiles/tickets, without .yaml',
          }),
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
        { keys: Type.Optional(KeyMap(windowKeyVerbs, 'Key of a caller or keypad -> verb')) },
        { ...closed, description: 'Role window; which window it is stands in the hall profile' },
      ),
    ),
    display: Type.Optional(
      Type.Object(
        {
          windows: Type.Optional(Type.Array(Id, { maxItems: 200, description: 'Left out: all' })),
          calls: Type.Integer({ minimum: 1, maximum: 20, description: 'Last calls shown' }),
          language: oneOf(['zh', 'zh-en'] as const),
        },
        { ...closed, description: 'Role display' },
      ),
    ),
  },
  { ...closed, $id: 'machine.schema.json', title: 'Xuhao machine profile' },
);
export type MachineProfile = Static<typeof MachineProfile>;

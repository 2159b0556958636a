import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { encode } from '../../broker-config/codec.ts';
import {
  createInventory,
  inventoryLimits,
  type MachineTopic,
} from '../../kiosk-app/hall/inventory.ts';
import { newKey, profile } from './hall-fixture.ts';

function open() {
  const clock = { now: 1000 };
  const inventory = createInventory(profile.machines, () => clock.now);
  const stateTopic: MachineTopic = { kind: 'machineState', hall: 'h', dev: 'qm1' };
  return {
    clock,
    inventory,
    state: (s: 'ready' | 'disconnected' | 'lost', boot: string) =>
      inventory.heard(stateTopic, encode('machineState', { v: 1, s, boot, at: 0 })),
    qm1: () => {
      const found = inventory.machines().find((m) => m.id === 'qm1');
      assert.ok(found);
      return found as NonNullable<typeof found>;
    },
  };
}

const describe = (devices: object[], role = 'queue-machine') =>
  encode('machineDescription', {
    ...{ v: 1, role, version: '0.1.0', boot: newKey(), owner: 'Wang', devices },
  });
const status = (device: string, state: string, at = 0) =>
  encode('deviceStatus', {
    ...{ v: 1, device, kind: 'ticket-printer', state, code: 'PRN_PAPER_OUT', since: at },
    ...{ owner: 'Wang', detail: {} },
  });
const topic = (kind: 'machineDescription' | 'deviceStatus', device = ''): MachineTopic =>
  kind === 'deviceStatus'
    ? { kind, hall: 'h', dev: 'qm1', device }
    : { kind, hall: 'h', dev: 'qm1' };

test('every machine of the profile is there, also one that was never heard of', () => {
  const { inventory } = open();
  assert.equal(
    inventory.machines().map((m) => [m.id, m.state]),
    profile.machines.map((m) => [m.id, 'absent']),
  );
  assert.equal(inventory.machines()[0]?.owner, { name: 'Wang', phone: '110' });
});

test('birth, loss and return are seen, with since when', () => {
  const { clock, state, qm1 } = open();
  const boot = newKey();
  state('ready', boot);
  clock.now = 2000;
  state('lost', boot);
  assert.equal([qm1().state, qm1().since], ['lost', 2000]);
  clock.now = 3000;
  state('ready', boot);
  state('ready', boot);
  assert.equal([qm1().state, qm1().since], ['ready', 3000]);
});

test('the will of an older connection that comes late does not kill the living', () => {
  const { state, qm1 } = open();
  const [older, newer] = [newKey(), newKey()];
  state('ready', older);
  state('ready', newer);
  assert.not(state('lost', older));
  assert.not(state('disconnected', older));
  assert.is(qm1().state, 'ready');
  assert.ok(state('lost', newer));
  assert.is(qm1().state, 'lost');
});

test('a machine whose clock went back is heard all the same', () => {
  const { state, qm1 } = open();
  const [first, second] = [newKey(), newKey()];
  state('ready', second);
  state('ready', first);
  state('lost', first);
  assert.is(qm1().state, 'lost');
});

test('a loss kept by an outer broker is believed by a hall that saw no birth', () => {
  const { state, qm1 } = open();
  state('lost', newKey());
  assert.is(qm1().state, 'lost');
});

test('a name used by two programs shows, and stops showing', () => {
  const { clock, state, qm1 } = open();
  state('ready', newKey());
  state('ready', newKey());
  assert.not(qm1().contested);
  state('ready', newKey());
  assert.ok(qm1().contested);
  clock.now += inventoryLimits.contestedMs;
  assert.not(qm1().contested);
});

test('the devices of a machine are those it described, with their last status', () => {
  const { inventory, qm1 } = open();
  inventory.heard(topic('deviceStatus', 'printer'), status('printer', 'out'));
  inventory.heard(topic('deviceStatus', 'gone'), status('gone', 'ready'));
  inventory.heard(
    topic('machineDescription'),
    describe([
      { id: 'printer', kind: 'ticket-printer', driver: 'escpos' },
      { id: 'keypad', kind: 'keypad', driver: 'hid' },
    ]),
  );
  assert.equal(
    qm1().devices.map((d) => [d.id, d.status?.state]),
    [
      ['printer', 'out'],
      ['keypad', undefined],
    ],
  );
  assert.is(qm1().version, '0.1.0');
});

test('a machine can not fill the memory with devices', () => {
  const { inventory } = open();
  const heard = Array.from({ length: 100 }, (_, i) =>
    inventory.heard(topic('deviceStatus', `d${i}`), status(`d${i}`, 'ready')),
  );
  assert.is(heard.filter(Boolean).length, inventoryLimits.devicesMax);
});

test('a wrong shape, a wrong role and a stranger are told apart', () => {
  const { inventory, qm1 } = open();
  const changed: string[] = [];
  inventory.onChange((id) => changed.push(id));
  assert.not(inventory.heard(topic('deviceStatus', 'printer'), Buffer.from('{"state":"on fire"}')));
  assert.match(qm1().fault?.what ?? '', 'state: must be one of ready, attention');
  inventory.heard(topic('machineDescription'), describe([], 'display'));
  assert.match(qm1().fault?.what ?? '', 'runs as display, the hall profile says queue-machine');
  const stranger: MachineTopic = { kind: 'machineState', hall: 'h', dev: 'ghost' };
  assert.not(inventory.heard(stranger, Buffer.from('{}')));
  assert.equal(new Set(changed), new Set(['qm1']));
});

test.run();

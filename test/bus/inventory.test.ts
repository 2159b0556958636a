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

test('the status of a device that the machine has no more is stale; of another boot nothing follows', () => {
  const { inventory, state, qm1 } = open();
  const stale: string[] = [];
  inventory.onStale((machine, device) => stale.push(`${machine}/${device}`));
  const described = (boot: string, ...ids: string[]) => {
    const devices = ids.map((id) => ({ id, kind: 'ticket-printer', driver: 'escpos' }));
    const payload = { v: 1, role: 'queue-machine', version: '0.1.0', boot, owner: '', devices };
    inventory.heard(topic('machineDescription'), encode('machineDescription', payload));
  };
  const before = newKey();
  const boot = newKey();
  // As an outer broker hands it to a hall that has just started: in any order.
  inventory.heard(topic('deviceStatus', 'old'), status('old', 'out'));
  described(boot, 'printer');
  assert.equal(stale, [], 'whose boot it is, is not known yet');
  state('ready', boot);
  inventory.heard(topic('deviceStatus', 'printer'), status('printer', 'ready'));
  assert.equal(stale, ['qm1/old']);
  described(before, 'other');
  inventory.heard(topic('deviceStatus', 'older'), status('older', 'out'));
  assert.equal(stale, ['qm1/old'], 'the description of an earlier life');
  described(boot, 'printer');
  assert.equal(stale, ['qm1/old', 'qm1/older']);
  // The machine begins anew with fewer devices, and says nothing of the one that is gone.
  const later = newKey();
  state('ready', later);
  described(later);
  assert.equal(stale, ['qm1/old', 'qm1/older', 'qm1/printer']);
  described(later, 'printer');
  assert.equal(
    qm1().devices.map((d) => d.id),
    ['printer'],
  );
});

test('an emptied status is no fault', () => {
  const { inventory, qm1 } = open();
  inventory.heard(topic('deviceStatus', 'printer'), status('printer', 'out'));
  inventory.heard(topic('deviceStatus', 'printer'), new Uint8Array());
  assert.is(qm1().fault, null);
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

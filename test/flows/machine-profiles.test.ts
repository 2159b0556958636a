/** The profiles of the demonstration hall's machines: they are what technicians copy. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parse } from 'yaml';
import type { Role } from '../../broker-config/messages.ts';
import { check } from '../../broker-config/validate.ts';
import { drivers } from '../../devices/registry.ts';
import { HallProfile } from '../../kiosk-app/hall/queue/hall-profile.ts';
import { MachineProfile } from '../../kiosk-app/runtime/machine-profile.ts';
import { loadAnyMachineProfile, loadMachineProfile } from '../../kiosk-app/runtime/profile.ts';
import { tempDir } from '../harness/temp-dir.ts';

const root = new URL('../../profiles/', import.meta.url).pathname;
const hall = check(HallProfile, parse(readFileSync(`${root}halls/demo.yaml`, 'utf8')));
if (!hall.ok) throw new Error('the demonstration hall is broken');
const files = readdirSync(`${root}machines`).filter((f) => f.endsWith('.yaml'));
const text = (file: string) => readFileSync(`${root}machines/${file}`, 'utf8');
const roleIn = (file: string) => {
  const shape = check(MachineProfile, parse(text(file)));
  if (!shape.ok) throw new Error(`${file}: ${JSON.stringify(shape.faults)}`);
  return shape.value.role;
};
const load = (file: string) => loadMachineProfile(`${root}machines/${file}`, roleIn(file), drivers);

for (const file of files) {
  test(`${file} loads, is called like its machine and names its schema`, () => {
    const profile = load(file);
    assert.is(`${profile.machine}.yaml`, file);
    assert.is(profile.hall, hall.value.hall);
    assert.match(
      text(file),
      /^# yaml-language-server: \$schema=\.\.\/schemas\/machine\.schema\.json\n/,
    );
  });
}

test('every machine stands in the inventory, with its role and its owner', () => {
  for (const file of files) {
    const { machine, role, owner } = load(file);
    const listed = hall.value.machines.find((m) => m.id === machine);
    assert.is(listed?.role, role, machine);
    assert.equal(listed?.owner, owner, machine);
  }
});

test('every machine of a role that exists has its profile', () => {
  const roles: Role[] = ['hall', 'queue-machine', 'window', 'display', 'evaluation-pad'];
  for (const m of hall.value.machines.filter((m) => roles.includes(m.role))) {
    assert.ok(files.includes(`${m.id}.yaml`), m.id);
  }
});

test('queue machines offer what the hall has, on a ticket that exists', () => {
  const services = hall.value.services.map((s) => s.id);
  const groups = hall.value.groups.map((g) => g.id);
  for (const queue of files.map(load).flatMap((p) => p.queue_machine ?? [])) {
    for (const service of Object.values(queue.keys ?? {})) assert.ok(services.includes(service));
    for (const group of queue.groups ?? []) assert.ok(groups.includes(group));
    assert.ok(existsSync(`${root}tickets/${queue.ticket}.yaml`), queue.ticket);
  }
});

test('the examples of real machines load, and their signs and keys belong to this hall', () => {
  const examples = readdirSync(`${root}machines/examples`).sort();
  assert.equal(examples, ['hall-display.yaml', 'queue-machine.yaml', 'window-counter.yaml']);
  const services = hall.value.services.map((s) => s.id);
  for (const file of examples) {
    const profile = loadAnyMachineProfile(`${root}machines/examples/${file}`, drivers);
    for (const service of Object.values(profile.queue_machine?.keys ?? {})) {
      assert.ok(services.includes(service), service);
    }
    for (const window of Object.values(profile.display?.signs ?? {})) {
      assert.ok(
        hall.value.windows.some((w) => w.id === window),
        window,
      );
    }
  }
});

test('a device that a section names must be there and of its kind', () => {
  const file = join(tempDir('profiles'), 'window.yaml');
  const wrong = text('window-2.yaml').replace('sign: sign', 'sign: caller');
  writeFileSync(file, wrong);
  assert.throws(() => loadAnyMachineProfile(file, drivers), /window.sign must be a window-sign/);
  writeFileSync(file, text('window-2.yaml').replace('device: caller', 'device: nobody'));
  assert.throws(() => loadAnyMachineProfile(file, drivers), /must be the id of a device/);
});

test("everybody finds the hall's broker", () => {
  const server = load('hall.yaml').hall_server;
  assert.is(server?.profile, '../halls/demo.yaml');
  for (const { broker, role } of files.map(load)) {
    if (role === 'hall') continue;
    assert.is(Number(new URL(broker?.url ?? '').port), server?.embedded_broker?.port);
  }
});

test.run();

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Type } from '@sinclair/typebox';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { HallProfile } from '../../kiosk-app/hall/queue/hall-profile.ts';
import { RuntimeError } from '../../kiosk-app/runtime/errors.ts';
import { type Drivers, loadMachineProfile, overridden } from '../../kiosk-app/runtime/profile.ts';
import { nearest } from '../../kiosk-app/runtime/schema-faults.ts';
import { loadYaml, ProfileError } from '../../kiosk-app/runtime/yaml-file.ts';
import { tempDir } from '../harness/temp-dir.ts';

const dir = tempDir();
let files = 0;
function file(text: string): string {
  files += 1;
  const path = join(dir, `${files}.yaml`);
  writeFileSync(path, text);
  return path;
}

const drivers: Drivers = {
  'escpos-tcp': {
    kind: 'ticket-printer',
    options: Type.Object(
      { host: Type.String(), port: Type.Integer({ minimum: 1, maximum: 65535 }) },
      { additionalProperties: false },
    ),
  },
  'keypad-serial': {
    kind: 'keypad',
    options: Type.Object({ path: Type.String() }, { additionalProperties: false }),
  },
};

const good = `machine: qm-1
role: queue-machine
hall: demo
owner: { name: "张工", phone: "0371-1" }
broker:
  url: mqtt://127.0.0.1:1883
  credential_file: secret
screen: { port: 0 }
devices:
  - id: printer
    driver: escpos-tcp
    options: { host: 127.0.0.1, port: 9100 }
  - id: keys
    driver: keypad-serial
    options: { path: /dev/ttyUSB0 }
queue_machine:
  idle_s: 30
  result_s: 10
  printer: printer
  ticket: standard
`;

/** Faults of the text as `line:column path message`. */
function faultsOf(text: string): string[] {
  const path = file(text);
  try {
    loadMachineProfile(path, 'queue-machine', drivers);
  } catch (error) {
    assert.instance(error, ProfileError);
    for (const f of (error as ProfileError).faults) {
      assert.is(f.file, path);
      assert.ok((error as Error).message.includes(`${path}:${f.line}:${f.column}: `));
    }
    return (error as ProfileError).faults.map((f) =>
      `${f.line}:${f.column} ${f.path} ${f.message}`.trim(),
    );
  }
  return [];
}

test('a good profile is loaded as written', () => {
  const p = loadMachineProfile(file(good), 'queue-machine', drivers);
  assert.is(p.machine, 'qm-1');
  assert.equal(p.devices[1]?.options, { path: '/dev/ttyUSB0' });
});

test('every mistake of a file is told at once, each at its line', () => {
  const text = good
    .replace('machine: qm-1', 'machine: QM 1')
    .replace('  idle_s: 30', '  idle_s: 3')
    .replace('  result_s: 10', '  result_ss: 10');
  assert.equal(faultsOf(text), [
    '1:1 machine must match pattern "^[a-z0-9][a-z0-9-]{0,31}$" (found "QM 1")',
    '16:1 queue_machine.result_s is required',
    '17:3 queue_machine.idle_s must be >= 5 (found 3)',
    '18:3 queue_machine.result_ss is not known here; did you mean "result_s"? (found 10)',
  ]);
});

test('an unknown key that resembles nothing gets the list of known ones', () => {
  assert.equal(faultsOf(good.replace('screen: { port: 0 }', 'screen: { port: 0, colour: red }')), [
    '8:20 screen.colour is not known here; known: port, watched (found "red")',
  ]);
});

test('the options of a device are checked by the schema of its driver', () => {
  const text = good
    .replace('port: 9100', 'port: "9100", hosts: x')
    .replace('path: /dev', 'pth: /dev');
  assert.equal(faultsOf(text), [
    '12:33 devices[0].options.port must be integer (found "9100")',
    '12:47 devices[0].options.hosts is not known here; did you mean "host"? (found "x")',
    '15:5 devices[1].options.path is required',
    '15:16 devices[1].options.pth is not known here; did you mean "path"? (found "/dev/ttyUSB0")',
  ]);
});

test('a watched screen is the device `screen`: no other may be called so', () => {
  const watched = good.replace('screen: { port: 0 }', 'screen: { port: 0, watched: true }');
  assert.equal(faultsOf(watched), []);
  assert.equal(faultsOf(watched.replace('- id: printer', '- id: screen')).slice(0, 1), [
    '8:20 screen.watched must have no device "screen" beside it (found true)',
  ]);
});

test('an unknown driver is named with the one it resembles', () => {
  assert.equal(faultsOf(good.replace('driver: escpos-tcp', 'driver: escpos-tpc')), [
    '11:5 devices[0].driver is not a driver; did you mean "escpos-tcp"? (found "escpos-tpc")',
  ]);
  assert.match(
    faultsOf(good.replace('driver: escpos-tcp', 'driver: constructor'))[0] ?? '',
    'known: escpos-tcp, keypad-serial',
  );
});

test('a CA belongs to mqtts://: in the clear it would protect nothing', () => {
  const named = good.replace(
    'credential_file: secret',
    'credential_file: secret\n  ca_file: ca.crt',
  );
  assert.match(faultsOf(named)[0] ?? '', 'broker.ca_file needs a url that begins with mqtts://');
  assert.equal(faultsOf(named.replace('mqtt://', 'mqtts://')), []);
});

test('two devices of one id are refused', () => {
  assert.equal(faultsOf(good.replace('id: keys', 'id: printer')), [
    '13:5 devices[1].id must be unique on this machine, devices[0] has it too (found "printer")',
  ]);
});

test('the printer must be a device that prints', () => {
  assert.equal(faultsOf(good.replace('printer: printer', 'printer: prnter')), [
    '19:3 queue_machine.printer must be the id of a device of this machine: printer, keys (found "prnter")',
  ]);
  assert.equal(faultsOf(good.replace('printer: printer', 'printer: keys')), [
    '19:3 queue_machine.printer must be a ticket-printer, but that device is a keypad (found "keys")',
  ]);
});

test('a choice is explained by the branch that was meant', () => {
  assert.equal(faultsOf(good.replace('printer: printer', 'printer: 7')), [
    '19:3 queue_machine.printer must be string or null (found 7)',
  ]);
});

test('sections of another role are refused, the own one is required', () => {
  const text = good.replace(
    'queue_machine:\n',
    'display:\n  calls: 5\n  language: zh\nqueue_machines:\n',
  );
  const found = faultsOf(text);
  assert.match(found.join('\n'), 'did you mean "queue_machine"?');
  const swapped = good.replace(/queue_machine:[\s\S]*/, 'display: { calls: 5, language: zh }\n');
  assert.equal(faultsOf(swapped), [
    '1:1 queue_machine is required for the role queue-machine',
    '16:1 display belongs to the role display, but this is the profile of a queue-machine',
  ]);
});

test('a machine needs a broker', () => {
  const text = good.replace(/broker:[\s\S]*?secret\n/, '');
  assert.match(faultsOf(text)[0] ?? '', /^1:1 broker is required/);
});

test('the profile of another role is refused with the role it is for', () => {
  const path = file(good);
  assert.throws(
    () => loadMachineProfile(path, 'window', drivers),
    (e: unknown) =>
      e instanceof RuntimeError && e.code === 'CFG_ROLE' && /queue-machine/.test(e.message),
  );
});

test('text that is not YAML is refused at its line', () => {
  for (const text of ['machine: [1, 2\nrole: x\n', 'a: 1\n\tb: 2\n', 'machine: a\nmachine: b\n']) {
    const path = file(text);
    assert.throws(
      () => loadMachineProfile(path, 'window', drivers),
      (e: unknown) =>
        e instanceof ProfileError && e.code === 'CFG_SYNTAX' && e.message.includes(`${path}:`),
    );
  }
});

test('a file that is no YAML at all is told in a few short lines', () => {
  const prose = file(`# Heading\n\n${'a word: and another: | one\n- `two`\n'.repeat(300)}`);
  assert.throws(
    () => loadMachineProfile(prose, 'window', drivers),
    (e: unknown) => {
      const lines = e instanceof ProfileError ? e.message.split('\n') : [];
      return lines.length > 1 && lines.length <= 6 && lines.every((l) => l.length < 250);
    },
  );
});

test('a missing file that another one names is told with both', () => {
  const nowhere = join(dir, 'nowhere.yaml');
  assert.throws(
    () => loadYaml(HallProfile, nowhere, () => [], '/etc/xuhao/machines/hall.yaml'),
    (e: unknown) =>
      e instanceof RuntimeError &&
      e.message.includes(`${nowhere}, which /etc/xuhao/machines/hall.yaml names`),
  );
});

test('aliases that unfold without end are refused', () => {
  const bomb = `a: &a [x, x, x, x, x, x, x, x, x, x]\n${'bcdefg'
    .split('')
    .map((k, i) => `${k}: &${k} [${Array(10).fill(`*${'abcdef'[i]}`).join(', ')}]`)
    .join('\n')}\n`;
  const path = file(bomb);
  assert.throws(
    () => loadMachineProfile(path, 'window', drivers),
    (e: unknown) => e instanceof ProfileError && e.code === 'CFG_SYNTAX',
  );
});

test('empty and missing files have their sentence', () => {
  const empty = file('');
  assert.throws(
    () => loadMachineProfile(empty, 'window', drivers),
    (e: unknown) => e instanceof ProfileError && e.message.includes(`${empty}:1:1: must be object`),
  );
  assert.throws(
    () => loadMachineProfile(join(dir, 'nowhere.yaml'), 'window', drivers),
    (e: unknown) => e instanceof RuntimeError && e.code === 'CFG_FILE',
  );
});

test('a hall profile gets its own checks of sense at the right line', () => {
  const path = file(`hall: demo\nname: { zh: 大厅, en: Hall }\n`);
  assert.throws(
    () => loadYaml(HallProfile, path, () => []),
    (e: unknown) => e instanceof ProfileError && /services is required/.test(e.message),
  );
  const small = Type.Object({ windows: Type.Array(Type.Object({ id: Type.String() })) });
  const two = file('windows:\n  - id: w1\n  - id: w1\n');
  assert.throws(
    () => loadYaml(small, two, () => [{ pointer: '/windows/1/id', expected: 'is taken' }]),
    (e: unknown) =>
      e instanceof ProfileError && e.message.includes(`${two}:3:5: windows[1].id is taken`),
  );
});

test('a rule with a wrong kind lists the kinds, with a right one its own fields', () => {
  const schema = Type.Object({ missed: HallProfile.properties.rules.properties.missed });
  const wrong = file('missed: { kind: kepp, minutes: 3 }\n');
  assert.throws(
    () => loadYaml(schema, wrong, () => []),
    (e: unknown) =>
      e instanceof ProfileError &&
      e.faults.length === 1 &&
      e.message.includes('1:11: missed.kind must be one of void, tail, after, keep (found "kepp")'),
  );
  const right = file('missed: { kind: keep, minute: 3 }\n');
  assert.throws(
    () => loadYaml(schema, right, () => []),
    (e: unknown) =>
      e instanceof ProfileError &&
      e.faults.length === 2 &&
      e.message.includes('did you mean "minutes"') &&
      e.message.includes('missed.minutes is required'),
  );
});

test('a choice within a choice is explained by what was meant', () => {
  const kind = (k: string, more = {}) => Type.Object({ kind: Type.Literal(k), ...more });
  const turn = Type.Union([Type.Null(), Type.Object({ take: Type.Integer() })]);
  const schema = Type.Object({
    between: Type.Union([kind('strict'), kind('turns', { turns: Type.Array(turn) })]),
  });
  const path = file('between:\n  kind: turns\n  turns:\n    - null\n    - take: x\n');
  assert.throws(
    () => loadYaml(schema, path, () => []),
    (e: unknown) =>
      e instanceof ProfileError &&
      e.faults.length === 1 &&
      e.message.includes('5:7: between.turns[1].take must be integer (found "x")'),
  );
});

test('the command line overrides what the profile says, and nothing it does not have', () => {
  const text = good.replace('screen: { port: 0 }', 'screen: { port: 0, watched: true }');
  const p = loadMachineProfile(file(text), 'queue-machine', drivers);
  const o = overridden(p, { brokerUrl: 'mqtt://h:2', screenPort: 81 });
  assert.is(o.broker?.url, 'mqtt://h:2');
  assert.is(o.broker?.credential_file, 'secret');
  assert.equal(o.screen, { port: 81, watched: true });
  assert.is(p.broker?.url, 'mqtt://127.0.0.1:1883');
  assert.throws(
    () => overridden(p, { brokerPort: 1 }),
    (e: unknown) => e instanceof RuntimeError && e.code === 'CFG_USAGE',
  );
});

test('hints stay near: short words tolerate one letter, others two', () => {
  assert.is(nearest('prot', ['port', 'host']), undefined);
  assert.is(nearest('por', ['port']), 'port');
  assert.is(nearest('machien', ['machine', 'role']), 'machine');
  assert.is(nearest('xyzzy', ['machine', 'role']), undefined);
});

test.run();

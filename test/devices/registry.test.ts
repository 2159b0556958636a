import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type DeviceCode, DeviceError, deviceCodes } from '../../devices/codes.ts';
import { driverNames, drivers, isDriverName } from '../../devices/registry.ts';
import { en } from '../../devices/texts/en.ts';
import { zhCN } from '../../devices/texts/zh-CN.ts';
import { noLog } from '../harness/printer-bench.ts';
import { realClock } from '../harness/real-clock.ts';

const test = suite('devices: registry, codes, texts');
const root = join(import.meta.dirname, '..', '..');
const readme = readFileSync(join(root, 'devices', 'README.md'), 'utf8');
const codes = Object.keys(deviceCodes) as DeviceCode[];

test('the registry loads no driver and none of their libraries', () => {
  const program = `
    await import('./devices/registry.ts');
    const heavy = process.moduleLoadList.filter((m) => /NativeModule (net|tls)$/.test(m));
    const { createRequire } = await import('node:module');
    const loaded = Object.keys(createRequire(import.meta.url).cache);
    console.log(JSON.stringify([...heavy, ...loaded.filter((p) => /serialport|node-hid|thermal|iconv|sharp/.test(p))]));`;
  const out = execFileSync(process.execPath, ['--input-type=module', '-e', program], { cwd: root });
  assert.equal(JSON.parse(out.toString().trim().split('\n').at(-1) ?? ''), []);
});

test('wrong options are refused before any driver is loaded, with the place that is wrong', async () => {
  const context = {
    ...{ id: 'x', clock: realClock, log: noLog },
    ...{ status: () => undefined, event: () => undefined, lost: () => undefined },
    printerProfile: () => Promise.reject(new DeviceError('PRN_PROFILE', 'none')),
  };
  const wrong = { profile: 'generic-80', link: { via: 'tcp', host: '127.0.0.1', port: 0 } };
  for (const name of driverNames) {
    await drivers[name].open(wrong, context, AbortSignal.timeout(100)).then(
      () => assert.unreachable(),
      (error: unknown) => {
        assert.instance(error, DeviceError);
        assert.match(String(error), /DEV_OPTIONS: options of x: .*link/);
      },
    );
  }
  assert.ok(isDriverName('escpos'));
  assert.not.ok(isDriverName('toString'));
});

test('every code stands in the README’s table with its meaning, and no other does', () => {
  const rows = [...readme.matchAll(/^\| `([A-Z]{3}_[A-Z_]+)` *\| (.+?) *\|$/gm)];
  assert.equal(
    rows.map(([, code, meaning]) => `${code} ${meaning}`).sort(),
    Object.entries(deviceCodes)
      .map(([code, meaning]) => `${code} ${meaning}`)
      .sort(),
  );
});

test('every driver stands in the README’s table, and no other does', () => {
  const rows = [...readme.matchAll(/^\| `([a-z0-9-]+)` *\| ([a-z-]+) *\|/gm)];
  assert.equal(
    rows.map(([, name, kind]) => `${name} ${kind}`).sort(),
    driverNames.map((name) => `${name} ${drivers[name].kind}`).sort(),
  );
});

test('every code has a sentence in both languages; what concerns citizens concerns them in both', () => {
  for (const code of codes) {
    assert.match(zhCN[code].technician, /[\u4e00-\u9fff].*。$/u, code);
    assert.match(en[code].technician, /^[A-Z].*\.$/, code);
    // What is so, then what to do about it.
    if (code !== 'DEV_READY') {
      assert.match(zhCN[code].technician, /：|请/u, code);
      assert.match(en[code].technician, /: |\. [A-Z]/, code);
    }
    assert.is(zhCN[code].citizen === null, en[code].citizen === null, code);
    // Half-width marks within Chinese look like a typist's mistake on a screen.
    assert.not.match(zhCN[code].technician, /[\u4e00-\u9fff][,;:!?]/u, code);
  }
});

test('an error carries its code in its message, so that it survives any log', () => {
  assert.is(new DeviceError('DEV_CLOSED', 'tcp x').message, 'DEV_CLOSED: tcp x');
});

test.run();

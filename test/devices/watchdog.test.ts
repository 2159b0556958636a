import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DeviceError } from '../../devices/codes.ts';
import type { DeviceContext, DeviceStatus } from '../../devices/contract.ts';
import type { ProgramEnd, RunProgram } from '../../devices/transports/program.ts';
import { openHardwareWatchdog } from '../../devices/watchdog/hardware.ts';
import { openSystemdWatchdog, type ServiceEnvironment } from '../../devices/watchdog/systemd.ts';
import { noLog } from '../harness/printer-bench.ts';
import { realClock } from '../harness/real-clock.ts';
import { tempDir } from '../harness/temp-dir.ts';

const test = suite('watchdogs');
const never = new AbortController().signal;

function host() {
  const statuses: DeviceStatus[] = [];
  const context: DeviceContext = {
    ...{ id: 'dog', clock: realClock, log: noLog, event: () => undefined, lost: () => undefined },
    status: (s) => statuses.push(s),
    printerProfile: () => Promise.reject(new DeviceError('PRN_PROFILE', 'none')),
  };
  return { context, statuses, codes: () => statuses.map((s) => s.code) };
}

const exit: ProgramEnd = { end: 'exit', code: 0, stdout: Buffer.alloc(0), stderr: '' };
async function underSystemd(env: ServiceEnvironment, end: ProgramEnd = exit) {
  const said: string[][] = [];
  const run: RunProgram = async ({ command, args }) => {
    assert.is(command, 'systemd-notify');
    said.push([...args]);
    return end;
  };
  const h = host();
  const world = { env, pids: [100, 99], run };
  const options = { link: { via: 'systemd' } } as const;
  return { ...h, said, dog: await openSystemdWatchdog(options, h.context, never, world) };
}
const service = { NOTIFY_SOCKET: '@/run/x', WATCHDOG_USEC: '30000000', WATCHDOG_PID: '99' };

test('systemd is told at half of what it grants: ready once, alive each time, stopping at the end', async () => {
  const { dog, said, codes } = await underSystemd(service);
  assert.is(dog.feedEveryMs, 15_000);
  await dog.feed('3 devices, hall online');
  await dog.feed('two\nlines');
  await dog.close();
  assert.equal(said, [
    ['READY=1', 'WATCHDOG=1', 'STATUS=3 devices, hall online'],
    ['WATCHDOG=1', 'STATUS=two lines'],
    ['STOPPING=1'],
  ]);
  assert.equal(codes(), ['DEV_READY']);
});

test('nobody watches a process that systemd does not name: said, and nothing is sent', async () => {
  for (const env of [
    {},
    { ...service, WATCHDOG_USEC: undefined },
    { ...service, WATCHDOG_PID: '7' },
  ]) {
    const { dog, said, codes } = await underSystemd(env);
    await dog.feed('well');
    await dog.close();
    assert.equal(codes(), ['WDG_NO_SYSTEMD']);
    assert.equal(said, []);
  }
});

test('a word that could not be passed on is an error; a host that is not well is shown', async () => {
  const { dog, statuses } = await underSystemd(service, { end: 'missing' });
  const code = await dog.feed('x').then(
    () => '',
    (e: unknown) => (e instanceof DeviceError ? e.code : ''),
  );
  assert.is(code, 'DEV_PROGRAM_MISSING');
  dog.withheld('event loop late');
  assert.equal(statuses.at(-1), {
    ...{ state: 'out', code: 'WDG_WITHHELD', detail: { why: 'event loop late' } },
  });
  await dog.close();
});

function chip(bootstatus: string) {
  const dir = tempDir('watchdog');
  const path = join(dir, 'watchdog0');
  const sys = join(dir, 'sys');
  mkdirSync(join(sys, 'watchdog0'), { recursive: true });
  writeFileSync(path, 'untouched');
  for (const [name, text] of [
    ['bootstatus', bootstatus],
    ['identity', 'iTCO_wdt'],
    ['timeout', '30'],
  ] as const) {
    writeFileSync(join(sys, 'watchdog0', name), `${text}\n`);
  }
  const link = { via: 'watchdog', path } as const;
  return { sys, path, link, written: () => readFileSync(path, 'latin1') };
}

test('looking at a chip arms nothing: it is opened with the first feeding', async () => {
  const { link, sys, written } = chip('0');
  const h = host();
  const dog = await openHardwareWatchdog({ link, feed_s: 10 }, h.context, never, sys);
  assert.equal(await dog.selfTest?.('deep', never), [
    {
      step: 'watchdog-state',
      ok: true,
      code: 'DEV_READY',
      detail: { identity: 'iTCO_wdt', timeoutS: 30 },
    },
  ]);
  await dog.close();
  assert.is(written(), 'untouched');
});

test('each feeding writes a byte; an orderly end disarms it, unless the profile forbids', async () => {
  for (const magic of [true, false]) {
    const { link, sys, written } = chip('0');
    const options = { link, feed_s: 10, magic_close: magic };
    const dog = await openHardwareWatchdog(options, host().context, never, sys);
    await dog.feed('well');
    await dog.feed('well');
    assert.is(written(), 'KK');
    await dog.close();
    await dog.close();
    assert.is(written(), magic ? 'KKV' : 'KK');
    assert.match(String(await dog.feed('x').catch(String)), /DEV_CLOSED/);
  }
});

test('a machine that its watchdog restarted says so', async () => {
  const { link, sys } = chip('32');
  const h = host();
  const dog = await openHardwareWatchdog({ link, feed_s: 10 }, h.context, never, sys);
  assert.equal(h.codes(), ['WDG_LAST_RESET']);
  await dog.close();
});

test('no chip, no right to use it: coded errors', async () => {
  const link = { via: 'watchdog', path: '/dev/no-such-watchdog' } as const;
  const refused = await openHardwareWatchdog({ link, feed_s: 10 }, host().context, never).catch(
    String,
  );
  assert.match(String(refused), /DEV_NO_SUCH_PORT/);
});

test.run();

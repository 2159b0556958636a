/** The small parts of the embedded broker: framing watch, rate limit, seldom log, passwords. */

import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from 'aedes';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  credentialFile,
  openCredentials,
  provision,
  readSecret,
} from '../../broker-config/credentials.ts';
import { BusError } from '../../broker-config/errors.ts';
import { createHearers } from '../../kiosk-app/hall/hearers.ts';
import { packetGuard } from '../../kiosk-app/hall/packet-guard.ts';
import { createSeldom } from '../../kiosk-app/hall/seldom.ts';
import { createThrottle } from '../../kiosk-app/hall/throttle.ts';
import fc from '../harness/fc.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { VirtualClock } from '../harness/virtual-clock.ts';

/** Fixed header of a packet with a body of this size (MQTT 3.1.1, 2.2). */
function header(bodyBytes: number): Buffer {
  const length: number[] = [];
  let rest = bodyBytes;
  do {
    length.push((rest % 128) | (rest >= 128 ? 0x80 : 0));
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return Buffer.from([0x30, ...length]);
}
const packet = (bodyBytes: number) =>
  Buffer.concat([header(bodyBytes), Buffer.alloc(bodyBytes, 0xff)]);

test('packets up to the limit pass, however the bytes are cut into chunks', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 20 }),
      fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 50 }),
      (bodies, cuts) => {
        const stream = Buffer.concat(bodies.map(packet));
        const fits = packetGuard(300);
        for (let at = 0, i = 0; at < stream.length; i += 1) {
          const size = cuts[i % cuts.length] ?? 1;
          assert.ok(fits(stream.subarray(at, at + size)));
          at += size;
        }
      },
    ),
  );
});

test('a packet above the limit is seen in its header, before its body', () => {
  for (const body of [301, 20_000, 3_000_000, 268_435_455]) {
    const fits = packetGuard(300);
    assert.ok(fits(packet(300)));
    assert.not(
      [...header(body)].every((byte) => fits(Uint8Array.of(byte))),
      `${body}`,
    );
  }
});

test('a length of five bytes is no MQTT', () => {
  const fits = packetGuard(300_000_000);
  assert.not(fits(Uint8Array.of(0x30, 0x80, 0x80, 0x80, 0x80, 0x01)));
});

test('a sender above its rate waits in order and loses nothing', async () => {
  const clock = new VirtualClock();
  const throttle = createThrottle(clock, 100, 10);
  const passed: number[] = [];
  const at = Array.from({ length: 60 }, (_, i) => throttle.pass(() => passed.push(i)));
  assert.is(at.filter(Boolean).length, 10);
  assert.is(passed.length, 10);
  await clock.advance(250);
  assert.is(passed.length, 35);
  assert.not(
    throttle.pass(() => passed.push(60)),
    'nobody overtakes who waits',
  );
  await clock.advance(1000);
  assert.equal(
    passed,
    Array.from({ length: 61 }, (_, i) => i),
  );
  assert.is(clock.waiting, 0);
});

test('a throttle that is stopped forgets what waits and holds no timer', async () => {
  const clock = new VirtualClock();
  const throttle = createThrottle(clock, 10, 1);
  const passed: number[] = [];
  for (let i = 0; i < 5; i += 1) throttle.pass(() => passed.push(i));
  throttle.stop();
  assert.is(clock.waiting, 0);
  await clock.advance(10_000);
  assert.equal(passed, [0]);
});

test('a fault that repeats is written once per interval, with how often it was not', async () => {
  const clock = new VirtualClock();
  const written: Record<string, unknown>[] = [];
  const seldom = createSeldom(clock, 1000, (fields) => written.push(fields));
  for (let i = 0; i < 5; i += 1) seldom.write('a', { i }, '');
  seldom.write('b', { other: true }, '');
  await clock.advance(1000);
  seldom.write('a', { i: 5 }, '');
  assert.equal(written, [{ i: 0 }, { other: true }, { i: 5, unwritten: 4 }]);
});

test('each machine gets a secret of its own, kept when it is provisioned again', () => {
  const dir = tempDir('credentials');
  provision(dir, ['qm1', 'w1']);
  const first = readSecret(credentialFile(dir, 'qm1'));
  assert.is(statSync(credentialFile(dir, 'qm1')).mode & 0o777, 0o600);
  assert.is(statSync(join(dir, 'credentials.json')).mode & 0o777, 0o600);
  assert.not(readFileSync(join(dir, 'credentials.json'), 'utf8').includes(first));
  provision(dir, ['qm1', 'w1', 'd1']);
  assert.is(readSecret(credentialFile(dir, 'qm1')), first);

  const store = openCredentials(dir);
  assert.ok(store.verify('qm1', Buffer.from(first)));
  assert.not(store.verify('w1', Buffer.from(first)));
  assert.not(store.verify('nobody', Buffer.from(first)));
  assert.not(store.verify('qm1', undefined));
  assert.not(store.verify('constructor', undefined));
  assert.ok(store.verify('d1', Buffer.from(readSecret(credentialFile(dir, 'd1')))));
});

test('a machine that left the hall profile can no longer connect', () => {
  const dir = tempDir('credentials');
  provision(dir, ['qm1', 'w1']);
  const secret = Buffer.from(readSecret(credentialFile(dir, 'w1')));
  provision(dir, ['qm1']);
  assert.not(openCredentials(dir).verify('w1', secret));
});

test('a deleted secret is made anew; a damaged store is said to be', () => {
  const dir = tempDir('credentials');
  provision(dir, ['qm1']);
  const old = readSecret(credentialFile(dir, 'qm1'));
  rmSync(credentialFile(dir, 'qm1'));
  provision(dir, ['qm1']);
  assert.is.not(readSecret(credentialFile(dir, 'qm1')), old);

  const coded = (e: unknown) => e instanceof BusError && e.code === 'BUS_CREDENTIALS';
  writeFileSync(join(dir, 'credentials.json'), '{"v":1,"machines":{"qm1":"short"}}');
  assert.throws(() => openCredentials(dir), coded);
  assert.throws(() => openCredentials(join(dir, 'nowhere')), coded);
  const empty = join(dir, 'empty');
  mkdirSync(dir, { recursive: true });
  writeFileSync(empty, '\n');
  assert.throws(() => readSecret(empty), coded);
});

test('a machine without its password is told why, and where passwords come from', () => {
  assert.throws(
    () => readSecret(join(tempDir('credentials'), 'credential')),
    (e: unknown) =>
      e instanceof BusError && /ENOENT/.test(e.message) && e.message.includes('DATA/credentials/'),
  );
});

test('news reaches displays first, whoever subscribed first; who left hears nothing', () => {
  const hearers = createHearers(
    (topic) => topic === 'log',
    (id) => (id.startsWith('display') ? 'display' : 'window'),
  );
  const clients = ['window-1', 'display-1', 'window-2', 'display-2'].map(
    (id) => ({ id }) as Client,
  );
  for (const client of clients) hearers.subscribed(client, ['log', 'board']);
  const heard = () => hearers.of('log').map((c) => c.id);
  assert.equal(heard(), ['display-1', 'display-2', 'window-1', 'window-2']);
  assert.equal(hearers.of('board'), [], 'others are for the broker itself');
  const [window1, display1, window2] = clients;
  if (!window1 || !display1 || !window2) throw new Error('made above');
  hearers.subscribed(window1, ['log']);
  assert.is(heard().length, 4, 'twice is once');
  hearers.left(display1);
  hearers.unsubscribed(window2, ['log']);
  assert.equal(heard(), ['display-2', 'window-1']);
});

test.run();

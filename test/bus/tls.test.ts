/** The bus over TLS: a real Mosquitto with a certificate by a CA of our own. */
import { chmodSync, copyFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { stringify } from 'yaml';
import type { BusError } from '../../broker-config/errors.ts';
import { startHall } from '../../kiosk-app/hall/index.ts';
import { linkTrouble, readCa } from '../../kiosk-app/runtime/broker-tls.ts';
import { realClock } from '../../kiosk-app/runtime/clock.ts';
import { type MachineParts, startMachine } from '../../kiosk-app/runtime/compose.ts';
import { createLifecycle } from '../../kiosk-app/runtime/lifecycle.ts';
import type { MachineProfile } from '../../kiosk-app/runtime/machine-profile.ts';
import { memoryLog } from '../harness/memory-log.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { until } from '../harness/until.ts';
import { makeCa, type TestCa } from './certificates.ts';
import { profile as fixture, newKey } from './hall-fixture.ts';
import { waitMs } from './machine-client.ts';
import { asGenerated, type Mosquitto, startMosquitto } from './mosquitto.ts';

const test = suite('TLS');
const dir = tempDir('tls');
let ca: TestCa;
let stranger: TestCa;
let broker: Mosquitto;

test.before(async () => {
  ca = makeCa(dir, 'hall');
  stranger = makeCa(dir, 'stranger');
  const tls = ca.certify('broker', 'DNS:localhost,IP:127.0.0.1');
  // Mosquitto reads it as a user of its own.
  chmodSync(tls.keyFile, 0o644);
  broker = await startMosquitto(dir, { ...asGenerated, tls });
  const booked = { ...fixture.classes[0], id: 'booked', kind: 'appointment' };
  const whole = {
    ...fixture,
    classes: [...fixture.classes, booked],
    appointments: { ...fixture.appointments, class: 'booked' },
    windows: fixture.windows.map((w) => ({ ...w, services: [{ service: 'id-card', level: 1 }] })),
  };
  writeFileSync(join(dir, 'whole-hall.yaml'), stringify(whole));
});
test.after(() => broker.kill());

interface Wanted {
  ca: TestCa;
  host?: string;
  port?: number;
}

function profileOf(machine: string, role: MachineProfile['role'], w: Wanted): MachineProfile {
  const url = `mqtts://${w.host ?? '127.0.0.1'}:${w.port ?? broker.port}`;
  return {
    ...{ machine, role, hall: 'h', owner: { name: 'Wang', phone: '110' }, devices: [] },
    broker: { url, credential_file: `credentials/${machine}`, ca_file: basename(w.ca.file) },
    ...(role === 'hall' ? { hall_server: { profile: 'whole-hall.yaml' } } : {}),
  };
}

function world() {
  const log = memoryLog();
  const lifecycle = createLifecycle(realClock, log);
  return { log, lifecycle, connected: () => log.lines.some((l) => l.message.startsWith('conn')) };
}

/** The hall server, as its own profile composes it. */
async function hall(w: Wanted) {
  const { log, lifecycle, connected } = world();
  const profile = profileOf('server', 'hall', w);
  const profileFile = join(dir, 'machine.yaml');
  const parts = { profile, profileFile, dataDir: dir, program: 'test', clock: realClock };
  await startHall({ ...parts, log, lifecycle });
  return { log, connected, stop: () => lifecycle.stop('the test is over') };
}

/** A machine, as its own profile composes it; its role does nothing. */
async function machine(id: string, role: MachineProfile['role'], w: Wanted) {
  const { log, lifecycle, connected } = world();
  const dataDir = tempDir(id);
  copyFileSync(w.ca.file, join(dataDir, basename(w.ca.file)));
  const profile = profileOf(id, role, w);
  const secret = join(dir, 'credentials', id);
  profile.broker = { ...profile.broker, credential_file: secret } as MachineProfile['broker'] & {};
  const found: MachineParts[] = [];
  const options = { profileFile: join(dataDir, 'm.yaml'), dataDir, log, lifecycle, newHall: false };
  await startMachine(profile, options, async (parts) => {
    found.push(parts);
  });
  return { log, connected, parts: found[0], stop: () => lifecycle.stop('the test is over') };
}

const complaints = (log: ReturnType<typeof memoryLog>) =>
  log.lines.filter((l) => l.message === 'the broker can not be reached').map((l) => l.fields.why);

for (const host of ['127.0.0.1', 'localhost']) {
  test(`hall and machine meet on mqtts://${host}, as quickly as in the clear`, async () => {
    const server = await hall({ ca, host });
    const screen = await machine('screen', 'display', { ca, host });
    const link = screen.parts?.link;
    assert.ok(link);
    await until(() => link.online, waitMs, 'the hall over TLS');
    const times: number[] = [];
    for (let i = 0; i < 15; i += 1) {
      const began = performance.now();
      const answer = await link.request('snapshot', {}, { key: newKey(), deadlineMs: waitMs });
      times.push(performance.now() - began);
      assert.ok(answer.ok);
    }
    const median = times.sort((a, b) => a - b)[7] ?? Number.POSITIVE_INFINITY;
    // With Nagle's algorithm on either side it is 40.
    assert.ok(median < 20, `${median} ms`);
    await screen.stop();
    await server.stop();
  });
}

test('a broker whose certificate another CA has signed is refused, and the log says so', async () => {
  const wanted = { ca: stranger };
  const both = [await hall(wanted), await machine('screen', 'display', wanted)];
  for (const { log, connected, stop } of both) {
    const [why] = await until(
      () => complaints(log).length > 0 && complaints(log),
      waitMs,
      'a complaint',
    );
    assert.match(String(why), /not signed by the CA of broker.ca_file \([A-Z_]+: /);
    assert.not(connected());
    await stop();
  }
});

test('a certificate for another name is refused', async () => {
  const other = ca.certify('other', 'DNS:broker.example,IP:10.1.2.3');
  chmodSync(other.keyFile, 0o644);
  const elsewhere = tempDir('tls-other');
  const posing = await startMosquitto(elsewhere, { ...asGenerated, tls: other });
  const screen = await machine('screen', 'display', { ca, port: posing.port });
  await until(() => complaints(screen.log).length > 0, waitMs, 'a complaint');
  assert.match(String(complaints(screen.log)[0]), 'for another name than the one in broker.url');
  assert.not(screen.connected());
  await screen.stop();
  await posing.kill();
});

test('mqtts:// to a port in the clear never connects, and is told', async () => {
  const clear = await startMosquitto(tempDir('clear'), asGenerated);
  const screen = await machine('screen', 'display', { ca, port: clear.port });
  await until(() => complaints(screen.log).length > 0, waitMs, 'a complaint');
  assert.not(screen.connected());
  assert.match(String(complaints(screen.log)[0]), /TLS|ECONNRESET/);
  await screen.stop();
  await clear.kill();
});

test('a file that is no certificate stops the start with a code', () => {
  const refused = (content: string | null) => {
    const file = join(tempDir('ca'), 'ca.crt');
    if (content !== null) writeFileSync(file, content);
    try {
      readCa(file);
    } catch (error) {
      return [(error as BusError).code, (error as BusError).message];
    }
    return [];
  };
  assert.match(refused(null).join(' '), /^BUS_CA .*no such file/);
  assert.match(refused('-----BEGIN PRIVATE KEY-----\n').join(' '), /^BUS_CA .*no certificate/);
  const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
  assert.match(refused(broken).join(' '), /^BUS_CA .*certificate 1 is damaged/);
});

test('a certificate out of its time makes one think of the clock, too', () => {
  const expired = Object.assign(new Error('certificate has expired'), { code: 'CERT_HAS_EXPIRED' });
  assert.match(linkTrouble(expired), "this machine's clock is wrong");
  assert.is(linkTrouble(new Error('connect ECONNREFUSED')), 'connect ECONNREFUSED');
});

test.run();

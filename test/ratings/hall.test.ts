/**
 * The whole hall, as it is composed in earnest, between real machines on a real broker, a real phone
 * over HTTP, and a province over HTTP.
 */

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { credentialFile, readSecret } from '../../broker-config/credentials.ts';
import type { Board, PadSnapshot } from '../../broker-config/messages.ts';
import { topics } from '../../broker-config/topics.ts';
import { startHall } from '../../kiosk-app/hall/index.ts';
import { reportOf } from '../../kiosk-app/hall/ratings/figures.ts';
import { ratingsFile } from '../../kiosk-app/hall/ratings/setup.ts';
import { openRatingsDb } from '../../kiosk-app/hall/ratings/tables.ts';
import { verifyData } from '../../kiosk-app/hall/ratings/verify.ts';
import { realClock } from '../../kiosk-app/runtime/clock.ts';
import { createLifecycle } from '../../kiosk-app/runtime/lifecycle.ts';
import { standInFor, startStandIn } from '../../scripts/province-stand-in.ts';
import { profile as plainProfile } from '../bus/hall-fixture.ts';
import { type Machine, openMachine, waitMs } from '../bus/machine-client.ts';
import { memoryLog } from '../harness/memory-log.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { until } from '../harness/until.ts';
import { provinceOf } from './fixture.ts';

/** The promise about dead pads, from their last sign of life. */
const padAlarmMs = 15_000;
const secret = 'shared secret';

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function openHall(spoil: (dataDir: string) => void = () => {}) {
  const dir = tempDir('ratings-hall');
  const dataDir = join(dir, 'data');
  mkdirSync(dataDir);
  const [brokerPort, pagePort] = [await freePort(), await freePort()];
  const provinceFile = resolve(import.meta.dirname, '../../profiles/provinces/offline-report.yaml');
  const hall = {
    ...plainProfile,
    classes: [
      ...plainProfile.classes,
      {
        ...{ id: 'booked', name: { zh: '预约', en: '' } },
        ...{ kind: 'appointment', at_machine: false },
      },
    ],
    appointments: { ...plainProfile.appointments, class: 'booked' },
    windows: plainProfile.windows.slice(0, 1),
    evaluation: {
      ...{ invite_on_finish: true, within_min: 60, province: provinceFile },
      public_url: `http://127.0.0.1:${pagePort}`,
    },
  };
  writeFileSync(join(dir, 'hall.yaml'), JSON.stringify(hall));
  writeFileSync(join(dataDir, 'province.key'), secret);
  spoil(dataDir);
  const standIn = await startStandIn({
    ...standInFor(provinceOf('offline-report'), secret),
    ...{ port: 0, now: Date.now },
  });
  const log = memoryLog();
  const lifecycle = createLifecycle(realClock, log);
  const port = await startHall({
    profile: {
      ...{
        machine: 'server',
        role: 'hall',
        hall: 'h',
        owner: { name: 'x', phone: '1' },
        devices: [],
      },
      hall_server: {
        profile: 'hall.yaml',
        embedded_broker: { host: '127.0.0.1', port: brokerPort },
        phone_page: { host: '127.0.0.1', port: pagePort },
        province_url: standIn.url,
      },
    },
    ...{ profileFile: join(dir, 'server.yaml'), dataDir, program: 'test' },
    ...{ clock: realClock, log, lifecycle },
  });
  const open = async (id: string, ...filters: string[]): Promise<Machine> => {
    const password = readSecret(credentialFile(dataDir, id));
    const machine = await openMachine({
      port: brokerPort,
      id,
      password,
      options: { keepalive: 5 },
    });
    await machine.subscribe(topics.reply('h', id), ...filters);
    machine.birth();
    return machine;
  };
  return { open, port, standIn, dataDir, log, stop: () => lifecycle.stop('test') };
}

const last = <T>(m: Machine, topic: string): T | undefined => {
  const payload = m.on(topic).at(-1)?.payload;
  return payload === undefined ? undefined : (JSON.parse(payload.toString()) as T);
};

test('one star from a pad and five from a phone reach the province as such; a dead pad is seen; the chain is whole', async () => {
  const h = await openHall();
  const qm = await h.open('qm1');
  const win = await h.open('win1');
  const pad = await h.open('pad1', topics.padSnapshot('h', 'w1'));
  const screen = await h.open('screen', topics.board('h'));
  await win.ask('open', {});
  const serve = async () => {
    const taken = await qm.ask('take', { service: 'id-card', paper: false, source: 'touch' });
    for (const op of ['call-next', 'start', 'finish'] as const) await win.ask(op, {});
    if (!taken.ok) throw new Error(taken.refusal.code);
    return taken.result;
  };

  const first = await serve();
  const pending = await until(
    () => last<PadSnapshot>(pad, topics.padSnapshot('h', 'w1'))?.pending,
    waitMs,
    'the pad is asked',
  );
  assert.is(pending.ticket, first.ticket.id);
  assert.is(pending.qr, first.evaluateUrl);
  const rating = { labels: ['108'], text: '', channel: 'pad' as const, pressedAt: 0 };
  const pressed = { ...rating, ticket: first.ticket.id, level: 'very-dissatisfied' as const };
  assert.ok((await pad.ask('evaluate', pressed)).ok);
  const again = await pad.ask('evaluate', { ...pressed, level: 'very-satisfied', labels: [] });
  assert.is(again.ok ? '' : again.refusal.code, 'already-evaluated');

  const second = await serve();
  const url = second.evaluateUrl ?? '';
  const form = await (await fetch(url)).text();
  const key = /name="key" value="([^"]+)"/.exec(form)?.[1] ?? '';
  const send = () =>
    fetch(url, { method: 'POST', body: new URLSearchParams({ key, level: 'very-satisfied' }) });
  assert.is((await send()).status, 200);
  assert.is((await send()).status, 200, 'the same form once more has one effect');

  await until(() => h.standIn.received.length >= 2, waitMs, 'the province has them');
  assert.equal(
    h.standIn.received.map((r) => r.stars),
    ['★', '★★★★★'],
  );
  assert.equal(h.standIn.complaints, []);
  assert.is(h.log.lines.filter((l) => l.fields.code === 'HALL_BAD_RATING').length, 1);
  const lines = JSON.stringify(h.log.lines);
  assert.not.match(lines, /satisfied/, 'no level in any line of the log');
  assert.not.match(lines, new URL(url).pathname.slice(3), 'nor the right to evaluate');
  assert.not.match(lines, first.ticket.id);

  // Silence, as of a frozen process or a pulled cable: the link stands and nothing comes any more.
  const cut = performance.now();
  pad.socket.write = () => true;
  const alarm = await until(
    () => last<Board>(screen, topics.board('h'))?.alarms.find((a) => a.reason.code === 'pad-lost'),
    padAlarmMs,
    'the alarm',
  );
  assert.ok(performance.now() - cut < padAlarmMs);
  assert.match(alarm.reason.zh, 'Wang');
  assert.match(alarm.reason.zh, /\d{4}-\d\d-\d\d \d\d:\d\d/, 'read on the next morning, too');
  const back = await h.open('pad1');
  await until(
    () => last<Board>(screen, topics.board('h'))?.alarms.length === 0,
    waitMs,
    'it is over',
  );

  for (const m of [qm, win, back, screen]) await m.end();
  const { failed } = await h.stop();
  assert.equal(failed, []);
  await h.standIn.close();
  const found = verifyData(h.dataDir);
  assert.is(found.ok && found.records, 2);
  const db = openRatingsDb(ratingsFile(h.dataDir), 'reader');
  const { total } = reportOf(db, null, { from: '2000-01-01', to: '2999-12-31' }, '2026-01-01');
  db.close();
  assert.equal([total.services, total.rated, total.levels['very-dissatisfied']], [2, 2, 1]);
});

test('a damaged store and a missing key keep no hall from issuing numbers', async () => {
  const h = await openHall((dataDir) => {
    writeFileSync(ratingsFile(dataDir), 'this is no database, and long enough to be seen as none');
    rmSync(join(dataDir, 'province.key'));
  });
  const qm = await h.open('qm1');
  assert.ok((await qm.ask('take', { service: 'id-card', paper: false, source: 'touch' })).ok);
  assert.ok(h.log.lines.some((l) => l.fields.code === 'HALL_RATINGS'));
  await qm.end();
  assert.equal((await h.stop()).failed, []);
  await h.standIn.close();
});

test.run();

/**
 * The role as it is composed, on a real wire: driver, supervisor and spool are the real ones, the
 * printer at the far end is the virtual twin, the hall answers when the test says so.
 */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { drivers } from '../../devices/registry.ts';
import {
  loadPrinterProfile,
  printerProfileLoader,
} from '../../devices/ticket-printer/load-profile.ts';
import { createVirtualPrinter } from '../../devices/twins/virtual-printer.ts';
import { start } from '../../kiosk-app/queue-machine/index.ts';
import { realClock } from '../../kiosk-app/runtime/clock.ts';
import { superviseDevices } from '../../kiosk-app/runtime/device-supervisor.ts';
import { createLifecycle } from '../../kiosk-app/runtime/lifecycle.ts';
import type { MachineProfile } from '../../kiosk-app/runtime/machine-profile.ts';
import type { Screen } from '../../kiosk-app/runtime/ports.ts';
import { openSpool } from '../../kiosk-app/runtime/spool.ts';
import type { QueueAction, QueueScreen } from '../../kiosk-app/screens/contract.ts';
import { memoryLog } from '../harness/memory-log.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { until } from '../harness/until.ts';
import { countingKeys, FakeLink, FakeScreen, keyOf } from './fakes.ts';
import { takeResult, view } from './hall-data.ts';

const printers = new URL('../../profiles/printers', import.meta.url).pathname;
const tickets = new URL('../../profiles/tickets', import.meta.url).pathname;

let stop: () => Promise<unknown> = async () => {};
test.after.each(async () => {
  await stop();
});

async function machine(pace: 'instant' | 'profile') {
  const profile = loadPrinterProfile([printers], 'generic-80');
  const replies = { delayMs: 0, chunkBytesMax: 64 };
  const twin = createVirtualPrinter({
    ...{ profile, clock: realClock, pace, replies },
    ...{ paperMm: 50_000, lowBelowMm: 1_000 },
  });
  const wire = await twin.listenTcp({ host: '127.0.0.1', port: 0 });
  const log = memoryLog();
  const dataDir = tempDir();
  const spool = openSpool(dataDir, realClock, log);
  const own: MachineProfile = {
    machine: 'queue-1',
    role: 'queue-machine',
    hall: 'demo',
    owner: { name: '张工', phone: '1' },
    devices: [
      {
        id: 'printer',
        driver: 'escpos',
        options: { profile: 'generic-80', link: { via: 'tcp', ...wire } },
      },
    ],
    queue_machine: { idle_s: 30, result_s: 3, printer: 'printer', ticket: 'queue-ticket' },
  };
  const devices = superviseDevices({
    ...{ devices: own.devices, drivers, owner: '张工', clock: realClock, log },
    ...{ random: () => 0.5, printerProfile: printerProfileLoader([printers]) },
  });
  const lifecycle = createLifecycle(realClock, log);
  lifecycle.onStop('twin', () => twin.close());
  lifecycle.onStop('spool', () => spool.close());
  lifecycle.onStop('devices', () => devices.close());
  const link = new FakeLink(realClock, view());
  const screen = new FakeScreen<QueueScreen, QueueAction>();
  await start({
    ...{ profile: own, clock: realClock, log, makeKey: countingKeys(1000), link, spool, devices },
    lifecycle,
    dataDir,
    ticketFolders: [tickets],
    screen: async <S, A>() => screen as unknown as Screen<S, A>,
  });
  stop = () => lifecycle.stop('end of the test');
  let presses = 0;
  return {
    twin,
    log,
    spool,
    link,
    screen,
    ready: () => until(() => screen.now.obstacle === null, 5_000, 'the machine is ready'),
    obstacle: (kind: string) =>
      until(() => screen.now.obstacle?.kind === kind, 5_000, `obstacle ${kind}`),
    at: (at: string) => until(() => screen.now.step.at === at, 10_000, `at ${at}`),
    press() {
      presses += 1;
      screen.act({ do: 'take', service: 'pension', class: null, press: keyOf(presses) });
    },
  };
}

test('a press becomes paper, and the paper is confirmed', async () => {
  const m = await machine('instant');
  await m.ready();
  m.press();
  m.link.last().grant(takeResult('A001'));
  await m.at('done');
  const { step } = m.screen.now;
  assert.is(step.at === 'done' && step.paper, 'confirmed');
  assert.is(m.twin.tickets.length, 1);
  assert.match(m.twin.tickets[0]?.text ?? '', 'A001');
  assert.match(m.twin.tickets[0]?.text ?? '', '养老保险');
  assert.equal(m.twin.tickets[0]?.complaints, []);
  assert.equal(m.link.delivered[0]?.body, { ticket: '2026-11-22/A001', outcome: 'confirmed' });
  assert.equal(m.spool.jobs.unfinished(), []);
  const line = m.log.lines.find((l) => l.fields.event === 'ticket');
  assert.type(line?.fields.firstByteMs, 'number');
});

test('the plug is pulled while the paper comes: the number stays valid, nothing prints twice', async () => {
  const m = await machine('profile');
  await m.ready();
  m.press();
  m.link.last().grant(takeResult('A001'));
  await until(() => m.twin.state.bufferedBytes > 0, 5_000, 'bytes at the printer');
  await m.twin.pullPlug();
  await m.at('done');
  const { step } = m.screen.now;
  assert.is(step.at === 'done' && step.paper, 'uncertain');
  await until(() => m.link.delivered.length > 0, 20_000, 'told to the hall');
  assert.equal(m.link.delivered[0]?.body, { ticket: '2026-11-22/A001', outcome: 'uncertain' });
  m.screen.act({ do: 'home' });
  await m.obstacle('printer');
  await m.twin.putPlug();
  await m.ready();
  assert.is(m.twin.tickets.length, 0);
  m.press();
  m.link.last().grant(takeResult('A002'));
  await until(() => m.twin.tickets.length === 1, 10_000, 'the next ticket');
  assert.match(m.twin.tickets[0]?.text ?? '', 'A002');
});

test('without paper no number is asked for; with paper again all is well', async () => {
  const m = await machine('instant');
  await m.ready();
  m.twin.takePaper();
  await m.obstacle('printer');
  m.press();
  assert.is(m.link.asked.length, 0);
  assert.match(m.screen.now.obstacle?.because.zh ?? '', '没有纸');
  m.twin.loadPaper(50_000);
  await m.ready();
  m.press();
  assert.is(m.link.asked.length, 1);
});

test.run();

/**
 * A card or a code at the queue machine against the hall itself: flow, link, broker, sequencer and
 * journal are the real ones; only the reader's event, the printer and the glass are played.
 */

import { uuidv7 } from 'uuidv7';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { identitiesOf } from '../../broker-config/access.ts';
import {
  credentialFile,
  openCredentials,
  provision,
  readSecret,
} from '../../broker-config/credentials.ts';
import { tokeniser } from '../../devices/id-card-reader/person.ts';
import { brokerLimits, createEmbeddedBroker } from '../../kiosk-app/hall/broker.ts';
import type { SubmittedRequest } from '../../kiosk-app/hall/contract.ts';
import { createHallPort } from '../../kiosk-app/hall/hall.ts';
import { noFaults, openJournal } from '../../kiosk-app/hall/journal/index.ts';
import {
  type BookBody,
  compileRules,
  type HallProfile,
  hallDev,
} from '../../kiosk-app/hall/queue/index.ts';
import { createSequencer, sequencerLimits } from '../../kiosk-app/hall/sequencer.ts';
import { createViews } from '../../kiosk-app/hall/views.ts';
import { runQueueMachine } from '../../kiosk-app/queue-machine/flow.ts';
import { pressLog } from '../../kiosk-app/queue-machine/press-log.ts';
import { realClock } from '../../kiosk-app/runtime/clock.ts';
import { hallLink } from '../../kiosk-app/runtime/hall-link.ts';
import { mqttLink, streamTo } from '../../kiosk-app/runtime/mqtt-link.ts';
import type { Clock } from '../../kiosk-app/runtime/ports.ts';
import { openSpool } from '../../kiosk-app/runtime/spool.ts';
import type { QueueAction, QueueScreen, QueueStep } from '../../kiosk-app/screens/contract.ts';
import { profile as hallProfile, newKey } from '../bus/hall-fixture.ts';
import { memoryLog } from '../harness/memory-log.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { until } from '../harness/until.ts';
import { FakeDevices, FakeScreen } from './fakes.ts';
import { config } from './queue-rig.ts';

const test = suite('an appointment at the queue machine, in a real hall');
const waitMs = 10_000;
const minute = 60_000;
/** Monday 2026-11-23, 10:00 in the hall: no test runs over the border of a business day. */
const monday10 = Date.UTC(2026, 10, 23, 2);

/** From 30 min before its slot begins to 30 min after that. */
const profile: HallProfile = {
  ...hallProfile,
  classes: [
    ...hallProfile.classes,
    {
      id: 'booked',
      name: { zh: '预约', en: 'appointment' },
      kind: 'appointment',
      at_machine: false,
    },
  ],
  appointments: { class: 'booked', early_min: 30, late_min: 30, late: 'refuse' },
};
/** What the reader makes of a number; the booking office does the same with the same key. */
const token = tokeniser(Buffer.alloc(32, 7), 'hmac-sha256')('000000199001010018');
const stranger = tokeniser(Buffer.alloc(32, 7), 'hmac-sha256')('00000019850615002X');

async function openHall(clock: Clock) {
  const dir = tempDir('hall');
  const log = memoryLog();
  provision(
    dir,
    profile.machines.map((m) => m.id),
  );
  const rules = compileRules(profile);
  const journal = openJournal({
    dir,
    clock,
    log,
    program: 'test',
    logBytes: 0,
    faultPoint: noFaults,
  });
  const soon = (f: () => void) => void setImmediate(f);
  const limits = sequencerLimits;
  const sequencer = createSequencer({ journal, rules, clock, log, limits, defer: soon });
  const bus = await createEmbeddedBroker({
    ...{ host: '127.0.0.1', port: 0, clock, log, limits: brokerLimits },
    identities: identitiesOf(profile),
    credentials: openCredentials(dir),
  });
  const hall = createHallPort({
    ...{ profile, bus, sequencer, views: createViews(sequencer, rules), clock, log, soon },
    ...{ boot: newKey(), seq: journal.head },
  });
  await hall.start();
  return {
    port: bus.port,
    dir,
    /** As whoever brings the appointments into the hall does. */
    book(body: BookBody): Promise<boolean> {
      const request: SubmittedRequest = {
        ...{ op: 'book', dev: hallDev, key: newKey(), body },
        ...{ epoch: sequencer.epoch, receivedMono: clock.mono() },
      };
      return new Promise((resolve) => sequencer.submit(request, (answer) => resolve(answer.ok)));
    },
    booking: (code: string) => sequencer.state?.bookings.get(code),
    tickets: () => [...(sequencer.state?.tickets.values() ?? [])],
    async close() {
      await sequencer.stop();
      await hall.stop();
      journal.close();
    },
  };
}

async function rig() {
  const shift = monday10 - Date.now();
  const clock: Clock = { ...realClock, now: () => Date.now() + shift };
  const hall = await openHall(clock);
  const log = memoryLog();
  const parts = { hall: 'h', machine: 'qm1', clock, log, random: () => 0.5 };
  const bus = mqttLink({
    ...parts,
    boot: uuidv7(),
    password: readSecret(credentialFile(hall.dir, 'qm1')),
    connect: streamTo(`mqtt://127.0.0.1:${hall.port}`),
  });
  const spool = openSpool(tempDir('qm1'), clock, log);
  const link = hallLink({ ...parts, role: 'queue-machine', bus, spool, makeKey: uuidv7 });
  const devices = new FakeDevices();
  const screen = new FakeScreen<QueueScreen, QueueAction>();
  const flow = runQueueMachine(
    {
      ...{ clock, log, makeKey: uuidv7, link, jobs: spool.jobs, devices, screen, printer: null },
      document: () => ({ title: '', blocks: [] }),
      reprint: () => ({ title: '', blocks: [] }),
      presses: pressLog(log, false),
      citizenText: (code) => ({ zh: code, en: code }),
    },
    { ...config, machine: 'qm1', printer: false, reads: { card: true, code: true }, keys: {} },
  );
  link.begin();
  await until(
    () => screen.now.obstacle === null && screen.now.groups.length > 0,
    waitMs,
    'the hall is there',
  );
  return {
    hall,
    screen,
    card: (personToken: string) =>
      devices.tell('reader', {
        ...{ type: 'card', card: { cardType: 'citizen', maskedName: '测**', personToken } },
      }),
    scan: (text: string) => devices.tell('scanner', { type: 'scan', text }),
    async step<At extends QueueStep['at']>(at: At): Promise<Extract<QueueStep, { at: At }>> {
      await until(() => screen.now.step.at === at, waitMs, at);
      return screen.now.step as Extract<QueueStep, { at: At }>;
    },
    async close() {
      await flow.stop();
      link.close();
      await bus.close();
      await hall.close();
      spool.close();
    },
  };
}

let m: Awaited<ReturnType<typeof rig>>;
test.before.each(async () => {
  m = await rig();
});
test.after.each(() => m.close());

/** An appointment whose slot begins `inMin` from now; `person` left out: by its code alone. */
async function book(code: string, inMin: number, person?: string): Promise<void> {
  const slotStart = monday10 + inMin * minute;
  const slot = { slotStart, slotEnd: slotStart + 60 * minute };
  const who = person === undefined ? {} : { person };
  assert.ok(await m.hall.book({ code, service: 'id-card', ...slot, ...who }), 'booked');
}

test('in its slot a card alone makes the appointment’s number; a second time it names that number', async () => {
  await book('YY-1', 0, token);
  m.card(token);
  const { number } = await m.step('done');
  assert.is(number, 'A001');
  assert.is(m.hall.booking('YY-1')?.state, 'used');
  assert.equal(
    m.hall.tickets().map((t) => [t.number, t.class]),
    [['A001', 'booked']],
  );
  m.screen.act({ do: 'home' });
  m.card(token);
  assert.match((await m.step('failed')).because.zh, /A001/, 'whoever lost the paper learns it');
  assert.is(m.hall.tickets().length, 1, 'and there is no second one');
});

test('in its slot a scanned code makes the number, as text or as the booking page’s link; not twice', async () => {
  await book('YY-20261123-7', 10);
  await book('YY-20261123-8', -20);
  m.scan('YY-20261123-7\r\n');
  assert.is((await m.step('done')).number, 'A001');
  m.screen.act({ do: 'home' });
  m.scan('https://yy.example.gov.cn/q?code=YY-20261123-8');
  assert.is((await m.step('done')).number, 'A002');
  m.screen.act({ do: 'home' });
  m.scan('YY-20261123-7');
  assert.match((await m.step('failed')).because.zh, /A001/);
  assert.is(m.hall.tickets().length, 2);
});

test('too early says from when, by card and by code; the appointment stays', async () => {
  await book('YY-2', 120, token);
  m.card(token);
  assert.match((await m.step('failed')).because.zh, /11:30/);
  m.screen.act({ do: 'home' });
  m.scan('YY-2');
  assert.match((await m.step('failed')).because.zh, /11:30/);
  assert.is(m.hall.booking('YY-2')?.state, 'booked');
  assert.is(m.hall.tickets().length, 0);
});

test('too late says which slot it was, by card and by code', async () => {
  await book('YY-3', -40, token);
  m.card(token);
  assert.match((await m.step('failed')).because.zh, /09:20/);
  m.screen.act({ do: 'home' });
  m.scan('YY-3');
  assert.match((await m.step('failed')).because.zh, /09:20/);
  assert.is(m.hall.tickets().length, 0);
});

test('a card without an appointment opens the services; a code nobody booked is told', async () => {
  await book('YY-4', 0, token);
  m.card(stranger);
  await until(() => m.screen.now.visitor !== null && m.screen.now.step.at === 'choose', waitMs);
  assert.equal(m.screen.now.visitor, { masked: '测**' });
  m.scan('YY-NOBODY');
  assert.match((await m.step('failed')).because.zh, /没有找到您的预约/);
  assert.is(m.hall.booking('YY-4')?.state, 'booked', 'somebody else’s is untouched');
});

test.run();

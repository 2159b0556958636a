/** The whole hall, journal included, on its own broker: does it say what the contract promises? */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { identitiesOf } from '../../broker-config/access.ts';
import type { messageSchemas } from '../../broker-config/channels.ts';
import { decode, decodeAnswer, decodeCommand } from '../../broker-config/codec.ts';
import {
  credentialFile,
  openCredentials,
  provision,
  readSecret,
} from '../../broker-config/credentials.ts';
import type { LogEntry, RequestBody, RequestOp } from '../../broker-config/messages.ts';
import { parseTopic, topics } from '../../broker-config/topics.ts';
import { faultLine } from '../../broker-config/validate.ts';
import { brokerLimits, createEmbeddedBroker } from '../../kiosk-app/hall/broker.ts';
import { createHallPort } from '../../kiosk-app/hall/hall.ts';
import { noFaults, openJournal } from '../../kiosk-app/hall/journal/index.ts';
import { compileRules } from '../../kiosk-app/hall/queue/index.ts';
import { createSequencer, sequencerLimits } from '../../kiosk-app/hall/sequencer.ts';
import { createViews } from '../../kiosk-app/hall/views.ts';
import { realClock } from '../../kiosk-app/runtime/clock.ts';
import { memoryLog } from '../harness/memory-log.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { until } from '../harness/until.ts';
import { newKey, profile } from './hall-fixture.ts';
import { type Machine, openMachine, waitMs } from './machine-client.ts';

async function openRealHall() {
  const dir = tempDir('hall');
  const log = memoryLog();
  provision(
    dir,
    profile.machines.map((m) => m.id),
  );
  const clock = realClock;
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
  const views = createViews(sequencer, rules);
  const hall = createHallPort({
    ...{ profile, bus, sequencer, views, clock, log, soon },
    ...{ boot: newKey(), seq: journal.head },
  });
  await hall.start();
  const machines: Machine[] = [];
  return {
    hall,
    log,
    open: async (id: string, ...filters: string[]) => {
      const password = readSecret(credentialFile(dir, id));
      const machine = await openMachine({ port: bus.port, id, password });
      machines.push(machine);
      await machine.subscribe(topics.reply('h', id), ...filters);
      return machine;
    },
    close: async () => {
      for (const machine of machines) machine.kill();
      await sequencer.stop();
      await hall.stop();
      journal.close();
    },
  };
}

/** Asks and expects to be granted, with a result of the right shape. */
async function granted<Op extends RequestOp>(m: Machine, op: Op, body: RequestBody<Op>) {
  const answer = await m.ask(op, body);
  const checked = decodeAnswer(op, Buffer.from(JSON.stringify(answer)));
  if (!checked.ok) throw new Error(`${op}: ${faultLine(checked.faults)}`);
  if (!checked.value.ok) throw new Error(`${op}: ${checked.value.refusal.code}`);
  return checked.value.result;
}

/** Every message that reached these machines, wrong ones named. */
function wrongMessages(machines: readonly Machine[]): string[] {
  return machines.flatMap((m) =>
    m.received.flatMap(({ topic, payload }) => {
      const kind = parseTopic(topic)?.kind;
      if (kind === 'machineCommand') return decodeCommand('invite', payload).ok ? [] : [topic];
      if (kind === undefined || kind === 'request') return [topic];
      const decoded = decode(kind as keyof typeof messageSchemas, payload);
      return decoded.ok ? [] : [`${topic} ${faultLine(decoded.faults)}`];
    }),
  );
}

test('from the number to the evaluation, every message has the shape its topic promises', async () => {
  const h = await openRealHall();
  const { board, directory, hallState, log, windowSnapshot } = topics;
  const screen = await h.open('screen', hallState('h'), board('h'), directory('h'), log('h'));
  const win1 = await h.open('win1', windowSnapshot('h', 'w1'));
  const pad1 = await h.open('pad1', 'hall/h/v1/dev/pad1/cmd/+');
  const qm1 = await h.open('qm1');

  const { ticket } = await granted(qm1, 'take', {
    ...{ service: 'id-card', paper: true, source: 'touch' },
  });
  await granted(qm1, 'confirm-printed', { ticket: ticket.id, outcome: 'confirmed' });
  await granted(win1, 'open', {});
  await granted(win1, 'call-next', {});
  await granted(win1, 'recall', {}).catch(() => undefined);
  await granted(win1, 'start', {});
  await granted(win1, 'finish', {});
  const invited = await until(
    () => pad1.on(topics.machineCommand('h', 'pad1', 'invite'))[0],
    waitMs,
  );
  assert.match(invited.payload.toString(), ticket.number);
  await granted(pad1, 'evaluate', {
    ...{ ticket: ticket.id, level: 'satisfied', labels: [], text: '', channel: 'pad' },
    pressedAt: 0,
  });
  await granted(screen, 'snapshot', {});
  await granted(win1, 'snapshot', {});

  const entries = () =>
    screen.on(topics.log('h')).map((r) => JSON.parse(r.payload.toString()) as LogEntry);
  await until(() => entries().some((e) => e.calls.length > 0), waitMs, 'the call');
  await until(() => win1.on(windowSnapshot('h', 'w1')).length > 3, waitMs, 'window snapshots');
  assert.equal(wrongMessages([screen, win1, pad1, qm1]), []);
  // No gap: each entry begins where the one before ended.
  const all = entries();
  for (let i = 1; i < all.length; i += 1) assert.is(all[i]?.prev, all[i - 1]?.seq);
  assert.is(h.log.lines.filter((l) => l.level === 'error').length, 0);
  await h.close();
});

test.run();

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { BusError } from '../../broker-config/errors.ts';
import { runQueueMachine, stopWaitMs } from '../../kiosk-app/queue-machine/flow.ts';
import { insistLimits } from '../../kiosk-app/queue-machine/insist.ts';
import { pressLog } from '../../kiosk-app/queue-machine/press-log.ts';
import type { QueueConfig } from '../../kiosk-app/queue-machine/state.ts';
import { queueLimits } from '../../kiosk-app/queue-machine/state.ts';
import type { HallView } from '../../kiosk-app/runtime/ports.ts';
import type { QueueAction, QueueScreen, QueueStep } from '../../kiosk-app/screens/contract.ts';
import { memoryLog } from '../harness/memory-log.ts';
import { VirtualClock } from '../harness/virtual-clock.ts';
import {
  countingKeys,
  FakeDevices,
  FakeJobs,
  FakeLink,
  FakePrinter,
  FakeScreen,
  granted,
  keyOf,
} from './fakes.ts';
import { board, boardService, reason, t0, takeResult, ticket, view } from './hall-data.ts';

const config: QueueConfig = {
  machine: 'queue-1',
  owner: { name: '王工', phone: '010-1' },
  groups: null,
  idleS: 30,
  resultS: 8,
  printer: true,
  keys: { '1': 'pension', '2': 'medical' },
};

function machine(o: { config?: Partial<QueueConfig>; view?: HallView; jobs?: FakeJobs } = {}) {
  const clock = new VirtualClock(t0);
  const link = new FakeLink(clock, o.view ?? view());
  const printer = new FakePrinter(clock);
  const devices = new FakeDevices();
  devices.printer = printer;
  const jobs = o.jobs ?? new FakeJobs();
  const screen = new FakeScreen<QueueScreen, QueueAction>();
  const log = memoryLog();
  const own = { ...config, ...o.config };
  const flow = runQueueMachine(
    {
      clock,
      log,
      makeKey: countingKeys(1000),
      link,
      jobs: jobs.port,
      devices,
      screen,
      printer: own.printer ? 'printer' : null,
      document: (f) => ({ title: f.number, blocks: [{ type: 'number', text: f.number }] }),
      presses: pressLog(log, own.printer),
    },
    own,
  );
  let presses = 0;
  return {
    clock,
    link,
    printer,
    devices,
    jobs,
    screen,
    log,
    flow,
    take(service = 'pension', press?: number, cls: string | null = null) {
      presses += 1;
      screen.act({ do: 'take', service, class: cls, press: keyOf(press ?? presses) });
    },
    settle: () => clock.advance(0),
    step<At extends QueueStep['at']>(at: At): Extract<QueueStep, { at: At }> {
      const { step } = screen.now;
      if (step.at !== at) throw new Error(`at ${step.at}, not ${at}`);
      return step as Extract<QueueStep, { at: At }>;
    },
  };
}
type Machine = ReturnType<typeof machine>;

async function issue(m: Machine, number = 'A001'): Promise<void> {
  m.take();
  m.link.last().grant(takeResult(number));
  await m.settle();
}
async function printOut(m: Machine, number = 'A001'): Promise<void> {
  await issue(m, number);
  m.printer.last().send();
  m.printer.last().end({ outcome: 'confirmed' });
  await m.settle();
}

const press = suite('one press, one ticket');

press(
  'the whole way: asked, answered, printed, told to the hall, shown, back to the start',
  async () => {
    const m = machine();
    assert.is(m.step('choose').at, 'choose');
    m.take('pension', 7, 'senior');
    assert.equal(m.link.last().body, {
      service: 'pension',
      class: 'senior',
      paper: true,
      source: 'touch',
    });
    assert.is(m.link.last().key, keyOf(7));
    assert.is(m.step('working').what, 'issuing');
    assert.is(m.printer.jobs.length, 0, 'nothing is printed before the answer');
    m.link.last().grant(takeResult('A001'));
    await m.settle();
    assert.is(m.step('working').what, 'printing');
    assert.is(m.step('working').number, 'A001');
    m.printer.last().send();
    m.printer.last().end({ outcome: 'confirmed' });
    await m.settle();
    const done = m.step('done');
    assert.is(done.number, 'A001');
    assert.equal(done.windows, ['1', '2']);
    assert.is(done.paper, 'confirmed');
    assert.equal(
      m.link.delivered.map((d) => [d.op, d.body]),
      [['confirm-printed', { ticket: '2026-11-22/A001', outcome: 'confirmed' }]],
    );
    assert.equal(m.jobs.history, [
      '2026-11-22/A001 queued',
      '2026-11-22/A001 sending',
      '2026-11-22/A001 confirmed',
    ]);
    await m.clock.advance(8_000);
    assert.is(m.step('choose').at, 'choose');
  },
);

press('the printer gets the ticket in the very turn of the answer', async () => {
  const m = machine();
  m.take();
  m.link.last().grant(takeResult('A001'));
  // One microtask carries the answer out of its promise; no timer, no turn of the event loop.
  await Promise.resolve();
  assert.is(m.printer.jobs.length, 1);
});

press('taps while a number is being made are no further presses', async () => {
  const m = machine();
  m.take();
  m.take();
  m.take('medical');
  assert.is(m.link.asked.length, 1);
  m.link.last().grant(takeResult('A001'));
  await m.settle();
  m.take();
  m.printer.last().send();
  m.take();
  m.printer.last().end({ outcome: 'confirmed' });
  await m.settle();
  m.take();
  assert.is(m.link.asked.length, 1);
  assert.is(m.printer.jobs.length, 1);
});

press('a press key that comes again later gives no second ticket', async () => {
  const m = machine();
  await printOut(m);
  m.screen.act({ do: 'home' });
  assert.is(m.step('choose').at, 'choose');
  m.take('pension', 1);
  assert.is(m.link.asked.length, 1);
  m.take('pension', 2);
  assert.is(m.link.asked.length, 2);
});

press('home does not run away from a number being made', async () => {
  const m = machine();
  m.take();
  m.screen.act({ do: 'home' });
  assert.is(m.step('working').at, 'working');
});

press('without a printer the number itself is the result, large and kept in mind', async () => {
  const m = machine({ config: { printer: false } });
  m.take();
  assert.is((m.link.last().body as { paper: boolean }).paper, false);
  m.link.last().grant(takeResult('A007', { state: 'waiting' }));
  await m.settle();
  const done = m.step('done');
  assert.is(done.paper, 'none');
  assert.match(done.note?.zh ?? '', 'A007');
  assert.match(done.note?.en ?? '', 'A007');
  assert.is(m.printer.jobs.length, 0);
  assert.equal(m.link.delivered, []);
});

press('a service that is not offered here is not asked for', () => {
  const m = machine({ config: { groups: ['property'] } });
  m.take('pension');
  assert.is(m.link.asked.length, 0);
  assert.equal(
    m.screen.now.groups.map((g) => g.id),
    ['property'],
  );
});

press('the stages of a press are logged and summed up at the end', async () => {
  const m = machine();
  m.take();
  await m.clock.advance(1);
  m.link.last().grant(takeResult('A001'));
  await m.settle();
  m.printer.last().send();
  await m.clock.advance(500);
  m.printer.last().end({ outcome: 'confirmed' });
  await m.settle();
  const line = m.log.lines.find((l) => l.fields.event === 'ticket');
  assert.is(line?.fields.number, 'A001');
  assert.is(line?.fields.answeredMs, 1);
  assert.is(line?.fields.firstByteMs, 1);
  assert.is(line?.fields.paperMs, 501);
  assert.is(line?.fields.hallMs, 0.4);
  await m.flow.stop();
  const budget = m.log.lines.find((l) => l.fields.event === 'budget');
  assert.equal(budget?.fields.firstByteMs, { p50: 1, p99: 1 });
});
press.run();

const paper = suite('paper');

paper('a printer with nothing else to do costs one commit before the first byte', async () => {
  const m = machine();
  m.printer.idle = true;
  await issue(m);
  assert.equal(m.jobs.history, ['2026-11-22/A001 sending']);
  m.printer.last().end({ outcome: 'confirmed' });
  await m.settle();
  assert.is(m.step('done').paper, 'confirmed');
});

paper("the hall's message is safe in the outbox before the job is closed", async () => {
  const m = machine();
  await issue(m);
  const states: unknown[] = [];
  const deliver = m.link.deliver;
  m.link.deliver = (op, body, key) => {
    states.push(m.jobs.port.get('2026-11-22/A001')?.state);
    deliver.call(m.link, op, body, key);
  };
  m.printer.last().send();
  m.printer.last().end({ outcome: 'confirmed' });
  await m.settle();
  assert.equal(states, ['sending']);
  assert.is(m.jobs.port.get('2026-11-22/A001')?.state, 'confirmed');
});

paper('uncertain: the number stays valid and the citizen is told to remember it', async () => {
  const m = machine();
  await issue(m);
  m.printer.last().send();
  m.printer.last().end({ outcome: 'uncertain', code: 'PRN_NO_TOKEN' });
  await m.settle();
  const done = m.step('done');
  assert.is(done.paper, 'uncertain');
  assert.match(done.note?.zh ?? '', /A001.*补打/);
  assert.match(done.note?.en ?? '', /A001/);
  assert.equal(m.link.delivered[0]?.body, { ticket: '2026-11-22/A001', outcome: 'uncertain' });
  await m.clock.advance(config.resultS * 1000);
  assert.is(m.step('done').paper, 'uncertain', 'longer on the screen than a printed one');
});

paper(
  'nothing printed: no number was issued, and the screen says so in both languages',
  async () => {
    const m = machine();
    await issue(m);
    m.printer.last().end({ outcome: 'failed', code: 'PRN_PAPER_OUT' });
    await m.settle();
    const failed = m.step('failed');
    assert.match(failed.because.zh, /没有纸.*没有给您发号/);
    assert.match(failed.because.en, /out of paper.*not been given a number/);
    assert.equal(
      m.link.delivered.map((d) => [d.op, d.body]),
      [['print-failed', { ticket: '2026-11-22/A001', reason: 'paper-out' }]],
    );
    assert.is(m.jobs.history.at(-1), '2026-11-22/A001 failed');
  },
);

paper('the printer goes between answer and first byte: void, not lost', async () => {
  const m = machine();
  m.take();
  m.devices.printer = undefined;
  m.link.last().grant(takeResult('A001'));
  await m.settle();
  assert.is(m.step('failed').at, 'failed');
  assert.equal(m.link.delivered[0]?.body, { ticket: '2026-11-22/A001', reason: 'offline' });
});

paper('a job that can not be recorded is not printed', async () => {
  const m = machine();
  m.jobs.addError = new Error('disk full');
  await issue(m);
  assert.is(m.printer.last().send(), false, 'no first byte');
  await m.settle();
  assert.is(m.step('failed').at, 'failed');
  assert.is(m.link.delivered[0]?.op, 'print-failed');
});

paper('a printer that never begins is given up, and may not begin afterwards', async () => {
  const m = machine();
  await issue(m);
  await m.clock.advance(queueLimits.printPatienceMs);
  assert.is(m.step('failed').at, 'failed');
  assert.is(m.link.delivered[0]?.op, 'print-failed');
  assert.is(m.printer.last().send(), false, 'its first byte is forbidden');
  await m.settle();
  assert.is(m.link.delivered.length, 1, 'told once');
});

paper('paper out in the middle: the number at once, the truth when it comes', async () => {
  const m = machine();
  await issue(m);
  m.printer.last().send();
  m.devices.say('out', 'PRN_PAPER_OUT');
  assert.is(m.step('done').paper, 'uncertain');
  assert.equal(m.link.delivered, []);
  m.devices.say('ready', 'DEV_READY');
  m.printer.last().end({ outcome: 'confirmed' });
  await m.settle();
  assert.is(m.step('done').paper, 'confirmed');
  assert.is(m.step('done').note, null);
  assert.equal(m.link.delivered[0]?.body, { ticket: '2026-11-22/A001', outcome: 'confirmed' });
});

paper(
  'paper out before the first byte: nothing is shown as valid, nothing is printed',
  async () => {
    const m = machine();
    await issue(m);
    m.devices.say('out', 'PRN_PAPER_OUT');
    assert.is(m.step('working').what, 'printing');
    m.printer.last().end({ outcome: 'failed', code: 'PRN_PAPER_OUT' });
    await m.settle();
    assert.is(m.step('failed').at, 'failed');
    assert.equal(m.link.delivered[0]?.body, { ticket: '2026-11-22/A001', reason: 'paper-out' });
  },
);

paper('a ticket that was at the printer before is shown, not printed once more', async () => {
  const m = machine();
  await printOut(m);
  m.screen.act({ do: 'home' });
  await issue(m);
  assert.is(m.printer.jobs.length, 1);
  assert.is(m.step('done').number, 'A001');
});

paper('a number that was shown as valid is never taken back', async () => {
  const m = machine();
  await issue(m);
  m.printer.last().send();
  await m.clock.advance(queueLimits.printPatienceMs);
  assert.is(m.step('done').paper, 'uncertain');
  m.printer.last().end({ outcome: 'failed', code: 'PRN_LINK_LOST' });
  await m.settle();
  assert.equal(m.link.delivered[0]?.body, { ticket: '2026-11-22/A001', outcome: 'uncertain' });
});

paper('a spool that takes nothing: the hall is told at once, and once is enough', async () => {
  const m = machine();
  await issue(m);
  m.link.deliverError = new Error('SPL_IO');
  m.printer.last().send();
  m.printer.last().end({ outcome: 'confirmed' });
  await m.settle();
  assert.is(m.link.last().op, 'confirm-printed');
  assert.is(m.jobs.port.get('2026-11-22/A001')?.state, 'sending', 'not closed before it is safe');
  m.link.last().grant({ ticket: ticket('A001') });
  m.link.deliverError = null;
  await m.clock.advance(insistLimits.retryMs);
  assert.equal(m.link.delivered, []);
  assert.is(m.jobs.port.get('2026-11-22/A001')?.state, 'confirmed');
});

paper('a spool that refuses for a while gets everything in its order afterwards', async () => {
  const m = machine();
  await issue(m);
  m.link.deliverError = new Error('SPL_IO');
  m.printer.last().send();
  m.printer.last().end({ outcome: 'confirmed' });
  await m.settle();
  const { key } = m.link.last();
  m.link.last().fail(new BusError('BUS_OFFLINE', 'away'));
  await m.clock.advance(3 * insistLimits.retryMs);
  m.link.deliverError = null;
  await m.clock.advance(insistLimits.retryMs);
  assert.equal(
    m.link.delivered.map((d) => [d.op, d.key]),
    [['confirm-printed', key]],
  );
  assert.is(m.jobs.port.get('2026-11-22/A001')?.state, 'confirmed');
});

paper('what could not be written by the end is said', async () => {
  const m = machine();
  await issue(m);
  m.link.deliverError = new Error('SPL_IO');
  m.printer.last().send();
  m.printer.last().end({ outcome: 'confirmed' });
  await m.settle();
  await m.flow.stop();
  assert.is(m.log.lines.filter((l) => l.fields.event === 'write-given-up').length, 2);
});
paper.run();

const answers = suite('answers');

answers('a refusal is shown in its own words, in both languages', async () => {
  const m = machine();
  m.take();
  m.link.last().refuse(reason('quota-reached', '今天的号已取完。', 'All numbers are taken.'));
  await m.settle();
  const failed = m.step('failed');
  assert.equal(failed.because, { zh: '今天的号已取完。', en: 'All numbers are taken.' });
  assert.ok(failed.todo.zh.length > 0 && failed.todo.en.length > 0);
  assert.equal(m.link.delivered, []);
  await m.clock.advance(queueLimits.readWaitMs);
  assert.is(m.step('choose').at, 'choose');
});

answers('no answer in time: said honestly, and the same key goes on asking', async () => {
  const m = machine();
  m.take('pension', 5);
  await m.clock.advance(queueLimits.takeWaitMs);
  assert.match(m.step('failed').because.zh, '没有取到号码');
  assert.equal(m.link.delivered, [
    {
      op: 'take',
      key: keyOf(5),
      body: { service: 'pension', paper: true, source: 'touch' },
    },
  ]);
});

answers('a ticket that comes after its press was given up is taken back, not printed', async () => {
  const m = machine();
  m.take('pension', 5);
  await m.clock.advance(queueLimits.takeWaitMs);
  const answer = granted(keyOf(5), takeResult('A001'));
  m.link.tellDelivered({ op: 'take', key: keyOf(5), body: {}, answer });
  assert.is(m.printer.jobs.length, 0);
  assert.equal(m.link.delivered[1]?.body, { ticket: '2026-11-22/A001', reason: 'error' });
  // Told once more after a crash in between: the hall gets it once.
  m.link.tellDelivered({ op: 'take', key: keyOf(5), body: {}, answer });
  assert.is(m.link.delivered.length, 2);
});

answers('a late ticket found by the next process is taken back too', () => {
  const m = machine();
  const answer = granted(keyOf(5), takeResult('A001'));
  m.link.tellDelivered({ op: 'take', key: keyOf(5), body: {}, answer });
  assert.equal(m.link.delivered[0]?.body, { ticket: '2026-11-22/A001', reason: 'error' });
});

answers(
  'the citizen may press again after a lost answer and gets a ticket of their own',
  async () => {
    const m = machine();
    m.take();
    await m.clock.advance(queueLimits.takeWaitMs);
    m.screen.act({ do: 'home' });
    m.take();
    m.link.last().grant(takeResult('A002'));
    await m.settle();
    const answer = granted(keyOf(1), takeResult('A001'));
    m.link.tellDelivered({ op: 'take', key: keyOf(1), body: {}, answer });
    assert.is(m.step('working').number, 'A002');
    assert.is(m.printer.jobs.length, 1);
    const last = m.link.delivered.at(-1);
    assert.equal(last?.body, { ticket: '2026-11-22/A001', reason: 'error' });
  },
);

answers('a press that surely did not reach the hall leaves nothing behind', async () => {
  const m = machine();
  m.take();
  m.link.last().fail(new BusError('BUS_QUEUE_FULL', 'take'));
  await m.settle();
  assert.is(m.step('failed').at, 'failed');
  assert.equal(m.link.delivered, []);
});

answers('link lost between the last view and the press: nothing is asked', async () => {
  const m = machine();
  m.link.online = false;
  m.take();
  assert.is(m.link.asked.length, 0);
  assert.match(m.step('failed').because.zh, '断开');
  assert.equal(m.link.delivered, []);
});
answers.run();

const obstacles = suite('obstacles');
const kindOf = (m: Machine) => m.screen.now.obstacle?.kind ?? null;

obstacles('connecting at first, then the outage is named', async () => {
  const m = machine({ view: view({ online: false, directory: null, board: null }) });
  assert.is(kindOf(m), 'connecting');
  await m.clock.advance(queueLimits.connectWaitMs);
  assert.is(kindOf(m), 'hall-unreachable');
  m.link.see(view());
  assert.is(kindOf(m), null);
});

obstacles('a lost link stands in the way at once and gives way at once', () => {
  const m = machine();
  m.link.see({ online: false, onlineSince: t0 + 5 });
  assert.is(kindOf(m), 'hall-unreachable');
  assert.is(m.screen.now.obstacle?.since, t0 + 5);
  m.take();
  assert.is(m.link.asked.length, 0);
  m.link.see({ online: true });
  m.take();
  assert.is(m.link.asked.length, 1);
});

obstacles('a hall that can not save issues nothing', () => {
  const m = machine({ view: view({ board: board({ issuing: false }) }) });
  assert.is(kindOf(m), 'hall-stopped');
  m.take();
  assert.is(m.link.asked.length, 0);
});

for (const [code, words] of [
  ['PRN_PAPER_OUT', '没有纸'],
  ['PRN_COVER_OPEN', '盖子'],
  ['PRN_CUTTER', '切纸刀'],
  ['DEV_UNREACHABLE', '没有连接'],
  ['PRN_UNRECOVERABLE', '故障'],
] as const) {
  obstacles(`printer out (${code}): no number without paper`, () => {
    const m = machine();
    m.devices.say('out', code);
    assert.is(kindOf(m), 'printer');
    assert.match(m.screen.now.obstacle?.because.zh ?? '', words);
    assert.ok((m.screen.now.obstacle?.todo.en ?? '').length > 0);
    m.take();
    assert.is(m.link.asked.length, 0);
  });
}

obstacles('a printer nobody has heard of yet: no number either', () => {
  const m = machine();
  m.devices.say('unknown', 'DEV_NO_ANSWER');
  assert.is(kindOf(m), 'printer');
});

obstacles('a printer that can never report is used all the same', () => {
  const m = machine();
  m.devices.say('unknown', 'PRN_NO_STATUS');
  assert.is(kindOf(m), null);
});

obstacles('paper running low is a word to staff, not an obstacle', () => {
  const m = machine();
  m.devices.say('attention', 'PRN_PAPER_LOW');
  assert.is(kindOf(m), null);
  assert.match(m.screen.now.notice?.zh ?? '', '纸快用完');
});

obstacles('the printer does not matter where there is none', () => {
  const m = machine({ config: { printer: false } });
  m.devices.say('out', 'PRN_PAPER_OUT');
  assert.is(kindOf(m), null);
});

obstacles('all services closed: said as such, each with its own reason', () => {
  const because = reason('service-closed', '现在不取号。', 'No numbers now.');
  const services = ['pension', 'medical', 'deed'].map((id) =>
    boardService(id, { open: false, closedBecause: because }),
  );
  const m = machine({ view: view({ board: board({ services }) }) });
  assert.is(kindOf(m), 'closed');
  assert.is(m.screen.now.groups[0]?.services[0]?.because?.en, 'No numbers now.');
});

obstacles('a service that needs an ID card says so on a machine without a reader', () => {
  const m = machine();
  const deed = m.screen.now.groups[1]?.services[0];
  assert.is(deed?.open, false);
  assert.match(deed?.because?.zh ?? '', '身份证');
});

obstacles('a result is read to its end before an obstacle covers it', async () => {
  const m = machine();
  await printOut(m);
  m.devices.say('out', 'PRN_PAPER_OUT');
  assert.is(m.step('done').paper, 'confirmed');
  assert.is(kindOf(m), null);
  await m.clock.advance(config.resultS * 1000);
  assert.is(kindOf(m), 'printer');
});
obstacles.run();

const keypad = suite('keypad');

keypad('a key takes a number without any page', async () => {
  const m = machine();
  m.devices.press('2');
  assert.equal(m.link.last().body, { service: 'medical', paper: true, source: 'keypad' });
  assert.is(m.link.last().key, keyOf(1000));
  m.link.last().grant(takeResult('B001', { service: 'medical' }));
  await m.settle();
  assert.is(m.printer.jobs.length, 1);
});

keypad('a key without a service is logged and does nothing', () => {
  const m = machine();
  m.devices.press('9');
  assert.is(m.link.asked.length, 0);
  assert.ok(m.log.lines.some((l) => l.fields.event === 'press-ignored' && l.fields.what === '9'));
});

keypad(
  'the next citizen need not wait for the result to leave the screen, a bounce does',
  async () => {
    const m = machine();
    m.devices.press('1');
    m.link.last().grant(takeResult('A001'));
    await m.settle();
    m.printer.last().send();
    m.printer.last().end({ outcome: 'confirmed' });
    await m.settle();
    m.devices.press('1');
    assert.is(m.link.asked.length, 1, 'bounce');
    await m.clock.advance(queueLimits.keypadRestMs);
    m.devices.press('1');
    assert.is(m.link.asked.length, 2);
  },
);
keypad.run();

const recovery = suite('after the power came back');
const document = { title: 't', blocks: [] };

for (const [state, op, end] of [
  ['queued', 'print-failed', 'failed'],
  ['sending', 'confirm-printed', 'uncertain'],
  ['sent', 'confirm-printed', 'uncertain'],
] as const) {
  recovery(`a paper found ${state} is told as ${op}, never printed again`, async () => {
    const jobs = new FakeJobs();
    const id = '2026-11-22/A001';
    jobs.put({ jobId: id, ticket: id, document, state, code: null, at: 0 });
    const m = machine({ jobs });
    await m.clock.advance(60_000);
    assert.is(m.printer.jobs.length, 0);
    assert.equal(
      m.link.delivered.map((d) => d.op),
      [op],
    );
    assert.is(jobs.port.get(id)?.state, end);
  });
}

recovery('a paper that ended before the end is left alone', () => {
  const jobs = new FakeJobs();
  const id = '2026-11-22/A001';
  jobs.put({ jobId: id, ticket: id, document, state: 'confirmed', code: null, at: 0 });
  assert.equal(machine({ jobs }).link.delivered, []);
});

for (const [state, paper] of [
  ['confirmed', 'confirmed'],
  ['uncertain', 'uncertain'],
] as const) {
  recovery(`a page that sends its press again gets no second paper (first: ${state})`, async () => {
    const jobs = new FakeJobs();
    const id = '2026-11-22/A001';
    jobs.put({ jobId: id, ticket: id, document, state, code: null, at: 0 });
    const m = machine({ jobs });
    await issue(m);
    assert.is(m.printer.jobs.length, 0);
    assert.is(m.step('done').paper, paper);
    assert.equal(
      m.link.delivered.map((d) => d.op),
      ['confirm-printed'],
    );
  });
}

recovery('an orderly stop waits for the paper under way', async () => {
  const m = machine();
  await issue(m);
  m.printer.last().send();
  let stopped = false;
  const stop = m.flow.stop().then(() => {
    stopped = true;
  });
  await m.settle();
  assert.is(stopped, false);
  m.take();
  assert.is(m.link.asked.length, 1, 'no press is taken any more');
  m.printer.last().end({ outcome: 'confirmed' });
  await stop;
  assert.is(m.link.delivered[0]?.op, 'confirm-printed');
  assert.is(m.clock.waiting, 0, 'no timer is left');
});
recovery('a press unanswered at an orderly stop is asked on by the outbox', async () => {
  const m = machine();
  m.take('pension', 5);
  const stop = m.flow.stop();
  await m.clock.advance(stopWaitMs);
  await stop;
  assert.equal(
    m.link.delivered.map((d) => [d.op, d.key]),
    [['take', keyOf(5)]],
  );
  m.link.last().fail(new BusError('BUS_CLOSED', 'take'));
  await m.settle();
  assert.is(m.link.delivered.length, 1);
  assert.is(m.clock.waiting, 0, 'no timer is left');
});
recovery.run();

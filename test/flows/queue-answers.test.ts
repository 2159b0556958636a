import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { BusError } from '../../broker-config/errors.ts';
import { queueLimits } from '../../kiosk-app/queue-machine/state.ts';
import { FakeJobs, granted, keyOf } from './fakes.ts';
import { board, boardService, reason, t0, takeResult, view } from './hall-data.ts';
import { config, type Machine, machine, printOut } from './queue-rig.ts';

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

answers('a late ticket that had its paper is not taken back', () => {
  const jobs = new FakeJobs();
  const id = '2026-11-22/A001';
  const document = { title: '', blocks: [] };
  jobs.put({ jobId: id, ticket: id, document, state: 'uncertain', code: null, at: 0 });
  const m = machine({ jobs });
  const answer = granted(keyOf(5), takeResult('A001'));
  m.link.tellDelivered({ op: 'take', key: keyOf(5), body: {}, answer });
  assert.equal(m.link.delivered, []);
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

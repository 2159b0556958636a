import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { BusError } from '../../broker-config/errors.ts';
import { stopWaitMs } from '../../kiosk-app/queue-machine/flow.ts';
import { queueLimits } from '../../kiosk-app/queue-machine/state.ts';
import { insistLimits } from '../../kiosk-app/runtime/insist.ts';
import { FakeJobs, keyOf } from './fakes.ts';
import { t0, takeResult, ticket, view } from './hall-data.ts';
import { config, issue, machine, printOut } from './queue-rig.ts';

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

paper('no commit stands between the answer and the first byte', async () => {
  const m = machine();
  m.printer.idle = true;
  // Nothing can be recorded now, and the paper comes all the same.
  m.jobs.addError = new Error('no room');
  m.take();
  m.link.last().grant(takeResult('A001'));
  await m.settle();
  assert.ok(m.step('working'));
  m.jobs.addError = null;
  m.printer.last().end({ outcome: 'confirmed' });
  await m.settle();
  assert.is(m.step('done').paper, 'confirmed');
  assert.equal(m.jobs.history, ['2026-11-22/A001 sending', '2026-11-22/A001 confirmed']);
});

paper('a paper that has to wait is recorded before its first byte', async () => {
  const m = machine();
  m.take();
  m.link.last().grant(takeResult('A001'));
  await m.settle();
  assert.equal(m.jobs.history, ['2026-11-22/A001 queued']);
  m.jobs.stateError = new Error('no room');
  assert.not(m.printer.last().send(), 'no byte without its record');
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

paper(
  'a paper that failed and was never recorded comes out for no page that asks again',
  async () => {
    const jobs = new FakeJobs();
    const m = machine({ jobs });
    jobs.addError = new Error('disk full');
    await issue(m);
    m.printer.last().end({ outcome: 'failed', code: 'PRN_CUTTER' });
    await m.settle();
    jobs.addError = null;
    await m.clock.advance(insistLimits.retryMs);
    assert.is(jobs.port.get('2026-11-22/A001')?.state, 'failed');
  },
);

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

/** A first paper that was under way when the power went, `agoMs` before the start. */
function cutOffJobs(o: { agoMs?: number; again?: unknown } = {}): FakeJobs {
  const jobs = new FakeJobs();
  const id = '2026-11-22/A001';
  const { agoMs = 1000, again = takeResult('A001') } = o;
  const at = t0 - agoMs;
  jobs.put({ jobId: id, ticket: id, document, again, state: 'sending', code: null, at });
  return jobs;
}

recovery(
  'who stood there when the power went finds the number, and may have it once more',
  async () => {
    const m = machine({ jobs: cutOffJobs(), config: { reprint: true } });
    const shown = m.step('done');
    assert.is(shown.number, 'A001');
    assert.is(shown.paper, 'uncertain');
    assert.is(shown.reprint, 'offered');
    assert.match(shown.note?.zh ?? '', /A001/);
    m.screen.act({ do: 'reprint' });
    await m.settle();
    assert.is(m.printer.last().o.jobId, '2026-11-22/A001#2');
    m.printer.last().send();
    m.printer.last().end({ outcome: 'confirmed' });
    await m.settle();
    assert.equal(
      m.link.delivered.map((d) => d.body),
      [
        { ticket: '2026-11-22/A001', outcome: 'uncertain' },
        { ticket: '2026-11-22/A001', outcome: 'confirmed' },
      ],
    );
  },
);

recovery('a printer that remembers it as printed ends the doubt on the glass', async () => {
  const recalls = { '2026-11-22/A001': { outcome: 'confirmed' as const } };
  const late = machine({ jobs: cutOffJobs(), recalls: { '2026-11-22/A001': null } });
  assert.is(late.step('done').paper, 'uncertain');
  late.nextPrinter(recalls);
  late.devices.say('ready', 'DEV_READY');
  await late.settle();
  assert.is(late.step('done').paper, 'confirmed');
  assert.is(late.step('done').reprint, null);
  // Known before the hall is heard: nothing is shown at all.
  const away = view({ online: false, directory: null });
  const early = machine({ jobs: cutOffJobs(), recalls, view: away });
  await early.settle();
  early.link.see(view());
  assert.ok(early.step('choose'));
});

recovery('nobody there: the page of a cut-off paper gives way by itself', async () => {
  const m = machine({ jobs: cutOffJobs() });
  assert.is(m.step('done').number, 'A001');
  await m.clock.advance(queueLimits.cutOffShownMs);
  assert.ok(m.step('choose'));
});

recovery('what was cut off long ago, or can not be read, is offered to nobody', () => {
  for (const o of [
    { agoMs: queueLimits.cutOffOfferedMs + 1 },
    { agoMs: -1 },
    { again: { ticket: 'A001' } },
    { again: null },
  ]) {
    assert.ok(machine({ jobs: cutOffJobs(o) }).step('choose'), JSON.stringify(o));
  }
});

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

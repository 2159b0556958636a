import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { FakeJobs } from './fakes.ts';
import { issue, machine } from './queue-rig.ts';

const test = suite('a second paper with the same number');
const id = '2026-11-22/A001';

/** A001 on the glass, its paper in doubt. */
async function inDoubt(o: Parameters<typeof machine>[0] = {}) {
  const m = machine(o);
  await issue(m);
  m.printer.last().send();
  m.printer.last().end({ outcome: 'uncertain', code: 'PRN_NO_TOKEN' });
  await m.settle();
  return m;
}
type M = Awaited<ReturnType<typeof inDoubt>>;

async function reprint(m: M): Promise<void> {
  m.screen.act({ do: 'reprint' });
  await m.settle();
}
const told = (m: M) => m.link.delivered.map((d) => `${d.op} ${JSON.stringify(d.body)}`);

test('offered only where the paper is in doubt, printed only when asked for, marked so', async () => {
  const m = await inDoubt();
  assert.is(m.step('done').reprint, 'offered');
  assert.match(m.step('done').note?.zh ?? '', '补打');
  assert.is(m.printer.jobs.length, 1, 'never by itself');
  await reprint(m);
  assert.is(m.step('done').reprint, 'printing');
  assert.is(m.printer.jobs.length, 2);
  const second = m.printer.last();
  assert.match(second.document.title, '补打');
  assert.is(second.o.jobId, `${id}#2`);
  assert.is(m.step('done').number, 'A001');
});

test('pressed twice: one paper; confirmed: the hall hears that there is paper', async () => {
  const m = await inDoubt();
  await reprint(m);
  await reprint(m);
  assert.is(m.printer.jobs.length, 2);
  m.printer.last().send();
  assert.is(m.jobs.port.get(`${id}#2`)?.state, 'sending', 'on disk before the first byte');
  m.printer.last().end({ outcome: 'confirmed' });
  await m.settle();
  assert.is(m.step('done').reprint, null);
  await reprint(m);
  assert.is(m.printer.jobs.length, 2, 'no third');
  assert.equal(told(m), [
    `confirm-printed {"ticket":"${id}","outcome":"uncertain"}`,
    `confirm-printed {"ticket":"${id}","outcome":"confirmed"}`,
  ]);
  assert.is(m.jobs.port.get(`${id}#2`)?.state, 'confirmed');
  await m.clock.advance(9_000);
  m.step('choose');
});

test('in doubt again: said so, and never a third; the number stays valid', async () => {
  const m = await inDoubt();
  await reprint(m);
  m.printer.last().send();
  m.printer.last().end({ outcome: 'uncertain', code: 'PRN_NO_TOKEN' });
  await m.settle();
  assert.is(m.step('done').reprint, null);
  assert.is(m.link.delivered.length, 1, 'the hall knows already');
});

test('nothing was printed: the hall is told nothing, and it may be tried again', async () => {
  const m = await inDoubt();
  await reprint(m);
  m.printer.last().end({ outcome: 'failed', code: 'PRN_COVER_OPEN' });
  await m.settle();
  assert.is(m.link.delivered.length, 1);
  assert.is(m.step('done').reprint, 'offered');
  await reprint(m);
  assert.is(m.printer.jobs.length, 3);
});

test('no button while the first paper may still come, while the printer is out, or on good paper', async () => {
  const m = machine();
  await issue(m);
  m.printer.last().send();
  m.devices.say('out', 'PRN_PAPER_OUT');
  assert.is(m.step('done').reprint, null, 'the job waits in the printer');
  m.devices.say('ready', 'DEV_READY');
  assert.is(m.step('done').reprint, null);
  await reprint(m);
  assert.is(m.printer.jobs.length, 1);
  m.printer.last().end({ outcome: 'uncertain', code: 'PRN_NO_TOKEN' });
  await m.settle();
  assert.is(m.step('done').reprint, 'offered');
  m.devices.say('out', 'PRN_COVER_OPEN');
  assert.is(m.step('done').reprint, null);
});

test('without a template for it there is no button', async () => {
  const m = await inDoubt({ config: { reprint: false } });
  assert.is(m.step('done').reprint, null);
  await reprint(m);
  assert.is(m.printer.jobs.length, 1);
});

test('power lost before a second paper began: the number is not voided by it', async () => {
  const jobs = new FakeJobs();
  const document = { title: 't', blocks: [] };
  const base = { ticket: id, document, code: null, at: 0 };
  jobs.put({ ...base, jobId: id, state: 'uncertain' });
  jobs.put({ ...base, jobId: `${id}#2`, state: 'queued' });
  const m = machine({ jobs });
  await m.settle();
  assert.equal(m.link.delivered, []);
  assert.is(jobs.port.get(`${id}#2`)?.state, 'failed');
});
test.run();

const recall = suite('a printer that is opened anew is asked after papers in doubt');

for (const [says, then] of [
  ['confirmed', ['uncertain', 'confirmed']],
  ['uncertain', ['uncertain']],
] as const) {
  recall(`a paper it knows to be ${says}`, async () => {
    const jobs = new FakeJobs();
    const document = { title: 't', blocks: [] };
    jobs.put({ jobId: id, ticket: id, document, state: 'sending', code: null, at: 0 });
    const m = machine({
      jobs,
      recalls: {
        [id]:
          says === 'confirmed'
            ? { outcome: 'confirmed' }
            : { outcome: 'uncertain', code: 'PRN_LINK_LOST' },
      },
    });
    await m.settle();
    assert.equal(
      m.link.delivered.map((d) => (d.body as { outcome: string }).outcome),
      then,
    );
    assert.is(jobs.port.get(id)?.state, says);
    assert.is(m.printer.jobs.length, 0, 'nothing is printed');
  });
}

recall('a wire that goes before the printer knows: asked again on the next one', async () => {
  const jobs = new FakeJobs();
  const document = { title: 't', blocks: [] };
  jobs.put({ jobId: id, ticket: id, document, state: 'sending', code: null, at: 0 });
  const m = machine({ jobs, recalls: { [id]: null } });
  await m.settle();
  assert.is(m.link.delivered.length, 1);
  m.nextPrinter({ [id]: { outcome: 'confirmed' } });
  m.devices.say('ready', 'DEV_READY');
  await m.settle();
  assert.is(jobs.port.get(id)?.state, 'confirmed');
  assert.is(m.link.delivered.length, 2);
});
recall('a paper in doubt is asked after on the next wire, without any restart', async () => {
  const m = machine();
  await issue(m);
  m.printer.last().send();
  m.printer.recalls.set(id, { outcome: 'confirmed' });
  m.printer.last().end({ outcome: 'uncertain', code: 'PRN_LINK_LOST' });
  await m.settle();
  assert.is(m.step('done').paper, 'uncertain', 'who left it in doubt is not asked');
  m.nextPrinter({ [id]: { outcome: 'confirmed' } });
  m.devices.say('ready', 'DEV_READY');
  await m.settle();
  assert.is(m.step('done').paper, 'confirmed');
  assert.is(m.jobs.port.get(id)?.state, 'confirmed');
  assert.equal(
    m.link.delivered.map((d) => (d.body as { outcome: string }).outcome),
    ['uncertain', 'confirmed'],
  );
});

recall.run();

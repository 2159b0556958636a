import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { queueLimits } from '../../kiosk-app/queue-machine/state.ts';
import { keyOf } from './fakes.ts';
import { takeResult } from './hall-data.ts';
import { machine, printOut } from './queue-rig.ts';

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
    await m.wait();
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
  await m.wait();
  assert.is(m.step('working').at, 'working');
});

press('one moment, please: only for those who wait one', async () => {
  const m = machine();
  const seen = () =>
    m.screen.shown.map(({ step }) => (step.at === 'working' ? step.what : step.at));
  m.take();
  await m.clock.advance(queueLimits.issuingShownAfterMs - 1);
  m.link.last().grant(takeResult('A001'));
  await m.settle();
  assert.is(m.step('working').what, 'printing');
  assert.not.ok(seen().includes('issuing'));
  m.printer.last().send();
  m.printer.last().end({ outcome: 'confirmed' });
  await m.settle();
  m.screen.act({ do: 'home' });
  m.take();
  await m.wait();
  assert.is(seen().at(-1), 'issuing');
  const { length } = m.screen.shown;
  await m.clock.advance(10 * queueLimits.issuingShownAfterMs);
  assert.is(m.screen.shown.length, length, 'once');
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

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { PrinterProfile } from '../../devices/ticket-printer/printer-profile.ts';
import { createSync, markerWaitMs, settleMs } from '../../devices/ticket-printer/sync.ts';
import { printerProfile } from '../harness/printer-profiles.ts';
import { VirtualClock } from '../harness/virtual-clock.ts';

const test = suite('printer in step');

function bench(id: string, change: Partial<PrinterProfile['status']> = {}) {
  const profile = printerProfile(id);
  const clock = new VirtualClock();
  const sent: string[] = [];
  const said: string[] = [];
  const sync = createSync({
    clock,
    profile: { ...profile, status: { ...profile.status, ...change } },
    send: async (bytes) => {
      sent.push(Buffer.from(bytes).toString('hex'));
    },
    inStep: () => said.push('in step'),
    gaveUp: () => said.push('gave up'),
  });
  return { clock, sent, said, sync };
}

test('an answer in turn may be an old one: in step only after a silence that none interrupts', async () => {
  const { clock, said, sync } = bench('generic-80');
  sync.start(true);
  await clock.advance(10);
  sync.answered('in-turn');
  await clock.advance(settleMs - 1);
  sync.answered('in-turn');
  await clock.advance(settleMs - 1);
  assert.equal(said, []);
  await clock.advance(1);
  assert.equal(said, ['in step']);
  assert.is(clock.waiting, 0);
});

test('an answer with our own id can be no other: in step at once', async () => {
  const { said, sync } = bench('epson-tm-t88');
  sync.start(true);
  sync.answered('in-turn');
  assert.equal(said, []);
  sync.answered('process-id');
  assert.equal(said, ['in step']);
});

test('without a word: NULs once, the marker again, then given up', async () => {
  const { clock, sent, said, sync } = bench('generic-80');
  sync.start(true);
  await clock.advance(markerWaitMs - 1);
  assert.is(sent.length, 1);
  await clock.advance(1);
  assert.is(sent.length, 2);
  assert.match(sent[1] ?? '', /^(00){8192}1b40/);
  await clock.advance(markerWaitMs);
  assert.equal(said, ['gave up']);
});

test('after the NULs an answer may be the first marker’s: the second one’s is waited for behind them', async () => {
  const nulsMs = (8192 * 10) / 9.6;
  for (const bothAnswered of [true, false]) {
    const { clock, said, sync } = bench('generic-58');
    sync.start(true);
    await clock.advance(markerWaitMs);
    // So much paper stood before the first marker.
    sync.answered('in-turn');
    await clock.advance(nulsMs);
    assert.equal(said, [], 'the answer behind the NULs is still to come, if the first was none');
    if (bothAnswered) sync.answered('in-turn');
    await clock.advance(settleMs);
    assert.equal(said, ['in step']);
  }
});

test('a printer that is offline is waited for, however long, and nothing is sent again', async () => {
  const { clock, sent, said, sync } = bench('generic-80');
  sync.start(false);
  await clock.advance(3_600_000);
  assert.equal([sent.length, said.length], [1, 0]);
  sync.online(true);
  sync.answered('in-turn');
  await clock.advance(settleMs);
  assert.equal(said, ['in step']);
});

test('who answers nothing in its turn is in step from the start', () => {
  const { sent, said, sync } = bench('generic-58', { gs_r: false });
  sync.start(true);
  assert.equal(said, ['in step']);
  assert.equal(sent, []);
});

test('closed: no timer stays, and nothing more is said', async () => {
  const { clock, said, sync } = bench('generic-80');
  sync.start(true);
  sync.close();
  await clock.advance(60_000);
  assert.equal(said, []);
  assert.is(clock.waiting, 0);
});

test.run();

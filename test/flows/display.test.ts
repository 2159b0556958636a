import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { runDisplay } from '../../kiosk-app/display/flow.ts';
import { type DisplayConfig, displayLimits } from '../../kiosk-app/display/state.ts';
import type { HallView } from '../../kiosk-app/runtime/ports.ts';
import type { DisplayScreen } from '../../kiosk-app/screens/contract.ts';
import { VirtualClock } from '../harness/virtual-clock.ts';
import { FakeLink, FakeScreen } from './fakes.ts';
import { board, boardWindow, call, directory, t0, view } from './hall-data.ts';

const config: DisplayConfig = { machine: 'display-1', windows: null, calls: 3, language: 'zh-en' };

function display(o: { config?: Partial<DisplayConfig>; view?: HallView } = {}) {
  const clock = new VirtualClock(t0);
  const link = new FakeLink(clock, o.view ?? view());
  const screen = new FakeScreen<DisplayScreen, never>();
  const stop = runDisplay({ clock, link, screen }, { ...config, ...o.config });
  return { clock, link, screen, stop };
}
/** Window w1 has the number `number`. */
const at = (number: string) => [boardWindow('w1', { number }), boardWindow('w2')];
const fresh = (d: ReturnType<typeof display>) =>
  d.screen.now.calls.filter((c) => c.fresh).map((c) => c.number);

test('calls stand newest first, no more than the profile says, each number once', () => {
  const calls = [
    call(1, 'A001'),
    call(2, 'A002'),
    call(3, 'A003'),
    call(4, 'A004', { window: 'w2' }),
    call(5, 'A003', { kind: 'recall' }),
  ];
  const d = display({ view: view({ board: board({ calls }) }) });
  assert.equal(
    d.screen.now.calls.map((c) => [c.number, c.window, c.recall]),
    [
      ['A003', '1', true],
      ['A004', '2', false],
      ['A002', '1', false],
    ],
  );
  assert.is(d.screen.now.calls[0]?.serviceName.en, 'Pension');
});

test('a call is fresh to its last millisecond and never after', async () => {
  const d = display({
    view: view({ board: board({ windows: at('A001'), calls: [call(1, 'A001')] }) }),
  });
  assert.equal(fresh(d), ['A001']);
  await d.clock.advance(29_999);
  assert.equal(fresh(d), ['A001']);
  const drawn = d.screen.shown.length;
  await d.clock.advance(1);
  assert.equal(fresh(d), []);
  assert.is(d.screen.shown.length, drawn + 1, 'drawn once, at the moment it expires');
  assert.is(d.clock.waiting, 0);
});

test("expiry is by the hall's clock", async () => {
  const d = display({
    view: view({
      hallClockOffsetMs: -20_000,
      board: board({ windows: at('A001'), calls: [call(1, 'A001')] }),
    }),
  });
  await d.clock.advance(49_999);
  assert.equal(fresh(d), ['A001']);
  await d.clock.advance(1);
  assert.equal(fresh(d), []);
});

test('a wall clock set back makes no expired call new', async () => {
  const d = display({
    view: view({ board: board({ windows: at('A001'), calls: [call(1, 'A001')] }) }),
  });
  await d.clock.advance(30_000);
  d.clock.step(-3_600_000);
  d.link.see({ online: false });
  d.link.see({ online: true });
  assert.equal(fresh(d), []);
  // The hall is heard again and the offset measured anew.
  d.link.see({ hallClockOffsetMs: 3_600_000 });
  assert.equal(fresh(d), []);
});

test('a window that went on to another number calls nobody with the old one', () => {
  const calls = [call(1, 'A001'), call(2, 'A002')];
  const d = display({ view: view({ board: board({ windows: at('A002'), calls }) }) });
  assert.equal(fresh(d), ['A002']);
  assert.equal(
    d.screen.now.calls.map((c) => c.number),
    ['A002', 'A001'],
  );
});

test('a display for some windows shows those alone', () => {
  const calls = [call(1, 'A001'), call(2, 'B001', { window: 'w2' })];
  const d = display({ config: { windows: ['w2'] }, view: view({ board: board({ calls }) }) });
  assert.equal(
    d.screen.now.calls.map((c) => c.number),
    ['B001'],
  );
  assert.equal(
    d.screen.now.windows.map((w) => w.id),
    ['w2'],
  );
});

test('stale only after the link was lost for longer than the limit', async () => {
  const d = display();
  d.link.see({ online: false, onlineSince: t0 });
  assert.is(d.screen.now.stale, false);
  await d.clock.advance(displayLimits.staleAfterMs - 1);
  assert.is(d.screen.now.stale, false);
  await d.clock.advance(1);
  assert.is(d.screen.now.stale, true);
  d.link.see({ online: true });
  assert.is(d.screen.now.stale, false);
});

test('lost for two days: nothing untrue meanwhile, the truth at once', async () => {
  const calls = [call(1, 'A001')];
  const d = display({ view: view({ board: board({ windows: at('A001'), calls }) }) });
  d.link.see({ online: false, onlineSince: t0 });
  await d.clock.advance(displayLimits.forgetAfterMs);
  assert.equal(d.screen.now.calls, []);
  assert.equal(d.screen.now.windows, []);
  assert.is(d.screen.now.hallName?.en, directory.name.en);
  await d.clock.advance(2 * 86_400_000);
  const later = t0 + 2 * 86_400_000;
  const two = call(900, 'B007', { at: later, expiresAt: later + 3_600_000 });
  d.link.see({
    online: true,
    board: board({ seq: 900, day: '2026-11-24', windows: at('B007'), calls: [...calls, two] }),
  });
  assert.is(d.screen.now.stale, false);
  assert.equal(fresh(d), ['B007']);
  assert.is(d.screen.now.windows[0]?.number, 'B007');
});

test('before the hall was ever heard: empty, and marked as old after the limit', async () => {
  const d = display({ view: view({ online: false, directory: null, board: null }) });
  assert.equal(d.screen.now.calls, []);
  assert.is(d.screen.now.hallName, null);
  await d.clock.advance(displayLimits.staleAfterMs);
  assert.is(d.screen.now.stale, true);
});

test('a window the board does not know yet is closed; one the directory does not know goes by its id', () => {
  const d = display({
    view: view({ board: board({ windows: [], calls: [call(1, 'A001', { window: 'w9' })] }) }),
  });
  assert.equal(
    d.screen.now.windows.map((w) => w.state),
    ['closed', 'closed'],
  );
  assert.is(d.screen.now.calls[0]?.window, 'w9');
});

test('services with their names; stopped issuing is told', () => {
  const d = display({ view: view({ board: board({ issuing: false }) }) });
  assert.is(d.screen.now.services[0]?.name.zh, '养老保险');
  assert.is(d.screen.now.issuing, false);
  assert.is(d.screen.now.bilingual, true);
});

test('stopped: no timer is left', () => {
  const d = display({
    view: view({ board: board({ windows: at('A001'), calls: [call(1, 'A001')] }) }),
  });
  assert.is(d.clock.waiting, 1);
  d.stop();
  assert.is(d.clock.waiting, 0);
});

test.run();

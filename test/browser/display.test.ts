/** The hall's screen: right after any sleep, quiet about its own troubles, never old news as new. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { DisplayScreen } from '../../kiosk-app/screens/contract.ts';
import { Chromium, type Glass, size } from './browser.ts';
import { displayStates } from './display-states.ts';

const test = suite('display page');
const chromium = new Chromium();
let glass: Glass;
const states: Record<keyof typeof displayStates, DisplayScreen> = displayStates;

test.before.each(async () => {
  const viewport = size('1920x1080');
  glass = await chromium.open('display.html', states.calls, { viewport });
});
test.after(() => chromium.close());

const look = () => glass.tab.getAttribute('.hero', 'data-look');

test('the newest call is the largest text and says where to go', async () => {
  assert.is(await glass.text('.hero-number'), 'A012');
  assert.match(await glass.text('.hero-window'), '3号窗口');
  const larger = await glass.tab.evaluate(() => {
    const px = (e: Element) => Number.parseFloat(getComputedStyle(e).fontSize);
    const hero = document.querySelector('.hero-number');
    if (hero === null) return ['no newest call'];
    return [...document.querySelectorAll('body *')]
      .filter((e) => px(e) > px(hero))
      .map((e) => e.className);
  });
  assert.equal(larger, []);
  assert.match(await glass.text('[aria-live]'), '请 A012 号到 3 号窗口');
});

test('a new call is noticed by one short brightening, not by a loop', async () => {
  const next = structuredClone(states.calls);
  next.calls.unshift({ ...next.calls[0], seq: 200, number: 'A013' } as never);
  await glass.show(next);
  const animations = await glass.tab.evaluate(() =>
    document.getAnimations().map((a) => a.effect?.getComputedTiming().iterations),
  );
  assert.equal(animations, [1]);
  await glass.tab.evaluate(() => {
    for (const animation of document.getAnimations()) animation.finish();
  });
  // The same call in the next state does not brighten again.
  await glass.show({ ...next, services: [] });
  assert.is(await glass.tab.evaluate(() => document.getAnimations().length), 0);
});

test('a recall of the same number is noticed again', async () => {
  await glass.tab.evaluate(() => {
    for (const animation of document.getAnimations()) animation.finish();
  });
  await glass.show(states.recall);
  assert.is(await glass.tab.evaluate(() => document.getAnimations().length), 1);
  assert.match(await glass.text('.hero-title'), '再次呼叫');
});

test('who asked for less motion sees none', async () => {
  await glass.tab.emulateMedia({ reducedMotion: 'reduce' });
  await glass.show(states.recall);
  assert.is(await glass.tab.evaluate(() => document.getAnimations().length), 0);
});

test('fresh and past are told by words, not by colour alone', async () => {
  assert.match(await glass.text('.hero-title'), '请到窗口办理');
  assert.match(await glass.text('.recent li[data-look="fresh"]'), '请到窗口');
  await glass.show(states.past);
  assert.is(await glass.tab.locator('.recent em').count(), 0);
  assert.match(await glass.text('.hero-title'), '刚才叫号');
  assert.is(await glass.text('[aria-live]'), '');
});

test('a closed window says so, a paused one says 暂停服务', async () => {
  assert.match(await glass.text('[data-state="paused"]'), '暂停服务');
  assert.match(await glass.text('[data-state="closed"]'), '未开放');
});

/** Far more than the three parts need, even where the clock runs past some of them. */
const turnsMax = 40;

/** What of the windows is on the glass, read in one go: a part may turn between two readings. */
const windowsPart = () =>
  glass.tab.evaluate(() => ({
    part: document.querySelector('.windows .part')?.textContent ?? '',
    labels: [...document.querySelectorAll('.window-label')].map((e) => e.textContent ?? ''),
  }));

test('more windows than rows are all shown in turn, each once', async () => {
  await glass.show(states.many);
  const parts = new Map<string, string[]>();
  // The glass turns by its own clock, which goes on while this test works: whatever part is there
  // is read, until all have been.
  for (let turns = 0; turns < turnsMax && parts.size < 3; turns++) {
    const { part, labels } = await windowsPart();
    parts.set(part, labels);
    await glass.tab.clock.fastForward(12_000);
    await glass.tab.waitForFunction(
      (before) => document.querySelector('.windows .part')?.textContent !== before,
      part,
    );
  }
  assert.equal([...parts.keys()].sort(), ['1/3', '2/3', '3/3']);
  assert.equal(
    [...parts.values()]
      .flat()
      .map(Number)
      .sort((a, b) => a - b),
    states.many.windows.map((w) => Number(w.label)),
  );
});

test('a part that ended before the timer of the next was set gives way at once', async () => {
  await glass.show(states.many);
  await glass.tab.clock.pauseAt(Date.now() + 86_400_000);
  // The first turn draws, its timer is set some frames later; the second comes before those frames.
  await glass.tab.clock.fastForward(12_000);
  await glass.tab.clock.fastForward(12_000);
  await glass.tab.clock.runFor(100);
  const [now, { part }] = [await glass.tab.evaluate(() => Date.now()), await windowsPart()];
  await glass.tab.clock.resume();
  assert.is(part, `${(Math.floor(now / 12_000) % 3) + 1}/3`);
});

test('a screen that slept shows the whole truth at once', async () => {
  glass.stub.cut();
  const later: DisplayScreen = {
    ...states.past,
    calls: [
      { ...(states.calls.calls[0] as DisplayScreen['calls'][number]), seq: 900, number: 'Z900' },
    ],
    windows: states.calls.windows.map((w) => ({ ...w, state: 'closed', number: null })),
  };
  const id = glass.stub.push(later);
  glass.stub.restore();
  await glass.tab.clock.fastForward(5000);
  await glass.tab.waitForFunction((n) => document.documentElement.dataset.drawn === n, id);
  assert.is(await glass.text('.hero-number'), 'Z900');
  assert.is(await glass.tab.locator('[data-state="open"]').count(), 0);
});

test('a lost link is a small mark for staff; nothing else changes for citizens', async () => {
  assert.is(await glass.tab.locator('.mark p').count(), 0);
  await glass.show(states.stale);
  assert.match(await glass.text('.mark'), /display-1 未连接 \d\d:\d\d/);
  const px = await glass.tab.evaluate(() =>
    Number.parseFloat(getComputedStyle(document.querySelector('.mark') as Element).fontSize),
  );
  assert.ok(px <= 24);
});

test('without its own process nothing stays "new", and soon nothing old is shown at all', async () => {
  assert.is(await look(), 'fresh');
  glass.stub.cut();
  // Until the cut is noticed, time must pass in steps: the browser retries on its own clock.
  while ((await glass.tab.locator('[data-mark="local"]').count()) === 0) {
    await glass.tab.clock.fastForward(1000);
  }
  await glass.tab.clock.fastForward(11_000);
  await glass.tab.locator('.hero[data-look="past"]').waitFor();
  await glass.tab.clock.fastForward(60_000);
  await glass.tab.locator('.old').waitFor();
  assert.match(await glass.text('.old'), '请听窗口叫号');
  assert.is(await glass.tab.locator('.hero').count(), 0);
});

test('nothing known: a hall that is being connected, a hall that was forgotten', async () => {
  await glass.show(states.unknown);
  assert.match(await glass.text('.old'), '正在连接大厅系统');
  await glass.show(states.forgotten);
  assert.match(await glass.text('.old'), '暂时不能更新');
});

test('both languages where the hall wants both', async () => {
  assert.is(await glass.tab.locator('[lang="en"]').count(), 0);
  await glass.show(states.bilingual);
  assert.match(await glass.text('.hero-title'), 'Please go to the window');
  assert.match(await glass.text('.top'), 'Government Service Hall');
});

test.run();

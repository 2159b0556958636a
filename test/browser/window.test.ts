// time-limit: 240 s
/** The clerk's page under the clerk's hands: everything by key. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { check } from '../../broker-config/validate.ts';
import { WindowAction, type WindowScreen } from '../../kiosk-app/screens/contract.ts';
import { verbKeys } from '../../kiosk-app/screens/window/verbs.ts';
import { Chromium, type Glass, size } from './browser.ts';
import { windowStates } from './window-states.ts';

const test = suite('window page');
const chromium = new Chromium();
let glass: Glass;
const states: Record<keyof typeof windowStates, WindowScreen> = windowStates;

test.before.each(async () => {
  const viewport = size('1280x800');
  glass = await chromium.open('window.html', states.everyVerb, { viewport });
});
test.after.each(async () => {
  assert.equal(glass.faults, []);
});
test.after(() => chromium.close());

const key = (name: string) => glass.tab.keyboard.press(name);
const type = (text: string) => glass.tab.keyboard.type(text);
const dialogOpen = () => glass.tab.locator('dialog[open]').isVisible();
const result = () => glass.text('.result p');
/** Until the page takes the next key: what was sent is under way for a moment. */
const free = () => glass.tab.locator('.verbs[aria-busy="false"]').waitFor();

/** Waits for the n-th act and returns it without its key, after checking it as a flow would. */
async function act(count = 1): Promise<unknown> {
  await glass.stub.acted(count);
  const sent = glass.stub.acts[count - 1];
  assert.ok(check(WindowAction, sent).ok, JSON.stringify(sent));
  const { press: _, ...rest } = sent as { press: string };
  return rest;
}

for (const [name, verb] of [
  [' ', 'call-next'],
  ['Enter', 'call-next'],
  ['r', 'recall'],
  ['R', 'recall'],
  ['s', 'start'],
  ['f', 'finish'],
  ['m', 'miss'],
  ['e', 'invite'],
  ['o', 'open'],
] as const) {
  test(`key "${name}" sends ${verb} at once`, async () => {
    await key(name === ' ' ? 'Space' : name);
    assert.equal(await act(), { do: verb });
  });
}

test('every verb stands on the page with its key, in both languages', async () => {
  for (const _ of ['zh', 'en']) {
    const caps = await glass.tab.evaluate(() =>
      [...document.querySelectorAll('.verb')].map((b) => b.querySelector('kbd')?.textContent),
    );
    assert.is(caps.length, verbKeys.length);
    assert.ok(caps.every((cap) => cap !== undefined && cap !== ''));
    await glass.press('language');
  }
});

test('a click does the same as the key', async () => {
  await glass.press('finish');
  assert.equal(await act(), { do: 'finish' });
});

test('hold: three kinds by digit', async () => {
  await key('h');
  await key('2');
  assert.equal(await act(), { do: 'hold', kind: 'return-here' });
});

test('pause: reason by digit, by arrows, by click', async () => {
  await key('p');
  await key('2');
  assert.equal(await act(1), { do: 'pause', reason: 'meeting' });
  await free();
  await key('p');
  await key('ArrowDown');
  await key('ArrowDown');
  await key('Enter');
  assert.equal(await act(2), { do: 'pause', reason: 'help' });
  await free();
  await key('p');
  await glass.press('equipment');
  assert.equal(await act(3), { do: 'pause', reason: 'equipment' });
});

test('transfer: found by window number or name, by waiting time or first', async () => {
  await key('t');
  await type('5');
  await key('Enter');
  assert.equal(await act(1), { do: 'transfer', to: { window: 'w5' }, position: 'time' });
  await free();
  await key('t');
  await type('办税');
  await key('Shift+Enter');
  assert.equal(await act(2), { do: 'transfer', to: { service: 'tax' }, position: 'head' });
  await free();
  await key('t');
  await key('ArrowDown');
  assert.match(await glass.text('[role=option][aria-selected=true]'), /5 号窗口.*暂停服务/);
  await glass.press('head');
  assert.equal(await act(3), { do: 'transfer', to: { window: 'w5' }, position: 'head' });
});

test('transfer: a window that opens meanwhile moves nothing under the finger', async () => {
  await key('t');
  assert.match(await glass.text('[role=option][aria-selected=true]'), /^2 号窗口/);
  const [two, five, one] = states.everyVerb.targets.windows as WindowScreen['targets']['windows'];
  const opened = { ...states.everyVerb.targets, windows: [{ ...one, state: 'open' }, two, five] };
  await glass.show({ ...states.everyVerb, targets: opened });
  await key('Enter');
  assert.equal(await act(1), { do: 'transfer', to: { window: 'w2' }, position: 'time' });
});

test('call a chosen number: a digit begins it, small and full-width letters count', async () => {
  await key('7');
  await type('2');
  await key('Enter');
  assert.equal(await act(1), { do: 'call-ticket', ticket: { number: '72' } });
  await free();
  await key('n');
  await type('ａ０12');
  await key('Enter');
  assert.equal(await act(2), { do: 'call-ticket', ticket: { number: 'A012' } });
});

test('what is no number is not sent, and the page says what one looks like', async () => {
  await key('n');
  await type('A-12');
  await key('Enter');
  assert.match(await glass.text('.dialog-wrong'), 'A012');
  assert.ok(await dialogOpen());
  assert.equal(glass.stub.acts, []);
});

test('a missed citizen is called now or goes back into the queue', async () => {
  const ids = states.everyVerb.missed.map((t) => t.id);
  await key('b');
  await key('Enter');
  assert.equal(await act(1), { do: 'return-missed', ticket: { id: ids[0] }, to: 'now' });
  await free();
  await key('b');
  await type('a009');
  await key('Shift+Enter');
  assert.equal(await act(2), { do: 'return-missed', ticket: { id: ids[1] }, to: 'queue' });
  await free();
  await key('b');
  await type('c777');
  await key('Enter');
  assert.equal(await act(3), { do: 'return-missed', ticket: { number: 'C777' }, to: 'now' });
});

test('a row of the lists opens its dialog with that number', async () => {
  await glass.tab.click('[data-of="held"] li:nth-child(2) button');
  await key('Enter');
  const ticket = { id: states.everyVerb.held[1]?.id };
  assert.equal(await act(), { do: 'resume', ticket });
});

test('void: Enter alone voids nobody', async () => {
  await key('v');
  await key('Enter');
  assert.ok(await dialogOpen());
  assert.equal(glass.stub.acts, []);
  await key('ArrowDown');
  await key('Enter');
  assert.equal(await act(), { do: 'void', ticket: { id: states.everyVerb.current?.id } });
});

test('close asks first', async () => {
  await key('x');
  await key('Escape');
  await key('x');
  await key('Enter');
  assert.equal(await act(), { do: 'close' });
  assert.is(glass.stub.acts.length, 1);
});

test('services of a tidal window: chosen with their order, or back to the profile', async () => {
  await key('w');
  await glass.tab.uncheck('.serve-row:nth-child(2) input[type="checkbox"]');
  await glass.tab.check('.serve-row:nth-child(4) input[type="checkbox"]');
  await glass.tab.fill('.serve-row:nth-child(4) input[type="number"]', '12');
  await glass.press('serve-yes');
  assert.equal(await act(1), {
    do: 'serve',
    services: [
      { service: 'general', level: 1 },
      { service: 'estate', level: 3 },
      { service: 'tax', level: 9 },
    ],
  });
  await free();
  await key('w');
  await glass.press('serve-default');
  assert.equal(await act(2), { do: 'serve', services: [] });
});

test('Esc leaves every dialog without an act, and the focus goes back where it was', async () => {
  await glass.tab.focus('.waiting .scroll');
  for (const name of 'phtnbvwxu') {
    await key(name);
    assert.ok(await dialogOpen(), name);
    const inside = await glass.tab.evaluate(() =>
      document.querySelector('dialog')?.contains(document.activeElement),
    );
    assert.ok(inside, `focus in the dialog of ${name}`);
    await key('Escape');
    assert.not(await dialogOpen(), name);
    const back = await glass.tab.evaluate(() => document.activeElement?.className);
    assert.is(back, 'scroll');
  }
  assert.equal(glass.stub.acts, []);
});

test('keys typed into a dialog are no verbs', async () => {
  await key('n');
  await type('FMS1');
  assert.is(await glass.tab.inputValue('dialog input'), 'FMS1');
  assert.equal(glass.stub.acts, []);
});

test('while a key is being worked on, no other key does anything', async () => {
  await glass.show(states.busy);
  assert.match(await result(), '叫下一位');
  for (const name of ['Space', 'r', 'h', '7']) await key(name);
  assert.not(await dialogOpen());
  await glass.show(states.everyVerb);
  await key('r');
  assert.equal(await act(), { do: 'recall' });
  assert.is(glass.stub.acts.length, 1);
});

test('a key struck twice and a key held down send one act', async () => {
  await glass.tab.evaluate(() => {
    for (const repeat of [false, false, true, true]) {
      document.dispatchEvent(new KeyboardEvent('keydown', { key: ' ', bubbles: true, repeat }));
    }
  });
  await free();
  // Still held down when the page takes keys again.
  await glass.tab.evaluate(() => {
    document.dispatchEvent(new KeyboardEvent('keydown', { key: ' ', bubbles: true, repeat: true }));
  });
  await free();
  await key('r');
  assert.equal(await act(1), { do: 'call-next' });
  assert.equal(await act(2), { do: 'recall' });
});

test('after a click on a verb the space bar calls the next, and does not press that verb again', async () => {
  await glass.press('miss');
  await act(1);
  await free();
  await key('Space');
  assert.equal(await act(2), { do: 'call-next' });
});

test('a button reached by Tab is pressed by Space, as everywhere', async () => {
  await glass.tab.focus('[data-id="finish"]');
  await key('Tab');
  await key('Shift+Tab');
  await key('Space');
  assert.equal(await act(), { do: 'finish' });
});

test('keys with Ctrl, Alt or Meta belong to the browser', async () => {
  for (const name of ['Control+r', 'Alt+f']) {
    await glass.tab.evaluate((n) => {
      const [modifier = '', k = ''] = n.split('+');
      const event = {
        key: k,
        bubbles: true,
        ctrlKey: modifier === 'Control',
        altKey: modifier === 'Alt',
      };
      document.dispatchEvent(new KeyboardEvent('keydown', event));
    }, name);
  }
  await key('r');
  assert.equal(await act(), { do: 'recall' });
  assert.is(glass.stub.acts.length, 1);
});

test('a greyed verb sends nothing and says so', async () => {
  await glass.show(states.closed);
  await key('f');
  assert.match(await result(), '现在不能“办结”');
  assert.is(await glass.tab.getAttribute('[data-id="finish"]', 'aria-disabled'), 'true');
  await glass.tab.click('[data-id="recall"]', { force: true });
  await key('o');
  assert.equal(await act(), { do: 'open' });
  assert.is(glass.stub.acts.length, 1);
});

test('"not now" is said only as long as it is true', async () => {
  await glass.show({ ...states.everyVerb, can: [], link: { online: false, since: 0 } });
  await key('f');
  assert.match(await result(), '现在不能“办结”');
  await glass.show(states.everyVerb);
  assert.not.match(await result(), '现在不能');
});

test('a dialog whose verb makes no sense any more goes away and says so', async () => {
  await key('h');
  assert.ok(await dialogOpen());
  await glass.show(states.paused);
  await glass.tab.locator('dialog').waitFor({ state: 'detached' });
  assert.match(await result(), '挂起');
});

test('the result of the last key is said to screen readers', async () => {
  assert.is(await glass.tab.getAttribute('.result p', 'aria-live'), 'polite');
  await glass.show(states.refused);
  assert.match(await result(), '不能再重呼');
  await glass.show(states.serving);
  assert.match(await result(), 'SBX023456 开始办理');
});

test('a key that the process did not take says so, and can be repeated', async () => {
  glass.stub.answerActsWith(503);
  await key('f');
  await glass.tab.locator('.result[data-look="bad"]').waitFor();
  assert.match(await result(), '请再按一次');
  glass.faults.length = 0; // The browser reports the 503 itself.
  glass.stub.answerActsWith(204);
  await key('f');
  assert.equal(await act(2), { do: 'finish' });
});

test('the current number is the largest thing, and its reason stands beside it', async () => {
  await glass.show(states.called);
  const sizes = await glass.tab.evaluate(() =>
    [...document.querySelectorAll('.work *')].map((e) => ({
      px: Number.parseFloat(getComputedStyle(e).fontSize),
      number: e.className === 'current-number',
    })),
  );
  const largest = Math.max(...sizes.map((s) => s.px));
  assert.ok(sizes.some((s) => s.number && s.px === largest));
  assert.match(await glass.text('.current-facts'), '轮到普通类');
});

test('recalls left and the wait until the next one are counted down', async () => {
  const nextAt = (await glass.tab.evaluate(() => Date.now())) + 20_000;
  await glass.show({ ...states.called, recall: { left: 2, nextAt } });
  assert.match(await glass.text('.recalls'), /还可重呼 2 次(19|20|21) 秒后/);
  await glass.tab.clock.fastForward(25_000);
  assert.is(await glass.text('.recalls'), '还可重呼 2 次');
});

test('a cut link is shouted once, names the person, and greys the keys', async () => {
  await glass.show(states.offline);
  assert.match(await glass.text('[role="alert"]'), '大厅连接中断');
  assert.match(await glass.text('[role="alert"]'), '0371-6666 1202');
  const on = await glass.tab.locator('.verb:not([aria-disabled="true"])').count();
  assert.is(on, 0);
});

test('the language of the counter stays as it was set', async () => {
  await glass.press('language');
  await glass.tab.reload();
  await glass.tab.locator('html[lang="en"]').waitFor();
  assert.match(await glass.text('[data-id="call-next"]'), 'Call next');
  await glass.press('language');
});

test.run();

/** The thread between a page and its own machine: cut, back, wrong, updated. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { audienceLimits } from '../../kiosk-app/runtime/screen-audience.ts';
import { silentAfterMs } from '../../kiosk-app/screens/shared/stream.ts';
import { Chromium } from './browser.ts';
import { demoIndex, paperStates, ticketPath, ticketSvg } from './demo-states.ts';
import { displayStates } from './display-states.ts';
import { queueStates } from './queue-states.ts';
import { windowStates } from './window-states.ts';

const test = suite('page and process');
const chromium = new Chromium();
test.after(() => chromium.close());

test('before the first state the page says that it is starting', async () => {
  const glass = await chromium.open('queue-machine.html', undefined);
  await glass.tab.locator('.halt').waitFor();
  assert.match(await glass.text('.halt'), '正在启动');
  await glass.show(queueStates.choose);
  assert.match(await glass.text('h1'), '请选择');
});

test('a process that is gone: calm words and whom to call; back: as if nothing had been', async () => {
  const glass = await chromium.open('queue-machine.html', queueStates.choose);
  glass.stub.cut();
  const halt = glass.tab.locator('.halt');
  while (!(await halt.isVisible())) await glass.tab.clock.fastForward(1000);
  assert.match(await glass.text('.halt'), '连接中断');
  assert.match(await glass.text('.halt .contact'), '0371-6666 1201');
  assert.is(await glass.tab.locator('.card').count(), 0);
  glass.stub.restore();
  while (await halt.isVisible()) await glass.tab.clock.fastForward(1000);
  await glass.tab.locator('.card').first().waitFor();
});

test('a clerk who is cut off keeps the last number in sight, and no key works', async () => {
  const glass = await chromium.open('window.html', windowStates.called);
  glass.stub.cut();
  const shown = glass.tab.locator('.broken[data-shown]');
  while (!(await shown.isVisible())) await glass.tab.clock.fastForward(1000);
  assert.match(await glass.text('.broken'), '连接中断');
  assert.is(await glass.text('.current-number'), 'A012');
  await glass.tab.keyboard.press('Space');
  assert.is(await glass.tab.locator('.verb:not([aria-disabled="true"])').count(), 0);
  assert.equal(glass.stub.acts, []);
});

test('a process that falls silent with its connection open is missed, and heard again', async () => {
  assert.ok(silentAfterMs > 2 * audienceLimits.heartbeatMs);
  const glass = await chromium.open('window.html', windowStates.called);
  glass.stub.beat();
  // States come in order: with the second the heartbeat before it was heard.
  await glass.show(windowStates.open);
  glass.stub.hang();
  // Half: the page's clock runs on by itself beside what is skipped.
  await glass.tab.clock.fastForward(silentAfterMs / 2);
  assert.is(await glass.tab.locator('.broken[data-shown]').count(), 0);
  await glass.tab.clock.fastForward(silentAfterMs / 2);
  await glass.tab.locator('.broken[data-shown]').waitFor();
  glass.stub.answer();
  await glass.tab.locator('.broken:not([data-shown])').waitFor({ state: 'attached' });
  assert.equal(glass.faults, []);
});

test('the page of another role says so instead of drawing nonsense', async () => {
  const glass = await chromium.open('window.html', undefined);
  glass.stub.push(displayStates.calls);
  await glass.tab.locator('.halt').waitFor();
  await glass.tab.waitForFunction(() => document.body.textContent?.includes('页面与本机不符'));
  await glass.show(windowStates.open);
  assert.match(await glass.text('h1'), '3 号窗口');
});

test('what is no state leaves the glass as it is', async () => {
  const glass = await chromium.open('display.html', displayStates.calls);
  for (const nonsense of [null, 7, 'text', {}]) glass.stub.push(nonsense);
  await glass.show(displayStates.past);
  assert.is(await glass.text('.hero-number'), 'A012');
  assert.equal(glass.faults, []);
});

test('an updated machine gets its new page by itself, an unchanged one is left alone', async () => {
  const glass = await chromium.open('display.html', displayStates.calls);
  let loads = 0;
  glass.tab.on('framenavigated', () => {
    loads += 1;
  });
  const asked = () =>
    glass.tab.waitForRequest(
      (r) => r.url().endsWith('/display.html') && r.resourceType() === 'fetch',
    );
  const cutAndBack = async () => {
    const question = asked();
    glass.stub.cut();
    glass.stub.restore();
    while ((await Promise.race([question, glass.tab.clock.fastForward(1000)])) === undefined);
  };
  await cutAndBack();
  await glass.show(displayStates.past);
  assert.is(loads, 0);
  glass.stub.files.set('/display.html', '<!doctype html><title>new</title>');
  const reloaded = glass.tab.waitForEvent('framenavigated');
  await cutAndBack();
  await reloaded;
});

test('paper page: deeds and keys of the bench, refusals in words', async () => {
  const glass = await chromium.open('paper.html', paperStates.printed, {
    before: (stub) => stub.files.set(ticketPath, ticketSvg),
  });
  await glass.tab.click('[data-printer="queue-1-printer"] [data-id="paper-out"]');
  await glass.stub.acted(1);
  await glass.tab.click('[data-id="key-2"]');
  await glass.stub.acted(2);
  assert.equal(glass.stub.acts, [
    { printer: 'queue-1-printer', do: 'paper-out' },
    { keypad: 'queue-2-keys', key: '2' },
  ]);
  assert.match((await glass.tab.getAttribute('.ticket img', 'alt')) ?? '', '综合受理');
  glass.stub.answerActsWith(409);
  await glass.tab.click('[data-printer="queue-1-printer"] [data-id="unplug"]');
  await glass.tab.waitForFunction(() =>
    document.querySelector('.refused')?.textContent?.includes('请再试一次'),
  );
  await glass.show(paperStates.troubles);
  const deeds = await glass.tab.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('.printer:nth-child(1) .deeds button')].map(
      (b) => b.dataset.id,
    ),
  );
  assert.equal(deeds.slice(0, 4), ['paper-in', 'close-cover', 'jam', 'unplug']);
});

test('index page: a link for every screen; without the demonstration it says how to start it', async () => {
  const glass = await chromium.open('index.html', undefined);
  await glass.tab.locator('.not-running').waitFor();
  glass.stub.files.set('/demo.json', demoIndex);
  while ((await glass.tab.locator('.screen').count()) === 0) {
    await glass.tab.clock.fastForward(1000);
  }
  const links = await glass.tab.evaluate(() =>
    [...document.querySelectorAll<HTMLAnchorElement>('.screen')].map((a) => a.href),
  );
  assert.is(links.length, demoIndex.screens.length + 1);
  assert.ok(links.includes(demoIndex.screens[0]?.url ?? ''));
});

test.run();

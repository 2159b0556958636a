/** The technicians' page: in one minute what is wrong and who owns it. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { HallScreen } from '../../kiosk-app/screens/contract.ts';
import { Chromium, type Glass, size } from './browser.ts';
import { hallStates } from './hall-states.ts';

const test = suite('hall page');
const chromium = new Chromium();
let glass: Glass;
const states: Record<keyof typeof hallStates, HallScreen> = hallStates;

test.before.each(async () => {
  const viewport = size('1280x800');
  glass = await chromium.open('hall.html', states.troubled, { viewport });
  await glass.tab.evaluate(() => localStorage.clear());
});
test.after(() => chromium.close());

const order = () =>
  glass.tab.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('[data-machine]')].map((e) => e.dataset.machine),
  );
const card = (machine: string) => glass.text(`.card[data-machine="${machine}"]`);

test('every machine once, the worst first, as the hall sorted them', async () => {
  assert.equal(
    await order(),
    states.troubled.machines.map((m) => m.id),
  );
});

test('the first glance tells how many need somebody, in words', async () => {
  assert.match(await glass.text('.verdict[data-look="bad"]'), '3 台机器需要马上处理');
  assert.match(await glass.text('.verdict[data-look="look"]'), '1 台机器需要查看');
});

test('the worst machine with its owner and what to do is seen without scrolling', async () => {
  const seen = await glass.tab.evaluate(() => {
    const box = document.querySelector('.card')?.getBoundingClientRect();
    return box !== undefined && box.bottom <= innerHeight;
  });
  assert.ok(seen);
  assert.match(await card('window-3'), /断线.*起，已 2\d 分钟/);
  assert.match(await card('window-3'), '王工 0371-1234 5603');
});

test('a device says kind, state in words, code, what to do, since when and its own owner', async () => {
  const text = await card('queue-1');
  for (const part of ['小票打印机', '不能使用', 'PRN_PAPER_OUT', '装上 80 mm 纸卷', '已 12 分钟']) {
    assert.match(text, part);
  }
  assert.match(text, '耗材组 赵敏 0371-1234 5699');
  assert.match(text, '其余正常：键盘 keys、感应雷达 radar');
});

test('what changes in the hall changes on the glass, without a touch', async () => {
  await glass.show(states.good);
  assert.is(await glass.tab.locator('.card').count(), 0);
  assert.match(await glass.text('.verdict'), '所有机器正常');
  await glass.show(states.stopped);
  assert.match(await glass.text('.banner-title'), '已停止发号');
  assert.is(await glass.tab.locator('.verdict[data-look="good"]').count(), 0);
});

test('bad ratings with their clock, and what the province does not take, as counts alone', async () => {
  const text = await glass.text('.ratings');
  for (const part of ['3 件差评待整改', '2026-11-20', '1 件已超期', '2 件评价省平台不接收']) {
    assert.match(text, part);
  }
  assert.match(text, '12 件评价待上报');
  await glass.show(states.good);
  assert.match(await glass.text('.ratings'), '没有待整改的差评');
  await glass.show(states.fresh);
  assert.is(await glass.tab.locator('.ratings').count(), 0);
});

test('when the hall process is gone, the page says that it shows old things', async () => {
  glass.stub.cut();
  while ((await glass.tab.locator('.banner[data-look]').count()) === 0) {
    await glass.tab.clock.fastForward(1000);
  }
  assert.match(await glass.text('.banner[data-look]'), '连接中断');
  glass.stub.restore();
});

test('English on a press, and again the next time the page is opened', async () => {
  await glass.press('language');
  assert.match(await glass.text('.verdict'), '3 machines need somebody now');
  assert.match(await card('queue-1'), 'put in a roll of 80 mm');
  const viewport = size('1280x800');
  glass = await chromium.open('hall.html', states.good, { viewport });
  assert.match(await glass.text('.verdict'), 'All machines are well');
});

test.run();

/** The evaluation pad under a citizen's finger, keyboard and screen reader. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { PadScreen } from '../../kiosk-app/screens/contract.ts';
import { Chromium, type Glass, size } from './browser.ts';
import { clerkPicture, labelsOf, padStates } from './pad-states.ts';

const test = suite('evaluation pad page');
const chromium = new Chromium();
let glass: Glass;
const states: Record<keyof typeof padStates, PadScreen> = padStates;
const uuidv7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const sizes = ['800x1280', '1280x800', '1024x600'];
const words = ['非常满意', '满意', '基本满意', '不满意', '非常不满意'];
const levels = [
  'very-satisfied',
  'satisfied',
  'basically-satisfied',
  'dissatisfied',
  'very-dissatisfied',
] as const;
const ticket = '2026-11-22/A012';

async function open(state: PadScreen, glassSize = '1280x800'): Promise<void> {
  glass = await chromium.open('evaluation-pad.html', state, {
    viewport: size(glassSize),
    before: (stub) => stub.files.set('/photos/0317.svg', clerkPicture),
  });
  if (state.step.at === 'idle') return;
  // The page listens to keys from the frame on in which its heading takes the focus.
  await glass.tab.waitForFunction(() => document.activeElement?.tagName === 'H1');
}
test.before.each(() => open(states.ask));
test.after.each(() => assert.equal(glass.faults, []));
test.after(() => chromium.close());

const acts = () => glass.stub.acts as { do: string; level?: string; press?: string }[];
const told = () => acts().filter((a) => a.do !== 'stay');
const shown = (selector: string) => glass.tab.locator(selector).first().isVisible();
const said = () => glass.text('[aria-live]');
const names = () => glass.tab.locator('.level').allTextContents();

for (const glassSize of sizes) {
  for (const level of levels) {
    test(`${glassSize}: ${level} is one tap away, like each of the five`, async () => {
      await open(states.ask, glassSize);
      await glass.press(level);
      await glass.stub.acted(1);
      const [act] = acts();
      assert.match(act?.press ?? '', uuidv7);
      assert.equal({ ...act, press: '' }, { do: 'level', ticket, level, press: '' });
    });
  }
}

test('the words stand in their order on every glass, with a face beside each', async () => {
  for (const glassSize of sizes) {
    await open(states.ask, glassSize);
    assert.equal(await names(), words);
    assert.is(await glass.tab.locator('.level .face').count(), 5);
  }
});

test('nothing is chosen before a person chooses, and no level has the focus', async () => {
  assert.is(await glass.tab.locator('[aria-pressed="true"], .pressed, :checked').count(), 0);
  assert.is(await glass.tab.evaluate(() => document.activeElement?.tagName), 'H1');
  assert.equal(acts(), []);
});

test('three quick taps, or two fingers on two faces, are one evaluation', async () => {
  await glass.tab.evaluate(() => {
    for (const id of ['satisfied', 'satisfied', 'dissatisfied']) {
      document.querySelector<HTMLElement>(`[data-id="${id}"]`)?.click();
    }
  });
  await glass.show(states.ratedFew);
  assert.equal(
    told().map((a) => a.level),
    ['satisfied'],
  );
});

test('the end of a double tap adds no label and undoes nothing', async () => {
  await glass.press('dissatisfied');
  await glass.show(states.ratedWorst);
  await glass.tab.evaluate(() => {
    for (const id of ['108', 'undo', 'done'])
      document.querySelector<HTMLElement>(`[data-id="${id}"]`)?.click();
  });
  assert.equal(
    told().map((a) => a.do),
    ['level'],
  );
});

test('a finger that comes down as the next service is asked for presses nothing', async () => {
  const next = { ...states.ask.step, ticket: '2026-11-22/A013', number: 'A013' };
  await glass.show({ ...states.ask, step: next });
  await glass.press('very-satisfied');
  assert.equal(told(), []);
  await glass.settle();
  await glass.press('very-satisfied');
  await glass.stub.acted(1);
  assert.is((acts()[0] as { ticket?: string }).ticket, '2026-11-22/A013');
});

test('a touch that the machine did not take is said, and can be repeated', async () => {
  glass.stub.answerActsWith(503);
  await glass.press('satisfied');
  await glass.tab.locator('.voluntary[role="alert"]').waitFor();
  assert.match(await glass.text('.voluntary'), '请再按一次');
  glass.faults.length = 0; // The browser reports the 503 itself.
  glass.stub.answerActsWith(204);
  await glass.press('satisfied');
  await glass.stub.acted(2);
});

test('the labels of the chosen level only; nothing of them is chosen', async () => {
  for (const state of [states.ratedBest, states.ratedFew, states.ratedPoor, states.ratedWorst]) {
    await glass.show(state);
    if (state.step.at !== 'rated') throw new Error('not rated');
    const { level, chosen } = state.step;
    const codes = await glass.tab
      .locator('.label')
      .evaluateAll((all) => all.map((e) => e.getAttribute('data-id')));
    assert.equal(
      codes,
      labelsOf(level).map((l) => l.code),
    );
    assert.is(await glass.tab.locator('.label[aria-pressed="true"]').count(), chosen.length);
  }
});

test('two labels pressed in quick succession are both told', async () => {
  await glass.show(states.ratedBest);
  await glass.settle();
  await glass.press('510');
  await glass.press('517');
  await glass.press('510');
  await glass.stub.acted(3);
  assert.equal(acts().at(-1), { do: 'details', ticket, labels: ['517'], text: '' });
});

test('no more labels than the hall takes, and it says so', async () => {
  await glass.show(states.ratedWorst);
  await glass.settle();
  assert.match(await glass.text('#reasons'), '最多选 3 项');
  // The browser's driver does not click what is disabled; a finger does.
  await glass.tab.evaluate(() => document.querySelector<HTMLElement>('[data-id="111"]')?.click());
  assert.equal(told(), []);
  await glass.press('110');
  await glass.press('111');
  await glass.stub.acted(2);
  assert.equal((acts().at(-1) as { labels?: unknown }).labels, ['108', '109', '111']);
});

test('words are kept while they are written, at most 150 characters', async () => {
  await glass.show(states.ratedPoor);
  await glass.settle();
  await glass.press('words');
  await glass.tab.fill('#words', '等'.repeat(149));
  await glass.tab.locator('#words').pressSequentially('了很久');
  assert.is((await glass.tab.inputValue('#words')).length, 150);
  assert.match(await glass.text('#words-left'), '还可以写 0 字');
  await glass.tab.clock.fastForward(1000);
  await glass.tab.waitForFunction(() => true);
  const kept = () => acts().filter((a) => a.do === 'details') as unknown as { text: string }[];
  while (kept().length === 0) await glass.tab.clock.fastForward(100);
  assert.is([...(kept()[0]?.text ?? '')].length, 150);
  assert.ok(acts().some((a) => a.do === 'stay'));
  await glass.press('words-done');
  await glass.tab.locator('[data-step="rated"]').waitFor();
});

test('undo is one tap on the thank-you, and after it all five are as before', async () => {
  await glass.show(states.thanked);
  await glass.settle();
  assert.match(await glass.text('[data-id="undo"]'), '撤销重选');
  await glass.press('undo');
  await glass.stub.acted(1);
  assert.equal(acts(), [{ do: 'undo', ticket }]);
  await glass.show(states.ask);
  assert.is(await glass.tab.locator('.pressed').count(), 0);
  assert.equal(await names(), words);
});

test('what can not be taken back offers no undo', async () => {
  await glass.show(states.thankedSent);
  assert.is(await glass.tab.locator('[data-id="undo"]').count(), 0);
});

test('nobody has to: one tap leaves', async () => {
  await glass.press('decline');
  await glass.stub.acted(1);
  assert.equal(acts(), [{ do: 'decline', ticket }]);
});

test('by keyboard alone: digits for the levels, or Tab and Enter', async () => {
  for (const [i, level] of levels.entries()) {
    await open(states.ask);
    await glass.tab.keyboard.press(String(i + 1));
    await glass.stub.acted(1);
    assert.is(told()[0]?.level, level);
  }
  await open(states.ask);
  const reached: string[] = [];
  for (let i = 0; i < 6; i++) {
    await glass.tab.keyboard.press('Tab');
    reached.push(
      await glass.tab.evaluate(() => document.activeElement?.getAttribute('data-id') ?? ''),
    );
  }
  assert.equal(reached, [...levels, 'decline']);
  for (let i = 0; i < 4; i++) await glass.tab.keyboard.press('Shift+Tab');
  await glass.tab.keyboard.press('Enter');
  await glass.tab.waitForFunction(() => document.querySelector('.pressed') !== null);
  await glass.stub.acted(2);
  assert.is(told()[0]?.level, 'satisfied');
  assert.equal(
    acts().map((a) => a.do),
    ['stay', 'level'],
    'who moves by keys gets more time',
  );
});

test('by keyboard alone: labels, words, done, undo', async () => {
  await glass.show(states.ratedBest);
  await glass.settle();
  const tabTo = async (id: string) => {
    for (let i = 0; i < 30; i++) {
      await glass.tab.keyboard.press('Tab');
      const at = await glass.tab.evaluate(() => document.activeElement?.getAttribute('data-id'));
      if (at === id) return;
    }
    throw new Error(`${id} is not reached`);
  };
  await tabTo('512');
  await glass.tab.keyboard.press('Space');
  await tabTo('words');
  await glass.tab.keyboard.press('Enter');
  await glass.tab.waitForFunction(() => document.activeElement?.id === 'words');
  await glass.tab.keyboard.type('好');
  await glass.tab.keyboard.press('Tab');
  await glass.tab.keyboard.press('Enter');
  await tabTo('done');
  await glass.tab.keyboard.press('Enter');
  await glass.tab.waitForFunction(() => true);
  while (!acts().some((a) => a.do === 'done')) await glass.tab.clock.fastForward(10);
  assert.equal(
    acts()
      .filter((a) => a.do === 'details')
      .at(-1),
    {
      ...{ do: 'details', ticket, labels: ['512'], text: '好' },
    },
  );
});

test('a screen reader hears the question, five names, what was chosen and that it is safe', async () => {
  assert.is(await said(), '请您评价本次服务。按一下即可。评价自愿，窗口工作人员看不到您的选择。');
  const tree = await glass.tab.locator('main').ariaSnapshot();
  assert.match(tree, 'group "满意程度，五项选一项"');
  for (const word of words) assert.match(tree, `button "${word}"`);
  assert.match(tree, 'button "不评价"');
  await glass.show(states.ratedPoor);
  assert.is(await said(), '谢谢，您选择了不满意，已经记下。');
  const rated = await glass.tab.locator('main').ariaSnapshot();
  assert.match(rated, 'group "已经记下。想说明原因，可以再选。"');
  assert.match(rated, 'button "服务态度生硬" [pressed]');
  await glass.show(states.thanked);
  assert.is(await said(), '感谢您的评价');
  await glass.show(states.failed);
  assert.is(await said(), '没有记下您的评价');
  await glass.show(states.idle);
  assert.is(await said(), '');
});

test('the code for the phone can be read: dark on white with its quiet zone', async () => {
  await glass.show(states.askQr);
  const box = await glass.tab.locator('.qr svg').boundingBox();
  assert.ok((box?.width ?? 0) >= 120);
  const view = await glass.tab.locator('.qr svg').getAttribute('viewBox');
  assert.match(view ?? '', /^-4 -4 \d+ \d+$/);
  assert.match(await glass.text('.qr'), '手机扫码');
});

test('idle: window, clerk as far as the hall shows it; 暂停服务 when paused', async () => {
  await glass.show(states.idle);
  assert.match(await glass.text('.idle-window'), /3号窗口.*不动产税务专窗/);
  assert.match(await glass.text('.clerk'), /李晓梅首席代表工号 0317/);
  await glass.tab.waitForFunction(() => (document.querySelector('img')?.naturalWidth ?? 0) > 0);
  assert.not(await shown('.level'));
  await glass.show(states.noClerk);
  assert.not(await shown('.clerk'));
  await glass.show(states.postOnly);
  assert.match(await glass.text('.clerk'), /导办员工号 12/);
  await glass.show(states.paused);
  assert.match(await glass.text('.idle-notice'), '暂停服务');
  await glass.show(states.offline);
  assert.match(await glass.text('.offline'), /未连接 \d\d:\d\d/);
});

test('large text and English ask for more time, and are forgotten with the person', async () => {
  await glass.press('elder');
  await glass.settle();
  await glass.press('language');
  await glass.settle();
  await glass.stub.acted(2);
  assert.equal(acts(), [
    { do: 'stay', ticket },
    { do: 'stay', ticket },
  ]);
  assert.equal(await names(), [
    'Very satisfied',
    'Satisfied',
    'Fairly satisfied',
    'Dissatisfied',
    'Very dissatisfied',
  ]);
  const root = () =>
    glass.tab.evaluate(() => [
      document.documentElement.lang,
      document.documentElement.hasAttribute('data-elder'),
    ]);
  assert.equal(await root(), ['en', true]);
  await glass.show(states.thanked);
  assert.equal(await root(), ['en', true]);
  await glass.show(states.idle);
  await glass.tab.waitForFunction(() => document.documentElement.lang === 'zh-CN');
  assert.equal(await root(), ['zh-CN', false]);
  await glass.show({ ...states.idle, elder: true, machine: 'pad-9' });
});

test('without its own process the pad says so calmly, and comes back by itself', async () => {
  glass.stub.cut();
  while ((await glass.tab.locator('.halt').count()) === 0) {
    await glass.tab.clock.fastForward(1000);
  }
  assert.match(await glass.text('.halt'), '连接中断');
  glass.stub.restore();
  while ((await glass.tab.locator('.halt').count()) > 0) await glass.tab.clock.fastForward(1000);
  assert.ok(await shown('.level'));
  glass.faults.length = 0; // The browser reports the cut itself.
});

test.run();

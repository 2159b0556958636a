// time-limit: 240 s
/** The queue machine's page under a citizen's finger. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { QueueScreen } from '../../kiosk-app/screens/contract.ts';
import { Chromium, type Glass } from './browser.ts';
import { queueStates } from './queue-states.ts';

const test = suite('queue machine page');
const chromium = new Chromium();
let glass: Glass;
const states: Record<keyof typeof queueStates, QueueScreen> = queueStates;
const uuidv7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const minutes = 60;

test.before.each(async () => {
  glass = await chromium.open('queue-machine.html', states.choose);
});
test.after.each(async () => {
  assert.equal(glass.faults, []);
});
test.after(() => chromium.close());

const shown = (selector: string) => glass.tab.locator(selector).first().isVisible();
const said = () => glass.text('[aria-live]');
const heading = () => glass.text('h1');
const acts = () => glass.stub.acts as { do: string; service?: string; class?: unknown }[];
const attribute = (name: string) =>
  glass.tab.evaluate((n) => document.documentElement.getAttribute(n), name);

test('one touch takes one number: service, no class, a key made at the touch', async () => {
  await glass.press('general');
  await glass.stub.acted(1);
  const [act] = glass.stub.acts as [{ press: string }];
  assert.match(act.press, uuidv7);
  assert.equal({ ...act, press: '' }, { do: 'take', service: 'general', class: null, press: '' });
});

test('three quick taps on a service take one number', async () => {
  await glass.tab.evaluate(() => {
    const card = document.querySelector<HTMLElement>('[data-id="general"]');
    for (let i = 0; i < 3; i++) card?.click();
  });
  await glass.tab.locator('[data-step="working"]').waitFor();
  await glass.show(states.printing);
  assert.is(acts().length, 1);
});

test('two fingers on two services take one number', async () => {
  await glass.tab.evaluate(() => {
    for (const id of ['general', 'tax']) {
      document.querySelector<HTMLElement>(`[data-id="${id}"]`)?.click();
    }
  });
  await glass.show(states.printing);
  assert.equal(
    acts().map((a) => a.service),
    ['general'],
  );
});

test('a card looks pressed in the frame of the touch, before it is let go', async () => {
  const card = glass.tab.locator('[data-id="general"]');
  const before = await card.evaluate((e) => getComputedStyle(e).backgroundColor);
  await card.hover();
  await glass.tab.mouse.down();
  assert.is.not(await card.evaluate((e) => getComputedStyle(e).backgroundColor), before);
  await glass.tab.mouse.move(1, 1);
  await glass.tab.mouse.up();
  assert.is(await card.evaluate((e) => getComputedStyle(e).backgroundColor), before);
  assert.equal(acts(), []);
});

test('the glass says "being issued" at the touch, without waiting for the flow', async () => {
  await glass.press('general');
  assert.is(await heading(), '正在取号');
  assert.is(await glass.text('.step-service'), '综合受理');
});

test('a press that the process did not take says so, and can be repeated', async () => {
  glass.stub.answerActsWith(503);
  await glass.press('general');
  await glass.tab.locator('[data-step="failed"]').waitFor();
  assert.match(await glass.text('.step-because'), '没有取号');
  assert.match(await glass.text('.contact'), '0371-6666 1201');
  glass.faults.length = 0; // The browser reports the 503 itself.
  glass.stub.answerActsWith(204);
  await glass.settle();
  await glass.press('home');
  await glass.settle();
  await glass.press('general');
  await glass.stub.acted(2);
});

test('taken, but no step follows: the page lets go after some seconds', async () => {
  await glass.press('general');
  await glass.stub.acted(1);
  await glass.tab.locator('[data-step="working"]').waitFor();
  while (!(await shown('.shelf'))) await glass.tab.clock.fastForward(1000);
  await glass.settle();
  await glass.press('general');
  await glass.stub.acted(2);
});

test('the end of a double tap on a group does not take a number in it', async () => {
  await glass.show(states.many);
  const card = glass.tab.locator('[data-id="estate"]');
  const box = await card.boundingBox();
  const [x, y] = [(box?.x ?? 0) + 60, (box?.y ?? 0) + 60];
  await glass.tab.mouse.click(x, y, { clickCount: 2 });
  assert.is(await heading(), '请选择要办理的业务');
  assert.equal(acts(), []);
  await glass.settle();
  await glass.tab.mouse.click(x, y);
  await glass.stub.acted(1);
});

test('the end of a triple tap does not send the number away that has just appeared', async () => {
  await glass.show(states.printing);
  await glass.show(states.done);
  await glass.press('home');
  assert.equal(acts(), []);
  await glass.settle();
  await glass.press('home');
  await glass.stub.acted(1);
  assert.equal(acts(), [{ do: 'home' }]);
});

test('a closed service can be read and not be pressed', async () => {
  const card = glass.tab.locator('[data-id="estate"]');
  assert.match((await card.textContent()) ?? '', '今天的号已经发完');
  assert.is(await card.getAttribute('aria-disabled'), 'true');
  await card.click({ force: true });
  await glass.press('general');
  await glass.stub.acted(1);
  assert.equal(
    acts().map((a) => a.service),
    ['general'],
  );
});

test('people ahead and expected wait stand on every service before it is chosen', async () => {
  const facts = await glass.text('[data-id="social"] .card-facts');
  assert.match(facts, '7 人等候');
  assert.match(facts, '约等 21 分钟');
  assert.match(await glass.text('[data-id="collect"] .card-facts'), '现在无人等候');
});

test('priority is chosen first, names its proof, and goes with the number', async () => {
  await glass.press('priority');
  assert.match(await glass.text('.honest'), '窗口核对证件');
  assert.match(await glass.text('[data-id="disabled"]'), '残疾人证');
  await glass.settle();
  await glass.press('disabled');
  assert.match(await glass.text('.priority-chosen'), '残疾人证');
  await glass.settle();
  await glass.press('general');
  await glass.stub.acted(1);
  assert.is(acts()[0]?.class, 'disabled');
});

test('priority can be taken back', async () => {
  await glass.press('priority');
  await glass.settle();
  await glass.press('disabled');
  await glass.settle();
  await glass.press('priority-cancel');
  await glass.settle();
  await glass.press('general');
  await glass.stub.acted(1);
  assert.is(acts()[0]?.class, null);
});

test('priority does not stay for the next person', async () => {
  await glass.press('priority');
  await glass.settle();
  await glass.press('soldier');
  await glass.show(states.done);
  await glass.settle();
  await glass.press('home');
  await glass.show(states.choose);
  await glass.settle();
  await glass.press('general');
  await glass.stub.acted(2);
  assert.is(acts()[1]?.class, null);
});

/** Language of the page and what on it is Chinese, read in one go: the page may forget in between. */
const chineseOnGlass = () =>
  glass.tab.evaluate(() => {
    const names = '.contact, [data-id="language"]';
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found: string[] = [];
    for (let n = walker.nextNode(); n !== null; n = walker.nextNode()) {
      // A person's own name stays as the card says it, masked.
      const text = (n.textContent ?? '').replace(/[\u4e00-\u9fff]+\*+/, '');
      if (/[\u3000-\u9fff\uff00-\uffef]/.test(text) && !n.parentElement?.closest(names)) {
        found.push(text);
      }
    }
    return { lang: document.documentElement.lang, found };
  });

/** A state of a new visitor makes the page forget the language once; the clock may do it once more. */
const forgetsMax = 3;

test('English says everything in English, and so does the document', async () => {
  await glass.press('language');
  assert.is(await attribute('lang'), 'en');
  for (const state of Object.values(states)) {
    await glass.show(state);
    let seen = await chineseOnGlass();
    for (let forgot = 0; seen.lang !== 'en' && forgot < forgetsMax; forgot += 1) {
      await glass.settle();
      await glass.press('language');
      seen = await chineseOnGlass();
    }
    assert.equal(seen, { lang: 'en', found: [] });
  }
});

test('left alone, the page forgets language, size, reach, group and priority', async () => {
  await glass.show(states.many);
  for (const id of ['language', 'elder', 'low-reach', 'priority', 'soldier', 'estate']) {
    await glass.press(id);
    await glass.settle();
  }
  assert.is(await attribute('data-elder'), '');
  await glass.tab.clock.fastForward(states.many.idleS * 1000);
  assert.is(await heading(), '请选择业务类别');
  assert.is(await attribute('lang'), 'zh-CN');
  assert.is(await attribute('data-elder'), null);
  assert.is(await attribute('data-low-reach'), null);
  assert.is(await shown('.priority-chosen'), false);
});

test('every touch starts the time anew', async () => {
  await glass.press('language');
  await glass.tab.clock.fastForward((states.choose.idleS - 10) * 1000);
  await glass.tab.mouse.click(5, 5);
  await glass.tab.clock.fastForward((states.choose.idleS - 10) * 1000);
  assert.is(await attribute('lang'), 'en');
});

test('going home by hand keeps language and size, going home by itself forgets them', async () => {
  await glass.press('language');
  await glass.press('elder');
  await glass.show(states.done);
  await glass.settle();
  await glass.press('home');
  await glass.show(states.choose);
  assert.is(await attribute('lang'), 'en');
  assert.is(await attribute('data-elder'), '');
  await glass.show(states.done);
  await glass.show(states.choose);
  await glass.tab.locator('html[lang="zh-CN"]').waitFor();
  assert.is(await attribute('data-elder'), null);
});

test('what happens is said to screen readers', async () => {
  await glass.show(states.issuing);
  assert.is(await said(), '正在取号');
  await glass.show(states.printing);
  assert.is(await said(), '正在打印小票');
  await glass.show(states.done);
  assert.match(await said(), '您的号码是 A012，前面有 11 人等候。请取走小票');
  await glass.show(states.failed);
  assert.match(await said(), '没有取到号码');
  assert.match(await said(), '旁边的取号机');
  assert.not.match(await said(), /。。/, 'what is a sentence already gets no second stop');
  await glass.show(states.printer);
  assert.match(await said(), '小票纸用完了');
});

test('the note of the flow stands in place of the usual word on the paper', async () => {
  const note = { zh: '请找工作人员补打小票', en: 'Ask the staff for a new print' };
  const { step } = states.doneUncertain;
  await glass.show({ ...states.doneUncertain, step: { ...step, note } });
  assert.match(await glass.text('.paper'), note.zh);
  assert.match(await said(), note.zh);
});

test('every obstacle says what to do and names a person with a phone', async () => {
  for (const name of ['unreachable', 'stopped', 'printer', 'closed'] as const) {
    await glass.show(states[name]);
    const { obstacle } = states[name];
    assert.match(await glass.text('.step'), obstacle?.todo.zh ?? '');
    assert.match(await glass.text('.contact'), '张敏');
    assert.match(await glass.text('.contact'), '0371-6666 1201');
  }
});

test('working for long is no endless dots: it says so and names whom to ask', async () => {
  await glass.show(states.printing);
  assert.match(await glass.text('.step-todo'), '不用再按');
  await glass.show(states.slow);
  assert.match(await glass.text('.step-todo'), '比平时慢');
  assert.match(await glass.text('.step .contact'), '张敏');
});

test('the focus stands on the heading of what has just appeared, never on nothing', async () => {
  for (const name of ['many', 'issuing', 'done', 'choose', 'unreachable', 'failed'] as const) {
    await glass.show(states[name]);
    await glass.tab.waitForFunction(() => document.activeElement?.tagName === 'H1');
  }
  await glass.show(states.choose);
  await glass.settle();
  await glass.tab.focus('[data-id="general"]');
  const fuller = structuredClone(states.choose);
  for (const service of fuller.groups.flatMap((g) => g.services)) service.waiting += 1;
  await glass.show(fuller);
  assert.is(
    await glass.tab.evaluate(() => document.activeElement?.getAttribute('data-id')),
    'general',
  );
});

test('turning pages shows every service once', async () => {
  await glass.tab.setViewportSize({ width: 1280, height: 800 });
  await glass.show(states.many);
  await glass.press('estate');
  await glass.settle();
  const seen: string[] = [];
  for (;;) {
    const ids = await glass.tab.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('.card')].map((c) => c.dataset.id ?? ''),
    );
    seen.push(...ids);
    if ((await glass.tab.getAttribute('[data-id="next"]', 'aria-disabled')) === 'true') break;
    await glass.press('next');
  }
  const all = states.many.groups[0]?.services.map((s) => s.id);
  assert.equal(seen, all);
});

test('the countdown tells when the page goes back by itself', async () => {
  const until = (await glass.tab.evaluate(() => Date.now())) + 30_000;
  const { done } = states;
  await glass.show({ ...done, step: { ...done.step, until } });
  assert.match(await glass.text('.go-home'), /(29|30) 秒后/);
  await glass.tab.clock.fastForward(10_000);
  assert.match(await glass.text('.go-home'), /(19|20) 秒后/);
});

test('low reach keeps every control in the lower part of the glass', async () => {
  await glass.press('low-reach');
  const tops = await glass.tab.evaluate(() =>
    [...document.querySelectorAll('button')].map((b) => b.getBoundingClientRect().top),
  );
  assert.ok(Math.min(...tops) > 1920 * 0.35, String(tops));
});

test('the clock on the page is the hall clock, not the machine clock', async () => {
  const offsetMs = 90 * minutes * 1000;
  const expected = await glass.tab.evaluate((offset) => {
    const options = { hour: '2-digit', minute: '2-digit', timeZone: 'Asia/Tokyo' } as const;
    return new Intl.DateTimeFormat('en-GB', options).format(Date.now() + offset);
  }, offsetMs);
  await glass.show({ ...states.choose, time: { timeZone: 'Asia/Tokyo', offsetMs } });
  assert.is(await glass.text('.clock b'), expected);
});

test('a hall whose clock is a little behind this machine’s is not shown a minute late', async () => {
  const minuteMs = 60_000;
  await glass.show({ ...states.choose, time: { timeZone: 'UTC', offsetMs: -400 } });
  const today = await glass.tab.evaluate(() => Date.now());
  const minute = (Math.floor(today / minuteMs) + 10) * minuteMs;
  await glass.tab.clock.pauseAt(minute - 1_000);
  await glass.tab.clock.runFor(2_000);
  const shown = await glass.text('.clock b');
  await glass.tab.clock.resume();
  assert.is(shown, new Date(minute).toISOString().slice(11, 16));
});

test.run();

// time-limit: 90 s
/** The page on the citizen's phone: five equal ways, nothing chosen, no script needed, axe content. */
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { levels } from '../../broker-config/messages.ts';
import {
  contentSecurityPolicy,
  type FormParts,
  formPage,
  saidPage,
} from '../../kiosk-app/hall/ratings/phone/page.ts';
import { ensureProgram } from '../harness/system-programs.ts';

const test = suite('phone page');
const phone = { width: 390, height: 844 };
let browser: Browser;

test.before(async () => {
  ensureProgram('fonts-noto-cjk');
  const args = ['--no-sandbox', '--disable-gpu'];
  browser = await chromium.launch({ executablePath: ensureProgram('chromium'), args });
});
test.after(() => browser.close());

const both = (zh: string, en: string) => ({ zh, en });
const parts: FormParts = {
  ...{ language: 'zh', number: 'A001', service: '企业职工基本养老保险参保登记', window: '1' },
  ...{ round: 1, key: '00000000-0000-7000-8000-000000000001', nothingChosen: false },
  rules: {
    ...{ inviteS: 60, undoS: 5, textMax: 150, labelsMax: 8, followUp: true },
    labels: [
      {
        code: '510',
        level: 'very-satisfied',
        name: both('一窗受理一次办结', 'One window, one visit'),
      },
      { code: '108', level: 'very-dissatisfied', name: both('增加新的审批条件', 'New conditions') },
    ],
  },
};

async function open(html: string, javaScriptEnabled: boolean): Promise<Page> {
  const context = await browser.newContext({ viewport: phone, javaScriptEnabled });
  const tab = await context.newPage();
  await tab.route('**', (route) =>
    route.fulfill({
      contentType: 'text/html; charset=utf-8',
      headers: { 'content-security-policy': contentSecurityPolicy },
      body: html,
    }),
  );
  await tab.goto('http://phone.test/e/x');
  return tab;
}

test('axe finds nothing on the form in both languages, nor on what is said afterwards', async () => {
  const pages = [
    formPage(parts),
    formPage({ ...parts, language: 'en', nothingChosen: true, round: 2 }),
    saidPage('zh', 'thanks', 'thanksDetail'),
    saidPage('en', 'wrong', 'notFinished'),
  ];
  for (const html of pages) {
    const tab = await open(html, true);
    await tab.evaluate(axe.source);
    const { violations } = (await tab.evaluate(`axe.run(document, {
      resultTypes: ['violations'], rules: { 'target-size': { enabled: true } },
    })`)) as { violations: { id: string; help: string }[] };
    assert.equal(
      violations.map((v) => `${v.id}: ${v.help}`),
      [],
    );
    await tab.context().close();
  }
});

test('without any script: five equal targets, one tap each, only its own labels, nothing before', async () => {
  const tab = await open(formPage(parts), false);
  const boxes = [];
  for (const [i] of levels.entries())
    boxes.push(await tab.locator(`label[for=l${i}]`).boundingBox());
  const sizes = boxes.map((b) => `${b?.width} ${b?.height}`);
  assert.is(new Set(sizes).size, 1, sizes.join(', '));
  assert.ok((boxes[0]?.height ?? 0) >= 60 && (boxes[0]?.width ?? 0) >= 60);
  assert.ok((boxes.at(-1)?.y ?? 1e9) < phone.height, 'all five are seen without scrolling');
  assert.is(await tab.locator('input:checked').count(), 0);
  assert.is(await tab.locator('.labels:visible').count(), 0);
  await tab.locator('label[for=l4]').click();
  assert.is(
    await tab.locator('input[name=level]:checked').getAttribute('value'),
    'very-dissatisfied',
  );
  assert.equal(await tab.locator('.labels:visible input').evaluateAll(valuesOf), ['108']);
  await tab.locator('label[for=l0]').click();
  assert.equal(await tab.locator('.labels:visible input').evaluateAll(valuesOf), ['510']);
  await tab.locator('label[for=l3]').click();
  assert.is(await tab.locator('.labels:visible').count(), 0);
  await tab.context().close();
});

const valuesOf = (inputs: Element[]) => inputs.map((i) => i.getAttribute('value'));

test.run();

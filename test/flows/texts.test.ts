import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { printFailures } from '../../broker-config/messages.ts';
import { failureText } from '../../kiosk-app/queue-machine/printer-health.ts';
import { windowVerbs } from '../../kiosk-app/screens/contract.ts';
import { en } from '../../kiosk-app/texts/en.ts';
import { sentence } from '../../kiosk-app/texts/sentence.ts';
import { type TextKey, zhCN } from '../../kiosk-app/texts/zh-CN.ts';

const keys = Object.keys(zhCN) as TextKey[];
const placeholders = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort();

test('both languages have the same texts, none empty', () => {
  assert.equal(Object.keys(en).sort(), [...keys].sort());
  for (const key of keys) assert.ok(zhCN[key].length > 0 && en[key].length > 0, key);
});

test('both languages have the same placeholders', () => {
  for (const key of keys) assert.equal(placeholders(en[key]), placeholders(zhCN[key]), key);
});

test('Chinese texts are Chinese, English texts are not', () => {
  const han = /\p{Script=Han}/u;
  for (const key of keys) {
    assert.ok(han.test(zhCN[key]), `zh ${key}`);
    assert.not.ok(han.test(en[key]), `en ${key}`);
  }
});

test('every print failure and every verb of the window has its words', () => {
  for (const failure of printFailures) assert.ok(failureText(failure).zh.length > 0);
  for (const verb of windowVerbs) assert.ok(sentence(`window.did.${verb}`).en.length > 0);
});

test('a sentence fills each language with its own words', () => {
  const cause = { zh: '没有纸了。', en: 'No paper.' };
  const made = sentence('take.notPrinted.because', { cause });
  assert.ok(made.zh.startsWith('没有纸了。'));
  assert.ok(made.en.startsWith('No paper.'));
});

test('a forgotten value is seen, not hidden', () => {
  assert.match(sentence('done.none.note').zh, '{number}');
});

test.run();

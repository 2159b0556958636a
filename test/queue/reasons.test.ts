import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Reason } from '../../broker-config/messages.ts';
import { reasonCodes, reasonFrom, reasonOf } from '../../broker-config/reasons.ts';
import { en } from '../../broker-config/texts/en.ts';
import { zhCN } from '../../broker-config/texts/zh-CN.ts';
import { check } from '../../broker-config/validate.ts';

const all: Record<string, readonly string[]> = Object.assign({}, ...Object.values(reasonCodes));
const texts = { zhCN, en } as Record<string, Record<string, string>>;

test('every code has a sentence in both languages and no sentence lacks a code', () => {
  const total = Object.values(reasonCodes).reduce((n, group) => n + Object.keys(group).length, 0);
  assert.is(Object.keys(all).length, total, 'a code stands in two groups');
  for (const [language, list] of Object.entries(texts)) {
    assert.equal(Object.keys(list).sort(), Object.keys(all).sort(), language);
  }
});

test('a sentence uses only data its code declares, and each declared name in some language', () => {
  for (const [code, names] of Object.entries(all)) {
    const used = new Set<string>();
    for (const list of Object.values(texts)) {
      for (const [, name] of (list[code] ?? '').matchAll(/\{([^}]*)\}/g)) used.add(name ?? '');
    }
    assert.equal([...used].sort(), [...names].sort(), code);
  }
});

test('a filled sentence has no placeholder left and fits the message', () => {
  for (const [code, names] of Object.entries(all)) {
    const data = Object.fromEntries(names.map((name) => [name, 'x'.repeat(200)]));
    const reason = reasonFrom(code, data);
    assert.not.match(reason.zh + reason.en, /[{}]/, code);
    assert.ok(check(Reason, reason).ok, code);
  }
});

test('data is shown as given, with nothing in it taken for a placeholder', () => {
  assert.is(
    reasonOf('ticket-unknown', { ticket: '{number} $& A1' }).en,
    'There is no number {number} $& A1. Please check it and try again.',
  );
});

test('a code this version does not know is shown as it is', () => {
  assert.is(reasonFrom('rule-from-the-future', {}).zh, 'rule-from-the-future');
});

test.run();

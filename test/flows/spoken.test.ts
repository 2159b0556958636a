import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { sentenceCharsMax } from '../../devices/voice/contract.ts';
import { areaText } from '../../devices/window-sign/onbon/commands.ts';
import { callSentence, signContent } from '../../kiosk-app/texts/spoken.ts';
import fc from '../harness/fc.ts';

const test = suite('what the loudspeaker says and the sign shows');
const zh = { lang: 'zh-CN', one: 'yi' } as const;
const en = { lang: 'en', one: 'yi' } as const;

test('the ticket is read digit by digit, the window is counted', () => {
  const call = { number: 'A115', windowLabel: '12', again: false };
  assert.equal(callSentence(call, zh), { text: '请A一一五号到十二号窗口办理。', lang: 'zh-CN' });
  assert.is(callSentence(call, { ...zh, one: 'yao' }).text, '请A幺幺五号到十二号窗口办理。');
  assert.is(callSentence(call, en).text, 'Number A one one five, please go to window 12.');
  assert.match(callSentence({ ...call, again: true }, zh).text, /尽快/);
});

test('any number and window: one sentence in each language, short enough, nothing left unfilled', () => {
  const number = fc.stringMatching(/^[A-Z]{0,2}[0-9]{1,6}$/);
  const windowLabel = fc.stringMatching(/^[A-Z0-9$&]{1,8}$/);
  fc.assert(
    fc.property(
      number,
      windowLabel,
      fc.boolean(),
      fc.constantFrom(zh, en),
      (n, w, again, style) => {
        const { text } = callSentence({ number: n, windowLabel: w, again }, style);
        assert.ok(text.length <= sentenceCharsMax, String(text.length));
        assert.not.match(text, /[{}]/);
        if (style.lang === 'zh-CN') assert.not.match(text.slice(0, text.indexOf('号')), /\d/);
      },
    ),
  );
});

test('at the window the sign says who, on a wall also where; a call blinks, serving does not', () => {
  assert.equal(signContent({ state: 'called', number: 'A015' }, null), {
    ...{ number: 'A015', lines: ['请 A015'], blink: true },
  });
  assert.equal(signContent({ state: 'called', number: 'A015' }, '3').lines, ['A015 请到3号窗口']);
  assert.is(signContent({ state: 'serving', number: 'A015' }, null).blink, false);
  assert.equal(signContent({ state: 'paused' }, '3'), {
    ...{ number: null, lines: ['3号暂停服务'], blink: false },
  });
});

test('the usual call fits on the usual strip of 128 by 16', () => {
  const { lines } = signContent({ state: 'called', number: 'A015' }, '3');
  assert.is(areaText(lines, 16, 'static').length, 16);
});

test.run();

import qrcode from 'qrcode-generator';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DeviceError } from '../../devices/codes.ts';
import type { TicketBlock, TicketDocument } from '../../devices/contract.ts';
import { checkedDocument } from '../../devices/ticket-printer/document.ts';
import { type LaidItem, layOut } from '../../devices/ticket-printer/layout.ts';
import {
  balanceLines,
  breakLines,
  cleanText,
  columnsOf,
} from '../../devices/ticket-printer/line-breaking.ts';
import { qrModules } from '../../devices/ticket-printer/qr-size.ts';
import fc from '../harness/fc.ts';
import { printerProfile } from '../harness/printer-profiles.ts';

const test = suite('ticket layout');
const wide = printerProfile('generic-80');
const narrow = printerProfile('generic-58');

/** Text as halls write it: Chinese, Latin, marks, spaces. */
const hallText = fc
  .array(
    fc.constantFrom(
      ...'政务服务中心个人所得税窗口取号过号请到'.split(''),
      ...'，。、；：？！（）《》“”【】'.split(''),
      ...['A001', 'Government', 'service', '09:30', '2026-11-22', ' ', ' ', '3', '\u00a0', '𬌗'],
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(''));

test('a Latin character is one column wide, a Chinese one two, the no-break space one', () => {
  assert.is(columnsOf('A0'), 2);
  assert.is(columnsOf('政务'), 4);
  assert.is(columnsOf('𬌗'), 2);
  assert.is(columnsOf('\u00a0'), 1);
  assert.is(columnsOf('é·'), 4);
});

test('no line is wider than the paper and no character is lost', () => {
  fc.assert(
    fc.property(hallText, fc.integer({ min: 4, max: 48 }), (text, columns) => {
      const lines = breakLines(text, columns);
      for (const line of lines) assert.ok(columnsOf(line) <= columns, `"${line}"`);
      assert.is(lines.join('').replaceAll(' ', ''), text.replaceAll(' ', ''));
    }),
  );
});

test('no line begins with a closing mark or ends with an opening one', () => {
  const begin = /^[，。、；：？！）》”】]/u;
  const end = /[（《“【]$/u;
  fc.assert(
    fc.property(
      // Single marks: a run of marks wider than the paper has to be cut somewhere.
      fc.array(fc.constantFrom('过号请到', '窗口', '，', '。', '（一）', '《办法》', 'A001', ' '), {
        maxLength: 30,
      }),
      (parts) => {
        const text = parts
          .filter((p, i) => !begin.test(p) || !begin.test(parts[i - 1] ?? '，'))
          .join('');
        const lines = breakLines(text.replace(begin, ''), 16);
        for (const [i, line] of lines.entries()) {
          if (i > 0) assert.not.match(line, begin);
          if (i < lines.length - 1) assert.not.match(line, end);
        }
      },
    ),
  );
});

test('a word that has to be cut takes its last character over to the mark that follows', () => {
  assert.equal(breakLines('A001A001A001A001。', 16), ['A001A001A001A00', '1。']);
  assert.equal(breakLines('abcd（一）', 6), ['abcd', '（一）']);
  assert.equal(breakLines('，，，，', 4), ['，，', '，，'], 'nothing but marks');
});

test('Latin words stay whole; only what is wider than the line is cut', () => {
  assert.equal(breakLines('please go to window fifteen', 12), [
    'please go to',
    'window',
    'fifteen',
  ]);
  assert.equal(breakLines('请到 window 十五', 8), ['请到', 'window', '十五']);
  assert.equal(breakLines('abcdefghijkl', 5), ['abcde', 'fghij', 'kl']);
  assert.equal(breakLines('A\nB', 5), ['A', 'B']);
  assert.equal(breakLines('', 5), ['']);
});

test('no single character, with its stop or without, stands alone on the last line', () => {
  assert.equal(breakLines('一二三四五。', 10), ['一二三', '四五。']);
  assert.equal(breakLines('一二三四五六七', 12), ['一二三四五', '六七']);
  assert.equal(breakLines('一二三四五六七八', 12), ['一二三四五六', '七八']);
  assert.equal(breakLines('一 window five 九', 13), ['一 window', 'five 九']);
  assert.equal(
    breakLines('window fiveteen 九', 15),
    ['window fiveteen', '九'],
    'but no word is torn off',
  );
  assert.equal(breakLines('一二', 2), ['一', '二']);
});

test('centred lines are about equally long', () => {
  assert.equal(balanceLines('云海市政务服务中心', 16), ['云海市政务', '服务中心']);
  assert.equal(balanceLines('one line', 16), ['one line']);
  fc.assert(
    fc.property(hallText, fc.integer({ min: 4, max: 48 }), (text, columns) => {
      const balanced = balanceLines(text, columns);
      assert.is(balanced.length, breakLines(text, columns).length);
      for (const line of balanced) assert.ok(columnsOf(line) <= columns);
      assert.is(balanced.join('').replaceAll(' ', ''), text.replaceAll(' ', ''));
    }),
  );
});

test('a mark goes over with the character it belongs to', () => {
  assert.equal(breakLines('一二三四。五', 8), ['一二三', '四。五']);
  assert.equal(breakLines('一二三（四）', 8), ['一二三', '（四）']);
});

test('a name can not smuggle a command or an invisible mark onto paper', () => {
  assert.is(cleanText('A\u001b@\u0000B\u0007'), 'A@B');
  assert.is(cleanText('a\r\nb\rc\td'), 'a\nb\nc d');
  assert.is(cleanText('e\u0301 zero\u200bwidth \ud800 done\u2028'), 'é zerowidth  done');
});

test('the number is as large as the paper allows, and never wider', () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^[A-Z]{0,3}[0-9]{1,6}$/),
      fc.constantFrom(wide, narrow),
      (text, paper) => {
        const [item] = layOut({ title: '', blocks: [{ type: 'number', text }] }, paper);
        if (item?.type !== 'text') throw new Error('a number is text');
        assert.ok(item.scale * columnsOf(text) <= paper.paper.columns);
        const next = (item.scale + 1) * columnsOf(text) <= paper.paper.columns;
        assert.ok(item.scale === paper.text.number_scale_max || !next);
      },
    ),
  );
});

test('four characters of a number are 24 mm high on both papers', () => {
  for (const paper of [wide, narrow]) {
    const [item] = layOut({ title: '', blocks: [{ type: 'number', text: 'A001' }] }, paper);
    assert.is(item?.type === 'text' && item.scale, 8);
  }
});

test('both columns share a line when they fit, else stand one under the other', () => {
  const laid = (left: string, right: string) =>
    layOut({ title: '', blocks: [{ type: 'columns', left, right }] }, narrow);
  const texts = (items: LaidItem[]) => items.map((i) => (i.type === 'text' ? i.text : ''));
  assert.equal(texts(laid('业务', '个人所得税')), [`业务${' '.repeat(18)}个人所得税`]);
  const apart = laid('企业职工基本养老保险参保登记', '前面 12 人');
  assert.equal(texts(apart), ['企业职工基本养老保险参保登记', `${' '.repeat(22)}前面 12 人`]);
});

test('a long title is set smaller rather than over three lines', () => {
  const scaleOf = (title: string) => {
    const [item] = layOut({ title, blocks: [] }, narrow);
    return item?.type === 'text' ? item.scale : 0;
  };
  assert.is(scaleOf('政务服务中心'), 2);
  assert.is(scaleOf('某某市某某区某某街道社区政务服务中心分中心'), 1);
});

test('the sizes of QR codes are those of another generator', () => {
  for (const bytes of [1, 14, 15, 26, 62, 63, 180, 331, 660]) {
    const qr = qrcode(0, 'M');
    qr.addData('x'.repeat(bytes), 'Byte');
    qr.make();
    assert.is(qrModules(bytes), qr.getModuleCount(), `${bytes} bytes`);
  }
  assert.is(qrModules(2332), null);
});

test('a QR code too dense for the paper is refused, not printed half', () => {
  const qr = (data: string, paper = wide) =>
    layOut({ title: '', blocks: [{ type: 'qr', data }] }, paper).find((i) => i.type === 'qr');
  assert.is(qr('https://example.test/')?.moduleDots, 6);
  assert.is(qr('x'.repeat(660))?.moduleDots, 5);
  assert.throws(
    () => qr('x'.repeat(660), { ...narrow, paper: { ...narrow.paper, dots: 280 } }),
    (error: unknown) => error instanceof DeviceError && error.code === 'PRN_DOCUMENT',
  );
  assert.is(qr('x', { ...wide, qr: { ...wide.qr, how: 'none' } }), undefined);
});

test('a logo is left out where the printer has no pictures, else followed by a gap', () => {
  const document: TicketDocument = { title: '', blocks: [{ type: 'logo', image: 'AAAAAAAA' }] };
  assert.equal(layOut(document, { ...wide, raster: { how: 'none', rows_max: 1 } }), []);
  assert.equal(layOut(document, wide), [
    { type: 'logo', image: 'AAAAAAAA' },
    { type: 'gap', dots: 10 },
  ]);
});

test('a document of the wrong shape is refused with the place that is wrong', () => {
  const wrong: unknown[] = [
    null,
    { title: 'x' },
    { title: 'x', blocks: [{ type: 'line' }] },
    { title: 'x', blocks: [{ type: 'image', data: '' }] },
    { title: 'x', blocks: [{ type: 'logo', image: '' }] },
    { title: 'x', blocks: [{ type: 'logo', image: 'x'.repeat(65_537) }] },
    { title: 'x', blocks: [{ type: 'logo', image: 'x'.repeat(8), file: '/etc/passwd' }] },
    { title: 'x', blocks: [{ type: 'number', text: '1234567890123' }] },
    { title: 'x', blocks: new Array(81).fill({ type: 'rule' }) },
    { title: 'x', blocks: [], extra: 1 },
  ];
  for (const data of wrong) {
    assert.throws(
      () => checkedDocument(data),
      (error: unknown) => error instanceof DeviceError && error.code === 'PRN_DOCUMENT',
    );
  }
});

test('any document that fits its shape becomes lines that fit the paper', () => {
  const block: fc.Arbitrary<TicketBlock> = fc.oneof(
    fc.record({
      type: fc.constant('line' as const),
      text: fc.string({ unit: 'binary', maxLength: 80 }),
    }),
    fc.record({
      type: fc.constant('line' as const),
      text: hallText,
      size: fc.constantFrom(1 as const, 2 as const, 3 as const),
      align: fc.constantFrom('left' as const, 'center' as const, 'right' as const),
    }),
    fc.record({ type: fc.constant('columns' as const), left: hallText, right: hallText }),
    fc.constant({ type: 'rule' as const }),
  );
  fc.assert(
    fc.property(
      fc.array(block, { maxLength: 10 }),
      fc.constantFrom(wide, narrow),
      (blocks, paper) => {
        const document: TicketDocument = { title: '标题', blocks };
        for (const item of layOut(checkedDocument(document), paper)) {
          if (item.type !== 'text') continue;
          assert.ok(columnsOf(item.text) * item.scale <= paper.paper.columns);
          // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
          assert.not.match(item.text, /[\u0000-\u001f\u007f-\u009f]/);
        }
      },
    ),
  );
});

test.run();

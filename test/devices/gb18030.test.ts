import { spawnSync } from 'node:child_process';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeText, spells } from '../../devices/ticket-printer/gb18030.ts';

const test = suite('gb18030');
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** glibc's table: another author, another source. */
function glibc(text: string): string[] {
  const run = spawnSync('iconv', ['-f', 'UTF-8', '-t', 'GB18030'], { input: text, maxBuffer: 1e8 });
  assert.is(run.status, 0, run.stderr.toString());
  return run.stdout.toString('latin1').split('\n');
}

/** All of the BMP that is text: no surrogates, no private use, no controls. */
function bmp(): string[] {
  const chars: string[] = [];
  for (let code = 0x20; code < 0x1_0000; code++) {
    const isText = !(code >= 0xd800 && code <= 0xf8ff) && !(code >= 0x7f && code <= 0xa0);
    if (isText) chars.push(String.fromCharCode(code));
  }
  return chars;
}

test('the whole BMP has the bytes that glibc gives it, the 18 that iconv-lite has wrong among them', () => {
  const chars = bmp();
  const theirs = glibc(chars.join('\n'));
  const wrong = chars.filter(
    (char, i) => Buffer.from(encodeText(char, 'gb18030', '?')).toString('latin1') !== theirs[i],
  );
  assert.is(wrong.map((char) => char.charCodeAt(0).toString(16)).join(' '), '');
  assert.ok(chars.length > 50_000);
});

test('the 18 repaired characters keep their bytes within a text', () => {
  const text = '：︐︙龴龻A中';
  assert.is(
    hex(encodeText(text, 'gb18030', '?')),
    Buffer.from(glibc(text)[0] ?? '', 'latin1').toString('hex'),
  );
});

test('rare characters of names outside the BMP take four bytes', () => {
  assert.is(hex(encodeText('张㛃𬌗镕', 'gb18030', '?')), 'd5c58230b7319931d239e946');
});

/** Characters that glibc can write in this charset. */
function inGlibc(charset: string, chars: readonly string[]): string[] {
  const args = ['-c', '-f', 'UTF-8', '-t', charset];
  const run = spawnSync('iconv', args, { input: chars.join('\n'), maxBuffer: 1e8 });
  const lines = run.stdout.toString('latin1').split('\n');
  return chars.filter((_, i) => lines[i] !== '');
}

test('boards of GBK and GB2312 are trusted with what these sets hold, and with nothing else', () => {
  const chars = bmp();
  const difference = (charset: 'gbk' | 'gb2312') => {
    const theirs = new Set(inGlibc(charset.toUpperCase(), chars));
    return chars.filter((char) => spells(char, charset) !== theirs.has(char)).join('');
  };
  // The Euro sign came later and stands elsewhere on Windows.
  assert.is(difference('gbk'), '€');
  // The same two signs of the standard, middle dot and dash, under other names in glibc.
  assert.is(difference('gb2312'), '·—―・');
});

test('a GB18030 board is trusted with Extension A, not with other scripts and rarer characters', () => {
  for (const text of ['䶮', '㛃', '€', '张三', '龴', '\u00a0'])
    assert.ok(spells(text, 'gb18030'), text);
  for (const text of ['𬌗', '한', 'ܐ', '😀', '\ue000', '张𬌗']) {
    assert.not.ok(spells(text, 'gb18030'), text);
  }
  assert.not.ok(spells('㛃', 'gbk'));
  assert.not.ok(spells('镕', 'gb2312'));
  assert.ok(spells('A 001', 'ascii') && spells('a\u00a0b', 'ascii'));
  assert.not.ok(spells('中', 'ascii') || spells('é', 'ascii') || spells('€', 'ascii'));
  assert.is(hex(encodeText('A中', 'ascii', '?')), '413f');
});

test('a board with fewer glyphs gets the replacement, one for each', () => {
  assert.is(hex(encodeText('张㛃𬌗镕', 'gbk', '□')), 'd5c5a1f5a1f5e946');
  assert.is(hex(encodeText('镕朱', 'gb2312', '□')), 'a1f5d6ec');
});

test('a no-break space is a space on paper; what has no glyph is replaced', () => {
  assert.is(hex(encodeText('1\u00a0人', 'gb18030', '?')), '3120c8cb');
  assert.is(hex(encodeText('a\ue000b', 'gb18030', '□')), '61a1f562');
});

test('no byte of any text can be read as a command', () => {
  for (const char of bmp()) {
    const bytes = encodeText(char, 'gb18030', '□');
    assert.ok(
      bytes.every((b, i) => b >= (i === 0 ? 0x20 : 0x30)),
      hex(bytes),
    );
  }
});

test.run();

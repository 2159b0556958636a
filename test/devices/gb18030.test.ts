import { spawnSync } from 'node:child_process';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeText } from '../../devices/ticket-printer/gb18030.ts';

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

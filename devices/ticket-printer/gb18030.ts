/**
 * Text as printers' Chinese boards read it: GB18030, one byte for ASCII, two or four for the rest.
 *
 * iconv-lite gives 18 code points four-byte codes that moved to two bytes in GB18030-2005; glibc and
 * the printers use the two-byte ones. Repaired here (U+FE10..FE19, U+9FB4..9FBB).
 */
import iconv from 'iconv-lite';

export type Charset = 'gb18030' | 'gbk' | 'gb2312' | 'ascii';

const repaired = new Map<number, number>([
  [0x9fb4, 0xfe59],
  [0x9fb5, 0xfe61],
  [0x9fb6, 0xfe66],
  [0x9fb7, 0xfe67],
  [0x9fb8, 0xfe6d],
  [0x9fb9, 0xfe7e],
  [0x9fba, 0xfe90],
  [0x9fbb, 0xfea0],
  [0xfe10, 0xa6d9],
  [0xfe11, 0xa6db],
  [0xfe12, 0xa6da],
  [0xfe13, 0xa6dc],
  [0xfe14, 0xa6dd],
  [0xfe15, 0xa6de],
  [0xfe16, 0xa6df],
  [0xfe17, 0xa6ec],
  [0xfe18, 0xa6ed],
  [0xfe19, 0xa6f3],
]);
const needsRepair = /[\u9FB4-\u9FBB\uFE10-\uFE19]/;
/** No glyph stands behind a private-use or half a character. */
const noGlyph = /[\p{Co}\p{Cs}]/u;
const plain = /^[\x20-\x7e]*$/;
/** What tickets are made of, all of it in GBK: spares the long way. */
const usual = /^[\x20-\x7e\u00a0\u3001-\u3003\u3005-\u3011\u4e00-\u9fa5\uff01-\uff5e]*$/;
/** Answers kept per charset; halls use some hundred characters outside `usual`. */
const answersMax = 4000;
const answers: Record<Charset, Map<string, boolean>> = {
  gb18030: new Map(),
  gbk: new Map(),
  gb2312: new Map(),
  ascii: new Map(),
};

/** Do they have all of `usual`? */
const has20902 = (charset: Charset) => charset === 'gbk' || charset === 'gb18030';

/** Does a board with this charset have a glyph for every character of `text`? */
export function spells(text: string, charset: Charset): boolean {
  if (has20902(charset) ? usual.test(text) : plain.test(text)) return true;
  const known = answers[charset];
  for (const char of text) {
    let answer = known.get(char);
    if (answer === undefined) {
      answer = char === '\u00a0' || hasGlyph(charset, encodeChar(char));
      if (known.size >= answersMax) known.clear();
      known.set(char, answer);
    }
    if (!answer) return false;
  }
  return true;
}

/**
 * Bytes of `text`. Characters whose code is not in `charset` become `replacement` (a character
 * of the charset). The no-break space is an ordinary space on paper.
 */
export function encodeText(text: string, charset: Charset, replacement: string): Buffer {
  if (plain.test(text)) return Buffer.from(text, 'latin1');
  const spaced = text.replaceAll('\u00a0', ' ');
  if (has20902(charset) && usual.test(spaced)) return encodeUsual(spaced);
  if (!needsRepair.test(spaced) && !noGlyph.test(spaced)) {
    if (charset === 'gb18030' || spells(spaced, charset)) return iconv.encode(spaced, 'gb18030');
  }
  const bytes: number[] = [];
  for (const char of spaced) {
    const own = encodeChar(char);
    const kept = charset === 'gb18030' ? own.length > 0 : hasGlyph(charset, own);
    bytes.push(...(kept ? own : encodeChar(replacement)));
  }
  return Buffer.from(bytes);
}

/** Code of two bytes by code point, as they come up: a hall's tickets use some hundred. */
const usualCodes = new Map<number, number>();

/** Only ASCII and characters of two bytes. */
function encodeUsual(text: string): Buffer {
  const bytes = Buffer.allocUnsafe(2 * text.length);
  let at = 0;
  for (let i = 0; i < text.length; i += 1) {
    const point = text.charCodeAt(i);
    if (point < 0x80) {
      bytes[at] = point;
      at += 1;
      continue;
    }
    let code = usualCodes.get(point);
    if (code === undefined) {
      code = iconv.encode(text.charAt(i), 'gb18030').readUInt16BE();
      if (usualCodes.size >= answersMax) usualCodes.clear();
      usualCodes.set(point, code);
    }
    bytes[at] = code >> 8;
    bytes[at + 1] = code & 0xff;
    at += 2;
  }
  return bytes.subarray(0, at);
}

function encodeChar(char: string): Uint8Array {
  if (noGlyph.test(char)) return new Uint8Array(0);
  const two = repaired.get(char.codePointAt(0) ?? 0);
  return two === undefined ? iconv.encode(char, 'gb18030') : Uint8Array.of(two >> 8, two & 0xff);
}

/** Codes of two bytes that came with GB18030 and are in no GBK board: symbols, row FE. */
const afterGbk = (code: number) =>
  code >= 0xfe50 ||
  code === 0xa2e3 ||
  code === 0xa8bc ||
  code === 0xa8bf ||
  (code >= 0xa989 && code <= 0xa995) ||
  (code >= 0xa6d9 && code <= 0xa6df) ||
  (code >= 0xa6ec && code <= 0xa6ed) ||
  code === 0xa6f3;
/** Symbols that GBK put between those of GB2312. */
const afterGb2312 = (code: number) =>
  (code >= 0xa2a1 && code <= 0xa2aa) ||
  (code >= 0xa6e0 && code <= 0xa6f5) ||
  (code >= 0xa8bb && code <= 0xa8c0) ||
  code === 0xa996;

/** Has a board a glyph for this GB18030 code? None (length 0) is in no set. */
function hasGlyph(charset: Charset, code: Uint8Array): boolean {
  const [first = 0, second = 0] = code;
  if (code.length === 1 || charset === 'ascii') return code.length === 1;
  // Of the codes of four bytes, GB18030-2000 asks for Extension A only: 8139EE39 to 82358738.
  if (code.length === 4) {
    const four = Buffer.from(code).readUInt32BE();
    return charset === 'gb18030' && four >= 0x8139ee39 && four <= 0x82358738;
  }
  if (code.length !== 2) return false;
  const two = first * 256 + second;
  if (charset === 'gb18030') return true;
  if (afterGbk(two)) return false;
  if (charset === 'gbk') return true;
  // Rows 1-9 symbols, 16-87 characters, both bytes in the upper half.
  const inRows = first <= 0xa9 || (first >= 0xb0 && first <= 0xf7);
  return second >= 0xa1 && first >= 0xa1 && inRows && !afterGb2312(two);
}

/**
 * Text as printers' Chinese boards read it: GB18030, one byte for ASCII, two or four for the rest.
 *
 * iconv-lite gives 18 code points four-byte codes that moved to two bytes in GB18030-2005; glibc and
 * the printers use the two-byte ones. Repaired here (U+FE10..FE19, U+9FB4..9FBB).
 */
import iconv from 'iconv-lite';

export type Charset = 'gb18030' | 'gbk' | 'gb2312';

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

/**
 * Bytes of `text`. Characters outside `charset` become `replacement` (one character of GB2312).
 * The no-break space is an ordinary space on paper.
 */
export function encodeText(text: string, charset: Charset, replacement: string): Buffer {
  if (plain.test(text)) return Buffer.from(text, 'latin1');
  const spaced = text.replaceAll('\u00a0', ' ');
  if (charset === 'gb18030' && !needsRepair.test(spaced) && !noGlyph.test(spaced)) {
    return iconv.encode(spaced, 'gb18030');
  }
  const bytes: number[] = [];
  for (const char of spaced) {
    const own = encodeChar(char);
    bytes.push(...(has(charset, own) ? own : encodeChar(replacement)));
  }
  return Buffer.from(bytes);
}

function encodeChar(char: string): Uint8Array {
  if (noGlyph.test(char)) return new Uint8Array(0);
  const two = repaired.get(char.codePointAt(0) ?? 0);
  return two === undefined ? iconv.encode(char, 'gb18030') : Uint8Array.of(two >> 8, two & 0xff);
}

/** Is a character with this GB18030 code within the set? None (length 0) is in no set. */
function has(charset: Charset, code: Uint8Array): boolean {
  const [first = 0, second = 0] = code;
  if (code.length === 1) return true;
  if (charset === 'gb18030') return code.length > 0;
  if (code.length !== 2) return false;
  // GB2312: rows 1-9 symbols, 16-87 characters, both bytes in the upper half.
  return (
    charset === 'gbk' || (second >= 0xa1 && (first <= 0xa9 || (first >= 0xb0 && first <= 0xf7)))
  );
}

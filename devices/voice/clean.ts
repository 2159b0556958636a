/**
 * Text as a speech module may have it. `[` and `]` open its tags (volume, voice, sleep), so none may
 * come from a name or a notice; espeak reads `[[...]]` as phonemes. What GBK does not spell would
 * arrive as another character: a rare name is said as 某, everything else is left out.
 */
import { encodeText } from '../ticket-printer/gb18030.ts';

/** `gbk`: only characters of GBK stay; `all`: any character does. */
export type Coverage = 'gbk' | 'all';

const blank = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}[\]]/gu;
const marks = /\p{M}/gu;

export function cleanText(text: string, coverage: Coverage): string {
  const spaced = text.normalize('NFC').replace(blank, ' ');
  const covered = coverage === 'all' ? spaced : [...spaced].map(inGbk).join('');
  return covered.replace(/\s+/gu, ' ').trim();
}

export const gbkBytes = (text: string): Buffer => encodeText(text, 'gbk', '?');

function inGbk(char: string): string {
  if (hasGbk(char)) return char;
  if (/\p{Script=Han}/u.test(char)) return '某';
  const plain = char.normalize('NFKD').replace(marks, '');
  const kept = [...plain].filter((c) => hasGbk(c) && c !== '[' && c !== ']').join('');
  return kept === '' ? ' ' : kept;
}

/** The replacement is a NUL, which no cleaned text holds. */
const hasGbk = (char: string): boolean => !encodeText(char, 'gbk', '\0').includes(0);

/** Best places to break first: sentence, clause, word. */
const breaks = [/[。！？；.!?;]/u, /[，、：,:]/u, /\s/u];

/**
 * `text` in parts of at most `bytesMax` bytes of GBK, broken behind punctuation where there is any;
 * never within a run of letters or digits that fits. Joined they give the text but for blanks.
 */
export function splitText(text: string, bytesMax: number): string[] {
  const parts: string[] = [];
  let rest = text;
  while (gbkBytes(rest).length > bytesMax) {
    const room = headOf(rest, bytesMax);
    const head = rest.slice(0, cutAt(room));
    parts.push(head.trim());
    rest = rest.slice(head.length).trimStart();
  }
  return [...parts, rest].filter((part) => part !== '');
}

/** As many whole characters as fit, at least one. */
function headOf(text: string, bytesMax: number): string {
  let head = '';
  let bytes = 0;
  for (const char of text) {
    bytes += gbkBytes(char).length;
    if (bytes > bytesMax && head !== '') break;
    head += char;
  }
  return head;
}

function cutAt(room: string): number {
  for (const mark of breaks) {
    for (let at = room.length; at > 0; at--) if (mark.test(room.charAt(at - 1))) return at;
  }
  const word = /[a-z0-9]+$/i.exec(room);
  return word === null || word.index === 0 ? room.length : word.index;
}

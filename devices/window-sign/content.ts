/** Content at the sign's door: limits, and text as a Chinese board can show it. */
import { DeviceError } from '../codes.ts';
import { encodeText } from '../ticket-printer/gb18030.ts';
import { type SignContent, signLineCharsMax, signLinesMax } from './contract.ts';

const numberCharsMax = 16;

/** @throws DeviceError SGN_CONTENT */
export function checkContent(content: SignContent): void {
  const fits =
    content.lines.length <= signLinesMax &&
    content.lines.every((line) => line.length <= signLineCharsMax) &&
    (content.number ?? '').length <= numberCharsMax;
  if (!fits) throw new DeviceError('SGN_CONTENT', 'too many lines, or one too long');
}

/** What a text sign shows: the lines, or the bare number where there are none. */
export const shownLines = (content: SignContent): readonly string[] =>
  content.lines.length > 0 ? content.lines : [content.number ?? ''];

/** One line in GBK: no control byte, and □ for what the board has no glyph for. */
export const lineBytes = (line: string): Buffer =>
  encodeText(line.normalize('NFC').replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' '), 'gbk', '□');

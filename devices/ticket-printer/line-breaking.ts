/**
 * How wide text is on paper and where a line may end. Printers know two widths only: a Latin
 * character takes one column, everything else two.
 */

import { remembered } from './remembered.ts';

/** Columns of one character: U+0000..007F and the no-break space one, all others two. */
const columnsOfCode = (code: number): 1 | 2 => (code < 0x80 || code === 0xa0 ? 1 : 2);

const widths = remembered<number>();
export function columnsOf(text: string): number {
  return widths(text, () => {
    let columns = 0;
    for (const char of text) columns += columnsOfCode(char.codePointAt(0) ?? 0);
    return columns;
  });
}

/**
 * Text without what must never reach a printer: control characters (an ESC in a name would be a
 * command), invisible and combining marks (the board would draw a box for each).
 * Line feeds stay, tabs become spaces.
 */
export function cleanText(text: string): string {
  return harmless.test(text) ? text : cleaned(text);
}

/** Nearly all there is on a ticket: Latin, Chinese characters and marks. Spares the long way. */
const harmless = /^[\x20-\x7e\u3001-\u3011\u4e00-\u9fff\uff01-\uff5e]*$/;

function cleaned(text: string): string {
  return text
    .normalize('NFC')
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll('\t', ' ')
    .replaceAll(/[^\P{Cc}\n]|[\p{Cf}\p{Mn}\p{Me}\p{Cs}\p{Zl}\p{Zp}]/gu, '');
}

/** Must not begin a line (GB/T 15834-2011 5.1: closing marks, stops; and signs that follow). */
const noStart = new Set('、。，．：；？！）〕］｝〉》」』】〗’”…—～·‰℃％,.:;?!)]}%'.split(''));
/** Must not end a line: opening marks, signs that precede. */
const noEnd = new Set('（〔［｛〈《「『【〖‘“￥＄№([{$#'.split(''));

/**
 * Lines of at most `columns`. Latin words stay whole, marks stay with what they belong to; only what
 * is wider than a whole line is cut. A line feed ends a line. Always at least one line.
 */
export function breakLines(text: string, columns: number): string[] {
  return text.split('\n').flatMap((paragraph) => breakParagraph(paragraph, columns));
}

/** As breakLines, with lines of about the same length: for centred text, where a lone last word looks lost. */
export function balanceLines(text: string, columns: number): string[] {
  const lines = breakLines(text, columns);
  if (lines.length === 1) return lines;
  const paragraphs = text.split('\n').map((paragraph) => ({ paragraph, parts: units(paragraph) }));
  for (let width = Math.ceil(columnsOf(text) / lines.length); width < columns; width++) {
    const balanced = paragraphs.flatMap(({ paragraph, parts }) => fill(paragraph, parts, width));
    if (balanced.length === lines.length) return balanced;
  }
  return lines;
}

function breakParagraph(text: string, columns: number): string[] {
  const fits = !text.endsWith(' ') && columnsOf(text) <= columns;
  return fits ? [text] : fill(text, units(text), columns);
}

function fill(text: string, parts: readonly Unit[], columns: number): string[] {
  if (!text.endsWith(' ') && columnsOf(text) <= columns) return [text];
  const lines: string[] = [];
  let line = '';
  let used = 0;
  let last: Unit | undefined;
  for (const unit of parts) {
    if (used + unit.inkColumns <= columns) {
      line += unit.text;
      used += unit.columns;
      last = unit;
      continue;
    }
    const taken = unit === parts.at(-1) ? companyOf(unit, last, line, columns) : '';
    if (line !== '') lines.push(withoutEndSpaces(line.slice(0, line.length - taken.length)));
    const pieces = cut(taken + unit.text, columns);
    lines.push(...pieces.slice(0, -1));
    line = pieces.at(-1) ?? '';
    used = columnsOf(line);
    last = undefined;
  }
  lines.push(withoutEndSpaces(line));
  return lines;
}

/** A Chinese character, perhaps with its mark: alone on the last line it looks lost. */
const lonelyColumnsMax = 4;
const isLonely = ({ text, inkColumns }: Unit) =>
  inkColumns <= lonelyColumnsMax && (text.codePointAt(0) ?? 0) >= 0x2e80;

/** What goes over to the last line with its lonely character: the one before it, if there is one. */
function companyOf(unit: Unit, last: Unit | undefined, line: string, columns: number): string {
  if (last === undefined || line === last.text || !isLonely(unit) || !isLonely(last)) return '';
  return last.columns + unit.inkColumns <= columns ? last.text : '';
}

/** The no-break space is not one of them. */
const withoutEndSpaces = (text: string) => (text.endsWith(' ') ? text.replace(/ +$/, '') : text);

/** `inkColumns`: without the spaces at its end. */
interface Unit {
  text: string;
  columns: number;
  inkColumns: number;
}

/** Smallest parts that a line break may not divide; the spaces after a part belong to it. */
function units(text: string): Unit[] {
  const parts: string[] = [];
  let glued = false;
  for (const part of text.match(/[\u0021-\u007e\u00a0]+ *|[^\u0021-\u007e\u00a0] */gu) ?? []) {
    const last = parts.at(-1);
    const first = part[0] ?? '';
    if (last !== undefined && (glued || noStart.has(first))) parts[parts.length - 1] = last + part;
    else parts.push(part);
    glued = noEnd.has(part.at(-1) ?? '');
  }
  return parts.map((part) => {
    const columns = columnsOf(part);
    const ink = withoutEndSpaces(part);
    return {
      text: part,
      columns,
      inkColumns: ink.length === part.length ? columns : columnsOf(ink),
    };
  });
}

/**
 * A unit wider than the line, by force. Spaces do not begin the rest; a mark goes over with the
 * character it belongs to, where both have room.
 */
function cut(unit: string, columns: number): string[] {
  const pieces: string[][] = [];
  let piece: string[] = [];
  let used = 0;
  for (const char of unit) {
    const wide = columnsOf(char);
    if (used + wide > columns) {
      if (char === ' ') continue;
      const last = piece.at(-1) ?? '';
      const together = (noStart.has(char) && !noStart.has(last)) || noEnd.has(last);
      const over = together && piece.length > 1 && columnsOf(last) + wide <= columns;
      pieces.push(over ? piece.slice(0, -1) : piece);
      piece = over ? [last] : [];
      used = over ? columnsOf(last) : 0;
    }
    piece.push(char);
    used += wide;
  }
  return [...pieces, piece].map((chars) => chars.join(''));
}

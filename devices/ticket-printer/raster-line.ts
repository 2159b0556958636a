/**
 * One line of text as a drawing order: every character in the cell the printer would have put it
 * into, so that columns stay columns. Pure.
 */

import type { Align } from './layout.ts';
import { columnsOf } from './line-breaking.ts';
import { type Bitmap, fillRect, hasInk } from './raster-bitmap.ts';

/** Font A is 12 dots wide, Chinese glyphs 24, both 24 high. */
const columnDots = 12;
const glyphDots = 24;
/** From the top of a glyph's square to its base line. */
const baseLine = 0.86;
/** The first that is installed and has the glyph; fontconfig looks further by itself. */
const fonts = [
  'Noto Sans Mono CJK SC',
  'Noto Sans CJK SC',
  'Source Han Sans SC',
  'WenQuanYi Zen Hei Mono',
  'WenQuanYi Micro Hei',
];

export interface LineLook {
  scale: number;
  bold: boolean;
  align: Align;
}
interface Cell {
  char: string;
  x: number;
  width: number;
}

/** Height of a line of text of that size, without what the printer feeds after it. */
export const lineHeightDots = (scale: number): number => glyphDots * scale;

/** An SVG as wide as the paper and as high as the line. */
export function lineSvg(text: string, look: LineLook, widthDots: number): string {
  const height = lineHeightDots(look.scale);
  const base = Math.round(height * baseLine);
  const weight = look.bold ? ' font-weight="bold"' : '';
  const cells = cellsOf(text, look, widthDots)
    .filter(({ char }) => !isSpace(char))
    .map(
      ({ char, x, width }) => `<text x="${x + width / 2}" y="${base}">${escapeXml(char)}</text>`,
    );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${widthDots}" height="${height}">`,
    `<g font-family="${fonts.map((f) => `'${f}'`).join(',')},sans-serif" font-size="${height}"${weight} text-anchor="middle">`,
    ...cells,
    '</g></svg>',
  ].join('');
}

/**
 * A font draws a box with the code for a glyph it lacks. Where not even that was drawn (no font at
 * all) the cell gets an empty box: a gap in a name would look as if nothing were missing.
 */
export function boxEmptyCells(bitmap: Bitmap, text: string, look: LineLook): void {
  const height = lineHeightDots(look.scale);
  const stroke = 2 * look.scale;
  for (const { char, x, width } of cellsOf(text, look, bitmap.widthDots)) {
    if (isSpace(char) || hasInk(bitmap, x, 0, width, height)) continue;
    const side = width - 2 * stroke;
    const top = stroke;
    const tall = height - 2 * stroke;
    fillRect(bitmap, x + stroke, top, side, stroke);
    fillRect(bitmap, x + stroke, top + tall - stroke, side, stroke);
    fillRect(bitmap, x + stroke, top, stroke, tall);
    fillRect(bitmap, x + stroke + side - stroke, top, stroke, tall);
  }
}

function cellsOf(text: string, { scale, align }: LineLook, widthDots: number): Cell[] {
  const room = widthDots - columnsOf(text) * columnDots * scale;
  let x = align === 'left' ? 0 : align === 'right' ? room : Math.floor(room / 2);
  return [...text].map((char) => {
    const cell = { char, x, width: columnsOf(char) * columnDots * scale };
    x += cell.width;
    return cell;
  });
}

const isSpace = (char: string) => /\s/u.test(char);

/** What is no character at all may not stand in XML either. */
const noCharacter = /[\ufffe\uffff]/;
function escapeXml(char: string): string {
  if (noCharacter.test(char)) return '';
  return char.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;');
}

/** A piece of paper as a picture: SVG for pages, PNG (sharp, loaded on first need) for tests. */
import qrcode from 'qrcode-generator';
import type { PrinterProfile } from '../../ticket-printer/printer-profile.ts';
import { type Cell, glyphDots, type PictureMark, type QrMark, type Sheet } from './paper.ts';

const fonts =
  "'Noto Sans Mono CJK SC','Noto Sans CJK SC','Source Han Sans SC','PingFang SC','Microsoft YaHei',monospace";
/** Of the glyph's height, from the top to the base line. */
const baseLine = 0.85;
const ink = '#1a1a1a';
const paperColour = '#fffdf8';

/** Modules of a QR code as the printer's own generator makes it; bytes as they are. */
export function qrMatrix(data: Uint8Array, level: QrMark['level']) {
  const qr = qrcode(0, level);
  qr.addData(Buffer.from(data).toString('latin1'), 'Byte');
  qr.make();
  return { side: qr.getModuleCount(), dark: (row: number, col: number) => qr.isDark(row, col) };
}

export function drawSheet(sheet: Sheet, profile: PrinterProfile): string {
  const { dots, width_mm, dots_per_mm } = profile.paper;
  const width = Math.max(dots, Math.round(width_mm * dots_per_mm));
  const margin = Math.floor((width - dots) / 2);
  const height = Math.max(1, sheet.heightDots);
  const body = [
    ...sheet.cells.map(drawCell),
    ...sheet.qrs.map(drawQr),
    ...sheet.pictures.map((p) => drawPicture(p, dots)),
    ...sheet.rollChanges.map((y) => drawRollChange(y, dots)),
  ].filter((part) => part !== '');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<rect width="${width}" height="${height}" fill="${paperColour}"/>`,
    `<g transform="translate(${margin} 0)" fill="${ink}" font-family="${fonts}" text-anchor="middle">`,
    ...body,
    '</g></svg>',
  ].join('\n');
}

/** Each glyph stands in its own cell, whatever font the reader has: columns stay columns. */
function drawCell(cell: Cell): string {
  const { look, x, y, width, height } = cell;
  const parts: string[] = [];
  if (look.invert) {
    parts.push(`<rect x="${x}" y="${y - height}" width="${width}" height="${height}"/>`);
  }
  if (look.underline > 0) {
    parts.push(`<rect x="${x}" y="${y - 1}" width="${width}" height="${look.underline}"/>`);
  }
  if (cell.picture !== undefined) {
    parts.push(drawPicture({ ...cell.picture, x, y: y - height }, x + width));
  } else if (cell.char.trim() !== '') parts.push(drawGlyph(cell));
  return parts.join('');
}

function drawGlyph({ char, look, x, y, width, height }: Cell): string {
  const middle = x + width / 2;
  const base = y - height + height * baseLine;
  const stretch = look.wide / look.high;
  const place =
    stretch === 1
      ? `x="${middle}" y="${round(base)}"`
      : `transform="translate(${middle} ${round(base)}) scale(${round(stretch)} 1)"`;
  const weight = look.bold ? ' font-weight="bold"' : '';
  const colour = look.invert ? ` fill="${paperColour}"` : '';
  return `<text ${place} font-size="${glyphDots * look.high}"${weight}${colour}>${escapeXml(char)}</text>`;
}

function drawQr(mark: QrMark): string {
  const { side, dark } = qrMatrix(mark.data, mark.level);
  const m = mark.moduleDots;
  let path = '';
  for (let row = 0; row < side; row++) {
    for (let col = 0; col < side; col++) {
      if (dark(row, col)) path += `M${mark.x + col * m} ${mark.y + row * m}h${m}v${m}h-${m}z`;
    }
  }
  return `<path d="${path}" shape-rendering="crispEdges"/>`;
}

/** Runs of black dots; nothing beyond `right`. */
function drawPicture(p: PictureMark, right: number): string {
  let path = '';
  for (let row = 0; row < p.rows; row++) {
    const y = p.y + row * p.high;
    for (let col = 0; col < p.rowBytes * 8; ) {
      let end = col;
      while (end < p.rowBytes * 8 && isBlack(p, row, end)) end += 1;
      const x = p.x + col * p.wide;
      const width = Math.min((end - col) * p.wide, right - x);
      if (width > 0) path += `M${x} ${y}h${width}v${p.high}h-${width}z`;
      col = end + 1;
    }
  }
  return path === '' ? '' : `<path d="${path}" shape-rendering="crispEdges"/>`;
}

function isBlack(p: PictureMark, row: number, col: number): boolean {
  return ((p.bits[row * p.rowBytes + (col >> 3)] ?? 0) & (0x80 >> (col & 7))) !== 0;
}

function drawRollChange(y: number, dots: number): string {
  return `<path d="M0 ${y}H${dots}" stroke="#b00" stroke-width="2" stroke-dasharray="12 8"/>`;
}

function round(n: number): string {
  return String(Math.round(n * 100) / 100);
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** The picture as PNG, one pixel per dot. Loads sharp, which costs tens of megabytes. */
export async function toPng(svg: string): Promise<Buffer> {
  const { default: sharp } = await import('sharp');
  return sharp(Buffer.from(svg)).png().toBuffer();
}

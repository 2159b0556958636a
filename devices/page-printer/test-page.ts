/** A page on which a technician sees at a glance whether margins, size and greys are right. */
import { PDFDocument, type PDFFont, type PDFPage, rgb, StandardFonts } from 'pdf-lib';

export interface TestPage {
  /** Id of the device. */
  title: string;
  /** Wall clock, ms. */
  at: number;
  port: string;
}

/** PDF points in a millimetre. */
const mm = 72 / 25.4;
const a4 = { width: 210, height: 297 };
/** Printers can not reach the edge; a frame this far from it must be whole. */
const frameMm = 10;
const greySteps = 10;

export async function makeTestPage(o: TestPage): Promise<Uint8Array> {
  const pdf = await PDFDocument.create();
  pdf.setTitle(`Xuhao test page ${o.title}`);
  const font = await pdf.embedFont(StandardFonts.Helvetica);
  const page = pdf.addPage([a4.width * mm, a4.height * mm]);
  frame(page);
  ruler(page, font);
  greys(page);
  const lines = [
    'Xuhao  A4 test page',
    `device   ${latin(o.title)}`,
    `printer  ${latin(o.port)}`,
    `time     ${new Date(o.at).toISOString()}`,
    'The frame must be whole on all four sides, 10 mm from the edge.',
    'The ruler must be 100 mm long; all ten greys must differ.',
  ];
  lines.forEach((text, i) => {
    const size = i === 0 ? 22 : 11;
    page.drawText(text, { x: 20 * mm, y: (260 - i * 9) * mm, size, font });
  });
  return pdf.save();
}

function frame(page: PDFPage): void {
  page.drawRectangle({
    x: frameMm * mm,
    y: frameMm * mm,
    width: (a4.width - 2 * frameMm) * mm,
    height: (a4.height - 2 * frameMm) * mm,
    borderWidth: 0.5,
    borderColor: rgb(0, 0, 0),
  });
}

function ruler(page: PDFPage, font: PDFFont): void {
  const y = 150 * mm;
  for (let at = 0; at <= 100; at += 1) {
    const x = (20 + at) * mm;
    const tall = at % 10 === 0 ? 6 : at % 5 === 0 ? 4 : 2.5;
    page.drawLine({ start: { x, y }, end: { x, y: y + tall * mm }, thickness: 0.3 });
    if (at % 10 === 0) page.drawText(String(at), { x: x - 4, y: y - 4 * mm, size: 8, font });
  }
}

function greys(page: PDFPage): void {
  for (let i = 0; i < greySteps; i += 1) {
    const level = i / (greySteps - 1);
    page.drawRectangle({
      x: (20 + i * 15) * mm,
      y: 100 * mm,
      width: 14 * mm,
      height: 20 * mm,
      color: rgb(level, level, level),
      borderWidth: 0.2,
      borderColor: rgb(0, 0, 0),
    });
  }
}

/** The built-in font knows no other letters. */
const latin = (text: string) => text.replace(/[^\x20-\x7e]/g, '?');

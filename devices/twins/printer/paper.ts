/** What the print head puts on paper: cells at places, in dots. Pure. */
import type { PrinterProfile } from '../../ticket-printer/printer-profile.ts';
import type { Command } from './command.ts';

/** Font A and Chinese glyphs are 24 dots high, font B 17. */
export const glyphDots = 24;
const latinDots = 12;
const narrowDots = 9;

export interface Look {
  align: 'left' | 'center' | 'right';
  wide: number;
  high: number;
  bold: boolean;
  underline: number;
  invert: boolean;
  narrow: boolean;
}
export const plainLook: Look = {
  align: 'left',
  wide: 1,
  high: 1,
  bold: false,
  underline: 0,
  invert: false,
  narrow: false,
};

/** Dots as they were sent, rows of whole bytes, leftmost dot in the highest bit. */
export interface Picture {
  rowBytes: number;
  rows: number;
  bits: Uint8Array;
  /** Size of one dot. */
  wide: number;
  high: number;
}
export interface PictureMark extends Picture {
  x: number;
  y: number;
}
/** One glyph; `x` from the left edge of the printable area, `y` its lower edge. */
export interface Cell {
  char: string;
  x: number;
  y: number;
  width: number;
  height: number;
  look: Look;
  /** Instead of a glyph. */
  picture?: Picture;
}
export interface QrMark {
  x: number;
  y: number;
  moduleDots: number;
  data: Uint8Array;
  level: 'L' | 'M' | 'Q' | 'H';
  /** Its height on paper. */
  sideDots: number;
}

/**
 * The paper from the last cut edge to the print head. The blade sits above the head, so a fresh
 * sheet begins with the blank stretch between the two, and a cut without feed leaves what was
 * printed last on the next piece.
 */
export interface Sheet {
  cells: Cell[];
  qrs: QrMark[];
  pictures: PictureMark[];
  /** Where the roll was changed within this piece, dots from its top. */
  rollChanges: number[];
  lines: { y: number; text: string }[];
  heightDots: number;
}
const sheetOf = (heightDots: number): Sheet => ({
  cells: [],
  qrs: [],
  pictures: [],
  rollChanges: [],
  lines: [],
  heightDots,
});

/** Stands for a picture in the text of a sheet. */
const pictureNote = '[picture]';

type Waiting = Omit<Cell, 'x' | 'y'>;

/** Composes lines and puts them on the sheet. Every method says how far the paper moved, dots. */
export class PrintHead {
  sheet: Sheet;
  look: Look = plainLook;
  readonly #dots: number;
  readonly #bladeDots: number;
  readonly #defaultSpacing: number;
  #spacing: number;
  #line: Waiting[] = [];
  #lineDots = 0;

  /** `bladeDots`: from head to blade or tear bar. */
  constructor(profile: PrinterProfile, bladeDots: number) {
    this.#bladeDots = bladeDots;
    this.sheet = sheetOf(bladeDots);
    this.#dots = profile.paper.dots;
    // 1/6 inch, the power-on line spacing of ESC/POS.
    this.#defaultSpacing = Math.round((profile.paper.dots_per_mm * 25.4) / 6);
    this.#spacing = this.#defaultSpacing;
  }

  /** ESC @ and power-on: modes back, the line being composed is lost. */
  reset(): void {
    this.look = plainLook;
    this.#spacing = this.#defaultSpacing;
    this.#line = [];
    this.#lineDots = 0;
  }

  setSpacing(dots: number | null): void {
    this.#spacing = dots ?? this.#defaultSpacing;
  }

  /** A full line prints by itself before a character that no longer fits. */
  put(char: string, wide: boolean): number {
    const { look } = this;
    const cell = wide ? glyphDots : look.narrow ? narrowDots : latinDots;
    const width = cell * look.wide;
    const moved = this.#lineDots + width > this.#dots ? this.endLine() : 0;
    this.#line.push({ char, width, height: glyphDots * look.high, look });
    this.#lineDots += width;
    return moved;
  }

  endLine(): number {
    const tallest = Math.max(0, ...this.#line.map((c) => c.height));
    const height = Math.max(this.#spacing, tallest);
    let x = this.#startOf(this.#lineDots);
    const y = this.sheet.heightDots + Math.max(tallest, glyphDots);
    for (const cell of this.#line) {
      this.sheet.cells.push({ ...cell, x, y });
      x += cell.width;
    }
    this.#note(this.#line.map((c) => c.char).join(''));
    this.#line = [];
    this.#lineDots = 0;
    return this.feed(height);
  }

  feedLines(lines: number): number {
    for (let i = 0; i < lines; i++) this.#note('');
    return this.feed(lines * this.#spacing);
  }

  feed(dots: number): number {
    this.sheet.heightDots += dots;
    return dots;
  }

  /** `modules`: side of the symbol. Wider than the paper: not printed, as on the real machine. */
  qr(mark: Omit<QrMark, 'x' | 'y' | 'sideDots'>, modules: number): number {
    const side = modules * mark.moduleDots;
    if (side > this.#dots) return 0;
    this.sheet.qrs.push({
      ...mark,
      sideDots: side,
      x: this.#startOf(side),
      y: this.sheet.heightDots,
    });
    this.#note(`[QR ${new TextDecoder().decode(mark.data)}]`);
    return this.feed(side);
  }

  /** Dots as part of the line. */
  dots(picture: Picture, width: number): number {
    const { look } = this;
    const room = width * picture.wide;
    const moved = this.#lineDots + room > this.#dots ? this.endLine() : 0;
    const height = picture.rows * picture.high;
    this.#line.push({ char: '', width: room, height, look, picture });
    this.#lineDots += room;
    return moved;
  }

  /** A strip across the paper; what is wider than the paper is cut off. */
  bitmap(picture: Picture): number {
    const { sheet } = this;
    const width = Math.min(this.#dots, picture.rowBytes * 8 * picture.wide);
    const y = sheet.heightDots;
    const mark = { ...picture, x: this.#startOf(width), y };
    const above = sheet.pictures.at(-1);
    // Rows that come one by one are one picture.
    if (above !== undefined && continues(above, mark)) append(above, mark);
    else sheet.pictures.push(mark);
    if (sheet.lines.at(-1)?.text !== pictureNote) this.#note(pictureNote);
    return this.feed(picture.rows * picture.high);
  }

  rollChanged(): void {
    if (this.sheet.lines.length === 0) return;
    this.sheet.rollChanges.push(this.sheet.heightDots);
    this.#note('[roll changed here]');
  }

  /** The piece above the blade; `through`: the blade went through something printed. */
  cut(): { sheet: Sheet; through: boolean } {
    const { cells, qrs, pictures, rollChanges, lines, heightDots } = this.sheet;
    const edge = heightDots - this.#bladeDots;
    const rest = sheetOf(this.#bladeDots);
    const sheet = sheetOf(edge);
    const through =
      cells.some((c) => c.y - c.height < edge && c.y > edge) ||
      qrs.some((q) => q.y < edge && q.y + q.sideDots > edge) ||
      pictures.some((p) => p.y < edge && p.y + p.rows * p.high > edge);
    for (const c of cells) {
      if (c.y - c.height < edge) sheet.cells.push(c);
      else rest.cells.push({ ...c, y: c.y - edge });
    }
    for (const q of qrs) {
      if (q.y < edge) sheet.qrs.push(q);
      else rest.qrs.push({ ...q, y: q.y - edge });
    }
    for (const p of pictures) {
      if (p.y < edge) sheet.pictures.push(p);
      else rest.pictures.push({ ...p, y: p.y - edge });
    }
    for (const l of lines) {
      if (l.y < edge) sheet.lines.push(l);
      else rest.lines.push({ ...l, y: l.y - edge });
    }
    sheet.rollChanges = rollChanges.filter((y) => y < edge);
    this.sheet = rest;
    return { sheet, through };
  }

  #note(text: string): void {
    this.sheet.lines.push({ y: this.sheet.heightDots, text });
  }

  #startOf(width: number): number {
    const room = this.#dots - width;
    if (this.look.align === 'left') return 0;
    return this.look.align === 'center' ? Math.floor(room / 2) : room;
  }
}

function continues(above: PictureMark, mark: PictureMark): boolean {
  const { x, rowBytes, wide, high } = above;
  const below = above.y + above.rows * high;
  return (
    mark.x === x &&
    mark.y === below &&
    mark.rowBytes === rowBytes &&
    mark.wide === wide &&
    mark.high === high
  );
}

function append(above: PictureMark, mark: PictureMark): void {
  const bits = new Uint8Array(above.bits.length + mark.bits.length);
  bits.set(above.bits);
  bits.set(mark.bits, above.bits.length);
  above.bits = bits;
  above.rows += mark.rows;
}

/** Commands that only change how text looks. true: it was one. */
export function changeLook(head: PrintHead, command: Command): boolean {
  const next = lookAfter(head.look, command);
  if (next === undefined) return false;
  head.look = next;
  return true;
}

function lookAfter(look: Look, command: Command): Look | undefined {
  switch (command.type) {
    case 'scale':
      return { ...look, wide: command.wide, high: command.high };
    case 'align':
      return { ...look, align: command.to };
    case 'bold':
      return { ...look, bold: command.on };
    case 'underline':
      return { ...look, underline: command.dots };
    case 'invert':
      return { ...look, invert: command.on };
    case 'font':
      return { ...look, narrow: command.narrow };
    default:
      return undefined;
  }
}

/** Ticket document -> printed lines for one paper width. Pure; knows columns, no printer command. */
import { DeviceError } from '../codes.ts';
import type { TicketBlock, TicketDocument } from '../contract.ts';
import { balanceLines, breakLines, columnsOf } from './line-breaking.ts';
import type { PrinterProfile } from './printer-profile.ts';
import { qrModules } from './qr-size.ts';
import type { Bitmap } from './raster-bitmap.ts';
import { remembered } from './remembered.ts';

export type Align = 'left' | 'center' | 'right';

/**
 * What an encoder spells. One `text` = one printed line that fits the paper. A `logo` becomes a
 * `bitmap` as wide as the paper before it is spelled (raster-pictures.ts).
 */
export type LaidItem =
  | { type: 'text'; text: string; scale: number; bold: boolean; align: Align }
  | { type: 'qr'; data: string; moduleDots: number }
  | { type: 'logo'; image: string }
  | { type: 'bitmap'; bitmap: Bitmap }
  | { type: 'feed'; lines: number }
  | { type: 'gap'; dots: number };

/** Smallest module a phone reads reliably from thermal paper. */
const qrModuleDotsMin = 3;
/** Blank modules around a QR code (ISO/IEC 18004, 9.1). */
const quietModules = 4;
/** Large lines stand close together by themselves: a printer feeds exactly their height. */
const gapAfterLargeDots = 10;
const titleScale = 2;
const titleLinesMax = 2;

/** @throws DeviceError PRN_DOCUMENT when something can not be made to fit */
export function layOut(document: TicketDocument, profile: PrinterProfile): LaidItem[] {
  const { columns } = profile.paper;
  const items = [...titles(`${columns} ${document.title}`, () => title(document.title, columns))];
  for (const block of document.blocks) items.push(...layOutBlock(block, profile));
  return items;
}

const titles = remembered<readonly LaidItem[]>();

/** A block of a checked document stands on the next ticket again. Nobody changes what stands here. */
const laid = new WeakMap<PrinterProfile, WeakMap<TicketBlock, readonly LaidItem[]>>();

function layOutBlock(block: TicketBlock, profile: PrinterProfile): readonly LaidItem[] {
  let ofProfile = laid.get(profile);
  if (ofProfile === undefined) {
    ofProfile = new WeakMap();
    laid.set(profile, ofProfile);
  }
  const before = ofProfile.get(block);
  if (before !== undefined) return before;
  const items = layOutNew(block, profile);
  if (Object.isFrozen(block)) ofProfile.set(block, items);
  return items;
}

function layOutNew(block: TicketBlock, profile: PrinterProfile): LaidItem[] {
  const { columns } = profile.paper;
  switch (block.type) {
    case 'line':
      return lines(block.text, columns, {
        scale: block.size ?? 1,
        bold: block.bold ?? false,
        align: block.align ?? 'left',
      });
    case 'number':
      return number(block.text, columns, profile.text.number_scale_max);
    case 'columns':
      return leftRight(block.left, block.right, columns);
    case 'rule':
      return [plain('-'.repeat(columns), 'left')];
    case 'qr':
      return qr(block.data, profile);
    case 'logo':
      return logo(block.image, profile);
    case 'feed':
      return [{ type: 'feed', lines: block.lines }];
  }
}

type Look = { scale: number; bold: boolean; align: Align };

function lines(text: string, columns: number, look: Look): LaidItem[] {
  const broken = look.align === 'center' ? balanceLines : breakLines;
  return broken(text, Math.floor(columns / look.scale)).flatMap((line) => {
    const item: LaidItem = { type: 'text', text: line, ...look };
    return look.scale === 1 ? [item] : [item, { type: 'gap', dots: gapAfterLargeDots }];
  });
}

function plain(text: string, align: Align): LaidItem {
  return { type: 'text', text, scale: 1, bold: false, align };
}

/** Large when that takes few lines, else of ordinary size. No title, no line. */
function title(text: string, columns: number): LaidItem[] {
  if (text === '') return [];
  const look: Look = { scale: titleScale, bold: true, align: 'center' };
  const large = breakLines(text, Math.floor(columns / titleScale)).length <= titleLinesMax;
  return lines(text, columns, large ? look : { ...look, scale: 1 });
}

/** As large as the paper allows: it is read at arm's length, by everybody. */
function number(text: string, columns: number, scaleMax: number): LaidItem[] {
  const scale = Math.min(scaleMax, Math.floor(columns / columnsOf(text)));
  if (scale < 1) throw new DeviceError('PRN_DOCUMENT', `number "${text}" is wider than the paper`);
  return [{ type: 'text', text, scale, bold: false, align: 'center' }];
}

/** Both on one line when they fit with a gap, else one under the other. */
function leftRight(left: string, right: string, columns: number): LaidItem[] {
  const gap = columns - columnsOf(left) - columnsOf(right);
  if (gap >= 1 && !left.includes('\n') && !right.includes('\n')) {
    return [plain(left + ' '.repeat(gap) + right, 'left')];
  }
  return [
    ...breakLines(left, columns).map((line) => plain(line, 'left')),
    ...breakLines(right, columns).map((line) => plain(toRight(line, columns), 'left')),
  ];
}

/** With blanks: paper may be some dots wider than its columns, and a printer aligns to its edge. */
function toRight(line: string, columns: number): string {
  return ' '.repeat(columns - columnsOf(line)) + line;
}

function logo(image: string, { raster }: PrinterProfile): LaidItem[] {
  if (raster.how === 'none') return [];
  return [
    { type: 'logo', image },
    { type: 'gap', dots: gapAfterLargeDots },
  ];
}

function qr(data: string, profile: PrinterProfile): LaidItem[] {
  if (profile.qr.how === 'none') return [];
  const modules = qrModules(Buffer.byteLength(data));
  const moduleDots =
    modules === null
      ? 0
      : Math.min(profile.qr.module_dots, Math.floor(profile.paper.dots / modules));
  if (moduleDots < Math.min(qrModuleDotsMin, profile.qr.module_dots)) {
    throw new DeviceError(
      'PRN_DOCUMENT',
      `QR code of ${Buffer.byteLength(data)} bytes is too wide`,
    );
  }
  const quiet: LaidItem = { type: 'gap', dots: quietModules * moduleDots };
  return [quiet, { type: 'qr', data, moduleDots }, quiet];
}

/**
 * How many tickets the roll still holds, from the length that was printed. Pure arithmetic over what
 * the driver knows: every job's length, a new roll when paper comes back after it was out, and the
 * near-end sensor, which puts a wrong guess right once per roll.
 */
import type { PaperState } from '../contract.ts';
import type { LaidItem } from './layout.ts';
import type { PrinterProfile } from './printer-profile.ts';
import { qrModules } from './qr-size.ts';

/** What the near-end sensor leaves on the roll where the profile does not say, m. Assumed. */
const nearEndM = 2;
/** Before anything was printed: a ticket of this length, mm. */
const ticketMm = 90;
/** New tickets change the mean length by this share. */
const meanShare = 0.05;
/** ESC/POS line spacing at power-on, 1/6 inch; Chinese glyphs of scale 1, dots. */
const lineMm = 25.4 / 6;
const glyphDots = 24;
/** Head to blade or tear bar: blank paper of every ticket, mm. */
const bladeMm = 14;

export interface Roll {
  /** A job that surely or perhaps came out. */
  printed(mm: number): void;
  /** After each believed status. */
  paper(paper: PaperState): void;
  /** Used of this roll, mm, to be kept over restarts; null: nobody knows when it was put in. */
  readonly usedMm: number | null;
  /** Tickets left; null: not known. */
  readonly ticketsLeft: number | null;
}

/** `usedMm`: as kept from an earlier life, null if none was. `rollM`: length of a new roll, m. */
export function createRoll(
  profile: PrinterProfile,
  rollM: number | undefined,
  usedMm: number | null,
): Roll {
  const rollMm = (rollM ?? 0) * 1000;
  const lowLeftMm = Math.min((profile.paper.near_end_m ?? nearEndM) * 1000, rollMm);
  let used = usedMm;
  let meanMm = ticketMm;
  let before: PaperState = 'unknown';

  return {
    printed(mm) {
      meanMm += (mm - meanMm) * meanShare;
      if (used !== null) used += mm;
    },
    paper(now) {
      if (now === 'unknown' || now === before) return;
      if (before === 'out') used = 0;
      // The sensor speaks: so much is left, whatever was reckoned.
      if (now === 'low' && before === 'ok') used = rollMm - lowLeftMm;
      // Paper is high again without having been out: somebody changed the roll in time.
      if (now === 'ok' && before === 'low') used = 0;
      before = now;
    },
    get usedMm() {
      return used;
    },
    get ticketsLeft() {
      if (rollMm === 0) return null;
      if (before === 'out') return 0;
      if (used === null) return null;
      const left = before === 'low' ? Math.min(rollMm - used, lowLeftMm) : rollMm - used;
      return Math.max(0, Math.floor(left / meanMm));
    },
  };
}

/** Length of a ticket, mm, a little too long rather than too short. */
export function paperMm(items: readonly LaidItem[], profile: PrinterProfile): number {
  const { dots_per_mm } = profile.paper;
  let mm = bladeMm + profile.cut.feed_dots / dots_per_mm;
  for (const item of items) {
    if (item.type === 'text') mm += Math.max(lineMm, (glyphDots * item.scale) / dots_per_mm);
    else if (item.type === 'qr') mm += qrMm(item, dots_per_mm);
    else if (item.type === 'feed') mm += item.lines * lineMm;
    else if (item.type === 'gap') mm += item.dots / dots_per_mm;
    else if (item.type === 'bitmap') mm += item.bitmap.heightDots / dots_per_mm;
  }
  return mm;
}

function qrMm(item: Extract<LaidItem, { type: 'qr' }>, dotsPerMm: number): number {
  const modules = qrModules(Buffer.byteLength(item.data)) ?? 0;
  return (modules * item.moduleDots) / dotsPerMm;
}

/** Values of a printer profile that are right one by one and wrong together. */
import { spells } from './gb18030.ts';
import type { PrinterProfile } from './printer-profile.ts';

/** What each command language can spell. */
const abilities = {
  'node-thermal-printer': {
    qr: ['GS(k', 'raster', 'none'],
    raster: ['GSv0', 'none'],
    cut: ['GSV66', 'GSV1', 'ESCi', 'none'],
    scaleMax: 8,
  },
  escpos: {
    qr: ['GS(k', 'ESCZ', 'raster', 'none'],
    raster: ['GSv0', 'none'],
    cut: ['GSV66', 'GSV1', 'ESCi', 'none'],
    scaleMax: 8,
  },
  'star-line': {
    qr: ['ESCGSy', 'raster', 'none'],
    raster: ['ESC*r', 'none'],
    cut: ['ESCd3', 'none'],
    scaleMax: 6,
  },
} as const;

/** One sentence a fault; none: the profile makes sense. */
export function profileFaults(profile: PrinterProfile): string[] {
  const { commands, paper, qr, raster, cut, text, status } = profile;
  const can = abilities[commands.encoder];
  const faults: string[] = [];
  const need = (what: string, value: string, allowed: readonly string[]) => {
    if (allowed.includes(value)) return;
    faults.push(`${what}: ${value} is not spoken by ${commands.encoder} (${allowed.join(', ')})`);
  };
  need('qr/how', qr.how, can.qr);
  need('raster/how', raster.how, can.raster);
  need('cut/how', cut.how, can.cut);
  if (qr.how === 'raster' && raster.how === 'none') faults.push('qr/how: raster, but no raster');
  if (text.number_scale_max > can.scaleMax) {
    faults.push(`text/number_scale_max: ${commands.encoder} goes to ${can.scaleMax}`);
  }
  if (commands.encoder === 'star-line' && (status.asb || status.gs_r || status.process_id)) {
    faults.push('status: a Star printer has star_asb, not asb, gs_r or process_id');
  }
  if (!spells(text.replacement, text.charset)) {
    faults.push(`text/replacement: ${text.replacement} is not in ${text.charset}`);
  }
  if (paper.columns * latinDots > paper.dots) faults.push('paper/columns: wider than the paper');
  return faults;
}
/** Font A is 12 dots wide on every model listed. */
const latinDots = 12;

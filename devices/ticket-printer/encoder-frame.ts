/** How an ESC/POS job begins and ends, whoever spells its lines. */
import {
  askInTurn,
  chineseMode,
  countUp,
  initialise,
  processId,
  reportByItself,
} from './commands.ts';
import type { JobToken } from './encoder.ts';
import type { PrinterProfile } from './printer-profile.ts';
import { feedDots } from './raster-strips.ts';

/** Whether ESC @ also ends GS a differs between boards, so it is said again in every job. */
export function beginning({ commands, status }: PrinterProfile): Uint8Array[] {
  const chinese = commands.chinese_mode === 'FS&' ? [chineseMode] : [];
  return [initialise, ...chinese, ...(status.asb ? [reportByItself] : [])];
}

/** Never straight after text without a feed: the blade sits 10 to 30 mm above the print head. */
export function cut({ cut: { how, feed_dots } }: PrinterProfile): Uint8Array[] {
  const feed = feedDots(feed_dots);
  switch (how) {
    case 'GSV66':
      return [Uint8Array.of(0x1d, 0x56, 66, feed_dots)];
    case 'GSV1':
      return [...feed, Uint8Array.of(0x1d, 0x56, 1)];
    case 'ESCi':
      return [...feed, Uint8Array.of(0x1b, 0x69)];
    // Star's cut is no ESC/POS command (profile-faults.ts refuses such a profile).
    case 'ESCd3':
    case 'none':
      return feed;
  }
}

export function tokenBytes(token: JobToken): Uint8Array[] {
  switch (token.by) {
    case 'process-id':
      return [processId(token.id)];
    case 'gs-r':
      return [askInTurn];
    case 'etb':
      return [countUp];
    case 'none':
      return [];
  }
}

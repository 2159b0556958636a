/**
 * Star line mode (Star Line Mode Command Specifications; TSP650II, TSP700II, TSP800II and others).
 * Own bytes: node-thermal-printer's Star dialect throws on Chinese and prints no QR code, escpos has
 * none. Models with a Chinese board read GB18030 with no command before it.
 */
import { initialise } from './commands.ts';
import type { TicketEncoder } from './encoder.ts';
import { encoderOf, type Look, type QrItem } from './encoder-dialect.ts';
import { tokenBytes } from './encoder-frame.ts';
import { encodeText } from './gb18030.ts';
import type { PrinterProfile } from './printer-profile.ts';
import { starRaster } from './star-raster.ts';

/** ESC z 1: a line takes 4 mm, whatever the memory switches say. */
const lineOf4mm = Uint8Array.of(0x1b, 0x7a, 1);
const alignments = { left: 0, center: 1, right: 2 } as const;
const feedDotsMax = 255;

export function starEncoder(profile: PrinterProfile): TicketEncoder {
  const { charset, replacement } = profile.text;

  return encoderOf({
    begin: () => [initialise, lineOf4mm],
    text: (item, now) =>
      Buffer.concat([
        change(item, now),
        encodeText(item.text, charset, replacement),
        Uint8Array.of(0x0a),
      ]),
    qr: (item, now) => [Buffer.concat([change({ ...now, align: 'center' }, now), starQr(item)])],
    bitmap: (bitmap, now) => [
      ...(now.align === 'left' ? [] : [change({ ...now, align: 'left' }, now)]),
      ...starRaster(bitmap, profile.raster.rows_max),
    ],
    // ESC a n.
    feedLines: (lines) => [Uint8Array.of(0x1b, 0x61, lines)],
    feedDots: starFeedDots,
    end: (token) => [...cut(profile), ...tokenBytes(token)],
  });
}

function change(to: Look, from: Look): Uint8Array {
  const bytes: number[] = [];
  // ESC GS a n; ESC E, ESC F; ESC i height width, multiples less one.
  if (to.align !== from.align) bytes.push(0x1b, 0x1d, 0x61, alignments[to.align]);
  if (to.bold !== from.bold) bytes.push(0x1b, to.bold ? 0x45 : 0x46);
  if (to.scale !== from.scale) bytes.push(0x1b, 0x69, to.scale - 1, to.scale - 1);
  return Uint8Array.from(bytes);
}

/** ESC I n: paper forward by n/8 mm, at 203 dpi a dot each. */
function starFeedDots(dots: number): Uint8Array[] {
  const commands: Uint8Array[] = [];
  for (let left = dots; left > 0; left -= feedDotsMax) {
    commands.push(Uint8Array.of(0x1b, 0x49, Math.min(left, feedDotsMax)));
  }
  return commands;
}

/** ESC d 3 feeds to the blade and cuts all but a point. */
function cut({ cut: { how, feed_dots } }: PrinterProfile): Uint8Array[] {
  const feed = starFeedDots(feed_dots);
  return how === 'none' ? feed : [...feed, Uint8Array.of(0x1b, 0x64, 3)];
}

/** ESC GS y: model 2, level M, cell size, data (length counts bytes), print. */
function starQr({ data, moduleDots }: QrItem): Uint8Array {
  const bytes = Buffer.from(data, 'utf8');
  const head = [0x1b, 0x1d, 0x79];
  return Buffer.concat([
    Uint8Array.of(...head, 0x53, 0x30, 2),
    Uint8Array.of(...head, 0x53, 0x31, 1),
    Uint8Array.of(...head, 0x53, 0x32, moduleDots),
    Uint8Array.of(...head, 0x44, 0x31, 0, bytes.length & 0xff, bytes.length >> 8),
    bytes,
    Uint8Array.of(...head, 0x50),
  ]);
}

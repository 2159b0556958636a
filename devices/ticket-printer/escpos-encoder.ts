/**
 * Domestic boards by the package `escpos`, used as a command table behind an adapter that only
 * collects bytes. Used: align, size, print(Buffer), feed, flush and, for boards that want it, its
 * QR command ESC Z. Left alone: its adapters, text widths, cut, bold (also sends ESC/P italics),
 * pictures (one object a pixel) and GS ( k (its length is wrong).
 */
import Printer from 'escpos';
import type { TicketEncoder } from './encoder.ts';
import { encoderOf, type Look, type QrItem } from './encoder-dialect.ts';
import { beginning, cut, tokenBytes } from './encoder-frame.ts';
import { encodeText } from './gb18030.ts';
import type { PrinterProfile } from './printer-profile.ts';
import { qrVersion } from './qr-size.ts';
import { escposRaster, feedDots } from './raster-strips.ts';

const alignments = { left: 'lt', center: 'ct', right: 'rt' } as const;
const bold = { on: Buffer.of(0x1b, 0x45, 1), off: Buffer.of(0x1b, 0x45, 0) };

export function escposEncoder(profile: PrinterProfile): TicketEncoder {
  const { charset, replacement } = profile.text;
  let collected: Uint8Array = new Uint8Array(0);
  const table = new Printer(
    {
      write(bytes, done) {
        // A view of memory that the library writes into again: copied.
        collected = Buffer.from(bytes);
        done(null);
      },
    },
    { encoding: 'GB18030', width: profile.paper.columns },
  );

  /** The bytes that `ask` makes the library collect; flush empties its buffer. */
  function bytesOf(ask: () => void): Uint8Array {
    ask();
    table.flush(() => undefined);
    return collected;
  }

  function change(to: Look, from: Look): void {
    if (to.align !== from.align) table.align(alignments[to.align]);
    if (to.bold !== from.bold) table.print(to.bold ? bold.on : bold.off);
    // 0 is the ordinary size here.
    if (to.scale !== from.scale) table.size(to.scale - 1, to.scale - 1);
  }

  function qr({ data, moduleDots }: QrItem): void {
    const bytes = Buffer.from(data, 'utf8');
    if (profile.qr.how === 'ESCZ')
      table.qrcode(bytes, qrVersion(bytes.length) ?? 0, 'M', moduleDots);
    else table.print(storedQr(bytes, moduleDots));
  }

  return encoderOf({
    begin: () => beginning(profile),
    text: (item, now) =>
      bytesOf(() => {
        change(item, now);
        table.print(encodeText(item.text, charset, replacement)).newLine();
      }),
    qr: (item, now) => [
      bytesOf(() => {
        if (now.align !== 'center') table.align('ct');
        qr(item);
      }),
    ],
    bitmap: (bitmap, now) => [
      ...(now.align === 'left' ? [] : [bytesOf(() => table.align('lt'))]),
      ...escposRaster(bitmap, profile.raster.rows_max),
    ],
    feedLines: (lines) => [bytesOf(() => table.feed(lines))],
    feedDots,
    end: (token) => [...cut(profile), ...tokenBytes(token)],
  });
}

/** GS ( k: model 2, module, level M, store, print (Epson reference, functions 165 to 181). */
function storedQr(data: Uint8Array, moduleDots: number): Buffer {
  const size = data.length + 3;
  const head = [0x1d, 0x28, 0x6b];
  return Buffer.concat([
    Uint8Array.of(...head, 4, 0, 0x31, 0x41, 0x32, 0),
    Uint8Array.of(...head, 3, 0, 0x31, 0x43, moduleDots),
    Uint8Array.of(...head, 3, 0, 0x31, 0x45, 0x31),
    Uint8Array.of(...head, size & 0xff, size >> 8, 0x31, 0x50, 0x30),
    data,
    Uint8Array.of(...head, 3, 0, 0x31, 0x51, 0x30),
  ]);
}

/**
 * Epson dialect by node-thermal-printer, used as a command table only: no interface, text as
 * GB18030 bytes, QR data as a Buffer, own initialisation, pictures, cut and token. Its own ways with
 * Chinese, cutting, widths and success are wrong and left alone.
 */
import { PrinterTypes, ThermalPrinter } from 'node-thermal-printer';
import type { TicketEncoder } from './encoder.ts';
import { encoderOf, type Look } from './encoder-dialect.ts';
import { beginning, cut, tokenBytes } from './encoder-frame.ts';
import { encodeText } from './gb18030.ts';
import type { Align } from './layout.ts';
import type { PrinterProfile } from './printer-profile.ts';
import { escposRaster, feedDots } from './raster-strips.ts';
import { remembered } from './remembered.ts';

export function ntpEncoder(profile: PrinterProfile): TicketEncoder {
  const { charset, replacement } = profile.text;
  // An empty interface is none: the object then only collects bytes.
  const table = new ThermalPrinter({
    type: PrinterTypes.EPSON,
    interface: '',
    width: profile.paper.columns,
  });

  /** The bytes that `ask` makes the library collect. It never clears them by itself. */
  function bytesOf(ask: () => void): Uint8Array {
    table.clear();
    ask();
    // Nothing collected is null, whatever the type says.
    const bytes: Uint8Array | null = table.getBuffer();
    table.clear();
    return bytes ?? new Uint8Array(0);
  }

  const lineEnd = bytesOf(() => table.newLine());
  /** A ticket has some five kinds of lines. */
  const changes = remembered<Uint8Array>();
  function changed(to: Look, from: Look): Uint8Array {
    const key = `${from.align} ${from.bold} ${from.scale} ${to.align} ${to.bold} ${to.scale}`;
    return changes(key, () => bytesOf(() => change(to, from)));
  }

  function change(to: Look, from: Look): void {
    if (to.align !== from.align) align(to.align);
    if (to.bold !== from.bold) table.bold(to.bold);
    // The library names the two the wrong way round (GS ! has the width in the high half): equal here.
    if (to.scale !== from.scale) table.setTextSize(to.scale - 1, to.scale - 1);
  }

  function align(to: Align): void {
    if (to === 'left') table.alignLeft();
    else if (to === 'center') table.alignCenter();
    else table.alignRight();
  }

  return encoderOf({
    begin: () => beginning(profile),
    text: (item, now) =>
      Buffer.concat([changed(item, now), encodeText(item.text, charset, replacement), lineEnd]),
    qr: (item, now) => [
      bytesOf(() => {
        if (now.align !== 'center') table.alignCenter();
        // The type says string, but the library would count characters and send UTF-8; of a Buffer
        // it counts the bytes.
        table.printQR(Buffer.from(item.data, 'utf8') as unknown as string, {
          model: 2,
          cellSize: item.moduleDots,
          correction: 'M',
        });
      }),
    ],
    bitmap: (bitmap, now) => [
      ...(now.align === 'left' ? [] : [bytesOf(() => table.alignLeft())]),
      ...escposRaster(bitmap, profile.raster.rows_max),
    ],
    feedLines: (lines) => [Uint8Array.of(0x1b, 0x64, lines)],
    feedDots,
    end: (token) => [...cut(profile), ...tokenBytes(token)],
  });
}

/** QR codes for boards that have no command for them. Loaded for such a board only. */
import qrcode from 'qrcode-generator';
import type { LaidItem } from './layout.ts';
import { type Bitmap, blankBitmap, fillRect } from './raster-bitmap.ts';

/** As a printer would have made it: level M, data as UTF-8; in the middle of the paper. */
export function qrBitmap(item: Extract<LaidItem, { type: 'qr' }>, widthDots: number): Bitmap {
  const code = qrcode(0, 'M');
  code.addData(Buffer.from(item.data, 'utf8').toString('latin1'), 'Byte');
  code.make();
  const side = code.getModuleCount();
  const size = item.moduleDots;
  const bitmap = blankBitmap(widthDots, side * size);
  const left = Math.floor((widthDots - side * size) / 2);
  for (let row = 0; row < side; row++) {
    for (let col = 0; col < side; col++) {
      if (code.isDark(row, col)) fillRect(bitmap, left + col * size, row * size, size, size);
    }
  }
  return bitmap;
}

/** A QR code as one path of an SVG drawing: pages get no library for it. */
import qrcode from 'qrcode-generator';

export interface QrDrawing {
  /** Modules on a side, without the quiet zone. */
  size: number;
  /** SVG path of the dark modules, one unit each. */
  path: string;
}

/** Glass is read from a hand's distance, some of it behind a reflection. */
const correction = 'M';

export function drawQr(text: string): QrDrawing {
  const code = qrcode(0, correction);
  code.addData(text, 'Byte');
  code.make();
  const size = code.getModuleCount();
  const runs: string[] = [];
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const from = x;
      while (x < size && code.isDark(y, x)) x++;
      if (x > from) runs.push(`M${from} ${y}h${x - from}v1h-${x - from}z`);
    }
  }
  return { size, path: runs.join('') };
}

/** The drawing of the newest address is kept: a page is drawn often, its code changes seldom. */
export function rememberQr(draw: (text: string) => QrDrawing): (text: string) => QrDrawing {
  let newest: { text: string; drawing: QrDrawing } | undefined;
  return (text) => {
    if (newest?.text !== text) newest = { text, drawing: draw(text) };
    return newest.drawing;
  };
}

/**
 * What a printer can not spell becomes a bitmap before its job is encoded: logos, lines with rare
 * characters, QR codes for boards without a command for them. Drawn once, then remembered: the
 * second ticket with the same emblem or name waits for nothing.
 */
import type { DeviceClock, DeviceLog } from '../contract.ts';
import { spells } from './gb18030.ts';
import type { LaidItem } from './layout.ts';
import type { PrinterProfile } from './printer-profile.ts';
import type { Rasterizer } from './raster.ts';
import type { Bitmap } from './raster-bitmap.ts';
import { boxEmptyCells, lineHeightDots, lineSvg } from './raster-line.ts';

/** Bitmaps remembered; a line has 2 KB, an emblem 10. More than the lines of any ticket. */
export const picturesKeptMax = 256;
/** All pictures of one ticket together; after that it prints without those that are missing. */
export const prepareMs = 5000;

type TextItem = Extract<LaidItem, { type: 'text' }>;
type QrItem = Extract<LaidItem, { type: 'qr' }>;
type Drawable = TextItem | Extract<LaidItem, { type: 'logo' }>;

export interface Pictures {
  /** Draws what is missing; undefined: nothing is. Never rejects. */
  prepare(items: readonly LaidItem[]): Promise<void> | undefined;
  /** The same items, bitmaps in the place of what was drawn; what was not stays as it is. */
  place(items: readonly LaidItem[]): readonly LaidItem[];
  close(): void;
}

export interface PicturePorts {
  profile: PrinterProfile;
  rasterizer: Rasterizer;
  clock: DeviceClock;
  log: DeviceLog;
  /** A QR code in the middle of the paper; undefined: the printer makes its own. */
  qrBitmap: ((item: QrItem, widthDots: number) => Bitmap) | undefined;
}

export function createPictures({
  profile,
  rasterizer,
  clock,
  log,
  qrBitmap,
}: PicturePorts): Pictures {
  const { paper, text, raster } = profile;
  const kept = new Map<string, Bitmap>();
  const draws = raster.how !== 'none';
  const spacingDots = lineSpacingDots(profile);

  const drawable = (item: LaidItem): item is Drawable =>
    draws &&
    (item.type === 'logo' ||
      (item.type === 'text' && text.missing_glyph === 'draw' && !spells(item.text, text.charset)));

  async function draw(item: Drawable): Promise<void> {
    try {
      keep(keyOf(item), await (item.type === 'logo' ? drawLogo(item.image) : drawLine(item)));
    } catch (error) {
      // The text of a line may be a person's name: it stays out of the log.
      log.warn({ error: String(error), item: item.type }, 'could not be drawn for the paper');
    }
  }

  const drawLogo = (image: string) =>
    rasterizer.draw({ kind: 'picture', image, widthDots: paper.dots });

  async function drawLine(item: TextItem): Promise<Bitmap> {
    const image = lineSvg(item.text, item, paper.dots);
    const bitmap = await rasterizer.draw({ kind: 'line', image, widthDots: paper.dots });
    boxEmptyCells(bitmap, item.text, item);
    return bitmap;
  }

  function keep(key: string, bitmap: Bitmap): void {
    kept.delete(key);
    kept.set(key, bitmap);
    for (const oldest of kept.keys()) {
      if (kept.size <= picturesKeptMax) break;
      kept.delete(oldest);
    }
  }

  function placed(item: LaidItem): LaidItem[] {
    if (item.type === 'qr' && qrBitmap !== undefined) {
      const key = `${item.moduleDots} ${item.data}`;
      const bitmap = kept.get(key) ?? qrBitmap(item, paper.dots);
      keep(key, bitmap);
      return [{ type: 'bitmap', bitmap }];
    }
    if (!drawable(item)) return [item];
    const key = keyOf(item);
    const bitmap = kept.get(key);
    if (bitmap === undefined) return [item];
    keep(key, bitmap);
    if (item.type === 'logo') return [{ type: 'bitmap', bitmap }];
    // A line of text feeds its spacing, a bitmap its own height only.
    const dots = Math.max(0, spacingDots - lineHeightDots(item.scale));
    const gap: LaidItem[] = dots === 0 ? [] : [{ type: 'gap', dots }];
    return [{ type: 'bitmap', bitmap }, ...gap];
  }

  return {
    prepare(items) {
      const needed = new Map(items.filter(drawable).map((item) => [keyOf(item), item]));
      const missing = [...needed].filter(([key]) => !kept.has(key)).map(([, item]) => item);
      if (missing.length === 0) return undefined;
      const all = Promise.all(missing.map(draw)).then(() => undefined);
      const late = Promise.withResolvers<void>();
      const cancel = clock.after(prepareMs, () => {
        log.warn({ pictures: missing.length }, 'the ticket waits no longer for its pictures');
        late.resolve();
      });
      return Promise.race([all, late.promise]).finally(cancel);
    },
    place: (items) =>
      items.some((item) => drawable(item) || item.type === 'qr') ? items.flatMap(placed) : items,
    close: () => rasterizer.close(),
  };
}

function keyOf(item: Drawable): string {
  if (item.type === 'logo') return item.image;
  return `${item.align} ${item.scale} ${item.bold} ${item.text}`;
}

/** What a line feeds when nothing else was said: 1/6 inch, Star 4 mm. */
function lineSpacingDots({ commands, paper }: PrinterProfile): number {
  const mm = commands.encoder === 'star-line' ? 4 : 25.4 / 6;
  return Math.round(mm * paper.dots_per_mm);
}

/**
 * The process that draws: sharp takes 60 to 75 MB once it has drawn, which the machine's own process
 * must not carry. Started on first need by raster.ts, ended when nothing was drawn for a while.
 */
import sharp from 'sharp';
import { type Bitmap, dither, threshold } from './raster-bitmap.ts';
import type { DrawAnswer, DrawOrder } from './raster-protocol.ts';

/** An emblem of 4000 x 4000 is a mistake, not an emblem. */
const inputPixelsMax = 16_000_000;
/** Taller than 10 cm no picture on a ticket may be. */
const pictureRowsMax = 800;

sharp.cache(false);
sharp.concurrency(1);

async function draw(order: DrawOrder): Promise<Bitmap> {
  const input = Buffer.from(order.image, order.kind === 'line' ? 'utf8' : 'base64');
  const picture = sharp(input, { limitInputPixels: inputPixelsMax });
  const fitted =
    order.kind === 'line'
      ? picture
      : picture.resize({
          width: order.widthDots,
          height: pictureRowsMax,
          fit: 'inside',
          withoutEnlargement: true,
        });
  const white = { r: 255, g: 255, b: 255 };
  const { data, info } = await fitted
    .flatten({ background: white })
    .greyscale()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const grey = centred(data, info.width, info.height, order.widthDots);
  const dots = order.kind === 'line' ? threshold : dither;
  return dots(grey, order.widthDots, info.height);
}

/** On white, as wide as the paper. */
function centred(grey: Uint8Array, width: number, height: number, widthDots: number): Uint8Array {
  if (width === widthDots) return grey;
  const left = Math.floor((widthDots - width) / 2);
  const canvas = new Uint8Array(widthDots * height).fill(255);
  for (let y = 0; y < height; y++) {
    canvas.set(grey.subarray(y * width, (y + 1) * width), y * widthDots + left);
  }
  return canvas;
}

function answer(message: DrawAnswer): void {
  process.send?.(message);
}

process.on('message', (order: DrawOrder) => {
  draw(order).then(
    (bitmap) => answer({ id: order.id, bitmap }),
    (error: unknown) => answer({ id: order.id, fault: String(error) }),
  );
});
// Whoever started it is gone.
process.on('disconnect', () => process.exit(0));

/**
 * The process that works on pictures, one picture a process: what takes 100 MB and a second stays
 * out of the machine's own process, and so does whatever a broken JPEG does to a decoder.
 *
 *   picture-work.child.ts ORDER < frames > answer line, JPEG
 */
import sharp, { type Sharp } from 'sharp';
import { type FrameSize, framesMax, jpegFrames, yuyvFrames, yuyvToRgb } from './frames.ts';
import { type FoundPage, findPage } from './page-finder.ts';
import type { WorkAnswer, WorkOrder } from './work-order.ts';

/** All black: nobody switched the lamp on, or the lens is covered. Of 256. */
const darkMeanMax = 12;
const darkPeakMax = 60;
/** Longer edge of the picture in which the paper is looked for: half a millimetre on A4. */
const smallEdgePx = 480;
/** Cut off around the paper: its edge is never sharp. */
const insetShare = 0.004;

interface Raw extends FrameSize {
  channels: 3;
  pixels: Buffer;
}

async function work(order: WorkOrder, bytes: Uint8Array): Promise<[WorkAnswer, Buffer]> {
  const none = Buffer.alloc(0);
  const chosen = await firstGood(order, bytes);
  if (typeof chosen === 'string') return [{ ok: false, code: chosen }, none];
  const upright = order.rotate === 0 ? chosen : await raw(image(chosen).rotate(order.rotate));
  const whole = { trimmed: false, skewDeg: 0 };
  if (order.do === 'look') {
    return [{ ok: true, widthPx: upright.width, heightPx: upright.height, ...whole }, none];
  }
  const page = order.trim ? await pageOf(upright) : null;
  const cut = page === null ? upright : await cutOut(upright, page);
  const { data, info } = await image(cut)
    .resize({
      width: order.edgePxMax,
      height: order.edgePxMax,
      fit: 'inside',
      withoutEnlargement: true,
    })
    .jpeg({ quality: order.quality })
    .toBuffer({ resolveWithObject: true });
  const size = { widthPx: info.width, heightPx: info.height };
  if (page === null) return [{ ok: true, ...size, ...whole }, data];
  return [{ ok: true, ...size, trimmed: true, skewDeg: -page.turnDeg }, data];
}

const image = ({ pixels, width, height, channels }: Raw) =>
  sharp(pixels, { raw: { width, height, channels } });

async function raw(picture: Sharp): Promise<Raw> {
  const { data, info } = await picture
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { pixels: data, width: info.width, height: info.height, channels: 3 };
}

/** Cameras begin dark or torn: the first frame that is whole and not dark counts. */
async function firstGood(
  order: WorkOrder,
  bytes: Uint8Array,
): Promise<Raw | 'CAM_NO_FRAME' | 'CAM_DARK'> {
  let dark = false;
  for (const frame of framesOf(order, bytes)) {
    const decoded = await decode(order, frame);
    if (decoded === undefined) continue;
    if (!(await isDark(decoded))) return decoded;
    dark = true;
  }
  return dark ? 'CAM_DARK' : 'CAM_NO_FRAME';
}

function framesOf(order: WorkOrder, bytes: Uint8Array): Uint8Array[] {
  const countMax = order.skip + framesMax;
  const all =
    order.format === 'mjpg' ? jpegFrames(bytes, countMax) : yuyvFrames(bytes, order, countMax);
  return all.slice(order.skip);
}

async function decode(order: WorkOrder, frame: Uint8Array): Promise<Raw | undefined> {
  const { width, height } = order;
  if (order.format === 'yuyv') {
    return { pixels: Buffer.from(yuyvToRgb(frame, order)), width, height, channels: 3 };
  }
  try {
    // Half a picture is no picture.
    return await raw(sharp(frame, { failOn: 'truncated' }));
  } catch {
    return undefined;
  }
}

async function isDark(picture: Raw): Promise<boolean> {
  const { channels } = await image(picture).greyscale().stats();
  const [grey] = channels;
  return grey === undefined || (grey.mean < darkMeanMax && grey.max < darkPeakMax);
}

async function pageOf(picture: Raw): Promise<FoundPage | null> {
  const { data, info } = await image(picture)
    .greyscale()
    .resize({ width: smallEdgePx, height: smallEdgePx, fit: 'inside', withoutEnlargement: true })
    .blur(1)
    .raw()
    .toBuffer({ resolveWithObject: true });
  const pixels = new Uint8Array(info.width * info.height);
  for (let i = 0; i < pixels.length; i += 1) pixels[i] = data[i * info.channels] ?? 0;
  const page = findPage({ width: info.width, height: info.height, pixels });
  if (page === null) return null;
  const scale = picture.width / info.width;
  return {
    turnDeg: page.turnDeg,
    cx: page.cx * scale,
    cy: page.cy * scale,
    width: page.width * scale,
    height: page.height * scale,
  };
}

/** Turned about its middle the picture grows; the paper's middle moves with it. */
async function cutOut(picture: Raw, page: FoundPage): Promise<Raw> {
  const turned = await raw(image(picture).rotate(page.turnDeg, { background: '#000' }));
  const turn = (page.turnDeg * Math.PI) / 180;
  const [dx, dy] = [page.cx - picture.width / 2, page.cy - picture.height / 2];
  const cx = turned.width / 2 + dx * Math.cos(turn) - dy * Math.sin(turn);
  const cy = turned.height / 2 + dx * Math.sin(turn) + dy * Math.cos(turn);
  const inset = 1 - 2 * insetShare;
  const left = Math.max(0, Math.round(cx - (page.width * inset) / 2));
  const top = Math.max(0, Math.round(cy - (page.height * inset) / 2));
  const width = Math.min(turned.width - left, Math.round(page.width * inset));
  const height = Math.min(turned.height - top, Math.round(page.height * inset));
  return raw(image(turned).extract({ left, top, width, height }));
}

async function input(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function tell(answer: WorkAnswer, jpeg: Uint8Array): void {
  process.stdout.write(Buffer.concat([Buffer.from(`${JSON.stringify(answer)}\n`), jpeg]));
}

try {
  // One picture: no cache pays, and the machine has other work for its cores.
  sharp.cache(false);
  sharp.concurrency(1);
  // Our own program wrote it: no schema needed.
  const order = JSON.parse(process.argv[2] ?? '') as WorkOrder;
  tell(...(await work(order, await input())));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  tell({ ok: false, code: 'CAM_IMAGE' }, Buffer.alloc(0));
}

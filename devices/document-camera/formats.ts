/** What a camera offers, as `v4l2-ctl --list-formats-ext` prints it. Pure, total. */

export interface CameraFormat {
  /** Four letters of the kernel, e.g. `MJPG`, `YUYV`. */
  fourcc: string;
  sizes: { width: number; height: number }[];
}
const formatsMax = 32;
const sizesMax = 128;

export function readFormats(text: string): CameraFormat[] {
  const formats: CameraFormat[] = [];
  for (const line of text.split('\n')) {
    const fourcc = /^\s*\[\d+\]: '(.{4})'/.exec(line)?.[1];
    if (fourcc !== undefined && formats.length < formatsMax) formats.push({ fourcc, sizes: [] });
    const size = /Size: \w+ (\d{1,5})x(\d{1,5})/.exec(line);
    const sizes = formats.at(-1)?.sizes;
    if (size === null || sizes === undefined || sizes.length >= sizesMax) continue;
    sizes.push({ width: Number(size[1]), height: Number(size[2]) });
  }
  return formats;
}

/** Cameras with sizes in steps list none: then the format alone decides. */
export function offers(
  formats: readonly CameraFormat[],
  wanted: { fourcc: string; width: number; height: number },
): boolean {
  return formats.some(
    (f) =>
      f.fourcc === wanted.fourcc &&
      (f.sizes.length === 0 ||
        f.sizes.some((s) => s.width === wanted.width && s.height === wanted.height)),
  );
}

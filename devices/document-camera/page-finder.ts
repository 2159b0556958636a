/**
 * Finds the paper in a small grey picture: what is lighter than its background (Otsu's threshold),
 * the hull around the largest such patch, and the smallest rectangle around that hull (rotating
 * calipers). Pure.
 */

export interface GreyPicture {
  width: number;
  height: number;
  /** One byte a pixel, rows from the top. */
  pixels: Uint8Array;
}
export interface FoundPage {
  /** Turn the picture by this to have the paper upright: degrees, clockwise, -45..45. */
  turnDeg: number;
  /** Centre of the paper, pixels of the small picture. */
  cx: number;
  cy: number;
  /** Its sides when upright. */
  width: number;
  height: number;
}
type Point = readonly [x: number, y: number];

/** Less of the picture is dust, more is no paper on a background. */
const areaMin = 0.05;
const areaMax = 0.97;
/** The patch must fill the rectangle around it, or it is no sheet. */
const fillMin = 0.8;
/** Paper and background must differ by so much of 256. */
const contrastMin = 24;

export function findPage(picture: GreyPicture): FoundPage | null {
  const threshold = otsu(picture.pixels);
  if (threshold === null) return null;
  const patch = largestPatch(picture, threshold);
  const share = patch.length / picture.pixels.length;
  if (share < areaMin || share > areaMax) return null;
  const box = smallestRectangle(hull(outline(patch, picture.width)));
  return box === null || patch.length / (box.width * box.height) < fillMin ? null : box;
}

/** The grey that parts dark from light best; null: the picture is of one kind. */
export function otsu(pixels: Uint8Array): number | null {
  const histogram = new Float64Array(256);
  for (const p of pixels) histogram[p] = (histogram[p] ?? 0) + 1;
  let sum = 0;
  for (let g = 0; g < 256; g += 1) sum += g * (histogram[g] ?? 0);
  let best = { variance: -1, threshold: 0, contrast: 0 };
  let dark = 0;
  let darkSum = 0;
  for (let g = 0; g < 255; g += 1) {
    dark += histogram[g] ?? 0;
    darkSum += g * (histogram[g] ?? 0);
    const light = pixels.length - dark;
    if (dark === 0 || light === 0) continue;
    const contrast = (sum - darkSum) / light - darkSum / dark;
    const variance = dark * light * contrast * contrast;
    if (variance > best.variance) best = { variance, threshold: g, contrast };
  }
  return best.contrast < contrastMin ? null : best.threshold;
}

/** Indices of the pixels of the largest light patch, neighbours along rows and columns. */
function largestPatch({ width, height, pixels }: GreyPicture, threshold: number): number[] {
  const seen = new Uint8Array(pixels.length);
  let largest: number[] = [];
  for (let start = 0; start < pixels.length; start += 1) {
    if (seen[start] === 1 || (pixels[start] ?? 0) <= threshold) continue;
    const patch = [start];
    seen[start] = 1;
    for (let i = 0; i < patch.length; i += 1) {
      const at = patch[i] ?? 0;
      const x = at % width;
      const y = (at - x) / width;
      const around = [
        ...(x > 0 ? [at - 1] : []),
        ...(x < width - 1 ? [at + 1] : []),
        ...(y > 0 ? [at - width] : []),
        ...(y < height - 1 ? [at + width] : []),
      ];
      for (const next of around) {
        if (seen[next] === 1 || (pixels[next] ?? 0) <= threshold) continue;
        seen[next] = 1;
        patch.push(next);
      }
    }
    if (patch.length > largest.length) largest = patch;
  }
  return filled(largest, width);
}

/** Writing on the paper is no hole in it: every row counts from its first to its last pixel. */
function filled(patch: readonly number[], width: number): number[] {
  const rows = rowEnds(patch, width);
  return [...rows].flatMap(([y, { first, last }]) =>
    Array.from({ length: last - first + 1 }, (_, i) => y * width + first + i),
  );
}

function rowEnds(patch: readonly number[], width: number) {
  const rows = new Map<number, { first: number; last: number }>();
  for (const at of patch) {
    const x = at % width;
    const y = (at - x) / width;
    const row = rows.get(y);
    if (row === undefined) rows.set(y, { first: x, last: x });
    else rows.set(y, { first: Math.min(row.first, x), last: Math.max(row.last, x) });
  }
  return rows;
}

/** Corners of the pixels at both ends of each row: the hull needs no others. */
function outline(patch: readonly number[], width: number): Point[] {
  return [...rowEnds(patch, width)].flatMap(([y, { first, last }]): Point[] => [
    [first, y],
    [first, y + 1],
    [last + 1, y],
    [last + 1, y + 1],
  ]);
}

/** Convex hull, counter-clockwise (Andrew's monotone chain). */
function hull(points: Point[]): Point[] {
  const sorted = points.toSorted(([ax, ay], [bx, by]) => ax - bx || ay - by);
  const half = (row: readonly Point[]) => {
    const chain: Point[] = [];
    for (const p of row) {
      for (let a = chain.at(-2), b = chain.at(-1); a && b && cross(a, b, p) <= 0; ) {
        chain.pop();
        a = chain.at(-2);
        b = chain.at(-1);
      }
      chain.push(p);
    }
    return chain.slice(0, -1);
  };
  return [...half(sorted), ...half(sorted.toReversed())];
}

const cross = ([ax, ay]: Point, [bx, by]: Point, [cx, cy]: Point) =>
  (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);

/** One side of the smallest rectangle lies on a side of the hull. */
function smallestRectangle(corners: readonly Point[]): FoundPage | null {
  let best: { area: number; page: FoundPage } | null = null;
  corners.forEach((from, i) => {
    const to = corners[(i + 1) % corners.length];
    if (to === undefined) return;
    const page = rectangleAlong(Math.atan2(to[1] - from[1], to[0] - from[0]), corners);
    const area = page.width * page.height;
    if (best === null || area < best.area) best = { area, page };
  });
  return (best as { page: FoundPage } | null)?.page ?? null;
}

function rectangleAlong(angle: number, corners: readonly Point[]): FoundPage {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const along = corners.map(([x, y]) => x * cos + y * sin);
  const across = corners.map(([x, y]) => -x * sin + y * cos);
  const [left, right] = [Math.min(...along), Math.max(...along)];
  const [top, bottom] = [Math.min(...across), Math.max(...across)];
  const [u, v] = [(left + right) / 2, (top + bottom) / 2];
  // Of the four ways to stand a rectangle upright the one that turns least.
  const quarter = Math.round(angle / (Math.PI / 2));
  const turn = angle - quarter * (Math.PI / 2);
  const swap = quarter % 2 !== 0;
  const [width, height] = swap ? [bottom - top, right - left] : [right - left, bottom - top];
  return {
    turnDeg: (-turn * 180) / Math.PI,
    cx: u * cos - v * sin,
    cy: u * sin + v * cos,
    width,
    height,
  };
}

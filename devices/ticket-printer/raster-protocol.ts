/** What raster.ts and its drawing process say to each other. */
import type { Bitmap } from './raster-bitmap.ts';

/** `line`: an SVG as text; `picture`: a PNG or SVG file, base64. */
export interface DrawOrder {
  id: number;
  kind: 'line' | 'picture';
  image: string;
  /** Of the bitmap that comes back; a narrower picture stands in its middle. */
  widthDots: number;
}
export type DrawAnswer = { id: number; bitmap: Bitmap } | { id: number; fault: string };

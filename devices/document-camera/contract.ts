/**
 * A camera over a desk that takes pictures of papers (高拍仪). Hands out one finished picture; frames
 * and everything around the paper never leave the driver.
 */
import type { DeviceCode } from '../codes.ts';
import type { Device } from '../contract.ts';

export interface CaptureOptions {
  /** Finds the paper on its background: turned upright, everything else cut away. */
  trim: boolean;
  /** Longer edge of the picture at most, pixels, 200..`edgePxMax`; nothing is ever enlarged. */
  edgePxMax: number;
  /** JPEG quality, 30..95. */
  quality: number;
}
export const edgePxLimit = 6_000;

export type Captured =
  | {
      ok: true;
      jpeg: Uint8Array;
      widthPx: number;
      heightPx: number;
      /** true: a paper was found and cut out; false: the whole frame, nothing stood out from it. */
      trimmed: boolean;
      /** How far the paper lay from upright, degrees, -45..45; 0 when none was found. */
      skewDeg: number;
    }
  | { ok: false; code: DeviceCode };

export interface DocumentCamera extends Device {
  readonly kind: 'document-camera';
  /** One at a time (CAM_BUSY). Never rejects; ends within `captureMs` (uvc-camera.ts). */
  capture(o: CaptureOptions): Promise<Captured>;
}

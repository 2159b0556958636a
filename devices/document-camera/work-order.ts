/** What the process that works on pictures is told, and what it tells. */
import { type Static, Type } from '@sinclair/typebox';
import { oneOf } from '../check.ts';

const closed = { additionalProperties: false } as const;

export interface WorkOrder {
  format: 'mjpg' | 'yuyv';
  /** Of the frame; only raw frames need it. */
  width: number;
  height: number;
  /** Frames at the beginning that are not looked at: the exposure settles. */
  skip: number;
  rotate: 0 | 90 | 180 | 270;
  /** `look`: only whether there is a picture at all; nothing comes back but the answer. */
  do: 'look' | 'picture';
  trim: boolean;
  edgePxMax: number;
  quality: number;
}

/** First line of its output, JSON; after `ok` pictures the bytes of the JPEG follow. */
export const WorkAnswer = Type.Union([
  Type.Object(
    {
      ok: Type.Literal(true),
      widthPx: Type.Integer(),
      heightPx: Type.Integer(),
      trimmed: Type.Boolean(),
      skewDeg: Type.Number(),
    },
    closed,
  ),
  Type.Object(
    { ok: Type.Literal(false), code: oneOf(['CAM_NO_FRAME', 'CAM_DARK', 'CAM_IMAGE'] as const) },
    closed,
  ),
]);
export type WorkAnswer = Static<typeof WorkAnswer>;

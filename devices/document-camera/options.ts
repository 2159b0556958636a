/** Options of the document camera in a machine profile. */
import { type Static, Type } from '@sinclair/typebox';
import { oneOf } from '../check.ts';
import { UvcLink } from '../transports/options.ts';

const closed = { additionalProperties: false } as const;

export const DocumentCameraUvcOptions = Type.Object(
  {
    link: UvcLink,
    width: Type.Integer({ minimum: 160, maximum: 8192, description: 'As the camera offers it' }),
    height: Type.Integer({ minimum: 120, maximum: 8192 }),
    format: Type.Optional(
      oneOf(['mjpg', 'yuyv'] as const, 'Default mjpg; yuyv for cameras without it, slower'),
    ),
    program: Type.Optional(
      oneOf(
        ['v4l2-ctl', 'ffmpeg'] as const,
        'Default v4l2-ctl (package v4l-utils); ffmpeg for cameras that it does not understand',
      ),
    ),
    skip_frames: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 60,
        description: 'Frames thrown away first, while the exposure settles. Default 5',
      }),
    ),
    rotate: Type.Optional(
      Type.Union([Type.Literal(0), Type.Literal(90), Type.Literal(180), Type.Literal(270)], {
        description: 'Camera mounted sideways or upside down: degrees clockwise. Default 0',
      }),
    ),
  },
  { ...closed, title: 'Document camera (高拍仪), a USB video camera' },
);
export type DocumentCameraUvcOptions = Static<typeof DocumentCameraUvcOptions>;

export const skipFramesDefault = 5;

/**
 * A document camera that is not there: plays `v4l2-ctl` as its manual says, and shows a paper that
 * lies on a dark desk under it. Programs of other names are really run.
 */
import sharp from 'sharp';
import { type ProgramEnd, type RunProgram, runProgram } from '../transports/program.ts';

export interface VirtualCameraOptions {
  /** What it answers to; a driver looks for the file as well, so it has to exist. */
  path: string;
  width: number;
  height: number;
  fourcc: 'MJPG' | 'YUYV';
}
/** A sheet: its middle and sides as shares of the frame's width and height. */
export interface Paper {
  turnedDeg: number;
  x: number;
  y: number;
  width: number;
  height: number;
}
export interface VirtualCamera {
  readonly run: RunProgram;
  /** null: the bare desk. */
  paper: Paper | null;
  lamp: boolean;
  /** Frames at the start of a run that are torn off in the middle. */
  tornFrames: number;
  plugged: boolean;
  /** Another program has it. */
  taken: boolean;
  /** Runs that took pictures, as their arguments. */
  readonly runs: readonly (readonly string[])[];
}

export function createVirtualCamera(o: VirtualCameraOptions): VirtualCamera {
  const runs: (readonly string[])[] = [];
  const camera: VirtualCamera = {
    ...{ paper: null, lamp: true, tornFrames: 0, plugged: true, taken: false, runs },
    run: (asked) => (asked.command === 'v4l2-ctl' ? play(asked.args) : runProgram(asked)),
  };

  async function play(args: readonly string[]): Promise<ProgramEnd> {
    if (!args.includes(o.path) || !camera.plugged) {
      return failed(`Cannot open device ${args[1] ?? ''}, exiting.`);
    }
    if (args.includes('--list-formats-ext')) return done(Buffer.from(formats(o)));
    if (camera.taken) return failed('VIDIOC_REQBUFS returned -1 (Device or resource busy)');
    runs.push(args);
    const count = Number(argument(args, '--stream-count=') ?? '1');
    const frame = await frameOf(o, camera);
    const frames = Array.from({ length: count }, (_, i) =>
      i < camera.tornFrames ? frame.subarray(0, frame.length >> 1) : frame,
    );
    return done(Buffer.concat(frames));
  }
  return camera;
}

const done = (stdout: Buffer): ProgramEnd => ({ end: 'exit', code: 0, stdout, stderr: '<' });
const failed = (stderr: string): ProgramEnd => ({
  ...{ end: 'exit', code: 1, stdout: Buffer.alloc(0), stderr },
});
const argument = (args: readonly string[], name: string) =>
  args.find((a) => a.startsWith(name))?.slice(name.length);

const formats = ({ fourcc, width, height }: VirtualCameraOptions) => `ioctl: VIDIOC_ENUM_FMT
\tType: Video Capture

\t[0]: '${fourcc}' (${fourcc === 'MJPG' ? 'Motion-JPEG, compressed' : 'YUYV 4:2:2'})
\t\tSize: Discrete ${width}x${height}
\t\t\tInterval: Discrete 0.033s (30.000 fps)
\t\tSize: Discrete 640x480
\t\t\tInterval: Discrete 0.033s (30.000 fps)
`;

async function frameOf(o: VirtualCameraOptions, camera: VirtualCamera): Promise<Buffer> {
  const picture = sharp(Buffer.from(desk(o, camera))).removeAlpha();
  if (o.fourcc === 'MJPG') return picture.jpeg({ quality: 90 }).toBuffer();
  const rgb = await picture.toColourspace('srgb').raw().toBuffer();
  return yuyv(rgb);
}

function desk({ width, height }: VirtualCameraOptions, { paper, lamp }: VirtualCamera): string {
  const ground = `<rect width="100%" height="100%" fill="${lamp ? '#2b2622' : '#000'}"/>`;
  const sheet = paper === null || !lamp ? '' : drawn(paper, width, height);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${ground}${sheet}</svg>`;
}

/** White, with dark lines like writing and a filled mark in its upper left corner. */
function drawn(p: Paper, width: number, height: number): string {
  const [w, h] = [p.width * width, p.height * height];
  const lines = Array.from({ length: 12 }, (_, i) => {
    const y = h * (0.2 + i * 0.06);
    return `<rect x="${w * 0.1}" y="${y}" width="${w * 0.8}" height="${h * 0.015}" fill="#333"/>`;
  });
  const mark = `<rect x="${w * 0.05}" y="${h * 0.05}" width="${w * 0.1}" height="${h * 0.08}" fill="#111"/>`;
  const place = `translate(${p.x * width} ${p.y * height}) rotate(${p.turnedDeg}) translate(${-w / 2} ${-h / 2})`;
  return `<g transform="${place}"><rect width="${w}" height="${h}" fill="#f4f2ee"/>${mark}${lines.join('')}</g>`;
}

/** RGB -> YUYV 4:2:2, BT.601 limited range. */
function yuyv(rgb: Buffer): Buffer {
  const out = Buffer.alloc((rgb.length / 3) * 2);
  const luma = (r: number, g: number, b: number) => 16 + 0.257 * r + 0.504 * g + 0.098 * b;
  for (let i = 0, o = 0; i + 5 < rgb.length; i += 6, o += 4) {
    const [r = 0, g = 0, b = 0, r2 = 0, g2 = 0, b2 = 0] = rgb.subarray(i, i + 6);
    out[o] = luma(r, g, b);
    out[o + 1] = 128 - 0.148 * r - 0.291 * g + 0.439 * b;
    out[o + 2] = luma(r2, g2, b2);
    out[o + 3] = 128 + 0.439 * r - 0.368 * g - 0.071 * b;
  }
  return out;
}

/**
 * Document camera: frames by v4l2-ctl or ffmpeg, worked on by a process of its own. The driver holds
 * nothing open between pictures; whether the camera is still there is asked of the file system.
 *
 *   /dev/v4l/by-id/... -> program -> frames -> picture-work.child.ts -> JPEG
 */
import { access } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { checked } from '../check.ts';
import { codeOf, type DeviceCode, DeviceError } from '../codes.ts';
import type { DeviceContext, SelfTestDepth, SelfTestStep } from '../contract.ts';
import { mustBeUsable } from '../transports/device-file.ts';
import { type ProgramEnd, type RunProgram, runProgram } from '../transports/program.ts';
import {
  type Captured,
  type CaptureOptions,
  type DocumentCamera,
  edgePxLimit,
} from './contract.ts';
import { offers, readFormats } from './formats.ts';
import { framesMax } from './frames.ts';
import { type DocumentCameraUvcOptions, skipFramesDefault } from './options.ts';
import { WorkAnswer, type WorkOrder } from './work-order.ts';

export const cameraLimits = {
  formatsMs: 1_500,
  /** First picture of a cold camera: 3 s by the makers, and the frames skipped. */
  frameMs: 5_000,
  /** Trimming 13 megapixels on a weak board. */
  workMs: 15_000,
  presentEveryMs: 1_000,
  framesBytesMax: 256 * 1024 * 1024,
  pictureBytesMax: 32 * 1024 * 1024,
  formatsBytesMax: 256 * 1024,
} as const;
/** Longest `capture`. */
export const captureMs = cameraLimits.frameMs + cameraLimits.workMs;

const child = fileURLToPath(new URL('./picture-work.child.ts', import.meta.url));
const nothing = new Uint8Array(0);

/** @throws DeviceError DEV_NO_SUCH_PORT, DEV_NO_PERMISSION, DEV_PROGRAM_MISSING, CAM_NO_FORMAT, DEV_ABORTED */
export async function openUvcCamera(
  options: DocumentCameraUvcOptions,
  context: DeviceContext,
  signal: AbortSignal,
  run: RunProgram = runProgram,
): Promise<DocumentCamera> {
  const { path } = options.link;
  const name = `uvc ${path}`;
  await mustBeUsable(path, name);
  await checkFormat(options, signal, run);
  context.status({ state: 'ready', code: 'DEV_READY', detail: { wire: name } });
  return createCamera(options, context, run, name);
}

async function checkFormat(
  options: DocumentCameraUvcOptions,
  signal: AbortSignal,
  run: RunProgram,
): Promise<void> {
  const { path } = options.link;
  const ran = await run({
    ...{ command: 'v4l2-ctl', args: ['-d', path, '--list-formats-ext'], input: nothing },
    ...{ deadlineMs: cameraLimits.formatsMs, outputBytesMax: cameraLimits.formatsBytesMax, signal },
  });
  if (ran.end === 'aborted') throw new DeviceError('DEV_ABORTED', path);
  // ffmpeg alone is enough to take pictures: without v4l2-ctl the format is believed.
  if (ran.end === 'missing' && options.program === 'ffmpeg') return;
  const stdout = outputOf(ran, 'v4l2-ctl', 'CAM_NO_FORMAT');
  const { width, height } = options;
  const fourcc = options.format === 'yuyv' ? 'YUYV' : 'MJPG';
  if (offers(readFormats(stdout.toString('utf8')), { fourcc, width, height })) return;
  throw new DeviceError('CAM_NO_FORMAT', `${path} has no ${fourcc} ${width}x${height}`);
}

function createCamera(
  options: DocumentCameraUvcOptions,
  context: DeviceContext,
  run: RunProgram,
  name: string,
): DocumentCamera {
  const { clock, log } = context;
  const ending = new AbortController();
  let busy = false;
  let cancelLook = clock.after(cameraLimits.presentEveryMs, look);

  function look(): void {
    access(options.link.path).then(
      () => {
        if (!ending.signal.aborted) cancelLook = clock.after(cameraLimits.presentEveryMs, look);
      },
      (cause: unknown) => {
        if (!ending.signal.aborted) context.lost(new DeviceError('DEV_CLOSED', name, { cause }));
      },
    );
  }

  async function take(order: WorkOrder, signal: AbortSignal): Promise<Captured> {
    const frames = outputOf(await grab(options, signal, run), 'camera', 'CAM_NO_FRAME');
    const ran = await run({
      ...{ command: process.execPath, args: [child, JSON.stringify(order)], input: frames },
      ...{ deadlineMs: cameraLimits.workMs, outputBytesMax: cameraLimits.pictureBytesMax, signal },
    });
    const output = outputOf(ran, 'picture work', 'CAM_IMAGE');
    const end = output.indexOf(0x0a);
    const answer = checked(WorkAnswer, parse(output.subarray(0, end)), 'CAM_IMAGE', 'answer');
    return answer.ok ? { ...answer, jpeg: output.subarray(end + 1) } : answer;
  }

  async function alone(order: WorkOrder, signal: AbortSignal): Promise<Captured> {
    if (ending.signal.aborted) return { ok: false, code: 'DEV_CLOSED' };
    if (busy) return { ok: false, code: 'CAM_BUSY' };
    busy = true;
    try {
      const taken = await take(order, AbortSignal.any([ending.signal, signal]));
      show(taken.ok ? undefined : taken.code);
      return taken;
    } catch (error) {
      const code = ending.signal.aborted ? 'DEV_CLOSED' : codeOf(error, 'CAM_IMAGE');
      log.warn({ event: 'camera', code, why: String(error) }, 'no picture');
      if (!ending.signal.aborted) show(code);
      return { ok: false, code };
    } finally {
      busy = false;
    }
  }

  /** A dark picture is somebody's hand or a lamp; the camera itself works. */
  function show(code: DeviceCode | undefined): void {
    const state = code === undefined ? 'ready' : code === 'CAM_DARK' ? 'attention' : 'out';
    context.status({ state, code: code ?? 'DEV_READY', detail: { wire: name } });
  }

  function capture(o: CaptureOptions): Promise<Captured> {
    const { trim } = o;
    const edgePxMax = Math.min(edgePxLimit, Math.max(200, Math.round(o.edgePxMax)));
    const quality = Math.min(95, Math.max(30, Math.round(o.quality)));
    const order = { ...lookOrder(options), do: 'picture', trim, edgePxMax, quality } as const;
    return alone(order, new AbortController().signal);
  }

  async function selfTest(depth: SelfTestDepth, signal: AbortSignal): Promise<SelfTestStep[]> {
    const steps: SelfTestStep[] = [];
    const step = (what: string, code: DeviceCode) =>
      steps.push({ step: what, ok: code === 'DEV_READY', code, detail: {} });
    try {
      await checkFormat(options, signal, run);
      step('formats', 'DEV_READY');
    } catch (error) {
      step('formats', codeOf(error, 'CAM_NO_FORMAT'));
      return steps;
    }
    // A paper may lie under the camera: looked at only when nobody's can.
    if (depth === 'safe') return steps;
    const seen = await alone(lookOrder(options), signal);
    step('frame', seen.ok ? 'DEV_READY' : seen.code);
    return steps;
  }

  return {
    kind: 'document-camera',
    capture,
    selfTest,
    async close() {
      cancelLook();
      ending.abort();
    },
  };
}

function lookOrder(options: DocumentCameraUvcOptions): WorkOrder {
  const { width, height } = options;
  const rotate = options.rotate ?? 0;
  const format = options.format ?? 'mjpg';
  // v4l2-ctl leaves them out by itself.
  const skip = options.program === 'ffmpeg' ? skipOf(options) : 0;
  const look = { trim: false, edgePxMax: 200, quality: 30 };
  return { do: 'look', format, width, height, skip, rotate, ...look };
}

const skipOf = (o: DocumentCameraUvcOptions) => o.skip_frames ?? skipFramesDefault;

/** Some frames are thrown away while the exposure settles, then a few are kept to choose from. */
function grab(
  options: DocumentCameraUvcOptions,
  signal: AbortSignal,
  run: RunProgram,
): Promise<ProgramEnd> {
  const command = options.program ?? 'v4l2-ctl';
  const args = command === 'ffmpeg' ? ffmpegArgs(options) : v4l2Args(options);
  return run({
    ...{ command, args, input: nothing, signal, deadlineMs: cameraLimits.frameMs },
    outputBytesMax: cameraLimits.framesBytesMax,
  });
}

function v4l2Args(o: DocumentCameraUvcOptions): string[] {
  const fourcc = o.format === 'yuyv' ? 'YUYV' : 'MJPG';
  return [
    ...['-d', o.link.path],
    `--set-fmt-video=width=${o.width},height=${o.height},pixelformat=${fourcc}`,
    '--stream-mmap',
    `--stream-skip=${skipOf(o)}`,
    `--stream-count=${framesMax}`,
    '--stream-to=-',
  ];
}

function ffmpegArgs(o: DocumentCameraUvcOptions): string[] {
  const copy =
    o.format === 'yuyv' ? ['-c:v', 'rawvideo', '-f', 'rawvideo'] : ['-c:v', 'copy', '-f', 'mjpeg'];
  return [
    ...['-loglevel', 'error', '-nostdin', '-f', 'v4l2'],
    ...['-input_format', o.format === 'yuyv' ? 'yuyv422' : 'mjpeg'],
    ...['-video_size', `${o.width}x${o.height}`, '-i', o.link.path],
    // Copied frames pass no filter: those to skip are taken along and not looked at.
    ...['-frames:v', String(skipOf(o) + framesMax), ...copy, '-'],
  ];
}

/** @throws DeviceError */
function outputOf(ran: ProgramEnd, what: string, otherwise: DeviceCode): Buffer {
  if (ran.end === 'missing') throw new DeviceError('DEV_PROGRAM_MISSING', what);
  if (ran.end === 'aborted') throw new DeviceError('DEV_ABORTED', what);
  if (ran.end !== 'exit') throw new DeviceError(otherwise, `${what}: ${ran.end}`);
  if (ran.code === 0) return ran.stdout;
  throw new DeviceError(refusalOf(ran.stderr) ?? otherwise, `${what}: ${ran.stderr.trim()}`);
}

function refusalOf(stderr: string): DeviceCode | undefined {
  if (/busy/i.test(stderr)) return 'DEV_PORT_BUSY';
  if (/permission denied/i.test(stderr)) return 'DEV_NO_PERMISSION';
  return /no such (file|device)|cannot open device/i.test(stderr) ? 'DEV_NO_SUCH_PORT' : undefined;
}

function parse(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString('utf8'));
  } catch {
    return undefined;
  }
}

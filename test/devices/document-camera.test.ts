import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DeviceError } from '../../devices/codes.ts';
import type { DeviceContext, DeviceStatus } from '../../devices/contract.ts';
import type { Captured, CaptureOptions } from '../../devices/document-camera/contract.ts';
import { offers, readFormats } from '../../devices/document-camera/formats.ts';
import { jpegFrames, yuyvFrames } from '../../devices/document-camera/frames.ts';
import { findPage, otsu } from '../../devices/document-camera/page-finder.ts';
import { cameraLimits, openUvcCamera } from '../../devices/document-camera/uvc-camera.ts';
import { drivers } from '../../devices/registry.ts';
import type { RunProgram } from '../../devices/transports/program.ts';
import { createVirtualCamera } from '../../devices/twins/virtual-camera.ts';
import type { Clock } from '../../kiosk-app/runtime/ports.ts';
import fc from '../harness/fc.ts';
import { noLog } from '../harness/printer-bench.ts';
import { realClock } from '../harness/real-clock.ts';
import { ensureProgram } from '../harness/system-programs.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { VirtualClock } from '../harness/virtual-clock.ts';

const test = suite('document camera');
const never = new AbortController().signal;
const dir = tempDir('camera');
const path = join(dir, 'usb-Eloam-video-index0');
const size = { width: 1280, height: 960 };
const sheet = { turnedDeg: 7, x: 0.52, y: 0.48, width: 0.4, height: 0.75 };
const wanted: CaptureOptions = { trim: true, edgePxMax: 1000, quality: 80 };

function host(clock: Clock) {
  const statuses: DeviceStatus[] = [];
  const lost: Error[] = [];
  const context: DeviceContext = {
    ...{ id: 'camera', clock, log: noLog, event: () => undefined },
    status: (s) => statuses.push(s),
    lost: (e) => lost.push(e),
    printerProfile: () => Promise.reject(new DeviceError('PRN_PROFILE', 'none')),
  };
  return { context, statuses, lost };
}
async function open(more: object = {}, fourcc: 'MJPG' | 'YUYV' = 'MJPG', clock: Clock = realClock) {
  writeFileSync(path, '');
  const camera = createVirtualCamera({ path, ...size, fourcc });
  camera.paper = sheet;
  const h = host(clock);
  const options = { link: { via: 'uvc', path }, ...size, ...more } as const;
  const device = await openUvcCamera(options, h.context, never, camera.run);
  return { camera, device, ...h };
}
const codeOf = (c: Captured) => (c.ok ? 'ok' : c.code);

test('a paper that lies askew is cut out upright, its writing kept, everything else gone', async () => {
  const { device, camera } = await open();
  const taken = await device.capture(wanted);
  if (!taken.ok) return assert.unreachable(taken.code);
  assert.ok(taken.trimmed);
  assert.ok(Math.abs(taken.skewDeg - sheet.turnedDeg) < 0.6, `${taken.skewDeg} degrees`);
  const shape = (sheet.width * size.width) / (sheet.height * size.height);
  assert.ok(Math.abs(taken.widthPx / taken.heightPx - shape) < 0.03, 'shape of the sheet');
  const { data, info } = await sharp(taken.jpeg)
    .greyscale()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number) =>
    data[Math.round(y * info.height) * info.width + Math.round(x * info.width)] ?? 0;
  for (const [x, y] of [
    [0.02, 0.02],
    [0.98, 0.02],
    [0.02, 0.98],
    [0.98, 0.98],
  ] as const) {
    assert.ok(at(x, y) > 200, `corner ${x} ${y} is paper`);
  }
  assert.ok(at(0.1, 0.09) < 80, 'the mark in the upper left corner');
  assert.ok(camera.runs[0]?.includes('--stream-skip=5'));
  await device.close();
});

test('no paper: the whole frame, and it says so; nothing is enlarged', async () => {
  const { device, camera } = await open();
  camera.paper = null;
  const bare = await device.capture({ ...wanted, edgePxMax: 6000 });
  if (!bare.ok) return assert.unreachable(bare.code);
  assert.equal([bare.trimmed, bare.widthPx, bare.heightPx], [false, size.width, size.height]);
  await device.close();
});

test('torn frames at the start are passed over, raw frames give the same picture', async () => {
  const { device, camera } = await open();
  camera.tornFrames = 2;
  assert.is(codeOf(await device.capture(wanted)), 'ok');
  camera.tornFrames = 9;
  assert.is(codeOf(await device.capture(wanted)), 'CAM_NO_FRAME');
  await device.close();
  const raw = await open({ format: 'yuyv', rotate: 90 }, 'YUYV');
  const taken = await raw.device.capture({ ...wanted, trim: false });
  if (!taken.ok) return assert.unreachable(taken.code);
  assert.ok(taken.heightPx > taken.widthPx, 'turned a quarter');
  await raw.device.close();
});

test('a dark picture, a camera in other hands, one pulled out: said as what they are', async () => {
  const { device, camera, statuses } = await open();
  camera.lamp = false;
  assert.is(codeOf(await device.capture(wanted)), 'CAM_DARK');
  assert.is(statuses.at(-1)?.state, 'attention');
  camera.lamp = true;
  camera.taken = true;
  assert.is(codeOf(await device.capture(wanted)), 'DEV_PORT_BUSY');
  camera.taken = false;
  camera.plugged = false;
  assert.is(codeOf(await device.capture(wanted)), 'DEV_NO_SUCH_PORT');
  camera.plugged = true;
  const [first, second] = await Promise.all([device.capture(wanted), device.capture(wanted)]);
  assert.equal([codeOf(first), codeOf(second)], ['ok', 'CAM_BUSY']);
  assert.is(statuses.at(-1)?.code, 'DEV_READY');
  const after = await device.selfTest?.('deep', never);
  assert.equal(
    after?.map((s) => [s.step, s.ok]),
    [
      ['formats', true],
      ['frame', true],
    ],
  );
  const safe = await device.selfTest?.('safe', never);
  assert.equal(
    safe?.map((s) => s.step),
    ['formats'],
    'nobody’s paper is looked at beside citizens',
  );
  await device.close();
  assert.is(codeOf(await device.capture(wanted)), 'DEV_CLOSED');
});

test('a cable pulled out of an idle camera is noticed within a second or two', async () => {
  const clock = new VirtualClock();
  const { device, lost } = await open({}, 'MJPG', clock);
  await clock.advance(5_000);
  assert.is(lost.length, 0);
  rmSync(path);
  const limit = performance.now() + 5_000;
  while (lost.length === 0 && performance.now() < limit)
    await clock.advance(cameraLimits.presentEveryMs);
  assert.is(lost.length, 1);
  await device.close();
});

test('a size or format that the camera does not have is told when it is opened', async () => {
  const refused = await open({ width: 5000 }).then(
    () => '',
    (e: unknown) => String(e),
  );
  assert.match(refused, /CAM_NO_FORMAT.*MJPG 5000x960/);
  rmSync(path);
  const absent = await drivers['document-camera-uvc']
    .open({ link: { via: 'uvc', path }, ...size }, host(realClock).context, never)
    .catch((e: unknown) => String(e));
  assert.match(String(absent), /DEV_NO_SUCH_PORT/);
});

test('the real v4l2-ctl, asked for what is no camera, gives a coded error', async () => {
  ensureProgram('v4l2-ctl');
  writeFileSync(path, '');
  const refused = await drivers['document-camera-uvc']
    .open({ link: { via: 'uvc', path }, ...size }, host(realClock).context, never)
    .then(
      () => '',
      (e: unknown) => (e instanceof DeviceError ? e.code : String(e)),
    );
  assert.ok(['CAM_NO_FORMAT', 'DEV_NO_SUCH_PORT'].includes(refused), refused);
});

test('a program that is not installed is named as such; ffmpeg takes the frames after those to skip', async () => {
  writeFileSync(path, '');
  const asked: string[][] = [];
  const run: RunProgram = async ({ command, args }) => {
    asked.push([command, ...args]);
    return { end: 'missing' };
  };
  const h = host(realClock);
  const options = { link: { via: 'uvc', path }, ...size, program: 'ffmpeg' } as const;
  const device = await openUvcCamera(options, h.context, never, run);
  assert.is(codeOf(await device.capture(wanted)), 'DEV_PROGRAM_MISSING');
  const at = asked[1]?.indexOf('-frames:v') ?? -1;
  assert.is(asked[1]?.[at + 1], '9');
  await device.close();
});

test('formats as v4l2-ctl lists them; a camera with sizes in steps offers every size', () => {
  const text = `\t[0]: 'MJPG' (Motion-JPEG)\n\t\tSize: Discrete 3264x2448\n\t[1]: 'YUYV' (YUYV 4:2:2)\n\t\tSize: Stepwise 16 - 4000`;
  const formats = readFormats(text);
  assert.ok(offers(formats, { fourcc: 'MJPG', width: 3264, height: 2448 }));
  assert.not.ok(offers(formats, { fourcc: 'MJPG', width: 640, height: 480 }));
  assert.ok(offers(formats, { fourcc: 'YUYV', width: 640, height: 480 }));
  fc.assert(fc.property(fc.string(), (any) => void readFormats(any)));
});

test('frames are found between any garbage; a million random bytes make no frame and no exception', async () => {
  const jpeg = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#888' } })
    .jpeg()
    .toBuffer();
  // No FF: the beginning of a picture can not arise by chance.
  const garbage = fc.uint8Array({ maxLength: 200 }).map((b) => b.map((v) => v & 0x7f));
  fc.assert(
    fc.property(garbage, garbage, (a, b) => {
      const found = jpegFrames(Buffer.concat([a, jpeg, b, jpeg.subarray(0, 40), jpeg]), 4);
      assert.ok(found.length >= 1);
      assert.is(Buffer.compare(found[0] ?? jpeg.subarray(1), jpeg), 0);
    }),
  );
  let seed = 7;
  const noise = Uint8Array.from({ length: 1_000_000 }, () => {
    seed = (seed * 1103515245 + 12345) & 0x7fffffff;
    return seed >> 16;
  });
  jpegFrames(noise, 4);
  assert.is(yuyvFrames(noise, { width: 100, height: 100 }, 4).length, 4);
});

test('the paper is found at any angle; a bare desk and a full frame are not papers', () => {
  const width = 240;
  const height = 180;
  const draw = (deg: number, w: number, h: number) => {
    const [cos, sin] = [Math.cos((deg * Math.PI) / 180), Math.sin((deg * Math.PI) / 180)];
    const pixels = new Uint8Array(width * height);
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        const [dx, dy] = [x + 0.5 - width / 2, y + 0.5 - height / 2];
        const inside =
          Math.abs(dx * cos + dy * sin) <= w / 2 && Math.abs(dy * cos - dx * sin) <= h / 2;
        pixels[y * width + x] = inside ? 230 : 40;
      }
    }
    return { width, height, pixels };
  };
  fc.assert(
    fc.property(fc.integer({ min: -40, max: 40 }), fc.integer({ min: 70, max: 110 }), (deg, w) => {
      const page = findPage(draw(deg, w, 90));
      assert.ok(page !== null);
      const off = Math.abs((((page?.turnDeg ?? 0) + deg + 45) % 90) - 45);
      assert.ok(off < 1.5, `${deg} found as ${page?.turnDeg}`);
      const area = (page?.width ?? 0) * (page?.height ?? 0);
      assert.ok(Math.abs(area / (w * 90) - 1) < 0.1, `area of ${deg}`);
    }),
    { numRuns: 40 },
  );
  assert.is(otsu(new Uint8Array(500).fill(40)), null);
  assert.is(findPage({ width, height, pixels: new Uint8Array(width * height).fill(220) }), null);
});

test.run();

import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DeviceError } from '../../devices/codes.ts';
import type { DeviceLog, TicketDocument } from '../../devices/contract.ts';
import { drawingEncoderFor } from '../../devices/ticket-printer/encoders.ts';
import { layOut } from '../../devices/ticket-printer/layout.ts';
import {
  createRasterizer,
  type DrawProcess,
  drawDeadlineMs,
  drawPauseMs,
  drawRestMs,
  lossesMax,
  ordersMax,
} from '../../devices/ticket-printer/raster.ts';
import {
  type Bitmap,
  blankBitmap,
  dither,
  fillRect,
  hasInk,
  rowBytesOf,
  threshold,
} from '../../devices/ticket-printer/raster-bitmap.ts';
import { boxEmptyCells, lineSvg } from '../../devices/ticket-printer/raster-line.ts';
import { createPictures, prepareMs } from '../../devices/ticket-printer/raster-pictures.ts';
import type { DrawAnswer, DrawOrder } from '../../devices/ticket-printer/raster-protocol.ts';
import { escposRaster, stripsOf } from '../../devices/ticket-printer/raster-strips.ts';
import { starRaster } from '../../devices/ticket-printer/star-raster.ts';
import fc from '../harness/fc.ts';
import { noLog } from '../harness/printer-bench.ts';
import { printerProfile } from '../harness/printer-profiles.ts';
import { realClock } from '../harness/real-clock.ts';
import { until } from '../harness/until.ts';
import { VirtualClock } from '../harness/virtual-clock.ts';

const test = suite('drawn lines and pictures');
const profile = printerProfile('generic-80');

const bitmaps = fc
  .record({
    widthDots: fc.integer({ min: 1, max: 140 }),
    rows: fc.array(fc.constantFrom('blank', 'full', 'noise'), {
      minLength: 1,
      maxLength: 60,
    }),
    noise: fc.uint8Array({ minLength: 1080, maxLength: 1080 }),
  })
  .map(({ widthDots, rows, noise }): Bitmap => {
    const bitmap = blankBitmap(widthDots, rows.length);
    const rowBytes = rowBytesOf(widthDots);
    rows.forEach((kind, row) => {
      for (let i = row * rowBytes; i < (row + 1) * rowBytes; i++) {
        bitmap.bits[i] = kind === 'blank' ? 0 : kind === 'full' ? 0xff : (noise[i % 1080] ?? 0);
      }
    });
    return bitmap;
  });

test('strips together are the picture: no row lost, none twice, nothing wider', () => {
  fc.assert(
    fc.property(bitmaps, fc.integer({ min: 1, max: 110 }), (bitmap, rowsMax) => {
      const rowBytes = rowBytesOf(bitmap.widthDots);
      const back = new Uint8Array(bitmap.bits.length);
      let row = 0;
      for (const strip of stripsOf(bitmap, rowsMax)) {
        if (strip.type === 'dots') {
          assert.ok(strip.rows <= rowsMax && strip.bits.length === strip.rows * strip.rowBytes);
          for (let i = 0; i < strip.rows; i++) {
            const dots = strip.bits.subarray(i * strip.rowBytes, (i + 1) * strip.rowBytes);
            back.set(dots, (row + i) * rowBytes);
          }
        }
        row += strip.rows;
      }
      assert.is(row, bitmap.heightDots);
      // Only the dot that breaks up a look-alike may be added.
      const differs = back.filter((byte, i) => byte !== bitmap.bits[i] && byte !== 0x18);
      assert.is(differs.length, 0);
    }),
  );
});

test('no picture holds bytes that a printer would obey at once', () => {
  const alike = /1004|1005|1014/;
  const pairs = (bytes: Uint8Array) => {
    for (let i = 0; i + 1 < bytes.length; i++) {
      const two = Buffer.from(bytes.subarray(i, i + 2)).toString('hex');
      assert.not.match(two, alike);
    }
  };
  const noisy = blankBitmap(576, 110);
  const risky = [0x10, 0x04, 0x10, 0x05, 0x10, 0x10, 0x14, 0x00, 0x10];
  noisy.bits.forEach((_, i) => {
    noisy.bits[i] = risky[(i * 7) % risky.length] ?? 0;
  });
  for (const command of escposRaster(noisy, 24)) pairs(command);
  fc.assert(
    fc.property(bitmaps, (bitmap) => {
      pairs(Buffer.concat(escposRaster(bitmap, 24)));
    }),
  );
});

test('every command of a picture is short enough that 8,192 NULs end it', () => {
  const wide = blankBitmap(1280, 800);
  fillRect(wide, 0, 0, 1280, 800);
  for (const command of escposRaster(wide, 110)) assert.ok(command.length < 8192);
  for (const command of starRaster(wide, 24)) assert.ok(command.length < 8192);
});

test('blank rows cost a feed, and the right of a row that is blank costs nothing', () => {
  const bitmap = blankBitmap(576, 300);
  fillRect(bitmap, 0, 290, 8, 2);
  const hex = escposRaster(bitmap, 24).map((c) => Buffer.from(c).toString('hex'));
  assert.equal(hex, ['1b4aff', '1b4a23', '1d76300001000200ffff', '1b4a08']);
  assert.equal(
    starRaster(bitmap, 24).map((c) => Buffer.from(c).toString('latin1')),
    ['\x1b*rA\x1b*rP0\0', '\x1b*rY290\0', 'b\x01\0\xffb\x01\0\xff', '\x1b*rY8\0', '\x1b*rB'],
  );
});

test('letters are cut off at one grey, pictures keep their tints as patterns', () => {
  const grey = new Uint8Array(64 * 64).fill(128);
  assert.ok(threshold(grey, 64, 64).bits.every((b) => b === 0xff));
  const black = dither(grey, 64, 64).bits.reduce(
    (n, b) => n + b.toString(2).replaceAll('0', '').length,
    0,
  );
  assert.ok(Math.abs(black / (64 * 64) - 0.5) < 0.02, `${black}`);
  assert.ok(dither(grey.fill(255), 64, 64).bits.every((b) => b === 0));
  assert.ok(dither(grey.fill(0), 64, 64).bits.every((b) => b === 0xff));
});

test('a glyph that no font drew shows as a box, a space does not', () => {
  const look = { scale: 1, bold: false, align: 'left' } as const;
  const bitmap = blankBitmap(96, 24);
  boxEmptyCells(bitmap, '一 a\u3000', look);
  assert.ok(hasInk(bitmap, 0, 0, 24, 24));
  assert.not.ok(hasInk(bitmap, 24, 0, 12, 24));
  assert.ok(hasInk(bitmap, 36, 0, 12, 24));
  assert.not.ok(hasInk(bitmap, 48, 0, 24, 24));
});

test('names can not smuggle markup into the drawing', () => {
  const svg = lineSvg('<a>&\uffff', { scale: 1, bold: false, align: 'left' }, 576);
  assert.match(svg, />&lt;<.*>&gt;<.*>&amp;<.*><\/text><\/g>/);
});

// ------------------------------------------------------------ the drawing process

/** Draws when the test says so. */
function fakeProcess() {
  const made: { orders: DrawOrder[]; ended: boolean; answer(a: DrawAnswer): void; die(): void }[] =
    [];
  const start = (): DrawProcess => {
    let answer: (a: DrawAnswer) => void = () => undefined;
    let end: (why: string) => void = () => undefined;
    const process = {
      orders: [] as DrawOrder[],
      ended: false,
      answer: (a: DrawAnswer) => answer(a),
      die: () => end('killed'),
    };
    made.push(process);
    return {
      send: (order) => process.orders.push(order),
      onAnswer: (f) => {
        answer = f;
      },
      onEnd: (f) => {
        end = f;
      },
      end: () => {
        process.ended = true;
      },
    };
  };
  return { made, start };
}
const order = { kind: 'line', image: '<svg/>', widthDots: 8 } as const;
const bitmap = blankBitmap(8, 1);
const coded = async (promise: Promise<unknown>): Promise<string> => {
  try {
    await promise;
    return 'drawn';
  } catch (error) {
    assert.instance(error, DeviceError);
    return error instanceof DeviceError ? error.code : '';
  }
};

test('orders are drawn one after the other in one process', async () => {
  const { made, start } = fakeProcess();
  const rasterizer = createRasterizer(new VirtualClock(), start);
  const first = rasterizer.draw(order);
  const second = rasterizer.draw(order);
  assert.is(made.length, 1);
  assert.is(made[0]?.orders.length, 1);
  made[0]?.answer({ id: made[0].orders[0]?.id ?? 0, bitmap });
  assert.is(await first, bitmap);
  assert.is(made[0]?.orders.length, 2);
  made[0]?.answer({ id: 77, bitmap });
  made[0]?.answer({ id: made[0].orders[1]?.id ?? 0, fault: 'no picture' });
  assert.is(await coded(second), 'PRN_PICTURE');
  rasterizer.close();
  assert.ok(made[0]?.ended);
});

test('an order that takes too long loses its process; the next one gets a new one', async () => {
  const clock = new VirtualClock();
  const { made, start } = fakeProcess();
  const rasterizer = createRasterizer(clock, start);
  const slow = coded(rasterizer.draw(order));
  const next = rasterizer.draw(order);
  await clock.advance(drawDeadlineMs);
  assert.is(await slow, 'PRN_PICTURE');
  assert.ok(made[0]?.ended);
  assert.is(made.length, 2);
  // What the old one still says counts no more.
  made[0]?.answer({ id: made[1]?.orders[0]?.id ?? 0, fault: 'late' });
  made[0]?.die();
  made[1]?.answer({ id: made[1].orders[0]?.id ?? 0, bitmap });
  assert.is(await next, bitmap);
  rasterizer.close();
});

test('a process that dies takes one order with it', async () => {
  const { made, start } = fakeProcess();
  const rasterizer = createRasterizer(new VirtualClock(), start);
  const first = coded(rasterizer.draw(order));
  const second = rasterizer.draw(order);
  made[0]?.die();
  assert.is(await first, 'PRN_PICTURE');
  made[1]?.answer({ id: made[1].orders[0]?.id ?? 0, bitmap });
  assert.is(await second, bitmap);
  rasterizer.close();
});

test('after three lost processes nobody waits for a drawing for a minute', async () => {
  const clock = new VirtualClock();
  const { made, start } = fakeProcess();
  const rasterizer = createRasterizer(clock, start);
  const orders = Array.from({ length: 5 }, () => coded(rasterizer.draw(order)));
  await clock.advance(drawDeadlineMs * lossesMax);
  assert.ok((await Promise.all(orders)).every((code) => code === 'PRN_PICTURE'));
  assert.is(made.length, lossesMax);
  assert.is(await coded(rasterizer.draw(order)), 'PRN_PICTURE', 'at once');
  await clock.advance(drawPauseMs);
  const again = rasterizer.draw(order);
  assert.is(made.length, lossesMax + 1);
  made.at(-1)?.answer({ id: made.at(-1)?.orders[0]?.id ?? 0, bitmap });
  assert.is(await again, bitmap);
  rasterizer.close();
});

test('the process ends after a rest, and orders have a limit', async () => {
  const clock = new VirtualClock();
  const { made, start } = fakeProcess();
  const rasterizer = createRasterizer(clock, start);
  const first = rasterizer.draw(order);
  made[0]?.answer({ id: made[0].orders[0]?.id ?? 0, bitmap });
  await first;
  await clock.advance(drawRestMs - 1);
  assert.not.ok(made[0]?.ended);
  await clock.advance(1);
  assert.ok(made[0]?.ended);
  const all = Array.from({ length: ordersMax + 1 }, () => coded(rasterizer.draw(order)));
  assert.is(await all.at(-1), 'PRN_PICTURE');
  rasterizer.close();
  assert.ok((await Promise.all(all)).every((code) => code === 'PRN_PICTURE'));
  assert.is(await coded(rasterizer.draw(order)), 'PRN_PICTURE', 'closed');
});

// ------------------------------------------------------------ pictures of a ticket

const named = (name: string): TicketDocument => ({
  title: '',
  blocks: [{ type: 'columns', left: '申请人', right: name }],
});

test('a ticket without rare characters waits for nothing and starts no process', async () => {
  const { made, start } = fakeProcess();
  const clock = new VirtualClock();
  const rasterizer = createRasterizer(clock, start);
  const encoder = await drawingEncoderFor(profile, { clock, log: noLog, rasterizer });
  assert.is(encoder.prepare(named('张三')), undefined);
  // Nor does one that is refused: print() says why.
  assert.is(encoder.prepare({ title: 'x' } as TicketDocument), undefined);
  assert.is(made.length, 0);
});

test('a name is drawn once; a board that draws nothing is asked for nothing', async () => {
  const { made, start } = fakeProcess();
  const clock = new VirtualClock();
  const rasterizer = createRasterizer(clock, start);
  const encoder = await drawingEncoderFor(profile, { clock, log: noLog, rasterizer });
  const drawn = encoder.prepare(named('张㛃'));
  await until(() => made[0]?.orders.length === 1, 8000, 'the first order');
  made[0]?.answer({ id: made[0].orders[0]?.id ?? 0, bitmap: blankBitmap(576, 24) });
  await drawn;
  assert.is(encoder.prepare(named('张㛃')), undefined);
  const items = layOut(named('张㛃'), profile);
  const hex = Buffer.concat(encoder.encode(items, { by: 'none' })).toString('hex');
  assert.not.match(hex, /a1f5/, 'no replacement');
  const plain = { ...profile, text: { ...profile.text, missing_glyph: 'replace' as const } };
  const other = await drawingEncoderFor(plain, { clock, log: noLog, rasterizer });
  assert.is(other.prepare(named('张㛃')), undefined);
  rasterizer.close();
});

test('a drawing that fails or is late never stops a ticket, and no name gets into the log', async () => {
  const { made, start } = fakeProcess();
  const clock = new VirtualClock();
  const lines: string[] = [];
  const log: DeviceLog = {
    ...noLog,
    warn: (fields, text) => lines.push(JSON.stringify([fields, text])),
  };
  const pictures = createPictures({
    qrBitmap: undefined,
    profile,
    rasterizer: createRasterizer(clock, start),
    clock,
    log,
  });
  const items = layOut(named('张㛃'), profile);
  const failing = pictures.prepare(items);
  made[0]?.answer({ id: made[0].orders[0]?.id ?? 0, fault: 'no font' });
  await failing;
  assert.equal(pictures.place(items), items, 'left to the replacement');
  const many = Array.from({ length: 4 }, (_, i) => layOut(named(`张㛃${i}`), profile)).flat();
  let done = false;
  const late = pictures.prepare(many)?.then(() => {
    done = true;
  });
  await clock.advance(prepareMs - 1);
  assert.not.ok(done);
  await clock.advance(1);
  await late;
  assert.ok(lines.length >= 2);
  assert.not.match(lines.join(), '㛃');
  pictures.close();
});

// ------------------------------------------------------------ the real one

test('rare characters of names are drawn as themselves, by another process', async () => {
  const rasterizer = createRasterizer(realClock);
  const look = { scale: 1, bold: false, align: 'left' } as const;
  const draw = (text: string) =>
    rasterizer.draw({ kind: 'line', image: lineSvg(text, look, 576), widthDots: 576 });
  const drawn = await Promise.all([...'㛃𬌗䶮张', '\ue000', '\ue001'].map(draw));
  const pictures = drawn.map((b) => Buffer.from(b.bits).toString('hex'));
  assert.is(new Set(pictures).size, pictures.length, 'a missing glyph shows its code');
  for (const b of drawn) {
    assert.is(b.heightDots, 24);
    assert.ok(hasInk(b, 0, 0, 24, 24));
    assert.not.ok(hasInk(b, 24, 0, 552, 24));
  }
  // libvips would be mapped into this process if sharp were loaded in it.
  assert.not.match(readFileSync('/proc/self/maps', 'utf8'), /vips/);
  rasterizer.close();
});

test('a logo stands in the middle and is made narrower when the paper is; noise is refused', async () => {
  const rasterizer = createRasterizer(realClock);
  const square = (side: number) =>
    Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}"><rect width="${side}" height="${side}"/></svg>`,
    ).toString('base64');
  const draw = (image: string) => rasterizer.draw({ kind: 'picture', image, widthDots: 384 });
  const small = await draw(square(100));
  assert.is(small.heightDots, 100);
  assert.not.ok(hasInk(small, 0, 0, 142, 100));
  assert.ok(hasInk(small, 142, 0, 1, 1) && hasInk(small, 241, 99, 1, 1));
  assert.not.ok(hasInk(small, 242, 0, 142, 100));
  const large = await draw(square(2000));
  assert.is(large.heightDots, 384);
  assert.is(await coded(draw(Buffer.from('no picture').toString('base64'))), 'PRN_PICTURE');
  assert.is(await coded(draw(square(5000))), 'PRN_PICTURE', 'larger than any emblem');
  assert.is((await draw(square(100))).heightDots, 100, 'and the process lives on');
  rasterizer.close();
});

test.run();

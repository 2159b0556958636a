import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { jobToken } from '../../devices/ticket-printer/commands.ts';
import {
  type JobToken,
  packSegments,
  segmentBytesMax,
} from '../../devices/ticket-printer/encoder.ts';
import { encoderFor } from '../../devices/ticket-printer/encoders.ts';
import { type LaidItem, layOut } from '../../devices/ticket-printer/layout.ts';
import type { PrinterProfile } from '../../devices/ticket-printer/printer-profile.ts';
import { fillTemplate } from '../../devices/ticket-printer/template.ts';
import fc from '../harness/fc.ts';
import { printerDirectory, printerProfile, ticketTemplate } from '../harness/printer-profiles.ts';
import { standardTicket } from '../harness/standard-ticket.ts';

const test = suite('ticket encoder');
const profiles = readdirSync(printerDirectory).map((file) => file.replace(/\.yaml$/, ''));

function tokenOf({ status }: PrinterProfile): JobToken {
  if (status.process_id) return { by: 'process-id', id: jobToken('job-1') };
  return status.star_asb ? { by: 'etb' } : { by: 'gs-r' };
}

async function encoded(id: string): Promise<Buffer> {
  const profile = printerProfile(id);
  const encoder = await encoderFor(profile);
  const token = tokenOf(profile);
  return Buffer.concat(encoder.encode(layOut(standardTicket(), profile), token));
}

for (const id of profiles) {
  test(`the standard ticket for ${id} is these bytes and no others`, async () => {
    const path = join(import.meta.dirname, 'golden', `${id}.hex`);
    const golden = readFileSync(path, 'utf8').replaceAll(/\s/g, '');
    assert.is((await encoded(id)).toString('hex'), golden);
  });

  test(`the standard ticket for ${id} stays within 600 bytes`, async () => {
    const { length } = await encoded(id);
    assert.ok(length <= 600, `${length} bytes`);
  });
}

test('a job begins with ESC @ FS & and ends with cut and token', async () => {
  const bytes = (await encoded('generic-80')).toString('hex');
  assert.match(bytes, /^1b401c261d610e/);
  assert.match(bytes, /1d564210 ?1d7201$/);
  assert.match(
    (await encoded('epson-tm-t88')).toString('hex'),
    /1d5642101d284806003030[0-9a-f]{8}$/,
  );
  assert.match((await encoded('generic-58')).toString('hex'), /^1b401c26(?!1d61).*1b4a601d7201$/);
  assert.match((await encoded('star-tsp700')).toString('hex'), /^1b401b7a01.*1b49101b640317$/);
});

test('a board without FS & is not told of Chinese mode', async () => {
  const board = printerProfile('generic-80');
  const encoder = await encoderFor({
    ...board,
    commands: { ...board.commands, chinese_mode: 'always-on' },
  });
  const [bytes] = encoder.encode([], { by: 'none' });
  assert.match(Buffer.from(bytes ?? []).toString('hex'), /^1b401d610e/);
});

const hexOf = async (id: string, item: LaidItem) => {
  const encoder = await encoderFor(printerProfile(id));
  return Buffer.concat(encoder.encode([item], { by: 'none' })).toString('hex');
};

test('Star line mode: alignment, size, bold and QR as its manual has them', async () => {
  const text: LaidItem = { type: 'text', text: 'A', scale: 4, bold: true, align: 'right' };
  assert.match(await hexOf('star-tsp700', text), /1b1d61021b451b69030341 ?0a/);
  const qr: LaidItem = { type: 'qr', data: '中', moduleDots: 6 };
  assert.match(
    await hexOf('star-tsp700', qr),
    /1b1d6101 ?1b1d79533002 ?1b1d79533101 ?1b1d79533206 ?1b1d7944310003 ?00e4b8ad1b1d7950/,
  );
  assert.match(await hexOf('star-tsp700', { type: 'feed', lines: 3 }), /1b6103/);
  assert.match(await hexOf('star-tsp700', { type: 'gap', dots: 300 }), /1b49ff1b492d/);
});

test('a board that wants ESC Z gets the version that holds the bytes, and the bytes counted', async () => {
  const qr: LaidItem = { type: 'qr', data: '中文'.repeat(10), moduleDots: 5 };
  // 60 bytes at level M: version 4.
  assert.match(await hexOf('zjiang-58', qr), /1b61011d5a021b5a044d053c00e4b8ad/);
});

test('what was not drawn is left out or replaced, never sent as noise', async () => {
  assert.is(await hexOf('generic-80', { type: 'logo', image: 'AAAA' }), '1b401c261d610e1d564210');
  const rare: LaidItem = { type: 'text', text: '张㛃', scale: 1, bold: false, align: 'left' };
  assert.match(await hexOf('generic-80', rare), /d5c5a1f50a/);
});

test('escpos brings none of its dead dependencies into an installation', () => {
  const lock = join(import.meta.dirname, '..', '..', 'package-lock.json');
  const { packages } = JSON.parse(readFileSync(lock, 'utf8'));
  for (const name of ['get-pixels', 'qr-image']) {
    assert.is(packages[`node_modules/${name}`].link, true, `${name} is our empty one`);
  }
  for (const name of ['request', 'usb', 'node-bluetooth', 'jimp', 'ndarray']) {
    assert.is(packages[`node_modules/${name}`], undefined, name);
  }
});

test('a size goes to width and height alike', async () => {
  const profile = printerProfile('generic-80');
  const encoder = await encoderFor(profile);
  const [bytes] = encoder.encode(
    [{ type: 'text', text: 'A', scale: 3, bold: false, align: 'left' }],
    { by: 'none' },
  );
  assert.match(Buffer.from(bytes ?? []).toString('hex'), /1d2122410a/);
});

test('a Chinese QR payload goes out whole, as UTF-8 with its length in bytes', async () => {
  const profile = printerProfile('generic-80');
  const encoder = await encoderFor(profile);
  const [bytes] = encoder.encode([{ type: 'qr', data: '中文', moduleDots: 6 }], { by: 'none' });
  assert.ok(Buffer.from(bytes ?? []).includes(Buffer.from('1d286b0900315030e4b8ade69687', 'hex')));
});

test('one encoder makes the same bytes every time: nothing of an earlier ticket comes again', async () => {
  for (const id of ['generic-80', 'generic-58', 'star-tsp700']) {
    const profile = printerProfile(id);
    const encoder = await encoderFor(profile);
    const items = layOut(standardTicket(), profile);
    const first = Buffer.concat(encoder.encode(items, { by: 'gs-r' }));
    for (let i = 0; i < 5; i++) {
      assert.ok(Buffer.concat(encoder.encode(items, { by: 'gs-r' })).equals(first));
    }
  }
});

test('a ticket after any others is what it would be as the first one', async () => {
  const text = fc.constantFrom('', 'A001', 'A002', '社会保险登记', '㛃 10%', '医保\u00a0窗口');
  const template = ticketTemplate('queue-ticket');
  const some = fc.record(Object.fromEntries(Object.keys(template.fields).map((f) => [f, text])));
  const filled = some.map((f) => ({ ...f, ...requiredOf(f, template.fields) }));
  for (const id of ['generic-80', 'generic-58', 'star-tsp700']) {
    const profile = printerProfile(id);
    const one = await encoderFor(profile);
    await fc.assert(
      fc.asyncProperty(fc.array(filled, { minLength: 1, maxLength: 6 }), async (tickets) => {
        for (const fields of tickets) {
          const fresh = { ...profile };
          const other = await encoderFor(fresh);
          const again = one.encode(layOut(fillTemplate(template, fields), profile), { by: 'gs-r' });
          const document = fillTemplate({ ...template }, fields);
          const first = other.encode(layOut(document, fresh), { by: 'gs-r' });
          assert.is(Buffer.concat(again).toString('hex'), Buffer.concat(first).toString('hex'));
        }
      }),
      { numRuns: 40 },
    );
  }
});

/** A required field is never empty. */
const requiredOf = (fields: Record<string, string>, kinds: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(fields)
      .filter(([name, value]) => kinds[name] === 'required' && value === '')
      .map(([name]) => [name, 'B1']),
  );

test('the bytes of one ticket stay as they are while the next is encoded', async () => {
  for (const id of ['generic-80', 'generic-58', 'star-tsp700']) {
    const profile = printerProfile(id);
    const encoder = await encoderFor(profile);
    const items = layOut(standardTicket(), profile);
    const [segment = new Uint8Array(0)] = encoder.encode(items, { by: 'gs-r' });
    const before = Buffer.from(segment).toString('hex');
    encoder.encode(layOut({ title: '另一张', blocks: [] }, profile), { by: 'gs-r' });
    assert.is(Buffer.from(segment).toString('hex'), before);
  }
});

test('segments hold whole commands and at most 8,192 bytes', () => {
  const commands = fc.array(
    fc.integer({ min: 1, max: 4000 }).map((n) => new Uint8Array(n).fill(n)),
    {
      maxLength: 20,
    },
  );
  fc.assert(
    fc.property(commands, (list) => {
      const segments = packSegments(list);
      assert.ok(segments.every((s) => s.byteLength <= segmentBytesMax && s.byteLength > 0));
      assert.ok(Buffer.concat(segments).equals(Buffer.concat(list)));
      const ends = new Set<number>();
      list.reduce((at, c) => ends.add(at + c.byteLength) && at + c.byteLength, 0);
      segments.reduce((at, s) => {
        assert.ok(ends.has(at + s.byteLength));
        return at + s.byteLength;
      }, 0);
    }),
    { numRuns: 50 },
  );
});

test('tokens of different jobs differ and are printable', () => {
  const seen = new Set<string>();
  for (let i = 0; i < 2000; i++) {
    const id = jobToken(`2026-11-22/A${i}`);
    assert.ok(id.every((b) => b >= 32 && b <= 126));
    seen.add(id.join());
  }
  assert.ok(seen.size > 1990, `${seen.size}`);
});

test.run();

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { jobToken } from '../../devices/ticket-printer/commands.ts';
import {
  type JobToken,
  packSegments,
  segmentBytesMax,
} from '../../devices/ticket-printer/encoder.ts';
import { encoderFor } from '../../devices/ticket-printer/encoders.ts';
import { layOut } from '../../devices/ticket-printer/layout.ts';
import { readCommand } from '../../devices/twins/printer/commands.ts';
import { printerProfile } from '../harness/printer-profiles.ts';
import { standardTicket } from '../harness/standard-ticket.ts';

const test = suite('ticket encoder');
const profiles = ['generic-80', 'generic-58', 'epson-tm-t88'];

async function encoded(id: string): Promise<Buffer> {
  const profile = printerProfile(id);
  const encoder = await encoderFor(profile);
  const token: JobToken = profile.status.process_id
    ? { by: 'process-id', id: jobToken('job-1') }
    : { by: 'gs-r' };
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

  test(`every command for ${id} is one the maker's manual knows`, async () => {
    const bytes = await encoded(id);
    let chinese = false;
    for (let at = 0; at < bytes.length; ) {
      const read = readCommand(bytes, at, chinese);
      assert.ok(read !== null, `cut short at ${at}`);
      if (read === null) return;
      assert.is.not(read.command.type, 'unknown', `at ${at}`);
      if (read.command.type === 'chinese') chinese = read.command.on;
      at += read.length;
    }
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
  const profile = printerProfile('generic-80');
  const encoder = await encoderFor(profile);
  const items = layOut(standardTicket(), profile);
  const first = Buffer.concat(encoder.encode(items, { by: 'gs-r' }));
  for (let i = 0; i < 5; i++) {
    assert.ok(Buffer.concat(encoder.encode(items, { by: 'gs-r' })).equals(first));
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

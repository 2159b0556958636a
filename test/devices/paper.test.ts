import { spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { TicketDocument } from '../../devices/contract.ts';
import type { PrinterProfile } from '../../devices/ticket-printer/printer-profile.ts';
import { createRasterizer } from '../../devices/ticket-printer/raster.ts';
import type { Bitmap } from '../../devices/ticket-printer/raster-bitmap.ts';
import { lineHeightDots } from '../../devices/ticket-printer/raster-line.ts';
import { fillTemplate } from '../../devices/ticket-printer/template.ts';
import { drawSheet, toPng } from '../../devices/twins/printer/drawing.ts';
import { type Paper, paperOf as paperBy } from '../../scripts/lib/paper.ts';
import {
  printerDirectory,
  printerProfile,
  ticketDirectory,
  ticketTemplate,
} from '../harness/printer-profiles.ts';
import { realClock } from '../harness/real-clock.ts';
import { ensureProgram } from '../harness/system-programs.ts';
import { tempDir } from '../harness/temp-dir.ts';

/** Every template on the paper of every printer, as the virtual printer draws it from the bytes. */
const test = suite('tickets on paper');
const ids = (directory: string) => readdirSync(directory).map((f) => f.replace(/\.yaml$/, ''));
const printers = ids(printerDirectory);
const templates = ids(ticketDirectory);

/** One drawing process for the whole file; what it drew once it need not draw again. */
const rasterizer = createRasterizer(realClock);
const drawn = new Map<string, Promise<Bitmap>>();
const paperOf = (profile: PrinterProfile, document: TicketDocument) =>
  paperBy(profile, document, {
    draw(order) {
      const key = JSON.stringify(order);
      const bitmap = drawn.get(key) ?? rasterizer.draw(order);
      drawn.set(key, bitmap);
      return bitmap;
    },
    close: () => undefined,
  });
test.after(() => rasterizer.close());

function exampleOf(id: string): TicketDocument {
  const template = ticketTemplate(id);
  return fillTemplate(template, template.example ?? {});
}
const textOf = (paper: Paper) => paper.sheet.lines.map((line) => line.text.trimEnd());
const look = ({ sheet }: Paper) => ({
  cells: sheet.cells,
  qrs: sheet.qrs.map((qr) => ({ ...qr, data: Buffer.from(qr.data).toString() })),
  pictures: sheet.pictures.map((p) => ({ ...p, bits: Buffer.from(p.bits).toString('hex') })),
  heightDots: sheet.heightDots,
});

for (const printer of printers) {
  test(`${printer} makes sense of every template, and cuts through none`, async () => {
    for (const id of templates) {
      const paper = await paperOf(printerProfile(printer), exampleOf(id));
      assert.equal(paper.complaints, [], id);
      assert.ok(paper.sheet.cells.length > 50, id);
      const widest = Math.max(...paper.sheet.cells.map((c) => c.x + c.width));
      assert.ok(widest <= printerProfile(printer).paper.dots, `${id}: printed beyond the edge`);
    }
  });
}

test('both packages put the same on paper, whatever the template and the board', async () => {
  for (const printer of printers.filter((p) => !p.startsWith('star'))) {
    const profile = printerProfile(printer);
    // The one has no ESC Z.
    const qr: PrinterProfile['qr'] = { ...profile.qr, how: 'GS(k' };
    const by = (encoder: PrinterProfile['commands']['encoder']): PrinterProfile => ({
      ...profile,
      qr,
      commands: { ...profile.commands, encoder },
    });
    for (const id of templates) {
      const ours = await paperOf(by('node-thermal-printer'), exampleOf(id));
      const theirs = await paperOf(by('escpos'), exampleOf(id));
      assert.equal(look(ours), look(theirs), `${id} on ${printer}`);
    }
  }
});

test('what stands at the right of columns ends where the rule does, on one line or below its left part', async () => {
  // Latin: a board without Chinese glyphs prints it too, and draws nothing.
  const windows = Array.from({ length: 20 }, (_, i) => `${i + 1}`).join(', ');
  for (const printer of printers) {
    const { sheet } = await paperOf(printerProfile(printer), {
      title: '',
      blocks: [
        { type: 'rule' },
        { type: 'columns', left: 'Time', right: '09:30' },
        { type: 'columns', left: 'Window', right: windows },
      ],
    });
    const ends = new Map<number, number>();
    for (const c of sheet.cells) ends.set(c.y, Math.max(ends.get(c.y) ?? 0, c.x + c.width));
    const [rule, oneLine, left = 0, ...below] = ends.values();
    assert.ok(rule !== undefined && left < rule && below.length >= 2, printer);
    assert.equal([oneLine, ...below], [rule, ...below.map(() => rule)], printer);
  }
});

test('a Star printer in line mode says the same, line by line', async () => {
  for (const id of templates) {
    const star = await paperOf(printerProfile('star-tsp700'), exampleOf(id));
    const epson = await paperOf(
      { ...printerProfile('generic-80'), text: printerProfile('star-tsp700').text },
      exampleOf(id),
    );
    assert.equal(textOf(star), textOf(epson), id);
  }
});

test('a scanner reads the QR code from the paper of every printer, also where we draw it', async () => {
  const zbar = ensureProgram('zbarimg');
  const selfDrawn = (id: string): PrinterProfile => {
    const profile = printerProfile(id);
    return { ...profile, id: `${id}, drawn`, qr: { ...profile.qr, how: 'raster' } };
  };
  const papers = [
    ...printers.map(printerProfile),
    selfDrawn('generic-58'),
    selfDrawn('star-tsp700'),
  ];
  for (const profile of papers) {
    const codes = await scanned(zbar, profile, 'queue-ticket');
    assert.is(codes, 2, 'where the number stands, and how the service was');
  }
});

test('a scanner reads the QR code of every template on both widths', async () => {
  const zbar = ensureProgram('zbarimg');
  for (const printer of ['generic-80', 'generic-58']) {
    for (const id of templates) {
      assert.ok((await scanned(zbar, printerProfile(printer), id)) > 0, `${id} has no code`);
    }
  }
});

/** @returns how many codes the template has; all of them, and no others, were read. */
async function scanned(zbar: string, profile: PrinterProfile, id: string): Promise<number> {
  const document = exampleOf(id);
  const codes = document.blocks.flatMap((b) => (b.type === 'qr' ? [b.data] : []));
  const { sheet } = await paperOf(profile, document);
  assert.is(sheet.qrs.length, profile.qr.how === 'raster' ? 0 : codes.length);
  const png = join(tempDir('paper'), 'paper.png');
  writeFileSync(png, await toPng(drawSheet(sheet, profile)));
  const read = spawnSync(zbar, ['--nodbus', '-q', '--raw', png]);
  const seen = read.stdout.toString().trim().split('\n').sort();
  assert.equal(seen, [...codes].sort(), `${id} on ${profile.id}`);
  return codes.length;
}

test('the number is read at arm’s length on every paper: 18 mm high at least', async () => {
  for (const printer of printers) {
    const profile = printerProfile(printer);
    const { sheet } = await paperOf(profile, exampleOf('queue-ticket'));
    const tallest = Math.max(...sheet.cells.map((c) => c.height)) / profile.paper.dots_per_mm;
    assert.ok(tallest >= 18, `${printer}: ${tallest} mm`);
  }
});

test('a drawn line stands where the printed one would have stood, and feeds as much', async () => {
  const words = '申请人：张三 No. 7';
  for (const printer of ['generic-80', 'epson-tm-t88', 'star-tsp700']) {
    for (const scale of [1, 2] as const) {
      for (const align of ['left', 'center', 'right'] as const) {
        const profile = printerProfile(printer);
        const document = (text: string): TicketDocument => ({
          title: '',
          blocks: [
            { type: 'line', text, size: scale, align },
            { type: 'line', text: '下一行' },
          ],
        });
        const printed = await paperOf(profile, document(words));
        // A hieroglyph of one cell: no board has it.
        const drawn = await paperOf(profile, document(words.replace('三', '\u{13000}')));
        const where = `${printer} ${scale} ${align}`;
        assert.is(drawn.sheet.heightDots, printed.sheet.heightDots, where);
        const [picture] = drawn.sheet.pictures;
        const first = printed.sheet.cells[0];
        const last = printed.sheet.cells.filter((c) => c.y === first?.y).at(-1);
        assert.ok(picture && first && last, where);
        if (!picture || !first || !last) return;
        const ink = inkOf(picture);
        assert.ok(ink.left >= first.x && ink.left <= first.x + first.width, `${where}: left`);
        const right = last.x + last.width;
        assert.ok(ink.right <= right && ink.right >= right - last.width, `${where}: right`);
        assert.ok(picture.rows <= lineHeightDots(scale), where);
      }
    }
  }
});

type Picture = Paper['sheet']['pictures'][number];
/** Leftmost and rightmost black dot, from the edge of the printable area. */
function inkOf(p: Picture): { left: number; right: number } {
  let left = Number.POSITIVE_INFINITY;
  let right = 0;
  for (let row = 0; row < p.rows; row++) {
    for (let x = 0; x < p.rowBytes * 8; x++) {
      const byte = p.bits[row * p.rowBytes + (x >> 3)] ?? 0;
      if ((byte & (0x80 >> (x & 7))) === 0) continue;
      left = Math.min(left, x);
      right = Math.max(right, x + 1);
    }
  }
  return { left: p.x + left, right: p.x + right };
}

test.run();

/**
 * Pictures of every ticket template on 80 and 58 mm paper, drawn by the virtual printer from the
 * bytes a printer would get.
 *
 *   npm run tickets             into devices/docs/tickets
 *   npm run tickets -- DIR
 */
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { loadPrinterProfile } from '../devices/ticket-printer/load-profile.ts';
import { loadTicketTemplate } from '../devices/ticket-printer/load-template.ts';
import { createRasterizer } from '../devices/ticket-printer/raster.ts';
import { fillTemplate } from '../devices/ticket-printer/template.ts';
import { drawSheet } from '../devices/twins/printer/drawing.ts';
import { realClock } from '../kiosk-app/runtime/clock.ts';
import { parsedArgs } from './lib/command-line.ts';
import { paperOf } from './lib/paper.ts';

const root = join(import.meta.dirname, '..');
const profiles = join(root, 'profiles');
const help = `Pictures of every ticket template on 80 and 58 mm paper.

  npm run tickets [-- DIR]    into DIR                        (default devices/docs/tickets)
`;
const { values, positionals } = parsedArgs(
  { allowPositionals: true, options: { help: { type: 'boolean', default: false } } },
  help,
);
if (values.help) {
  process.stdout.write(help);
  process.exit();
}
const [directory = join(root, 'devices', 'docs', 'tickets')] = positionals;
const papers = { 80: 'generic-80', 58: 'generic-58' };
/** Ink, paper and what lies between them at the edges of letters. */
const colours = 8;

const rasterizer = createRasterizer(realClock);
mkdirSync(directory, { recursive: true });
for (const file of readdirSync(join(profiles, 'tickets'))) {
  const id = file.replace(/\.yaml$/, '');
  const template = loadTicketTemplate([join(profiles, 'tickets')], id);
  const document = fillTemplate(template, template.example ?? {});
  for (const [mm, printer] of Object.entries(papers)) {
    const profile = loadPrinterProfile([join(profiles, 'printers')], printer);
    const { sheet, complaints, bytes } = await paperOf(profile, document, rasterizer);
    if (complaints.length > 0) throw new Error(`${id} on ${printer}: ${complaints.join('; ')}`);
    const path = join(directory, `${id}-${mm}.png`);
    const { size } = await sharp(Buffer.from(drawSheet(sheet, profile)))
      .png({ palette: true, colours, effort: 10 })
      .toFile(path);
    console.log(`${path}: ${sheet.heightDots} dots from ${bytes.length} bytes, ${size} bytes PNG`);
  }
}
rasterizer.close();

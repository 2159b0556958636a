import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type DeviceCode, DeviceError } from '../../devices/codes.ts';
import { layOut } from '../../devices/ticket-printer/layout.ts';
import {
  loadPrinterProfile,
  printerProfileLoader,
} from '../../devices/ticket-printer/load-profile.ts';
import { loadTicketTemplate } from '../../devices/ticket-printer/load-template.ts';
import type { PrinterProfile } from '../../devices/ticket-printer/printer-profile.ts';
import { profileFaults } from '../../devices/ticket-printer/profile-faults.ts';
import { checkedTemplate, fillTemplate, logoFiles } from '../../devices/ticket-printer/template.ts';
import { profileFolders } from '../../kiosk-app/runtime/profile.ts';
import {
  printerDirectory,
  printerProfile,
  ticketDirectory,
  ticketTemplate,
} from '../harness/printer-profiles.ts';
import { standardFields } from '../harness/standard-ticket.ts';
import { tempDir } from '../harness/temp-dir.ts';

const test = suite('printer profiles and ticket templates');
const ids = (directory: string) => readdirSync(directory).map((f) => f.replace(/\.yaml$/, ''));

function refused(f: () => unknown, code: DeviceCode, about: RegExp): void {
  assert.throws(f, (error: unknown) => {
    if (!(error instanceof DeviceError)) return false;
    assert.is(error.code, code);
    assert.match(error.message, about);
    return true;
  });
}

test("a site's own printer, ticket and logo come before the program's, and build on them", () => {
  const site = tempDir();
  for (const kind of ['machines', 'tickets', 'printers', 'logos']) mkdirSync(join(site, kind));
  const machine = join(site, 'machines', 'queue-1.yaml');
  const printers = profileFolders(machine, 'printers');
  const tickets = profileFolders(machine, 'tickets');
  assert.equal(printers, [join(site, 'printers'), printerDirectory]);

  const own = 'id: new-board\nnames: [New board]\nprovenance: assumed\ninherits: generic-80\n';
  writeFileSync(join(site, 'printers', 'new-board.yaml'), `${own}paper: { near_end_m: 4 }\n`);
  const board = loadPrinterProfile(printers, 'new-board');
  assert.equal(board.commands, printerProfile('generic-80').commands);
  assert.equal(loadPrinterProfile(printers, 'generic-58'), printerProfile('generic-58'));
  refused(
    () => loadPrinterProfile(printers, 'no-such'),
    'PRN_PROFILE',
    /no no-such.yaml in .*nor in/,
  );

  const logo = logoFiles(ticketTemplate('service-receipt'))[0] ?? '';
  assert.not.equal(logo, '');
  writeFileSync(join(site, 'logos', logo), 'our own');
  const ours = loadTicketTemplate(tickets, 'service-receipt');
  assert.is(ours.logos.get(logo), Buffer.from('our own').toString('base64'));
  assert.equal(ours.blocks, ticketTemplate('service-receipt').blocks);

  const text = readFileSync(join(ticketDirectory, 'reprint-ticket.yaml'), 'utf8');
  const changed = text.replace(/^title: .*$/m, 'title: "我们的大厅"');
  writeFileSync(join(site, 'tickets', 'reprint-ticket.yaml'), changed);
  assert.is(loadTicketTemplate(tickets, 'reprint-ticket').title, '我们的大厅');
});

test('every profile in the repository loads, inheritance and all', () => {
  for (const id of ids(printerDirectory)) assert.is(printerProfile(id).id, id);
});

test('the printers that halls have are described: Epson, domestic boards of both widths, Star', () => {
  const known = ids(printerDirectory);
  for (const id of [
    ...['epson-tm-t82', 'epson-tm-t88', 'generic-80', 'generic-58', 'gprinter-80'],
    ...['xprinter-80', 'snbc-80', 'rongta-80', 'star-tsp700'],
  ]) {
    assert.ok(known.includes(id), id);
  }
  const encoders = new Set(known.map((id) => printerProfile(id).commands.encoder));
  assert.is(encoders.size, 3, 'each way of spelling commands has a printer');
});

test('the guide shows every template on both papers and names every profile as it is', () => {
  const docs = join(import.meta.dirname, '..', '..', 'devices', 'docs');
  const guide = readFileSync(join(docs, 'tickets.md'), 'utf8');
  for (const id of ids(ticketDirectory)) {
    for (const mm of [80, 58]) {
      const picture = `tickets/${id}-${mm}.png`;
      assert.ok(guide.includes(`](${picture})`) && existsSync(join(docs, picture)), picture);
    }
  }
  const rows = [...guide.matchAll(/^\| `([a-z0-9-]+)` *\| (.+)$/gm)].filter(([, id = '']) =>
    ids(printerDirectory).includes(id),
  );
  assert.is(rows.length, ids(printerDirectory).length);
  for (const [, id = '', row = ''] of rows) {
    const { names, commands, provenance, paper, text } = printerProfile(id);
    const { dots, columns } = paper;
    for (const value of [...names, commands.encoder, `${dots} / ${columns}`, text.charset]) {
      assert.ok(row.includes(value), `${id}: ${value}`);
    }
    assert.match(row, new RegExp(`\\| ${provenance} *\\|`));
  }
});

test('values that do not go together are refused, each by its name', () => {
  const good = printerProfile('generic-80');
  assert.equal(profileFaults(good), []);
  const faults = (change: Partial<PrinterProfile>) => profileFaults({ ...good, ...change }).join();
  assert.match(faults({ qr: { ...good.qr, how: 'ESCZ' } }), /qr\/how: ESCZ/);
  assert.match(faults({ cut: { ...good.cut, how: 'ESCd3' } }), /cut\/how/);
  assert.match(faults({ raster: { ...good.raster, how: 'ESC*r' } }), /raster\/how/);
  assert.match(faults({ text: { ...good.text, charset: 'ascii' } }), /replacement: □/);
  assert.match(faults({ paper: { ...good.paper, columns: 49 } }), /columns/);
  assert.match(
    faults({ qr: { ...good.qr, how: 'raster' }, raster: { how: 'none', rows_max: 24 } }),
    /no raster/,
  );
  const star = printerProfile('star-tsp700');
  assert.match(
    profileFaults({ ...star, status: { ...star.status, gs_r: true } }).join(),
    /status: a Star/,
  );
  assert.match(
    profileFaults({ ...star, text: { ...star.text, number_scale_max: 8 } }).join(),
    /number_scale_max/,
  );
});

test('an heir changes single values and keeps the rest', () => {
  const wide = printerProfile('generic-80');
  const narrow = printerProfile('generic-58');
  const { width_mm, dots, columns, roll_m } = narrow.paper;
  assert.equal([width_mm, dots, columns, roll_m], [58, 384, 32, 30]);
  assert.is(narrow.paper.dots_per_mm, wide.paper.dots_per_mm);
  assert.equal({ ...narrow.status, asb: true, near_end: true }, wide.status);
  assert.equal(narrow.text, wide.text);
});

test('font A fits the printable width of every profile', () => {
  for (const id of ids(printerDirectory)) {
    const { columns, dots } = printerProfile(id).paper;
    assert.ok(columns * 12 <= dots, id);
  }
});

test('a wrong profile says where it is wrong', () => {
  const dir = tempDir('printers');
  const write = (id: string, text: string) => writeFileSync(join(dir, `${id}.yaml`), text);
  const head = (id: string) => `id: ${id}\nnames: [X]\nprovenance: assumed\n`;
  write('typo', `${head('typo')}inherits: base\npaper: { widht_mm: 80 }\n`);
  write('base', head('base'));
  write('moved', head('other'));
  write('a', `${head('a')}inherits: b\n`);
  write('b', `${head('b')}inherits: a\n`);
  write('broken', 'id: [');
  refused(() => loadPrinterProfile([dir], 'typo'), 'PRN_PROFILE', /widht_mm/);
  refused(() => loadPrinterProfile([dir], 'base'), 'PRN_PROFILE', /dots/);
  refused(() => loadPrinterProfile([dir], 'moved'), 'PRN_PROFILE', /id is other/);
  refused(() => loadPrinterProfile([dir], 'a'), 'PRN_PROFILE', /inherits over more/);
  refused(() => loadPrinterProfile([dir], 'broken'), 'PRN_PROFILE', /broken\.yaml/);
  refused(() => loadPrinterProfile([dir], 'absent'), 'PRN_PROFILE', /absent\.yaml/);
});

test('the loader for hosts reads a file once', async () => {
  const load = printerProfileLoader([printerDirectory]);
  assert.is(await load('generic-80'), await load('generic-80'));
  await load('absent').then(
    () => assert.unreachable(),
    (e: unknown) => assert.instance(e, DeviceError),
  );
});

test('every kind of paper has its template, in Chinese and in both languages', () => {
  const kinds = ['queue-ticket', 'reprint-ticket', 'appointment-slip', 'service-receipt'];
  const wanted = [...kinds, 'health-page'].flatMap((kind) => [kind, `${kind}-bilingual`]);
  assert.equal(ids(ticketDirectory).sort(), wanted.sort());
});

test('every template prints on every paper, with all fields and with the required ones alone', () => {
  for (const id of ids(ticketDirectory)) {
    const template = ticketTemplate(id);
    const example = template.example ?? {};
    assert.equal(Object.keys(example), Object.keys(template.fields), `${id}: an example for each`);
    const required = Object.fromEntries(
      Object.entries(example).filter(([field]) => template.fields[field] === 'required'),
    );
    for (const printer of ids(printerDirectory)) {
      const profile = printerProfile(printer);
      const all = layOut(fillTemplate(template, example), profile);
      const few = layOut(fillTemplate(template, required), profile);
      assert.ok(all.length > few.length, id);
      assert.not.match(JSON.stringify(all), /[{]\w+[}]/);
    }
  }
});

test('every field that a template declares is printed', () => {
  for (const id of ids(ticketDirectory)) {
    const template = ticketTemplate(id);
    const values = Object.keys(template.fields).map((field, i) => [field, `<${i}>`]);
    const printed = JSON.stringify(fillTemplate(template, Object.fromEntries(values)));
    for (const [field, value = ''] of values) assert.ok(printed.includes(value), `${id} ${field}`);
  }
});

test('each required field that is missing is refused, in every template', () => {
  for (const id of ids(ticketDirectory)) {
    const template = ticketTemplate(id);
    for (const [field, kind] of Object.entries(template.fields)) {
      const { [field]: _, ...others } = template.example ?? {};
      if (kind === 'optional') assert.ok(fillTemplate(template, others));
      else refused(() => fillTemplate(template, others), 'PRN_TEMPLATE', new RegExp(`${field} is`));
    }
  }
});

test('a reprint says that it is one', () => {
  for (const id of ['reprint-ticket', 'reprint-ticket-bilingual']) {
    const template = ticketTemplate(id);
    const [number] = JSON.stringify(fillTemplate(template, template.example ?? {})).match(
      /【补 ?打[^】]*】/,
    ) ?? [undefined];
    assert.ok(number, id);
  }
});

test('a logo comes with the template; one that is missing or too large is refused', () => {
  const dir = tempDir('templates');
  const tickets = join(dir, 'tickets');
  const logos = join(dir, 'logos');
  for (const d of [tickets, logos]) mkdirSync(d);
  writeFileSync(
    join(tickets, 't.yaml'),
    'id: t\nfields: {}\ntitle: t\nblocks: [{ type: logo, file: x.png }]\n',
  );
  const load = () => loadTicketTemplate([tickets], 't');
  refused(load, 'PRN_TEMPLATE', /x\.png/);
  writeFileSync(join(logos, 'x.png'), Buffer.alloc(49_153));
  refused(load, 'PRN_TEMPLATE', /x\.png: larger than 49152 bytes/);
  writeFileSync(join(logos, 'x.png'), 'picture');
  assert.equal(fillTemplate(load(), {}).blocks, [
    { type: 'logo', image: Buffer.from('picture').toString('base64') },
  ]);
  refused(() => fillTemplate({ ...load(), logos: new Map() }, {}), 'PRN_TEMPLATE', /not loaded/);
});

test('an ordinary citizen’s ticket names no class, and no wait that nobody knows', () => {
  const { class: _, wait: __, ...ordinary } = standardFields;
  const text = JSON.stringify(fillTemplate(ticketTemplate('queue-ticket'), ordinary));
  assert.not.match(text, '【');
  assert.not.match(text, '预计等待');
  assert.match(
    JSON.stringify(fillTemplate(ticketTemplate('queue-ticket'), standardFields)),
    '【老年人优先】',
  );
});

test('a missing field is refused by its name; a foreign one is not used', () => {
  const template = ticketTemplate('queue-ticket');
  const { number: _, ...fields } = standardFields;
  refused(() => fillTemplate(template, fields), 'PRN_TEMPLATE', /number is missing/);
  refused(() => fillTemplate(template, { ...standardFields, time: '' }), 'PRN_TEMPLATE', /time/);
  refused(
    () => fillTemplate(template, { ...standardFields, note: 'x'.repeat(601) }),
    'PRN_TEMPLATE',
    /note is too long/,
  );
  const strange = fillTemplate(template, { ...standardFields, secret: 'ID 110101' });
  assert.not.match(JSON.stringify(strange), '110101');
});

test('a value that looks like a field stays as it is', () => {
  const template = ticketTemplate('queue-ticket');
  const document = fillTemplate(template, { ...standardFields, note: '{number}$&$1' });
  assert.match(JSON.stringify(document), /\{number\}\$&\$1/);
});

test('a template that uses what it does not declare is refused when it is loaded', () => {
  const base = { id: 't', fields: { a: 'required', b: 'optional' }, title: '{a}' };
  const withBlock = (block: object) => () => checkedTemplate({ ...base, blocks: [block] }, 't');
  assert.ok(withBlock({ type: 'line', text: '{a} {b}', when: 'b' })());
  refused(withBlock({ type: 'line', text: '{c}' }), 'PRN_TEMPLATE', /\{c\} is not declared/);
  refused(withBlock({ type: 'line', text: '{b}' }), 'PRN_TEMPLATE', /when: b/);
  refused(withBlock({ type: 'rule', when: 'a' }), 'PRN_TEMPLATE', /optional field/);
  refused(withBlock({ type: 'rule', wen: 'b' }), 'PRN_TEMPLATE', /wen/);
  refused(withBlock({ type: 'logo', file: '../../secret.png' }), 'PRN_TEMPLATE', /file/);
  refused(
    () => checkedTemplate({ ...base, example: { c: 'x' }, blocks: [{ type: 'rule' }] }, 't'),
    'PRN_TEMPLATE',
    /example: c is not declared/,
  );
  refused(() => loadTicketTemplate([ticketDirectory], 'absent'), 'PRN_TEMPLATE', /absent/);
});

test.run();

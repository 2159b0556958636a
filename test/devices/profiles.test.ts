import { readdirSync, writeFileSync } from 'node:fs';
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
import { checkedTemplate, fillTemplate } from '../../devices/ticket-printer/template.ts';
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

test('every profile in the repository loads, inheritance and all', () => {
  assert.ok(ids(printerDirectory).length >= 3);
  for (const id of ids(printerDirectory)) assert.is(printerProfile(id).id, id);
});

test('an heir changes single values and keeps the rest', () => {
  const narrow = printerProfile('generic-58');
  assert.equal(narrow.paper, { width_mm: 58, dots: 384, dots_per_mm: 8, columns: 32 });
  assert.equal(narrow.status, { dle_eot: true, asb: false, gs_r: true, process_id: false });
  assert.is(narrow.text.replacement, '□');
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
  refused(() => loadPrinterProfile(dir, 'typo'), 'PRN_PROFILE', /widht_mm/);
  refused(() => loadPrinterProfile(dir, 'base'), 'PRN_PROFILE', /dots/);
  refused(() => loadPrinterProfile(dir, 'moved'), 'PRN_PROFILE', /id is other/);
  refused(() => loadPrinterProfile(dir, 'a'), 'PRN_PROFILE', /inherits over more/);
  refused(() => loadPrinterProfile(dir, 'broken'), 'PRN_PROFILE', /broken\.yaml/);
  refused(() => loadPrinterProfile(dir, 'absent'), 'PRN_PROFILE', /absent\.yaml/);
});

test('the loader for hosts reads a file once', async () => {
  const load = printerProfileLoader(printerDirectory);
  assert.is(await load('generic-80'), await load('generic-80'));
  await load('absent').then(
    () => assert.unreachable(),
    (e: unknown) => assert.instance(e, DeviceError),
  );
});

test('every template prints on every paper, with all fields and with the required ones alone', () => {
  for (const id of ids(ticketDirectory)) {
    const template = ticketTemplate(id);
    const required = Object.fromEntries(
      Object.entries(standardFields).filter(([field]) => template.fields[field] === 'required'),
    );
    for (const printer of ids(printerDirectory)) {
      const profile = printerProfile(printer);
      const all = layOut(fillTemplate(template, standardFields), profile);
      const few = layOut(fillTemplate(template, required), profile);
      assert.ok(all.length > few.length, id);
      const texts = JSON.stringify(all);
      assert.not.match(texts, /[{]\w+[}]/);
      assert.match(texts, 'A001');
    }
  }
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
  refused(() => loadTicketTemplate(ticketDirectory, 'absent'), 'PRN_TEMPLATE', /absent/);
});

test.run();

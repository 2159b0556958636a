import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { VirtualPrinter } from '../../devices/twins/contract.ts';
import { createVirtualPrinter } from '../../devices/twins/virtual-printer.ts';
import { printerProfile } from '../harness/printer-profiles.ts';
import { realClock } from '../harness/real-clock.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { within } from '../harness/until.ts';

/** The command as a technician has it: its exit code and its sentences. */
const test = suite('print test');
const root = join(import.meta.dirname, '..', '..');
const waitMs = 60_000;
const link = '{ via: tcp, host: 192.168.1.51, port: 9100 }';

interface Said {
  code: number | null;
  text: string;
}

function command(args: string[]): Promise<Said> {
  const script = join(root, 'scripts', 'print-test.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', script, ...args], { cwd: root });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
  }
  const ended = new Promise<Said>((resolve) => {
    child.on('close', (code) => resolve({ code, text }));
  });
  return within(ended, waitMs, 'the end of the command');
}

/** The sample machine, its printer at this port. */
function machineAt(port: number, profile = 'generic-80'): string[] {
  const sample = readFileSync(join(root, 'profiles', 'machines', 'queue-1.yaml'), 'utf8');
  assert.ok(sample.includes(link) && sample.includes('profile: generic-80'));
  const directory = tempDir('print-test');
  const path = join(directory, 'queue-1.yaml');
  writeFileSync(
    path,
    sample
      .replace(link, `{ via: tcp, host: 127.0.0.1, port: ${port} }`)
      .replace('profile: generic-80', `profile: ${profile}`),
  );
  return ['--profile', path, '--data', join(directory, 'data')];
}

async function standing(): Promise<{ twin: VirtualPrinter; port: number }> {
  const twin = createVirtualPrinter({
    profile: printerProfile('generic-80'),
    clock: realClock,
    pace: 'instant',
    paperMm: 50_000,
    lowBelowMm: 1000,
    replies: { delayMs: 0, chunkBytesMax: 64 },
  });
  const { port } = await twin.listenTcp({ host: '127.0.0.1', port: 0 });
  return { twin, port };
}

test('a printer that is well: 0, and a page with rare characters, code and cut', async () => {
  const { twin, port } = await standing();
  const { code, text } = await command(machineAt(port));
  assert.is(code, 0, text);
  assert.match(text, /DEV_READY/);
  assert.match(text, /打印机确认测试页已打印/);
  const [page] = twin.tickets;
  assert.is(twin.tickets.length, 1);
  assert.equal(page?.complaints, []);
  assert.match(page?.text ?? '', /\|< +>\|/);
  assert.not.match(page?.text ?? '', /□/);
  assert.equal(page?.qr, ['https://example.test/printer-test/queue-1']);
  await twin.close();
});

for (const [what, upset, code, words] of [
  ['no paper', (t) => t.takePaper(), 'PRN_PAPER_OUT', /Paper +none/],
  ['an open cover', (t) => t.openCover(), 'PRN_COVER_OPEN', /close it/],
] as [string, (twin: VirtualPrinter) => void, string, RegExp][]) {
  test(`${what}: 1, the sentence for it, and nothing printed`, async () => {
    const { twin, port } = await standing();
    upset(twin);
    const said = await command([...machineAt(port), '--lang', 'en']);
    assert.is(said.code, 1, said.text);
    assert.match(said.text, `Not printed. ${code}: `);
    assert.match(said.text, words);
    assert.is(twin.tickets.length, 0);
    await twin.close();
  });
}

test('nobody at the address: 1; another model at it: 1, and the model is named as a reason', async () => {
  const { twin, port } = await standing();
  const other = await command([...machineAt(port, 'epson-tm-t88'), '--lang', 'en']);
  assert.is(other.code, 1, other.text);
  assert.match(other.text, /DEV_NO_ANSWER: .*model/);
  await twin.close();
  const nobody = await command([...machineAt(port), '--lang', 'en']);
  assert.is(nobody.code, 1, nobody.text);
  assert.match(nobody.text, /DEV_UNREACHABLE: .*address and port/);
});

test('a wrong profile or command line: 2, with what is wrong', async () => {
  const model = await command(machineAt(9, 'generik-80'));
  assert.is(model.code, 2);
  assert.match(model.text, /PRN_PROFILE: /);
  assert.match(model.text, /generik-80\.yaml/);
  const wrong: [string[], RegExp][] = [
    [[], /npm run print-test -- --profile/],
    [['--profil', 'x'], /--profil/],
    [[...machineAt(9), '--lang', 'fr'], /npm run print-test -- --profile/],
    [[...machineAt(9), '--device', 'foo'], /foo/],
    [['--profile', 'no-such-file.yaml'], /no-such-file\.yaml/],
  ];
  for (const [args, words] of wrong) {
    const { code, text } = await command(args);
    assert.is(code, 2, text);
    assert.match(text, words);
  }
});

test.run();

import receiptio from 'receiptio';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { PrinterProfile } from '../../devices/ticket-printer/printer-profile.ts';
import type { VirtualPrinter } from '../../devices/twins/contract.ts';
import { createVirtualPrinter } from '../../devices/twins/virtual-printer.ts';
import { printerProfile } from '../harness/printer-profiles.ts';
import { realClock } from '../harness/real-clock.ts';
import { until, within } from '../harness/until.ts';

const test = suite('a foreign host, receiptio, on the virtual printer');
const waitMs = 15_000;

/** The host knows port 9100 only: each printer has an address of its own on the loopback net. */
let next = Math.floor(performance.timeOrigin) % 60_000;
function ownAddress(): string {
  next += 1;
  return `127.77.${1 + ((next >> 8) % 250)}.${1 + (next % 250)}`;
}

async function standing(profile: PrinterProfile): Promise<{ twin: VirtualPrinter; host: string }> {
  const twin = createVirtualPrinter({
    profile,
    clock: realClock,
    pace: 'instant',
    paperMm: 50_000,
    lowBelowMm: 1000,
    // In one piece: with replies split in the middle this host loses its step by itself.
    replies: { delayMs: 0, chunkBytesMax: 64 },
  });
  const host = ownAddress();
  await twin.listenTcp({ host, port: 9100 });
  return { twin, host };
}

const print = (text: string, options: string) =>
  within(receiptio.print(text, options), waitMs, 'the host’s word');

const receipt = `^^^政务服务中心

业务 | 个人所得税
号码 | ^^A001
---
{code:https://example.test/t/A001; option:qrcode,4,M}`;

const dialects = [
  { name: 'epson', profile: printerProfile('epson-tm-t88'), language: 'epson' },
  { name: 'generic', profile: printerProfile('generic-80'), language: 'generic' },
  { name: 'star line mode', profile: printerProfile('star-tsp700'), language: 'starline' },
];

for (const { name, profile, language } of dialects) {
  test(`${name}: the host says success, and the paper has all of it`, async () => {
    const { twin, host } = await standing(profile);
    const said = await print(receipt, `-d ${host} -p ${language} -l zh -c 42`);
    assert.is(said, 'success');
    const paper = await until(() => twin.tickets[0], waitMs, 'the paper');
    assert.is(twin.tickets.length, 1);
    assert.equal(paper.complaints, []);
    for (const words of ['政务服务中心', '个人所得税', 'A001']) {
      assert.ok(paper.text.replaceAll(' ', '').includes(words), paper.text);
    }
    await twin.close();
  });

  test(`${name}: no paper and an open cover are understood, nothing is printed`, async () => {
    const { twin, host } = await standing(profile);
    twin.takePaper();
    const options = `-d ${host} -p ${language} -l zh`;
    assert.is(await print(receipt, options), 'paperempty');
    await until(() => twin.state.hosts === 0, waitMs, 'the host gone');
    twin.loadPaper(50_000);
    twin.openCover();
    assert.is(await print(receipt, options), 'coveropen');
    await until(() => twin.state.hosts === 0, waitMs, 'the host gone');
    twin.closeCover();
    assert.is(twin.tickets.length, 0);
    assert.is(await print(receipt, options), 'success');
    await twin.close();
  });
}

test('the host finds out by itself what stands there', async () => {
  const { twin, host } = await standing(printerProfile('epson-tm-t88'));
  assert.is(await print(receipt, `-d ${host} -l zh`), 'success');
  assert.ok(twin.tickets[0]?.text.includes('A001'));
  await twin.close();
});

test.run();

import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { encoderFor } from '../../devices/ticket-printer/encoders.ts';
import { layOut } from '../../devices/ticket-printer/layout.ts';
import type { VirtualPrinter } from '../../devices/twins/contract.ts';
import { drawSheet, toPng } from '../../devices/twins/printer/drawing.ts';
import { PrinterEngine } from '../../devices/twins/printer/engine.ts';
import { createVirtualPrinter, ticketsKeptMax } from '../../devices/twins/virtual-printer.ts';
import { printerProfile } from '../harness/printer-profiles.ts';
import { realClock } from '../harness/real-clock.ts';
import { standardFields, standardTicket } from '../harness/standard-ticket.ts';
import { ensureProgram } from '../harness/system-programs.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { until } from '../harness/until.ts';
import { VirtualClock } from '../harness/virtual-clock.ts';

const test = suite('virtual printer');
const waitMs = 8000;
const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');

/** An engine alone, instant, with everything it says and cuts. */
function engineOf(id = 'generic-80', paperMm = 50_000) {
  const profile = printerProfile(id);
  const said: number[] = [];
  const papers: { text: string; complaints: string[]; svg: string; heightDots: number }[] = [];
  const engine = new PrinterEngine(
    {
      profile,
      clock: new VirtualClock(),
      pace: 'instant',
      lowBelowMm: 1000,
      reply: (bytes) => said.push(...bytes),
      paperOff: (sheet, complaints) =>
        papers.push({
          text: sheet.lines.map((l) => l.text).join('\n'),
          complaints,
          svg: drawSheet(sheet, profile),
          heightDots: sheet.heightDots,
        }),
      changed: () => undefined,
    },
    paperMm,
  );
  const take = () => Buffer.from(said.splice(0)).toString('hex');
  return { engine, papers, take };
}
const cut = '1d564200';

test('a scanner reads the QR code from the picture of the paper', async () => {
  const zbar = ensureProgram('zbarimg');
  for (const id of ['generic-80', 'generic-58', 'epson-tm-t88']) {
    const { engine, papers } = engineOf(id);
    const profile = printerProfile(id);
    const encoder = await encoderFor(profile);
    for (const segment of encoder.encode(layOut(standardTicket(), profile), { by: 'gs-r' })) {
      engine.receive(segment);
    }
    // The 58 mm board has no cutter: what hangs out of it is looked at instead.
    const svg = papers[0]?.svg ?? drawSheet(engine.hanging, profile);
    const png = join(tempDir('paper'), 'paper.png');
    writeFileSync(png, await toPng(svg));
    const read = spawnSync(zbar, ['--nodbus', '-q', '--raw', png]);
    assert.is(read.stdout.toString().trim(), standardFields.qr, id);
  }
});

test('status is answered bit by bit as the manual has it, also inside other commands', () => {
  const { engine, take } = engineOf();
  engine.receive(hex('100401 100402 100403 100404'));
  assert.is(take(), '12121212');
  engine.coverOpen = true;
  engine.receive(hex('100401 100402 100403 100404'));
  assert.is(take(), '1a161212');
  engine.coverOpen = false;
  engine.paperMm = 500;
  engine.receive(hex('100404'));
  assert.is(take(), '1e');
  engine.paperMm = 0;
  engine.receive(hex('100401 100402 100403 100404'));
  assert.is(take(), '1a32127e');
  engine.paperMm = 5000;
  // Within the data of a QR code that has not ended yet.
  engine.receive(hex('1d286b591b315030 100401'));
  assert.is(take(), '12');
});

test('automatic status comes once when asked for and then on every change', () => {
  const { engine, take } = engineOf();
  engine.receive(hex('1d610e'));
  assert.is(take(), '10000000');
  engine.coverOpen = true;
  engine.touched();
  engine.touched();
  assert.is(take(), '38000000');
  engine.coverOpen = false;
  engine.paperMm = 0;
  engine.touched();
  assert.is(take(), '18000f00');
  engine.receive(hex('1d6100'));
  engine.loadPaper(5000);
  assert.is(take(), '10000000');
  engine.paperMm = 0;
  engine.touched();
  assert.is(take(), '', 'switched off');
});

test('what is asked in turn is answered when all before it is printed, and not without paper', () => {
  const { engine, take, papers } = engineOf('epson-tm-t88', 30);
  engine.receive(hex(`41 0a 1b64c8 ${cut} 1d7201 1d284806003030 41424344`));
  assert.is(take(), '');
  engine.loadPaper(50_000);
  assert.is(take(), '003722' + '41424344' + '00');
  assert.is(papers.length, 1);
});

test('a jam holds the cut back until it is cleared and the host says so', () => {
  const { engine, papers, take } = engineOf();
  engine.jammed = true;
  engine.receive(hex(`1d610e 41 0a ${cut} 1d7201`));
  assert.is(papers.length, 0);
  engine.receive(hex('100501'));
  assert.is(papers.length, 0, 'still jammed');
  engine.jammed = false;
  take();
  engine.receive(hex('100501'));
  assert.is(papers.length, 1);
  assert.is(take(), '1000000000');
});

test('DLE ENQ 2 throws away what waits', () => {
  const { engine, papers } = engineOf();
  engine.jammed = true;
  engine.receive(hex(`41 0a ${cut} 42 0a ${cut}`));
  engine.jammed = false;
  engine.receive(hex('100502'));
  engine.receive(hex(`43 0a ${cut}`));
  assert.is(papers.length, 1);
  assert.match(papers[0]?.text ?? '', 'C');
  assert.not.match(papers[0]?.text ?? '', 'B');
});

test('sizes, alignment and Chinese are drawn from the bytes', () => {
  const { engine, papers } = engineOf();
  engine.receive(hex(`1b40 1c26 1b6101 1d2111 d6d0 41 0a ${cut}`));
  const svg = papers[0]?.svg ?? '';
  // 48 + 24 dots in the middle of 576, after a margin of 32.
  assert.match(svg, /<text x="276" y="[\d.]+" font-size="48">中<\/text>/);
  assert.match(svg, /<text x="312" y="[\d.]+" font-size="48">A<\/text>/);
  assert.is(papers[0]?.text, '中A');
  assert.equal(papers[0]?.complaints, []);
});

test('text is escaped: paper can not become markup', () => {
  const { engine, papers } = engineOf();
  engine.receive(Buffer.concat([Buffer.from('<script>&\n'), hex(cut)]));
  assert.not.match(papers[0]?.svg ?? '', '<script');
  assert.match(papers[0]?.svg ?? '', '>&lt;</text>');
});

test('a cut without feed goes through what was just printed, and the paper complains', () => {
  const { engine, papers } = engineOf();
  engine.receive(hex('41 0a 1d2177 42 0a 1d2100 43 0a 1d5600'));
  assert.is(papers[0]?.text, 'A\nB');
  assert.equal(papers[0]?.complaints, ['the cut went through a line']);
  engine.receive(hex(`44 0a ${cut}`));
  assert.is(papers[1]?.text, 'C\nD');
});

test('bytes that no manual knows are complained about', () => {
  const { engine, papers } = engineOf();
  engine.receive(hex(`1b99 1c26 ffff 0a ${cut}`));
  assert.equal(papers[0]?.complaints, ['unknown command 1b99', 'no character ffff']);
});

test('a new roll within a ticket is seen on it', () => {
  const { engine, papers } = engineOf('generic-80', 20);
  engine.receive(hex(`41 0a 1b64c8 42 0a ${cut}`));
  engine.loadPaper(50_000);
  assert.match(papers[0]?.text ?? '', 'A');
  assert.match(papers[0]?.text ?? '', '[roll changed here]');
  assert.match(papers[0]?.svg ?? '', 'stroke-dasharray');
});

test('a million random bytes: no exception, and the buffer stays small', () => {
  const { engine } = engineOf();
  let seed = 7;
  let largest = 0;
  let cells = 0;
  for (let n = 0; n < 2000; n++) {
    const chunk = Uint8Array.from({ length: 500 }, () => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return seed >>> 24;
    });
    engine.receive(chunk);
    largest = Math.max(largest, engine.bufferedBytes);
    cells = Math.max(cells, engine.hanging.cells.length);
    if (engine.paperMm < 1000) engine.loadPaper(50_000);
  }
  assert.ok(largest <= 140_000, `${largest} bytes held`);
  assert.ok(cells < 60_000, `${cells} glyphs held`);
});

async function listening(change: Partial<Parameters<typeof createVirtualPrinter>[0]> = {}) {
  const twin: VirtualPrinter = createVirtualPrinter({
    profile: printerProfile('generic-80'),
    clock: realClock,
    pace: 'instant',
    paperMm: 5_000_000,
    lowBelowMm: 1000,
    replies: { delayMs: 0, chunkBytesMax: 64 },
    ...change,
  });
  const at = await twin.listenTcp({ host: '127.0.0.1', port: 0 });
  const socket: Socket = connect(at);
  const said: number[] = [];
  socket.on('data', (chunk) => said.push(...chunk));
  socket.on('error', () => undefined);
  return { twin, socket, said, at };
}

test('only so many tickets are kept, the newest', async () => {
  const { twin, socket } = await listening();
  socket.write(Buffer.concat(new Array(ticketsKeptMax + 5).fill(hex(`41 0a ${cut}`))));
  await until(() => twin.tickets.at(-1)?.seq === ticketsKeptMax + 5, waitMs);
  assert.is(twin.tickets.length, ticketsKeptMax);
  assert.is(twin.tickets[0]?.seq, 6);
  socket.destroy();
  await twin.close();
});

test('a full buffer stops the host: what it writes waits at the host', async () => {
  const { twin, socket } = await listening();
  twin.openCover();
  const bytes = 8 * 1024 * 1024;
  socket.write(new Uint8Array(bytes));
  await until(() => twin.state.bufferedBytes === 4096, waitMs, 'the full buffer');
  for (let turn = 0; turn < 200; turn++) await new Promise((done) => setImmediate(done));
  assert.is(twin.state.bufferedBytes, 4096);
  assert.ok(socket.writableLength > 0, 'the host holds the rest');
  twin.closeCover();
  await until(() => socket.writableLength === 0 && twin.state.bufferedBytes === 0, waitMs);
  socket.destroy();
  await twin.close();
});

test('answers can be delayed and split to single bytes, in order', async () => {
  const { twin, socket, said } = await listening({ replies: { delayMs: 2, chunkBytesMax: 1 } });
  socket.write(hex('1d4943'));
  await until(() => said.at(-1) === 0, waitMs);
  assert.is(Buffer.from(said).toString('latin1'), '_VIRTUAL\0');
  socket.destroy();
  await twin.close();
});

test('pulled and put: the same port, buffers and modes forgotten', async () => {
  const { twin, socket, at } = await listening();
  socket.write(hex('1d610e 41'));
  await until(() => twin.state.hosts === 1, waitMs);
  const gone = new Promise((resolve) => socket.once('close', resolve));
  await twin.pullPlug();
  await gone;
  assert.equal([twin.state.plugged, twin.state.online, twin.state.hosts], [false, false, 0]);
  await twin.putPlug();
  const again = connect(at);
  const said: number[] = [];
  again.on('data', (chunk) => said.push(...chunk));
  again.write(hex(`42 0a ${cut} 100401`));
  await until(() => said.length > 0 && twin.tickets.length === 1, waitMs);
  assert.is(Buffer.from(said).toString('hex'), '12', 'automatic status is off again');
  assert.is(twin.tickets[0]?.text, 'B');
  again.destroy();
  await twin.close();
});

test('paper leaves as slowly as the profile says', () => {
  const clock = new VirtualClock();
  const profile = printerProfile('generic-80');
  let cuts = 0;
  const engine = new PrinterEngine(
    {
      profile,
      clock,
      pace: 'profile',
      lowBelowMm: 1000,
      reply: () => undefined,
      paperOff: () => {
        cuts += 1;
      },
      changed: () => undefined,
    },
    50_000,
  );
  // 250 lines of 34 dots: 1,062 mm at 150 mm/s.
  engine.receive(hex(`1b64fa 41 0a ${cut}`));
  return clock.advance(6900).then(async () => {
    assert.is(cuts, 0);
    await clock.advance(600);
    assert.is(cuts, 1);
  });
});

test.run();

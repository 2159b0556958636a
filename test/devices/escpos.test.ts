import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DeviceError } from '../../devices/codes.ts';
import type { SelfTestStep } from '../../devices/contract.ts';
import { jobsMax } from '../../devices/ticket-printer/print-queue.ts';
import { heartbeatMs, replyWaitMs } from '../../devices/ticket-printer/status-watch.ts';
import {
  type Bench,
  type Connection,
  job,
  printerBench,
  ticket,
} from '../harness/printer-bench.ts';

/** From the paper to its confirmation: 300 ms of the cut, a question every 150, and some to spare. */
const starConfirmMs = 500;

const test = suite('escpos driver, virtual time');

/** Open and in step. */
async function opened(bench: Bench): Promise<Connection> {
  const connection = bench.connect();
  await bench.clock.advance(900);
  await connection.printer.ready;
  return connection;
}
const codes = (c: Connection) => c.statuses.map((s) => `${s.state} ${s.code}`);
const lostCodes = (c: Connection) => c.lost.map((e) => (e instanceof DeviceError ? e.code : '?'));

/** The outcome once virtual time has gone on. */
async function outcomeOf(bench: Bench, print: Promise<unknown>, ms = 20_000): Promise<unknown> {
  let result: unknown = 'none yet';
  print.then((r) => {
    result = r;
  }, assert.unreachable);
  await bench.clock.advance(ms);
  if (typeof result !== 'object' || result === null) return result;
  const { firstByteAt: _, ...rest } = result as { firstByteAt: unknown };
  return rest;
}

for (const profile of ['generic-80', 'generic-58', 'epson-tm-t88']) {
  test(`a ticket on ${profile} is confirmed by the printer itself, after its paper time`, async () => {
    const bench = await printerBench(profile);
    const c = await opened(bench);
    assert.equal(codes(c), ['ready DEV_READY']);
    const before = bench.clock.mono();
    let doneAt = 0;
    const print = c.printer.print(ticket('A001'), job('1'));
    print.then(() => {
      doneAt = bench.clock.mono();
    }, assert.unreachable);
    assert.equal(await outcomeOf(bench, print), { outcome: 'confirmed' });
    assert.ok(doneAt - before > 100, 'paper takes time');
    assert.is(bench.sheets.length, 1);
    assert.match(bench.texts()[0] ?? '', 'A001');
    await c.printer.close();
  });
}

test('on a ready printer the first byte leaves within print() itself: no question before it', async () => {
  const bench = await printerBench();
  const c = await opened(bench);
  c.wire.take();
  const print = c.printer.print(ticket('A001'), job('1'));
  assert.is(c.wire.take().subarray(0, 7).toString('hex'), '1d72011b401c26');
  await bench.clock.advance(5000);
  assert.is((await print).firstByteAt, 900);
});

test('the host writes its record before the first byte, and paper that ends meanwhile stops the job', async () => {
  const bench = await printerBench();
  const c = await opened(bench);
  c.wire.take();
  const disk = Promise.withResolvers<void>();
  const print = c.printer.print(ticket('A001'), job('1', { onSending: () => disk.promise }));
  await bench.clock.advance(100);
  assert.not.ok(c.wire.take().includes(Buffer.from('1c26', 'hex')), 'nothing before the record');
  bench.engine.paperMm = 0;
  bench.engine.touched();
  disk.resolve();
  assert.equal(await outcomeOf(bench, print), { outcome: 'failed', code: 'PRN_PAPER_OUT' });
  assert.not.ok(c.wire.take().includes(Buffer.from('A001')));
});

test('a record that fails sends nothing', async () => {
  const bench = await printerBench();
  const c = await opened(bench);
  for (const onSending of [
    () => Promise.reject(new Error('disk full')),
    () => {
      throw new Error('disk full');
    },
  ]) {
    const print = c.printer.print(ticket('A001'), job('1', { onSending }));
    assert.equal(await outcomeOf(bench, print, 10), {
      outcome: 'failed',
      code: 'PRN_NOT_RECORDED',
    });
  }
  assert.is(bench.sheets.length, 0);
});

test('paper out in the middle: the job waits, goes on with new paper, and is confirmed once', async () => {
  const bench = await printerBench();
  const c = await opened(bench);
  bench.engine.paperMm = 12;
  const print = c.printer.print(ticket('A001'), job('1'));
  assert.is(await outcomeOf(bench, print, 600_000), 'none yet');
  assert.is(codes(c).at(-1), 'out PRN_PAPER_OUT');
  bench.engine.loadPaper(50_000);
  assert.equal(await outcomeOf(bench, print), { outcome: 'confirmed' });
  assert.is(bench.sheets.length, 1);
  assert.is(bench.sheets[0]?.rollChanges.length, 1);
  assert.is(codes(c).at(-1), 'ready DEV_READY');
});

test('a board without automatic status waits for paper as well: it is asked', async () => {
  const bench = await printerBench('generic-58');
  const c = await opened(bench);
  bench.engine.paperMm = 12;
  const print = c.printer.print(ticket('A001'), job('1'));
  assert.is(await outcomeOf(bench, print, 60_000), 'none yet');
  bench.engine.loadPaper(50_000);
  assert.equal(await outcomeOf(bench, print), { outcome: 'confirmed' });
});

test('a cutter jam: the driver says "go on" until it is cleared, and the ticket is confirmed', async () => {
  const bench = await printerBench();
  const c = await opened(bench);
  bench.engine.jammed = true;
  const print = c.printer.print(ticket('A001'), job('1'));
  assert.is(await outcomeOf(bench, print, 60_000), 'none yet');
  assert.is(codes(c).at(-1), 'out PRN_CUTTER');
  bench.engine.jammed = false;
  assert.equal(await outcomeOf(bench, print), { outcome: 'confirmed' });
  assert.is(bench.sheets.length, 1);
});

/** DLE ENQ as it stood on the wire. */
const enquiries = (bytes: Buffer) =>
  [...bytes.toString('hex').matchAll(/1005(0[12])/g)].map((m) => m[1]);

test('a jam with a job in it is resumed; one without a job drops what the printer holds: no ghost', async () => {
  const bench = await printerBench();
  const first = await opened(bench);
  bench.engine.jammed = true;
  const doubted = first.printer.print(ticket('GHOST'), job('1'));
  await bench.clock.advance(5000);
  assert.ok(enquiries(first.wire.take()).every((n) => n === '01'));
  first.wire.hangUp();
  assert.is((await doubted).outcome, 'uncertain');
  const second = bench.connect();
  await bench.clock.advance(20_000);
  const said = enquiries(second.wire.take());
  assert.ok(said.length > 0 && said.every((n) => n === '02'), said.join());
  bench.engine.jammed = false;
  await bench.clock.advance(20_000);
  assert.is(codes(second).at(-1), 'ready DEV_READY');
  const next = second.printer.print(ticket('A002'), job('2'));
  assert.equal(await outcomeOf(bench, next), { outcome: 'confirmed' });
  // What was printed before the jam hangs on the next paper; the cut it waited for never came.
  assert.is(bench.sheets.length, 1);
});

test('no paper and a stuck cutter: nothing is resumed or dropped before paper is there', async () => {
  const bench = await printerBench();
  const c = await opened(bench);
  bench.engine.jammed = true;
  const print = c.printer.print(ticket('A001'), job('1'));
  await bench.clock.advance(1000);
  bench.engine.paperMm = 0;
  bench.engine.touched();
  await bench.clock.advance(100);
  c.wire.take();
  await bench.clock.advance(60_000);
  assert.equal(enquiries(c.wire.take()), []);
  bench.engine.jammed = false;
  bench.engine.loadPaper(50_000);
  assert.equal(await outcomeOf(bench, print), { outcome: 'confirmed' });
});

test('a job given up without paper is dropped where the printer can be told so', async () => {
  const bench = await printerBench('generic-80', (p) => ({
    ...p,
    status: { ...p.status, clear_buffer: true },
  }));
  const c = await opened(bench);
  bench.engine.paperMm = 12;
  const print = c.printer.print(ticket('A001'), job('1'));
  const given = await outcomeOf(bench, print, 20 * 60_000);
  assert.equal(given, { outcome: 'uncertain', code: 'PRN_PAPER_OUT' });
  bench.engine.loadPaper(50_000);
  await bench.clock.advance(60_000);
  assert.is(bench.sheets.length, 0, 'no ghost');
});

test('after a restart the printer says by its id what became of a job', async () => {
  const bench = await printerBench('epson-tm-t88');
  bench.engine.paperMm = 12;
  const first = await opened(bench);
  const lost = first.printer.print(ticket('A001'), job('day/A001'));
  await bench.clock.advance(1000);
  first.wire.hangUp();
  assert.is((await lost).outcome, 'uncertain');
  // The host starts anew; the job waits in the printer for paper.
  const second = bench.connect();
  const recalled = second.printer.recall('day/A001');
  const unknown = second.printer.recall('day/A009');
  assert.is(await outcomeOf(bench, recalled, 60_000), 'none yet');
  bench.engine.loadPaper(50_000);
  assert.equal(await outcomeOf(bench, recalled), { outcome: 'confirmed' });
  assert.equal(await outcomeOf(bench, unknown), { outcome: 'uncertain', code: 'PRN_LINK_LOST' });
  second.wire.hangUp();
  assert.is(await second.printer.recall('day/A008'), null);
});

test('a printer without ids can not say it, and is not asked for ever', async () => {
  const bench = await printerBench();
  const c = await opened(bench);
  assert.equal(await c.printer.recall('day/A001'), { outcome: 'uncertain', code: 'PRN_LINK_LOST' });
});

test('the head of a job lost on the way: its tail confirms nothing', async () => {
  for (const profile of ['generic-80', 'epson-tm-t88', 'star-tsp700']) {
    const bench = await printerBench(profile);
    const c = await opened(bench);
    const whole = c.wire.onWrite;
    c.wire.onWrite = (bytes) => whole(bytes.length > 40 ? bytes.subarray(20) : bytes);
    const print = c.printer.print(ticket('A001'), job('1'));
    assert.equal(await outcomeOf(bench, print), { outcome: 'uncertain', code: 'PRN_NO_TOKEN' });
  }
});

test('the rest of a status that lost its head is no answer to the questions of a job', async () => {
  const bench = await printerBench();
  const c = await opened(bench);
  const print = c.printer.print(ticket('A001'), job('1'));
  // As many answers as the job asked for, before any paper, and one more.
  c.wire.feed(Uint8Array.of(0, 0, 0));
  assert.equal(await outcomeOf(bench, print), { outcome: 'uncertain', code: 'PRN_NO_TOKEN' });
});

test('a Star printer confirms by its counter, past its overflow, and waits through paper-out', async () => {
  const bench = await printerBench('star-tsp700');
  const c = await opened(bench);
  assert.is(codes(c).at(-1), 'ready DEV_READY');
  for (let i = 0; i < 20; i++) {
    const print = c.printer.print(ticket(`A${i}`), job(`${i}`));
    assert.equal(await outcomeOf(bench, print, 8000), { outcome: 'confirmed' });
  }
  bench.engine.paperMm = 12;
  const print = c.printer.print(ticket('B001'), job('b'));
  assert.is(await outcomeOf(bench, print, 60_000), 'none yet');
  bench.engine.loadPaper(50_000);
  assert.equal(await outcomeOf(bench, print), { outcome: 'confirmed' });
  assert.is(bench.sheets.length, 21);
});

test('a Star ticket is confirmed within a moment of its paper, whenever the printer was asked last', async () => {
  const bench = await printerBench('star-tsp700');
  const c = await opened(bench);
  for (let i = 0; i < 10; i++) {
    await bench.clock.advance(i * 110);
    let told = false;
    c.printer.print(ticket(`A${i}`), job(`${i}`)).then(() => {
      told = true;
    }, assert.unreachable);
    for (let n = 0; bench.sheets.length <= i && n < 500; n++) await bench.clock.advance(10);
    await bench.clock.advance(starConfirmMs);
    assert.ok(told, `ticket ${i}: on paper, and not confirmed ${starConfirmMs} ms later`);
  }
});

test('how many tickets are left is known from the first new roll on, and stands in the status', async () => {
  const bench = await printerBench('generic-80', (p) => ({
    ...p,
    paper: { ...p.paper, roll_m: 10 },
  }));
  const c = await opened(bench);
  const left = () => c.statuses.at(-1)?.detail.ticketsLeft;
  assert.is(left(), undefined);
  bench.engine.paperMm = 0;
  bench.engine.touched();
  await bench.clock.advance(100);
  bench.engine.loadPaper(10_000);
  await bench.clock.advance(3000);
  const full = Number(left());
  assert.ok(full > 80 && full < 130, String(full));
  await outcomeOf(bench, c.printer.print(ticket('A001'), job('1')));
  // A short ticket: more of its kind fit, on a little less paper.
  assert.is.not(Number(left()), full);
});

test('preflight refused: not one byte of the job, and the same id may come again', async () => {
  const bench = await printerBench();
  const c = await opened(bench);
  bench.engine.coverOpen = true;
  bench.engine.touched();
  c.wire.take();
  const refused = c.printer.print(ticket('A001'), job('1'));
  assert.equal(await refused, { outcome: 'failed', code: 'PRN_COVER_OPEN', firstByteAt: null });
  await bench.clock.advance(10_000);
  assert.not.ok(c.wire.take().includes(Buffer.from('A001')));
  bench.engine.coverOpen = false;
  bench.engine.touched();
  // Good news is asked after once more.
  await bench.clock.advance(40);
  const again = c.printer.print(ticket('A001'), job('1'));
  assert.equal(await outcomeOf(bench, again), { outcome: 'confirmed' });
  assert.is(bench.sheets.length, 1);
});

test('no ghost: a job that failed never prints later', async () => {
  const bench = await printerBench();
  const c = await opened(bench);
  bench.engine.paperMm = 0;
  bench.engine.touched();
  for (let i = 0; i < 5; i++) {
    const result = await c.printer.print(ticket(`A00${i}`), job(`${i}`));
    assert.is(result.outcome, 'failed');
  }
  bench.engine.loadPaper(50_000);
  await bench.clock.advance(3_600_000);
  assert.is(bench.sheets.length, 0);
  assert.is(bench.engine.bufferedBytes, 0);
});

test('self-test: safe prints nothing, deep prints one ticket; without paper it is not tried', async () => {
  const bench = await printerBench();
  const c = await opened(bench);
  const never = new AbortController().signal;
  const tested = async (depth: 'safe' | 'deep') => {
    let steps: SelfTestStep[] | undefined;
    c.printer.selfTest?.(depth, never).then((s) => {
      steps = s;
    }, assert.unreachable);
    await bench.clock.advance(20_000);
    return steps?.map((s) => `${s.step} ${s.ok} ${s.code}`);
  };
  assert.equal(await tested('safe'), ['printer-state true DEV_READY']);
  assert.is(bench.sheets.length, 0);
  assert.equal(await tested('deep'), [
    'printer-state true DEV_READY',
    'test-ticket true DEV_READY',
  ]);
  assert.match(bench.texts()[0] ?? '', 'Printer test');
  bench.engine.paperMm = 0;
  bench.engine.touched();
  await bench.clock.advance(heartbeatMs * 2);
  assert.equal(await tested('deep'), ['printer-state false PRN_PAPER_OUT']);
  bench.engine.loadPaper(50_000);
  await bench.clock.advance(60_000);
  assert.is(bench.sheets.length, 1, 'nothing waited for the paper');
  await c.printer.close();
});

test('self-test: a mute printer prints, and a person has to look; what is given up is not begun', async () => {
  const bench = await printerBench('generic-80', (p) => ({
    ...p,
    status: { ...p.status, dle_eot: false, asb: false, gs_r: false, process_id: false },
  }));
  const c = await opened(bench);
  const tested = async (signal: AbortSignal) => {
    let steps: SelfTestStep[] | undefined;
    c.printer.selfTest?.('deep', signal).then((s) => {
      steps = s;
    }, assert.unreachable);
    await bench.clock.advance(20_000);
    return steps?.map((s) => `${s.step} ${s.ok} ${s.code}`);
  };
  const said = 'printer-state true PRN_NO_STATUS';
  assert.equal(await tested(AbortSignal.abort()), [said, 'test-ticket false DEV_ABORTED']);
  assert.is(bench.sheets.length, 0);
  const never = new AbortController().signal;
  assert.equal(await tested(never), [said, 'test-ticket true PRN_NO_STATUS']);
  await c.printer.close();
});

test('the same job id prints once, whoever asks again', async () => {
  const bench = await printerBench();
  const c = await opened(bench);
  const first = c.printer.print(ticket('A001'), job('1'));
  const second = c.printer.print(ticket('A001'), job('1'));
  assert.equal(await outcomeOf(bench, Promise.all([first, second])), {
    0: await first,
    1: await first,
  });
  const third = c.printer.print(ticket('A001'), job('1'));
  assert.equal(await outcomeOf(bench, third), { outcome: 'confirmed' });
  assert.is(bench.sheets.length, 1);
});

test('jobs queue in order, at most so many, and the rest is told so', async () => {
  const bench = await printerBench();
  const c = await opened(bench);
  const prints = Array.from({ length: jobsMax + 2 }, (_, i) =>
    c.printer.print(ticket(`A${i}`), job(`${i}`)),
  );
  await bench.clock.advance(60_000);
  const outcomes = await Promise.all(prints);
  assert.equal(
    outcomes.map((o) => o.outcome),
    [...new Array(jobsMax).fill('confirmed'), 'failed', 'failed'],
  );
  assert.equal(outcomes.at(-1), { outcome: 'failed', code: 'PRN_BUSY', firstByteAt: null });
  assert.equal(
    bench.texts().map((t) => /A\d/.exec(t)?.[0]),
    Array.from({ length: jobsMax }, (_, i) => `A${i}`),
  );
});

test('paper out fails the jobs that have not begun; the one under way goes on waiting', async () => {
  const bench = await printerBench();
  const c = await opened(bench);
  bench.engine.paperMm = 12;
  const first = c.printer.print(ticket('A001'), job('1'));
  const second = c.printer.print(ticket('A002'), job('2'));
  assert.equal(await outcomeOf(bench, second), { outcome: 'failed', code: 'PRN_PAPER_OUT' });
  bench.engine.loadPaper(50_000);
  assert.equal(await outcomeOf(bench, first), { outcome: 'confirmed' });
  assert.is(bench.sheets.length, 1);
});

test('paper low is worth a word and no obstacle', async () => {
  const bench = await printerBench();
  const c = await opened(bench);
  bench.engine.loadPaper(1500);
  await bench.clock.advance(0);
  assert.is(codes(c).at(-1), 'attention PRN_PAPER_LOW');
  const print = c.printer.print(ticket('A001'), job('1'));
  assert.equal(await outcomeOf(bench, print), { outcome: 'confirmed' });
});

test('no token: uncertain, and the wire is thrown away with whatever it may still say', async () => {
  const bench = await printerBench();
  const c = await opened(bench);
  const print = c.printer.print(ticket('A001'), job('1'));
  c.hears = false;
  assert.equal(await outcomeOf(bench, print), { outcome: 'uncertain', code: 'PRN_NO_TOKEN' });
  assert.equal(lostCodes(c), ['PRN_NO_TOKEN']);
  assert.ok(c.wire.closedWith);
  const after = await c.printer.print(ticket('A002'), job('2'));
  assert.equal(after, { outcome: 'failed', code: 'DEV_CLOSED', firstByteAt: null });
});

test('a late answer of a broken job is not taken for the next one’s', async () => {
  const bench = await printerBench();
  bench.engine.paperMm = 12;
  const first = await opened(bench);
  const lostJob = first.printer.print(ticket('A001'), job('1'));
  await bench.clock.advance(1000);
  first.wire.hangUp();
  assert.is((await lostJob).outcome, 'uncertain');
  // Same printer, still holding the first job and its GS r, on a new wire; then somebody loads paper.
  const second = bench.connect();
  await bench.clock.advance(2000);
  assert.is(codes(second).at(-1), 'out PRN_PAPER_OUT');
  bench.engine.loadPaper(50_000);
  await bench.clock.advance(300);
  const early = await second.printer.print(ticket('A002'), job('2'));
  assert.equal(early, { outcome: 'failed', code: 'DEV_NO_ANSWER', firstByteAt: null });
  await bench.clock.advance(3000);
  assert.is(codes(second).at(-1), 'ready DEV_READY');
  bench.engine.jammed = true;
  const next = second.printer.print(ticket('A003'), job('3'));
  assert.is(await outcomeOf(bench, next, 60_000), 'none yet');
  bench.engine.jammed = false;
  assert.equal(await outcomeOf(bench, next), { outcome: 'confirmed' });
  assert.equal(
    bench.texts().map((t) => /A\d+/.exec(t)?.[0]),
    ['A001', 'A003'],
  );
});

test('a wire that goes while the job is under way: uncertain; queued jobs fail', async () => {
  const bench = await printerBench();
  const c = await opened(bench);
  const under = c.printer.print(ticket('A001'), job('1'));
  const queued = c.printer.print(ticket('A002'), job('2'));
  c.wire.hangUp();
  assert.equal(await under, { outcome: 'uncertain', code: 'PRN_LINK_LOST', firstByteAt: 900 });
  assert.equal(await queued, { outcome: 'failed', code: 'DEV_CLOSED', firstByteAt: null });
  assert.equal(lostCodes(c), ['DEV_CLOSED']);
});

test('a plug pulled without a word is noticed within 3 s', async () => {
  const bench = await printerBench();
  const c = await opened(bench);
  c.hears = false;
  await bench.clock.advance(3000);
  assert.equal(lostCodes(c), ['DEV_NO_ANSWER']);
  assert.ok(heartbeatMs + replyWaitMs < 3000);
});

test('a printer that takes nothing: the job ends in doubt at its deadline, nothing hangs', async () => {
  const bench = await printerBench();
  const c = await opened(bench);
  c.wire.takes = false;
  const print = c.printer.print(ticket('A001'), job('1'));
  assert.equal(await outcomeOf(bench, print, 5000), { outcome: 'uncertain', code: 'PRN_NO_TOKEN' });
  assert.ok(c.wire.closedWith);
});

test('a parser stuck in a broken command is freed with NULs, and then in step', async () => {
  const bench = await printerBench();
  // A QR store command that promises 7,000 bytes and broke off.
  bench.engine.receive(Buffer.from('1d286b591b315030414243', 'hex'));
  const c = bench.connect();
  await bench.clock.advance(1000);
  await c.printer.ready;
  assert.equal(codes(c), ['out DEV_NO_ANSWER']);
  await bench.clock.advance(10_000);
  assert.is(codes(c).at(-1), 'ready DEV_READY');
  const print = c.printer.print(ticket('A001'), job('1'));
  assert.equal(await outcomeOf(bench, print), { outcome: 'confirmed' });
  assert.equal(bench.sheets.length, 1);
});

test('somebody else at the far end: open within a second as "no answer", given up soon after', async () => {
  const bench = await printerBench();
  const c = bench.connect();
  c.hears = false;
  await bench.clock.advance(1000);
  await c.printer.ready;
  assert.equal(codes(c), ['out DEV_NO_ANSWER']);
  const refused = await c.printer.print(ticket('A001'), job('1'));
  assert.equal(refused, { outcome: 'failed', code: 'DEV_NO_ANSWER', firstByteAt: null });
  await bench.clock.advance(3000);
  assert.equal(lostCodes(c), ['DEV_NO_ANSWER']);
  assert.is(bench.sheets.length, 0);
});

test('a printer without paper opens, says so, and is ready when paper comes', async () => {
  const bench = await printerBench();
  bench.engine.paperMm = 0;
  const c = bench.connect();
  await bench.clock.advance(10);
  await c.printer.ready;
  assert.equal(codes(c), ['out PRN_PAPER_OUT']);
  await bench.clock.advance(60_000);
  assert.equal(lostCodes(c), []);
  bench.engine.loadPaper(50_000);
  await bench.clock.advance(3000);
  assert.is(codes(c).at(-1), 'ready DEV_READY');
  const print = c.printer.print(ticket('A001'), job('1'));
  assert.equal(await outcomeOf(bench, print), { outcome: 'confirmed' });
});

test('a wire that goes while it is being opened makes opening fail, not a lost device', async () => {
  const bench = await printerBench();
  const c = bench.connect();
  c.wire.hangUp();
  let code = '';
  await c.printer.ready.catch((e: unknown) => {
    code = e instanceof DeviceError ? e.code : '?';
  });
  assert.is(code, 'DEV_CLOSED');
  assert.equal(c.lost, []);
});

test('a mute printer prints, and its outcome stays unknown', async () => {
  const bench = await printerBench('generic-80', (p) => ({
    ...p,
    status: { ...p.status, dle_eot: false, asb: false, gs_r: false, process_id: false },
  }));
  const c = await opened(bench);
  assert.equal(codes(c), ['unknown PRN_NO_STATUS']);
  for (const id of ['1', '2']) {
    const print = c.printer.print(ticket('A001'), job(id));
    assert.equal(await outcomeOf(bench, print), { outcome: 'uncertain', code: 'PRN_NO_STATUS' });
  }
  assert.is(bench.sheets.length, 2);
  assert.equal(c.lost, []);
});

test('power lost in the middle: uncertain, and after power returns the next ticket is right', async () => {
  const bench = await printerBench();
  const first = await opened(bench);
  const print = first.printer.print(ticket('A001'), job('1'));
  await bench.clock.advance(50);
  bench.engine.powerCycle();
  assert.equal(await outcomeOf(bench, print), { outcome: 'uncertain', code: 'PRN_NO_TOKEN' });
  const second = await opened(bench);
  const next = second.printer.print(ticket('A002'), job('2'));
  assert.equal(await outcomeOf(bench, next), { outcome: 'confirmed' });
  assert.equal(bench.texts().filter((t) => t.includes('A002')).length, 1);
});

test('a document that does not fit is refused and the next one prints', async () => {
  const bench = await printerBench();
  const c = await opened(bench);
  const bad = await c.printer.print(
    { title: '', blocks: [{ type: 'number', text: '字'.repeat(13) }] },
    job('1'),
  );
  assert.equal(bad, { outcome: 'failed', code: 'PRN_DOCUMENT', firstByteAt: null });
  const good = c.printer.print(ticket('A002'), job('2'));
  assert.equal(await outcomeOf(bench, good), { outcome: 'confirmed' });
});

test('closed: the job under way is uncertain, nothing ticks on', async () => {
  const bench = await printerBench();
  const c = await opened(bench);
  const print = c.printer.print(ticket('A001'), job('1'));
  await c.printer.close();
  assert.is((await print).outcome, 'uncertain');
  assert.equal(c.lost, []);
  await bench.clock.advance(10_000);
  assert.is(bench.clock.waiting, 0);
});

test.run();

import { PDFDocument } from 'pdf-lib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DeviceError } from '../../devices/codes.ts';
import type { DeviceContext, DeviceStatus } from '../../devices/contract.ts';
import type { PageJob, PagePrinter } from '../../devices/page-printer/contract.ts';
import { httpUrl, type IppClient } from '../../devices/page-printer/ipp-client.ts';
import {
  decodeIpp,
  encodeIpp,
  type IppGroup,
  type IppValue,
} from '../../devices/page-printer/ipp-codec.ts';
import { openIppPrinter, pagePrinterLimits } from '../../devices/page-printer/ipp-printer.ts';
import { outcomeOf } from '../../devices/page-printer/job-state.ts';
import { printerStatus } from '../../devices/page-printer/printer-state.ts';
import { makeTestPage } from '../../devices/page-printer/test-page.ts';
import { drivers } from '../../devices/registry.ts';
import type { Clock } from '../../kiosk-app/runtime/ports.ts';
import { noise } from '../harness/device-host.ts';
import fc from '../harness/fc.ts';
import { ippTestPrinter } from '../harness/ipp-printer.ts';
import { noLog } from '../harness/printer-bench.ts';
import { realClock } from '../harness/real-clock.ts';
import { until, within } from '../harness/until.ts';
import { VirtualClock } from '../harness/virtual-clock.ts';

const test = suite('page printer');
const never = new AbortController().signal;
const waitMs = 10_000;
const pdf = await makeTestPage({ title: 'a4', at: 0, port: 'ipp://x' });
const link = { via: 'ipp', url: 'ipp://127.0.0.1:1/ipp/print' } as const;

function host(clock: Clock) {
  const statuses: DeviceStatus[] = [];
  const lost: Error[] = [];
  const context: DeviceContext = {
    ...{ id: 'a4', clock, log: noLog, event: () => undefined },
    status: (s) => statuses.push(s),
    lost: (e) => lost.push(e),
    printerProfile: () => Promise.reject(new DeviceError('PRN_PROFILE', 'none')),
  };
  return { context, statuses, lost };
}
const job = (more: Partial<PageJob> = {}): PageJob => ({
  ...{ jobId: 'day/A001', pdf, copies: 1, sides: 'one', deadlineMs: 5_000 },
  onSending: () => undefined,
  ...more,
});
const group = (values: Record<string, IppValue | IppValue[]>): IppGroup =>
  new Map(Object.entries(values).map(([k, v]) => [k, Array.isArray(v) ? v : [v]]));
const idle = group({ 'printer-state': 3, 'document-format-supported': ['application/pdf'] });

/** A printer whose every answer the test gives. */
function fakePrinter(more: Partial<IppClient> = {}): IppClient & { cancelled: number[] } {
  const cancelled: number[] = [];
  return {
    cancelled,
    printer: async () => idle,
    send: async () => 7,
    job: async () => group({ 'job-state': 9 }),
    cancel: async (n) => {
      cancelled.push(n);
    },
    find: async () => undefined,
    ...more,
  };
}
async function open(client: IppClient, clock: Clock = new VirtualClock()) {
  const h = host(clock);
  const printer = await openIppPrinter({ link }, h.context, never, client);
  return { ...h, printer };
}

// ---------------------------------------------------------------- bytes

/** RFC 8010, A.1: Print-Job request, up to the job attributes, with our charset and language. */
test('a request’s bytes stand as in the example of RFC 8010', () => {
  const bytes = encodeIpp({
    operation: 0x0002,
    id: 1,
    attributes: [
      { name: 'printer-uri', tag: 'uri', values: ['ipp://printer.example.com/ipp/print/pinetree'] },
    ],
    jobAttributes: [{ name: 'copies', tag: 'integer', values: [20] }],
  });
  const hex = Buffer.from(bytes).toString('hex');
  assert.ok(
    hex.startsWith(
      '010100020000000101' +
        '47' +
        '0012' +
        Buffer.from('attributes-charset').toString('hex') +
        '0005' +
        Buffer.from('utf-8').toString('hex'),
    ),
  );
  assert.ok(hex.includes(`45000b${Buffer.from('printer-uri').toString('hex')}002c`));
  assert.ok(hex.endsWith(`02210006${Buffer.from('copies').toString('hex')}00040000001403`));
});

test('what is encoded is decoded again, further values of one attribute included', () => {
  const name = fc.stringMatching(/^[a-z][a-z-]{0,20}$/).filter((n) => !n.startsWith('attributes-'));
  const attribute = fc.oneof(
    fc.record({
      name,
      tag: fc.constant('keyword' as const),
      values: fc.array(fc.string(), { minLength: 1, maxLength: 4 }),
    }),
    fc.record({
      name,
      tag: fc.constant('integer' as const),
      values: fc.array(fc.integer(), { minLength: 1, maxLength: 4 }),
    }),
    fc.record({
      name,
      tag: fc.constant('boolean' as const),
      values: fc.array(fc.boolean(), { minLength: 1, maxLength: 4 }),
    }),
  );
  fc.assert(
    fc.property(fc.uniqueArray(attribute, { selector: (a) => a.name }), (attributes) => {
      const bytes = encodeIpp({ operation: 0, id: 9, attributes: [], jobAttributes: attributes });
      const answer = decodeIpp(bytes);
      assert.is(answer?.id, 9);
      const told = answer?.groups[0] ?? new Map();
      for (const a of attributes) assert.equal(told.get(a.name), [...a.values]);
    }),
  );
});

test('bytes that are no answer give nothing, wherever they are cut or changed', () => {
  const good = Buffer.from(
    encodeIpp({
      operation: 0,
      id: 1,
      attributes: [],
      jobAttributes: [{ name: 'job-id', tag: 'integer', values: [3] }],
    }),
  );
  for (let cut = 0; cut < good.length; cut += 1)
    assert.is(decodeIpp(good.subarray(0, cut)), undefined);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (noise) => {
      decodeIpp(noise);
      decodeIpp(Buffer.concat([good.subarray(0, 12), noise]));
    }),
    { numRuns: 2000 },
  );
});

test('a million random bytes as answers: no exception, and nothing that was not in them', () => {
  const head = encodeIpp({ operation: 0, id: 1, attributes: [], jobAttributes: [] }).subarray(0, 9);
  for (const rest of noise(2_500, 400)) {
    decodeIpp(rest);
    const values = decodeIpp(Uint8Array.of(...head, ...rest))?.groups.flatMap((g) => [
      ...g.values(),
    ]);
    assert.ok((values ?? []).flat().length <= rest.length);
  }
});

test('IPP’s own port is 631; another one that is named is kept', () => {
  assert.is(httpUrl('ipp://localhost/printers/a4'), 'http://localhost:631/printers/a4');
  assert.is(httpUrl('ipp://10.0.0.9:80/ipp'), 'http://10.0.0.9:80/ipp');
  assert.is(httpUrl('ipps://10.0.0.9/ipp/print?x=1'), 'https://10.0.0.9:631/ipp/print?x=1');
});

// ---------------------------------------------------------------- what is said, what is true

test('each reason a printer gives has one status; what a person can put right stands first', () => {
  const of = (reasons: string | string[], more = {}) => {
    const s = printerStatus(
      group({ 'printer-state': 3, 'printer-state-reasons': reasons, ...more }),
    );
    return `${s.state} ${s.code}`;
  };
  assert.is(of('none'), 'ready DEV_READY');
  assert.is(of('media-empty-error'), 'out PGP_PAPER_OUT');
  assert.is(of(['toner-low-warning', 'media-jam-error']), 'out PGP_JAM');
  assert.is(of('media-low-warning'), 'attention PGP_PAPER_LOW');
  assert.is(of('marker-supply-low-report'), 'ready DEV_READY');
  assert.is(of('media-empty-warning'), 'attention PGP_PAPER_OUT', 'another tray still has some');
  assert.is(of('door-open'), 'out PGP_COVER_OPEN');
  assert.is(of('some-vendor-thing', { 'printer-state': 5 }), 'out PGP_STOPPED');
  assert.is(of('none', { 'printer-is-accepting-jobs': false }), 'out PGP_NOT_ACCEPTING');
  assert.is(of('paused', { 'printer-state': 5 }), 'out PGP_PAUSED');
});

test('only a printer that says "completed" confirms, only one that counted no page says "failed"', () => {
  const of = (values: Record<string, IppValue | IppValue[]>, trusted = true) =>
    outcomeOf(group(values), trusted);
  assert.equal(of({ 'job-state': 9, 'job-impressions-completed': 2 }), {
    outcome: 'confirmed',
    pages: 2,
  });
  assert.equal(of({ 'job-state': 9 }, false), { outcome: 'uncertain', code: 'PGP_NOT_CONFIRMED' });
  assert.equal(of({ 'job-state': 9, 'job-state-reasons': 'queued-in-device' }), {
    outcome: 'uncertain',
    code: 'PGP_NOT_CONFIRMED',
  });
  assert.equal(of({ 'job-state': 9, 'job-state-reasons': ['job-completed-with-errors'] }), {
    outcome: 'uncertain',
    code: 'PGP_ERRORS',
  });
  assert.equal(of({ 'job-state': 8, 'job-impressions-completed': 0 }), {
    outcome: 'failed',
    code: 'PGP_ABORTED',
  });
  assert.equal(of({ 'job-state': 8 }), { outcome: 'uncertain', code: 'PGP_ABORTED' });
  assert.equal(of({ 'job-state': 7, 'job-impressions-completed': 1 }), {
    outcome: 'uncertain',
    code: 'PGP_CANCELED',
  });
  for (const state of [3, 4, 5, 6, 99]) assert.is(of({ 'job-state': state }), undefined);
  assert.is(of({}), undefined);
});

// ---------------------------------------------------------------- jobs in virtual time

test('refused or never reached: failed. The answer lost: found by its name, else uncertain', async () => {
  const ends = async (send: IppClient['send'], find: IppClient['find']) => {
    const { printer } = await open(fakePrinter({ send, find }));
    const outcome = await printer.print(job());
    await printer.close();
    return `${outcome.outcome} ${'code' in outcome ? outcome.code : ''}`;
  };
  const rejects = (code: 'PGP_REFUSED' | 'DEV_UNREACHABLE' | 'DEV_CLOSED') => () =>
    Promise.reject(new DeviceError(code, 'x'));
  assert.is(await ends(rejects('PGP_REFUSED'), async () => 7), 'failed PGP_REFUSED');
  assert.is(await ends(rejects('DEV_UNREACHABLE'), async () => 7), 'failed DEV_UNREACHABLE');
  assert.is(await ends(rejects('DEV_CLOSED'), async () => 7), 'confirmed ');
  assert.is(await ends(rejects('DEV_CLOSED'), async () => undefined), 'uncertain DEV_CLOSED');
  assert.is(await ends(rejects('DEV_CLOSED'), rejects('DEV_CLOSED')), 'uncertain DEV_CLOSED');
});

test('the host records the job before the first byte; what it can not record is not sent', async () => {
  const order: string[] = [];
  const client = fakePrinter({
    send: async () => {
      order.push('sent');
      return 7;
    },
  });
  const { printer } = await open(client);
  await printer.print(job({ onSending: () => void order.push('recorded') }));
  const refused = await printer.print(
    job({ onSending: () => Promise.reject(new Error('disk full')) }),
  );
  assert.equal(order, ['recorded', 'sent']);
  assert.equal(refused, { outcome: 'failed', code: 'PRN_NOT_RECORDED' });
  await printer.close();
});

test('at the deadline the job is cancelled, and the printer’s last word counts', async () => {
  const clock = new VirtualClock();
  let state = group({ 'job-state': 5 });
  const client = fakePrinter({ job: async () => state });
  const { printer } = await open(client, clock);
  const printing = printer.print(job({ deadlineMs: 3_000 }));
  await clock.advance(2_900);
  assert.equal(client.cancelled, []);
  await clock.advance(600);
  assert.equal(client.cancelled, [7]);
  state = group({ 'job-state': 7, 'job-impressions-completed': 0 });
  await clock.advance(600);
  assert.equal(await printing, { outcome: 'failed', code: 'PGP_CANCELED' });
  state = group({ 'job-state': 5 });
  const deaf = printer.print(job({ deadlineMs: 1_000 }));
  await clock.advance(1_000 + pagePrinterLimits.jobEveryMs * (pagePrinterLimits.cancelAsks + 2));
  assert.equal(await deaf, { outcome: 'uncertain', code: 'PGP_NOT_CONFIRMED' });
  await printer.close();
  assert.is(clock.waiting, 0);
});

test('questions that get no answer are asked again; a busy printer is not given up, an idle one is', async () => {
  const clock = new VirtualClock();
  let deaf = false;
  const answer = async (g: IppGroup) => {
    if (deaf) throw new DeviceError('DEV_NO_ANSWER', 'x');
    return g;
  };
  let state = 5;
  const client = fakePrinter({
    printer: () => answer(idle),
    job: () => answer(group({ 'job-state': state })),
  });
  const { printer, lost } = await open(client, clock);
  const printing = printer.print(job({ deadlineMs: 60_000 }));
  deaf = true;
  await clock.advance(8_000);
  assert.is(lost.length, 0);
  deaf = false;
  state = 9;
  await clock.advance(1_000);
  assert.is((await printing).outcome, 'confirmed');
  deaf = true;
  await clock.advance(pagePrinterLimits.statusEveryMs * 2);
  assert.is(lost.length, 1);
  await printer.close();
});

test('jobs go one at a time, eight wait at most; a close ends them honestly', async () => {
  const sent: string[] = [];
  const client = fakePrinter({
    send: async (j) => {
      sent.push(j.jobId);
      return 1;
    },
    job: async () => group({ 'job-state': 5 }),
  });
  const { printer } = await open(client);
  const outcomes = Array.from({ length: 9 }, (_, i) => printer.print(job({ jobId: `j${i}` })));
  assert.equal(await outcomes[8], { outcome: 'failed', code: 'PGP_BUSY' });
  await until(() => sent.length === 1, waitMs);
  await printer.close();
  const ended = (await Promise.all(outcomes.slice(0, 8))).map((o) => o.outcome);
  assert.equal(ended, ['uncertain', ...Array(7).fill('failed')]);
  assert.equal(sent, ['j0']);
});

test('what is no PDF, too many copies, a nameless job: failed before anything is sent', async () => {
  const { printer } = await open(fakePrinter({ send: () => assert.unreachable() as never }));
  for (const wrong of [{ pdf: new Uint8Array(9) }, { copies: 0 }, { copies: 21 }, { jobId: '' }]) {
    assert.equal(await printer.print(job(wrong)), { outcome: 'failed', code: 'PGP_DOCUMENT' });
  }
  await printer.close();
});

test('the test page is one A4 page that pdf-lib reads again', async () => {
  const read = await PDFDocument.load(pdf);
  assert.is(read.getPageCount(), 1);
  const { width, height } = read.getPage(0).getSize();
  assert.equal([Math.round(width), Math.round(height)], [595, 842]);
});

// ---------------------------------------------------------------- a real IPP printer

async function openReal(url: string): Promise<{ printer: PagePrinter } & ReturnType<typeof host>> {
  const h = host(realClock);
  const options = { link: { via: 'ipp', url } };
  const device = await drivers['page-ipp'].open(options, h.context, never);
  return { ...h, printer: device as PagePrinter };
}

test('ippeveprinter: a page is confirmed, the document arrives whole', async () => {
  const real = await ippTestPrinter('exit 0');
  const { printer, statuses } = await openReal(real.url);
  assert.equal(await within(printer.print(job({ deadlineMs: waitMs })), waitMs, 'the page'), {
    ...{ outcome: 'confirmed', pages: 0 },
  });
  assert.equal(
    real.documents().map((d) => Buffer.compare(d, Buffer.from(pdf))),
    [0],
  );
  assert.is(statuses.at(-1)?.code, 'DEV_READY');
  const steps = await printer.selfTest?.('safe', never);
  assert.equal(
    steps?.map((s) => [s.step, s.ok]),
    [
      ['attributes', true],
      ['state', true],
    ],
  );
  await printer.close();
  await real.stop();
});

test('ippeveprinter: given up by it, cancelled at the deadline', async () => {
  const broken = await ippTestPrinter('exit 1');
  const one = await openReal(broken.url);
  const outcome = await within(one.printer.print(job({ deadlineMs: waitMs })), waitMs, 'the end');
  assert.not.equal(outcome.outcome, 'confirmed');
  await one.printer.close();
  await broken.stop();

  const slow = await ippTestPrinter('exec sleep 60');
  const two = await openReal(slow.url);
  const late = await within(two.printer.print(job({ deadlineMs: 300 })), waitMs, 'the cancel');
  assert.not.equal(late.outcome, 'confirmed');
  await two.printer.close();
  await slow.stop();
});

test('ippeveprinter: switched off in the middle of a job, nobody claims to know', async () => {
  const real = await ippTestPrinter('exec sleep 60');
  const { printer, lost } = await openReal(real.url);
  const gone = printer.print(job({ deadlineMs: 1_000 }));
  await until(() => real.documents().length === 1, waitMs, 'the document');
  await real.kill();
  assert.is((await within(gone, waitMs, 'the honest end')).outcome, 'uncertain');
  await until(() => lost.length === 1, waitMs, 'the loss');
  await printer.close();
  const failed = await openReal(real.url).then(
    () => '',
    (e: unknown) => (e instanceof DeviceError ? e.code : String(e)),
  );
  assert.is(failed, 'DEV_UNREACHABLE');
  await real.stop();
});

test.run();

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DeviceError } from '../../devices/codes.ts';
import type { DeviceContext, DeviceStatus, TicketPrinter } from '../../devices/contract.ts';
import { drivers } from '../../devices/registry.ts';
import { printerProfileLoader } from '../../devices/ticket-printer/load-profile.ts';
import { fillTemplate } from '../../devices/ticket-printer/template.ts';
import type { StreamLink } from '../../devices/transports/options.ts';
import type { VirtualPrinter } from '../../devices/twins/contract.ts';
import { createVirtualPrinter } from '../../devices/twins/virtual-printer.ts';
import { job, noLog, ticket } from '../harness/printer-bench.ts';
import { printerDirectory, printerProfile, ticketTemplate } from '../harness/printer-profiles.ts';
import { ptyPair } from '../harness/pty.ts';
import { realClock } from '../harness/real-clock.ts';
import { standardFields, standardTicket } from '../harness/standard-ticket.ts';
import { until, within } from '../harness/until.ts';

const test = suite('printer on real wires');
const waitMs = 10_000;

interface Site {
  twin: VirtualPrinter;
  link: StreamLink;
  close(): Promise<void>;
}

function twinOf(profile: string): VirtualPrinter {
  return createVirtualPrinter({
    profile: printerProfile(profile),
    clock: realClock,
    pace: 'instant',
    paperMm: 50_000,
    lowBelowMm: 1000,
    // As unkind as a serial line: every byte by itself.
    replies: { delayMs: 0, chunkBytesMax: 1 },
  });
}

const sites = {
  async tcp(profile: string): Promise<Site> {
    const twin = twinOf(profile);
    const at = await twin.listenTcp({ host: '127.0.0.1', port: 0 });
    return { twin, link: { via: 'tcp', ...at }, close: () => twin.close() };
  },
  async pty(profile: string): Promise<Site> {
    const pair = await ptyPair();
    const twin = twinOf(profile);
    await twin.holdSerial({ path: pair.far, baud: 115_200 });
    return {
      twin,
      link: { via: 'serial', path: pair.near, baud: 115_200, flow: 'none' },
      async close() {
        await twin.close();
        await pair.unplug();
      },
    };
  },
};

async function open(link: StreamLink, profile = 'generic-80') {
  const statuses: DeviceStatus[] = [];
  const lost: Error[] = [];
  const context: DeviceContext = {
    id: 'printer',
    clock: realClock,
    log: noLog,
    status: (s) => statuses.push(s),
    event: () => undefined,
    lost: (error) => lost.push(error),
    printerProfile: printerProfileLoader([printerDirectory]),
  };
  const device = await drivers.escpos.open({ profile, link }, context, AbortSignal.timeout(waitMs));
  return { printer: device as TicketPrinter, statuses, lost };
}
const lastCode = (statuses: DeviceStatus[]) => statuses.at(-1)?.code;

for (const [wire, site] of Object.entries(sites)) {
  for (const profile of ['generic-80', 'generic-58', 'epson-tm-t88']) {
    test(`${wire}, ${profile}: the ticket is confirmed and the paper says what was sent`, async () => {
      const { twin, link, close } = await site(profile);
      const { printer } = await open(link, profile);
      const result = await within(printer.print(standardTicket(), job('1')), waitMs, 'the outcome');
      assert.is(result.outcome, 'confirmed');
      const paper = await until(() => twin.tickets[0], waitMs, 'the paper');
      assert.equal(paper.complaints, []);
      assert.match(paper.text, standardFields.number);
      assert.match(paper.text.replaceAll('\n', ''), standardFields.service);
      assert.match(paper.text.replaceAll('\n', ''), standardFields.note);
      assert.equal(paper.qr, [standardFields.qr]);
      await printer.close();
      await close();
    });
  }

  test(`${wire}: paper out in the middle waits for paper and is confirmed once`, async () => {
    const { twin, link, close } = await site('generic-80');
    const { printer, statuses } = await open(link);
    twin.loadPaper(20);
    const print = printer.print(ticket('A001'), job('1'));
    await until(() => lastCode(statuses) === 'PRN_PAPER_OUT', waitMs, 'paper out');
    assert.is(twin.tickets.length, 0);
    twin.loadPaper(50_000);
    assert.is((await within(print, waitMs, 'the outcome')).outcome, 'confirmed');
    assert.is(twin.tickets.length, 1);
    await until(() => lastCode(statuses) === 'DEV_READY', waitMs, 'ready again');
    await printer.close();
    await close();
  });

  test(`${wire}: cover and low paper are told at once, without asking`, async () => {
    const { twin, link, close } = await site('generic-80');
    const { printer, statuses } = await open(link);
    const told = statuses.length;
    twin.openCover();
    await until(() => lastCode(statuses) === 'PRN_COVER_OPEN', 900, 'cover');
    twin.closeCover();
    await until(() => lastCode(statuses) === 'DEV_READY', 900, 'ready');
    twin.loadPaper(500);
    await until(() => lastCode(statuses) === 'PRN_PAPER_LOW', 900, 'low');
    assert.is(statuses.length, told + 3);
    await printer.close();
    await close();
  });

  test(`${wire}: plug pulled, noticed; put back, opened anew, prints, and no ghost comes`, async () => {
    const { twin, link, close } = await site('generic-80');
    const first = await open(link);
    await twin.pullPlug();
    await until(() => first.lost.length === 1, 3500, 'the loss');
    const refused = await first.printer.print(ticket('GHOST'), job('1'));
    assert.equal(refused, { outcome: 'failed', code: 'DEV_CLOSED', firstByteAt: null });
    await first.printer.close();
    await twin.putPlug();
    const second = await open(link);
    assert.is(second.statuses.at(-1)?.code, 'DEV_READY');
    const result = await within(second.printer.print(ticket('A002'), job('2')), waitMs, 'outcome');
    assert.is(result.outcome, 'confirmed');
    assert.equal(
      twin.tickets.map((t) => /GHOST|A002/.exec(t.text)?.[0]),
      ['A002'],
    );
    await second.printer.close();
    await close();
  });

  test(`${wire}: cable cut with the job in the printer: printed, and honestly unknown`, async () => {
    const { twin, link, close } = await site('generic-80');
    const { printer, lost } = await open(link);
    twin.jamCutter();
    const print = printer.print(ticket('A001'), job('1', { deadlineMs: 300 }));
    await until(() => twin.state.jam && !twin.state.online, waitMs, 'the jam');
    twin.cutCable();
    twin.clearJam();
    twin.closeCover();
    await until(() => twin.tickets.length === 1, waitMs, 'the paper');
    // The driver last heard "cutter stuck" and waits for help; the host gives up by closing.
    await printer.close();
    const result = await within(print, waitMs, 'the outcome');
    assert.is(result.outcome, 'uncertain');
    assert.equal(lost, []);
    twin.joinCable();
    await close();
  });
}

test('tcp: FIN before the token leaves the outcome unknown, and the driver lost', async () => {
  const { twin, link, close } = await sites.tcp('generic-80');
  const { printer, lost } = await open(link);
  twin.jamCutter();
  const print = printer.print(ticket('A001'), job('1'));
  await until(() => !twin.state.online, waitMs, 'the jam');
  await twin.pullPlug();
  const result = await within(print, waitMs, 'the outcome');
  assert.is(result.outcome, 'uncertain');
  assert.is(lost.length, 1);
  await printer.close();
  await close();
});

test('tcp: a second host is turned away and told so', async () => {
  const site = await sites.tcp('generic-80');
  const first = await open(site.link);
  let code = '';
  await open(site.link).catch((e: unknown) => {
    code = e instanceof DeviceError ? e.code : String(e);
  });
  assert.ok(['DEV_CLOSED', 'DEV_UNREACHABLE'].includes(code), code);
  await first.printer.close();
  await site.close();
});

test('tcp: a printer with a 45-byte buffer prints the whole ticket', async () => {
  const profile = printerProfile('generic-80');
  const twin = createVirtualPrinter({
    profile: { ...profile, speed: { ...profile.speed, buffer_bytes: 45 } },
    clock: realClock,
    pace: 'instant',
    paperMm: 50_000,
    lowBelowMm: 1000,
    replies: { delayMs: 3, chunkBytesMax: 2 },
  });
  const at = await twin.listenTcp({ host: '127.0.0.1', port: 0 });
  const { printer } = await open({ via: 'tcp', ...at });
  const result = await within(printer.print(standardTicket(), job('1')), waitMs, 'the outcome');
  assert.is(result.outcome, 'confirmed');
  assert.equal(twin.tickets[0]?.complaints, []);
  await printer.close();
  await twin.close();
});

test('a rare name and an emblem are on the paper, once, however often the same job is given', async () => {
  for (const profile of ['generic-80', 'generic-58']) {
    const site = await sites.tcp(profile);
    const { printer } = await open(site.link, profile);
    const template = ticketTemplate('service-receipt');
    const receipt = fillTemplate(template, template.example ?? {});
    const twice = [printer.print(receipt, job('r')), printer.print(receipt, job('r'))];
    const outcomes = await within(Promise.all(twice), waitMs, 'both');
    assert.equal(
      outcomes.map((o) => o.outcome),
      ['confirmed', 'confirmed'],
    );
    await until(() => site.twin.tickets.length > 0, waitMs, 'paper');
    assert.is(site.twin.tickets.length, 1);
    const [paper] = site.twin.tickets;
    assert.equal(paper?.complaints, []);
    // Both are pictures: no box stands for the character, no line is missing.
    assert.not.match(paper?.text ?? '', /□/);
    assert.match(paper?.text ?? '', /2026112200034/);
    await printer.close();
    await site.close();
  }
});

test.run();

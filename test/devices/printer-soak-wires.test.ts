// time-limit: 300 s
import { readdirSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DeviceError } from '../../devices/codes.ts';
import type { DeviceContext, TicketPrinter } from '../../devices/contract.ts';
import { drivers } from '../../devices/registry.ts';
import { printerProfileLoader } from '../../devices/ticket-printer/load-profile.ts';
import type { StreamLink } from '../../devices/transports/options.ts';
import type { PrintedTicket, VirtualPrinter } from '../../devices/twins/contract.ts';
import { createVirtualPrinter } from '../../devices/twins/virtual-printer.ts';
import { job, noLog, ticket } from '../harness/printer-bench.ts';
import { printerDirectory, printerProfile } from '../harness/printer-profiles.ts';
import { ptyPair } from '../harness/pty.ts';
import { realClock } from '../harness/real-clock.ts';
import { until, within } from '../harness/until.ts';

const test = suite('printer soak, real wires');

/** Tickets of a run, over all printers and wires; XUHAO_SOAK=50000 for a night. */
const tickets = Number(process.env.XUHAO_SOAK ?? '5000');
const seed =
  Number(process.env.XUHAO_SEED ?? '0') || Math.floor(performance.timeOrigin) % 1_000_000;
const waitMs = 30_000;
const patienceMs = 200;
/** A fault lasts at most this long until somebody puts it right. */
const troubleMsMax = 40;
/** One ticket in so many has a fault in its way. */
const troubleOneIn = 4;

function randomOf(from: number) {
  let state = from >>> 0;
  return (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
type Random = (below: number) => number;

interface Site {
  twin: VirtualPrinter;
  link: StreamLink;
  /** Every paper that came out, whole: the twin itself forgets old ones. */
  papers: string[];
  close(): Promise<void>;
}

function twinOf(profile: string, papers: string[], random: Random): VirtualPrinter {
  const twin = createVirtualPrinter({
    profile: printerProfile(profile),
    clock: realClock,
    pace: 'instant',
    paperMm: 5_000_000,
    lowBelowMm: 1000,
    replies: { delayMs: random(2), chunkBytesMax: 1 + random(6) },
  });
  let seen = 0;
  twin.onChange(() => {
    for (const t of twin.tickets.filter((t: PrintedTicket) => t.seq > seen)) {
      seen = t.seq;
      papers.push(t.text);
    }
  });
  return twin;
}

const sites: Record<string, (profile: string, random: Random) => Promise<Site>> = {
  async tcp(profile, random) {
    const papers: string[] = [];
    const twin = twinOf(profile, papers, random);
    const at = await twin.listenTcp({ host: '127.0.0.1', port: 0 });
    return { twin, papers, link: { via: 'tcp', ...at }, close: () => twin.close() };
  },
  async pty(profile, random) {
    const pair = await ptyPair();
    const papers: string[] = [];
    const twin = twinOf(profile, papers, random);
    const baud = 921_600;
    await twin.holdSerial({ path: pair.far, baud });
    return {
      ...{ twin, papers },
      link: { via: 'serial', path: pair.near, baud, flow: 'none' },
      async close() {
        await twin.close();
        await pair.unplug();
      },
    };
  },
};

/** What breaks, and what puts it right again. */
const troubles: ((t: VirtualPrinter, random: Random) => () => unknown)[] = [
  (t) => {
    t.takePaper();
    return () => t.loadPaper(5_000_000);
  },
  // Within the next ticket.
  (t, random) => {
    t.loadPaper(5 + random(30));
    return () => t.loadPaper(5_000_000);
  },
  (t) => {
    t.openCover();
    return () => t.closeCover();
  },
  (t) => {
    t.jamCutter();
    return () => {
      t.clearJam();
      t.closeCover();
    };
  },
  (t) => {
    t.overheat();
    return () => t.cool();
  },
];
/** These end in doubt, and cost the host its 2.5 s of silence. */
const outages: typeof troubles = [
  (t) => {
    t.reset();
    return () => undefined;
  },
  (t) => {
    t.cutCable();
    return () => t.joinCable();
  },
];
/** One trouble in so many is an outage. */
const outageOneIn = 12;

class Host {
  printer: TicketPrinter | undefined;
  out = true;
  readonly #link: StreamLink;
  readonly #profile: string;
  constructor(link: StreamLink, profile: string) {
    this.#link = link;
    this.#profile = profile;
  }
  /** As the supervisor does: opens anew whenever it is lost. */
  async ready(): Promise<TicketPrinter> {
    const began = performance.now();
    while (this.printer === undefined) {
      assert.ok(performance.now() - began < waitMs, 'the printer never opens again');
      this.printer = await this.#open();
    }
    return this.printer;
  }
  /** Open, and it says that it can print; after a while somebody presses all the same. */
  async well(): Promise<void> {
    const began = performance.now();
    for (await this.ready(); this.out; await this.ready()) {
      if (performance.now() - began > patienceMs) return;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
  async #open(): Promise<TicketPrinter | undefined> {
    this.out = true;
    const context: DeviceContext = {
      id: 'printer',
      clock: realClock,
      log: noLog,
      status: (s) => {
        this.out = s.state === 'out';
      },
      event: () => undefined,
      lost: () => {
        const gone = this.printer;
        this.printer = undefined;
        gone?.close().catch(() => undefined);
      },
      printerProfile: printerProfileLoader([printerDirectory]),
    };
    const options = { profile: this.#profile, link: this.#link };
    try {
      const device = await drivers.escpos.open(options, context, AbortSignal.timeout(5000));
      return device as TicketPrinter;
    } catch (error) {
      assert.instance(error, DeviceError);
      await new Promise((resolve) => setTimeout(resolve, 20));
      return undefined;
    }
  }
}

async function soak(wire: string, profile: string, count: number, from: number): Promise<void> {
  const random = randomOf(from);
  const site = await sites[wire]?.(profile, random);
  if (site === undefined) throw new Error(wire);
  const host = new Host(site.link, profile);
  try {
    await play(`${wire} ${profile} seed ${from}`, site, host, count, random);
  } finally {
    await host.printer?.close();
    await site.close();
  }
}

async function play(
  where: string,
  { twin, papers }: Site,
  host: Host,
  count: number,
  random: Random,
): Promise<void> {
  const said = new Map<string, string[]>();
  const mends: Promise<unknown>[] = [];

  for (let i = 0; i < count; i++) {
    const id = String(i).padStart(4, '0');
    const printer = await host.ready();
    // The citizen pays no attention to a printer that refuses: some come back, some do not.
    if (random(troubleOneIn) === 0) {
      const kinds = random(outageOneIn) === 0 ? outages : troubles;
      const mend = kinds[random(kinds.length)]?.(twin, random);
      const ms = random(troubleMsMax);
      mends.push(new Promise((done) => setTimeout(() => done(mend?.()), ms)));
    }
    const outcomes: string[] = [];
    said.set(id, outcomes);
    const deadlineMs = 300 + random(300);
    for (let n = 0; n < 2; n++) {
      const asked = n === 0 ? printer : await host.ready();
      const result = await within(
        asked.print(ticket(id), job(id, { deadlineMs })),
        waitMs,
        `the outcome of ${id}`,
      );
      outcomes.push(
        result.outcome === 'confirmed' ? 'confirmed' : `${result.outcome} ${result.code}`,
      );
      assert.is(
        result.outcome === 'failed',
        result.firstByteAt === null,
        `${id}: failed, yet begun`,
      );
      if (result.outcome !== 'failed') break;
      await Promise.all(mends.splice(0));
      if (random(2) === 0) break;
      // Some wait until it says that it is well again; some press at once.
      if (random(4) > 0) await host.well();
    }
  }
  await Promise.all(mends);
  twin.loadPaper(5_000_000);
  twin.closeCover();
  // Whatever the printer still holds comes out now, ghosts and all.
  const last = await host.ready();
  await until(() => twin.state.bufferedBytes === 0, waitMs, 'the empty buffer');
  await last.close();
  judge(where, said, papers);
}

/** Once or in doubt; never twice; never after it was refused. */
function judge(
  where: string,
  said: ReadonlyMap<string, string[]>,
  papers: readonly string[],
): void {
  const printed = new Map<string, number>();
  for (const text of papers) {
    for (const [id] of text.matchAll(/^\d{4}$/gm)) printed.set(id, (printed.get(id) ?? 0) + 1);
  }
  for (const [id, outcomes] of said) {
    const times = printed.get(id) ?? 0;
    const what = `${where} ${id}: ${outcomes.join(', ')}; on paper ${times}`;
    assert.ok(times <= 1, what);
    if (outcomes.includes('confirmed')) assert.is(times, 1, what);
    if (outcomes.every((o) => o.startsWith('failed'))) assert.is(times, 0, what);
  }
  const confirmed = [...said.values()].filter((o) => o.includes('confirmed')).length;
  // Doubt is honest, but a printer that leaves all in doubt is of no use.
  assert.ok(confirmed > said.size / 2, `${where}: ${confirmed} of ${said.size} confirmed`);
  for (const outcome of [...said.values()].flat()) {
    tally.set(outcome, (tally.get(outcome) ?? 0) + 1);
  }
}
const tally = new Map<string, number>();

/** Boards without cutter let their last papers hang: the soak in virtual time has one of them. */
const profiles = readdirSync(printerDirectory)
  .map((file) => file.replace(/\.yaml$/, ''))
  .filter((id) => printerProfile(id).cut.how !== 'none');
const runs = [
  ...profiles.map((profile) => ['tcp', profile] as const),
  ...profiles.map((profile) => ['pty', profile] as const),
];
test(`${tickets} tickets through faults on TCP and pty: each once or in doubt (seed ${seed})`, async () => {
  const count = Math.ceil(tickets / runs.length);
  // Side by side: most of the time all of them wait.
  // uvu names a test only when it fails.
  console.log(`${tickets} tickets, seed ${seed}`);
  await Promise.all(runs.map(([wire, profile], i) => soak(wire, profile, count, seed + i)));
});

test('all of it happened', () => {
  const kinds = [...tally.entries()].sort((a, b) => b[1] - a[1]);
  console.log(kinds.map(([what, n]) => `${what}: ${n}`).join('\n'));
  assert.ok(kinds.some(([what]) => what.startsWith('failed')));
  assert.ok(kinds.some(([what]) => what.startsWith('uncertain')));
});

test.run();

/**
 * A ticket printer that is not there, for whoever writes or tries software that prints:
 *
 *   npm run virtual-printer -- [--profile ID] [--port N] [--host A] [--pty PATH] [--out DIR] ...
 *
 * It stands on TCP (9100) and, where wanted, at the far end of a pty; prints at the profile's speed
 * into its buffer; writes each ticket to DIR as PNG and text, drawn from the bytes alone. Faults are
 * typed: see `deeds` or type `help`.
 */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { loadPrinterProfile } from '../devices/ticket-printer/load-profile.ts';
import type { PrinterProfile } from '../devices/ticket-printer/printer-profile.ts';
import type { PrintedTicket, VirtualPrinter } from '../devices/twins/contract.ts';
import { createVirtualPrinter } from '../devices/twins/virtual-printer.ts';
import { realClock } from '../kiosk-app/runtime/clock.ts';
import { messageOf } from '../kiosk-app/runtime/errors.ts';
import { makePtyPair, type PtyPair } from './demo/virtual-wires.ts';
import { parsedArgs } from './lib/command-line.ts';

const printers = join(import.meta.dirname, '..', 'profiles', 'printers');
const portMax = 65_535;

const help = `A ticket printer that is not there.

  npm run virtual-printer -- [options]

  --profile ID     model in profiles/printers                 (default generic-80)
  --port N         TCP port; 0: any free one                  (default 9100)
  --host A         address to listen on                       (default 127.0.0.1)
  --pty PATH       also a serial port of that name (socat)
  --baud N         of the pty                                 (default: the profile's)
  --flow F         rtscts, xonxoff or none, of the pty        (default: the profile's)
  --out DIR        tickets as ticket-N.png and ticket-N.txt
  --roll MM        paper at first                             (default 50000)
  --low MM         the near-end sensor speaks below           (default 2000)
  --instant        paper costs no time
  --drain N        takes at most N bytes a second from the wire
  --reply-delay MS --reply-chunk N   replies come late and in pieces

Then type: out, in [mm], low, open, close, jam, clear, hot, cool, take, reset, unplug, plug, cut,
join, state, quit.
`;

const { values } = parsedArgs(
  {
    options: {
      profile: { type: 'string', default: 'generic-80' },
      port: { type: 'string', default: '9100' },
      host: { type: 'string', default: '127.0.0.1' },
      pty: { type: 'string' },
      baud: { type: 'string' },
      flow: { type: 'string' },
      out: { type: 'string' },
      roll: { type: 'string', default: '50000' },
      low: { type: 'string', default: '2000' },
      instant: { type: 'boolean', default: false },
      drain: { type: 'string' },
      'reply-delay': { type: 'string', default: '0' },
      'reply-chunk': { type: 'string', default: '64' },
      help: { type: 'boolean', default: false },
    },
  },
  help,
);

function wholeNumber(option: string, text: string, most = 999_999_999): number {
  const n = Number(text);
  if (/^\d{1,9}$/.test(text) && n <= most) return n;
  return refuse(`${option} ${text}: a whole number up to ${most} is needed`);
}

function flowOf(text: string): 'rtscts' | 'xonxoff' | 'none' {
  if (text === 'rtscts' || text === 'xonxoff' || text === 'none') return text;
  return refuse(`--flow ${text}: rtscts, xonxoff or none`);
}

function refuse(why: string): never {
  console.error(why);
  process.exit(2);
}

/** The profile, or which ones there are. */
function profileNamed(id: string): PrinterProfile {
  try {
    return loadPrinterProfile([printers], id);
  } catch (error) {
    const ids = readdirSync(printers).map((file) => file.replace(/\.yaml$/, ''));
    return refuse(ids.includes(id) ? messageOf(error) : `--profile ${id}: ${ids.join(', ')}`);
  }
}

if (values.help) {
  process.stdout.write(help);
  process.exit(0);
}
const rollMm = wholeNumber('--roll', values.roll);
const lowBelowMm = wholeNumber('--low', values.low);
const port = wholeNumber('--port', values.port, portMax);
const profile = profileNamed(values.profile);
const flow = flowOf(values.flow ?? profile.link.flow);
const baud = values.baud === undefined ? profile.link.baud : wholeNumber('--baud', values.baud);
const twin = createVirtualPrinter({
  profile,
  clock: realClock,
  pace: values.instant ? 'instant' : 'profile',
  paperMm: rollMm,
  lowBelowMm,
  replies: {
    delayMs: wholeNumber('--reply-delay', values['reply-delay']),
    chunkBytesMax: Math.max(1, wholeNumber('--reply-chunk', values['reply-chunk'])),
  },
  ...(values.drain === undefined
    ? {}
    : { drainBytesPerSecond: wholeNumber('--drain', values.drain) }),
});

/** What can be typed; `mm` is the number behind the word. */
const deeds: Record<string, (t: VirtualPrinter, mm: number | null) => unknown> = {
  out: (t) => t.takePaper(),
  in: (t, mm) => t.loadPaper(mm ?? rollMm),
  low: (t) => t.loadPaper(Math.max(1, lowBelowMm - 1)),
  open: (t) => t.openCover(),
  close: (t) => t.closeCover(),
  jam: (t) => t.jamCutter(),
  clear: (t) => t.clearJam(),
  hot: (t) => t.overheat(),
  cool: (t) => t.cool(),
  take: (t) => t.takeTicket(),
  reset: (t) => t.reset(),
  unplug: (t) => t.pullPlug(),
  plug: (t) => t.putPlug(),
  cut: (t) => t.cutCable(),
  join: (t) => t.joinCable(),
  state: () => undefined,
};

let pair: PtyPair | undefined;
let shownTo = 0;

async function showTickets(): Promise<void> {
  for (const ticket of twin.tickets.filter((t) => t.seq > shownTo)) {
    shownTo = ticket.seq;
    console.log(`--- ticket ${ticket.seq}, ${ticket.widthDots} x ${ticket.heightDots} dots`);
    console.log(ticket.text);
    for (const complaint of ticket.complaints) console.log(`!!! ${complaint}`);
    if (values.out !== undefined) await keep(ticket, resolve(values.out));
  }
}

async function keep(ticket: PrintedTicket, dir: string): Promise<void> {
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, `ticket-${ticket.seq}.txt`), `${ticket.text}\n`);
  writeFileSync(join(dir, `ticket-${ticket.seq}.png`), await ticket.png());
}

async function typed(line: string): Promise<void> {
  const [word = '', number] = line.trim().split(/\s+/);
  if (word === '') return;
  if (word === 'quit') {
    await end();
    return;
  }
  const deed = deeds[word];
  if (deed === undefined) {
    process.stdout.write(help);
    return;
  }
  await deed(twin, number === undefined ? null : Number(number) || null);
  console.log(JSON.stringify(twin.state));
}

async function end(): Promise<void> {
  input.close();
  await twin.close();
  pair?.close();
  process.exit(0);
}

/** One after the other, and a fault of one does not end the printer. */
let work: Promise<void> = Promise.resolve();
function inTurn(next: () => Promise<void>): void {
  work = work.then(next).catch((error: unknown) => console.error(messageOf(error)));
}

try {
  const at = await twin.listenTcp({ host: values.host, port });
  console.log(`${profile.id}: tcp ${at.host}:${at.port}`);
  if (values.pty !== undefined) {
    pair = await makePtyPair(values.pty, `${values.pty}.printer`);
    await twin.holdSerial({ path: pair.far, baud, flow });
    console.log(`${profile.id}: serial ${pair.near} ${baud}`);
  }
} catch (error) {
  pair?.close();
  console.error(messageOf(error));
  process.exit(1);
}
twin.onChange(() => inTurn(showTickets));
const input = createInterface({ input: process.stdin });
input.on('line', (line) => inTurn(() => typed(line)));
process.once('SIGINT', () => inTurn(end));
process.once('SIGTERM', () => inTurn(end));

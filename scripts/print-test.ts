/**
 * A test page for who stands before the printer:
 *
 *   npm run print-test -- --profile profiles/machines/queue-1.yaml [--device printer] [--lang en]
 *
 * Prints widths, sizes, Chinese, rare characters, QR code and cut, and says in a table how the
 * printer is. Exit code: 0 the printer itself confirmed the page; 1 something is wrong, and the
 * sentence says what to do; 2 the command line or a profile is wrong; 3 printed, but nobody knows.
 */
import { join, resolve } from 'node:path';
import { codeOf, type DeviceCode } from '../devices/codes.ts';
import type { DeviceContext, DeviceStatus, TicketPrinter } from '../devices/contract.ts';
import { drivers, isDriverName } from '../devices/registry.ts';
import { printerProfileLoader } from '../devices/ticket-printer/load-profile.ts';
import { loadTicketTemplate } from '../devices/ticket-printer/load-template.ts';
import { fillTemplate } from '../devices/ticket-printer/template.ts';
import { realClock } from '../kiosk-app/runtime/clock.ts';
import { messageOf } from '../kiosk-app/runtime/errors.ts';
import type { DeviceEntry, MachineProfile } from '../kiosk-app/runtime/machine-profile.ts';
import { loadAnyMachineProfile, profileFolders } from '../kiosk-app/runtime/profile.ts';
import { moveIn } from './doctor/running.ts';
import { parsedArgs } from './lib/command-line.ts';
import { pageFields, sentenceFor, statusTable, words } from './print-test/words.ts';

const openMs = 8000;
/** From opening until the printer says that it can print. */
const readyMs = 6000;
const lookEveryMs = 50;
/** A page at 9600 baud with drawn lines takes some 10 s. */
const printMs = 30_000;
/** Somebody has to put paper in meanwhile: longer than that is no test. */
const patienceMs = 120_000;

type Exit = 0 | 1 | 2 | 3;

const { values } = parsedArgs(
  {
    options: {
      profile: { type: 'string' },
      device: { type: 'string' },
      data: { type: 'string' },
      lang: { type: 'string', default: 'zh-CN' },
      help: { type: 'boolean', default: false },
    },
  },
  words[process.argv.includes('en') ? 'en' : 'zh-CN'].help,
);
const machineFile = resolve(values.profile ?? '');
const lang = values.lang === 'en' ? 'en' : 'zh-CN';
const t = words[lang];

function printerEntry(machine: MachineProfile): DeviceEntry | undefined {
  const isPrinter = (d: DeviceEntry) =>
    isDriverName(d.driver) && drivers[d.driver].kind === 'ticket-printer';
  return machine.devices.find(
    (d) => isPrinter(d) && (values.device === undefined || d.id === values.device),
  );
}

interface Opened {
  printer: TicketPrinter;
  status(): DeviceStatus | undefined;
  /** Called with every status from now on. */
  onStatus(f: (status: DeviceStatus) => void): void;
}

async function open(entry: DeviceEntry): Promise<Opened> {
  let last: DeviceStatus | undefined;
  let heard = (_: DeviceStatus) => {};
  const context: DeviceContext = {
    id: entry.id,
    clock: realClock,
    log: { debug: () => undefined, info: () => undefined, warn: () => undefined },
    status: (status) => {
      last = status;
      heard(status);
    },
    event: () => undefined,
    lost: () => undefined,
    printerProfile: printerProfileLoader(profileFolders(machineFile, 'printers')),
  };
  if (!isDriverName(entry.driver)) throw new Error(entry.driver);
  const device = await drivers[entry.driver].open(
    entry.options,
    context,
    AbortSignal.timeout(openMs),
  );
  return {
    printer: device as TicketPrinter,
    status: () => last,
    onStatus(f) {
      heard = f;
    },
  };
}

/** Waits until it can print, or for the whole time: then its last word counts. */
async function settled(opened: Opened): Promise<DeviceStatus | undefined> {
  const until = performance.now() + readyMs;
  while (performance.now() < until && (opened.status()?.state ?? 'out') === 'out') {
    await new Promise((done) => setTimeout(done, lookEveryMs));
  }
  return opened.status();
}

async function test(machine: MachineProfile, entry: DeviceEntry): Promise<Exit> {
  const opened = await open(entry);
  try {
    const status = await settled(opened);
    if (status !== undefined) console.log(statusTable(status, lang));
    if (status?.state === 'out') return say(status.code, 1);
    console.log(t.printing);
    const untold = told(status?.code);
    opened.onStatus(untold);
    const document = fillTemplate(
      loadTicketTemplate(profileFolders(machineFile, 'tickets'), 'health-page-bilingual'),
      pageFields(machine.machine, entry, status, realClock.now()),
    );
    const jobId = `print-test ${realClock.now()}`;
    const print = opened.printer.print(document, {
      ...{ jobId, deadlineMs: printMs },
      onSending: () => undefined,
    });
    const result = await Promise.race([print, later(patienceMs)]);
    if (result === null) return say(opened.status()?.code ?? 'PRN_NO_TOKEN', 3);
    if (result.outcome === 'confirmed') {
      console.log(t.confirmed);
      return 0;
    }
    return say(result.code, result.outcome === 'failed' ? 1 : 3);
  } finally {
    await opened.printer.close();
  }
}

/** Whoever stands there must not wait for the end to hear that a cover is open. */
function told(first: DeviceCode | undefined): (status: DeviceStatus) => void {
  let last = first;
  return (status) => {
    if (status.code === last) return;
    last = status.code;
    console.log(`  ${t.states[status.state]} (${status.code}): ${sentenceFor(status.code, lang)}`);
  };
}

async function later(ms: number): Promise<null> {
  await new Promise((done) => setTimeout(done, ms).unref());
  return null;
}

function say(code: DeviceCode, exit: Exit): Exit {
  console.log(`${exit === 3 ? t.unknown : t.wrong} ${code}: ${sentenceFor(code, lang)}`);
  return exit;
}

async function main(): Promise<Exit> {
  if (values.help || values.profile === undefined || !(values.lang in words)) {
    process.stdout.write(t.help);
    return values.help ? 0 : 2;
  }
  const machine = loadAnyMachineProfile(machineFile, drivers);
  const entry = printerEntry(machine);
  if (entry === undefined) {
    console.log(t.noPrinter(machine.machine, values.device));
    return 2;
  }
  const tenancy = moveIn(resolve(values.data ?? join('.data', machine.machine)));
  if (tenancy.running) {
    console.log(t.running(machine.machine));
    return 1;
  }
  try {
    return await test(machine, entry);
  } finally {
    tenancy.release();
  }
}

process.exitCode = await main().catch((error: unknown): Exit => {
  const code = codeOf(error, 'DEV_ABORTED');
  const mistake =
    code === 'DEV_ABORTED' ||
    code === 'PRN_PROFILE' ||
    code === 'PRN_TEMPLATE' ||
    code === 'DEV_OPTIONS';
  if (code !== 'DEV_ABORTED') say(code, mistake ? 2 : 1);
  // Which file, and what in it: no sentence of a code can know that.
  if (mistake) console.error(messageOf(error));
  return mistake ? 2 : 1;
});
// The child that draws pictures and timers of the wire may linger.
process.exit();

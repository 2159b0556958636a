/**
 * A ticket printer that does what printers do: prints slowly, prints and does not say so, says
 * nothing and prints nothing, fails cleanly, runs out of paper, is late to begin. The paper is told
 * to the observer at the moment it is out, also when the machine died meanwhile: the bytes had left.
 */
import type {
  DeviceStatus,
  PrinterStatus,
  PrintOptions,
  PrintOutcome,
  PrintStages,
  TicketDocument,
  TicketPrinter,
} from '../../devices/contract.ts';
import type { Clock } from '../../kiosk-app/runtime/ports.ts';
import type { Random } from './random.ts';
import type { World } from './world.ts';

export interface PrinterFaults {
  /** Chance per job of each; the rest is printed and confirmed. */
  failed: number;
  uncertainWithPaper: number;
  uncertainWithoutPaper: number;
  /** Time from first byte to paper, mean, ms. */
  paperMs: number;
  /** Time before the first byte, mean, ms. */
  beginMs: number;
  /** Mean time between ends of the paper roll, and until somebody comes, ms. */
  outEveryMs: number;
  outMs: number;
  /** With nothing else to do its first byte leaves within print(), as the real driver's does. */
  atOnce: boolean;
}

/** The printer as a thing: it outlives the machine's process. */
export interface SimPrinter {
  readonly status: DeviceStatus;
  onStatus(f: () => void): void;
  /** As one process of the machine has it open. */
  open(clock: Clock): TicketPrinter;
  /** Somebody puts a roll in. */
  mend(): void;
  runOut(): void;
}

/** How long a printer stays silent before the driver gives up, ms. */
const silenceMs = 8_000;
/** How often the driver looks whether there is paper again, ms. */
const lookMs = 1_000;

type Outcome = PrintOutcome & PrintStages;

export function createPrinter(
  world: World,
  random: Random,
  faults: () => PrinterFaults,
  paper: (jobId: string, document: TicketDocument) => void,
): SimPrinter {
  let out = false;
  const listeners: (() => void)[] = [];
  const set = (value: boolean) => {
    if (out === value) return;
    out = value;
    for (const f of listeners) f();
  };

  const open = (clock: Clock): TicketPrinter => {
    const wait = (ms: number) =>
      new Promise<void>((resolve) => {
        clock.after(ms, resolve);
      });
    let busy = 0;
    const job = async (document: TicketDocument, options: PrintOptions): Promise<Outcome> => {
      const f = faults();
      if (!f.atOnce) await wait(random.exponential(f.beginMs));
      for (let waited = 0; out; waited += lookMs) {
        if (waited >= options.deadlineMs) {
          return { outcome: 'failed', code: 'PRN_PAPER_OUT', firstByteAt: null };
        }
        await wait(lookMs);
      }
      if (random.chance(f.failed)) {
        return { outcome: 'failed', code: 'PRN_CUTTER', firstByteAt: null };
      }
      await options.onSending();
      const firstByteAt = clock.mono();
      const paperMs = random.exponential(f.paperMs);
      const comes = !random.chance(f.uncertainWithoutPaper);
      // World time, not the machine's: a crash of the machine does not call paper back.
      if (comes) world.after(paperMs, () => paper(options.jobId, document));
      const silent = !comes || random.chance(f.uncertainWithPaper);
      if (silent || paperMs > silenceMs) {
        await wait(silenceMs);
        return { outcome: 'uncertain', code: 'PRN_NO_TOKEN', firstByteAt };
      }
      await wait(paperMs + 5);
      return { outcome: 'confirmed', firstByteAt };
    };
    let last: Promise<unknown> = Promise.resolve();
    const status: PrinterStatus = {
      online: true,
      paper: 'ok',
      coverOpen: false,
      error: 'none',
      at: clock.mono(),
    };
    return {
      kind: 'ticket-printer',
      status,
      selfTest: async () => [],
      // One after the other, whatever became of the one before.
      print: (document, options) => {
        const run = () => job(document, options);
        const mine = busy === 0 ? run() : last.then(run, run);
        busy += 1;
        last = mine
          .catch(() => {})
          .finally(() => {
            busy -= 1;
          });
        return mine;
      },
      recall: async () => ({ outcome: 'uncertain', code: 'PRN_LINK_LOST' }),
      close: async () => {},
    };
  };

  return {
    get status(): DeviceStatus {
      return out
        ? { state: 'out', code: 'PRN_PAPER_OUT', detail: {} }
        : { state: 'ready', code: 'DEV_READY', detail: {} };
    },
    onStatus: (f) => void listeners.push(f),
    open,
    mend: () => set(false),
    runOut: () => set(true),
  };
}

/** The ESC/POS driver and a printer's engine on a wire in memory, in virtual time. */
import type {
  DeviceContext,
  DeviceStatus,
  PrintOptions,
  TicketDocument,
  TicketPrinter,
} from '../../devices/contract.ts';
import { drawingEncoderFor } from '../../devices/ticket-printer/encoders.ts';
import { createEscposPrinter } from '../../devices/ticket-printer/escpos-printer.ts';
import { printerProfileLoader } from '../../devices/ticket-printer/load-profile.ts';
import { createRoll } from '../../devices/ticket-printer/near-end.ts';
import type { PrinterProfile } from '../../devices/ticket-printer/printer-profile.ts';
import { PrinterEngine } from '../../devices/twins/printer/engine.ts';
import type { Sheet } from '../../devices/twins/printer/paper.ts';
import { MemoryWire } from './memory-wire.ts';
import { printerDirectory, printerProfile } from './printer-profiles.ts';
import { VirtualClock } from './virtual-clock.ts';

export interface Bench {
  clock: VirtualClock;
  engine: PrinterEngine;
  sheets: Sheet[];
  /** Text of every piece of paper. */
  texts(): string[];
  /** A new wire to the same printer, and a new driver on it. */
  connect(): Connection;
}
export interface Connection {
  wire: MemoryWire;
  printer: TicketPrinter & { ready: Promise<void> };
  statuses: DeviceStatus[];
  lost: Error[];
  /** false: the printer's answers get lost. */
  hears: boolean;
}

export const noLog = { debug: () => undefined, info: () => undefined, warn: () => undefined };

export async function printerBench(
  profileId = 'generic-80',
  change: (p: PrinterProfile) => PrinterProfile = (p) => p,
): Promise<Bench> {
  const profile = change(printerProfile(profileId));
  const clock = new VirtualClock();
  const encoder = await drawingEncoderFor(profile, { clock, log: noLog });
  const sheets: Sheet[] = [];
  let current: Connection | undefined;
  const engine = new PrinterEngine(
    {
      profile,
      clock,
      pace: 'profile',
      lowBelowMm: 2000,
      reply: (bytes) => {
        if (current?.hears) current.wire.feed(bytes);
      },
      paperOff: (sheet) => sheets.push(sheet),
      changed: () => undefined,
    },
    50_000,
  );

  function connect(): Connection {
    const wire = new MemoryWire();
    const connection: Omit<Connection, 'printer'> = { wire, statuses: [], lost: [], hears: true };
    const context: DeviceContext = {
      id: 'printer',
      clock,
      log: noLog,
      status: (s) => connection.statuses.push(s),
      event: () => undefined,
      lost: (error) => connection.lost.push(error),
      printerProfile: printerProfileLoader([printerDirectory]),
    };
    wire.onWrite = (bytes) => engine.receive(bytes);
    const made = Object.assign(connection, { printer: undefined });
    current = made as unknown as Connection;
    const roll = createRoll(profile, profile.paper.roll_m, null);
    current.printer = createEscposPrinter({ transport: wire, profile, encoder, context, roll });
    return current;
  }

  return {
    clock,
    engine,
    sheets,
    texts: () => sheets.map((s) => s.lines.map((l) => l.text).join('\n')),
    connect,
  };
}

export const ticket = (number: string): TicketDocument => ({
  title: '政务服务中心',
  blocks: [{ type: 'number', text: number }],
});
export const job = (jobId: string, more: Partial<PrintOptions> = {}): PrintOptions => ({
  jobId,
  deadlineMs: 5000,
  onSending: () => undefined,
  ...more,
});

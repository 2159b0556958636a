/**
 * What a device is to the program that runs it. Drivers import this file and nothing of the host;
 * the host (kiosk-app/runtime) opens them through registry.ts and never touches a wire itself.
 *
 *   wire <-> transport (bytes) <-> framing (frames) <-> protocol (pure state machine) <-> Device
 *
 * A Device and its transport are single-use: once lost or closed they are thrown away and the
 * supervisor makes new ones. No driver reconnects by itself.
 */
import type { TSchema } from '@sinclair/typebox';
import type { DeviceCode } from './codes.ts';
import type { IdCard } from './id-card-reader/contract.ts';
import type { PrinterProfile } from './ticket-printer/printer-profile.ts';

/** `attention`: works, but somebody should look (paper low). `out`: does not work. */
export const deviceStates = ['ready', 'attention', 'out', 'unknown'] as const;
export type DeviceState = (typeof deviceStates)[number];

export interface DeviceStatus {
  state: DeviceState;
  /** Texts for people stand in texts/. */
  code: DeviceCode;
  detail: Record<string, string | number | boolean>;
}

/** The two clocks, apart: `now` may jump (ms since 1970), `mono` never does (ms, fractions). */
export interface DeviceClock {
  now(): number;
  mono(): number;
  /** Calls `f` once after `ms`; the returned function cancels. */
  after(ms: number, f: () => void): () => void;
}

export interface DeviceLog {
  debug(fields: Record<string, unknown>, message: string): void;
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
}

/** Names are the device's own. Neither call throws: what can not be kept is forgotten. */
export interface DeviceMemory {
  get(name: string): number | null;
  set(name: string, value: number): void;
}

/** What the host lends to a driver. */
export interface DeviceContext {
  /** Id within the machine, e.g. `printer`. */
  id: string;
  clock: DeviceClock;
  log: DeviceLog;
  /** Every change of state goes here; the host adds since-when and owner and publishes it. */
  status(status: DeviceStatus): void;
  /** Something happened at the device (key pressed, code scanned). */
  event(event: DeviceEvent): void;
  /** The device is gone: the host closes it and opens a new one after a back-off. */
  lost(error: Error): void;
  /**
   * The printer profile of that name, inheritance resolved and checked. The host gives
   * `printerProfileLoader(directory)` of ticket-printer/load-profile.ts: drivers read no disk.
   * @throws DeviceError PRN_PROFILE
   */
  printerProfile(name: string): Promise<PrinterProfile>;
  /** Numbers that a device keeps over restarts of the host; left out: the host keeps none. */
  memory?: DeviceMemory;
  /**
   * A secret that profiles only name, e.g. the key of person tokens. The host gives
   * `secretLoader(directory)` of load-secret.ts; left out: this host keeps none.
   * @throws DeviceError IDC_TOKEN_KEY
   */
  secret?(name: string): Promise<Uint8Array>;
}

/**
 * What a device tells the host. Changes of state are no events: they go to `status`.
 *   key       name of the key that went down; `address`: which of several on one bus
 *   card      an ID card was read; only the fields the options ask for (id-card-reader/contract.ts)
 *   scan      a code was read, whole, without its terminator; `symbology` where the scanner tells
 *   fault     what a person just did there did not work (card taken away too early, code not
 *             readable); `code` has a sentence for the person. The device itself may be well
 *   presence  somebody steps in front of the machine, or has left
 *   door      a locker's door was opened or closed
 */
export type DeviceEvent =
  | { type: 'key'; key: string; address?: number }
  | { type: 'card'; card: IdCard }
  | { type: 'scan'; text: string; symbology?: string }
  | { type: 'fault'; code: DeviceCode }
  | { type: 'presence'; present: boolean; distanceCm: number | null }
  | { type: 'door'; box: number; open: boolean };

/** One step of a self-test. `ok: false` carries the code that says what is wrong. */
export interface SelfTestStep {
  /** Short name, e.g. `sam-status`; its sentence stands in texts/. */
  step: string;
  ok: boolean;
  code: DeviceCode;
  detail: Record<string, string | number | boolean>;
}
/** `safe`: may run while citizens are there. `deep`: moves, speaks, prints or opens something. */
export type SelfTestDepth = 'safe' | 'deep';

export interface Device {
  readonly kind: DeviceKind;
  /** Steps in the order they ran; never rejects for a fault of the device, that is a step. */
  selfTest(depth: SelfTestDepth, signal: AbortSignal): Promise<SelfTestStep[]>;
  /** Lets go of the wire. Idempotent; resolves within 2 s whatever the wire does. */
  close(): Promise<void>;
}

export const deviceKinds = [
  'ticket-printer',
  'keypad',
  'id-card-reader',
  'scanner',
  'voice',
  'window-sign',
  'caller',
  'evaluator',
  'locker',
  'card-dispenser',
  'presence-radar',
  'document-camera',
  'page-printer',
  'watchdog',
] as const;
export type DeviceKind = (typeof deviceKinds)[number];

/**
 * One driver as the registry knows it. `open` loads the driver's code (dynamic import), opens the
 * wire and does the first handshake; it rejects with a DeviceError, and at latest when `signal` aborts.
 */
export interface DriverEntry<D extends Device = Device> {
  kind: D['kind'];
  /** JSON Schema of the options in a machine profile; the host validates before `open`. */
  options: TSchema;
  open(options: unknown, context: DeviceContext, signal: AbortSignal): Promise<D>;
}

// ---------------------------------------------------------------- transports

/**
 * A wire that carries bytes both ways. Single-use. Writes are accepted one at a time.
 */
export interface Transport {
  /** For logs and health: `tcp 127.0.0.1:9100`, `serial /dev/ttyUSB0 115200`. */
  readonly name: string;
  /** Received bytes; each chunk is handed over once, as it came. Set before anything is written. */
  onData(f: (chunk: Uint8Array) => void): void;
  /** Called once when the wire is gone, whoever closed it; `error` undefined = closed by us. */
  onClose(f: (error: Error | undefined) => void): void;
  /**
   * Resolves when the bytes have left for the far end as far as the link can tell (kernel accepted
   * and drained). Rejects with DEV_WRITE_DEADLINE after `deadlineMs`, DEV_CLOSED when gone.
   */
  write(bytes: Uint8Array, deadlineMs: number): Promise<void>;
  /** Drops the wire at once: bytes that have not left yet never will. Ends as a lost wire does. */
  abandon(error: Error): void;
  /** Lets go in good order; idempotent, resolves within 2 s. */
  close(): Promise<void>;
}

// ---------------------------------------------------------------- ticket printer

export type PaperState = 'ok' | 'low' | 'out' | 'unknown';

/** Last known truth about a printer. `at`: clock.mono() of the newest reply, null = never heard. */
export interface PrinterStatus {
  online: boolean | 'unknown';
  paper: PaperState;
  coverOpen: boolean | 'unknown';
  /** `auto-recoverable`: passes by itself (print head too hot, voltage). */
  error: 'none' | 'cutter' | 'recoverable' | 'auto-recoverable' | 'unrecoverable' | 'unknown';
  /** A ticket hangs in the mouth and nobody took it; left out: this printer can not say. */
  ticketWaiting?: boolean;
  at: number | null;
}

/** Validated content of a ticket; layout knows columns, not meaning. */
export type TicketBlock =
  | {
      type: 'line';
      text: string;
      align?: 'left' | 'center' | 'right';
      size?: 1 | 2 | 3;
      bold?: boolean;
    }
  | { type: 'number'; text: string }
  | { type: 'columns'; left: string; right: string }
  | { type: 'rule' }
  | { type: 'qr'; data: string }
  /** `image`: a PNG or SVG file, base64. Printed centred, as wide as it is but not wider than the paper. */
  | { type: 'logo'; image: string }
  | { type: 'feed'; lines: number };
export interface TicketDocument {
  title: string;
  blocks: readonly TicketBlock[];
}

/**
 * The honest outcomes of a print job.
 * confirmed: the printer itself said that everything before the token was printed.
 * failed: nothing was printed, safe to retry. uncertain: sent, unknown; never reprint by itself.
 */
export type PrintOutcome =
  | { outcome: 'confirmed' }
  | { outcome: 'failed'; code: DeviceCode }
  | { outcome: 'uncertain'; code: DeviceCode };

export interface PrintStages {
  /** clock.mono() when the first byte was handed to the wire; null = none was. */
  firstByteAt: number | null;
}

export interface TicketPrinter extends Device {
  readonly kind: 'ticket-printer';
  readonly status: PrinterStatus;
  /**
   * Prints once. Jobs queue (at most `jobsMax`, then failed PRN_BUSY). Waits through paper-out and
   * cover-open until `deadlineMs` of printing time have passed, then `uncertain`.
   * `onSending` is awaited before the first byte leaves (the host writes its job state to disk).
   */
  print(document: TicketDocument, o: PrintOptions): Promise<PrintOutcome & PrintStages>;
  /**
   * For a host that has started anew: what became of a job that its last life had sent? Asks the
   * printer; `uncertain` when it can not say. null: the wire went before it was known, ask the next
   * one. Waits as long as the printer stands still with the job in it (no paper, cover open).
   */
  recall(jobId: string): Promise<PrintOutcome | null>;
}
export interface PrintOptions {
  jobId: string;
  deadlineMs: number;
  onSending: () => void | Promise<void>;
}

/** Keys of a caller or keypad arrive as events `{type:'key', key}`; the profile maps them to verbs. */
export interface Keypad extends Device {
  readonly kind: 'keypad';
}

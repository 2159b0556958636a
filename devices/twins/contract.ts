/**
 * Virtual twins: the hardware at the far end of a real wire, for tests, demonstrations and training.
 * A twin knows nothing of our drivers; it reads bytes and answers as the maker's manual says.
 *
 *   createVirtualPrinter(options): VirtualPrinter      virtual-printer.ts
 *   createVirtualKeypad(): VirtualKeypad               virtual-keypad.ts
 */
import type { DeviceClock } from '../contract.ts';
import type { PrinterProfile } from '../ticket-printer/printer-profile.ts';

/** Where a twin stands on a wire. Several may be used; a printer serves one host at a time. */
export interface TwinWires {
  /** Listens on TCP; port 0 = any free one. Resolves with the port in use. */
  listenTcp(o: { host: string; port: number }): Promise<{ host: string; port: number }>;
  /** Holds the far end of a pty pair (or a real null-modem cable). */
  holdSerial(o: { path: string; baud: number }): Promise<void>;
  /** Lets go of all wires. */
  close(): Promise<void>;
}

export interface VirtualPrinterOptions {
  /** Width, buffer, speed and abilities of the printer that is played. */
  profile: PrinterProfile;
  clock: DeviceClock;
  /** `profile`: as slow as the real one; `instant`: paper costs no time. */
  pace: 'profile' | 'instant';
  /** Paper on the roll at first, mm. */
  paperMm: number;
  /** The near-end sensor speaks below this, mm. */
  lowBelowMm: number;
  /** How replies travel: after a delay, and cut into chunks of at most so many bytes. */
  replies: { delayMs: number; chunkBytesMax: number };
}

export interface VirtualPrinterState {
  paper: 'ok' | 'low' | 'out';
  paperMm: number;
  coverOpen: boolean;
  jam: boolean;
  /** false: no power and no wire. */
  plugged: boolean;
  /** false: powered, but the cable carries nothing, and nobody is told. */
  cable: boolean;
  online: boolean;
  /** Bytes received and not yet carried out. */
  bufferedBytes: number;
  hosts: number;
}

/** A piece of paper that left the printer, drawn from the received bytes alone. */
export interface PrintedTicket {
  /** Rising from 1, never used twice by the same twin. */
  seq: number;
  /** Wall clock when it was cut, ms. */
  at: number;
  svg: string;
  /** One line per printed line; QR codes as `[QR data]`. */
  text: string;
  widthDots: number;
  heightDots: number;
  /** What its QR codes say (bytes read as UTF-8). */
  qr: string[];
  /** Bytes the printer could not make sense of, in words. Empty when all is well. */
  complaints: string[];
}

export interface VirtualPrinter extends TwinWires {
  readonly state: VirtualPrinterState;
  /** Oldest first; only the last `ticketsKeptMax` are kept. */
  readonly tickets: readonly PrintedTicket[];
  /** Called after every change of state and every cut. Returns the way to stop it. */
  onChange(f: () => void): () => void;
  /** The roll ends here and now. */
  takePaper(): void;
  loadPaper(mm: number): void;
  openCover(): void;
  closeCover(): void;
  /** The cutter sticks at its next move. */
  jamCutter(): void;
  /** Takes the jam away; the host still has to say DLE ENQ 1 or 2, or the cover be closed. */
  clearJam(): void;
  /** Power and wire gone: buffers are lost, sockets die, the port is closed. */
  pullPlug(): Promise<void>;
  /** Power back: same port, empty buffers. */
  putPlug(): Promise<void>;
  /** Nothing passes in either direction; what was received before still prints. */
  cutCable(): void;
  joinCable(): void;
}

export interface VirtualKeypad extends TwinWires {
  /** A finger on the key: its name and a newline on every wire held. */
  press(key: string): void;
  /** Hosts connected now. */
  readonly hosts: number;
  onChange(f: () => void): () => void;
}

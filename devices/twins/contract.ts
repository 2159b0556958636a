/**
 * Virtual twins: the hardware at the far end of a real wire, for tests, demonstrations and training.
 * A twin knows nothing of our drivers; it reads bytes and answers as the maker's manual says.
 *
 *   createVirtualPrinter(options): VirtualPrinter      virtual-printer.ts
 *   createVirtualKeypad(): VirtualKeypad               virtual-keypad.ts
 *   createVirtualVoice(options): VirtualVoice          virtual-voice.ts
 *   createVirtualSign(options): VirtualSign            virtual-sign.ts
 */
import type { DeviceClock } from '../contract.ts';
import type { PrinterProfile } from '../ticket-printer/printer-profile.ts';

/** Where a twin stands on a wire. Several may be used; a printer serves one host at a time. */
export interface TwinWires {
  /** Listens on TCP; port 0 = any free one. Resolves with the port in use. */
  listenTcp(o: { host: string; port: number }): Promise<{ host: string; port: number }>;
  /** Holds the far end of a pty pair (or a real null-modem cable). `flow` left out: rtscts. */
  holdSerial(o: {
    path: string;
    baud: number;
    flow?: 'rtscts' | 'xonxoff' | 'none';
  }): Promise<void>;
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
  /** Takes no more than this from the wire, however much room there is; left out: all at once. */
  drainBytesPerSecond?: number;
}

export interface VirtualPrinterState {
  paper: 'ok' | 'low' | 'out';
  paperMm: number;
  coverOpen: boolean;
  jam: boolean;
  headHot: boolean;
  /** Printers with a mouth: a ticket hangs in it. */
  ticketWaiting: boolean;
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
  /** The same picture, one pixel per dot. Loads sharp. */
  png(): Promise<Buffer>;
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
  /** The print head must rest; `cool` lets it go on by itself. */
  overheat(): void;
  cool(): void;
  /** Somebody takes the ticket that hangs in the mouth. */
  takeTicket(): void;
  /** The board starts anew by itself: buffers and modes are lost, a TCP host is reset. */
  reset(): void;
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

/** A sentence that the loudspeaker said, read from the received bytes alone. */
export interface HeardSentence {
  /** Rising from 1, never used twice by the same twin. */
  seq: number;
  /** Wall clock when it began, ms. */
  at: number;
  /** What was heard, without the chip's tags. */
  text: string;
  /** The tags that were obeyed, e.g. `v10`, `n1`. */
  tags: string[];
  /** `cut`: a newer frame or a power loss killed it in the middle. */
  end: 'speaking' | 'whole' | 'cut';
}
export interface VirtualVoiceOptions {
  model: 'syn6288' | 'syn6658';
  clock: DeviceClock;
  /** Time of one spoken character. 0: all is said at once. */
  characterMs: number;
}
/** How it misbehaves. */
export interface VoiceMood {
  /** Answers go nowhere. */
  mute: boolean;
  /** Every answer is sent twice. */
  stutter: boolean;
  /** Frames that it will refuse (45) from now on. */
  refusals: number;
  /** The end of speech is not told (no bare 4F). */
  hidesEnd: boolean;
}
export interface VirtualVoice extends TwinWires {
  readonly state: { plugged: boolean; speaking: boolean; hosts: number };
  /** Oldest first; only the last `sentencesKeptMax` are kept. */
  readonly sentences: readonly HeardSentence[];
  /** Bytes that were no frame, and frames with a wrong length or check. */
  readonly complaints: readonly string[];
  readonly mood: VoiceMood;
  /** Called after every change of state or sentences. Returns the way to stop it. */
  onChange(f: () => void): () => void;
  /** Power and wire gone: speech ends in the middle. */
  pullPlug(): Promise<void>;
  /** Power back, same places; a chip says 4A. */
  putPlug(): Promise<void>;
  /** The supply dips: the chip restarts and its wire stays. */
  restart(): void;
}

// ---------------------------------------------------------------- ID-card reader

/** A card of a person who does not exist. What a layout has no place for is left out. */
export interface TwinCard {
  type: 'citizen' | 'hk-mo-tw' | 'foreigner-2017' | 'foreigner-2023';
  /** Chinese. */
  name?: string;
  englishName?: string;
  /** As on the card: 0 not known, 1 male, 2 female, 9 not said. */
  sex: '0' | '1' | '2' | '9';
  /** Two digits, citizens only. */
  nation?: string;
  /** YYYYMMDD, as the two below; `validTo` may be 长期. */
  birth: string;
  address?: string;
  number: string;
  authority?: string;
  country?: string;
  validFrom: string;
  validTo: string;
  passNumber?: string;
  issueCount?: string;
}

/** What becomes of the reader's next answer. `half`: breaks off; `late`: comes after `lateMs`. */
export type AnswerFault = 'silent' | 'half' | 'bad-checksum' | 'bad-length' | 'twice' | 'late';

export interface VirtualIdCardReaderOptions {
  clock: DeviceClock;
  /** From a command to its answer. */
  answerMs: { find: number; select: number; read: number; other: number };
  lateMs: number;
  /** true: a card that lies there is found again after it was read (some makes do). */
  findsAgain: boolean;
}

export interface VirtualIdCardReader extends TwinWires {
  readonly state: {
    card: TwinCard | null;
    /** The card that lies there was read by a host. */
    read: boolean;
    sam: 'well' | 'self-test' | 'not-authorised';
    hosts: number;
  };
  onChange(f: () => void): () => void;
  /** Lays a card down; one that lies there is taken away first. */
  putCard(card: TwinCard): void;
  /** A card with these 256 bytes on it, whatever they say. */
  putCardBytes(text: Uint8Array): void;
  liftCard(): void;
  setSam(sam: 'well' | 'self-test' | 'not-authorised'): void;
  /** Faults of the next answers, one each, in this order; replaces those still to come. */
  spoil(...faults: AnswerFault[]): void;
  /** The next selects or reads of a card end with this status word (SW3), one each. */
  refuse(...statuses: number[]): void;
  pullPlug(): Promise<void>;
  putPlug(): Promise<void>;
}

/** What a sign shows now, read from the received bytes alone. */
export interface SignFace {
  /** As many as the sign has; digit signs have one. Dark: all empty. */
  lines: string[];
  blinking: boolean;
  /** Rising with everything that was shown, also the same again. */
  seq: number;
}
/**
 * onbon: a BX-5K/6K font card. text: `40 addr GBK 0D`, answers nothing, or `answer` to a good frame.
 * modbus: `count` registers from `first`, one digit each (10: dark), `blinkRegister` beside them.
 */
export type VirtualSignModel =
  | { model: 'onbon'; columns: number; rows: number }
  | { model: 'text'; address: number; answer: Uint8Array | null }
  | { model: 'modbus'; unit: number; first: number; count: number; blinkRegister: number | null };
/** How it misbehaves. */
export interface SignMood {
  /** Answers go nowhere. */
  mute: boolean;
  /** Every answer is sent twice. */
  stutter: boolean;
  /** Answers arrive damaged. */
  damages: boolean;
  /** The next so many commands are refused with this error (Onbon) or exception (Modbus). */
  refusals: number;
  refuseWith: number;
}
export interface VirtualSign extends TwinWires {
  readonly state: { plugged: boolean; hosts: number };
  readonly face: SignFace;
  readonly complaints: readonly string[];
  readonly mood: SignMood;
  /** Called after every change. Returns the way to stop it. */
  onChange(f: () => void): () => void;
  /** Power and wire gone: dark, and all forgotten. */
  pullPlug(): Promise<void>;
  putPlug(): Promise<void>;
  /** Dark for a moment, its wire stays: nobody is told. */
  restart(): void;
}

// ---------------------------------------------------------------- scanners

export interface VirtualScannerOptions {
  /** `gm65` answers commands and heartbeats; `line` only sends codes. */
  protocol: 'line' | 'gm65';
  encoding: 'utf-8' | 'gbk';
  tail: 'cr' | 'lf' | 'crlf' | 'tab' | 'none';
}

export interface VirtualScanner extends TwinWires {
  readonly state: {
    hosts: number;
    /** Its lamp is on: a host told it to read. */
    triggered: boolean;
    plugged: boolean;
  };
  /** Commands it could not make sense of, as hex. */
  readonly complaints: readonly string[];
  onChange(f: () => void): () => void;
  /** A code is held before it. */
  scan(text: string): void;
  /** Only the first so many bytes of a code leave. */
  scanCut(text: string, bytes: number): void;
  /** false: commands get no answer. */
  answers(on: boolean): void;
  pullPlug(): Promise<void>;
  putPlug(): Promise<void>;
}

/** A USB scanner at the border of the HID library: stands in for it. */
export interface VirtualHidScanner {
  /** In the shape of the library's device list, opener and descriptor. */
  readonly library: {
    devicesAsync(
      vendor: number,
      product: number,
    ): Promise<{ path: string; serialNumber: string; usagePage: number; usage: number }[]>;
    HIDAsync: { open(path: string): Promise<VirtualHidHandle> };
    descriptorOf(path: string): Promise<Uint8Array>;
  };
  /** Feature reports it was sent. */
  readonly features: readonly (readonly number[])[];
  readonly hosts: number;
  scan(text: string): void;
  /** Any report, byte for byte. */
  report(bytes: Uint8Array): void;
  unplug(): void;
  replug(): void;
}
export interface VirtualHidHandle {
  on(event: 'data', f: (report: Uint8Array) => void): unknown;
  on(event: 'error', f: (error: Error) => void): unknown;
  sendFeatureReport(report: number[]): Promise<unknown>;
  close(): Promise<void>;
}

// ---------------------------------------------------------------- presence radar

export interface VirtualRadarOptions {
  clock: DeviceClock;
  /** Between two reports; the real one: 50 to 100. */
  everyMs: number;
}
export interface VirtualRadar extends TwinWires {
  readonly state: {
    seen: { target: 'none' | 'moving' | 'still' | 'both'; movingCm: number; stillCm: number };
    hosts: number;
    plugged: boolean;
  };
  onChange(f: () => void): () => void;
  /** Who stands before it from now on. */
  see(seen: VirtualRadar['state']['seen']): void;
  /** false: powered and silent. */
  reports(on: boolean): void;
  pullPlug(): Promise<void>;
  putPlug(): Promise<void>;
}

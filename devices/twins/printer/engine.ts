/**
 * The printer's own mind: a receive buffer of the profile's size, commands carried out in order as
 * fast as paper moves, real-time commands answered as they arrive, and everything that can go wrong
 * with paper, cover and cutter. Knows no wire.
 */
import type { DeviceClock } from '../../contract.ts';
import type { PrinterProfile } from '../../ticket-printer/printer-profile.ts';
import type { Command, Read } from './command.ts';
import { readCommand } from './commands.ts';
import { glyphOf } from './glyphs.ts';
import { changeLook, PrintHead, type Sheet } from './paper.ts';
import { Pictures } from './pictures.ts';
import { type RealTimeCommand, RealTimeWatch } from './real-time.ts';
import type { Condition } from './replies.ts';
import { readStarCommand } from './star-commands.ts';
import { StatusVoice } from './status-voice.ts';

/** Time of a cut at profile pace, ms. */
const cutMs = 300;
/** From the print head to the blade, and to the bar where there is no cutter, mm. */
const bladeMm = 14;
const barMm = 11;
/** On one piece of paper. */
const complaintsMax = 20;
/** Paper that nobody cuts lies on the floor: after so much it is torn off, 2.5 m. */
const sheetDotsMax = 20_000;
/** A printer without cutter: who stands before it tears the paper off after this rest, ms. */
const tearAfterMs = 250;
/** Small moves (rows of a picture) are timed together. */
const moveMsMin = 4;
export interface EnginePorts {
  profile: PrinterProfile;
  clock: DeviceClock;
  pace: 'profile' | 'instant';
  lowBelowMm: number;
  reply(bytes: Uint8Array): void;
  paperOff(sheet: Sheet, complaints: string[]): void;
  changed(): void;
}

export class PrinterEngine {
  paperMm: number;
  coverOpen = false;
  /** The jam itself, and the error it causes until the host (or the cover) resets it. */
  jammed = false;
  cutterError = false;
  /** The print head rests. */
  headHot = false;
  /** Printers with a mouth: the last ticket hangs in it. */
  ticketWaiting = false;
  readonly #star: boolean;
  readonly #ports: EnginePorts;
  readonly #head: PrintHead;
  readonly #bladeDots: number;
  readonly #voice: StatusVoice;
  readonly #pictures: Pictures;
  readonly #realTime: RealTimeWatch;
  #buffer = new Uint8Array(0);
  /** The buffer holds the beginning of one command: a printer takes that apart as it comes. */
  #partial = false;
  #busy: (() => void) | undefined;
  #tear: (() => void) | undefined;
  #chinese = false;
  #complaints: string[] = [];
  /** Time of moves not waited for yet, ms. */
  #owedMs = 0;
  /** Star: within raster mode. */
  #raster = false;
  #page = 0;

  constructor(ports: EnginePorts, paperMm: number) {
    this.#ports = ports;
    this.#star = ports.profile.commands.encoder === 'star-line';
    this.#chinese = this.#chineseAtStart;
    const { cut, paper } = ports.profile;
    const toEdgeMm = cut.how === 'none' ? barMm : bladeMm;
    this.#bladeDots = Math.round(toEdgeMm * paper.dots_per_mm);
    this.#head = new PrintHead(ports.profile, this.#bladeDots);
    this.#voice = new StatusVoice(ports.profile, () => this.#condition(), ports.reply);
    this.#pictures = new Pictures(ports.profile, this.#head, (words) => this.#complain(words));
    this.#realTime = new RealTimeWatch(this.#star);
    this.paperMm = paperMm;
  }

  /** What has come out and is not cut off yet. */
  get hanging(): Sheet {
    return this.#head.sheet;
  }
  get bufferedBytes(): number {
    return this.#buffer.length;
  }
  get roomBytes(): number {
    const held = this.#partial ? 0 : this.#buffer.length;
    return Math.max(0, this.#ports.profile.speed.buffer_bytes - held);
  }
  get paper(): 'ok' | 'low' | 'out' {
    if (this.paperMm <= 0) return 'out';
    return this.paperMm < this.#ports.lowBelowMm ? 'low' : 'ok';
  }
  get online(): boolean {
    return !this.coverOpen && !this.cutterError && !this.headHot && this.paperMm > 0;
  }

  /** At most `roomBytes` bytes. */
  receive(bytes: Uint8Array): void {
    const joined = new Uint8Array(this.#buffer.length + bytes.length);
    joined.set(this.#buffer);
    joined.set(bytes, this.#buffer.length);
    this.#buffer = joined;
    for (const byte of bytes) {
      const command = this.#realTime.push(byte);
      if (command !== undefined) this.#actNow(command);
    }
    this.#pump();
  }

  /** Power off and on: buffers and modes are gone; what hangs out of the printer stays there. */
  powerCycle(): void {
    this.#busy?.();
    this.#busy = undefined;
    this.#tear?.();
    this.#buffer = new Uint8Array(0);
    this.#partial = false;
    this.#realTime.reset();
    this.#voice.reset();
    this.#chinese = this.#chineseAtStart;
    this.#raster = false;
    this.#owedMs = 0;
    this.cutterError = this.jammed;
    this.#head.reset();
  }

  /** After anybody touched paper, cover or jam. */
  touched(): void {
    this.#voice.report();
    this.#ports.changed();
    this.#pump();
  }

  get #chineseAtStart(): boolean {
    return this.#star || this.#ports.profile.commands.chinese_mode === 'always-on';
  }

  loadPaper(mm: number): void {
    if (this.paperMm <= 0) this.#head.rollChanged();
    this.paperMm = mm;
    this.touched();
  }

  // ------------------------------------------------------------ real-time commands

  #actNow(command: RealTimeCommand): void {
    switch (command.type) {
      case 'status':
        this.#voice.now(command.question);
        break;
      case 'star-status':
        this.#voice.starNow();
        break;
      case 'clear':
        if (this.#ports.profile.status.clear_buffer) this.#clear();
        break;
      case 'recover':
        if (this.cutterError) this.#recover(command.how);
    }
  }

  #clear(): void {
    this.#buffer = new Uint8Array(0);
    this.#head.reset();
    this.#voice.cleared();
  }

  #recover(how: 1 | 2): void {
    if (how === 2) {
      this.#buffer = new Uint8Array(0);
      this.#head.reset();
    }
    if (this.jammed) return;
    this.cutterError = false;
    this.touched();
  }

  #condition(): Condition {
    const { online, coverOpen, cutterError, headHot, paper, ticketWaiting } = this;
    return { online, coverOpen, cutterError, headHot, paper, ticketWaiting };
  }

  // ------------------------------------------------------------ commands in turn

  #pump(): void {
    let changed = false;
    while (this.online && this.#busy === undefined) {
      const read = this.#read();
      this.#partial = read === null;
      if (read === null) break;
      changed = true;
      const done = this.#carryOut(read.command, this.#buffer.subarray(0, read.length));
      if (done === 'stuck') break;
      this.#buffer = this.#buffer.subarray(read.length);
      if (done > 0) this.#moved(done, read.command.type === 'cut' ? cutMs : 0);
    }
    if (changed) this.#ports.changed();
    this.#waitForTear();
  }

  #read(): Read | null {
    return this.#star
      ? readStarCommand(this.#buffer, 0, this.#raster)
      : readCommand(this.#buffer, 0, this.#chinese);
  }

  /** Paper moved by `dots`: the roll gets shorter, time passes. */
  #moved(dots: number, extraMs: number): void {
    const { profile, pace, clock } = this.#ports;
    const mm = dots / profile.paper.dots_per_mm;
    const before = this.paper;
    this.paperMm = Math.max(0, this.paperMm - mm);
    if (this.#head.sheet.heightDots > sheetDotsMax) {
      this.#complain('never cut');
      this.#paperOff();
    }
    if (this.paper !== before) this.#voice.report();
    if (pace === 'instant') return;
    this.#owedMs += (mm * 1000) / profile.speed.mm_per_second + extraMs;
    if (this.#owedMs < moveMsMin) return;
    const restMs = this.#owedMs;
    this.#owedMs = 0;
    this.#busy = clock.after(restMs, () => {
      this.#busy = undefined;
      this.#pump();
    });
  }

  /** Dots the paper moved; 'stuck': the command is not done and stays first. */
  #carryOut(command: Command, raw: Uint8Array): number | 'stuck' {
    const head = this.#head;
    if (changeLook(head, command)) return 0;
    switch (command.type) {
      case 'text':
        return head.put(this.#glyph(command.bytes), command.wide);
      case 'line-feed':
        return head.endLine();
      case 'initialise':
        this.#chinese = this.#chineseAtStart;
        this.#raster = false;
        this.#page = 0;
        head.reset();
        this.#pictures.initialise();
        return 0;
      case 'chinese':
        this.#chinese = command.on;
        return 0;
      case 'code-page':
        this.#page = command.page;
        return 0;
      case 'spacing':
        head.setSpacing(command.dots);
        return 0;
      case 'feed-dots':
        return head.feed(command.dots);
      case 'feed-lines':
        return head.feedLines(command.lines);
      case 'cut':
        return this.#cut(command);
      case 'unknown':
        this.#complain(`unknown command ${Buffer.from(raw.subarray(0, 8)).toString('hex')}`);
        return 0;
      case 'raster-mode':
        this.#raster = command.on;
        return 0;
      case 'nothing':
        return 0;
      default:
        return this.#pictures.carryOut(command) ?? this.#answer(command);
    }
  }

  #answer(command: Command): number {
    this.#voice.answer(command);
    return 0;
  }

  #glyph(bytes: Uint8Array): string {
    const { char, complaint } = glyphOf(bytes, this.#page);
    if (complaint !== undefined) this.#complain(complaint);
    return char;
  }

  #cut(command: Extract<Command, { type: 'cut' }>): number | 'stuck' {
    if (this.#ports.profile.cut.how === 'none') return 0;
    if (this.jammed) {
      this.cutterError = true;
      this.#voice.report();
      return 'stuck';
    }
    const moved = this.#head.feed((command.feedToBlade ? this.#bladeDots : 0) + command.dots);
    this.#paperOff();
    return moved;
  }

  #waitForTear(): void {
    if (this.#ports.profile.cut.how !== 'none') return;
    this.#tear?.();
    this.#tear = this.#ports.clock.after(tearAfterMs, () => {
      if (this.online && this.#busy === undefined && this.#head.sheet.cells.length > 0) {
        this.#paperOff();
      }
    });
  }

  #complain(words: string): void {
    if (this.#complaints.length < complaintsMax) this.#complaints.push(words);
  }

  #paperOff(): void {
    const complaints = this.#complaints;
    this.#complaints = [];
    const { sheet, through } = this.#head.cut();
    this.ticketWaiting = this.#ports.profile.status.presenter === 'custom';
    if (through) complaints.push('the cut went through a line');
    this.#ports.paperOff(sheet, complaints);
  }
}

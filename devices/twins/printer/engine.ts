/**
 * The printer's own mind: a receive buffer of the profile's size, commands carried out in order as
 * fast as paper moves, real-time commands answered as they arrive, and everything that can go wrong
 * with paper, cover and cutter. Knows no wire.
 */
import type { DeviceClock } from '../../contract.ts';
import type { PrinterProfile } from '../../ticket-printer/printer-profile.ts';
import { type Command, type Read, readCommand } from './commands.ts';
import { qrMatrix } from './drawing.ts';
import { changeLook, type Picture, PrintHead, type QrMark, type Sheet } from './paper.ts';
import * as say from './replies.ts';
import { readStarCommand } from './star-commands.ts';

/** Time of a cut at profile pace, ms. */
const cutMs = 300;
/** From the print head to the blade, and to the bar where there is no cutter, mm. */
const bladeMm = 14;
const barMm = 11;
/** On one piece of paper. */
const complaintsMax = 20;
/** Paper that nobody cuts lies on the floor: after so much it is torn off, 2.5 m. */
const sheetDotsMax = 20_000;
const gb18030 = new TextDecoder('gb18030');
/** A printer without cutter: who stands before it tears the paper off after this rest, ms. */
const tearAfterMs = 250;
/** Small moves (rows of a picture) are timed together. */
const moveMsMin = 4;
/** DLE DC4 8 with its guard bytes; ESC ACK SOH. */
const clearNow = '16,20,8,1,3,20,1,6,2,8';
const starQuestion = '27,6,1';
const realTimeBytesMax = 10;
const starCounts = 32;

/** ESC t 1: lines and blocks from 80, half-width katakana from A1. */
const katakanaPage = 1;
const katakanaLines = '▁▂▃▄▅▆▇█▏▎▍▌▋▊▉┼┴┬┤├▔─│▕┌┐└┘╭╮╰╯';
function katakana(byte: number): string | undefined {
  if (byte < 0xa0) return katakanaLines[byte - 0x80];
  return byte > 0xa0 && byte < 0xe0 ? String.fromCharCode(0xff61 + byte - 0xa1) : undefined;
}

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
  #buffer = new Uint8Array(0);
  /** The buffer holds the beginning of one command: a printer takes that apart as it comes. */
  #partial = false;
  #busy: (() => void) | undefined;
  #tear: (() => void) | undefined;
  #chinese = false;
  #reportMask = 0;
  #lastReport = '';
  #qr: Omit<QrMark, 'x' | 'y' | 'sideDots'> = {
    moduleDots: 3,
    level: 'L',
    data: new Uint8Array(0),
  };
  #realTime: number[] = [];
  #complaints: string[] = [];
  /** Time of moves not waited for yet, ms. */
  #owedMs = 0;
  /** Star: within raster mode; ETB commands carried out. */
  #raster = false;
  #count = 0;
  #page = 0;
  #graphics: Picture | undefined;

  constructor(ports: EnginePorts, paperMm: number) {
    this.#ports = ports;
    this.#star = ports.profile.commands.encoder === 'star-line';
    this.#chinese = this.#chineseAtStart;
    const { cut, paper } = ports.profile;
    const toEdgeMm = cut.how === 'none' ? barMm : bladeMm;
    this.#bladeDots = Math.round(toEdgeMm * paper.dots_per_mm);
    this.#head = new PrintHead(ports.profile, this.#bladeDots);
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
    for (const byte of bytes) this.#watchRealTime(byte);
    this.#pump();
  }

  /** Power off and on: buffers and modes are gone; what hangs out of the printer stays there. */
  powerCycle(): void {
    this.#busy?.();
    this.#busy = undefined;
    this.#tear?.();
    this.#buffer = new Uint8Array(0);
    this.#partial = false;
    this.#realTime = [];
    this.#chinese = this.#chineseAtStart;
    this.#raster = false;
    this.#count = 0;
    this.#owedMs = 0;
    this.#reportMask = 0;
    this.cutterError = this.jammed;
    this.#head.reset();
  }

  /** After anybody touched paper, cover or jam. */
  touched(): void {
    this.#report();
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

  /** Some commands act as they come in, wherever they stand. */
  #watchRealTime(byte: number): void {
    this.#realTime = [...this.#realTime.slice(1 - realTimeBytesMax), byte];
    const { status } = this.#ports.profile;
    if (this.#star) {
      if (this.#realTime.slice(-3).join() === starQuestion && status.star_asb) this.#sayStar();
      return;
    }
    if (status.clear_buffer && this.#realTime.join() === clearNow) this.#clear();
    const [dle, code, n = 0] = this.#realTime.slice(-3);
    if (dle !== 0x10) return;
    if (code === 0x04) this.#sayNow(n);
    if (code === 0x05 && (n === 1 || n === 2) && this.cutterError) this.#recover(n);
  }

  #sayNow(question: number): void {
    const { status } = this.#ports.profile;
    if (question >= 1 && question <= 4 && status.dle_eot) {
      this.#ports.reply(Uint8Array.of(say.eotByte(question, this.#condition())));
    }
    if (question === 20 && status.presenter === 'custom') {
      this.#ports.reply(say.fullBytes(this.#condition()));
    }
  }

  #sayStar(): void {
    this.#ports.reply(say.starBytes(this.#condition(), this.#count));
  }

  #clear(): void {
    this.#buffer = new Uint8Array(0);
    this.#head.reset();
    this.#ports.reply(say.clearedBlock());
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

  #condition(): say.Condition {
    const { online, coverOpen, cutterError, headHot, paper, ticketWaiting } = this;
    return { online, coverOpen, cutterError, headHot, paper, ticketWaiting };
  }

  /** Automatic status: when something changed that the host asked to hear of. */
  #report(force = false): void {
    const { asb, star_asb } = this.#ports.profile.status;
    if (this.#reportMask === 0 || !(this.#star ? star_asb : asb)) return;
    const condition = this.#condition();
    const bytes = this.#star ? say.starBytes(condition, this.#count) : say.asbBytes(condition);
    const text = bytes.join();
    if (text === this.#lastReport && !force) return;
    this.#lastReport = text;
    this.#ports.reply(bytes);
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
    if (this.paper !== before) this.#report();
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
        return head.put(this.#glyph(command), command.wide);
      case 'line-feed':
        return head.endLine();
      case 'initialise':
        this.#chinese = this.#chineseAtStart;
        this.#raster = false;
        this.#page = 0;
        head.reset();
        this.#qr = { ...this.#qr, moduleDots: 3, level: 'L' };
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
      case 'nothing':
        return 0;
      default:
        return this.#picture(command) ?? this.#qrOrAnswer(command);
    }
  }

  /** Dots the paper moved; undefined: no picture. */
  #picture(command: Command): number | undefined {
    const head = this.#head;
    switch (command.type) {
      case 'bitmap':
        return head.bitmap(command);
      case 'dots':
        return head.dots({ ...command, rowBytes: Math.ceil(command.width / 8) }, command.width);
      case 'dot-row':
        return head.bitmap({
          ...{ rowBytes: command.bits.length, rows: 1, bits: command.bits },
          ...{ wide: 1, high: 1 },
        });
      case 'graphics-store':
        this.#graphics = { ...command, wide: 1, high: 1 };
        return 0;
      case 'graphics-print':
        return this.#graphics === undefined ? 0 : head.bitmap(this.#graphics);
      case 'down':
        return head.feed(command.dots);
      case 'raster-mode':
        this.#raster = command.on;
        return 0;
      default:
        return undefined;
    }
  }

  #qrOrAnswer(command: Command): number {
    const { status } = this.#ports.profile;
    switch (command.type) {
      case 'qr-module':
        this.#qr = { ...this.#qr, moduleDots: command.dots };
        return 0;
      case 'qr-level':
        this.#qr = { ...this.#qr, level: command.level };
        return 0;
      case 'qr-store':
        this.#qr = { ...this.#qr, data: command.data };
        return 0;
      case 'qr-print':
        return this.#printQr();
      case 'qr-whole':
        this.#qr = { ...this.#qr, ...command };
        return this.#printQr();
      case 'count-up':
        this.#count = (this.#count + 1) % starCounts;
        this.#report();
        return 0;
      case 'count-from':
        this.#count = command.count;
        return 0;
      case 'report':
        this.#reportMask = command.mask;
        if (command.mask !== 0 && !this.#star) this.#report(true);
        return 0;
      case 'ask-in-turn':
        if (status.gs_r)
          this.#answer(Uint8Array.of(say.inTurnByte(command.what, this.#condition())));
        return 0;
      case 'process-id':
        if (status.process_id) this.#answer(say.processIdBlock(command.id));
        return 0;
      case 'identify':
        this.#answer(say.identity(command.what));
        return 0;
      default:
        return 0;
    }
  }

  #answer(bytes: Uint8Array): void {
    this.#ports.reply(bytes);
  }

  #printQr(): number {
    const { data, level } = this.#qr;
    if (this.#ports.profile.qr.how === 'none' || data.length === 0) return 0;
    try {
      return this.#head.qr(this.#qr, qrMatrix(data, level).side);
    } catch {
      this.#complain(`${data.length} bytes do not fit into a QR code`);
      return 0;
    }
  }

  #glyph(command: Extract<Command, { type: 'text' }>): string {
    const char = gb18030.decode(command.bytes);
    const [first = 0] = command.bytes;
    if (command.bytes.length === 1 && first >= 0x80) {
      const known = this.#page === katakanaPage ? katakana(first) : undefined;
      if (known === undefined) this.#complain(`byte ${first.toString(16)} outside Chinese mode`);
      return known ?? '?';
    }
    if (char.includes('\ufffd')) {
      this.#complain(`no character ${Buffer.from(command.bytes).toString('hex')}`);
    }
    return char;
  }

  #cut(command: Extract<Command, { type: 'cut' }>): number | 'stuck' {
    if (this.#ports.profile.cut.how === 'none') return 0;
    if (this.jammed) {
      this.cutterError = true;
      this.#report();
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

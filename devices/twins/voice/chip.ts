/**
 * A SYN speech chip without a chip, from its datasheet: takes bytes, speaks frames, answers bytes.
 *
 *   FD LenH LenL CMD [PARAM TEXT] (XOR: SYN6288 only)     41 accepted · 45 refused
 *   01 speak · 02 stop · 03 pause · 04 resume · 21 query -> 41, then 4E speaking | 4F idle
 *   31 SYN6288: line speed · 88 (22) sleep · FF wake;  4A after power-up;  4F alone when speech ends
 */
import iconv from 'iconv-lite';
import type { DeviceClock } from '../../contract.ts';
import type { HeardSentence, VoiceMood } from '../contract.ts';

export const sentencesKeptMax = 200;
const complaintsKeptMax = 50;
/** The chip's buffer: 206 bytes (SYN6288), 4 kB of text (SYN6658). */
const payloadMax = { syn6288: 203, syn6658: 4098 } as const;

export interface ChipPorts {
  model: 'syn6288' | 'syn6658';
  clock: DeviceClock;
  characterMs: number;
  send(bytes: Uint8Array): void;
  changed(): void;
}

/** Besides speak: stop, pause, resume, query, sleep, store, play, line speed, wake. */
const commands = new Set([0x02, 0x03, 0x04, 0x21, 0x22, 0x31, 0x32, 0x88, 0xff]);
const encodings = {
  syn6288: ['gb2312', 'gbk', 'big5', 'utf-16be'],
  syn6658: ['gb2312', 'gbk', 'big5', 'utf-16le', 'utf-16be'],
} as const;

export class SpeechChip {
  readonly sentences: HeardSentence[] = [];
  readonly complaints: string[] = [];
  readonly mood: VoiceMood = { mute: false, stutter: false, refusals: 0, hidesEnd: false };
  readonly #ports: ChipPorts;
  #bytes: number[] = [];
  #seq = 0;
  #current: HeardSentence | undefined;
  #cancelEnd: (() => void) | undefined;

  constructor(ports: ChipPorts) {
    this.#ports = ports;
  }

  get speaking(): boolean {
    return this.#current !== undefined;
  }

  powerUp(): void {
    this.#bytes = [];
    this.#answer(0x4a);
  }

  powerDown(): void {
    this.#bytes = [];
    this.#stopSpeech('cut');
  }

  receive(chunk: Uint8Array): void {
    for (const byte of chunk) this.#take(byte);
  }

  #take(byte: number): void {
    const bytes = this.#bytes;
    if (bytes.length === 0 && byte !== 0xfd) {
      this.#complain(`byte ${byte.toString(16)} outside a frame`);
      return;
    }
    bytes.push(byte);
    if (bytes.length < 3) return;
    const length = ((bytes[1] ?? 0) << 8) | (bytes[2] ?? 0);
    if (length === 0 || length > payloadMax[this.#ports.model]) {
      this.#complain(`length ${length}`);
      this.#bytes = [];
      this.#answer(0x45);
      return;
    }
    if (bytes.length < 3 + length) return;
    this.#bytes = [];
    this.#frame(bytes);
  }

  #frame(bytes: number[]): void {
    const checked = this.#ports.model === 'syn6288';
    if (checked && bytes.reduce((xor, byte) => xor ^ byte, 0) !== 0) {
      this.#complain('wrong XOR');
      this.#answer(0x45);
    } else if (this.mood.refusals > 0) {
      this.mood.refusals -= 1;
      this.#answer(0x45);
    } else this.#obey(checked ? bytes.slice(3, -1) : bytes.slice(3));
  }

  #obey([command = 0, ...rest]: number[]): void {
    if (command === 0x01) {
      this.#speak(rest);
      return;
    }
    if (!commands.has(command)) {
      this.#complain(`command ${command.toString(16)}`);
      this.#answer(0x45);
      return;
    }
    this.#answer(0x41);
    if (command === 0x02) this.#stopSpeech('cut');
    if (command === 0x21) this.#answer(this.speaking ? 0x4e : 0x4f);
  }

  #speak([param = 0, ...text]: number[]): void {
    const { model, clock, characterMs } = this.#ports;
    const encoding = encodings[model][param & 7];
    if (encoding === undefined || text.length === 0) {
      this.#answer(0x45);
      return;
    }
    this.#answer(0x41);
    // The datasheet: a new frame stops the one being spoken.
    this.#stopSpeech('cut');
    const read = readTags(iconv.decode(Buffer.from(text), encoding));
    this.#seq += 1;
    const sentence: HeardSentence = { seq: this.#seq, at: clock.now(), ...read, end: 'speaking' };
    this.sentences.push(sentence);
    if (this.sentences.length > sentencesKeptMax) this.sentences.shift();
    this.#current = sentence;
    this.#ports.changed();
    const spokenMs = [...read.text].length * characterMs;
    this.#cancelEnd = clock.after(spokenMs, () => {
      this.#stopSpeech('whole');
      if (!this.mood.hidesEnd) this.#answer(0x4f);
    });
  }

  #stopSpeech(end: 'whole' | 'cut'): void {
    this.#cancelEnd?.();
    this.#cancelEnd = undefined;
    if (this.#current === undefined) return;
    this.#current.end = end;
    this.#current = undefined;
    this.#ports.changed();
  }

  #answer(byte: number): void {
    if (this.mood.mute) return;
    this.#ports.send(Uint8Array.from(this.mood.stutter ? [byte, byte] : [byte]));
  }

  #complain(what: string): void {
    this.complaints.push(what);
    if (this.complaints.length > complaintsKeptMax) this.complaints.shift();
  }
}

/** Tags of the chips are a letter and a number, `=` and pinyin, or a digit, in square brackets. */
const tag = /\[([a-z]\d*|\d|=[a-z]+\d)\]/g;

function readTags(text: string): { text: string; tags: string[] } {
  const tags = [...text.matchAll(tag)].map(([, name = '']) => name);
  return { text: text.replace(tag, ''), tags };
}

/** Some commands act as they come in, wherever they stand: also within pictures and texts. */
export type RealTimeCommand =
  | { type: 'status'; question: number }
  | { type: 'recover'; how: 1 | 2 }
  | { type: 'clear' }
  | { type: 'star-status' };

/** DLE DC4 8 with its guard bytes; ESC ACK SOH. */
const clearNow = '16,20,8,1,3,20,1,6,2,8';
const starQuestion = '27,6,1';
const bytesMax = 10;

export class RealTimeWatch {
  readonly #star: boolean;
  #last: number[] = [];

  constructor(star: boolean) {
    this.#star = star;
  }

  /** What this byte completes. */
  push(byte: number): RealTimeCommand | undefined {
    this.#last = [...this.#last.slice(1 - bytesMax), byte];
    if (this.#star) {
      return this.#last.slice(-3).join() === starQuestion ? { type: 'star-status' } : undefined;
    }
    if (this.#last.join() === clearNow) return { type: 'clear' };
    const [dle, code, n = 0] = this.#last.slice(-3);
    if (dle !== 0x10) return undefined;
    if (code === 0x04) return { type: 'status', question: n };
    return code === 0x05 && (n === 1 || n === 2) ? { type: 'recover', how: n } : undefined;
  }

  reset(): void {
    this.#last = [];
  }
}

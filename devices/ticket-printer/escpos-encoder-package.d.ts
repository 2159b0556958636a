/** The parts of `escpos` 3.0.0-alpha.6 that are used here; the package has no types of its own. */
declare module 'escpos' {
  export interface Adapter {
    write(bytes: Buffer, done: (error: Error | null) => void): void;
  }
  export default class Printer {
    constructor(adapter: Adapter, options: { encoding: string; width: number });
    /** Bytes as they are. */
    print(bytes: Buffer): this;
    newLine(): this;
    align(to: 'lt' | 'ct' | 'rt'): this;
    /** Multiples less one, 0 to 7 (GS !). */
    size(width: number, height: number): this;
    /** So many line feeds. */
    feed(lines: number): this;
    /** GS Z 2, ESC Z: the type says string in the package, a Buffer has the right length. */
    qrcode(data: Buffer, version: number, level: 'L' | 'M' | 'Q' | 'H', moduleDots: number): this;
    /** Hands what was collected to the adapter, in the same turn. */
    flush(done: (error: Error | null) => void): this;
  }
}

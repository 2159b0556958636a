/** Dots and QR codes: what is kept between commands, and what then goes to the head. */
import type { PrinterProfile } from '../../ticket-printer/printer-profile.ts';
import type { Command } from './command.ts';
import { qrMatrix } from './drawing.ts';
import type { Picture, PrintHead, QrMark } from './paper.ts';

const qrLook = { moduleDots: 3, level: 'L' } as const;

export class Pictures {
  readonly #head: PrintHead;
  readonly #canQr: boolean;
  readonly #complain: (words: string) => void;
  #qr: Omit<QrMark, 'x' | 'y' | 'sideDots'> = { ...qrLook, data: new Uint8Array(0) };
  #graphics: Picture | undefined;

  constructor(profile: PrinterProfile, head: PrintHead, complain: (words: string) => void) {
    this.#head = head;
    this.#canQr = profile.qr.how !== 'none';
    this.#complain = complain;
  }

  /** ESC @ forgets how QR codes look, not what they say. */
  initialise(): void {
    this.#qr = { ...this.#qr, ...qrLook };
  }

  /** Dots the paper moved; undefined: no picture. */
  carryOut(command: Command): number | undefined {
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
      default:
        return this.#qrCode(command);
    }
  }

  #qrCode(command: Command): number | undefined {
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
      default:
        return undefined;
    }
  }

  #printQr(): number {
    const { data, level } = this.#qr;
    if (!this.#canQr || data.length === 0) return 0;
    try {
      return this.#head.qr(this.#qr, qrMatrix(data, level).side);
    } catch {
      this.#complain(`${data.length} bytes do not fit into a QR code`);
      return 0;
    }
  }
}

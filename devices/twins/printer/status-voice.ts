/** What the printer says of itself, as far as its model can: asked now, asked in turn, unasked. */
import type { PrinterProfile } from '../../ticket-printer/printer-profile.ts';
import type { Command } from './command.ts';
import * as say from './replies.ts';

const starCounts = 32;

export class StatusVoice {
  readonly #star: boolean;
  readonly #able: PrinterProfile['status'];
  readonly #condition: () => say.Condition;
  readonly #reply: (bytes: Uint8Array) => void;
  #mask = 0;
  #lastReport = '';
  /** Star: ETB commands carried out. */
  #count = 0;

  constructor(
    profile: PrinterProfile,
    condition: () => say.Condition,
    reply: (bytes: Uint8Array) => void,
  ) {
    this.#star = profile.commands.encoder === 'star-line';
    this.#able = profile.status;
    this.#condition = condition;
    this.#reply = reply;
  }

  reset(): void {
    this.#count = 0;
    this.#mask = 0;
  }

  /** DLE EOT n. */
  now(question: number): void {
    if (question >= 1 && question <= 4 && this.#able.dle_eot) {
      this.#reply(Uint8Array.of(say.eotByte(question, this.#condition())));
    }
    if (question === 20 && this.#able.presenter === 'custom') {
      this.#reply(say.fullBytes(this.#condition()));
    }
  }

  starNow(): void {
    if (this.#able.star_asb) this.#reply(say.starBytes(this.#condition(), this.#count));
  }

  cleared(): void {
    this.#reply(say.clearedBlock());
  }

  /** Automatic status: when something changed that the host asked to hear of. */
  report(force = false): void {
    if (this.#mask === 0 || !(this.#star ? this.#able.star_asb : this.#able.asb)) return;
    const condition = this.#condition();
    const bytes = this.#star ? say.starBytes(condition, this.#count) : say.asbBytes(condition);
    const text = bytes.join();
    if (text === this.#lastReport && !force) return;
    this.#lastReport = text;
    this.#reply(bytes);
  }

  /** Answers to commands in turn; others are none of its business. */
  answer(command: Command): void {
    switch (command.type) {
      case 'count-up':
        this.#count = (this.#count + 1) % starCounts;
        this.report();
        break;
      case 'count-from':
        this.#count = command.count;
        break;
      case 'report':
        this.#mask = command.mask;
        if (command.mask !== 0 && !this.#star) this.report(true);
        break;
      case 'ask-in-turn':
        if (this.#able.gs_r) {
          this.#reply(Uint8Array.of(say.inTurnByte(command.what, this.#condition())));
        }
        break;
      case 'process-id':
        if (this.#able.process_id) this.#reply(say.processIdBlock(command.id));
        break;
      case 'identify':
        this.#reply(say.identity(command.what));
        break;
      default:
    }
  }
}

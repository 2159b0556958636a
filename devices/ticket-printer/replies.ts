/**
 * One parser for everything an ESC/POS printer says: answers to DLE EOT and GS r, automatic status
 * (ASB, 4 bytes), blocks (GS ( H, GS I), XON/XOFF. Told apart by fixed bits (TM-T88III manual,
 * appendix G). Total: any bytes, split anywhere; what fits nothing is dropped and counted.
 *
 * The last three bytes of an ASB look like answers to GS r. When its first byte was damaged they
 * must not pass for one (a false "printed"), so up to three such bytes after garbage are dropped.
 */
export type Reply =
  | { type: 'eot'; byte: number }
  | { type: 'asb'; bytes: readonly [number, number, number, number] }
  /** One byte in its turn: GS r. */
  | { type: 'in-turn'; byte: number }
  /** `bytes`: without header and NUL. */
  | { type: 'block'; header: number; bytes: readonly number[] }
  | { type: 'flow'; stop: boolean };

export interface ReplyParser {
  push(chunk: Uint8Array): Reply[];
  /** Bytes that fitted nothing so far. */
  readonly dropped: number;
  /** A new job begins: garbage of long ago casts no doubt on its token. */
  settle(): void;
}

/** The longest known block is a model name of some 20 characters. */
const blockBytesMax = 128;
const asbBytes = 4;
const doubtedAfterGarbage = asbBytes - 1;

const isEot = (b: number) => (b & 0x93) === 0x12;
const isAsbHead = (b: number) => (b & 0x93) === 0x10;
const isInTurn = (b: number) => (b & 0x90) === 0;
const isBlockHead = (b: number) => b === 0x37 || b === 0x5f;
const isBlockByte = (b: number) => b >= 0x20 && b < 0x7f;

export function createReplyParser(): ReplyParser {
  /** Bytes of an ASB or block begun and not complete. */
  let held: number[] = [];
  let dropped = 0;
  let doubted = 0;

  function garbage(bytes: number): void {
    dropped += bytes;
    doubted = doubtedAfterGarbage;
  }

  /** A byte within an ASB or block. undefined: it ends what was begun and belongs to nothing yet. */
  function continued(b: number): Reply | 'more' | undefined {
    const head = held[0] ?? 0;
    if (isAsbHead(head)) {
      if (!isInTurn(b)) return undefined;
      held.push(b);
      if (held.length < asbBytes) return 'more';
      const [one = 0, two = 0, three = 0, four = 0] = held;
      return { type: 'asb', bytes: [one, two, three, four] };
    }
    const tooLong = held.length > blockBytesMax;
    if (b === 0 && !tooLong) return { type: 'block', header: head, bytes: held.slice(1) };
    if (!isBlockByte(b)) return undefined;
    // What runs on without an end is swallowed to its end: its letters are no answers in turn.
    if (tooLong) dropped += 1;
    else held.push(b);
    return 'more';
  }

  function begun(b: number): Reply | undefined {
    if (isEot(b)) return { type: 'eot', byte: b };
    if (isAsbHead(b) || isBlockHead(b)) {
      held = [b];
      return undefined;
    }
    if (!isInTurn(b)) {
      garbage(1);
      return undefined;
    }
    if (doubted === 0) return { type: 'in-turn', byte: b };
    doubted -= 1;
    dropped += 1;
    return undefined;
  }

  function step(b: number): Reply | undefined {
    // Flow control may stand anywhere, also within a unit.
    if (b === 0x11 || b === 0x13) return { type: 'flow', stop: b === 0x13 };
    if (held.length > 0) {
      const reply = continued(b);
      if (reply === 'more') return undefined;
      const lost = held.length;
      held = [];
      // A whole unit was understood: the stream is in step again.
      if (reply !== undefined) doubted = 0;
      if (reply !== undefined) return reply;
      garbage(lost);
    }
    return begun(b);
  }

  return {
    push: (chunk) => {
      const replies: Reply[] = [];
      for (const b of chunk) {
        const reply = step(b);
        if (reply !== undefined) replies.push(reply);
      }
      return replies;
    },
    get dropped() {
      return dropped;
    },
    settle() {
      doubted = 0;
    },
  };
}

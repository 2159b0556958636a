/**
 * One parser for everything a ticket printer says, in one stream of bytes: answers to DLE EOT and
 * GS r, automatic status (ASB, 4 bytes), blocks (GS ( H, GS I), Custom's full status (6 bytes), Star's
 * automatic status (7 bytes and more), XON/XOFF. Told apart by fixed bits (TM-T88III manual, appendix
 * G; Star line mode manual, 5-11). Total: any bytes, split anywhere; what fits nothing is dropped and
 * counted.
 *
 * The last bytes of an automatic status look like answers to GS r. When its first byte was damaged
 * they must not pass for one (a false "printed"), so some bytes after garbage are dropped. A Star
 * printer answers no GS r at all, and the heads of its status would look like one.
 */
export type Reply =
  | { type: 'eot'; byte: number }
  | { type: 'asb'; bytes: readonly [number, number, number, number] }
  /** One byte in its turn: GS r. */
  | { type: 'in-turn'; byte: number }
  /** `bytes`: without header and NUL. */
  | { type: 'block'; header: number; bytes: readonly number[] }
  /** DLE EOT 20: paper, user, recoverable, unrecoverable. */
  | { type: 'full'; bytes: readonly [number, number, number, number] }
  /** Whole, with both headers. */
  | { type: 'star'; bytes: readonly number[] }
  | { type: 'flow'; stop: boolean };

export interface ReplyParser {
  push(chunk: Uint8Array): Reply[];
  /** Bytes that fitted nothing so far. */
  readonly dropped: number;
  /** A new job begins: garbage of long ago casts no doubt on its token. */
  settle(): void;
}

/** What this printer speaks beside the common ESC/POS. */
export interface Tongues {
  star: boolean;
  fullStatus: boolean;
}

/** The longest known block is a model name of some 20 characters. */
const blockBytesMax = 128;
const asbBytes = 4;
const doubtedAfterGarbage = asbBytes - 1;
/** Two headers, five statuses: the shortest Star packet that tells of paper. */
const starBytesMin = 7;

const isEot = (b: number) => (b & 0x93) === 0x12;
const isAsbHead = (b: number) => (b & 0x93) === 0x10;
const isInTurn = (b: number) => (b & 0x90) === 0;
const isBlockHead = (b: number) => b === 0x37 || b === 0x5f;
const isBlockByte = (b: number) => b >= 0x20 && b < 0x7f;
const isStarHead = (b: number) => (b & 0x91) === 0x01 && starBytes(b, 0) >= starBytesMin;
/** Bit 7 of the second header stands for two bytes more. */
const isStarByte = (b: number, at: number) => (b & (at === 1 ? 0x11 : 0x91)) === 0;

/** Length of a Star packet from its headers. */
function starBytes(head: number, second: number): number {
  return ((head >> 1) & 0x07) + ((head >> 2) & 0x18) + (second & 0x80 ? 2 : 0);
}

export function createReplyParser(tongues: Tongues): ReplyParser {
  /** Bytes of a unit begun and not complete. */
  let held: number[] = [];
  let dropped = 0;
  let doubted = 0;

  function garbage(bytes: number): void {
    dropped += bytes;
    doubted = doubtedAfterGarbage;
  }

  /** A byte within a unit. undefined: it ends what was begun and belongs to nothing yet. */
  function continued(b: number): Reply | 'more' | undefined {
    const [head = 0, second] = held;
    if (isBlockHead(head)) return inBlock(b, head);
    if (!isAsbHead(head)) return inStar(b, head, second ?? b);
    if (tongues.fullStatus && head === 0x10 && (second ?? b) === 0x0f) return inFull(b);
    if (!isInTurn(b)) return undefined;
    held.push(b);
    if (held.length < asbBytes) return 'more';
    const [one = 0, two = 0, three = 0, four = 0] = held;
    return { type: 'asb', bytes: [one, two, three, four] };
  }

  function inBlock(b: number, header: number): Reply | 'more' | undefined {
    const tooLong = held.length > blockBytesMax;
    if (b === 0 && !tooLong) return { type: 'block', header, bytes: held.slice(1) };
    if (!isBlockByte(b)) return undefined;
    // What runs on without an end is swallowed to its end: its letters are no answers in turn.
    if (tooLong) dropped += 1;
    else held.push(b);
    return 'more';
  }

  function inStar(b: number, head: number, second: number): Reply | 'more' | undefined {
    if (!isStarByte(b, held.length)) return undefined;
    held.push(b);
    return held.length < starBytes(head, second) ? 'more' : { type: 'star', bytes: held };
  }

  /** Bit 4 is never set in it. */
  function inFull(b: number): Reply | 'more' | undefined {
    if ((b & 0x10) !== 0) return undefined;
    held.push(b);
    if (held.length < asbBytes + 2) return 'more';
    const [, , paper = 0, user = 0, passing = 0, broken = 0] = held;
    return { type: 'full', bytes: [paper, user, passing, broken] };
  }

  function begun(b: number): Reply | undefined {
    if (isEot(b)) return { type: 'eot', byte: b };
    if (isAsbHead(b) || isBlockHead(b) || (tongues.star && isStarHead(b))) {
      held = [b];
      return undefined;
    }
    if (!isInTurn(b) || tongues.star) {
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

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { drawingEncoderFor } from '../../devices/ticket-printer/encoders.ts';
import { createEscposPrinter } from '../../devices/ticket-printer/escpos-printer.ts';
import { createRoll } from '../../devices/ticket-printer/near-end.ts';
import type { PrinterProfile } from '../../devices/ticket-printer/printer-profile.ts';
import fc from '../harness/fc.ts';
import { MemoryWire } from '../harness/memory-wire.ts';
import { noLog } from '../harness/printer-bench.ts';
import { printerProfile } from '../harness/printer-profiles.ts';
import { VirtualClock } from '../harness/virtual-clock.ts';

const test = suite('never a false "paper ok"');

/** Everything a printer without paper says, or says nothing of paper with. */
const outAsb = [0x18, 0x00, 0x0f, 0x00];
const outEot = new Map([
  [1, 0x1a],
  [2, 0x32],
  [3, 0x12],
  [4, 0x7e],
]);
const outStar = [0x23, 0x06, 0x08, 0x00, 0x00, 0x0c, 0x00, 0x06, 0x00];
const outFull = [0x10, 0x0f, 0x05, 0x00, 0x00, 0x00];
const block = [0x5f, 0x54, 0x4d, 0x2d, 0x54, 0x38, 0x38, 0x00];

/** Bytes that are no reply and begin none, in any dialect. */
const illegal = [0x80, 0x81, 0x90, 0x9f, 0xa5, 0xb2, 0xc0, 0xe1, 0xf7, 0xff];

const custom: PrinterProfile = {
  ...printerProfile('generic-80'),
  status: { ...printerProfile('generic-80').status, presenter: 'custom' },
};
const star = printerProfile('star-tsp700');

type Word = 'asb' | 'answer' | 'in-turn' | 'block' | 'flow' | 'star';
interface Piece {
  word: Word;
  /** Time before it, ms: what was asked is answered first. */
  afterMs: number;
  /** What happens to it on the way; `at` is a byte of it. */
  damage: 'none' | 'lost' | 'flipped' | 'garbage';
  at: number;
  bit: number;
  dirt: number;
}
const piece = (words: Word[]): fc.Arbitrary<Piece> =>
  fc.record({
    word: fc.constantFrom(...words),
    afterMs: fc.constantFrom(0, 0, 0, 40, 1_010),
    damage: fc.constantFrom('none', 'lost', 'flipped', 'garbage'),
    at: fc.nat(8),
    bit: fc.nat(6),
    dirt: fc.constantFrom(...illegal),
  });

function damaged(bytes: readonly number[], p: Piece): number[] {
  const at = p.at % bytes.length;
  switch (p.damage) {
    case 'none':
      return [...bytes];
    case 'lost':
      return bytes.filter((_, i) => i !== at);
    case 'flipped':
      return bytes.map((b, i) => (i === at ? b ^ (1 << p.bit) : b));
    case 'garbage':
      return [...bytes.slice(0, at), p.dirt, ...bytes.slice(at)];
  }
}

/** Two faults within a few words, each at the right byte, may make a printer say anything. */
const sparedAfterFault = 4;
const tellsOfPaper: ReadonlySet<Word> = new Set(['asb', 'answer', 'star']);

const encoders = new Map<string, Awaited<ReturnType<typeof drawingEncoderFor>>>();

async function play(profile: PrinterProfile, pieces: Piece[], sizes: number[]): Promise<void> {
  const clock = new VirtualClock();
  const wire = new MemoryWire();
  const context = {
    ...{ id: 'printer', clock, log: noLog },
    ...{ status: () => undefined, event: () => undefined, lost: () => undefined },
    printerProfile: async () => profile,
  };
  const encoder = encoders.get(profile.id) ?? (await drawingEncoderFor(profile, context));
  encoders.set(profile.id, encoder);
  const roll = createRoll(profile, 80, null);
  const printer = createEscposPrinter({ transport: wire, profile, encoder, context, roll });
  printer.ready.catch(() => undefined);
  /** What was asked and not answered yet. */
  const asked: number[][] = [];
  wire.onWrite = (bytes) => {
    const text = Buffer.from(bytes).toString('hex');
    const n = /^1004(..)$/.exec(text)?.[1];
    if (n === '14') asked.push(outFull);
    else if (n !== undefined) asked.push([outEot.get(Number.parseInt(n, 16)) ?? 0]);
    if (text === '1b0601') asked.push(outStar);
  };
  let size = 0;
  const feed = (bytes: readonly number[]) => {
    for (let from = 0; from < bytes.length; size += 1) {
      const to = from + (sizes[size % sizes.length] ?? 1);
      wire.feed(Uint8Array.from(bytes.slice(from, to)));
      assert.is.not(printer.status.paper, 'ok');
      assert.is.not(printer.status.paper, 'low');
      from = to;
    }
  };
  /** Words to come that are spared. */
  let spared = 0;
  for (const p of pieces) {
    await new Promise<void>((done) => setImmediate(done));
    if (p.afterMs > 0) {
      for (let a = asked.shift(); a !== undefined; a = asked.shift()) {
        feed(a);
        await new Promise<void>((done) => setImmediate(done));
      }
      await clock.advance(p.afterMs);
    }
    const whole: Piece = { ...p, damage: spared > 0 ? 'none' : p.damage };
    if (whole.damage !== 'none') spared = sparedAfterFault;
    else if (tellsOfPaper.has(p.word)) spared -= 1;
    const said = {
      asb: outAsb,
      answer: p.word === 'answer' ? (asked.shift() ?? []) : [],
      'in-turn': [0x0f],
      block,
      flow: [0x13, 0x11],
      star: outStar,
    }[p.word];
    if (said.length > 0) feed(damaged(said, whole));
  }
  await printer.close();
}

/** XOFF damaged to an answer: every answer then counts for the question after its own. */
const shiftedRounds: Piece[] = [
  { word: 'flow', damage: 'flipped' as const },
  ...(['answer', 'answer', 'asb'] as const).map((word) => ({ word, damage: 'none' as const })),
  ...Array(5).fill({ word: 'answer', damage: 'none' }),
].map((p) => ({ ...p, afterMs: 0, at: 0, bit: 0, dirt: 0x80 }));

for (const [name, profile, words] of [
  ['ESC/POS', printerProfile('generic-80'), ['asb', 'answer', 'in-turn', 'block', 'flow']],
  ['ESC/POS with full status', custom, ['asb', 'answer', 'in-turn', 'block', 'flow']],
  // Star line mode has no blocks.
  ['Star', star, ['answer', 'star', 'flow']],
] as [string, PrinterProfile, Word[]][]) {
  test(`${name}: no paper stays no paper, whatever is lost, damaged, mixed in or split`, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece(words), { minLength: 1, maxLength: 25 }),
        fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 12 }),
        (pieces, sizes) => play(profile, pieces, sizes),
      ),
      { numRuns: 250, examples: [[shiftedRounds, [1]]] },
    );
  });
}

test.run();

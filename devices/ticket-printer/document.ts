/** A ticket's content as data from outside: shape and limits. */
import { Type } from '@sinclair/typebox';
import { checked, oneOf } from '../check.ts';
import type { TicketBlock, TicketDocument } from '../contract.ts';
import { cleanText } from './line-breaking.ts';

/** One roll's worth of patience: a ticket is 12 to 20 blocks. */
export const blocksMax = 80;
const textCharsMax = 600;
const numberCharsMax = 12;
const columnCharsMax = 200;
/** Version 20 at level M: what a phone reads from 58 mm paper at arm's length. */
export const qrBytesMax = 660;
const feedLinesMax = 20;
/** Base64 of a file of 48 KB: plenty for the emblem of a hall. */
export const imageCharsMax = 65_536;

const closed = { additionalProperties: false } as const;
const Line = Type.String({ maxLength: textCharsMax });
const Cell = Type.String({ maxLength: columnCharsMax });

const Block = Type.Union([
  Type.Object(
    {
      type: Type.Literal('line'),
      text: Line,
      align: Type.Optional(oneOf(['left', 'center', 'right'] as const)),
      size: Type.Optional(Type.Union([Type.Literal(1), Type.Literal(2), Type.Literal(3)])),
      bold: Type.Optional(Type.Boolean()),
    },
    closed,
  ),
  Type.Object(
    {
      type: Type.Literal('number'),
      text: Type.String({ minLength: 1, maxLength: numberCharsMax }),
    },
    closed,
  ),
  Type.Object({ type: Type.Literal('columns'), left: Cell, right: Cell }, closed),
  Type.Object({ type: Type.Literal('rule') }, closed),
  Type.Object(
    { type: Type.Literal('qr'), data: Type.String({ minLength: 1, maxLength: qrBytesMax }) },
    closed,
  ),
  Type.Object(
    {
      type: Type.Literal('logo'),
      image: Type.String({ minLength: 8, maxLength: imageCharsMax }),
    },
    closed,
  ),
  Type.Object(
    { type: Type.Literal('feed'), lines: Type.Integer({ minimum: 1, maximum: feedLinesMax }) },
    closed,
  ),
]);

const Frame = Type.Object(
  {
    title: Type.String({ maxLength: columnCharsMax }),
    blocks: Type.Array(Type.Unknown(), { maxItems: blocksMax }),
  },
  closed,
);

/**
 * Made here, cleaned and frozen. Most of a ticket stood on the one before as well, and a document
 * passes here twice on the way to its first byte.
 */
const knownDocuments = new WeakSet<object>();
const knownBlocks = new WeakSet<object>();

/**
 * The document itself, frozen, its texts freed of control characters.
 * @throws DeviceError PRN_DOCUMENT
 */
export function checkedDocument(data: unknown): TicketDocument {
  if (isIn<TicketDocument>(knownDocuments, data)) return data;
  const { title, blocks } = checked(Frame, data, 'PRN_DOCUMENT', 'ticket');
  const made = {
    title: cleanText(title),
    blocks: Object.freeze(blocks.map((block, i) => checkedBlock(block, `ticket, blocks/${i}`))),
  };
  knownDocuments.add(Object.freeze(made));
  return made;
}

/**
 * One block of a document, likewise.
 * @throws DeviceError PRN_DOCUMENT, naming `what`
 */
export function checkedBlock(data: unknown, what: string): TicketBlock {
  if (isIn<TicketBlock>(knownBlocks, data)) return data;
  const made = cleaned(checked(Block, data, 'PRN_DOCUMENT', what));
  knownBlocks.add(Object.freeze(made));
  return made;
}

/**
 * A block whose shape was checked with its template: its words are checked, and anything that is not
 * plainly right is checked as a whole.
 * @throws DeviceError PRN_DOCUMENT, naming `what`
 */
export function wordedBlock(block: TicketBlock, what: string): TicketBlock {
  if (!saysLittle(block)) return checkedBlock(block, what);
  const made = Object.freeze(cleaned(block));
  knownBlocks.add(made);
  return made;
}

const fits = (text: string, charsMax: number) => text !== '' && text.length <= charsMax;

function saysLittle(block: TicketBlock): boolean {
  switch (block.type) {
    case 'line':
      return fits(block.text, textCharsMax);
    case 'number':
      return fits(block.text, numberCharsMax);
    case 'columns':
      return fits(block.left, columnCharsMax) && fits(block.right, columnCharsMax);
    case 'qr':
      return fits(block.data, qrBytesMax);
    default:
      return false;
  }
}

function isIn<T>(known: WeakSet<object>, data: unknown): data is T {
  return typeof data === 'object' && data !== null && known.has(data);
}

function cleaned(block: TicketBlock): TicketBlock {
  switch (block.type) {
    case 'line':
    case 'number':
      return { ...block, text: cleanText(block.text) };
    case 'columns':
      return { ...block, left: cleanText(block.left), right: cleanText(block.right) };
    default:
      // A copy: the caller's own is not ours to freeze.
      return { ...block };
  }
}

/**
 * An encoder that has drawn what its printer can not spell. Nothing of the drawing is loaded before
 * a ticket needs it: most machines never print one.
 */
import type { DeviceClock, DeviceLog, TicketBlock, TicketDocument } from '../contract.ts';
import { checkedDocument } from './document.ts';
import type { DrawingEncoder, TicketEncoder } from './encoder.ts';
import { spells } from './gb18030.ts';
import { layOut } from './layout.ts';
import type { PrinterProfile } from './printer-profile.ts';
import type { Rasterizer } from './raster.ts';
import type { Pictures } from './raster-pictures.ts';

export interface DrawingPorts {
  clock: DeviceClock;
  log: DeviceLog;
  /** Left out: one of its own, which starts its process with the first order. */
  rasterizer?: Rasterizer;
}

export async function drawing(
  encoder: TicketEncoder,
  profile: PrinterProfile,
  ports: DrawingPorts,
): Promise<DrawingEncoder> {
  let closed = false;
  let loading: Promise<Pictures> | undefined;
  let pictures: Pictures | undefined;

  async function load(): Promise<Pictures> {
    loading ??= loadPictures(profile, ports);
    pictures = await loading;
    if (closed) pictures.close();
    return pictures;
  }

  async function loadAndDraw(document: TicketDocument): Promise<void> {
    try {
      await (await load()).prepare(itemsOf(document));
    } catch (error) {
      // A document that is refused: whoever prints it gets to hear why.
      ports.log.debug({ error: String(error) }, 'nothing was drawn');
    }
  }

  const mayNeedDrawing = drawingNeeds(profile);
  const itemsOf = (document: TicketDocument) => layOut(checkedDocument(document), profile);

  // Its QR codes are drawn in the turn in which they are encoded.
  if (profile.qr.how === 'raster') await load();
  return {
    encode: (items, token) => encoder.encode(pictures?.place(items) ?? items, token),
    prepare(document) {
      if (!mayNeedDrawing(document)) return undefined;
      if (pictures === undefined) return loadAndDraw(document);
      try {
        return pictures.prepare(itemsOf(document));
      } catch {
        return undefined;
      }
    },
    close() {
      closed = true;
      pictures?.close();
    },
  };
}

async function loadPictures(profile: PrinterProfile, ports: DrawingPorts): Promise<Pictures> {
  const { createPictures } = await import('./raster-pictures.ts');
  const { createRasterizer } = await import('./raster.ts');
  const qrBitmap =
    profile.qr.how === 'raster' ? (await import('./raster-qr.ts')).qrBitmap : undefined;
  const { clock, log, rasterizer = createRasterizer(clock) } = ports;
  return createPictures({ profile, rasterizer, clock, log, qrBitmap });
}

/** A quick look at what came from outside and is not checked yet: false, nothing is to be drawn. */
function drawingNeeds({ raster, text }: PrinterProfile): (document: TicketDocument) => boolean {
  const { charset, missing_glyph } = text;
  /** Of checked documents: what never changes and needs nothing. */
  const plain = new WeakSet<TicketBlock>();
  const unspelled = (words: unknown) =>
    missing_glyph === 'draw' && typeof words === 'string' && !spells(words, charset);
  const mayNeed = (block: TicketBlock) =>
    block.type === 'logo' ||
    (block.type === 'columns' && (unspelled(block.left) || unspelled(block.right))) ||
    ('text' in block && unspelled(block.text));
  return ({ title, blocks }) => {
    if (raster.how === 'none' || typeof title !== 'string' || !Array.isArray(blocks)) return false;
    return (
      unspelled(title) ||
      blocks.some((block) => {
        if (plain.has(block)) return false;
        const needs = mayNeed(block);
        if (!needs && Object.isFrozen(block)) plain.add(block);
        return needs;
      })
    );
  };
}

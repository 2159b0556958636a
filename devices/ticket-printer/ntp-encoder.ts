/**
 * Epson dialect by node-thermal-printer, used as a command table only: no interface, text as
 * GB18030 bytes, QR data as a Buffer, own initialisation, cut and token. Its own ways with Chinese,
 * cutting, widths and success are wrong and left alone.
 */
import { PrinterTypes, ThermalPrinter } from 'node-thermal-printer';
import { askInTurn, chineseMode, countUp, initialise, processId, reportByItself } from './commands.ts';
import { type JobToken, packSegments, type TicketEncoder } from './encoder.ts';
import { encodeText } from './gb18030.ts';
import type { Align, LaidItem } from './layout.ts';
import type { PrinterProfile } from './printer-profile.ts';

type TextItem = Extract<LaidItem, { type: 'text' }>;
/** What the printer was last told, so that only changes cost bytes. ESC @ sets `fresh`. */
type Look = { align: Align; bold: boolean; scale: number };
const fresh: Look = { align: 'left', bold: false, scale: 1 };

export function ntpEncoder(profile: PrinterProfile): TicketEncoder {
  // An empty interface is none: the object then only collects bytes.
  const table = new ThermalPrinter({
    type: PrinterTypes.EPSON,
    interface: '',
    width: profile.paper.columns,
  });

  /** The bytes that `ask` makes the library collect. It never clears them by itself. */
  function bytesOf(ask: () => void): Uint8Array {
    table.clear();
    ask();
    const bytes = table.getBuffer();
    table.clear();
    return bytes;
  }

  function line(item: TextItem, look: Look): Uint8Array {
    return bytesOf(() => {
      change(item, look);
      table.add(encodeText(item.text, profile.text.charset, profile.text.replacement));
      table.newLine();
    });
  }

  function change(to: Look, from: Look): void {
    if (to.align !== from.align) align(to.align);
    if (to.bold !== from.bold) table.bold(to.bold);
    // The library names the two the wrong way round (GS ! has the width in the high half): equal here.
    if (to.scale !== from.scale) table.setTextSize(to.scale - 1, to.scale - 1);
  }

  function align(to: Align): void {
    if (to === 'left') table.alignLeft();
    else if (to === 'center') table.alignCenter();
    else table.alignRight();
  }

  /** Bytes, not a string: the library would count characters and send UTF-8. */
  function qr(item: Extract<LaidItem, { type: 'qr' }>, look: Look): Uint8Array {
    return bytesOf(() => {
      if (look.align !== 'center') table.alignCenter();
      // The type says string; a Buffer gives the right length (its `length` counts bytes).
      table.printQR(Buffer.from(item.data, 'utf8') as unknown as string, {
        model: 2,
        cellSize: item.moduleDots,
        correction: 'M',
      });
    });
  }

  function body(items: readonly LaidItem[]): Uint8Array[] {
    const commands: Uint8Array[] = [];
    let look = fresh;
    for (const item of items) {
      if (item.type === 'text') {
        commands.push(line(item, look));
        look = { align: item.align, bold: item.bold, scale: item.scale };
      } else if (item.type === 'qr') {
        commands.push(qr(item, look));
        look = { ...look, align: 'center' };
      } else if (item.type === 'feed') {
        commands.push(Uint8Array.of(0x1b, 0x64, item.lines));
      } else {
        commands.push(Uint8Array.of(0x1b, 0x4a, item.dots));
      }
    }
    return commands;
  }

  return {
    encode: (items, token) =>
      packSegments([...prologue(profile), ...body(items), ...cut(profile), ...tokenBytes(token)]),
  };
}

/** Whether ESC @ also ends GS a differs between boards, so it is said again in every job. */
function prologue(profile: PrinterProfile): Uint8Array[] {
  const start = [initialise, chineseMode];
  return profile.status.asb ? [...start, reportByItself] : start;
}

/** Never straight after text without a feed: the blade sits 10 to 30 mm above the print head. */
function cut(profile: PrinterProfile): Uint8Array[] {
  const { how, feed_dots } = profile.cut;
  const feed = Uint8Array.of(0x1b, 0x4a, feed_dots);
  switch (how) {
    case 'GSV66':
      return [Uint8Array.of(0x1d, 0x56, 66, feed_dots)];
    case 'GSV1':
      return [feed, Uint8Array.of(0x1d, 0x56, 1)];
    case 'ESCi':
      return [feed, Uint8Array.of(0x1b, 0x69)];
    case 'none':
      return [feed];
  }
}

function tokenBytes(token: JobToken): Uint8Array[] {
  switch (token.by) {
    case 'process-id':
      return [processId(token.id)];
    case 'gs-r':
      return [askInTurn];
    case 'etb':
      return [countUp];
    case 'none':
      return [];
  }
}

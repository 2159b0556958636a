/** ESC commands (1B): looks, feeds, and the QR code of domestic boards. */
import { aligns, type Command, fixed, ignored, qrLevels, type Read } from './command.ts';
import { readColumns } from './picture-commands.ts';

/** Length of ESC commands that change nothing a twin shows. */
const escIgnored = new Map<number, number>([
  [0x20, 3], // ESC SP: right-side spacing
  [0x3d, 3], // ESC =: select
  [0x52, 3], // ESC R: international set
  [0x56, 3], // ESC V: rotation
  [0x63, 4], // ESC c 3/4/5: sensors, panel button
  [0x70, 5], // ESC p: drawer
  [0x7b, 3], // ESC {: upside down
  [0x24, 4], // ESC $: absolute position
  [0x5c, 4], // ESC \: relative position
  [0x4c, 2], // ESC L: page mode is not played
]);

export function readEsc(bytes: Uint8Array, at: number): Read | null {
  const code = bytes[at + 1];
  if (code === undefined) return null;
  switch (code) {
    case 0x40:
      return { command: { type: 'initialise' }, length: 2 };
    case 0x21:
      return fixed(bytes, at, 3, (n) => ({
        type: 'scale',
        wide: n & 0x20 ? 2 : 1,
        high: n & 0x10 ? 2 : 1,
      }));
    case 0x2d:
      return fixed(bytes, at, 3, (n) => ({ type: 'underline', dots: n % 48 }));
    case 0x32:
      return { command: { type: 'spacing', dots: null }, length: 2 };
    case 0x33:
      return fixed(bytes, at, 3, (n) => ({ type: 'spacing', dots: n }));
    case 0x45:
    case 0x47:
      return fixed(bytes, at, 3, (n) => ({ type: 'bold', on: (n & 1) === 1 }));
    case 0x4a:
      return fixed(bytes, at, 3, (n) => ({ type: 'feed-dots', dots: n }));
    case 0x4d:
      return fixed(bytes, at, 3, (n) => ({ type: 'font', narrow: n % 48 === 1 }));
    case 0x61:
      return fixed(bytes, at, 3, (n) => ({ type: 'align', to: aligns[n % 48] ?? 'left' }));
    case 0x64:
      return fixed(bytes, at, 3, (n) => ({ type: 'feed-lines', lines: n }));
    case 0x2a:
      return readColumns(bytes, at);
    case 0x74:
      return fixed(bytes, at, 3, (n) => ({ type: 'code-page', page: n }));
    case 0x5a:
      return readBoardQr(bytes, at);
    case 0x69:
    case 0x6d:
      return { command: { type: 'cut', feedToBlade: false, dots: 0 }, length: 2 };
    default:
      return ignored(bytes, at, escIgnored.get(code));
  }
}

/** ESC Z version level size dL dH data: the QR command of domestic boards, whole in one piece. */
function readBoardQr(bytes: Uint8Array, at: number): Read | null {
  if (at + 7 > bytes.length) return null;
  const size = (bytes[at + 5] ?? 0) + 256 * (bytes[at + 6] ?? 0);
  if (at + 7 + size > bytes.length) return null;
  const level = String.fromCharCode(bytes[at + 3] ?? 0);
  const command: Command = {
    type: 'qr-whole',
    level: qrLevels.find((l) => l === level) ?? 'M',
    moduleDots: bytes[at + 4] ?? 3,
    data: bytes.slice(at + 7, at + 7 + size),
  };
  return { command, length: 7 + size };
}

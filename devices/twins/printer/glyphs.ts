/** Which character a printer draws for the bytes of a text command. */
const gb18030 = new TextDecoder('gb18030');
/** ESC t 1: lines and blocks from 80, half-width katakana from A1. */
const katakanaPage = 1;
const katakanaLines = '▁▂▃▄▅▆▇█▏▎▍▌▋▊▉┼┴┬┤├▔─│▕┌┐└┘╭╮╰╯';

export interface Glyph {
  char: string;
  /** Why it is not what was meant. */
  complaint?: string;
}

/** `bytes`: one, two or four, as the command brings them; `page`: of ESC t. */
export function glyphOf(bytes: Uint8Array, page: number): Glyph {
  const [first = 0] = bytes;
  if (bytes.length === 1 && first >= 0x80) {
    const char = page === katakanaPage ? katakana(first) : undefined;
    if (char !== undefined) return { char };
    return { char: '?', complaint: `byte ${first.toString(16)} outside Chinese mode` };
  }
  const char = gb18030.decode(bytes);
  if (!char.includes('\ufffd')) return { char };
  return { char, complaint: `no character ${Buffer.from(bytes).toString('hex')}` };
}

function katakana(byte: number): string | undefined {
  if (byte < 0xa0) return katakanaLines[byte - 0x80];
  return byte > 0xa0 && byte < 0xe0 ? String.fromCharCode(0xff61 + byte - 0xa1) : undefined;
}

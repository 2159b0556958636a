/** From a code's bytes to its text, once per showing. */
import type { DeviceCode } from '../codes.ts';
import type { DeviceContext } from '../contract.ts';
import type { Encoding } from './options.ts';

/** The largest QR code holds 7,089 digits; no symbology holds more. */
export const codeBytesMax = 7089;

/**
 * Without line ends and filling at its end. undefined: not text in this encoding. GBK is read as
 * GB 18030, of which it is a part.
 */
export function decodeText(bytes: Uint8Array, encoding: Encoding): string | undefined {
  const tried =
    encoding === 'auto' ? ['utf-8', 'gb18030'] : [encoding === 'gbk' ? 'gb18030' : encoding];
  for (const label of tried) {
    try {
      const text = new TextDecoder(label, { fatal: true }).decode(trimmed(bytes));
      return text;
    } catch {
      // Not in this one.
    }
  }
  return undefined;
}

const tail = new Set([0x00, 0x09, 0x0a, 0x0d]);

function trimmed(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && tail.has(bytes[end - 1] ?? -1)) end -= 1;
  return bytes.subarray(0, end);
}

export interface CodeOut {
  code(bytes: Uint8Array, symbology?: string): void;
  text(text: string, symbology?: string): void;
  fault(code: DeviceCode): void;
}

/**
 * Tells the host of codes. What stands in a code may be anybody's own business: it goes into the
 * event and nowhere else.
 */
export function createCodeOut(
  context: DeviceContext,
  o: { encoding: Encoding; repeatMs: number },
): CodeOut {
  let last = '';
  let lastAt = Number.NEGATIVE_INFINITY;

  function text(scanned: string, symbology?: string): void {
    if (scanned === '') return;
    const now = context.clock.mono();
    const again = scanned === last && now - lastAt < o.repeatMs;
    last = scanned;
    // A code that stays in view prolongs its own rest.
    lastAt = now;
    if (again) return;
    context.event({
      type: 'scan',
      text: scanned,
      ...(symbology === undefined ? {} : { symbology }),
    });
  }
  function fault(code: DeviceCode): void {
    context.log.warn({ code }, 'a code was not read');
    context.event({ type: 'fault', code });
  }

  return {
    text,
    fault,
    code(bytes, symbology) {
      const decoded = decodeText(bytes, o.encoding);
      if (decoded === undefined) fault('SCN_ENCODING');
      else text(decoded, symbology);
    },
  };
}

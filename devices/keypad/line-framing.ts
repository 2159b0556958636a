/**
 * Key lines: one ASCII key name and a newline (LF, CR or both) per press. Total: whatever is no key
 * name up to the next newline is dropped and counted, and never more than `keyCharsMax` held.
 */
export const keyCharsMax = 16;

export interface LineFraming {
  push(chunk: Uint8Array): string[];
  /** Lines that were no key names. */
  readonly dropped: number;
}

const isKeyByte = (b: number) => b > 0x20 && b < 0x7f;

export function createLineFraming(): LineFraming {
  let name = '';
  let bad = false;
  let dropped = 0;

  function endLine(): string | undefined {
    const key = name;
    const good = !bad;
    name = '';
    bad = false;
    if (!good) dropped += 1;
    return good && key !== '' ? key : undefined;
  }

  return {
    push(chunk) {
      const keys: string[] = [];
      for (const b of chunk) {
        if (b === 0x0a || b === 0x0d) {
          const key = endLine();
          if (key !== undefined) keys.push(key);
        } else if (!isKeyByte(b) || name.length >= keyCharsMax) {
          bad = true;
          name = '';
        } else if (!bad) {
          name += String.fromCharCode(b);
        }
      }
      return keys;
    },
    get dropped() {
      return dropped;
    },
  };
}

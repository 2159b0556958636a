/**
 * Watches the MQTT framing of a byte stream and tells as soon as a header announces more than is
 * allowed, before the packet itself is collected in memory. (aedes has no limit of its own; its
 * parser would gather up to 256 MB.)
 *
 * Framing, MQTT 3.1.1 section 2.2: one type byte, 1..4 bytes of remaining length (7 bits each, high
 * bit: more follow), then that many bytes.
 */

/** Takes chunks as they come; false: the packet now beginning is too large or has no legal length. */
export type PacketGuard = (chunk: Uint8Array) => boolean;

export function packetGuard(remainingBytesMax: number): PacketGuard {
  let state: 'type' | 'length' | 'body' = 'type';
  let shift = 0;
  let remaining = 0;
  return (chunk) => {
    for (let i = 0; i < chunk.length; ) {
      if (state === 'type') {
        state = 'length';
        shift = 0;
        remaining = 0;
        i += 1;
      } else if (state === 'length') {
        const byte = chunk[i] ?? 0;
        i += 1;
        remaining += (byte & 0x7f) * 2 ** shift;
        shift += 7;
        if (remaining > remainingBytesMax) return false;
        if ((byte & 0x80) === 0) state = remaining === 0 ? 'type' : 'body';
        else if (shift >= 28) return false;
      } else {
        const here = Math.min(remaining, chunk.length - i);
        remaining -= here;
        i += here;
        if (remaining === 0) state = 'type';
      }
    }
    return true;
  };
}

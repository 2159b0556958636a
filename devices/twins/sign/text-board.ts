/** A plain legacy sign: `40 addr GBK... 0D`. Shows what comes for its address. */
import iconv from 'iconv-lite';
import type { SignInside, SignPorts } from './contract.ts';
import { refuses } from './contract.ts';

const heldBytesMax = 1024;

export function createTextBoard(
  o: { address: number; answer: Uint8Array | null },
  ports: SignPorts,
): SignInside {
  let held: number[] = [];

  /** 40 is `@` too, and a second byte of GBK: the first 40 with our address begins the frame. */
  function frame(bytes: number[]): void {
    const at = bytes.findIndex((byte, i) => byte === 0x40 && bytes[i + 1] === o.address);
    if (at < 0) {
      ports.complain('nothing for this address');
      return;
    }
    if (refuses(ports.mood)) return;
    ports.show([iconv.decode(Buffer.from(bytes.slice(at + 2)), 'gbk').trimEnd()], false);
    if (o.answer !== null) ports.send(o.answer);
  }

  return {
    receive(chunk) {
      for (const byte of chunk) {
        if (byte === 0x0d) {
          frame(held);
          held = [];
        } else if (held.length < heldBytesMax) held.push(byte);
      }
    },
    powerUp() {
      held = [];
      ports.show([''], false);
    },
  };
}

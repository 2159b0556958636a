/** A sign's inside: bytes in, answers out, what stands on its face. */
import type { SignMood } from '../contract.ts';

export interface SignInside {
  receive(bytes: Uint8Array): void;
  /** Back to the state after power-up. */
  powerUp(): void;
}

export interface SignPorts {
  mood: SignMood;
  send(bytes: Uint8Array): void;
  show(lines: string[], blinking: boolean): void;
  complain(what: string): void;
}

/** Takes one of the refusals that are left. */
export function refuses(mood: SignMood): boolean {
  if (mood.refusals === 0) return false;
  mood.refusals -= 1;
  return true;
}

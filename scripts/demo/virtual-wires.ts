/** Pty pairs from `socat`, where the machine has it: a serial port at both ends, no hardware. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const pairLimitMs = 3000;
const lookAgainMs = 20;

export function canMakePtyPairs(): boolean {
  return spawnSync('socat', ['-V'], { stdio: 'ignore' }).status === 0;
}

export interface PtyPair {
  /** End that the machine opens as its serial port. */
  near: string;
  /** End of the virtual twin. */
  far: string;
  close(): void;
}

/** @throws Error when socat does not make both ends in time */
export async function makePtyPair(near: string, far: string): Promise<PtyPair> {
  const end = (link: string) => `pty,raw,echo=0,link=${link}`;
  const child: ChildProcess = spawn('socat', [end(near), end(far)], { stdio: 'ignore' });
  const until = performance.now() + pairLimitMs;
  while (!(existsSync(near) && existsSync(far))) {
    if (performance.now() > until) {
      child.kill();
      throw new Error(`socat did not make the pty pair ${near} / ${far} in ${pairLimitMs} ms`);
    }
    await new Promise((resolve) => setTimeout(resolve, lookAgainMs));
  }
  return { near, far, close: () => child.kill() };
}

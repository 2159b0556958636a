/**
 * Processes known by a mark in their environment, which every descendant inherits, whatever group or
 * session it moved to. So a test file that ends or hangs leaves nothing behind.
 */
import { readdirSync, readFileSync } from 'node:fs';

/** `NAME=value` -> environment to start the first of them with. */
export function markEnv(mark: string): Record<string, string> {
  const [name = '', value = ''] = mark.split('=');
  return { [name]: value };
}

/** Kills all processes that carry the mark. Linux only: reads /proc. */
export function killMarked(mark: string): void {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
      if (environment.includes(mark)) process.kill(Number(pid), 'SIGKILL');
    } catch {
      // Ended meanwhile, or somebody else's.
    }
  }
}

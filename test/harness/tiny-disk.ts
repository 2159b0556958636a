/**
 * A disk that can be filled up and emptied. As root a small tmpfs of its own, which answers ENOSPC
 * as a full disk does; otherwise this process's file size limit, which answers EFBIG.
 */
import { execFileSync } from 'node:child_process';
import { rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from './temp-dir.ts';

export interface TinyDisk {
  readonly dir: string;
  /** What a write that does not fit is called in the journal's words. */
  readonly code: 'JRN_FULL' | 'JRN_IO';
  /** Leaves no room, or `leaveBytes` of it. */
  fill(leaveBytes?: number): void;
  free(): void;
  remove(): void;
}

const quiet = { stdio: 'ignore' } as const;

export function tinyDisk(megabytes: number): TinyDisk {
  const dir = tempDir('xuhao-disk');
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'xuhao-test', dir], quiet);
  } catch {
    return limited(dir);
  }
  // Before the directory itself is removed: that fails while something is mounted there.
  process.prependListener('exit', () => {
    try {
      execFileSync('umount', ['--lazy', dir], quiet);
    } catch {
      // The test unmounted it itself.
    }
  });
  const ballast = join(dir, 'ballast');
  return {
    dir,
    code: 'JRN_FULL',
    fill(leaveBytes = 0) {
      const block = Buffer.alloc(4096, 1);
      try {
        for (;;) writeFileSync(ballast, block, { flag: 'a' });
      } catch {
        // ENOSPC: that was the purpose.
      }
      truncateSync(ballast, statSync(ballast).size - leaveBytes);
    },
    free: () => rmSync(ballast, { force: true }),
    remove: () => execFileSync('umount', ['--lazy', dir], quiet),
  };
}

function limited(dir: string): TinyDisk {
  const limit = (soft: string) =>
    execFileSync('prlimit', ['--pid', String(process.pid), `--fsize=${soft}:`], quiet);
  return {
    dir,
    code: 'JRN_IO',
    fill: (leaveBytes = 0) => limit(String(4096 + leaveBytes)),
    free: () => limit('unlimited'),
    remove: () => limit('unlimited'),
  };
}

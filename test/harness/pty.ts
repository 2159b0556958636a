/** Pty pairs by socat: a serial port at both ends, no hardware. Unplugging = killing socat. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureProgram } from './system-programs.ts';
import { tempDir } from './temp-dir.ts';
import { until } from './until.ts';

export interface PtyPair {
  near: string;
  far: string;
  /** The cable is torn out: both ends hang up, both names vanish. */
  unplug(): Promise<void>;
  /** The same two names again, on new ptys. */
  replug(): Promise<void>;
}

const readyWithinMs = 5000;
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export async function ptyPair(): Promise<PtyPair> {
  const socat = ensureProgram('socat');
  const dir = tempDir('pty');
  const near = join(dir, 'near');
  const far = join(dir, 'far');
  let child: ChildProcess | undefined;

  async function replug(): Promise<void> {
    const end = (link: string) => `pty,raw,echo=0,link=${link}`;
    child = spawn(socat, [end(near), end(far)], { stdio: 'ignore' });
    running.add(child);
    await until(() => existsSync(near) && existsSync(far), readyWithinMs, 'the pty pair');
  }
  async function unplug(): Promise<void> {
    const gone = child;
    if (gone === undefined || gone.exitCode !== null) return;
    const exit = once(gone, 'exit');
    gone.kill('SIGTERM');
    await exit;
    running.delete(gone);
    child = undefined;
  }

  await replug();
  return { near, far, unplug, replug };
}

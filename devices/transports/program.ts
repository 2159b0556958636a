/** One run of a program of the system: input, output, a deadline, an end in any case. */
import { spawn } from 'node:child_process';

export interface ProgramRun {
  command: string;
  args: readonly string[];
  input: Uint8Array;
  deadlineMs: number;
  outputBytesMax: number;
  signal: AbortSignal;
}
/** missing: no such program. late, aborted, flood: it was killed. */
export type ProgramEnd =
  | { end: 'exit'; code: number; stdout: Buffer; stderr: string }
  | { end: 'missing' | 'late' | 'aborted' | 'flood' };

export type RunProgram = (run: ProgramRun) => Promise<ProgramEnd>;

const stderrCharsMax = 2000;

/** Never rejects. Killed programs are waited for as long as the kernel needs, not longer. */
export const runProgram: RunProgram = (run) =>
  new Promise((resolve) => {
    if (run.signal.aborted) return resolve({ end: 'aborted' });
    const child = spawn(run.command, run.args, { stdio: ['pipe', 'pipe', 'pipe'] });
    const stdout: Buffer[] = [];
    let bytes = 0;
    let stderr = '';
    const finish = (end: ProgramEnd) => {
      clearTimeout(timer);
      run.signal.removeEventListener('abort', abort);
      resolve(end);
    };
    const kill = (end: 'late' | 'aborted' | 'flood') => {
      child.kill('SIGKILL');
      finish({ end });
    };
    const abort = () => kill('aborted');
    const timer = setTimeout(() => kill('late'), run.deadlineMs);
    run.signal.addEventListener('abort', abort, { once: true });

    child.on('error', () => finish({ end: 'missing' }));
    child.stdout.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > run.outputBytesMax) return kill('flood');
      stdout.push(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr = (stderr + chunk.toString('utf8')).slice(0, stderrCharsMax);
    });
    child.on('close', (code) =>
      finish({ end: 'exit', code: code ?? -1, stdout: Buffer.concat(stdout), stderr }),
    );
    // A program that ends before it has read everything is judged by its exit code.
    child.stdin.on('error', () => undefined);
    child.stdin.end(run.input);
  });

/** Processes of the benchmark: real roles of Xuhao and its own helpers. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const startLimitMs = 60_000;
const stopLimitMs = 10_000;
const running = new Set<ChildProcess>();
// Whatever ends the benchmark ends its processes: they hold its output open.
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
process.on('SIGTERM', () => process.exit(143));
process.on('SIGINT', () => process.exit(130));

const root = join(import.meta.dirname, '..', '..');
export const launcher = join(root, 'kiosk-app', 'xuhao.mjs');

export interface Started {
  pid: number;
  /** Spawned -> it said that it is ready. */
  readyMs: number;
  onLine(f: (line: string) => void): void;
  stop(): Promise<void>;
}

/** A role of Xuhao, ready when it logs so. */
export const startRole = (args: string[]): Promise<Started> =>
  start([launcher, ...args], (line) => /"msg":"ready"/.test(line));

/** A TypeScript file of scripts/bench, ready when it prints `ready`. */
export const startHelper = (file: string, args: string[]): Promise<Started> =>
  start(['--import', 'tsx', join(import.meta.dirname, file), ...args], (line) => line === 'ready');

function start(args: string[], isReady: (line: string) => boolean): Promise<Started> {
  const began = performance.now();
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  running.add(child);
  child.once('exit', () => running.delete(child));
  const listeners: ((line: string) => void)[] = [];
  return new Promise((resolve, reject) => {
    const last: string[] = [];
    const limit = setTimeout(() => child.kill('SIGKILL'), startLimitMs);
    const fail = () => reject(new Error(`${args.join(' ')} did not start:\n${last.join('\n')}`));
    child.once('exit', fail);
    createInterface({ input: child.stdout }).on('line', (line) => {
      for (const f of listeners) f(line);
      if (last.length < 20) last.push(line);
      if (!isReady(line)) return;
      clearTimeout(limit);
      child.removeListener('exit', fail);
      resolve({
        pid: child.pid ?? 0,
        readyMs: performance.now() - began,
        onLine: (f) => listeners.push(f),
        stop: () => stop(child),
      });
    });
  });
}

function stop(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    const limit = setTimeout(() => child.kill('SIGKILL'), stopLimitMs);
    child.once('exit', () => {
      clearTimeout(limit);
      resolve();
    });
    child.kill('SIGTERM');
  });
}

/** Resident memory, MB (10^6 bytes). */
export function residentMb(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kb = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  return (Number(kb) * 1024) / 1e6;
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

/**
 * The demonstration hall as a newcomer starts it, in a process of its own, and its screens as a
 * browser sees them: server-sent states and POSTed actions.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { DemoIndex, PaperAction, PaperState } from '../../kiosk-app/screens/demo-contract.ts';
import { openPage, type Page, post } from '../../scripts/lib/page-client.ts';
import { until, within } from './until.ts';

export type { Page };

const startLimitMs = 60_000;
const stopLimitMs = 30_000;

export interface DemoHall {
  index: DemoIndex;
  pid: number;
  /** Everything printed so far. */
  output(): string;
  screen<State>(machine: string): Promise<Page<State>>;
  paper(): Promise<Page<PaperState>>;
  bench(action: PaperAction): Promise<number>;
  /** Its child processes now. */
  processes(): { pid: number; command: string }[];
  /** Ctrl-C. Resolves with the exit code. */
  stop(): Promise<number | null>;
}

/** `ports`: the first of a free range of 40, from `freeRange`. */
export function launchDemo(dataDir: string, ports: number, more: string[] = []): ChildProcess {
  const args = [
    ...['--data', dataDir, '--port', String(ports), '--broker-port', String(ports + 1)],
    ...['--screen-port', String(ports + 2), '--wire-port', String(ports + 20), ...more],
  ];
  return spawn(process.execPath, ['--import', 'tsx', 'scripts/start.ts', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

export async function startDemo(dataDir: string, ports: number): Promise<DemoHall> {
  const child = launchDemo(dataDir, ports);
  const output = collect(child);
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  process.once('exit', () => child.kill('SIGTERM'));
  const ready = () => {
    if (child.exitCode !== null) throw new Error(`the demonstration ended:\n${output()}`);
    return output().includes('Ctrl-C stops');
  };
  await until(ready, startLimitMs, 'the demonstration');
  const base = `http://127.0.0.1:${ports}`;
  const index = (await (await fetch(`${base}/demo.json`)).json()) as DemoIndex;
  const urlOf = (machine: string) => {
    const screen = index.screens.find((s) => s.machine === machine);
    if (screen === undefined) throw new Error(`no screen of ${machine}`);
    return screen.url.replace(/\/$/, '');
  };
  return {
    index,
    pid: child.pid ?? 0,
    output,
    screen: (machine) => openPage(`${urlOf(machine)}/state`, `${urlOf(machine)}/act`),
    paper: () => openPage(`${base}/paper/state`, `${base}/paper/act`),
    bench: (action) => post(`${base}/paper/act`, action),
    processes: () => childrenOf(child.pid ?? 0),
    stop: () => {
      child.kill('SIGINT');
      return within(ended, stopLimitMs, 'the end of the demonstration');
    },
  };
}

function childrenOf(parent: number): { pid: number; command: string }[] {
  return readdirSync('/proc').flatMap((name) => {
    try {
      const fields = readFileSync(`/proc/${name}/stat`, 'utf8')
        .replace(/^.*\) /, '')
        .split(' ');
      if (Number(fields[1]) !== parent) return [];
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
      return [{ pid: Number(name), command }];
    } catch {
      return [];
    }
  });
}

export function collect(child: ChildProcess): () => string {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
    });
  }
  return () => text;
}

/** First of `size` neighbouring ports that are free now. */
export async function freeRange(size: number): Promise<number> {
  for (let tries = 0; tries < 50; tries += 1) {
    // Below 32768: from there on the system gives ports to whoever connects.
    const first = 10_000 + Math.floor(Math.random() * 20_000);
    const all = await Promise.all(Array.from({ length: size }, (_, i) => isFree(first + i)));
    if (all.every(Boolean)) return first;
  }
  throw new Error(`no ${size} neighbouring ports are free`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/**
 * The demonstration's processes: started, watched, started again when they die (as systemd does in a
 * real hall), and ended together. Their logs go to files; warnings are also shown in the terminal.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';

const restartWaitMs = 1000;
const stopLimitMs = 8000;
const readyLimitMs = 20_000;
/** pino's number for warn. */
const warnLevel = 40;

export interface ChildSpec {
  name: string;
  args: string[];
  logFile: string;
}

interface Running {
  spec: ChildSpec;
  process: ChildProcess;
  restart: NodeJS.Timeout | undefined;
}

export class Children {
  readonly #running = new Map<string, Running>();
  readonly #launcher: string;
  readonly #say: (line: string) => void;
  #stopping = false;

  constructor(launcher: string, say: (line: string) => void) {
    this.#launcher = launcher;
    this.#say = say;
  }

  /** Resolves when the process has logged `ready`; rejects when it ends before or takes too long. */
  start(spec: ChildSpec): Promise<void> {
    return new Promise((resolve, reject) => {
      const lastLines: string[] = [];
      const child = this.#spawn(spec, (line, ready) => {
        lastLines.push(line);
        if (lastLines.length > 5) lastLines.shift();
        if (!ready) return;
        clearTimeout(limit);
        resolve();
      });
      const fail = (why: string) => {
        clearTimeout(limit);
        reject(new Error(`${spec.name} ${why}. Its log: ${spec.logFile}\n${lastLines.join('\n')}`));
      };
      const limit = setTimeout(
        () => fail(`was not ready after ${readyLimitMs / 1000} s`),
        readyLimitMs,
      );
      child.once('exit', (code) => fail(`ended at its start (exit code ${code})`));
    });
  }

  #spawn(spec: ChildSpec, onLine: (line: string, ready: boolean) => void): ChildProcess {
    const child = spawn(process.execPath, [this.#launcher, ...spec.args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      // Ctrl-C reaches only this process, which then ends the others in order.
      detached: true,
    });
    const running: Running = { spec, process: child, restart: undefined };
    this.#running.set(spec.name, running);
    const log = createWriteStream(spec.logFile, { flags: 'a' });
    let ready = false;
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on('line', (line) => {
        log.write(`${line}\n`);
        const entry = parseLogLine(line);
        if (entry.level >= warnLevel) this.#say(`${spec.name}: ${entry.message}`);
        if (entry.message === 'ready') ready = true;
        onLine(entry.message, entry.message === 'ready');
      });
    }
    child.on('exit', (code, signal) => {
      log.end();
      if (this.#stopping || !ready) return;
      this.#say(`${spec.name} ended (${signal ?? `exit code ${code}`}); it is started again.`);
      running.restart = setTimeout(() => this.#spawn(spec, () => undefined), restartWaitMs);
    });
    return child;
  }

  /** Ends all, the first started last, each within the limit. */
  async stop(): Promise<void> {
    this.#stopping = true;
    for (const { process: child, restart, spec } of [...this.#running.values()].reverse()) {
      clearTimeout(restart);
      if (child.exitCode !== null || child.signalCode !== null) continue;
      await end(child, () => this.#say(`${spec.name} did not end in time and was killed.`));
    }
  }
}

function end(child: ChildProcess, late: () => void): Promise<void> {
  return new Promise((resolve) => {
    const limit = setTimeout(() => {
      late();
      child.kill('SIGKILL');
    }, stopLimitMs);
    child.once('exit', () => {
      clearTimeout(limit);
      resolve();
    });
    child.kill('SIGTERM');
  });
}

/** A pino line, or any other text taken as a warning (it comes from Node itself). */
function parseLogLine(line: string): { level: number; message: string } {
  try {
    const entry: unknown = JSON.parse(line);
    if (typeof entry === 'object' && entry !== null && 'level' in entry && 'msg' in entry) {
      return { level: Number(entry.level), message: String(entry.msg) };
    }
  } catch {
    // Not JSON.
  }
  return { level: warnLevel, message: line };
}

/** Child processes of tests: started with plain node, read line by line, always ended. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const children = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

export interface TestChild {
  readonly process: ChildProcess;
  /** Next line of its standard output; undefined when it has ended. */
  line(): Promise<string | undefined>;
  /** Kills it as a power cut would, and waits until it is gone. */
  kill(): Promise<void>;
}

/** @param command program and arguments, e.g. [process.execPath, 'x.ts'] */
export function startChild(command: readonly [string, ...string[]]): TestChild {
  const [program, ...args] = command;
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  children.add(child);
  const gone = new Promise<void>((done) => child.once('close', () => done()));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    process: child,
    async line() {
      const next = await lines.next();
      return next.done === true ? undefined : next.value;
    },
    async kill() {
      child.kill('SIGKILL');
      await gone;
      children.delete(child);
    },
  };
}

/**
 * `ippeveprinter`, the sample IPP Everywhere printer of CUPS, as a printer on loopback. It announces
 * itself over D-Bus, so it gets a bus of its own that leads nowhere.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { ensureProgram } from './system-programs.ts';
import { tempDir } from './temp-dir.ts';
import { until } from './until.ts';

export interface IppTestPrinter {
  url: string;
  /** Documents that it kept, oldest first. */
  documents(): Buffer[];
  /** Power off, at once. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

const readyWithinMs = 8_000;
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** @param command shell lines that "print" a job: its exit code ends it, `STATE: +reason` on stderr is told */
export async function ippTestPrinter(command: string): Promise<IppTestPrinter> {
  const dir = tempDir('ipp');
  const address = `unix:path=${join(dir, 'bus')}`;
  const bus = start(
    ensureProgram('dbus-daemon'),
    ['--session', '--nofork', '--nopidfile', `--address=${address}`],
    {},
  );
  await until(() => existsSync(join(dir, 'bus')), readyWithinMs, 'the bus');
  const script = join(dir, 'print.sh');
  writeFileSync(script, `#!/bin/sh\n${command}\n`);
  chmodSync(script, 0o755);
  const port = await freePort();
  const printer = start(
    ensureProgram('ippeveprinter'),
    [
      ...['-r', 'off', '-n', 'localhost', '-p', String(port), '-d', dir, '-k'],
      ...['-f', 'application/pdf', '-c', script, 'Xuhao test printer'],
    ],
    { DBUS_SYSTEM_BUS_ADDRESS: address },
  );
  await until(() => printer.exitCode !== null || listens(port), readyWithinMs, 'ippeveprinter');
  const kill = async () => {
    await end(printer);
  };
  return {
    url: `ipp://127.0.0.1:${port}/ipp/print`,
    documents: () =>
      readdirSync(dir)
        .filter((name) => name.endsWith('.pdf'))
        .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))
        .map((name) => readFileSync(join(dir, name))),
    kill,
    async stop() {
      await kill();
      await end(bus);
    },
  };
}

/** The kernel's table of TCP sockets: state 0A is LISTEN. */
function listens(port: number): boolean {
  const local = `:${port.toString(16).toUpperCase().padStart(4, '0')} 00000000:0000 0A`;
  return readFileSync('/proc/net/tcp', 'latin1').includes(local);
}

function start(program: string, args: string[], env: Record<string, string>): ChildProcess {
  const child = spawn(program, args, {
    env: { ...process.env, ...env },
    stdio: 'ignore',
  });
  running.add(child);
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
  running.delete(child);
}

function freePort(): Promise<number> {
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

/** A real Mosquitto with this hall's files, on a port of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { defaultSettings, type MosquittoSettings } from '../../broker-config/mosquitto.ts';
import { writeMosquittoFiles } from '../../broker-config/mosquitto-files.ts';
import { ensureProgram } from '../harness/system-programs.ts';
import { until } from '../harness/until.ts';
import { profile } from './hall-fixture.ts';
import { waitMs } from './machine-client.ts';

/** The files as they are, alone. */
export const asGenerated = { change: (conf: string) => conf, debian: false, tls: null };

export interface Mosquitto {
  port: number;
  output(): string;
  /** As a power cut would. */
  kill(): Promise<void>;
  /** As systemd does: it may still write what it wants to keep. */
  stop(): Promise<void>;
  /** Again on the same port. */
  restart(): Promise<void>;
}

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Free at this moment; Mosquitto can not choose one itself. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Debian 12's own mosquitto.conf, with the paths in `dir`: ours comes in by its `include_dir`. */
function asOnDebian(dir: string, confFile: string): string {
  mkdirSync(join(dir, 'conf.d'));
  copyFileSync(confFile, join(dir, 'conf.d', 'xuhao.conf'));
  const debian = join(dir, 'debian.conf');
  const lines = [
    'persistence true',
    `persistence_location ${dir}/`,
    'log_dest stderr',
    `include_dir ${join(dir, 'conf.d')}`,
  ];
  writeFileSync(debian, `${lines.join('\n')}\n`);
  return debian;
}

/**
 * @param dir gets the hall's secrets (`credentials/`) and Mosquitto's files
 * @param o.change what the test wants otherwise in mosquitto.conf
 * @param o.debian included by Debian's own configuration, as the README tells technicians
 * @param o.tls the broker's certificate and key
 */
export async function startMosquitto(
  dir: string,
  o: { change: (conf: string) => string; debian: boolean; tls: MosquittoSettings['tls'] },
): Promise<Mosquitto> {
  const program = ensureProgram('mosquitto');
  const port = await freePort();
  const settings: MosquittoSettings = {
    ...defaultSettings,
    tls: o.tls,
    ...{ host: '127.0.0.1', port, aclFile: join(dir, 'acl'), passwordFile: join(dir, 'passwords') },
  };
  const hallFile = join(dir, 'hall.yaml');
  writeFileSync(hallFile, stringify(profile));
  const files = writeMosquittoFiles(hallFile, dir, dir, settings);
  writeFileSync(files.conf, o.change(readFileSync(files.conf, 'utf8')));
  const conf = o.debian ? asOnDebian(dir, files.conf) : files.conf;
  // Started by root, Mosquitto becomes the user `mosquitto` before it reads them.
  chmodSync(dir, o.debian ? 0o777 : 0o755);
  chmodSync(files.passwords, 0o644);

  let child: ChildProcess | undefined;
  let output = '';
  const run = async () => {
    const mine = spawn(program, ['-c', conf], { stdio: ['ignore', 'pipe', 'pipe'] });
    child = mine;
    running.add(mine);
    mine.on('exit', () => running.delete(mine));
    for (const stream of [mine.stdout, mine.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString();
      });
    }
    let open = false;
    await until(
      () => {
        if (mine.exitCode !== null) throw new Error(`mosquitto ended: ${output}`);
        if (!open) {
          const probe = connect(port, '127.0.0.1', () => {
            open = true;
            probe.destroy();
          });
          probe.on('error', () => {});
        }
        return open;
      },
      waitMs,
      `mosquitto on ${port}`,
    );
  };
  await run();
  const end = async (signal: NodeJS.Signals) => {
    const mine = child;
    if (mine === undefined || mine.exitCode !== null || mine.signalCode !== null) return;
    mine.kill(signal);
    await until(() => mine.exitCode !== null || mine.signalCode !== null, waitMs, 'end');
  };
  return {
    port,
    output: () => output,
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    restart: run,
  };
}

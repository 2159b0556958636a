/**
 * A touch on the glass -> the first byte of the ticket at the printer's port. The real queue machine
 * and the real hall; the printer's port is ours, so that the byte is seen as it comes. Beside it, in
 * turns, what another machine of the same run measures for the hall's answer alone (issue.p50).
 */
import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { uuidv7 } from 'uuidv7';
import type { QueueScreen } from '../../kiosk-app/screens/contract.ts';
import { openPage } from '../lib/page-client.ts';
import { connectEcho, openSync4k } from './floor.ts';
import { service } from './hall-profile.ts';
import { connectMachine } from './machine.ts';
import { freePort, startRole } from './process.ts';
import { printerTwin, writeProfile } from './queue-machine.ts';
import { p50, p99 } from './stats.ts';
import type { World } from './world.ts';

const pauseMaxMs = 8;
/** Longer than any question or marker: a chunk of this size is a ticket. */
const jobBytesMin = 64;
const byteWaitMs = 10_000;
/** The first presses compile code. */
const warmUpPresses = 20;

export async function measureFirstByte(world: World, presses: number) {
  const twin = printerTwin();
  const behind = await twin.listenTcp({ host: '127.0.0.1', port: 0 });
  const tap = await tapBefore(behind.port);
  const screenPort = await freePort();
  const file = writeProfile(world, tap.port, screenPort);
  const data = join(world.dir, 'first-byte');
  const machine = await startRole(['queue-machine', '--profile', file, '--data', data]);
  const url = `http://127.0.0.1:${screenPort}`;
  const page = await openPage<QueueScreen>(`${url}/state`, `${url}/act`);
  const glass = await openGlass(screenPort, () => page.drawn);
  const other = await connectMachine('queue-1', 'queue-machine', world.hall);
  const echo = await connectEcho('queue-1', world.floor);
  const sync = openSync4k(world.dir);
  const samples: Record<'byte' | 'issue' | 'echo' | 'sync', number[]> = {
    ...{ byte: [], issue: [], echo: [], sync: [] },
  };
  for (let i = 0; i < presses + warmUpPresses; i += 1) {
    await page.until((s) => s.obstacle === null && s.step.at === 'choose', 'ready for a press');
    await sleep(Math.random() * pauseMaxMs);
    const [touched, byteAt] = await Promise.all([glass.touch(), tap.next()]);
    const byteMs = byteAt - touched;
    await page.until((s) => s.step.at === 'done' && s.step.paper === 'confirmed', 'a paper');
    await page.act({ do: 'home' });
    await sleep(Math.random() * pauseMaxMs);
    const began = performance.now();
    await other.ask('take', { service, paper: false, source: 'touch' });
    const issueMs = performance.now() - began;
    const echoMs = await echo.once();
    const syncMs = sync.once();
    if (i < warmUpPresses) continue;
    samples.byte.push(byteMs);
    samples.issue.push(issueMs);
    samples.echo.push(echoMs);
    samples.sync.push(syncMs);
  }
  page.close();
  glass.close();
  await Promise.all([echo.close(), other.close()]);
  sync.close();
  await machine.stop();
  await tap.close();
  await twin.close();
  const issue = p50(samples.issue);
  return {
    'print.first_byte_ms': p50(samples.byte),
    'print.first_byte_p99_ms': p99(samples.byte),
    'print.first_byte_issue_p50_ms': issue,
    'print.first_byte_floor_ms': p50(samples.echo) + p50(samples.sync),
    'print.first_byte_over_issue_ms': p50(samples.byte) - issue,
  };
}

interface Glass {
  /** The page's POST; resolves with the moment of the touch when it is answered. */
  touch(): Promise<number>;
  close(): void;
}

/** A browser keeps its connection to the machine's page open between two touches. */
async function openGlass(port: number, drawn: () => string): Promise<Glass> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  await once(socket, 'connect');
  return {
    async touch() {
      const body = JSON.stringify({ do: 'take', service, class: null, press: uuidv7() });
      const head = [
        'POST /act HTTP/1.1',
        `host: 127.0.0.1:${port}`,
        `origin: http://127.0.0.1:${port}`,
        'content-type: application/json',
        `if-match: "${drawn()}"`,
        `content-length: ${Buffer.byteLength(body)}`,
      ];
      const touched = performance.now();
      socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
      const [answer] = await once(socket, 'data');
      if (!String(answer).startsWith('HTTP/1.1 204')) throw new Error(`refused: ${answer}`);
      return touched;
    },
    close: () => socket.destroy(),
  };
}

interface Tap {
  port: number;
  /** When the next ticket's first byte comes, performance.now(). */
  next(): Promise<number>;
  close(): Promise<void>;
}

/** The printer's port: looks at what comes, then hands it to the printer behind. */
async function tapBefore(printerPort: number): Promise<Tap> {
  let heard: ((at: number) => void) | undefined;
  const server: Server = createServer({ noDelay: true }, (host) => {
    const printer = connect({ host: '127.0.0.1', port: printerPort, noDelay: true });
    host.on('data', (chunk) => {
      if (chunk.length >= jobBytesMin) heard?.(performance.now());
      printer.write(chunk);
    });
    printer.on('data', (chunk) => host.write(chunk));
    for (const [one, two] of [
      [host, printer],
      [printer, host],
    ] as const) {
      one.on('error', () => two.destroy());
      one.on('close', () => two.destroy());
    }
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(address !== null && typeof address === 'object' ? address.port : 0);
    });
  });
  return {
    port,
    next: () =>
      new Promise((resolve, reject) => {
        const late = setTimeout(() => reject(new Error('no ticket came')), byteWaitMs);
        heard = (at) => {
          clearTimeout(late);
          heard = undefined;
          resolve(at);
        };
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
      }),
  };
}

// time-limit: 120 s
/**
 * The power goes in the middle of a paper: a real queue machine is killed when its bytes have left and
 * before the printer could answer. Started again, it shows the number to whoever stands there, and
 * prints it once more when it is asked to.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parse, stringify } from 'yaml';
import type { QueueScreen } from '../../kiosk-app/screens/contract.ts';
import { service } from '../../scripts/bench/hall-profile.ts';
import { freePort, startRole } from '../../scripts/bench/process.ts';
import { printerTwin, writeProfile } from '../../scripts/bench/queue-machine.ts';
import { startWorld } from '../../scripts/bench/world.ts';
import { openPage } from '../../scripts/lib/page-client.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { until } from '../harness/until.ts';

const test = suite('the power goes in the middle of a paper');
/** Longer than any question or marker: a chunk of this size is a ticket. */
const jobBytesMin = 64;
const recordedWithinMs = 5_000;

/** The wire to the printer; while it is `broken`, no ticket comes through. */
async function wireTo(printerPort: number) {
  const wire = { port: await freePort(), broken: true, close: () => {} };
  const server = createServer({ noDelay: true }, (host) => {
    const printer = connect({ host: '127.0.0.1', port: printerPort, noDelay: true });
    host.on('data', (chunk) => {
      if (!wire.broken || chunk.length < jobBytesMin) printer.write(chunk);
    });
    printer.on('data', (chunk) => host.write(chunk));
    const both: [Socket, Socket][] = [
      [host, printer],
      [printer, host],
    ];
    for (const [one, two] of both)
      one.on('error', () => two.destroy()).on('close', () => two.destroy());
  });
  await new Promise<void>((listening) => server.listen(wire.port, '127.0.0.1', listening));
  wire.close = () => server.close();
  return wire;
}

/** What the machine's disk says of its papers, read beside it. */
function jobsIn(dataDir: string): { ticket: string; state: string }[] {
  const db = new Database(join(dataDir, 'spool.sqlite'), { readonly: true });
  const rows = db
    .prepare<[], { ticket: string; state: string }>('SELECT ticket, state FROM jobs')
    .all();
  db.close();
  return rows;
}

test('killed in the middle, it offers the paper again, prints it once and tells it so', async () => {
  const world = await startWorld(tempDir('power-cut'), {
    queueMachines: 1,
    windows: 1,
    displays: 0,
  });
  const twin = printerTwin();
  const { port } = await twin.listenTcp({ host: '127.0.0.1', port: 0 });
  const wire = await wireTo(port);
  const screenPort = await freePort();
  const profile = writeProfile(world, wire.port, screenPort);
  const changed = parse(readFileSync(profile, 'utf8'));
  changed.queue_machine.reprint = 'reprint-ticket';
  writeFileSync(profile, stringify(changed));
  const dataDir = join(world.dir, 'machine');
  const start = () => startRole(['queue-machine', '--profile', profile, '--data', dataDir]);
  const url = `http://127.0.0.1:${screenPort}`;
  const open = () => openPage<QueueScreen>(`${url}/state`, `${url}/act`);
  let machine = await start();
  try {
    const before = await open();
    await before.until((s) => s.obstacle === null && s.step.at === 'choose', 'ready for a press');
    await before.act({ do: 'take', service, class: null, press: '' });
    await until(() => jobsIn(dataDir)[0]?.state === 'sending', recordedWithinMs, 'under way');
    process.kill(machine.pid, 'SIGKILL');
    before.close();
    await machine.stop();
    assert.is(twin.tickets.length, 0);

    wire.broken = false;
    machine = await start();
    const page = await open();
    const offered = await page.until(
      ({ step }) => step.at === 'done' && step.reprint === 'offered',
      'the paper is offered again',
    );
    assert.ok(offered.step.at === 'done' && offered.step.paper === 'uncertain');
    const { number } = offered.step as { number: string };
    assert.is(jobsIn(dataDir)[0]?.ticket.split('/')[1], number);
    await page.act({ do: 'reprint' });
    const printed = ({ step }: QueueScreen) =>
      step.at === 'done' && step.note?.zh.includes('已补打') === true;
    await page.until(printed, 'the second paper');
    assert.is(twin.tickets.length, 1);
    assert.match(twin.tickets[0]?.text ?? '', /补打/);
    assert.match(twin.tickets[0]?.text ?? '', new RegExp(number));
    page.close();
  } finally {
    await machine.stop();
    wire.close();
    await twin.close();
    await world.stop();
  }
});

test.run();

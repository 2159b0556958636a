// time-limit: 240 s
/**
 * kill -9 of a real pad, and a hall that goes away in the middle: whoever was thanked is counted, once,
 * with the level that was touched; nothing is counted that nobody touched.
 * XUHAO_KILLS (default 8), XUHAO_SEED (default random, printed).
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { uuidv7 } from 'uuidv7';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { levels } from '../../broker-config/messages.ts';
import type { PadScreen } from '../../kiosk-app/screens/contract.ts';
import { hallProfile, service, writeHall } from '../../scripts/bench/hall-profile.ts';
import { connectMachine } from '../../scripts/bench/machine.ts';
import { freePort, type Started, startRole } from '../../scripts/bench/process.ts';
import { writePadProfile } from '../../scripts/bench/rate.ts';
import { startHall } from '../../scripts/bench/world.ts';
import { openPage, post } from '../../scripts/lib/page-client.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { until } from '../harness/until.ts';
import { Random } from '../simulation/random.ts';

const test = suite('kill -9 of a pad');
const kills = Number(process.env.XUHAO_KILLS ?? 8);
const seed = Number(process.env.XUHAO_SEED ?? Math.floor(Math.random() * 2 ** 32));
const deliveredWithinMs = 30_000;

interface Evaluated {
  ticket: string;
  level: string;
}
/** What the hall's journal holds, read beside the running hall. */
function evaluatedIn(dataDir: string): Evaluated[] {
  const db = new Database(join(dataDir, 'journal.sqlite'), { readonly: true });
  const rows = db.prepare<[], string>('SELECT json FROM events ORDER BY seq').pluck().all();
  db.close();
  return rows
    .map((json) => JSON.parse(json) as Evaluated & { type: string })
    .filter((event) => event.type === 'evaluated');
}

test(`${kills} kills, seed ${seed}`, async () => {
  const random = new Random(seed, 'pad-kill');
  const dir = tempDir('pad-kill');
  const dataDir = join(dir, 'hall');
  mkdirSync(dir, { recursive: true });
  const size = { queueMachines: 1, windows: 1, displays: 0, pads: 1 };
  const hallPort = await freePort();
  const hallFile = writeHall(dir, hallProfile(size), hallPort);
  let hall: Started = await startHall(hallFile, dataDir);
  const at = { port: hallPort, dataDir };
  const connect = () =>
    Promise.all([
      connectMachine('queue-0', 'queue-machine', at),
      connectMachine('window-0', 'window', at),
    ]);
  let [queue, window] = await connect();
  await window.ask('open', {});

  const screenPort = await freePort();
  const profile = writePadProfile({ dir, hall: { ...at, process: hall } }, screenPort);
  const url = `http://127.0.0.1:${screenPort}`;
  const startPad = () =>
    startRole(['evaluation-pad', '--profile', profile, '--data', join(dir, 'pad')]);
  const touched = new Map<string, string>();
  const thanked = new Map<string, string>();

  /** One service, one touch, one kill: before the thank-you, at it, or some time after. */
  async function oneLife(): Promise<void> {
    const pad = await startPad();
    const page = await openPage<PadScreen>(`${url}/state`, `${url}/act`);
    await queue.ask('take', { service, paper: false, source: 'touch' });
    const { ticket } = await window.ask('call-next', {});
    await window.ask('finish', {});
    await page.until((s) => s.step.at === 'ask' && s.step.ticket === ticket.id, 'the question');
    const cutOff = random.chance(0.4);
    if (cutOff) {
      await Promise.all([queue.close(), window.close()]);
      await hall.stop();
    }
    const level = random.pick(levels);
    touched.set(ticket.id, level);
    const action = { do: 'level', ticket: ticket.id, level, press: uuidv7() };
    const told = post(`${url}/act`, action, page.drawn).catch(() => 0);
    if (random.chance(0.7)) {
      await page.until((s) => s.step.at === 'rated', 'the thank-you');
      thanked.set(ticket.id, level);
      if (random.chance(0.5)) await page.act({ do: 'done', ticket: ticket.id });
    }
    process.kill(pad.pid, 'SIGKILL');
    await told;
    await pad.stop();
    page.close();
    if (!cutOff) return;
    hall = await startHall(hallFile, dataDir);
    [queue, window] = await connect();
  }

  try {
    for (let n = 0; n < kills; n += 1) await oneLife();
    const pad = await startPad();
    const all = () => evaluatedIn(dataDir);
    const missing = () => [...thanked].filter(([t]) => !all().some((e) => e.ticket === t));
    await until(() => missing().length === 0, deliveredWithinMs, 'everything is delivered');
    await pad.stop();
    const counted = all();
    assert.is(new Set(counted.map((e) => e.ticket)).size, counted.length, 'one counted twice');
    for (const { ticket, level } of counted) assert.is(level, touched.get(ticket), ticket);
    assert.ok(thanked.size > 0 || kills < 6);
  } finally {
    await Promise.all([queue.close(), window.close()]);
    await hall.stop();
  }
  console.log(
    `${touched.size} touched, ${thanked.size} thanked, ${evaluatedIn(dataDir).length} counted`,
  );
});

test.run();

/**
 * Measures Xuhao on this machine, every figure beside a floor taken in the same run.
 *
 *   npm run bench -- [--json FILE] [--quick] [--only latency,first-byte,storm,growth,restart,machine,print,rate,sign]
 *
 * What each figure means stands in bench/*.ts. A bar that is missed is marked, and the exit code
 * stays 0: a busy machine is no failed test.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bars } from './bench/bars.ts';
import { measureFirstByte } from './bench/first-byte.ts';
import { measureGrowth } from './bench/growth.ts';
import { measureLatency } from './bench/latency.ts';
import { measurePrint } from './bench/print.ts';
import { measureQueueMachine } from './bench/queue-machine.ts';
import { measureRate } from './bench/rate.ts';
import { measureRestart } from './bench/restart.ts';
import { measureSign } from './bench/sign.ts';
import { rounded } from './bench/stats.ts';
import { measureStorm } from './bench/storm.ts';
import { startWorld, type World } from './bench/world.ts';
import { ensureScreensBuilt } from './build-screens.ts';

const sections = [
  'latency',
  'first-byte',
  'storm',
  'growth',
  'restart',
  'machine',
  'print',
  'rate',
  'sign',
] as const;
const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: sections.join(',') },
    dir: { type: 'string' },
  },
});
const { quick } = values;
const wanted = values.only.split(',');
const unknown = wanted.filter((w) => !(sections as readonly string[]).includes(w));
if (unknown.length > 0) {
  console.error(`--only: ${unknown.join(', ')} is not one of ${sections.join(', ')}`);
  process.exit(2);
}

// The disk that counts is the one the hall's data will lie on: --dir chooses it.
const dir = mkdtempSync(join(values.dir ?? tmpdir(), 'xuhao-bench-'));
const figures: Record<string, number> = {};
const stormMachines = 200;

async function inWorld(
  name: string,
  size: Parameters<typeof startWorld>[1],
  f: (w: World) => Promise<Record<string, number>>,
) {
  const world = await startWorld(join(dir, name), size);
  try {
    Object.assign(figures, await f(world));
  } finally {
    await world.stop();
  }
}

// A machine with a screen does not start without its pages.
await ensureScreensBuilt();
try {
  const one = { queueMachines: 1, windows: 1, displays: 1 };
  if (wanted.includes('latency')) {
    say('latency: one press at a time');
    await inWorld('latency', one, (w) => measureLatency(w, quick ? 2 : 10, 100));
  }
  if (wanted.includes('first-byte')) {
    // Right after what it is held against: a shared host is slower or faster for minutes.
    say('first-byte: from the touch to the printer’s port');
    const two = { ...one, queueMachines: 2 };
    await inWorld('first-byte', two, (w) => measureFirstByte(w, quick ? 50 : 300));
    const issue = figures['issue.p50_ms'];
    const byte = figures['print.first_byte_ms'];
    if (issue !== undefined && byte !== undefined) {
      figures['print.first_byte_over_latency_ms'] = byte - issue;
    }
  }
  if (wanted.includes('storm')) {
    say(`storm: ${stormMachines} machines at once`);
    const half = stormMachines / 2;
    const size = { queueMachines: half, windows: half, displays: 1 };
    await inWorld('storm', size, (w) => measureStorm(w, stormMachines, quick ? 2 : 10));
  }
  if (wanted.includes('growth')) {
    say('growth: few and very many waiting');
    Object.assign(figures, await measureGrowth(join(dir, 'growth'), 100_000, quick ? 200 : 1000));
  }
  if (wanted.includes('restart')) {
    say('restart: a long history');
    const events = quick ? 100_000 : 1_000_000;
    Object.assign(figures, await measureRestart(join(dir, 'restart'), events));
  }
  if (wanted.includes('machine')) {
    say('machine: a queue machine with its printer');
    await inWorld('machine', one, (w) => measureQueueMachine(w, quick ? 20 : 100));
  }
  if (wanted.includes('rate')) {
    say('rate: from the touch on the pad to the thank-you');
    await inWorld('rate', { ...one, pads: 1 }, (w) => measureRate(w, quick ? 100 : 500));
  }
  if (wanted.includes('sign')) {
    say('sign: from the clerk’s key on the RS-485 wire to the sign’s wire');
    await inWorld('sign', one, (w) => measureSign(w, quick ? 20 : 200));
  }
  if (wanted.includes('print')) {
    say('print: from fields to bytes, and a drawn line');
    Object.assign(figures, await measurePrint(quick ? 100 : 500));
  }
} finally {
  rmSync(dir, { recursive: true, force: true });
}

for (const key of Object.keys(figures)) figures[key] = rounded(figures[key] ?? Number.NaN);
for (const [key, value] of Object.entries(figures)) {
  const bar = bars[key];
  const met =
    bar === undefined || (bar.least === undefined ? value <= bar.most : value >= bar.least);
  const text =
    bar === undefined
      ? ''
      : `bar ${bar.least === undefined ? `<= ${bar.most}` : `>= ${bar.least}`}`;
  say(`${met ? '    ' : 'MISS'} ${key.padEnd(26)} ${String(value).padStart(12)}  ${text}`);
}
if (values.json !== undefined) {
  const machine = {
    node: process.version,
    cpu: cpus()[0]?.model ?? '',
    cores: availableParallelism(),
  };
  writeFileSync(values.json, `${JSON.stringify({ quick, machine, ...figures }, null, 2)}\n`);
}

function say(line: string): void {
  console.log(line);
}

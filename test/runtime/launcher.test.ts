// time-limit: 120 s
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ensureScreensBuilt } from '../../scripts/build-screens.ts';
import { tempDir } from '../harness/temp-dir.ts';

const launcher = join(import.meta.dirname, '../../kiosk-app/xuhao.mjs');
await ensureScreensBuilt();
const dir = tempDir();
const env = { ...process.env, XDG_CACHE_HOME: join(dir, 'cache') };
writeFileSync(join(dir, 'secret'), 'secret\n');
const profile = join(dir, 'display.yaml');
const profileText = `machine: display-9
role: display
hall: demo
owner: { name: 王工, phone: "1" }
broker: { url: "mqtt://127.0.0.1:1", credential_file: ${join(dir, 'secret')} }
devices: []
display: { calls: 5, language: zh }
`;
writeFileSync(profile, profileText);
let runs = 0;
const newData = () => {
  runs += 1;
  return join(dir, `data-${runs}`);
};

function run(args: string[], node = process.execPath) {
  const r = spawnSync(node, [launcher, ...args], { env, encoding: 'utf8', timeout: 30_000 });
  return { code: r.status, out: r.stdout, err: r.stderr };
}

interface Running {
  child: ChildProcess;
  lines: Record<string, unknown>[];
  /** The next log line with this message. */
  said(message: string): Promise<Record<string, unknown>>;
  ended: Promise<number | null>;
}
function start(args: string[], node = process.execPath): Running {
  const child = spawn(node, [launcher, ...args], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: Record<string, unknown>[] = [];
  let look = () => {};
  createInterface({ input: child.stdout ?? process.stdin }).on('line', (line) => {
    lines.push(JSON.parse(line));
    look();
  });
  return {
    child,
    lines,
    ended: new Promise((resolve) => child.on('exit', resolve)),
    said: (message) =>
      new Promise((resolve) => {
        look = () => {
          const found = lines.find((l) => l.msg === message);
          if (found !== undefined) resolve(found);
        };
        look();
      }),
  };
}

test('help and version are printed, with 0', () => {
  const help = run(['--help']);
  assert.is(help.code, 0);
  assert.match(help.out, 'xuhao <role> --profile FILE');
  assert.is(help.err, '', 'no warning of Node among it');
  assert.match(run(['window', '--help']).out, 'caller page');
  assert.match(run(['--version']).out, /^\d+\.\d+\.\d+\n$/);
});

test('a command line that is not understood ends with 2 and one sentence', () => {
  for (const args of [['windows'], ['window'], ['terminal', '--profile', 'x'], ['--frob']]) {
    const r = run(args);
    assert.is(r.code, 2, args.join(' '));
    assert.match(r.err, /^CFG_(USAGE|ROLE): .*\n$/);
    assert.is(r.out, '');
  }
});

test('a bad profile ends with 1 and every mistake at its line', () => {
  const bad = join(dir, 'bad.yaml');
  writeFileSync(bad, profileText.replace('calls: 5', 'call: 5').replace('hall: demo', 'hall: D'));
  const r = run(['display', '--profile', bad]);
  assert.is(r.code, 1);
  assert.match(r.err, `${bad}:3:1: hall must match pattern`);
  assert.match(r.err, `${bad}:7:12: display.call is not known here; did you mean "calls"?`);
  const other = run(['window', '--profile', profile]);
  assert.is(other.code, 2);
  assert.match(other.err, 'start `xuhao display` with it');
});

test('a machine without its hall starts, and one signal ends it in order', async () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const m = start(['display', '--profile', profile, '--data', newData()]);
    await m.said('ready');
    m.child.kill(signal);
    assert.is(await m.ended, 0);
    assert.is(m.lines.at(-1)?.msg, 'stopped');
    assert.is(m.lines.at(-1)?.failed, 0);
  }
});

test('a second process on the same data refuses and says why', async () => {
  const data = newData();
  const first = start(['display', '--profile', profile, '--data', data]);
  await first.said('ready');
  const second = run(['display', '--profile', profile, '--data', data]);
  assert.is(second.code, 1);
  assert.match(second.err, /SPL_LOCKED.*another process works on/);
  first.child.kill('SIGKILL');
  await first.ended;
  const third = start(['display', '--profile', profile, '--data', data]);
  await third.said('ready');
  third.child.kill('SIGTERM');
  assert.is(await third.ended, 0);
});

test('a page port that is taken ends the start with a sentence', async () => {
  const taken = createServer();
  const port = await new Promise<number>((resolve) => {
    taken.listen(0, '127.0.0.1', () => {
      const address = taken.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  const args = ['display', '--profile', profile, '--data', newData(), '--port', String(port)];
  const r = run(args);
  taken.close();
  assert.is(r.code, 1);
  assert.match(r.err, `SCR_PORT_TAKEN: port ${port} of the page is already in use`);
});

test('the page of a running machine tells its state', async () => {
  const m = start(['display', '--profile', profile, '--data', newData(), '--port', '0']);
  const { url } = await m.said('page');
  await m.said('ready');
  const answer = await fetch(`${url}state`);
  const reader = answer.body?.getReader();
  let text = '';
  while (!text.includes('event: state')) {
    text += Buffer.from((await reader?.read())?.value ?? []).toString();
  }
  await reader?.cancel();
  assert.match(text, '"role":"display"');
  assert.match(text, '"online":false');
  m.child.kill('SIGTERM');
  assert.is(await m.ended, 0);
});

test('another Node hands over to the pinned one, with its signals and its exit code', async () => {
  const other = '/usr/bin/node';
  const version = existsSync(other)
    ? spawnSync(other, ['--version'], { encoding: 'utf8' }).stdout
    : 'v24';
  // Nothing to hand over on a machine whose own Node is the pinned one.
  if (version.startsWith('v24')) return;
  assert.match(run(['--help'], other).out, 'Roles:');
  assert.is(run(['windows'], other).code, 2);
  const m = start(['display', '--profile', profile, '--data', newData()], other);
  await m.said('ready');
  m.child.kill('SIGTERM');
  assert.is(await m.ended, 0);
  assert.is(m.lines.at(-1)?.msg, 'stopped');
});

test.run();

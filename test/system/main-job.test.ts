// time-limit: 600 s
/** The whole hall as a newcomer starts it: real processes, a real broker, real wires. */
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { DisplayScreen, QueueScreen, WindowScreen } from '../../kiosk-app/screens/contract.ts';
import type { PaperState } from '../../kiosk-app/screens/demo-contract.ts';
import {
  collect,
  type DemoHall,
  freeRange,
  launchDemo,
  type Page,
  startDemo,
} from '../harness/demo-hall.ts';
import { ensureProgram } from '../harness/system-programs.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { until, within } from '../harness/until.ts';

const portsNeeded = 40;
const press = { press: '' };
const test = suite('the demonstration hall');
const dataDir = tempDir('demo');
let ports = 0;
let hall: DemoHall;
let queue: Page<QueueScreen>;
let queue2: Page<QueueScreen>;
let window1: Page<WindowScreen>;
let window2: Page<WindowScreen>;
let display: Page<DisplayScreen>;
let paper: Page<PaperState>;

test.before(async () => {
  ensureProgram('socat');
  ports = await freeRange(portsNeeded);
  await start();
});
test.after(async () => {
  await hall.stop();
});

async function start(): Promise<void> {
  hall = await startDemo(dataDir, ports);
  queue = await hall.screen('queue-1');
  queue2 = await hall.screen('queue-2');
  window1 = await hall.screen('window-1');
  window2 = await hall.screen('window-2');
  display = await hall.screen('display-1');
  paper = await hall.paper();
}

/** Presses a service at the queue machine and waits for what the screen says in the end. */
async function takeNumber(page: Page<QueueScreen>, service: string) {
  await page.until((s) => s.obstacle === null && s.step.at === 'choose', 'ready to take a number');
  assert.is(await page.act({ do: 'take', service, class: null, ...press }), 204);
  const state = await page.until((s) => s.step.at === 'done' || s.step.at === 'failed', 'a result');
  await page.act({ do: 'home' });
  await page.until((s) => s.step.at === 'choose', 'the first page again');
  return state.step;
}

async function numberOf(page: Page<QueueScreen>, service: string): Promise<string> {
  const step = await takeNumber(page, service);
  if (step.at !== 'done') throw new Error(`no number: ${JSON.stringify(step)}`);
  assert.is(step.paper, 'confirmed');
  return step.number;
}

async function ask(
  page: Page<WindowScreen>,
  action: Record<string, unknown>,
): Promise<WindowScreen> {
  const before = (await page.until((s) => s.busy === null, 'an idle window')).lastAction?.at ?? 0;
  await page.act({ ...action, ...press });
  return page.until(
    (s) => s.busy === null && s.lastAction?.verb === action.do && (s.lastAction?.at ?? 0) > before,
    `the result of ${action.do}`,
  );
}

const papersOf = (state: PaperState, machine: string) =>
  state.printers.find((p) => p.machine === machine)?.tickets ?? [];
const calls = (number: string) => (s: DisplayScreen) => s.calls[0]?.number === number;

test('a number on paper, a number called, shown on the hall display', async () => {
  await ask(window1, { do: 'open' });
  const number = await numberOf(queue, 'general');
  const { printers } = await paper.until(
    (s) => papersOf(s, 'queue-1').length > 0,
    'paper from queue-1',
  );
  const ticket = printers.find((p) => p.machine === 'queue-1')?.tickets[0];
  assert.ok(ticket?.text.includes(number), ticket?.text);
  const drawing = await fetch(new URL(ticket?.svgUrl ?? '', `http://127.0.0.1:${ports}/`));
  assert.match(await drawing.text(), /^<svg/);

  await ask(window1, { do: 'call-next' });
  const called = await window1.until((s) => s.current?.number === number, 'the call');
  assert.ok(called.current?.why?.zh, 'a call says why');
  const shown = await display.until(calls(number), `${number} on the display`);
  assert.is(shown.calls[0]?.window, called.window?.label);
  assert.ok(shown.calls[0]?.fresh);
});

test('recall, hold, resume, transfer and finish reach the same ticket', async () => {
  const number = window1.state?.current?.number;
  await ask(window1, { do: 'hold', kind: 'fetch-papers' });
  await window1.until((s) => s.current === null && s.held[0]?.number === number, 'it is held');
  await ask(window1, { do: 'resume', ticket: { number } });
  await window1.until((s) => s.current?.number === number, 'it is back');
  await ask(window2, { do: 'open' });
  const target = window2.state?.window?.id;
  await ask(window1, { do: 'transfer', to: { window: target }, position: 'head' });
  await ask(window2, { do: 'call-next' });
  await window2.until((s) => s.current?.number === number, 'the call at the other window');
  await ask(window2, { do: 'finish' });
  await window2.until((s) => s.current === null, 'nobody at the window');
});

test('a missed number can be brought back', async () => {
  const number = await numberOf(queue, 'general');
  await ask(window1, { do: 'call-next' });
  await window1.until((s) => s.current?.number === number, 'the call');
  await ask(window1, { do: 'miss' });
  await window1.until((s) => s.missed.some((t) => t.number === number), 'it is missed');
  await ask(window1, { do: 'return-missed', ticket: { number }, to: 'now' });
  await window1.until((s) => s.current?.number === number, 'it is back');
  await ask(window1, { do: 'finish' });
  await window1.until((s) => s.current === null, 'nobody at the window');
});

test('a paused window is shown as paused, and calls nobody', async () => {
  await ask(window2, { do: 'pause', reason: 'meeting' });
  await display.until(
    (s) => s.windows.some((w) => w.id === window2.state?.window?.id && w.state === 'paused'),
    'the paused window',
  );
  const refused = await ask(window2, { do: 'call-next' });
  assert.is(refused.lastAction?.ok, false);
  assert.ok(refused.lastAction?.text.zh);
  await ask(window2, { do: 'open' });
});

test('the second machine prints over its serial wire, and its keypad takes numbers', async () => {
  const number = await numberOf(queue2, 'general');
  await paper.until((s) => papersOf(s, 'queue-2')[0]?.text.includes(number) ?? false, 'its paper');
  const keypad = paper.state?.keypads.find((k) => k.machine === 'queue-2')?.id ?? '';
  await until(() => logOf('queue-2').includes('"device":"keypad","driver"'), 15_000, 'the keypad');
  const seen = secondsPapers().length;
  // A key right after a number was shown counts as the same finger's: people press again.
  await within(
    pressUntil(keypad, '1', () => secondsPapers().length > seen),
    15_000,
    'paper after a key',
  );
  await queue2.until((s) => s.step.at === 'choose', 'the first page again');
});

test("a clerk's hardware caller calls the next citizen", async () => {
  const keypad = paper.state?.keypads.find((k) => k.machine === 'window-1');
  const key = keypad?.keys.find((k) => k.label.en === 'Next')?.key ?? '';
  assert.is(await hall.bench({ keypad: keypad?.id ?? '', key }), 204);
  const called = await window1.until((s) => s.current !== null, 'a call by the caller');
  await display.until(calls(called.current?.number ?? ''), 'the call on the display');
  await ask(window1, { do: 'finish' });
});

test('a pulled plug is said before anybody presses, and forgotten when it is back', async () => {
  const printer = paper.state?.printers.find((p) => p.machine === 'queue-1')?.id ?? '';
  await hall.bench({ printer, do: 'unplug' });
  const state = await queue.until((s) => s.obstacle?.kind === 'printer', 'the obstacle');
  assert.ok(state.obstacle?.because.zh);
  const before = papersOf(
    paper.state ?? { printers: [], keypads: [], panels: [] },
    'queue-1',
  ).length;
  await queue.act({ do: 'take', service: 'general', class: null, ...press });
  await hall.bench({ printer, do: 'plug' });
  await queue.until((s) => s.obstacle === null, 'all well again');
  assert.is(
    papersOf(paper.state ?? { printers: [], keypads: [], panels: [] }, 'queue-1').length,
    before,
  );
  await numberOf(queue, 'general');
});

test('paper out in the middle of the day: the machine says so until there is paper', async () => {
  const printer = paper.state?.printers.find((p) => p.machine === 'queue-1')?.id ?? '';
  await hall.bench({ printer, do: 'paper-out' });
  await queue.until((s) => s.obstacle?.kind === 'printer', 'the obstacle');
  await hall.bench({ printer, do: 'paper-in' });
  await numberOf(queue, 'general');
});

test('a hall killed in the middle comes back with everything it has promised', async () => {
  const number = await numberOf(queue, 'collect');
  process.kill(hallPid(), 'SIGKILL');
  await queue.until((s) => s.obstacle !== null, 'the machine notices');
  const next = await numberOf(queue, 'collect');
  assert.is(Number(next.slice(1)), Number(number.slice(1)) + 1);
});

test('a port that is taken is said by number, with the option that changes it', async () => {
  const child = launchDemo(tempDir('second'), ports);
  const output = collect(child);
  const code = await within(
    new Promise<number | null>((resolve) => child.once('exit', resolve)),
    30_000,
    'the end of the second hall',
  );
  assert.is(code, 1);
  assert.match(output(), new RegExp(`Port ${ports} .*--port`));
});

test('Ctrl-C ends all processes, and the next start goes on with the day', async () => {
  const number = await numberOf(queue, 'collect');
  assert.is(await hall.stop(), 0);
  assert.is(await refused(ports), true);
  assert.is(await refused(ports + 1), true);
  await start();
  const next = await numberOf(queue, 'collect');
  assert.is(Number(next.slice(1)), Number(number.slice(1)) + 1);
});

const logOf = (machine: string) => readFileSync(join(dataDir, 'logs', `${machine}.log`), 'utf8');

const secondsPapers = () =>
  papersOf(paper.state ?? { printers: [], keypads: [], panels: [] }, 'queue-2');

/** As people do: press, look for a second, press again. */
async function pressUntil(keypad: string, key: string, done: () => boolean): Promise<void> {
  while (!done()) {
    await hall.bench({ keypad, key });
    await until(done, 1500, 'the effect of the key').catch(() => undefined);
  }
}

/** From the process table: the demonstration's child that runs the role hall. */
function hallPid(): number {
  const found = hall.processes().find((p) => p.command.includes(' hall '));
  if (found === undefined) throw new Error('no hall process');
  return found.pid;
}

function refused(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(false);
    });
    socket.once('error', () => resolve(true));
  });
}

test.run();

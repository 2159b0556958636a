import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { QueueScreen, WindowScreen } from '../../kiosk-app/screens/contract.ts';
import type { PaperPanel, PaperState } from '../../kiosk-app/screens/demo-contract.ts';
import { type DemoHall, freeRange, type Page, startDemo } from '../harness/demo-hall.ts';
import { tempDir } from '../harness/temp-dir.ts';

const test = suite('devices of the demonstration hall, over their wires');
const replugMs = 3_000;
/** Eleven processes start on two cores: the rule itself is held in virtual time (device-supervisor). */
const patience = 3;
let hall: DemoHall;
let bench: Page<PaperState>;

type Of<K extends PaperPanel['kind']> = Extract<PaperPanel, { kind: K }>;
function panel<K extends PaperPanel['kind']>(s: PaperState, kind: K, machine: string): Of<K> {
  const found = s.panels.find((p) => p.kind === kind && p.machine === machine);
  if (found === undefined) throw new Error(`no ${kind} at ${machine}`);
  return found as Of<K>;
}
const signOf = (s: PaperState, machine: string) => panel(s, 'sign', machine).lines.join(' ');
const idOf = (kind: PaperPanel['kind'], machine: string) =>
  panel(bench.state ?? { printers: [], keypads: [], panels: [] }, kind, machine).id;

test.before(async () => {
  hall = await startDemo(tempDir('demo-devices'), await freeRange(60));
  bench = await hall.paper();
  await bench.until((s) => s.panels.length > 0, 'the bench');
});
test.after(async () => {
  bench.close();
  assert.is(await hall.stop(), 0);
});

test('a clerk’s key on the RS-485 wire calls; sign, caller and loudspeaker say the same', async () => {
  const window = await hall.screen<WindowScreen>('window-2');
  await window.until((s) => s.window !== null && s.link.online, 'the window');
  await bench.until((s) => /暂停服务/.test(signOf(s, 'window-2')), 'a closed window says so');
  const caller = idOf('caller', 'window-2');
  await hall.bench({ panel: caller, key: 'pause' });
  await window.until((s) => s.window?.state === 'open', 'opened by the key');
  await bench.until((s) => /等候叫号/.test(signOf(s, 'window-2')), 'an open window says so');

  const keypad = bench.state?.keypads.find((k) => k.machine === 'queue-2')?.id ?? '';
  await hall.bench({ keypad, key: '2' });
  await bench.until((s) => Number(panel(s, 'caller', 'window-2').waiting) === 1, 'one waits');
  await hall.bench({ panel: caller, key: 'next' });
  const called = await window.until((s) => s.current !== null, 'called');
  const number = called.current?.number ?? '';
  await bench.until((s) => signOf(s, 'window-2').includes(number), 'the sign');
  const digits = number.replace(/\D/g, '');
  await bench.until((s) => panel(s, 'caller', 'window-2').ticket.trim() === digits, 'the caller');
  const spoken = (s: PaperState) => panel(s, 'voice', 'display-1').sentences;
  await bench.until((s) => spoken(s).some((t) => /请.*2|请.*二/.test(t.text)), 'the voice');
  await bench.until((s) => spoken(s)[0]?.end === 'whole', 'to its end');
  assert.is(spoken(bench.state ?? { printers: [], keypads: [], panels: [] }).length, 1, 'once');
  window.close();
});

test('a sign that lost its power shows again within 3 s of the plug, without a restart', async () => {
  await bench.until((s) => /暂停服务/.test(signOf(s, 'window-1')), 'the sign over window 1');
  const sign = idOf('sign', 'window-1');
  await hall.bench({ panel: sign, do: 'unplug' });
  await bench.until((s) => signOf(s, 'window-1').trim() === '', 'dark');
  await hall.bench({ panel: sign, do: 'plug' });
  const plugged = performance.now();
  await bench.until((s) => /暂停服务/.test(signOf(s, 'window-1')), 'the same text again');
  assert.ok(performance.now() - plugged < replugMs * patience, 'in time');
});

test('an ID card opens what wants one and leaves no trace; a strange code is told', async () => {
  const queue = await hall.screen<QueueScreen>('queue-1');
  await queue.until((s) => s.obstacle === null && s.step.at === 'choose', 'ready');
  const reader = idOf('reader', 'queue-1');
  await hall.bench({ panel: reader, card: 'card-1' });
  const known = await queue.until((s) => s.visitor != null && s.step.at === 'choose', 'the card');
  assert.equal(known.visitor, { masked: '测**' });
  assert.not.match(JSON.stringify(known), /[0-9a-f]{32}|000000199001010018/);
  await hall.bench({ panel: reader, card: null });
  const scanner = idOf('scanner', 'queue-1');
  await hall.bench({ panel: scanner, code: '你好，世界' });
  const refused = await queue.until((s) => s.step.at === 'failed', 'told');
  assert.match(refused.step.at === 'failed' ? refused.step.because.zh : '', /不是预约/);
  await queue.act({ do: 'home' });
  queue.close();
});

test('a reader pulled out and put back reads again within 3 s', async () => {
  const queue = await hall.screen<QueueScreen>('queue-1');
  const reader = idOf('reader', 'queue-1');
  await hall.bench({ panel: reader, do: 'unplug' });
  await hall.bench({ panel: reader, do: 'plug' });
  const plugged = performance.now();
  await hall.bench({ panel: reader, card: 'card-2' });
  await queue.until((s) => s.visitor != null, 'the card after the replug');
  assert.ok(performance.now() - plugged < replugMs * patience, 'in time');
  queue.close();
});

test.run();

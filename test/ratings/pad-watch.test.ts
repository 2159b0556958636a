import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { reasonOf } from '../../broker-config/reasons.ts';
import { createInventory } from '../../kiosk-app/hall/inventory.ts';
import type { AlarmBody } from '../../kiosk-app/hall/queue/command.ts';
import { createPadWatch, padWatchLimits } from '../../kiosk-app/hall/ratings/pad-watch.ts';
import { settle, VirtualClock } from '../harness/virtual-clock.ts';
import { ratingsHall } from './fixture.ts';

const test = suite('pad watch');
const boot = '00000000-0000-7000-8000-000000000001';

function rig(o: { open?: boolean; standing?: string[] } = {}) {
  const clock = new VirtualClock();
  const hall = ratingsHall();
  const pads = hall.machines.filter((m) => m.role === 'evaluation-pad');
  const inventory = createInventory(pads, () => clock.now());
  const told: AlarmBody[] = [];
  const state = { open: o.open ?? true, taken: true };
  const watch = createPadWatch({
    windows: [
      { id: '1', label: '1', pad: 'pad1' },
      { id: '2', label: '2', pad: 'pad2' },
    ],
    machines: inventory.machines,
    inUse: () => state.open,
    standing: () => o.standing ?? [],
    alarm: async (body) => {
      told.push(body);
      return state.taken;
    },
    timeText: (at) => new Date(at).toISOString().slice(11, 16),
    clock,
  });
  inventory.onChange(watch.look);
  const say = (dev: string, s: 'ready' | 'lost' | 'disconnected') => {
    const message = { v: 1, s, boot, at: clock.now() };
    const topic = { kind: 'machineState', hall: 'test', dev } as const;
    inventory.heard(topic, Buffer.from(JSON.stringify(message)));
  };
  const fault = (device: string, deviceState: string, code = 'EVA_GONE') => {
    const about = { v: 1, role: 'evaluation-pad', version: '1', boot, owner: 'x' };
    const devices = [{ id: device, kind: 'evaluator', driver: 'x' }];
    const desc = { kind: 'machineDescription', hall: 'test', dev: 'pad1' } as const;
    inventory.heard(desc, Buffer.from(JSON.stringify({ ...about, devices })));
    const status = { v: 1, device, kind: 'evaluator', state: deviceState, code };
    const rest = { since: clock.now(), owner: 'x', detail: {} };
    const topic = { kind: 'deviceStatus', hall: 'test', dev: 'pad1', device } as const;
    inventory.heard(topic, Buffer.from(JSON.stringify({ ...status, ...rest })));
  };
  const raised = () => told.filter((t) => t.state !== null);
  return { clock, watch, told, raised, say, fault, state };
}

test('a pad whose link is lost is an alarm at once, with window, since when, and whom to call', async () => {
  const { say, told, raised } = rig();
  say('pad1', 'ready');
  say('pad2', 'ready');
  await settle();
  assert.equal(raised(), []);
  say('pad1', 'lost');
  await settle();
  const [alarm] = raised();
  assert.is(alarm?.id, 'pad/1');
  assert.is(alarm?.state?.code, 'pad-lost');
  const sentence = reasonOf('pad-lost', alarm?.state?.data as never);
  assert.match(sentence.zh, '1 号窗口');
  assert.match(sentence.zh, 'Somebody');
  assert.not.match(sentence.zh + sentence.en, /[{}]/);
  say('pad1', 'ready');
  await settle();
  assert.equal(told.at(-1), { id: 'pad/1', state: null });
});

test('a pad that never came is dead after the grace at an open window, and not before', async () => {
  const { clock, raised, say } = rig();
  say('pad2', 'ready');
  await clock.advance(padWatchLimits.graceMs - 1);
  assert.equal(raised(), []);
  await clock.advance(padWatchLimits.againMs + 1);
  assert.equal(
    raised().map((a) => a.id),
    ['pad/1'],
  );
});

test('at a closed window a pad may be switched off, but not break', async () => {
  const { clock, raised, say, state, watch } = rig({ open: false });
  say('pad1', 'ready');
  say('pad2', 'ready');
  await clock.advance(padWatchLimits.graceMs + 1);
  say('pad1', 'disconnected');
  await settle();
  assert.equal(raised(), []);
  say('pad2', 'lost');
  await settle();
  assert.equal(
    raised().map((a) => a.id),
    ['pad/2'],
  );
  state.open = true;
  watch.look();
  await settle();
  assert.equal(
    raised().map((a) => a.id),
    ['pad/2', 'pad/1'],
  );
});

test('a pad that lives without its keys is out of order', async () => {
  const { raised, say, fault } = rig();
  say('pad1', 'ready');
  fault('keys', 'out');
  await settle();
  assert.is(raised()[0]?.state?.code, 'pad-out');
  assert.is(raised()[0]?.state?.data.fault, 'EVA_GONE');
});

test('another fault than the one that stands is another alarm', async () => {
  const { told, say, fault } = rig();
  say('pad1', 'ready');
  say('pad2', 'ready');
  fault('keys', 'out');
  fault('keys', 'out');
  fault('keys', 'out', 'EVA_SILENT');
  await settle();
  say('pad1', 'lost');
  await settle();
  assert.equal(
    told.filter((t) => t.id === 'pad/1').map((t) => t.state?.data.fault ?? t.state?.code ?? null),
    ['EVA_GONE', null, 'EVA_SILENT', null, 'pad-lost'],
  );
});

test('an alarm that was not taken is told again; one of a window that is gone is cleared', async () => {
  const { clock, say, raised, state, told } = rig({ standing: ['pad/9', 'wait-ceiling/a'] });
  assert.ok(told.some((t) => t.id === 'pad/9' && t.state === null));
  assert.not.ok(told.some((t) => t.id === 'wait-ceiling/a'));
  state.taken = false;
  say('pad1', 'lost');
  await settle();
  state.taken = true;
  await clock.advance(padWatchLimits.againMs + 1);
  assert.is(raised().filter((a) => a.id === 'pad/1').length, 2);
  await clock.advance(5 * padWatchLimits.againMs);
  assert.is(raised().filter((a) => a.id === 'pad/1').length, 2);
});

test.run();

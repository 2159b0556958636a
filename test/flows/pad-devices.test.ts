/** The pad with real drivers on real wires: five keys that light up, and a voice, as their twins hear it. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { RequestBody } from '../../broker-config/messages.ts';
import { drivers } from '../../devices/registry.ts';
import { createVirtualEvaluator } from '../../devices/twins/virtual-evaluator.ts';
import { createVirtualVoice } from '../../devices/twins/virtual-voice.ts';
import { runPad } from '../../kiosk-app/evaluation-pad/flow.ts';
import { keyReader } from '../../kiosk-app/evaluation-pad/keys.ts';
import { prompter } from '../../kiosk-app/evaluation-pad/prompt.ts';
import { superviseDevices } from '../../kiosk-app/runtime/device-supervisor.ts';
import type { OutboxItem } from '../../kiosk-app/runtime/spool.ts';
import type { EvaluationAction, PadScreen } from '../../kiosk-app/screens/contract.ts';
import { memoryLog } from '../harness/memory-log.ts';
import { realClock } from '../harness/real-clock.ts';
import { until } from '../harness/until.ts';
import { VirtualClock } from '../harness/virtual-clock.ts';
import { countingKeys, FakeLink, FakeScreen } from './fakes.ts';
import { directory, t0, view } from './hall-data.ts';

const waitMs = 8_000;
const loopback = { host: '127.0.0.1', port: 0 };
const ticket = '2026-11-22/A001';

test('asked: the keys light up and the voice says so; the fifth key is the worst level, once', async () => {
  const keys = createVirtualEvaluator({
    ...{ clock: realClock, press: (key) => Uint8Array.of(Number.parseInt(key, 16)) },
    acknowledge: (key) => Uint8Array.of(Number.parseInt(key, 16)),
    resend: { waitMs: 200, timesMax: 5 },
  });
  const voice = createVirtualVoice({ model: 'syn6288', clock: realClock, characterMs: 1 });
  const evaluator = {
    ...{ id: 'five', driver: 'evaluator-serial' },
    options: {
      link: { via: 'tcp', ...(await keys.listenTcp(loopback)) },
      keys: { as: 'byte' },
      levels: { a1: 'very-satisfied', a5: 'very-dissatisfied' },
      ...{ acknowledge: 'echo', invite: 'e001' },
    },
  };
  const speaker = {
    ...{ id: 'voice', driver: 'voice-syn6288' },
    options: { link: { via: 'tcp', ...(await voice.listenTcp(loopback)) } },
  };
  const all = [evaluator, speaker];
  const log = memoryLog();
  const devices = superviseDevices({
    ...{ devices: all, drivers, owner: 'x', clock: realClock, log, random: Math.random },
    printerProfile: () => Promise.reject(new Error('none')),
  });
  await until(() => devices.get('five') && devices.get('voice'), waitMs, 'both are there');

  // The flow's time stands still; its wires do not.
  const clock = new VirtualClock(t0);
  const link = new FakeLink(clock, view({ directory }));
  const screen = new FakeScreen<PadScreen, EvaluationAction>();
  const held = new Map<string, OutboxItem>();
  const stop = runPad(
    {
      ...{ clock, log, makeKey: countingKeys(), link, devices, screen },
      held: {
        put: (item) => void held.set(item.key, item),
        remove: (key) => void held.delete(key),
        all: () => [...held.values()],
      },
      outbox: { all: () => [] },
      keyOf: keyReader(devices, { keys: {}, address: null }),
      prompt: prompter({ clock: realClock, log, devices, all, address: null }),
    },
    {
      ...{ machine: 'pad-1', owner: { name: '王工', phone: '1' }, detailsS: 15, elder: false },
      photos: new Set(),
    },
  );
  const asked = { ticket, number: 'A001', service: 'pension', finishedAt: t0, qr: null };
  const times = { invitedAt: t0, closesAt: t0 + 60_000, acceptedUntil: t0 + 604_800_000 };
  link.see({ pad: { v: 1, epoch: 1, seq: 11, window: 'w1', pending: { ...asked, ...times } } });
  await until(() => Buffer.from(keys.heard).includes(Buffer.of(0xe0, 0x01)), waitMs, 'lit up');
  await until(() => voice.sentences.length > 0, waitMs, 'spoken');
  assert.match(voice.sentences[0]?.text ?? '', '请您对本次服务作出评价');
  keys.press('a5');
  await until(() => held.size > 0, waitMs, 'on the disk');
  assert.is(screen.now.step.at, 'thanked');
  stop();
  const sent = link.delivered.map(({ op, body }) => [op, (body as RequestBody<'evaluate'>).level]);
  assert.equal(sent, [['evaluate', 'very-dissatisfied']]);
  assert.is(keys.unheard, 0, 'each press was acknowledged');
  assert.equal(voice.complaints, []);

  await devices.close();
  await keys.close();
  await voice.close();
});

test.run();

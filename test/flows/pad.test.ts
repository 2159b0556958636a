/** The pad's flow on virtual ports: disk, hall, page, keys, light and voice. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { PadInvitation, RequestBody } from '../../broker-config/messages.ts';
import type { DeviceEvent } from '../../devices/contract.ts';
import { runPad } from '../../kiosk-app/evaluation-pad/flow.ts';
import { keyReader } from '../../kiosk-app/evaluation-pad/keys.ts';
import { prompter } from '../../kiosk-app/evaluation-pad/prompt.ts';
import type { DeviceOfKind } from '../../kiosk-app/runtime/device-supervisor.ts';
import { insistLimits } from '../../kiosk-app/runtime/insist.ts';
import type { OutboxItem, Spool } from '../../kiosk-app/runtime/spool.ts';
import type {
  EvaluationAction,
  EvaluationStep,
  PadScreen,
} from '../../kiosk-app/screens/contract.ts';
import { initialState as windowState } from '../../kiosk-app/window/state.ts';
import { step as windowStep } from '../../kiosk-app/window/step.ts';
import { screenOf as windowScreen } from '../../kiosk-app/window/view.ts';
import { memoryLog } from '../harness/memory-log.ts';
import { VirtualClock } from '../harness/virtual-clock.ts';
import { countingKeys, FakeLink, FakeScreen, keyOf } from './fakes.ts';
import { board, boardWindow, directory, reason, snapshot, t0, ticket, view } from './hall-data.ts';

const rules = {
  ...{ inviteS: 60, undoS: 5, textMax: 150, labelsMax: 8, followUp: false },
  labels: [
    { code: '510', level: 'very-satisfied' as const, name: { zh: '一窗受理', en: 'One window' } },
    {
      code: '108',
      level: 'very-dissatisfied' as const,
      name: { zh: '新增条件', en: 'Conditions' },
    },
  ],
};
const hall = {
  ...directory,
  evaluation: rules,
  windows: directory.windows.map((w) =>
    w.id === 'w1'
      ? { ...w, clerk: { name: { zh: '李晓梅', en: 'Li Xiaomei' }, photo: '0317.jpg' } }
      : w,
  ),
};
const first = '2026-11-22/A001';

/** A spool's held part in memory, that can fail as a full disk does. */
class FakeHeld {
  readonly items = new Map<string, OutboxItem>();
  error: Error | null = null;
  readonly port: Spool['held'] = {
    put: (item) => {
      if (this.error !== null) throw this.error;
      this.items.set(item.key, item);
    },
    remove: (key) => {
      if (this.error !== null) throw this.error;
      this.items.delete(key);
    },
    all: () => [...this.items.values()],
  };
}

interface PadParts {
  held?: FakeHeld;
  /** Left undelivered by an earlier process. */
  undelivered?: OutboxItem[];
  maps?: Parameters<typeof keyReader>[1];
}

function pad(o: PadParts = {}) {
  const clock = new VirtualClock(t0);
  const link = new FakeLink(clock, view({ directory: hall }));
  const held = o.held ?? new FakeHeld();
  const screen = new FakeScreen<PadScreen, EvaluationAction>();
  const log = memoryLog();
  const prompts: number[] = [];
  const hearers: ((device: string, event: DeviceEvent) => void)[] = [];
  const kinds: Record<string, string> = { keys: 'keypad', five: 'evaluator' };
  const stop = runPad(
    {
      ...{ clock, log, makeKey: countingKeys(500), link, held: held.port, screen },
      outbox: { all: () => o.undelivered ?? [] },
      devices: {
        onEvent(f) {
          hearers.push(f);
          return () => hearers.splice(hearers.indexOf(f), 1);
        },
      },
      keyOf: keyReader(
        { get: (id: string) => ({ kind: kinds[id] }) as never },
        o.maps ?? {
          keys: { '1': 'very-satisfied', '5': 'very-dissatisfied', '0': 'undo' },
          address: null,
        },
      ),
      prompt: (ms) => prompts.push(ms),
    },
    {
      ...{ machine: 'pad-1', owner: { name: '王工', phone: '1' }, detailsS: 15, elder: false },
      photos: new Set(['0317.jpg']),
    },
  );
  let keys = 0;
  const invitation = (id = first, more: Partial<PadInvitation> = {}): PadInvitation => ({
    ...{ ticket: id, number: id.slice(11), service: 'pension', finishedAt: clock.now(), qr: null },
    ...{ invitedAt: clock.now(), closesAt: clock.now() + 60_000 },
    ...{ acceptedUntil: clock.now() + 604_800_000, ...more },
  });
  const pending = (invited: PadInvitation | null) =>
    link.see({ pad: { v: 1, epoch: 1, seq: 11, window: 'w1', pending: invited } });
  return {
    ...{ clock, link, held, screen, log, prompts, stop, pending, invitation },
    finish: (id = first, more: Partial<PadInvitation> = {}) => pending(invitation(id, more)),
    touch(level: RequestBody<'evaluate'>['level'], id = first) {
      keys += 1;
      screen.act({ do: 'level', ticket: id, level, press: keyOf(keys) });
    },
    act: (action: 'done' | 'undo' | 'decline' | 'stay', id = first) =>
      screen.act({ do: action, ticket: id }),
    press(device: string, key: string, address?: number) {
      const event = { type: 'key', key, ...(address === undefined ? {} : { address }) } as const;
      for (const f of [...hearers]) f(device, event);
    },
    step<At extends EvaluationStep['at']>(at: At): Extract<EvaluationStep, { at: At }> {
      const { step } = screen.now;
      if (step.at !== at) throw new Error(`at ${step.at}, not ${at}`);
      return step as Extract<EvaluationStep, { at: At }>;
    },
    sent: () => link.delivered as { op: string; body: RequestBody<'evaluate'>; key: string }[],
  };
}

const test = suite('evaluation pad');

test('asked at once when a service is finished, with light and voice, for the hall’s time', async () => {
  const p = pad();
  p.step('idle');
  p.finish();
  assert.equal(p.step('ask').until, t0 + 60_000);
  assert.is(p.step('ask').service.zh, '养老保险');
  assert.equal(p.prompts, [60_000]);
  await p.clock.advance(60_000);
  p.step('idle');
  assert.equal(p.sent(), []);
});

test('one touch is on the disk when the page says thank you, and is sent when the page is left', async () => {
  const p = pad();
  p.finish();
  p.touch('dissatisfied');
  p.step('rated');
  assert.match(JSON.stringify(p.held.items.get(keyOf(1))?.body), '"level":"dissatisfied"');
  assert.equal(p.sent(), []);
  await p.clock.advance(15_000);
  p.step('idle');
  assert.equal(p.sent(), [
    {
      op: 'evaluate',
      key: keyOf(1),
      body: {
        ...{ ticket: first, level: 'dissatisfied', labels: [], text: '' },
        ...{ channel: 'pad', pressedAt: t0 },
      },
    },
  ]);
  assert.is(p.held.items.size, 0);
});

test('labels of the level and words are added; others and too many characters are not', async () => {
  const p = pad();
  p.finish();
  p.touch('very-dissatisfied');
  assert.equal(
    p.step('rated').labels.map((l) => l.code),
    ['108'],
  );
  p.screen.act({
    ...{ do: 'details', ticket: first, labels: ['510', '108', '999'] },
    text: `等了\n很久\u0007${'久'.repeat(150)}`,
  });
  p.act('done');
  p.step('thanked');
  await p.clock.advance(5_000);
  const body = p.sent()[0]?.body;
  assert.equal(body?.labels, ['108']);
  assert.is([...(body?.text ?? '')].length, 150);
  assert.match(body?.text ?? '', /^等了 很久久/);
});

test('undo within the hall’s time takes it back from the disk; nothing was sent', async () => {
  const p = pad();
  p.finish();
  p.touch('dissatisfied');
  p.act('done');
  await p.clock.advance(4_999);
  p.act('undo');
  p.step('ask');
  assert.is(p.held.items.size, 0);
  p.touch('satisfied');
  p.act('done');
  await p.clock.advance(5_000);
  p.act('undo');
  p.step('idle');
  assert.equal(
    p.sent().map((s) => s.body.level),
    ['satisfied'],
  );
});

test('cut off in the middle: thanked from the disk, delivered through the outbox', async () => {
  const p = pad();
  p.finish();
  p.link.see({ online: false });
  p.step('ask');
  p.touch('basically-satisfied');
  p.step('rated');
  await p.clock.advance(15_000);
  assert.is(p.sent().length, 1);
  assert.is(p.link.asked.length, 0);
});

test('nobody is asked for a service whose evaluation an earlier process has not delivered yet', () => {
  const body = { ticket: first, level: 'satisfied', channel: 'pad', labels: [], text: '' };
  const p = pad({ undelivered: [{ key: keyOf(7), op: 'evaluate', body, createdAt: 0 }] });
  p.finish();
  assert.is(p.screen.now.step.at, 'idle');
  assert.equal(p.link.delivered, [], 'and it is not handed on a second time');
});

test('what was thanked for before a power cut is sent at the next start, under its key', () => {
  const held = new FakeHeld();
  const before = pad({ held });
  before.finish();
  before.touch('satisfied');
  const after = pad({ held });
  assert.equal(
    after.sent().map((s) => [s.key, s.body.level]),
    [[keyOf(1), 'satisfied']],
  );
  assert.is(held.items.size, 0);
  // The hall may not know yet: this service is not asked for again.
  after.finish();
  after.step('idle');
});

test('a disk that refuses: the hall is asked instead, and nobody is thanked before it answers', async () => {
  const p = pad();
  p.held.error = new Error('full');
  p.finish();
  p.touch('satisfied');
  p.step('sending');
  assert.is(p.link.last().op, 'evaluate');
  p.link.last().grant({ ticket: first, level: 'satisfied' });
  await p.clock.advance(0);
  assert.is(p.step('thanked').undo, false);
  await p.clock.advance(5_000);
  p.step('idle');
  assert.equal(p.sent(), []);
});

test('a disk that refuses and no hall: it says so, and where to go', async () => {
  const p = pad();
  p.held.error = new Error('full');
  p.finish();
  p.link.see({ online: false });
  p.touch('satisfied');
  assert.match(p.step('failed').because.zh, '没能记下');
  await p.clock.advance(12_000);
  p.step('idle');
});

test('a disk that refuses and a silent hall ends in words, not in a thank-you', async () => {
  const p = pad();
  p.held.error = new Error('full');
  p.finish();
  p.touch('satisfied');
  await p.clock.advance(5_000);
  p.step('failed');
});

test('the hall’s own words where it refuses', async () => {
  const p = pad();
  p.held.error = new Error('full');
  p.finish();
  p.touch('satisfied');
  p.link.last().refuse(reason('already-evaluated', '已经评价过', 'already'));
  await p.clock.advance(0);
  assert.is(p.step('failed').because.zh, '已经评价过');
});

test('an outbox that refuses at the release is tried again until it takes it', async () => {
  const p = pad();
  p.finish();
  p.touch('satisfied');
  p.link.deliverError = new Error('full');
  await p.clock.advance(15_000);
  assert.equal(p.sent(), []);
  assert.is(p.held.items.size, 1);
  p.link.deliverError = null;
  await p.clock.advance(insistLimits.retryMs);
  assert.is(p.sent().length, 1);
  assert.is(p.held.items.size, 0);
});

test('the next service sends what the one before said, and is asked anew', () => {
  const p = pad();
  p.finish();
  p.touch('satisfied');
  p.finish('2026-11-22/A002');
  assert.is(p.step('ask').number, 'A002');
  assert.equal(
    p.sent().map((s) => s.body.ticket),
    [first],
  );
  // A finger that meant the page before.
  p.touch('very-dissatisfied', first);
  p.act('undo', first);
  assert.is(p.step('ask').number, 'A002');
  assert.is(p.sent().length, 1);
});

test('who declined, or let the time pass, is asked again only when the clerk asks again', async () => {
  const p = pad();
  const invited = p.invitation();
  p.pending(invited);
  p.act('decline');
  p.step('idle');
  p.pending({ ...invited });
  p.step('idle');
  await p.clock.advance(10_000);
  p.finish(first);
  p.step('ask');
  assert.equal(p.prompts.length, 2);
});

test('given by phone meanwhile: the question goes', async () => {
  const p = pad();
  p.finish();
  await p.clock.advance(10_000);
  p.pending(null);
  p.step('idle');
});

test('who asked for more time keeps it, also when the hall’s own limit is over; not for ever', async () => {
  const p = pad();
  p.finish();
  await p.clock.advance(50_000);
  p.act('stay');
  await p.clock.advance(11_000);
  p.pending(null);
  assert.is(p.step('ask').until, t0 + 110_000);
  for (let i = 0; i < 30; i++) {
    await p.clock.advance(10_000);
    p.act('stay');
  }
  p.step('idle');
});

test('a pad that starts in the middle of the question asks for the rest of it', async () => {
  const p = pad();
  p.finish(first, { invitedAt: t0 - 45_000, closesAt: t0 + 15_000 });
  assert.is(p.step('ask').until, t0 + 15_000);
  const late = pad();
  late.finish(first, { invitedAt: t0 - 90_000, closesAt: t0 - 30_000 });
  late.step('idle');
});

test('a pad whose clock is wrong goes by the hall’s', () => {
  const p = pad();
  const ahead = 3_600_000;
  p.link.see({ hallClockOffsetMs: ahead });
  p.finish(first, { invitedAt: t0 + ahead, closesAt: t0 + ahead + 60_000 });
  assert.is(p.step('ask').until, t0 + 60_000);
});

test('five keys: one press is an evaluation, another within the time replaces it, undo takes it back', async () => {
  const p = pad();
  p.press('keys', '1');
  p.step('idle');
  p.finish();
  p.press('keys', '1');
  p.step('thanked');
  p.press('keys', '1');
  p.press('keys', '5');
  await p.clock.advance(4_999);
  p.press('keys', '0');
  p.step('ask');
  p.press('keys', '5');
  p.press('keys', '7');
  await p.clock.advance(5_000);
  p.press('keys', '1');
  assert.equal(
    p.sent().map((s) => s.body.level),
    ['very-dissatisfied'],
  );
});

test('an evaluator names levels by itself; on a shared line only the own address counts', async () => {
  const p = pad({ maps: { keys: {}, address: 3 } });
  p.finish();
  p.press('five', 'satisfied', 4);
  p.press('five', 'nonsense', 3);
  p.step('ask');
  p.press('five', 'dissatisfied', 3);
  await p.clock.advance(5_000);
  assert.equal(
    p.sent().map((s) => s.body.level),
    ['dissatisfied'],
  );
});

test('light and voice: what is there is used, what fails is only logged', async () => {
  const clock = new VirtualClock(t0);
  const log = memoryLog();
  const done: string[] = [];
  const devices = {
    get: (<K extends keyof DeviceOfKind>(id: string, kind: K) => {
      if (id === 'five' && kind === 'evaluator') {
        return { invite: async (a: number | null) => Promise.reject(new Error(`busy ${a}`)) };
      }
      if (id === 'voice' && kind === 'voice') {
        return {
          say: async (s: { text: string; expiresAt: number }) => {
            done.push(`${s.text} ${s.expiresAt}`);
            return { outcome: 'spoken' };
          },
        };
      }
      return undefined;
    }) as never,
  };
  const all = [{ id: 'keys' }, { id: 'five' }, { id: 'voice' }];
  prompter({ clock, log, devices, all, address: 2 })(60_000);
  await clock.advance(0);
  assert.equal(done, ['请您对本次服务作出评价。 5000']);
  assert.is(log.lines.length, 1);
  assert.match(String(log.lines[0]?.fields.error), 'busy 2');
});

test('idle: window, clerk, 暂停服务; a picture that is not there is not promised', () => {
  const p = pad();
  assert.is(p.screen.now.window?.state, 'open');
  assert.equal(p.screen.now.clerk, {
    ...{ name: { zh: '李晓梅', en: 'Li Xiaomei' }, post: null, badge: null },
    photo: '/photos/0317.jpg',
  });
  p.link.see({ board: board({ windows: [boardWindow('w1', { state: 'paused' })] }) });
  assert.is(p.screen.now.window?.state, 'paused');
  p.link.see({ directory: { ...hall, windows: [] } });
  assert.is(p.screen.now.window, null);
  assert.is(p.screen.now.known, true);
});

test('an orderly end sends what was thanked for', () => {
  const p = pad();
  p.finish();
  p.touch('satisfied');
  p.stop();
  assert.is(p.sent().length, 1);
  assert.is(p.clock.waiting, 0);
});

test('no log line names a level', async () => {
  const p = pad();
  p.finish();
  p.touch('very-dissatisfied');
  await p.clock.advance(15_000);
  assert.not.match(JSON.stringify(p.log.lines), /satisf/);
});

test('the clerk’s page never shows what was pressed, nor that something was', () => {
  const at = { now: t0, mono: 0 };
  const owner = { name: 'x', phone: '1' };
  const config = { machine: 'window-1', owner, callerAddress: null, keys: {} };
  const done = snapshot({ last: ticket('A001', { state: 'done' }) });
  const own = view({ directory: hall, window: done });
  const shown = windowScreen(
    windowStep(windowState(config, at), { type: 'view', view: own }, at).state,
    at,
  );
  assert.ok(shown.last !== null);
  assert.not.match(JSON.stringify(shown), /satisf|evaluat/);
});

test.run();

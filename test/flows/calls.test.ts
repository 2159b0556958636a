import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Board } from '../../broker-config/messages.ts';
import type { Sentence } from '../../devices/voice/contract.ts';
import type { SignContent } from '../../devices/window-sign/contract.ts';
import { runSpeaker } from '../../kiosk-app/display/speaker.ts';
import { liveCalls, missedCallMs, nothingTold, untold } from '../../kiosk-app/runtime/calls.ts';
import type { DeviceOfKind, SupervisedStatus } from '../../kiosk-app/runtime/device-supervisor.ts';
import type { HallView } from '../../kiosk-app/runtime/ports.ts';
import { keepSigns } from '../../kiosk-app/runtime/window-signs.ts';
import { callerDisplay } from '../../kiosk-app/window/counter.ts';
import fc from '../harness/fc.ts';
import { memoryLog } from '../harness/memory-log.ts';
import { settle, VirtualClock } from '../harness/virtual-clock.ts';
import { t0, view } from './hall-data.ts';

const test = suite('calls reach signs, voices and screens by one path');
const callMs = 90_000;

type Call = Board['calls'][number];
const call = (
  seq: number,
  number: string,
  window: string,
  at = t0,
  kind: Call['kind'] = 'call',
) => ({
  ...{ seq, number, window, service: 'pension', kind, at, expiresAt: at + callMs },
});

/** A hall whose window 1 is as told. */
function hall(
  window: { state?: 'open' | 'paused' | 'closed'; number?: string | null; serving?: boolean },
  calls: Call[] = [],
  more: Partial<HallView> = {},
): HallView {
  const base = view();
  if (base.board === null) throw new Error('a view with a board is needed');
  const [first, ...rest] = base.board.windows;
  if (first === undefined) throw new Error('a window is needed');
  const own = {
    ...first,
    id: '1',
    state: 'open' as const,
    number: null,
    serving: false,
    ...window,
  };
  const seq = Math.max(1, ...calls.map((c) => c.seq));
  const board = { ...base.board, seq, calls, windows: [own, ...rest.filter((w) => w.id !== '1')] };
  return { ...base, board, ...more };
}

/** Link and devices, as far as signs and voices need them. */
function rig() {
  const clock = new VirtualClock(t0);
  const log = memoryLog();
  const watchers = new Set<(v: HallView) => void>();
  const statusWatchers = new Set<(s: SupervisedStatus) => void>();
  const shown: (SignContent & { on: number })[] = [];
  const spoken: Sentence[] = [];
  const world = { sign: 1, fails: false };
  const sign = (on: number) => ({
    kind: 'window-sign',
    show: (content: SignContent) => {
      if (world.fails) return Promise.reject(new Error('SGN_REFUSED'));
      shown.push({ ...content, on });
      return Promise.resolve();
    },
  });
  let open = sign(1);
  const voice = {
    kind: 'voice',
    say: (s: Sentence) => {
      spoken.push(s);
      return Promise.resolve({ outcome: 'spoken' });
    },
  };
  const devices = {
    get: <K extends keyof DeviceOfKind>(id: string) =>
      (id === 'sign'
        ? world.sign === 0
          ? undefined
          : open
        : id === 'voice'
          ? voice
          : undefined) as DeviceOfKind[K] | undefined,
    watch: (f: (s: SupervisedStatus) => void) => {
      statusWatchers.add(f);
      return () => void statusWatchers.delete(f);
    },
  };
  const link = {
    watch: (f: (v: HallView) => void) => {
      watchers.add(f);
      return () => void watchers.delete(f);
    },
  };
  return {
    ...{ clock, log, devices, link, shown, spoken, world },
    async see(v: HallView) {
      for (const f of watchers) f(v);
      await settle(2);
    },
    /** The supervisor has opened the sign anew. */
    async reopen() {
      world.sign += 1;
      open = sign(world.sign);
      const status = {
        device: 'sign',
        kind: 'window-sign',
        owner: 'x',
        since: 0,
        detail: {},
      } as const;
      for (const f of statusWatchers) f({ ...status, state: 'ready', code: 'DEV_READY' });
      await settle(2);
    },
  };
}
const texts = (r: ReturnType<typeof rig>) => r.shown.map((s) => s.lines.join('|'));
const place = [{ device: 'sign', window: () => '1' }];

test('the sign says what the window does: closed, open, called, serving, paused, cut off', async () => {
  const r = rig();
  const stop = keepSigns(r, place);
  await r.see(hall({ state: 'closed' }));
  await r.see(hall({}));
  await r.see(hall({ number: 'A001' }, [call(5, 'A001', '1')]));
  await r.see(hall({ number: 'A001', serving: true }, [call(5, 'A001', '1')]));
  await r.see(hall({ state: 'paused' }));
  await r.see(hall({ number: 'A001' }, [], { online: false }));
  assert.equal(texts(r), [
    '暂停服务',
    '1号窗口 请等候叫号',
    'A001 请到1号窗口',
    'A001 正在办理',
    '暂停服务',
    '1号窗口 请听叫号',
  ]);
  assert.equal(
    r.shown.map((s) => s.blink),
    [false, false, true, false, false, false],
  );
  stop();
});

test('a sign blinks no longer than the call lives, and the same content is sent once', async () => {
  const r = rig();
  const stop = keepSigns(r, place);
  const called = hall({ number: 'A001' }, [call(5, 'A001', '1')]);
  await r.see(called);
  await r.see({ ...called });
  assert.is(r.shown.length, 1);
  await r.clock.advance(callMs + 10);
  assert.equal(
    r.shown.map((s) => s.blink),
    [true, false],
  );
  stop();
  assert.is(r.clock.waiting, 0);
});

test('a sign opened anew gets its content again; one that refused gets it with the next change', async () => {
  const r = rig();
  const stop = keepSigns(r, place);
  await r.see(hall({ number: 'A001' }, [call(5, 'A001', '1')]));
  await r.reopen();
  assert.equal(
    r.shown.map((s) => [s.number, s.on]),
    [
      ['A001', 1],
      ['A001', 2],
    ],
  );
  r.world.fails = true;
  await r.see(hall({}));
  r.world.fails = false;
  await r.see(hall({}));
  assert.is(r.shown.at(-1)?.number, null);
  stop();
});

test('every call is said once, recalls too, with its time to live; nothing of before the start', async () => {
  const r = rig();
  const config = { voice: 'voice', languages: ['zh-CN', 'en'], times: 2, windows: null } as const;
  const stop = runSpeaker(r, config);
  const old = call(3, 'A009', '1', t0 - missedCallMs - 1);
  await r.see(hall({ number: 'A009' }, [old]));
  assert.is(r.spoken.length, 0, 'said before this machine started');
  const calls = [old, call(5, 'A010', '1')];
  await r.see(hall({ number: 'A010' }, calls));
  await r.see(hall({ number: 'A010' }, calls));
  assert.equal(
    r.spoken.map((s) => [s.text, s.lang, s.times]),
    [
      ['请 A010 号到 1 号窗口办理。', 'zh-CN', 2],
      ['Number A010, please go to window 1.', 'en', 2],
    ],
  );
  assert.is(r.spoken[0]?.expiresAt, r.clock.mono() + callMs);
  await r.see(hall({ number: 'A010' }, [...calls, call(6, 'A010', '1', t0, 'recall')]));
  assert.is(r.spoken.length, 4);
  stop();
});

test('a call is not said when its window has gone on, nor for windows of another display', async () => {
  const r = rig();
  const config = { voice: 'voice', languages: ['zh-CN'], times: 1, windows: ['1'] } as const;
  const stop = runSpeaker(r, config);
  await r.see(hall({}));
  await r.see(
    hall({ number: 'A012' }, [call(5, 'A011', '1'), call(6, 'A012', '1'), call(7, 'B001', '2')]),
  );
  assert.equal(
    r.spoken.map((s) => s.text),
    ['请 A012 号到 1 号窗口办理。'],
  );
  stop();
});

test('whatever comes in whatever order: no call is told twice, none of a board is told late', () => {
  const arbitrary = fc.array(
    fc.record({ seq: fc.integer({ min: 1, max: 40 }), at: fc.integer({ min: 0, max: 200 }) }),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(fc.array(arbitrary, { maxLength: 12 }), (boards) => {
      let told = nothingTold;
      const said: number[] = [];
      for (const calls of boards) {
        const { board } = hall(
          {},
          calls.map((c) => call(c.seq, `A${c.seq}`, '7', t0 - c.at * 1000)),
        );
        if (board === null) return;
        const news = untold(told, board, liveCalls(board, null, null, t0), t0);
        told = news.told;
        said.push(...news.calls.map((c) => c.seq));
      }
      assert.equal(
        said,
        [...new Set(said)].sort((a, b) => a - b),
      );
    }),
  );
});

test('a hall whose data were put back is followed, and repeats nothing', () => {
  const after = hall({}, [call(50, 'A050', '7')]).board;
  const back = hall({}, [call(20, 'A020', '7')]).board;
  const next = hall({}, [call(20, 'A020', '7'), call(21, 'A021', '7')]).board;
  if (after === null || back === null || next === null) return assert.unreachable();
  const first = untold(nothingTold, after, liveCalls(after, null, null, t0), t0);
  const restored = { ...back, epoch: after.epoch + 1 };
  const second = untold(first.told, restored, liveCalls(restored, null, null, t0), t0);
  assert.equal(second.calls, []);
  const third = untold(
    second.told,
    { ...next, epoch: restored.epoch },
    liveCalls(next, null, null, t0),
    t0,
  );
  assert.equal(
    third.calls.map((c) => c.seq),
    [21],
  );
});

test('the caller shows the number at its window and how many wait for its services; nothing when cut off', () => {
  const seen = hall({ number: 'A001' });
  const { waiting, number } = callerDisplay(seen, '1');
  assert.is(number, 'A001');
  const served = new Set(seen.board?.windows[0]?.services.map((s) => s.service));
  const sum = seen.board?.services
    .filter((s) => served.has(s.id))
    .reduce((n, s) => n + s.waiting, 0);
  assert.is(waiting, sum);
  assert.equal(callerDisplay({ ...seen, online: false }, '1'), { number: null, waiting: null });
  assert.equal(callerDisplay(seen, null), { number: null, waiting: null });
});

test.run();

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  createLifecycle,
  endOnSignals,
  lifecycleLimits,
} from '../../kiosk-app/runtime/lifecycle.ts';
import { memoryLog } from '../harness/memory-log.ts';
import { VirtualClock } from '../harness/virtual-clock.ts';

function make() {
  const clock = new VirtualClock();
  const log = memoryLog();
  const lifecycle = createLifecycle(clock, log);
  const handlers = new Map<string, (...args: unknown[]) => void>();
  const exits: number[] = [];
  endOnSignals(lifecycle, {
    clock,
    log,
    process: {
      on: (event: string, f: (...args: unknown[]) => void) => handlers.set(event, f),
      exit: (code: number) => {
        exits.push(code);
      },
    },
  });
  return { clock, log, lifecycle, exits, signal: (s: string, e?: unknown) => handlers.get(s)?.(e) };
}

test('steps run in reverse order, all of them although one throws, and the report names it', async () => {
  const { lifecycle, log, clock } = make();
  const ran: string[] = [];
  lifecycle.onStop('a', () => void ran.push('a'));
  lifecycle.onStop('b', async () => {
    ran.push('b');
    throw new Error('b is stuck');
  });
  lifecycle.onStop('c', () => {
    ran.push('c');
    throw new Error('c too');
  });
  assert.not.ok(lifecycle.stopping);
  const report = await lifecycle.stop('test');
  assert.ok(lifecycle.stopping);
  assert.equal(ran, ['c', 'b', 'a']);
  assert.equal(
    report.failed.map((f) => `${f.name}: ${f.why}`),
    ['c: c too', 'b: b is stuck'],
  );
  assert.is(log.lines.filter((l) => l.level === 'error').length, 2);
  assert.is(clock.waiting, 0);
});

test('a step that never ends is left behind after its limit', async () => {
  const { lifecycle, clock } = make();
  const ran: string[] = [];
  lifecycle.onStop('first', () => void ran.push('first'));
  lifecycle.onStop('hangs', () => new Promise(() => {}));
  const stopping = lifecycle.stop('test');
  await clock.advance(lifecycleLimits.stepMs);
  const report = await stopping;
  assert.match(report.failed[0]?.why ?? '', 'RUN_STOP_LIMIT');
  assert.equal(ran, ['first']);
});

test('what is registered while the end runs is ended too', async () => {
  const { lifecycle } = make();
  const ran: string[] = [];
  lifecycle.onStop('outer', () => lifecycle.onStop('inner', () => void ran.push('inner')));
  await lifecycle.stop('test');
  assert.equal(ran, ['inner']);
});

test('stopping twice is stopping once', async () => {
  const { lifecycle } = make();
  let n = 0;
  lifecycle.onStop('once', () => {
    n += 1;
  });
  assert.is(await lifecycle.stop('a'), await lifecycle.stop('b'));
  assert.is(n, 1);
});

test('one signal ends in order with 0, with 1 when a step failed', async () => {
  for (const [fails, code] of [
    [false, 0],
    [true, 1],
  ] as const) {
    const { lifecycle, clock, exits, signal } = make();
    lifecycle.onStop('step', () => {
      if (fails) throw new Error('no');
    });
    signal('SIGTERM');
    await clock.advance(1);
    assert.equal(exits, [code]);
  }
});

test('the second signal ends at once', async () => {
  const { lifecycle, clock, exits, signal } = make();
  lifecycle.onStop('hangs', () => new Promise(() => {}));
  signal('SIGINT');
  await clock.advance(1);
  assert.equal(exits, []);
  signal('SIGINT');
  assert.equal(exits, [130]);
});

test('an end that takes too long in all is cut short', async () => {
  const { lifecycle, clock, exits, signal } = make();
  for (let i = 0; i < 5; i += 1) lifecycle.onStop(`hangs ${i}`, () => new Promise(() => {}));
  signal('SIGTERM');
  await clock.advance(lifecycleLimits.stopMs);
  assert.equal(exits, [1]);
});

test('an error that nobody caught is logged as fatal and ends with 1', () => {
  for (const event of ['uncaughtException', 'unhandledRejection']) {
    const { log, exits, signal } = make();
    signal(event, new Error('surprise'));
    assert.equal(exits, [1]);
    assert.is(log.withCode('RUN_FATAL')[0]?.level, 'fatal');
    assert.is(log.lines.at(-1)?.message, 'surprise');
  }
});

test.run();

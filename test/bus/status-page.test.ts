import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Answer, RequestOp } from '../../broker-config/messages.ts';
import { newCounters } from '../../kiosk-app/hall/hall-bus.ts';
import type { MachineView } from '../../kiosk-app/hall/inventory.ts';
import {
  type StatusPageParts,
  serveStatus,
  statusLimits,
} from '../../kiosk-app/hall/status-page.ts';
import type { HallScreen } from '../../kiosk-app/screens/contract.ts';
import { openPage } from '../../scripts/lib/page-client.ts';
import { memoryLog } from '../harness/memory-log.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { VirtualClock } from '../harness/virtual-clock.ts';
import { fakeSequencer, profile } from './hall-fixture.ts';

const qm1: MachineView = {
  ...{ id: 'qm1', role: 'queue-machine', place: 'hall', owner: { name: 'Wang', phone: '110' } },
  ...{ state: 'ready', since: 0, version: '0.1.0', devices: [], contested: false, fault: null },
};

function builtPages(): string {
  const dir = tempDir('pages');
  writeFileSync(join(dir, 'hall.html'), '<!doctype html><title>hall</title>');
  mkdirSync(join(dir, 'assets'));
  return dir;
}

async function open(port = 0) {
  const clock = new VirtualClock();
  const log = memoryLog();
  const sequencer = fakeSequencer(5, () => clock.now());
  const steps: (() => void | Promise<void>)[] = [];
  let views: MachineView[] = [qm1];
  let looked = 0;
  let tell: (machine: string) => void = () => {};
  let answered: (op: RequestOp, answer: Answer) => void = () => {};
  const hall: StatusPageParts['hall'] = {
    machines: () => {
      looked += 1;
      return views;
    },
    onMachine: (f) => {
      tell = f;
    },
    onAnswered: (f) => {
      answered = f;
    },
    counters: { bus: newCounters(), requests: { received: 0, refused: 0, answered: 0 } },
  };
  let standing: HallScreen['ratings'] = null;
  let news = () => {};
  const ratings: StatusPageParts['ratings'] = {
    standing: () => standing,
    onNews: (f) => {
      news = f;
    },
  };
  const url = await serveStatus({
    ...{ port, profile, machine: 'server', owner: { name: 'Li', phone: '119' }, version: '0.1.0' },
    ...{ hall, sequencer, ratings, clock, log, pagesDir: builtPages(), brokerKind: 'embedded' },
    bus: { online: true } as StatusPageParts['bus'],
    lifecycle: { onStop: (_, step) => void steps.push(step) },
  });
  return {
    ...{ clock, log, sequencer, url: url ?? '' },
    looked: () => looked,
    answered: (op: RequestOp, answer: Partial<Answer>) => answered(op, answer as Answer),
    now: (more: Partial<MachineView>) => {
      views = [{ ...qm1, ...more }];
      tell('qm1');
    },
    rated: (now: HallScreen['ratings']) => {
      standing = now;
      news();
    },
    watch: () => openPage<HallScreen>(`${url}state`, `${url}act`),
    close: async () => {
      for (const step of steps) await step();
      // The heartbeat of the streams and what was planned.
      assert.is(clock.waiting, 0);
    },
  };
}
const urgency = (state: HallScreen) => state.machines[0]?.urgency;

test('while nobody looks, no change costs anything', async () => {
  const page = await open();
  for (let i = 0; i < 1000; i += 1) page.now({ state: 'lost' });
  page.sequencer.commit({ type: 'window-opened', at: 1, window: 'w1' });
  await page.clock.advance(60_000);
  assert.is(page.looked(), 0);
  await page.close();
});

test('who opens the page sees the present, not what somebody else saw last', async () => {
  const page = await open();
  const first = await page.watch();
  await first.until((s) => urgency(s) === 'good', 'well');
  first.close();
  await page.clock.advance(60_000);
  page.now({ state: 'lost' });
  await page.clock.advance(60_000);
  const second = await page.watch();
  const state = await second.until(() => true, 'a state');
  assert.is(urgency(state), 'bad');
  assert.equal(state.time, { timeZone: 'Asia/Shanghai', offsetMs: 0 });
  assert.equal([state.epoch, state.place, state.owner.name], [5, 'hall', 'Li']);
  second.close();
  await page.close();
});

test('a thousand changes within the limit are one picture, the last one', async () => {
  const page = await open();
  const eye = await page.watch();
  await eye.until((s) => urgency(s) === 'good', 'well');
  const before = page.looked();
  for (let i = 0; i < 1000; i += 1) page.now({ state: i % 2 === 0 ? 'absent' : 'lost' });
  await page.clock.advance(statusLimits.everyMs);
  await eye.until((s) => urgency(s) === 'bad', 'lost');
  assert.is(page.looked() - before, 1);
  eye.close();
  await page.close();
});

test('what nobody tells of is looked at again by itself: counters, the last numbers given', async () => {
  const page = await open();
  const eye = await page.watch();
  assert.is((await eye.until(() => true, 'a state')).presses, null);
  const spans = { queuedMs: 1, decidedMs: 2, committedMs: 3 };
  page.answered('take', { ok: true, spans });
  page.answered('take', { ok: false, spans });
  page.answered('recall', { ok: true, spans });
  await page.clock.advance(statusLimits.refreshMs);
  const { presses } = await eye.until((s) => s.presses !== null, 'presses');
  assert.equal(presses?.count, 1);
  assert.equal(presses?.committedMs, { p50: 3, p99: 3 });
  eye.close();
  await page.close();
});

test('a bad rating is seen at once, not when somebody looks again', async () => {
  const page = await open();
  const eye = await page.watch();
  assert.is((await eye.until(() => true, 'a state')).ratings, null);
  const one = { badOpen: 1, badOverdue: 0, due: '2026-12-04', waiting: 1, dead: 0 };
  page.rated(one);
  await page.clock.advance(statusLimits.everyMs);
  assert.equal((await eye.until((s) => s.ratings !== null, 'the rating')).ratings, one);
  eye.close();
  await page.close();
});

test('a page whose port is taken is told in the log and stops no hall', async () => {
  const first = await open();
  const second = await open(Number(new URL(first.url).port));
  assert.is(second.url, '');
  assert.is(second.log.withCode('SCR_PORT_TAKEN').length, 1);
  await second.close();
  await first.close();
});

test('the page is for looking: whatever it sends is refused', async () => {
  const page = await open();
  const eye = await page.watch();
  await eye.until(() => true, 'a state');
  assert.is(await eye.act({ do: 'stop' }), 400);
  eye.close();
  await page.close();
});

test.run();

/**
 * Self-test of lock boards. Safe: does each board answer. Deep, for whoever installs the cabinet:
 * opens the first lock of each board, which must be shut, and finds out from what changes how these
 * locks report; each finding is compared with the options.
 */
import { codeOf, type DeviceCode } from '../codes.ts';
import type { DeviceClock, SelfTestDepth, SelfTestStep } from '../contract.ts';
import type { LockBus, Rank } from './bus.ts';
import type { Answer, Question } from './framing.ts';
import { type LockerRs485Options, waysDefault } from './options.ts';
import { findSettings, type Observation } from './protocol.ts';

/** Time for the latch, as when a citizen opens. */
const changeWaitMs = 1500;
const lookMs = 150;
/** Locks 1 to 8 and the last eight tell the order of the bytes; those between can not. */
const testedLock = 1;

interface Bench {
  options: LockerRs485Options;
  bus: LockBus;
  clock: DeviceClock;
}
type Board = LockerRs485Options['boards'][number];

/** Never rejects. */
export async function testLocks(
  bench: Bench,
  depth: SelfTestDepth,
  abort: AbortSignal,
): Promise<SelfTestStep[]> {
  const steps: SelfTestStep[] = [];
  for (const board of bench.options.boards) {
    if (abort.aborted) break;
    try {
      steps.push(...(await testBoard(bench, board, depth)));
    } catch (error) {
      const code = codeOf(error, 'DEV_NO_ANSWER');
      steps.push({ step: 'locker-answer', ok: false, code, detail: { board: board.board } });
    }
  }
  return steps;
}

async function testBoard(bench: Bench, b: Board, depth: SelfTestDepth): Promise<SelfTestStep[]> {
  const { board } = b;
  const ask = (question: Question, rank: Rank) => bench.bus.ask(question, rank, () => undefined);
  const one = () => ask({ ask: 'read-one', board, lock: testedLock }, 'query');
  const stateBytes = (b.ways ?? waysDefault) / 8;
  const all = () => ask({ ask: 'read-all', board, stateBytes }, 'query');

  const before = { one: await one(), all: await all() };
  const answered = step('locker-answer', true, 'DEV_READY', { board, states: hex(before.all) });
  if (depth === 'safe') return [answered];
  await ask({ ask: 'open', board, lock: testedLock }, 'open');
  const after = { one: await changed(bench.clock, before.one, one), all: await all() };
  return [answered, ...compare(bench.options, board, { lock: testedLock, before, after })];
}

/** The lock's state once it differs, or what it is when the time is over. */
async function changed(clock: DeviceClock, before: Answer, one: () => Promise<Answer>) {
  const until = clock.mono() + changeWaitMs;
  for (;;) {
    const now = await one();
    if (now[0] !== before[0] || clock.mono() >= until) return now;
    await new Promise<void>((resolve) => clock.after(lookMs, resolve));
  }
}

function compare(o: LockerRs485Options, board: number, seen: Observation): SelfTestStep[] {
  const found = findSettings(seen);
  const judge = (name: string, configured: string, is: string | null) => {
    const code: DeviceCode =
      is === null
        ? 'LCK_NO_CHANGE'
        : is === configured || is === 'either'
          ? 'DEV_READY'
          : 'LCK_SETTINGS';
    return step(name, code === 'DEV_READY', code, { board, configured, found: is ?? 'nothing' });
  };
  return [
    judge('locker-feedback', o.feedback, found.feedback),
    judge('locker-order', o.state_order, found.state_order),
    judge('locker-bits', o.state_bits, found.state_bits),
  ];
}

function step(
  name: string,
  ok: boolean,
  code: DeviceCode,
  detail: SelfTestStep['detail'],
): SelfTestStep {
  return { step: name, ok, code, detail };
}
const hex = (bytes: Answer) => Buffer.from(bytes).toString('hex');

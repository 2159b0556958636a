import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { PrinterStatus, PrintOutcome } from '../../devices/contract.ts';
import {
  type JobInput,
  type JobRules,
  newJob,
  preflightMs,
  stallMaxMs,
  statusFreshMs,
  stepJob,
  wakeAt,
} from '../../devices/ticket-printer/protocol.ts';
import fc from '../harness/fc.ts';

const test = suite('print job');

const rules: JobRules = { deadlineMs: 5000, reports: true, confirms: true };
const well = (at: number): PrinterStatus => ({
  online: true,
  paper: 'ok',
  coverOpen: false,
  error: 'none',
  at,
});
const status = (at: number, change: Partial<PrinterStatus> = {}): JobInput => ({
  type: 'status',
  status: { ...well(at), ...change },
});
const out: Partial<PrinterStatus> = { online: false, paper: 'out' };

/** Plays inputs at their times; between them `time` is told whenever the job asks for it. */
function play(script: [number, JobInput][], untilMs: number, r: JobRules = rules) {
  let state = newJob(r);
  const said: string[] = [];
  let outcome: (PrintOutcome & { atMs: number }) | undefined;
  const feed = (input: JobInput, now: number) => {
    const step = stepJob(state, input, now);
    state = step.state;
    for (const effect of step.effects) {
      said.push(effect.type);
      if (effect.type === 'end') outcome = { ...effect.outcome, atMs: now };
      if (effect.type === 'record') feed({ type: 'recorded', status: well(now) }, now);
    }
  };
  const tellTime = (to: number) => {
    for (let at = wakeAt(state); at !== null && at <= to; at = wakeAt(state))
      feed({ type: 'time' }, at);
  };
  for (const [at, input] of script) {
    tellTime(at);
    feed(input, at);
  }
  tellTime(untilMs);
  return { said, outcome, state };
}

const begun: [number, JobInput][] = [
  [0, { type: 'start', status: well(0) }],
  [10, { type: 'sent' }],
];
const ms = 60_000;

test('known to be well: recorded and sent at once, without asking', () => {
  assert.equal(play([[0, { type: 'start', status: well(-statusFreshMs) }]], 0).said, [
    'record',
    'send',
  ]);
});

test('known too long ago: asks first', () => {
  const start: [number, JobInput] = [0, { type: 'start', status: well(-statusFreshMs - 1) }];
  assert.equal(play([start], 0).said, ['ask-status']);
  assert.equal(play([start, [20, status(20)]], 20).said, ['ask-status', 'record', 'send']);
  const refused = play([start, [20, status(20, out)]], 20);
  assert.equal(refused.outcome, { outcome: 'failed', code: 'PRN_PAPER_OUT', atMs: 20 });
  const silent = play([start], ms);
  assert.equal(silent.outcome, { outcome: 'failed', code: 'DEV_NO_ANSWER', atMs: preflightMs });
});

test('a printer that can not print is refused before anything is recorded or sent', () => {
  for (const [change, code] of [
    [out, 'PRN_PAPER_OUT'],
    [{ coverOpen: true }, 'PRN_COVER_OPEN'],
    [{ error: 'cutter' }, 'PRN_CUTTER'],
    [{ error: 'unrecoverable' }, 'PRN_UNRECOVERABLE'],
    [{ online: false }, 'PRN_OFFLINE'],
  ] as const) {
    const { said, outcome } = play([[0, { type: 'start', status: { ...well(0), ...change } }]], 0);
    assert.equal(said, ['end']);
    assert.equal(outcome, { outcome: 'failed', code, atMs: 0 });
  }
});

test('paper that runs out while the job is being recorded stops it before its first byte', () => {
  const first = stepJob(newJob(rules), { type: 'start', status: well(0) }, 0);
  const next = stepJob(first.state, { type: 'recorded', status: { ...well(5), ...out } }, 5);
  assert.equal(next.effects, [
    { type: 'end', outcome: { outcome: 'failed', code: 'PRN_PAPER_OUT' } },
  ]);
});

test('what could not be recorded is not sent', () => {
  const first = stepJob(newJob(rules), { type: 'start', status: well(0) }, 0);
  const next = stepJob(first.state, { type: 'not-recorded' }, 5);
  assert.equal(next.effects, [
    { type: 'end', outcome: { outcome: 'failed', code: 'PRN_NOT_RECORDED' } },
  ]);
});

test('the token confirms, also before the wire says that all is sent', () => {
  assert.equal(play([...begun, [700, { type: 'token' }]], ms).outcome, {
    outcome: 'confirmed',
    atMs: 700,
  });
  const early: [number, JobInput][] = [
    [0, { type: 'start', status: well(0) }],
    [8, { type: 'token' }],
    [10, { type: 'sent' }],
  ];
  assert.equal(play(early, ms).outcome, { outcome: 'confirmed', atMs: 8 });
});

test('no token within the deadline: sent, and unknown', () => {
  assert.equal(play(begun, ms).outcome, { outcome: 'uncertain', code: 'PRN_NO_TOKEN', atMs: 5000 });
});

test('the clock stands still while paper is out, and the token then confirms', () => {
  const script: [number, JobInput][] = [
    ...begun,
    [1000, status(1000, out)],
    [301_000, status(301_000)],
    [304_500, { type: 'token' }],
  ];
  assert.equal(play(script, 2 * 301_000).outcome, { outcome: 'confirmed', atMs: 304_500 });
  const late = play(script.slice(0, -1), 400_000);
  assert.equal(late.outcome, { outcome: 'uncertain', code: 'PRN_NO_TOKEN', atMs: 305_000 });
});

test('it stands still for an open cover and a jam too, and counts on in between', () => {
  const script: [number, JobInput][] = [
    ...begun,
    [1000, status(1000, { coverOpen: true })],
    [9000, status(9000)],
    [11_000, status(11_000, { error: 'cutter' })],
    [20_000, status(20_000)],
  ];
  // 1 s + 2 s had passed; 2 s are left.
  assert.equal(play(script, ms).outcome, {
    outcome: 'uncertain',
    code: 'PRN_NO_TOKEN',
    atMs: 22_000,
  });
});

test('nobody comes with paper: given up after the longest standstill, with the reason', () => {
  const script: [number, JobInput][] = [...begun, [1000, status(1000, out)]];
  assert.equal(play(script, 2 * stallMaxMs).outcome, {
    outcome: 'uncertain',
    code: 'PRN_PAPER_OUT',
    atMs: 1000 + stallMaxMs,
  });
});

test('a lost wire: failed before the first byte, uncertain after it', () => {
  const first = stepJob(newJob(rules), { type: 'start', status: well(0) }, 0);
  assert.equal(stepJob(first.state, { type: 'link-lost' }, 1).effects, [
    { type: 'end', outcome: { outcome: 'failed', code: 'DEV_CLOSED' } },
  ]);
  for (const loss of ['link-lost', 'send-failed'] as const) {
    const { outcome } = play([...begun, [20, { type: loss }]], ms);
    assert.equal(outcome, { outcome: 'uncertain', code: 'PRN_LINK_LOST', atMs: 20 });
  }
});

test('an answer that says "paper had ended" is no confirmation', () => {
  assert.equal(play([...begun, [700, { type: 'bad-token' }]], ms).outcome, {
    outcome: 'uncertain',
    code: 'PRN_PAPER_OUT',
    atMs: 700,
  });
});

test('a printer broken for good ends the job at once', () => {
  const { outcome } = play([...begun, [700, status(700, { error: 'unrecoverable' })]], ms);
  assert.equal(outcome, { outcome: 'uncertain', code: 'PRN_UNRECOVERABLE', atMs: 700 });
});

test('a printer that can not confirm never does', () => {
  const mute = { ...rules, reports: false, confirms: false };
  const unknown: PrinterStatus = { ...well(0), online: 'unknown', paper: 'unknown', at: null };
  const script: [number, JobInput][] = [
    [0, { type: 'start', status: unknown }],
    [10, { type: 'sent' }],
  ];
  const { said, outcome } = play(script, ms, mute);
  assert.equal(said, ['record', 'send', 'end']);
  assert.equal(outcome, { outcome: 'uncertain', code: 'PRN_NO_STATUS', atMs: 10 });
});

const anyStatus = fc.record({
  online: fc.constantFrom<PrinterStatus['online']>(true, false, 'unknown'),
  paper: fc.constantFrom<PrinterStatus['paper']>('ok', 'low', 'out', 'unknown'),
  coverOpen: fc.constantFrom<PrinterStatus['coverOpen']>(true, false, 'unknown'),
  error: fc.constantFrom<PrinterStatus['error']>('none', 'cutter', 'recoverable', 'unrecoverable'),
});
const anyInput: fc.Arbitrary<(at: number) => JobInput> = fc.oneof(
  anyStatus.map(
    (s) =>
      (at: number): JobInput => ({ type: 'status', status: { ...s, at } }),
  ),
  fc
    .constantFrom('sent', 'send-failed', 'token', 'bad-token', 'link-lost', 'time', 'not-recorded')
    .map((type) => () => ({ type }) as JobInput),
);

test('whatever happens: one outcome, in the end; confirmed only by a token; failed only before the first byte', () => {
  fc.assert(
    fc.property(
      anyStatus,
      fc.array(fc.tuple(fc.integer({ min: 0, max: 4000 }), anyInput), {
        maxLength: 20,
      }),
      (at0, inputs) => {
        let now = 0;
        const script: [number, JobInput][] = [[0, { type: 'start', status: { ...at0, at: 0 } }]];
        for (const [wait, make] of inputs) {
          now += wait;
          script.push([now, make(now)]);
        }
        const { said, outcome } = play(script, now + 2 * stallMaxMs);
        assert.is(said.filter((s) => s === 'end').length, 1);
        assert.is(said.at(-1), 'end');
        const sent = said.includes('send');
        assert.is(outcome?.outcome === 'failed', !sent);
        if (outcome?.outcome === 'confirmed') {
          assert.ok(script.some(([t, i]) => t === outcome.atMs && i.type === 'token'));
        }
      },
    ),
    { numRuns: 500 },
  );
});

test.run();

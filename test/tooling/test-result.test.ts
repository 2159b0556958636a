import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { resultOf, summary } from '../../scripts/lib/test-result.ts';

const uvuOutput = (total: number, passed: number, skipped = 0) =>
  `\n  Total:     ${total}\n  Passed:    ${passed}\n  Skipped:   ${skipped}\n  Duration:  1.0ms\n`;
const end = { file: 'x', code: 0, timedOut: false, limitMs: 1000, output: uvuOutput(3, 3), ms: 5 };

test('a file whose tests all passed is green', () => {
  const result = resultOf(end);
  assert.is(result.problem, null);
  assert.equal(summary([result]), { line: '3 passed, 0 failed', ok: true });
});

test('nothing run is a failure, for a file and for the whole', () => {
  assert.is(resultOf({ ...end, output: '' }).failed, 1);
  assert.equal(summary([]), { line: '0 passed, 1 failed', ok: false });
});

test('a skipped test, a time-out, a bad exit code and a failed test each turn the run red', () => {
  const bad = [
    { ...end, output: uvuOutput(3, 2, 1) },
    { ...end, timedOut: true, code: null },
    { ...end, code: 1 },
    { ...end, code: 1, output: uvuOutput(3, 1) },
  ].map(resultOf);
  assert.equal(
    bad.map((r) => r.failed),
    [1, 1, 1, 2],
  );
  assert.is(summary(bad).ok, false);
});

test('several suites of one file are added up', () => {
  assert.is(resultOf({ ...end, output: uvuOutput(2, 2) + uvuOutput(3, 3) }).passed, 5);
});

test('the seed of a run is kept also when all passed', () => {
  const output = `soak  5000 tickets, seed 774552\nconfirmed: 4444\n• • random seeds from 12\n${uvuOutput(2, 2)}`;
  const { problem, seeds } = resultOf({ ...end, output });
  assert.is(problem, null);
  assert.equal(seeds, ['soak  5000 tickets, seed 774552', 'random seeds from 12']);
});

test.run();

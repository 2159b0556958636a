/** What one test file's process said, read from uvu's closing lines and the way it ended. */
export interface FileEnd {
  file: string;
  code: number | null;
  timedOut: boolean;
  limitMs: number;
  output: string;
  ms: number;
}
export interface FileResult {
  file: string;
  passed: number;
  failed: number;
  /** null: all well. */
  problem: string | null;
  output: string;
  /** Its lines that name a seed: a run must be repeatable also when it was green. */
  seeds: string[];
  ms: number;
}

const sum = (output: string, word: string): number =>
  [...output.matchAll(new RegExp(`^\\s*${word}:\\s+(\\d+)`, 'gm'))]
    .map((m) => Number(m[1]))
    .reduce((a, b) => a + b, 0);

export function resultOf(end: FileEnd): FileResult {
  const { output } = end;
  const total = sum(output, 'Total');
  const passed = sum(output, 'Passed');
  const skipped = sum(output, 'Skipped');
  const problem = problemOf(end, total, passed, skipped);
  // A file that broke outside a test counts as one failure, so that the sum can not look green.
  const failed = problem === null ? 0 : Math.max(1, total - passed);
  return { file: end.file, passed, failed, problem, output, seeds: seedLines(output), ms: end.ms };
}

function seedLines(output: string): string[] {
  return output
    .split('\n')
    .filter((line) => /\bseeds? (from )?\d/.test(line))
    .map((line) => line.replace(/^[\s•✘]+/, ''));
}

function problemOf(end: FileEnd, total: number, passed: number, skipped: number): string | null {
  if (end.timedOut) return `ended after its limit of ${end.limitMs / 1000} s`;
  if (skipped > 0) return `${skipped} skipped: a test is kept or deleted, never skipped`;
  if (passed < total) return `${total - passed} of ${total} failed`;
  if (end.code !== 0) return `exit code ${end.code}`;
  if (total === 0) return 'no test ran in this file';
  return null;
}

/** The closing line, and whether the whole run is green. No test at all is a failure. */
export function summary(results: readonly FileResult[]): { line: string; ok: boolean } {
  const passed = results.reduce((n, r) => n + r.passed, 0);
  const failed =
    results.reduce((n, r) => n + r.failed, 0) + (passed === 0 && results.length === 0 ? 1 : 0);
  return { line: `${passed} passed, ${failed} failed`, ok: failed === 0 && passed > 0 };
}

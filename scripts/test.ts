/**
 * The test runner: a process per file, hard time-outs, no test skipped, and never "green" with
 * nothing run. uvu alone exits 0 when no file matched and waits for ever on a forgotten timer.
 *
 *   npm test                      all files of test/
 *   npm test -- bus journal       files whose path contains one of the words
 *
 * Last line: `N passed, N failed`. Exit code 1 on any failure or when no test ran.
 */
import { spawn } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { type FileResult, resultOf, summary } from './lib/test-result.ts';

/** A file may ask for more with a comment `// time-limit: N s`. */
const fileLimitMsDefault = 120_000;
const fileLimitMsMax = 600_000;
const outputBytesMax = 1_000_000;

function limitMs(file: string): number {
  const asked = /^\/\/ time-limit: (\d+) s$/m.exec(readFileSync(file, 'utf8'))?.[1];
  return Math.min(asked === undefined ? fileLimitMsDefault : Number(asked) * 1000, fileLimitMsMax);
}

function run(file: string): Promise<FileResult> {
  const started = performance.now();
  const limit = limitMs(file);
  // A group of its own, so that a time-out also ends what the test started.
  const child = spawn(process.execPath, ['--import', 'tsx', file], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    env: { ...process.env, FORCE_COLOR: '0', NO_COLOR: '1' },
  });
  let output = '';
  const keep = (chunk: Buffer) => {
    if (output.length < outputBytesMax) output += chunk.toString('utf8');
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  return new Promise((resolve) => {
    let timedOut = false;
    const killGroup = () => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // The group is already gone.
      }
    };
    const timer = setTimeout(() => {
      timedOut = true;
      killGroup();
    }, limit);
    child.on('close', (code) => {
      clearTimeout(timer);
      killGroup();
      const ms = performance.now() - started;
      resolve(resultOf({ file, code, timedOut, limitMs: limit, output, ms }));
    });
  });
}

const words = process.argv.slice(2);
const files = globSync('test/**/*.test.ts')
  .sort()
  .filter((file) => words.length === 0 || words.some((word) => file.includes(word)));
const results: FileResult[] = [];
const queue = [...files];

async function worker(): Promise<void> {
  for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
    const result = await run(file);
    results.push(result);
    const mark = result.problem === null ? 'ok  ' : 'FAIL';
    console.log(`${mark} ${file}  ${result.passed} passed  ${(result.ms / 1000).toFixed(1)} s`);
    if (result.problem !== null) console.log(`${result.output}\n  ${result.problem}\n`);
  }
}
await Promise.all(Array.from({ length: Math.max(1, availableParallelism()) }, worker));

const { line, ok } = summary(results);
console.log(line);
process.exitCode = ok ? 0 : 1;

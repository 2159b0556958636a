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
import { randomUUID } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { ensureProgram, systemPrograms } from '../test/harness/system-programs.ts';
import { killMarked, markEnv } from './lib/marked-processes.ts';
import { type FileResult, resultOf, summary } from './lib/test-result.ts';

/** A file may ask for more with a comment `// time-limit: N s`. */
const fileLimitMsDefault = 300_000;
const fileLimitMsMax = 600_000;
const outputBytesMax = 1_000_000;

function limitMs(file: string): number {
  const asked = /^\/\/ time-limit: (\d+) s$/m.exec(readFileSync(file, 'utf8'))?.[1];
  return Math.min(Math.max(fileLimitMsDefault, Number(asked ?? 0) * 1000), fileLimitMsMax);
}

/** Installs before any clock runs; what can not be had is told by the test that needs it. */
function prepare(): void {
  for (const name of systemPrograms) {
    try {
      ensureProgram(name);
    } catch (error) {
      console.log(error instanceof Error ? error.message : error);
    }
  }
}

function run(file: string): Promise<FileResult> {
  const started = performance.now();
  const limit = limitMs(file);
  const mark = `XUHAO_TEST_RUN=${randomUUID()}`;
  const child = spawn(process.execPath, ['--import', 'tsx', file], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...markEnv(mark), FORCE_COLOR: '0', NO_COLOR: '1' },
  });
  let output = '';
  const keep = (chunk: Buffer) => {
    if (output.length < outputBytesMax) output += chunk.toString('utf8');
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  return new Promise((resolve) => {
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      killMarked(mark);
    }, limit);
    child.on('exit', () => killMarked(mark));
    child.on('close', (code) => {
      clearTimeout(timer);
      const ms = performance.now() - started;
      resolve(resultOf({ file, code, timedOut, limitMs: limit, output, ms }));
    });
  });
}

const words = process.argv.slice(2);
const files = globSync('test/**/*.test.ts')
  .sort()
  .filter((file) => words.length === 0 || words.some((word) => file.includes(word)));
if (words.length === 0) prepare();
const results: FileResult[] = [];
const queue = [...files];

async function worker(): Promise<void> {
  for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
    const result = await run(file);
    results.push(result);
    const mark = result.problem === null ? 'ok  ' : 'FAIL';
    console.log(`${mark} ${file}  ${result.passed} passed  ${(result.ms / 1000).toFixed(1)} s`);
    for (const line of result.problem === null ? result.seeds : []) console.log(`     ${line}`);
    if (result.problem !== null) console.log(`${result.output}\n  ${result.problem}\n`);
  }
}
await Promise.all(Array.from({ length: Math.max(1, availableParallelism()) }, worker));

const { line, ok } = summary(results);
console.log(line);
process.exitCode = ok ? 0 : 1;

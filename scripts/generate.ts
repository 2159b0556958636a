/**
 * Writes every generated file of the repository; `--check` only compares and names what is stale.
 *
 *   npm run generate            after changing a schema, a topic or the access table
 *   npm run generate -- --check
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { generatedFiles } from './lib/generated-files.ts';

const check = process.argv.includes('--check');
let stale = 0;
for (const [path, content] of Object.entries(generatedFiles())) {
  if (read(path) === content) continue;
  stale += 1;
  console.log(`${check ? 'stale' : 'written'}: ${path}`);
  if (check) continue;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
if (check && stale > 0) {
  console.error('Run "npm run generate" and commit the result.');
  process.exitCode = 1;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  codeOf,
  messageOf,
  RuntimeError,
  runtimeErrorCodes,
  screenAnswerCodes,
} from '../../kiosk-app/runtime/errors.ts';

const root = join(import.meta.dirname, '../..');
const readme = readFileSync(join(root, 'kiosk-app/runtime/README.md'), 'utf8');
const documented = new Map(
  [...readme.matchAll(/^\| `([A-Z]+_[A-Z_]+)` +\| (.+?) +\|$/gm)].map((m) => [m[1], m[2]]),
);
const codes = new Map<string, string>(
  Object.entries({ ...runtimeErrorCodes, ...screenAnswerCodes }),
);

test('every code stands in the README with its meaning, and none too many', () => {
  assert.equal(Object.fromEntries(documented), Object.fromEntries(codes));
});

test('every code is used somewhere', () => {
  const text = globSync('kiosk-app/**/*.ts', { cwd: root, exclude: ['**/dist/**'] })
    .filter((f) => !f.endsWith('runtime/errors.ts'))
    .map((f) => readFileSync(join(root, f), 'utf8'))
    .join('\n');
  for (const code of codes.keys()) assert.ok(text.includes(code), code);
});

test('the code stands in the message, so that it survives a garbled log', () => {
  const error = new RuntimeError('SPL_FULL', 'too much');
  assert.is(error.message, 'SPL_FULL: too much');
  assert.is(codeOf(error), 'SPL_FULL');
  assert.is(codeOf(new Error('x')), undefined);
  assert.is(codeOf(null), undefined);
  assert.is(codeOf({ code: 5 }), undefined);
  assert.is(messageOf('text'), 'text');
});

test.run();

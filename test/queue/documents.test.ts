import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { queueErrorCodes } from '../../kiosk-app/hall/queue/index.ts';

const folder = new URL('../../kiosk-app/hall/queue/', import.meta.url);
const readme = readFileSync(new URL('README.md', folder), 'utf8');

test('error codes and their meanings stand in the README, and no others', () => {
  const rows = [...readme.matchAll(/^\| `(QUE_[A-Z_]+)` +\| (.*?) +\|$/gm)];
  assert.equal(Object.fromEntries(rows.map(([, code, meaning]) => [code, meaning])), {
    ...queueErrorCodes,
  });
});

test('the README names every module, and no module that is gone', () => {
  const named = [...readme.matchAll(/`([a-z-]+\*?\.ts)`/g)].map(([, name]) => name ?? '');
  const exact = named.filter((name) => !name.includes('*'));
  for (const name of exact) assert.ok(existsSync(new URL(name, folder)), name);
  const covers = (file: string) =>
    named.some((name) => name === file || new RegExp(`^${name.replace('*', '.*')}$`).test(file));
  const own = readdirSync(folder).filter((f) => f.endsWith('.ts') && f !== 'errors.ts');
  assert.equal(
    own.filter((file) => !covers(file)),
    [],
  );
});

test.run();

import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ratingsErrorCodes } from '../../kiosk-app/hall/ratings/errors.ts';
import { Calendar } from '../../kiosk-app/hall/ratings/working-days.ts';
import { checkProvince, ProvinceProfile } from '../../kiosk-app/hall/upload/province-profile.ts';
import { loadYaml } from '../../kiosk-app/runtime/yaml-file.ts';

const root = resolve(import.meta.dirname, '../..');
const ratings = join(root, 'kiosk-app/hall/ratings');
const readme = readFileSync(join(ratings, 'README.md'), 'utf8');

test('error codes and their meanings stand in the README, and no others', () => {
  const documented = [...readme.matchAll(/^\| `((?:RAT|UPL)_[A-Z_]+)`\s*\| (.+?)\s*\|$/gm)];
  assert.equal(
    documented.map(([, code, meaning]) => [code, meaning]),
    Object.entries(ratingsErrorCodes),
  );
});

test('the README names every module, and no module that is gone', () => {
  const named = new Set(
    [...readme.matchAll(/`((?:\.\.\/upload\/)?[a-z0-9-]+\.ts)`/g)].map((m) => m[1]),
  );
  const own = readdirSync(ratings).filter((f) => f.endsWith('.ts') && f !== 'errors.ts');
  for (const file of own) assert.ok(named.has(file), file);
  const upload = readdirSync(join(ratings, '../upload')).filter((f) => f !== 'sm2-thread.ts');
  for (const file of upload) assert.ok(named.has(`../upload/${file}`), file);
  for (const file of named) readFileSync(join(ratings, file ?? ''));
});

test('every province and calendar of the profiles is right', () => {
  const files = (folder: string) =>
    readdirSync(join(root, 'profiles', folder)).map((f) => join(root, 'profiles', folder, f));
  for (const file of files('provinces')) loadYaml(ProvinceProfile, file, checkProvince);
  for (const file of files('calendars')) loadYaml(Calendar, file, () => []);
});

test.run();
